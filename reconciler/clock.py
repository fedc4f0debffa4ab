"""Owns the time, as everything that is written down has it."""

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


def now() -> str:
    """Return the time, as RFC 3339 in UTC, to the second."""
    from datetime import UTC, datetime

    return timestamp(datetime.now(UTC))


def timestamp(moment: "datetime") -> str:
    """Write a time of UTC as RFC 3339, to the second."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def year_and_month() -> tuple[int, int]:
    """Return this year and month, counted from 1, of UTC."""
    today = time.gmtime()
    return today.tm_year, today.tm_mon
