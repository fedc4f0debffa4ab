"""Owns being stopped: the first ^C or SIGTERM ends the run after the request in flight, the second at once."""

import os
import select
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Self

GRACE_SECONDS = 10.0
_AT_ONCE = 0.001  # no seconds at all would set no alarm
Handler = Callable[[int, FrameType | None], Any] | int | None  # as signal() takes and gives them
_NAMES = {signal.SIGINT: "interrupted", signal.SIGTERM: "terminated"}


class AbandonedError(Exception):
    """The request in flight was given up, after a signal or for its time: whether it arrived is not known."""


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
        """Take who is told of the first signal, what is done before the second ends the process, and the grace.

        The grace is the seconds, from the signal on, that the request in flight is given. Both functions run at any
        instant: they may use nothing that the interrupted code may hold.
        """
        self._announce = announce
        self._leave = leave
        self._grace, self._clock = grace, clock
        self._end = 0.0  # of the grace, once a signal came
        self._signal: signal.Signals | None = None
        self._flying = False
        self._before: dict[signal.Signals, Handler] = {}
        self._reader, self._writer = -1, -1

    @property
    def exit_code(self) -> int | None:
        """Give 130 or 143 once a signal came."""
        return None if self._signal is None else 128 + self._signal

    def stopped(self) -> str | None:
        """Say that a signal came; None where none did."""
        return None if self._signal is None else _NAMES[self._signal]

    def pause(self, seconds: float) -> bool:
        """Wait; False where a signal ended or ends it."""
        if self._signal is None:
            select.select([self._reader], [], [], seconds)
        return self._signal is None

    @contextmanager
    def flight(self) -> Iterator[None]:
        """Mark a request as in flight: a signal lets it take what is left of the grace, then raises AbandonedError."""
        self._flying = True
        try:
            if self._signal is not None:
                self._give_grace()
            yield
        finally:
            self._flying = False
            signal.setitimer(signal.ITIMER_REAL, 0)

    def answer_within(self, seconds: float) -> None:
        """Wait no longer than that for the answer of the request in flight: then raise AbandonedError."""
        signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
        if self._signal is not None:
            self._give_grace()

    def __enter__(self) -> Self:
        """Take the signals over."""
        self._reader, self._writer = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        for number in _NAMES:
            self._before[number] = signal.signal(number, self._on_signal)
        self._before[signal.SIGALRM] = signal.signal(signal.SIGALRM, self._on_alarm)
        return self

    def __exit__(self, *_: object) -> None:
        """Give the signals back."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        os.close(self._reader)
        os.close(self._writer)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        del frame
        if self._signal is not None:
            self._leave()
            os._exit(128 + number)  # state is true at every instant: what is in flight stands there as pending
        self._end = self._clock() + self._grace
        self._signal = signal.Signals(number)
        os.write(self._writer, b"!")
        if self._flying:
            self._give_grace()
        self._announce(_NAMES[self._signal])

    def _give_grace(self) -> None:
        """Set the alarm to the end of the grace; again each second after, should what it raises be swallowed."""
        signal.setitimer(signal.ITIMER_REAL, max(_AT_ONCE, self._end - self._clock()), 1.0)

    def _on_alarm(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        if self._flying:
            raise AbandonedError
