"""Owns being stopped: the first ^C, SIGTERM or SIGHUP ends the run after the request in flight, the second at once."""

import math
import os
import select
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Self

from reconciler.wire.outcomes import AbandonedError

GRACE_SECONDS = 10.0
_AT_ONCE = 0.001  # no seconds at all would set no alarm
_HEARTBEAT = 1.0  # seconds: a signal that comes just as a wait for the network begins is noticed by the next alarm
Handler = Callable[[int, FrameType | None], Any] | int | None  # as signal() takes and gives them
_NAMES = {signal.SIGINT: "interrupted", signal.SIGTERM: "terminated", signal.SIGHUP: "hung up"}


def ending_signals() -> tuple[signal.Signals, ...]:
    """Return the signals that end a run; not SIGHUP where it is ignored, as `nohup` has it."""
    return tuple(number for number in _NAMES if signal.getsignal(number) is not signal.SIG_IGN)


class Interrupt:
    """The signals of a run, from entering to leaving it; only in the main thread."""

    def __init__(
        self,
        announce: Callable[[str], None],
        leave: Callable[[], None],
        grace: float = GRACE_SECONDS,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take what is called at the first signal, what is called before the second ends the process, and the grace.

        The grace is the seconds, from the signal on, that the request in flight is given. Both functions run at any
        instant: they may use nothing that the interrupted code may hold.
        """
        self._announce = announce
        self._leave = leave
        self._grace, self._clock = grace, clock
        self._end = 0.0  # of the grace, once a signal came
        self._until: float | None = None  # when the request in flight has taken too long
        self._signal: signal.Signals | None = None
        self._flying = False
        self._before: dict[signal.Signals, Handler] = {}
        self._reader, self._writer = -1, -1

    @property
    def exit_code(self) -> int | None:
        """Return 128 and the signal's number (130, 143, 129) once one came, else None."""
        return None if self._signal is None else 128 + self._signal

    def stopped(self) -> str | None:
        """Return how the signal that came is called; None where none came."""
        return None if self._signal is None else _NAMES[self._signal]

    def is_out_of_grace(self) -> bool:
        """Tell whether a signal came, and the grace that requests in flight are given since is over."""
        return self._signal is not None and self._clock() >= self._end

    def pause(self, seconds: float) -> bool:
        """Wait some seconds, in any thread; return False as soon as a signal came."""
        if self._reader < 0:
            time.sleep(seconds)  # outside of a run, a signal is for whoever else takes it
        elif self._signal is None:
            signals = select.poll()  # which takes a descriptor of any number
            signals.register(self._reader, select.POLLIN)
            signals.poll(math.ceil(seconds * 1000))
        return self._signal is None

    @contextmanager
    def flight(self) -> Iterator[None]:
        """Mark a request as in flight: a signal lets it take what is left of the grace, then raises AbandonedError."""
        self._flying, self._until = True, None
        try:
            self._set_alarm()
            yield
        finally:
            self._flying = False
            signal.setitimer(signal.ITIMER_REAL, 0)

    def limit(self, seconds: float | None) -> None:
        """Let the request in flight go on for some seconds, or as long as it takes; then AbandonedError is raised."""
        self._until = None if seconds is None else self._clock() + seconds
        self._set_alarm()

    def opened(self, cut: Callable[[], None]) -> None:
        """Leave the connection alone: what is raised here ends it."""

    def __enter__(self) -> Self:
        """Take the signals over."""
        self._reader, self._writer = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        for number in ending_signals():
            self._before[number] = signal.signal(number, self._on_signal)
        self._before[signal.SIGALRM] = signal.signal(signal.SIGALRM, self._on_alarm)
        return self

    def __exit__(self, *_: object) -> None:
        """Hand the signals back."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        os.close(self._reader)
        os.close(self._writer)
        self._reader = self._writer = -1

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        del frame
        if self._signal is not None:
            self._leave()
            os._exit(128 + number)  # state is true at every instant: what is in flight stands there as pending
        self._end = self._clock() + self._grace
        self._signal = signal.Signals(number)
        os.write(self._writer, b"!")
        if self._flying:
            self._set_alarm()
        self._announce(_NAMES[self._signal])

    def _seconds_left(self) -> float:
        """Return the seconds after which the request in flight is abandoned; a heartbeat where nothing limits it."""
        end = self._until if self._signal is None else self._end
        return _HEARTBEAT if end is None else end - self._clock()

    def _set_alarm(self) -> None:
        """Set the alarm to when the request is abandoned, and each heartbeat, should what it raises be swallowed."""
        signal.setitimer(signal.ITIMER_REAL, max(_AT_ONCE, min(_HEARTBEAT, self._seconds_left())), _HEARTBEAT)

    def _on_alarm(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        if not self._flying:
            return
        if self._seconds_left() > 0:
            self._set_alarm()
        else:
            raise AbandonedError("for the time it took" if self._signal is None else "after a signal")
