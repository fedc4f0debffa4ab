"""Owns the exit codes (contract, *Commands*); DOUBT wins over ERROR, ERROR over CHANGES."""

ERROR = 1
CHANGES = 2
DOUBT = 3
USAGE = 64
INTERNAL = 70
INTERRUPTED = 130
