"""The application: what the command line and the Python API do, by values and callbacks; it prints nothing."""
