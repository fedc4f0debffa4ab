"""When an account may be written: the least time, hours, days, clocks that change, and a jitter that follows."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.app.apply import Booking, Result
from reconciler.app.many import Clock, Ending, Fleet, Turn
from reconciler.applying.flights import Flight
from reconciler.applying.interrupt import Interrupt
from reconciler.pacing import Pace, Pacing, due, jitter_on
from reconciler.planning.planner import Options
from reconciler.problem import ReconcilerError

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = timedelta(hours=1)
OFFICE = Pacing(opens=9 * HOUR, closes=17.5 * HOUR, weekdays=frozenset(range(5)), zone=BERLIN)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "when"),
    [
        ("2026-11-27T12:00+01:00", "2026-11-27T12:00+01:00"),  # a Friday
        ("2026-11-27T08:59+01:00", "2026-11-27T09:00+01:00"),
        ("2026-11-27T17:30+01:00", "2026-11-30T09:00+01:00"),
        ("2026-11-28T12:00+01:00", "2026-11-30T09:00+01:00"),
        ("2026-03-27T18:00+01:00", "2026-03-30T09:00+02:00"),  # clocks were put forward in between
        ("2026-10-23T18:00+02:00", "2026-10-26T09:00+01:00"),
        ("2026-11-27T23:30-08:00", "2026-11-30T09:00+01:00"),
    ],
)
def test_hours_and_days_are_those_of_the_zone(now: str, when: str) -> None:
    assert due(OFFICE, "acc", None, at(now)) == at(when)


@pytest.mark.parametrize(
    ("last", "when"),
    [
        (None, "2026-11-27T12:00Z"),
        ("2026-11-27T07:00Z", "2026-11-27T13:00Z"),
        ("2026-11-26T07:00Z", "2026-11-27T12:00Z"),
    ],
)
def test_the_least_time_is_from_the_last_write_on(last: str | None, when: str) -> None:
    pacing = Pacing(least=6 * HOUR)
    assert due(pacing, "acc", None if last is None else at(last), at("2026-11-27T12:00Z")) == at(when)


def test_what_would_be_due_after_hours_is_due_the_next_day() -> None:
    pacing = Pacing(least=6 * HOUR, opens=9 * HOUR, closes=17 * HOUR)
    assert due(pacing, "acc", at("2026-11-27T12:00Z"), at("2026-11-27T12:30Z")) == at("2026-11-28T09:00Z")


def test_hours_that_a_clock_leaves_out_are_skipped() -> None:
    pacing = Pacing(opens=2 * HOUR, closes=3 * HOUR, zone=BERLIN)
    assert due(pacing, "acc", None, at("2026-03-28T12:00Z")) == at("2026-03-30T02:00+02:00")


def test_the_jitter_follows_from_account_and_date() -> None:
    pacing = Pacing(opens=9 * HOUR, closes=17 * HOUR, jitter=2 * HOUR)
    day, now = at("2026-11-27T00:00Z").date(), at("2026-11-27T05:00Z")
    found = {account: due(pacing, account, None, now) for account in ("a", "b", "c", "d")}
    assert found == {account: at("2026-11-27T09:00Z") + jitter_on(pacing, account, day) for account in found}
    assert len(set(found.values())) == 4
    assert jitter_on(pacing, "a", day) != jitter_on(pacing, "a", day + timedelta(days=1))
    assert found["a"] == at("2026-11-27T10:18:58Z")  # it never changes: people were told it


_TIMES = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(lambda found: found.replace(tzinfo=UTC))  # noqa: DTZ001 - it is given one


@given(
    last=st.none() | _TIMES,
    now=_TIMES,
    opens=st.integers(0, 22),
    least=st.integers(0, 200),
    days=st.frozensets(st.integers(0, 6), min_size=1),
    jitter=st.integers(0, 59),
)
def test_what_is_due_is_allowed_and_stays_due(  # noqa: PLR0913 - what a pacing has
    last: datetime | None, now: datetime, opens: int, least: int, days: frozenset[int], jitter: int
) -> None:
    pacing = Pacing(least * HOUR, opens * HOUR, (opens + 1.5) * HOUR, days, BERLIN, timedelta(minutes=jitter))
    when = due(pacing, "acc", last, now)
    there = when.astimezone(BERLIN)
    assert when >= now
    assert last is None or when >= last + pacing.least
    assert there.weekday() in days
    midnight = datetime.combine(there.date(), time(0), BERLIN)
    assert midnight + pacing.opens <= there < midnight + pacing.closes
    assert due(pacing, "acc", last, when) == when


def test_what_is_waited_for_begins_when_it_is_due_and_in_that_order() -> None:
    now = at("2026-11-27T05:00Z")
    begun: list[tuple[datetime, str]] = []
    slept: list[datetime] = []

    def pause(seconds: float) -> bool:
        nonlocal now
        now += timedelta(seconds=seconds)
        return True

    def turn(place: int, opens: int) -> Turn:
        pace = Pace(Pacing(opens=opens * HOUR, closes=17 * HOUR), str(place), None)
        return Turn(place, Booking(f"p{place}", f"s{place}", str(place), Options()), pace=pace)

    def apply(turn: Turn, _: Flight) -> Result:
        raise ReconcilerError.at(turn.path, "nothing is sent here")

    ended: list[Ending] = []
    interrupt = Interrupt(lambda _: None, lambda: None)
    fleet = Fleet(
        apply=apply,
        interrupt=interrupt,
        clock=Clock(pause, lambda: now),
        parallel=2,
        max_failures=None,
        put_off=lambda *_: False,
        begun=lambda turn: begun.append((now, turn.path)),
        ended=ended.append,
        sleeping=slept.append,
        tick=lambda: None,
    )
    with interrupt:
        assert fleet.run([turn(0, 12), turn(1, 9), turn(2, 5), turn(3, 12)]) == []
    noon = at("2026-11-27T12:00Z")
    assert begun == [(at("2026-11-27T05:00Z"), "p2"), (at("2026-11-27T09:00Z"), "p1"), (noon, "p0"), (noon, "p3")]
    assert slept == [at("2026-11-27T09:00Z"), noon]
