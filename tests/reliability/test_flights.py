"""What cuts a request that is in flight in another thread: its time, or the grace after a signal."""

import os
import resource
import signal
from collections.abc import Iterator

import pytest

from reconciler.applying.flights import Flight
from reconciler.applying.interrupt import Interrupt
from reconciler.wire.outcomes import AbandonedError

FD_SETSIZE = 1024  # the number from which on `select` takes no descriptor


class Ticking:
    """A clock that a test puts forward."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Ticking:
    return Ticking()


@pytest.fixture
def interrupt(clock: Ticking) -> Iterator[Interrupt]:
    with Interrupt(lambda _: None, lambda: None, 10.0, clock=clock) as made:
        yield made


def test_a_request_is_cut_once_its_time_is_over(interrupt: Interrupt, clock: Ticking) -> None:
    flight, cuts = Flight(interrupt, clock), []
    with flight.flight():
        flight.limit(5)
        flight.opened(lambda: cuts.append(clock.now))
        clock.now += 4.9
        flight.cut_if_late()
        flight.limit(None)  # it is being sent
        clock.now += 1000
        flight.cut_if_late()
        flight.limit(5)
        clock.now += 5
        flight.cut_if_late()
        flight.cut_if_late()
        with pytest.raises(AbandonedError, match="for the time it took"):
            flight.limit(None)
    assert cuts == [1109.9]
    with flight.flight():
        flight.limit(5)  # the next one has its own time


def test_after_a_signal_a_request_has_what_is_left_of_the_grace(interrupt: Interrupt, clock: Ticking) -> None:
    flight, cuts = Flight(interrupt, clock), []
    with flight.flight():
        flight.opened(lambda: cuts.append(clock.now))
        signal.raise_signal(signal.SIGTERM)
        clock.now += 9
        flight.cut_if_late()
        assert cuts == []
        clock.now += 1
        flight.cut_if_late()
        with pytest.raises(AbandonedError, match="after a signal"):
            flight.limit(5)
    assert (cuts, flight.stopped(), flight.pause(100)) == ([110.0], "terminated", False)


def test_a_connection_that_opens_too_late_is_cut_at_once(interrupt: Interrupt, clock: Ticking) -> None:
    flight, cuts = Flight(interrupt, clock), []
    with flight.flight():
        flight.limit(1)
        clock.now += 2
        flight.cut_if_late()
        flight.opened(lambda: cuts.append("at once"))
    assert cuts == ["at once"]


def test_a_wait_takes_a_descriptor_of_any_number() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2 * FD_SETSIZE), hard))
    taken = [os.open(os.devnull, os.O_RDONLY) for _ in range(FD_SETSIZE)]
    try:
        with Interrupt(lambda _: None, lambda: None) as made:
            assert made.pause(0.001)
            signal.raise_signal(signal.SIGTERM)
            assert not made.pause(60)
    finally:
        for descriptor in taken:
            os.close(descriptor)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_what_is_not_in_flight_is_never_cut(interrupt: Interrupt, clock: Ticking) -> None:
    flight, cuts = Flight(interrupt, clock), []
    with flight.flight():
        flight.limit(1)
        flight.opened(lambda: cuts.append("wrong"))
    clock.now += 100
    flight.cut_if_late()
    assert cuts == []
