"""Owns dates as people write them, and how a profile holds them."""

import re

from reconciler.values import Plain

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
# Patterns are compiled where they are needed: most profiles need none.
_YEAR_FIRST = r"([0-9]{4})[-/.]([0-9]{1,2})(?:[-/.][0-9]{1,2})?(?:T.*)?"
_YEAR_LAST = r"(?:[0-9]{1,2}[-/.])?([0-9]{1,2})[-/.]([0-9]{4})"
_MONTH_NAMED = r"(?:[0-9]{1,2}\.? )?([A-Za-z]{3,9})\.?,? (?:[0-9]{1,2},? )?([0-9]{4})"
_YEAR_ALONE = r"[0-9]{4}"
_LONGEST_SPAN = 100  # characters
_ITS_MONTH = " with its month"
_SPAN_DASH = r"\s+(?:-|to|until)\s+|\s*[\u2013\u2014]\s*|(?<=\d{4})-(?=\d{4})"
_GOES_ON = ("present", "now", "today", "current", "")


def month_number(text: str) -> int | None:
    """Return the month that a word means, of three letters at least; None where it is none."""
    word = text.strip().rstrip(".").lower()
    return next((n for n, name in enumerate(_MONTHS, 1) if len(word) >= 3 and name.startswith(word)), None)  # noqa: PLR2004 - as short as months are written


def date_form(value: Plain) -> str | None:
    """Write a date that was given as text or number as a profile holds it; None where it is none."""
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if found := re.fullmatch(_YEAR_FIRST, text):
        year, month = found[1], int(found[2])
    elif found := re.fullmatch(_YEAR_LAST, text):
        year, month = found[2], int(found[1])
    elif (found := re.fullmatch(_MONTH_NAMED, text)) and (named := month_number(found[1])) is not None:
        year, month = found[2], named
    elif re.fullmatch(_YEAR_ALONE, text):
        return f"{{month: 1, year: {text}}}{_ITS_MONTH}"
    else:
        return None
    return f"{{month: {month}, year: {year}}}" if 1 <= month <= len(_MONTHS) else None


def span_form(value: Plain) -> str | None:
    """Write a time that was given as `2019 - 2021` or in a list as a profile holds it; None where it is none."""
    if isinstance(value, str):
        texts: list[Plain] = [*re.split(_SPAN_DASH, value)] if len(value) <= _LONGEST_SPAN else []
    else:
        texts = value if isinstance(value, list) else [value]
    if len(texts) not in (1, 2):
        return None
    start, end = date_form(texts[0]), date_form(texts[-1]) if len(texts) > 1 else None
    if start is None or (end is None and len(texts) > 1 and str(texts[1]).strip().lower() not in _GOES_ON):
        return None
    named = f"start_date: {start}{f', end_date: {end}' if end else ''}"
    bare = named.replace(_ITS_MONTH, "")
    return f"{{{bare}}}{' with the right months' if bare != named else ''}"
