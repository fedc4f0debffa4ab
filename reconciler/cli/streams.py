"""Owns the standard streams of the process: that each is there, takes every character, and says that it cannot."""

import io
import os
import sys
from typing import Any, TextIO


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


def read_input() -> str:
    """Read standard input to its end, as UTF-8 whatever the environment says. Raises ReconcilerError."""
    from reconciler.problem import ReconcilerError
    from reconciler.state.storage import MAX_BYTES

    name, remedy = "standard input", "pipe the text in, or name a file that holds it"
    if sys.stdin is None:
        raise ReconcilerError.at(name, "it is closed", remedy)
    try:
        content = sys.stdin.buffer.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise ReconcilerError.at(name, f"it holds more than {MAX_BYTES // 1024 // 1024} MiB", remedy)
        return content.decode("utf-8")
    except OSError as error:
        raise ReconcilerError.at(name, f"it cannot be read: {str(error.strerror or error).lower()}", remedy) from error
    except UnicodeDecodeError as error:
        message = f"it is not UTF-8 at byte {error.start}"
        raise ReconcilerError.at(name, message, "save what it holds as UTF-8") from error


def give_up_output() -> None:
    """Let what standard output did not take go nowhere, so that it does not fail once more when the process ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
