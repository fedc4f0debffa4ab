"""Owns dates as people and programs write them, down to the month where there is one, and what a profile makes of them.

A date without a month cannot be sent, and one that cannot be read even less: both are kept where a person sees them.
"""

import re
from dataclasses import dataclass

from reconciler.importing.draft import DraftField
from reconciler.spec import MONTHS, YEARS
from reconciler.values import Plain

_NAMES = (
    "january february march april may june july august september october november december".split()  # noqa: SIM905 - twelve words
)
_SHORTEST = 3
_LONG = 60
_LOOK = ": look at its form on linkedin.com."
_NOW = {"", "present", "current", "now", "today"}
_FORMS = tuple(
    re.compile(form, re.ASCII)
    for form in (
        r"(?P<year>\d{4})",
        r"(?P<name>[A-Za-z]+)\.?,? (?P<year>\d{4})",
        r"(?P<name>[A-Za-z]+)\.? (?P<day>\d{1,2}),? (?P<year>\d{4})",
        r"(?P<day>\d{1,2})\.? (?P<name>[A-Za-z]+)\.?,? (?P<year>\d{4})",
        r"(?P<year>\d{4})[-/](?P<month>\d{1,2})(?:[-/](?P<day>\d{1,2})(?:[T ][0-9:.Z+-]*)?)?",
        r"(?P<month>\d{1,2})/(?P<year>\d{4})",
    )
)


@dataclass(frozen=True, slots=True)
class Date:
    """A date as far as it is known."""

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def whole(self) -> bool:
        """Tell whether it has all that a profile needs."""
        return self.month is not None

    @property
    def order(self) -> tuple[int, int]:
        """Give what dates are sorted by."""
        return self.year, self.month or 0


def read_date(text: str) -> Date | None:
    """Read `Mar 2020`, `September 2025`, `2024`, `Aug 5, 2026`, `2020-03-01` …; None where it is none of them."""
    text = " ".join(text.split())
    for form in _FORMS:
        found = form.fullmatch(text)
        if found is None:
            continue
        parts = found.groupdict()
        month = _named(parts["name"]) if parts.get("name") else int(parts["month"]) if parts.get("month") else None
        if month is None and (parts.get("name") or parts.get("month")):
            continue
        year = int(parts["year"])
        if YEARS[0] <= year <= YEARS[1] and (month is None or MONTHS[0] <= month <= MONTHS[1]):
            return Date(year, month, int(parts["day"]) if parts.get("day") else None)
    return None


def _named(name: str) -> int | None:
    name = name.lower()
    return next(
        (place for place, full in enumerate(_NAMES, 1) if len(name) >= _SHORTEST and full.startswith(name)), None
    )


@dataclass(frozen=True, slots=True)
class Period:
    """A start and an end as they were written, and as they read; an empty end is an entry that goes on."""

    start_text: str
    end_text: str

    @property
    def start(self) -> Date | None:
        """Give the start; None where there is none, or none that can be read."""
        return read_date(self.start_text)

    @property
    def end(self) -> Date | None:
        """Give the end; None where there is none, or none that can be read."""
        return read_date(self.end_text)

    @property
    def goes_on(self) -> bool:
        """Tell whether there is no end."""
        return self.end_text.strip().lower() in _NOW

    def newest_first(self) -> tuple[bool, tuple[int, int], tuple[int, int]]:
        """Give what entries are sorted by, the newest being the smallest: what goes on, then by end, then by start."""
        start, end = self.start or Date(0), self.end or self.start or Date(0)
        going = self.goes_on and bool(self.start_text.strip())
        return not going, _descending(Date(0) if going else end), _descending(start)


def _descending(date: Date) -> tuple[int, int]:
    year, month = date.order
    return -year, -month


def seniority(period: Period, source: str) -> tuple[DraftField, ...]:
    """Give the dates of a job: one value, since it is sent whole; not managed unless all of it is known."""
    start, end = period.start, period.end
    value: dict[str, Plain] = {}
    if period.start_text.strip() or not period.goes_on:
        value["start_date"] = _value(start)
    if not period.goes_on:
        value["end_date"] = _value(end)
    if not value:
        return ()
    days = [text for text, date in ((period.start_text, start), (period.end_text, end)) if date and date.day]
    return (DraftField("seniority", value, _trouble(period, source), _no_days(days, source)),)


def start_and_end(period: Period, source: str) -> tuple[DraftField, ...]:
    """Give the dates of a school: two values, each managed where it is known to the month."""
    dates = [("start", period.start_text, period.start)]
    dates += [] if period.goes_on else [("end", period.end_text, period.end)]
    found = []
    for word, text, date in dates:
        if text.strip():
            wrong = _wrong_with(word, text, date)
            why = _trouble(period, source) if _reversed(period) else _gives(source, [wrong] if wrong else [])
            days = [text] if date and date.day else []
            found.append(DraftField(f"{word}_date", _value(date), why, _no_days(days, source)))
    return tuple(found)


def _value(date: Date | None) -> Plain:
    return {"month": date.month if date else None, "year": date.year if date else None}


def _trouble(period: Period, source: str) -> str:
    """Say why a period cannot be managed as a whole; nothing where it can."""
    if not period.start_text.strip() and not period.goes_on:
        return f"{source} gives the end as {_quoted(period.end_text)}, and no start{_LOOK}"
    if _reversed(period):
        return f"{source} says {_quoted(period.start_text)} to {_quoted(period.end_text)}, which ends before it starts."
    wrong = [_wrong_with("start", period.start_text, period.start)]
    wrong += [] if period.goes_on else [_wrong_with("end", period.end_text, period.end)]
    return _gives(source, [one for one in wrong if one])


def _gives(source: str, wrong: list[str]) -> str:
    return f"{source} gives {' and '.join(wrong)}{_LOOK}" if wrong else ""


def _wrong_with(word: str, text: str, date: Date | None) -> str:
    if date is None and text.strip():
        return f"the {word} as {_quoted(text)}, which does not read as a date"
    return f"the {word} as {date.year} without a month" if date and not date.whole else ""


def _quoted(text: str) -> str:
    return f"“{text if len(text) <= _LONG else text[:_LONG] + '…'}”"


def _reversed(period: Period) -> bool:
    start, end = period.start, period.end
    return bool(start and end and start.whole and end.whole and not period.goes_on and end.order < start.order)


def _no_days(days: list[str], source: str) -> str:
    return f"{source} says {' and '.join(days)}; LinkedIn keeps no days." if days else ""
