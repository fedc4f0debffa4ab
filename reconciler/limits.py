"""Owns how large a profile, its files and its numbers may be."""

MAX_PROFILE = 1024 * 1024  # bytes
MAX_FILE = 100 * 1024 * 1024  # bytes
MAX_DIGITS = 400  # of a number: more are beyond any float, and slow to read
