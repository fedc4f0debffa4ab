"""Owns the process as a console: its options, exit codes and standard streams, and how output leaves it."""

import io
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any, TextIO

import click

if TYPE_CHECKING:
    from reconciler.problem import Problem, ReconcilerError

DEFAULT_PROFILES = ("profile.yaml",)
_STDOUT, _STDERR = 1, 2


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
    """The common options; `json_errors` tells that a command was asked for JSON, `json_lines` for one object a line."""

    color: str = "auto"
    quiet: bool = False
    verbose: int = 0
    json_errors: bool = False
    json_lines: bool = False

    def colored(self, *, stderr: bool = False) -> bool:
        """Tell whether to colour what goes to a stream; `auto` asks the environment, and whether it is a terminal."""
        if self.color != "auto":
            return self.color == "always"
        asked = color_asked_for(os.environ)
        if asked is not None:
            return asked
        stream = sys.stderr if stderr else sys.stdout
        return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"


def color_asked_for(environ: Mapping[str, str]) -> bool | None:
    """Return whether the environment asks for colour or against it; None where it does neither."""
    if environ.get("NO_COLOR"):
        return False
    for name in ("FORCE_COLOR", "CLICOLOR_FORCE"):
        if environ.get(name):
            return environ[name] != "0"
    return False if environ.get("CLICOLOR") == "0" else None


def result(text: str) -> None:
    """Print what a command was asked for, on standard output, as it is; the text is already safe to print."""
    click.echo(text, color=True)


def streamed(parts: Iterable[str]) -> None:
    """Print a result of many parts, one after the other, and end the line."""
    for part in parts:
        click.echo(part, nl=False, color=True)
    click.echo()


def shown(text: str) -> None:
    """Print a result that a person reads: in a terminal, its long lines are wrapped."""
    click.echo(_wrapped(text, sys.stdout), color=True)


def notice(text: str) -> None:
    """Print anything else, on standard error; the text is already safe to print. In a terminal, it is wrapped."""
    click.echo(_wrapped(text, sys.stderr), err=True, color=True)


def show_problems(
    problems: Sequence["Problem"], warnings: Sequence["Problem"], settings: Settings, *, stderr: bool = True
) -> None:
    """Print problems: for a person with the lines that they are in, for a program one a line."""
    stream = sys.stderr if stderr else sys.stdout
    if stream is not None and annotates(settings, stream):
        from reconciler.render.annotated import annotated

        text = annotated(problems, warnings, color=settings.colored(stderr=stderr), width=terminal_width(stream))
    else:
        from reconciler.render.problems import text_problems, text_warnings

        text = "\n".join(filter(None, [text_problems(problems), text_warnings(warnings)]))
    (notice if stderr else shown)(text)


def show_error(error: "ReconcilerError", settings: Settings) -> None:
    """Print what is wrong, and what strikes many files in the same way once."""
    from reconciler.render.problems import told_once

    show_problems(told_once(error.problems), told_once(error.warnings), settings)


def annotates(settings: Settings, stream: TextIO | None) -> bool:
    """Tell whether problems are shown with the lines that they are in: in a terminal, or where colour is asked for."""
    return stream is not None and (settings.colored(stderr=stream is sys.stderr) or stream.isatty())


def _wrapped(text: str, stream: TextIO | None) -> str:
    """Wrap the long lines of a text for the terminal that it is printed to, if it is one."""
    if stream is None or not stream.isatty():
        return text
    from reconciler.render.wrap import wrapped

    return wrapped(text, terminal_width(stream))


def terminal_width(stream: TextIO) -> int:
    """Return the columns of a terminal, COLUMNS first; 0 where it does not tell."""
    given = os.environ.get("COLUMNS", "")
    if given.isdecimal():
        return int(given)
    try:
        return os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):
        return 0


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


def prepare_streams() -> None:
    r"""Make the standard streams fit for any text, also where the caller closed them or has another encoding.

    A file or a pipe gets UTF-8, as JSON and Markdown must be; a terminal keeps its own encoding, and what that lacks
    is written out, as `\u2192`.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            # It takes the free number, so that no file of ours does; what is printed to a closed one is an error.
            os.open(os.devnull, os.O_RDONLY if number == _STDOUT else os.O_RDWR)
    sys.stdout = _wrapper(_Output(_STDOUT, "w", closefd=False), sys.stdout)
    sys.stderr = _wrapper(_Notices(_STDERR, "w", closefd=False), sys.stderr)


def _wrapper(raw: io.FileIO, before: TextIO | None) -> io.TextIOWrapper:
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
        for path, times in unchanged.items():
            shown(no_changes(path, *times))
    return True
