"""Owns what is shown while requests are sent: a line a request, and what is waited for meanwhile.

In a terminal that is a line that is drawn anew: bytes sent, or the seconds without an answer. Elsewhere it is a line
every ten seconds.
"""

import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from reconciler.applying.events import Event, Sent, Splitting, Waiting
from reconciler.cli.console import Settings, notice, terminal_width
from reconciler.cli.report import outcome_line
from reconciler.planning.plan import FilePart, Request
from reconciler.render.terminal import visible
from reconciler.render.value import size_in_words
from reconciler.render.wrap import columns
from reconciler.wire.outcomes import Outcome, Verdict

DRAWN_EVERY = 0.1
TOLD_EVERY = 10.0
_FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_IN_ASCII = "|/-\\"
_CLEAR = "\r\x1b[K"
_WORDS = {
    Verdict.APPLIED: "applied",
    Verdict.REJECTED: "rejected",
    Verdict.NOT_EXECUTED: "not executed",
    Verdict.UNKNOWN: "no clear answer",
}
_FINAL = (Verdict.APPLIED, Verdict.REJECTED)


@dataclass(slots=True)
class Waited:
    """What is waited for: an answer, since `began`; the bytes of files sent, of how many; or the end of a pause."""

    names: str
    began: float
    sent: int = 0
    total: int = 0
    until: float | None = None

    def line(self, now: float) -> str:
        """Return what is waited for, and for how long."""
        if self.until is not None:
            return f"{self.names}: next try in {max(0, round(self.until - now))} s"
        if self.sent < self.total:
            share = f"{100 * self.sent // self.total} %"
            return f"{self.names}: uploading, {size_in_words(self.sent)} of {size_in_words(self.total)} ({share})"
        return f"{self.names}: waiting for an answer, {round(now - self.began)} s"


class ProgressView:
    """What one apply shows while it goes on. A thread of its own draws, since sending takes the main one."""

    def __init__(
        self, settings: Settings, *, every: float | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Take the console's settings; `every` is how often something is drawn or told, in seconds."""
        self._settings, self._clock = settings, clock
        self._drawing = sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._every = every or (DRAWN_EVERY if self._drawing else TOLD_EVERY)
        self._waited: Waited | None = None
        self._frame = 0
        self._told = ""
        self._held = ""  # what became of a try, until it is known whether another follows
        self._lock = threading.Lock()  # held while a line is written, and while what is waited for changes
        self._end = threading.Event()
        self._thread: threading.Thread | None = None

    def tell(self, event: Event) -> None:
        """Print what happened."""
        self._wait_for(None)
        names = visible(", ".join(event.request.addresses))
        if isinstance(event, Waiting):
            self._held = ""
            notice(f"{names}: {self._told_once(event.outcome)}; trying again in {event.seconds:.1f} s")
            now = self._clock()
            self._wait_for(Waited(names, now, until=now + event.seconds))
            return
        self._tell_held()
        if isinstance(event, Splitting):
            notice("  its parts are sent one by one, to tell which it is")
        else:
            self._tell_sent(event, names)

    def _tell_sent(self, event: Sent, names: str) -> None:
        if event.outcome.verdict is Verdict.APPLIED:
            self._told = ""
            if self._settings.quiet:
                return
        self._held = f"{names}: {_WORDS[event.outcome.verdict]}"  # why is told with the next try, or in the end
        if event.outcome.verdict in _FINAL:
            self._tell_held()

    def _tell_held(self) -> None:
        """Print what became of a request that is not tried again."""
        held, self._held = self._held, ""
        if held:
            notice(held)

    def _told_once(self, outcome: Outcome) -> str:
        """Return what became of a try, and why; of what was told already, only that it is so again."""
        before, self._told = self._told, f"{_WORDS[outcome.verdict]}: {outcome_line(outcome)}"
        return "the same again" if self._told == before else self._told

    def sending(self, request: Request) -> Callable[[int, int], None]:
        """Show that a request is sent; return what is told the bytes of its files sent, and their sum."""
        total = sum(part.size for part in request.parts if isinstance(part, FilePart))
        waited = Waited(visible(", ".join(request.addresses)), self._clock(), total=total)
        self._wait_for(waited)

        def sent(done: int, _: int) -> None:
            waited.sent = done
            if done >= total:
                waited.began = self._clock()

        return sent

    def close(self) -> None:
        """Stop showing."""
        self._wait_for(None)
        self._tell_held()
        self._end.set()
        if self._thread is not None:
            self._thread.join()

    def _wait_for(self, waited: Waited | None) -> None:
        with self._lock:
            if self._drawing and self._thread is not None and self._waited is not None:
                _write(_CLEAR)
            self._waited = waited
        if waited is not None and self._thread is None and not self._settings.quiet:
            self._thread = threading.Thread(target=self._show, daemon=True)
            self._thread.start()

    def _show(self) -> None:
        while not self._end.wait(self._every):
            with self._lock:
                waited, now = self._waited, self._clock()
                if waited is None:
                    continue
                if self._drawing:
                    self._draw(waited.line(now))
                elif now - waited.began >= self._every:
                    notice(f"  {waited.line(now)}")

    def _draw(self, line: str) -> None:
        frames = _FRAMES if (sys.stderr.encoding or "").lower().startswith("utf") else _IN_ASCII
        self._frame = (self._frame + 1) % len(frames)
        text = f"{frames[self._frame]} {line}"
        width = terminal_width(sys.stderr) or 80
        while columns(text) >= width:
            text = text[:-2] + "…" if frames is _FRAMES else text[:-1]
        _write(_CLEAR + text)


def _write(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()
