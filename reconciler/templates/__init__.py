"""Hold the workflow files that `init` writes, each as it is read, but for the marks @INSTALL@ and @PROFILE@."""
