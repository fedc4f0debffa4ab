"""Owns what a run asks while it goes on: whether it was stopped, and how long a request may take."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol, Self


class Stop(Protocol):
    """What ends a run early; Interrupt does, by the signals of the process."""

    @property
    def exit_code(self) -> int | None:
        """Return the exit code of a process that was stopped, None where nothing stopped it."""

    def stopped(self) -> str | None:
        """Return what stopped it, None where nothing did."""

    def pause(self, seconds: float) -> bool:
        """Wait some seconds; return False as soon as it is stopped."""

    def flight(self) -> AbstractContextManager[None]:
        """Mark a request as in flight."""

    def limit(self, seconds: float | None) -> None:
        """Let the request in flight go on for some seconds, or as long as it takes."""

    def opened(self, cut: Callable[[], None]) -> None:
        """Take what cuts the connection of the request in flight, from whichever thread."""

    def __enter__(self) -> object:
        """Begin."""

    def __exit__(self, *_: object) -> None:
        """End."""


class Unstoppable:
    """A run outside the main thread, which gets no signals: it goes on to its end."""

    exit_code: int | None = None

    def stopped(self) -> str | None:
        """Return None."""
        return None

    def pause(self, seconds: float) -> bool:
        """Wait some seconds."""
        time.sleep(seconds)
        return True

    def flight(self) -> AbstractContextManager[None]:
        """Mark nothing."""
        return nullcontext()

    def limit(self, seconds: float | None) -> None:
        """Leave it to the timeouts of the connection."""

    def opened(self, cut: Callable[[], None]) -> None:
        """Leave the connection alone."""

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """End."""
