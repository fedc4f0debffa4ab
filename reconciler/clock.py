"""Owns the time, as everything that is written down has it."""

from datetime import UTC, datetime


def now() -> str:
    """Return the time, as RFC 3339 in UTC, to the second."""
    return timestamp(datetime.now(UTC))


def timestamp(time: datetime) -> str:
    """Write a time of UTC as RFC 3339, to the second."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")
