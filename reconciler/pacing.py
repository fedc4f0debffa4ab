"""Owns when an account may be written next: the least time between two applies, hours, weekdays, and a jitter."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from reconciler.state.applied import Applied

_DAYS = 15  # two weeks and a day: each weekday comes twice, should a clock be put forward over the hours of one
_MIDNIGHT = time(0)
_WHOLE_DAY = timedelta(days=1)


class Pacing(Struct, frozen=True):
    """How applies of one account are spread.

    `least` is the time from its last write to its next apply. `opens` and `closes` are times since midnight in `zone`,
    `weekdays` numbers from 0, Monday. By up to `jitter` an account begins later: each day by another time, which
    follows from account and date; it is less than what lies between `opens` and `closes`.
    """

    least: timedelta = timedelta(0)
    opens: timedelta = timedelta(0)
    closes: timedelta = _WHOLE_DAY
    weekdays: frozenset[int] = frozenset(range(7))
    zone: ZoneInfo = ZoneInfo("UTC")
    jitter: timedelta = timedelta(0)


class Pace(Struct, frozen=True):
    """When one account may be written: by what pacing, and when it was written last, in UTC."""

    pacing: Pacing
    account_id: str
    last: datetime | None

    def due(self, now: datetime) -> datetime:
        """Return when it may be written, `now` at the earliest."""
        return due(self.pacing, self.account_id, self.last, now)


def due(pacing: Pacing, account_id: str, last: datetime | None, now: datetime) -> datetime:
    """Return when an account may be written: now, or the first time after it that the pacing allows, in UTC.

    `last` is its last write, None where there was none. Both times are of UTC.
    """
    earliest = now
    if last is not None:
        again = last + pacing.least
        earliest = max(now, again + jitter_on(pacing, account_id, again.astimezone(pacing.zone).date()))
    for opens, closes in _windows(pacing, account_id, earliest.astimezone(pacing.zone).date()):
        begin = max(earliest, opens)
        if begin < closes:
            return begin
    raise AssertionError("a pacing leaves open some time of a week")


def jitter_on(pacing: Pacing, account_id: str, day: date) -> timedelta:
    """Return by how much an account begins later on a day, in whole seconds: the same for the same account and day."""
    seconds = int(pacing.jitter.total_seconds())
    number = int.from_bytes(hashlib.sha256(f"{account_id}\n{day.isoformat()}".encode()).digest()[:8], "big")
    return timedelta(seconds=number % (seconds + 1))


def last_write(applied: Applied | None) -> datetime | None:
    """Return when an account was last sent something, as far as its state knows; None where nothing was."""
    if applied is None:
        return None
    sent = [record.applied_at for record in applied.sections.values() if record.by == "apply"]
    sent += [pending.sent_at for pending in applied.pending]
    return max((datetime.fromisoformat(text).astimezone(UTC) for text in sent), default=None)


def _windows(pacing: Pacing, account_id: str, first: date) -> Iterator[tuple[datetime, datetime]]:
    """Return when an account may be written, day by day, in UTC."""
    is_whole_day = pacing.opens == timedelta(0) and pacing.closes == _WHOLE_DAY
    for number in range(_DAYS):
        day = first + timedelta(days=number)
        if day.weekday() in pacing.weekdays:
            later = timedelta(0) if is_whole_day else jitter_on(pacing, account_id, day)
            yield _time_on_wall(pacing, day, pacing.opens + later), _time_on_wall(pacing, day, pacing.closes)


def _time_on_wall(pacing: Pacing, day: date, since_midnight: timedelta) -> datetime:
    """Return the time that a clock on the wall shows on a day, in UTC."""
    wall = datetime.combine(day, _MIDNIGHT) + since_midnight
    return wall.replace(tzinfo=pacing.zone).astimezone(UTC)
