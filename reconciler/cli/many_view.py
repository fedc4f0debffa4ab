"""Owns what is shown while many profiles are applied: in a terminal all of them in one view, else a line at times."""

import os
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from reconciler.applying.events import Event, Waiting
from reconciler.cli.console import Settings, notice
from reconciler.cli.report import outcome_line
from reconciler.planning.plan import FilePart, Request
from reconciler.render.terminal import visible

if TYPE_CHECKING:
    from rich.live import Live
    from rich.table import Table

_SHOWN = 8  # profiles in flight that have a line of their own
_DRAWN_EVERY = 0.2
_LONG = 10.0  # seconds: a wait that is told where nothing is drawn
_BAR = 30


class ManyView:
    """The view of all; the main thread alone uses it."""

    def __init__(
        self, settings: Settings, total: int, *, shared: bool = False, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Take the console's settings, how many profiles there are to apply, and whether others print there too."""
        self._settings, self._total, self._clock = settings, total, clock
        self._done = self._failed = 0
        self._flying: dict[str, tuple[str, float]] = {}  # by path: what it does, since when
        self._drawn = 0.0
        self._live: Live | None = None
        self._is_clear = True
        if not (settings.quiet or shared) and sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
            self._live = _live(color=settings.colored(stderr=True))

    @property
    def names_done(self) -> bool:
        """Tell whether what was applied is named at a profile's end: in a log, or where it is asked for."""
        return not self._settings.quiet and (self._live is None or self._settings.verbose > 0)

    def begun(self, path: str) -> None:
        """Show that a profile's turn has come."""
        self._flying[path] = ("planning again", self._clock())

    def told(self, path: str, event: Event) -> None:
        """Show what became of a request, where that is not the end of it."""
        if isinstance(event, Waiting):
            said = f"{outcome_line(event.outcome)}; trying again in {event.seconds:.0f} s"
            self._flying[path] = (said, self._clock())
            if self._live is None and event.seconds >= _LONG:
                notice(f"{visible(path)}: {said}")

    def sending(self, path: str, request: Request) -> None:
        """Show what is sent."""
        files = any(isinstance(part, FilePart) for part in request.parts)
        self._flying[path] = (f"{'uploading' if files else 'sending'} {', '.join(request.addresses)}", self._clock())

    def ended(self, path: str, *, failed: bool) -> None:
        """Show that a profile is over."""
        self._flying.pop(path, None)
        self._done += 1
        self._failed += failed

    def tick(self, stopped: str | None = None) -> None:
        """Draw, if it is time; `stopped` is how the signal is called that ends it all."""
        now = self._clock()
        if self._live is not None and now - self._drawn >= _DRAWN_EVERY:
            self._drawn, self._is_clear = now, False
            self._live.update(self._table(now, stopped), refresh=True)

    def clear(self) -> None:
        """Take away what is drawn, so that what is printed next stays; the next tick draws it again, below that."""
        if self._live is not None and not self._is_clear:
            self._is_clear = True
            self._live.update("", refresh=True)

    def close(self) -> None:
        """Take away what was drawn."""
        if self._live is not None:
            self._live.stop()

    def _table(self, now: float, stopped: str | None) -> "Table":
        from rich.table import Table
        from rich.text import Text

        table = Table.grid(padding=(0, 1))
        share = self._done * _BAR // self._total if self._total else _BAR
        failed = f", {self._failed} failed" if self._failed else ""
        ending = f"; {stopped}: these are brought to their end, once more ends at once" if stopped else ""
        done = f"{self._done} of {self._total}{failed}, {len(self._flying)} at work{ending}"
        table.add_row(Text("━" * share + "╌" * (_BAR - share)), Text(done))
        for path, (said, since) in list(self._flying.items())[:_SHOWN]:
            does = Text(f"{visible(said)}, {now - since:.0f} s", overflow="ellipsis", no_wrap=True)
            table.add_row(Text(visible(path), overflow="ellipsis", no_wrap=True), does)
        if len(self._flying) > _SHOWN:
            table.add_row(Text(""), Text(f"and {len(self._flying) - _SHOWN} more"))
        return table


def _live(*, color: bool) -> "Live":
    from rich.console import Console
    from rich.live import Live

    console = Console(stderr=True, no_color=not color, highlight=False)
    live = Live(console=console, auto_refresh=False, transient=True, redirect_stdout=False)
    live.start()
    return live
