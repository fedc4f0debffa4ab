"""What is shown while an answer is waited for."""

import sys
import threading

import pytest

from reconciler.applying.events import Sent, Waiting
from reconciler.cli.console import Settings
from reconciler.cli.progress import ProgressView, Waited
from reconciler.planning.plan import FilePart, Group, Request
from reconciler.wire.outcomes import Outcome, Verdict

PICTURE = FilePart("picture", "me.png", "0" * 64, 3 * 1024 * 1024, "image/png")
REQUEST = Request((), (Group(("picture",), (PICTURE,), {}),), repeatable=True)


class Screen:
    """Standard error, that tells when a text was written to it."""

    encoding = "utf-8"

    def __init__(self, *, terminal: bool) -> None:
        self.terminal, self.text = terminal, ""
        self.written = threading.Condition()

    def isatty(self) -> bool:
        return self.terminal

    def fileno(self) -> int:
        raise OSError

    def write(self, text: str) -> int:
        with self.written:
            self.text += text
            self.written.notify_all()
        return len(text)

    def flush(self) -> None:
        pass

    def wait_for(self, text: str) -> None:
        with self.written:
            assert self.written.wait_for(lambda: text in self.text, timeout=30), self.text


@pytest.mark.parametrize(
    ("waited", "line"),
    [
        (Waited("a", 0.0), "a: waiting for an answer, 12 s"),
        (Waited("a", 0.0, sent=1024, total=4096), "a: uploading, 1.0 KiB of 4.0 KiB (25 %)"),
        (Waited("a", 10.0, sent=4096, total=4096), "a: waiting for an answer, 2 s"),
        (Waited("a", 0.0, until=20.0), "a: next try in 8 s"),
    ],
)
def test_the_line_says_what_is_waited_for(waited: Waited, line: str) -> None:
    assert waited.line(12.0) == line


@pytest.mark.parametrize("terminal", [True, False])
def test_it_is_shown_from_the_upload_to_the_answer(monkeypatch: pytest.MonkeyPatch, *, terminal: bool) -> None:
    screen, clock = Screen(terminal=terminal), [100.0]
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    progress = ProgressView(Settings(), every=0.001, clock=lambda: clock[0])
    sent = progress.sending(REQUEST)
    clock[0] += 10
    screen.wait_for("picture: uploading, 0 bytes of 3.0 MiB (0 %)")
    sent(PICTURE.size, PICTURE.size)
    clock[0] += 20
    screen.wait_for("picture: waiting for an answer, 20 s")
    progress.tell(Waiting(REQUEST, Outcome(Verdict.NOT_EXECUTED, title="busy"), 30.0))
    clock[0] += 10
    screen.wait_for("picture: next try in 20 s")
    progress.tell(Sent(REQUEST, Outcome(Verdict.APPLIED)))
    progress.close()
    assert screen.text.endswith("picture: applied\n")
    assert ("\x1b[K" in screen.text) == terminal


def test_a_failure_is_told_once_however_often_it_is_met(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen(terminal=False)
    monkeypatch.setattr(sys, "stderr", screen)
    progress = ProgressView(Settings())
    refused = Outcome(Verdict.NOT_EXECUTED, title="connection refused")
    for seconds in (0.5, 1.0):
        progress.tell(Sent(REQUEST, refused))
        progress.tell(Waiting(REQUEST, refused, seconds))
    busy = Outcome(Verdict.NOT_EXECUTED, title="busy")
    progress.tell(Sent(REQUEST, busy))
    progress.tell(Waiting(REQUEST, busy, 2.0))
    progress.tell(Sent(REQUEST, busy))
    progress.close()
    assert screen.text.splitlines() == [
        "picture: not executed: connection refused; trying again in 0.5 s",
        "picture: the same again; trying again in 1.0 s",
        "picture: not executed: busy; trying again in 2.0 s",
        "picture: not executed",
    ]


def test_quiet_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen(terminal=True)
    monkeypatch.setattr(sys, "stderr", screen)
    progress = ProgressView(Settings(quiet=True), every=0.001)
    progress.sending(REQUEST)
    progress.close()
    assert screen.text == ""
