"""What differs, what to do about it, and what to send."""
