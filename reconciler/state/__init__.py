"""What was last applied: its value, its file format and its storage."""
