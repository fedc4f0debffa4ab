"""A strict local stand-in for the API."""
