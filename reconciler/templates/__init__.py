"""Hold the files that `init` writes for GitHub and GitLab; `@INSTALL@`, `@PATHS@` and `@PROFILE@` are filled in."""
