"""The HTTP edge: requests go out, outcomes come back."""
