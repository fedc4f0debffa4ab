"""Owns how large a profile, and a file that it names, may be (contract, *The profile file*)."""

MAX_PROFILE = 1024 * 1024
MAX_FILE = 100 * 1024 * 1024
