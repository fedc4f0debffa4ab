"""Reads and checks a profile file: everything left of the desired values."""
