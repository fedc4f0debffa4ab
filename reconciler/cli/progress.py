"""Owns what is shown while requests are sent: a line a request, a bar for uploads at a terminal (rich)."""

import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from reconciler.applying.events import Event, Sent, Splitting
from reconciler.cli.console import Settings, notice
from reconciler.cli.report import describe
from reconciler.planning.plan import FilePart, Request
from reconciler.render.terminal import visible
from reconciler.wire.outcomes import Verdict

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

_WORDS = {
    Verdict.APPLIED: "applied",
    Verdict.REJECTED: "rejected",
    Verdict.NOT_EXECUTED: "not executed",
    Verdict.UNKNOWN: "no clear answer",
}


class Progress:
    """The lines and bars of one run."""

    def __init__(self, settings: Settings) -> None:
        """Take the options before the command."""
        self._settings = settings
        self._bar: Bar | None = None

    def tell(self, event: Event) -> None:
        """Print what happened."""
        self.close()
        names = visible(", ".join(event.request.addresses))
        if isinstance(event, Sent):
            self._sent(event, names)
        elif isinstance(event, Splitting):
            notice("  its parts are sent one by one, to tell which it is")
        else:
            notice(f"  {names}: {describe(event.outcome)}; trying again in {event.seconds:.1f} s")

    def _sent(self, event: Sent, names: str) -> None:
        if self._settings.quiet and event.outcome.verdict is Verdict.APPLIED:
            return
        text = _WORDS[event.outcome.verdict]
        if event.outcome.verdict is not Verdict.APPLIED:
            text = f"{text}: {describe(event.outcome)}"
        notice(f"{names}: {text}")

    def upload(self, request: Request) -> Callable[[int, int], None] | None:
        """Show a bar for a request that carries files, at a terminal; else give nothing to call."""
        files = [part for part in request.parts if isinstance(part, FilePart)]
        if not files or self._settings.quiet or not sys.stderr.isatty():
            return None
        from rich.console import Console
        from rich.progress import BarColumn, DownloadColumn, TextColumn, TransferSpeedColumn
        from rich.progress import Progress as Bar

        columns = (TextColumn("uploading", markup=False), BarColumn(), DownloadColumn(), TransferSpeedColumn())
        console = Console(stderr=True, no_color=not self._settings.colored(stderr=True))
        bar = Bar(*columns, console=console, transient=True)
        task = bar.add_task("uploading", total=sum(part.size for part in files))
        self._bar = bar

        def sent(done: int, total: int) -> None:
            with suppress(OSError):  # a terminal that went away is no reason to break off an upload
                bar.update(task, completed=done, total=total)

        with suppress(OSError):
            bar.start()
        return sent

    def close(self) -> None:
        """Take the bar away."""
        bar, self._bar = self._bar, None
        if bar is not None:
            with suppress(OSError):
                bar.stop()
