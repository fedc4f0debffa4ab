"""Owns the dates that LinkedIn shows: their forms, and what may be concluded from them about a month that was sent."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct

from reconciler.spec import MONTHS, YEARS
from reconciler.values import Plain

_DATE_FORMS = (
    re.compile(r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})", re.ASCII),
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})", re.ASCII),
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})", re.ASCII),
    re.compile(r"(?P<month>\d{1,2})/(?P<year>\d{4})", re.ASCII),
    re.compile(r"(?P<year>\d{4})", re.ASCII),
)
_SHIFT = timedelta(days=29)  # an end is also written as the first of its month and 29 days more


class Agreement(StrEnum):
    """What a date that is seen says about one that is known."""

    EQUAL = "equal"
    DIFFERENT = "different"
    CANNOT_TELL = "cannot-tell"


class SeenDate(Struct, frozen=True):
    """A date as LinkedIn shows it; `month` and `day` are None where it shows none, `text` is what it shows."""

    text: str
    year: int
    month: int | None = None
    day: int | None = None

    @property
    def is_year_alone(self) -> bool:
        """Tell whether the month may not be known: none is shown, or 1 January, which stands for a year too."""
        return self.month is None or (self.month, self.day) == (1, 1)

    @property
    def months(self) -> tuple[tuple[int, int], ...]:
        """Return each (year, month) that this may be as an end: its own and that of 29 days earlier."""
        if self.month is None:
            return ()
        own = (self.year, self.month)
        if self.day is None:
            return (own,)
        shifted = date(self.year, self.month, self.day) - _SHIFT
        earlier = (shifted.year, shifted.month)
        is_own = earlier == own or (self.day == 1 and shifted.day != 1)  # 1 March of a leap year may be 1 February's
        return (own,) if is_own else (own, earlier)


def read_date(text: str) -> SeenDate | None:
    """Read a date in any of the forms that LinkedIn's readers have shown; None where it is in none of them."""
    for form in _DATE_FORMS:
        found = form.fullmatch(text.strip())
        if found is not None:
            parts = {name: int(digits) for name, digits in found.groupdict().items()}
            return _if_on_calendar(SeenDate(text, **parts))
    return None


def _if_on_calendar(seen: SeenDate) -> SeenDate | None:
    if not YEARS[0] <= seen.year <= YEARS[1]:
        return None
    if seen.month is not None and not MONTHS[0] <= seen.month <= MONTHS[1]:
        return None
    try:
        date(seen.year, seen.month or 1, seen.day or 1)
    except ValueError:
        return None
    return seen


def compare_start(known: Mapping[str, Plain], seen: SeenDate) -> Agreement:
    """Say what a start that is seen says about a known `{month, year}`."""
    return _compare(known, seen, ((seen.year, seen.month),))


def compare_end(known: Mapping[str, Plain], seen: SeenDate) -> Agreement:
    """Say what an end that is seen says about a known `{month, year}`."""
    return _compare(known, seen, seen.months)


def _compare(known: Mapping[str, Plain], seen: SeenDate, months: tuple[tuple[int, int | None], ...]) -> Agreement:
    if (known.get("year"), known.get("month")) in months:
        return Agreement.EQUAL
    if seen.is_year_alone and known.get("year") == seen.year:
        return Agreement.CANNOT_TELL
    return Agreement.DIFFERENT


def start_to_write(seen: SeenDate) -> dict[str, Plain] | None:
    """Return a start as a profile writes it; None where its month is not sure."""
    return None if seen.month is None or seen.is_year_alone else {"month": seen.month, "year": seen.year}


def end_to_write(seen: SeenDate) -> dict[str, Plain] | None:
    """Return an end as a profile writes it; None where its month is not sure."""
    if seen.is_year_alone or len(seen.months) != 1:
        return None
    ((year, month),) = seen.months
    return {"month": month, "year": year}
