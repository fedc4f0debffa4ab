"""Owns an apply of many profiles: several at a time, one at a time of each account, and what ends it for all."""

import heapq
import queue
import resource
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial

from msgspec import Struct

from reconciler.app.apply import Booking, Result
from reconciler.applying.events import End
from reconciler.applying.flights import Flight
from reconciler.applying.interrupt import Interrupt
from reconciler.pacing import Pace
from reconciler.problem import LockedError, ReconcilerError, StaleError
from reconciler.wire.outcomes import REFUSALS, Outcome

_TICK = 0.1  # seconds between two looks at what is in flight
_SLEEP = 60.0  # seconds at most in one wait, should the machine sleep meanwhile
_FILES = 10  # that a profile at work has open at most, but for what it sends


class Halt(StrEnum):
    """Why no more profiles are begun."""

    INTERRUPTED = "interrupted"
    FAILURES = "failures"  # --max-failures
    REFUSALS = "refusals"  # of the key or the service, in a row
    CANARY = "canary"  # the first ones failed, or a person said no after them
    REPORT = "report"  # it could not be written


class Fate(StrEnum):
    """What became of one profile; each has one."""

    DONE = "done"
    UNCHANGED = "unchanged"
    IN_DOUBT = "in doubt"
    REJECTED = "rejected"
    REFUSED = "refused for the key, the account or the service"
    UNREACHED = "no clear answer"
    GIVEN_UP = "given up waiting"
    BLOCKED = "blocked"
    LOCKED = "held by another apply"
    STALE = "changed since it was planned"
    STOPPED = "stopped on the way"
    UNDONE = "could not be begun"
    DEFERRED = "deferred"
    NOT_BEGUN = "not begun"


class Turn(Struct, frozen=True):
    """One profile that is to be applied, and when it may be; its place is that in the order of the command line.

    `sends` tells whether anything is sent, or only recorded: what is recorded waits for nothing.
    """

    place: int
    booking: Booking
    sends: bool = True
    pace: Pace | None = None

    @property
    def path(self) -> str:
        """Return the path of the profile."""
        return self.booking.profile_path

    def due(self, now: datetime) -> datetime:
        """Return when it may begin, `now` at the earliest."""
        return self.pace.due(now) if self.pace is not None and self.sends else now


class Ending(Struct, frozen=True):
    """How one profile's apply ended: with a result, or with the error that kept it from being begun."""

    turn: Turn
    result: Result | None = None
    error: ReconcilerError | None = None

    @property
    def fate(self) -> Fate:
        """Return what became of the profile."""
        return _fate_of_error(self.error) if self.result is None else _fate(self.result)

    @property
    def failed(self) -> bool:
        """Tell whether something went wrong that the plan did not show."""
        run = None if self.result is None else self.result.run
        return self.error is not None or bool(run and (run.rejected or run.unknown or run.untried or run.end))

    @property
    def refusal(self) -> Outcome | None:
        """Return the answer that refused the account for the key or the service, where nothing of it arrived."""
        result = self.result
        if result is None or result.done:
            return None
        failed = [*result.rejected, *result.unknown]
        return next((failure.outcome for failure in failed if failure.outcome.is_refusal), None)

    @property
    def answered(self) -> bool:
        """Tell whether the API dealt with a request of the account, whatever it said of it."""
        result = self.result
        return result is not None and bool(result.done or result.rejected) and self.refusal is None


def _fate_of_error(error: ReconcilerError | None) -> Fate:
    if isinstance(error, LockedError):
        return Fate.LOCKED
    return Fate.STALE if isinstance(error, StaleError) else Fate.UNDONE


_ENDS = {
    End.REFUSED: Fate.REFUSED,
    End.OUTAGE: Fate.UNREACHED,
    End.PATIENCE: Fate.GIVEN_UP,
    **dict.fromkeys((End.INTERRUPTED, End.SAVE, End.HOOK, End.FILE, End.LOST), Fate.STOPPED),
}


def _fate(result: Result) -> Fate:
    if result.in_doubt:
        return Fate.IN_DOUBT
    if result.complete:
        return Fate.DONE if result.run is not None else Fate.UNCHANGED
    run = result.run
    if run is not None and run.end is not None:
        return Fate.UNREACHED if run.end is End.PATIENCE and run.unknown else _ENDS[run.end]
    if run is not None and (run.rejected or run.unknown):
        return Fate.REJECTED if run.rejected else Fate.UNREACHED
    return Fate.BLOCKED


Apply = Callable[[Turn, Flight], Result]


class Clock(Struct, frozen=True):
    """The time, and what waits some seconds and tells whether to go on."""

    pause: Callable[[float], bool]
    now: Callable[[], datetime] = lambda: datetime.now(UTC)


