"""Owns the requests in flight of several threads: what stops them, and what cuts the one that takes too long.

A signal reaches the main thread alone, so nothing can be raised where another one waits for an answer. The main thread
cuts its connection instead, and the request ends as any whose connection was lost.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Self

from reconciler.applying.interrupt import Interrupt
from reconciler.wire.outcomes import AbandonedError


class Flight:
    """The request in flight of one thread, if it has one."""

    def __init__(self, interrupt: Interrupt, clock: Callable[[], float] = time.monotonic) -> None:
        """Take the signals of the run, which the main thread has entered, and a clock of seconds that only grow."""
        self._interrupt, self._clock = interrupt, clock
        self._lock = threading.Lock()  # held while any of the following changes
        self._flying = False
        self._end: float | None = None
        self._cut: Callable[[], None] | None = None
        self._abandoned = ""

    @property
    def exit_code(self) -> int | None:
        """Return the exit code of a process that a signal stopped, None where none came."""
        return self._interrupt.exit_code

    def stopped(self) -> str | None:
        """Return how the signal that came is called; None where none came."""
        return self._interrupt.stopped()

    def pause(self, seconds: float) -> bool:
        """Wait some seconds; return False as soon as a signal came."""
        return self._interrupt.pause(seconds)

    @contextmanager
    def flight(self) -> Iterator[None]:
        """Mark a request as in flight."""
        with self._lock:
            self._flying, self._end, self._cut, self._abandoned = True, None, None, ""
        try:
            yield
        finally:
            with self._lock:
                self._flying, self._cut = False, None

    def limit(self, seconds: float | None) -> None:
        """Let the request go on for some seconds, or as long as it takes. Raises AbandonedError once it was cut."""
        with self._lock:
            if self._abandoned:
                raise AbandonedError(self._abandoned)
            self._end = None if seconds is None else self._clock() + seconds

    def opened(self, cut: Callable[[], None]) -> None:
        """Take what cuts the connection of the request in flight."""
        with self._lock:
            self._cut = cut
            if self._abandoned:
                cut()

    def cut_if_late(self) -> None:
        """Cut the request in flight where its time is over, or the grace after a signal; the main thread calls it."""
        with self._lock:
            if not self._flying or self._abandoned:
                return
            if self._interrupt.is_out_of_grace():
                self._abandoned = "after a signal"
            elif self._end is not None and self._clock() >= self._end:
                self._abandoned = "for the time it took"
            if self._abandoned and self._cut is not None:
                self._cut()

    def __enter__(self) -> Self:
        """Begin one profile's run."""
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
