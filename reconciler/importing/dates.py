"""Owns dates as people and programs write them, and what a profile makes of them: a month, where there is one.

A date without a month cannot be sent, and one that cannot be read even less: both are kept where a person sees them.
"""

import re

from msgspec import Struct

from reconciler.importing.draft import DraftField
from reconciler.spec import MONTHS, YEARS
from reconciler.values import Plain

_MONTH_NAMES = (
    "january february march april may june july august september october november december".split()  # noqa: SIM905 - twelve words
)
_SHORTEST = 3
_LONG = 60
_LOOK = ": look at its form on linkedin.com."
_NOW = {"", "present", "current", "now", "today"}
# A program that knows a year alone, and has to write a day, writes the first or the last one.
_EDGES = {(1, 1), (12, 31)}
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


class Date(Struct, frozen=True):
    """A date as far as it is known."""

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def is_edge(self) -> bool:
        """Tell whether it is the first or the last day of a year, and so may stand for the year alone."""
        return (self.month, self.day) in _EDGES

    @property
    def has_month(self) -> bool:
        """Tell whether it has all that a profile needs."""
        return self.month is not None and not self.is_edge

    @property
    def order(self) -> tuple[int, int]:
        """Return what dates are sorted by."""
        return self.year, self.month or 0


def read_date(text: str) -> Date | None:
    """Read `Mar 2020`, `September 2025`, `2024`, `Aug 5, 2026`, `2020-03-01` …; None where it is none of them."""
    text = " ".join(text.split())
    for form in _FORMS:
        found = form.fullmatch(text)
        if found is None:
            continue
        parts = found.groupdict()
        month = (
            _month_number(parts["name"]) if parts.get("name") else int(parts["month"]) if parts.get("month") else None
        )
        if month is None and (parts.get("name") or parts.get("month")):
            continue
        year = int(parts["year"])
        if YEARS[0] <= year <= YEARS[1] and (month is None or MONTHS[0] <= month <= MONTHS[1]):
            return Date(year, month, int(parts["day"]) if parts.get("day") else None)
    return None


def _month_number(name: str) -> int | None:
    name = name.lower()
    return next(
        (number for number, full in enumerate(_MONTH_NAMES, 1) if len(name) >= _SHORTEST and full.startswith(name)),
        None,
    )


class Period(Struct, frozen=True):
    """A start and an end as they were written, and as they read; what has no end goes on."""

    start_text: str
    end_text: str

    @property
    def start(self) -> Date | None:
        """Return the start; None where there is none, or none that can be read."""
        return read_date(self.start_text)

    @property
    def end(self) -> Date | None:
        """Return the end; None where there is none, or none that can be read."""
        return read_date(self.end_text)

    @property
    def goes_on(self) -> bool:
        """Tell whether there is no end."""
        return self.end_text.strip().lower() in _NOW

    @property
    def is_reversed(self) -> bool:
        """Tell whether it is known to end before it starts."""
        start, end = self.start, self.end
        return bool(start and end and start.has_month and end.has_month and end.order < start.order)

    def newest_first(self) -> tuple[bool, tuple[int, int], tuple[int, int]]:
        """Return what entries are sorted by, the newest being the smallest: what goes on, then end, then start."""
        start, end = self.start or Date(0), self.end or self.start or Date(0)
        going = self.goes_on and bool(self.start_text.strip())
        return not going, _descending(Date(0) if going else end), _descending(start)


def _descending(date: Date) -> tuple[int, int]:
    year, month = date.order
    return -year, -month


def seniority(period: Period, source: str) -> tuple[DraftField, ...]:
    """Return the dates of a job: one value, since it is sent whole; not managed unless all of it is known."""
    value: dict[str, Plain] = {}
    texts = []
    if period.start_text.strip() or not period.goes_on:
        value["start_date"] = _date_value(period.start_text)
        texts.append(period.start_text)
    if not period.goes_on:
        value["end_date"] = _date_value(period.end_text)
        texts.append(period.end_text)
    if not value:
        return ()
    return (DraftField("seniority", value, _trouble(period, source), _day_note(texts, source)),)


def start_and_end(period: Period, source: str) -> tuple[DraftField, ...]:
    """Return the dates of a school: two values, each managed where it is known to the month."""
    dates = [("start", period.start_text, period.start)]
    dates += [] if period.goes_on else [("end", period.end_text, period.end)]
    fields = []
    for word, text, date in dates:
        if text.strip():
            defect = _defect(word, text, date)
            why = _trouble(period, source) if period.is_reversed else _gives(source, [defect] if defect else [])
            fields.append(DraftField(f"{word}_date", _date_value(text), why, _day_note([text], source)))
    return tuple(fields)


def _date_value(text: str) -> Plain:
    """Return a date as far as it is known; of one that cannot be read, as in another language, the year is."""
    date = read_date(text)
    if date is not None:
        return {"month": date.month if date.has_month else None, "year": date.year}
    years = re.findall(r"(?<![0-9])[12][0-9]{3}(?![0-9])", text)
    return {"month": None, "year": int(years[0]) if len(years) == 1 else None}


def _trouble(period: Period, source: str) -> str:
    """Say why a period cannot be managed as a whole; nothing where it can."""
    if not period.start_text.strip() and not period.goes_on:
        return f"{source} gives the end as {_quoted(period.end_text)}, and no start{_LOOK}"
    if period.is_reversed and not period.goes_on:
        return f"{source} says {_quoted(period.start_text)} to {_quoted(period.end_text)}, which ends before it starts."
    defects = [_defect("start", period.start_text, period.start)]
    defects += [] if period.goes_on else [_defect("end", period.end_text, period.end)]
    return _gives(source, [defect for defect in defects if defect])


def _gives(source: str, defects: list[str]) -> str:
    return f"{source} gives {' and '.join(defects)}{_LOOK}" if defects else ""


def _defect(word: str, text: str, date: Date | None) -> str:
    """Say what a date lacks; nothing where it has its month."""
    if date is None:
        return f"the {word} as {_quoted(text)}, which does not read as a date" if text.strip() else ""
    if date.is_edge:
        return f"the {word} as {text.strip()}, which may stand for the year alone"
    return "" if date.has_month else f"the {word} as {date.year} without a month"


def _quoted(text: str) -> str:
    return f"“{text if len(text) <= _LONG else text[:_LONG] + '…'}”"


def _day_note(texts: list[str], source: str) -> str:
    """Say which days are dropped from dates that are written to the day."""
    dates = [(text, read_date(text)) for text in texts]
    days = [text for text, date in dates if date and date.day and not date.is_edge]
    return f"{source} says {' and '.join(days)}; LinkedIn keeps no days." if days else ""
