"""Owns the process as a console: its options, exit codes and standard streams, and how output leaves it."""

import io
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, TextIO

import click

DEFAULT_PROFILES = ("profile.yaml",)


class Exit(IntEnum):
    """The exit codes (contract, *Commands*); DOUBT wins over ERROR, ERROR over CHANGES."""

    DONE = 0
    ERROR = 1
    CHANGES = 2
    DOUBT = 3
    USAGE = 64
    INTERNAL = 70
    INTERRUPTED = 130


@dataclass(slots=True)
class Settings:
    """The options that stand before the command; `json_errors` tells that a command was asked for JSON."""

    color: str = "auto"
    quiet: bool = False
    verbose: int = 0
    json_errors: bool = False

    def colored(self, *, stderr: bool = False) -> bool:
        """Tell whether to colour; `auto` colours a terminal unless NO_COLOR is set and not empty."""
        if self.color != "auto":
            return self.color == "always"
        stream = sys.stderr if stderr else sys.stdout
        return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def result(text: str) -> None:
    """Print what a command was asked for, on standard output; the text is already safe to print."""
    click.echo(text, color=True)


def notice(text: str) -> None:
    """Print anything else, on standard error; the text is already safe to print."""
    click.echo(text, err=True, color=True)


class UnwrittenError(Exception):
    """Standard output did not take what was printed; the cause says why."""


class _Output(io.FileIO):
    """Standard output, whose errors are told from those of other files."""

    def write(self, data: Any, /) -> int:  # noqa: ANN401 - any buffer
        try:
            return super().write(data)
        except OSError as error:
            raise UnwrittenError from error


class _Notices(io.FileIO):
    """Standard error: where nobody reads it, or the disk under it is full, what goes on is worth more than a line."""

    def write(self, data: Any, /) -> int:  # noqa: ANN401 - any buffer
        try:
            return super().write(data)
        except OSError:
            return memoryview(data).nbytes


def prepare() -> None:
    r"""Make the standard streams fit for any text, also where the caller closed them or has another encoding.

    A file or a pipe gets UTF-8, as JSON and Markdown must be; a terminal keeps its own encoding, and what that lacks
    is written out, as `\u2192`.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the free number, so that no file of ours does
    sys.stdout = _text(_Output(1, "w", closefd=False), sys.stdout)
    sys.stderr = _text(_Notices(2, "w", closefd=False), sys.stderr)


def _text(raw: io.FileIO, before: TextIO | None) -> io.TextIOWrapper:
    encoding = before.encoding if before is not None and raw.isatty() else "utf-8"
    return io.TextIOWrapper(io.BufferedWriter(raw), encoding, "backslashreplace", line_buffering=True)


def give_up_output() -> None:
    """Let what standard output did not take go nowhere, so that it does not fail once more when the process ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)


def show_nothing_changed(paths: Sequence[str], *, quiet: bool = False) -> bool:
    """Print a line a profile, unless `quiet`, where digests show that nothing changed in any; tell whether they do."""
    from reconciler.app.fastpath import all_unchanged
    from reconciler.render.line import no_changes

    unchanged = all_unchanged(paths)
    if unchanged is None:
        return False
    if not quiet:
        for path, applied_at in unchanged.items():
            result(no_changes(path, applied_at))
    return True