@dataclass(slots=True)
class Fleet:
    """Applies profiles in threads. All that it calls but `apply` runs in the thread that runs it: the main one.

    `put_off` is asked, of what is due only later, whether it is left out then; `begun`, `ended` and `sleeping` are told
    what happens, `tick` that some time went by.
    """

    apply: Apply
    interrupt: Interrupt
    clock: Clock
    parallel: int
    max_failures: int | None
    put_off: Callable[[Turn, datetime], bool]
    begun: Callable[[Turn], None]
    ended: Callable[[Ending], None]
    sleeping: Callable[[datetime], None]
    tick: Callable[[], None]
    halt: Halt | None = None
    refusal: Outcome | None = None
    failures: int = 0
    _refused: int = 0
    _inbox: "queue.SimpleQueue[Callable[[], None]]" = field(default_factory=queue.SimpleQueue)
    _running: int = 0

    def post(self, call: Callable[[], None]) -> None:
        """Have something called in the main thread, from any."""
        self._inbox.put(call)

    def run(self, turns: Iterable[Turn]) -> list[Turn]:
        """Apply each when it is due; return those that were not begun, since something ended it for all.

        What is in flight when it ends is waited for.
        """
        waiting = [(turn.due(self.clock.now()), turn.place, turn) for turn in turns]
        heapq.heapify(waiting)
        jobs: queue.SimpleQueue[Turn | None] = queue.SimpleQueue()
        flights = [Flight(self.interrupt) for _ in range(min(self.parallel, len(waiting)))]
        threads = [threading.Thread(target=self._work, args=(jobs, flight)) for flight in flights]
        try:
            _allow_files(len(threads))
            _start_all(threads)
            while waiting or self._running:
                self._begin_due(waiting, jobs, len(threads))
                if self._running:
                    self._listen(flights)
                elif waiting and self._may_begin():
                    self._sleep(waiting[0][0])
                elif waiting:
                    break
        finally:
            self._end_all([thread for thread in threads if thread.ident is not None], jobs, flights)
            self._hear_out()
        return [turn for _, _, turn in sorted(waiting, key=lambda entry: entry[1])]

    def _begin_due(
        self, waiting: list[tuple[datetime, int, Turn]], jobs: "queue.SimpleQueue[Turn | None]", most: int
    ) -> None:
        while waiting and self._running < most and self._may_begin():
            now = self.clock.now()
            if waiting[0][0] > now:
                return
            _, place, turn = heapq.heappop(waiting)
            again = turn.due(now)
            if again > now:  # it had to wait for others so long that its hours are over
                if not self.put_off(turn, again):
                    heapq.heappush(waiting, (again, place, turn))
                continue
            self._running += 1
            self.begun(turn)
            jobs.put(turn)

    def _may_begin(self) -> bool:
        if self.halt is None and self.interrupt.exit_code is not None:
            self.halt = Halt.INTERRUPTED
        return self.halt is None

    def _sleep(self, until: datetime) -> None:
        self.sleeping(until)
        while self._may_begin() and (seconds := (until - self.clock.now()).total_seconds()) > 0:
            self.clock.pause(min(seconds, _SLEEP))

    def _listen(self, flights: Iterable[Flight]) -> None:
        """Take what the threads say, and cut what is in flight for too long."""
        try:
            self._inbox.get(timeout=_TICK)()
            while True:
                self._inbox.get_nowait()()
        except queue.Empty:
            pass
        for flight in flights:
            flight.cut_if_late()
        self.tick()

    def _end_all(
        self, threads: Iterable[threading.Thread], jobs: "queue.SimpleQueue[Turn | None]", flights: Iterable[Flight]
    ) -> None:
        """Let every thread end; what is in flight ends by itself, or is cut."""
        for _ in threads:
            jobs.put(None)
        for thread in threads:
            while thread.is_alive():
                thread.join(_TICK)
                for flight in flights:
                    flight.cut_if_late()

    def _hear_out(self) -> None:
        """Take what threads said after an error of another one: what became of their profiles is told too."""
        while not self._inbox.empty():
            with suppress(Exception):  # the first error is raised
                self._inbox.get_nowait()()

    def _work(self, jobs: "queue.SimpleQueue[Turn | None]", flight: Flight) -> None:
        while (turn := jobs.get()) is not None:
            try:
                ending = Ending(turn, self.apply(turn, flight))
            except ReconcilerError as error:
                ending = Ending(turn, error=error)
            except BaseException as error:  # noqa: BLE001 - it is raised in the main thread
                self.post(partial(self._fail, error))
                continue
            self.post(partial(self._end, ending))

    def _fail(self, error: BaseException) -> None:
        self._running -= 1
        raise error

    def _end(self, ending: Ending) -> None:
        self._running -= 1
        self.failures += ending.failed
        if ending.refusal is not None:
            self._refused, self.refusal = self._refused + 1, ending.refusal
        elif ending.answered:
            self._refused = 0
        if self.halt is None and self._refused >= REFUSALS:
            self.halt = Halt.REFUSALS
        if self.halt is None and self.max_failures is not None and self.failures >= self.max_failures:
            self.halt = Halt.FAILURES
        self.ended(ending)


def _allow_files(profiles: int) -> None:
    """Let the process open the files that so many profiles need at once, as far as the system lets it decide that."""
    most, allowed = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = most + profiles * _FILES if most != resource.RLIM_INFINITY else most
    wanted = wanted if allowed == resource.RLIM_INFINITY else min(wanted, allowed)
    with suppress(OSError, ValueError):  # then those that find no room say so
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, allowed))


def _start_all(threads: Iterable[threading.Thread]) -> None:
    """Start threads. Raises ReconcilerError where the system does not let all of them begin."""
    for number, thread in enumerate(threads):
        try:
            thread.start()
        except RuntimeError as error:
            message = f"the system begins no more than {number} threads"
            raise ReconcilerError.at("", message, "give --parallel a lower number") from error
