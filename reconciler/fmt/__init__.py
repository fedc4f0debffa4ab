"""The form of a profile file: indentation, quotes and comments, and never another meaning."""
