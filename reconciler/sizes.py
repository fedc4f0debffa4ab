"""Owns how large a profile, a file that it names and a number may be (contract, *The profile file*)."""

MAX_PROFILE = 1024 * 1024
MAX_FILE = 100 * 1024 * 1024
MAX_DIGITS = 400  # more are beyond any float, and slow to read
