"""Owns the report of an apply: a file of JSON lines, each there as soon as what it says has happened."""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

from reconciler.cli import events
from reconciler.cli.console import Exit
from reconciler.cli.events import EventObject
from reconciler.problem import ReconcilerError, UsageError
from reconciler.render.data import visible_json
from reconciler.safefile import IrregularError, open_regular

_BEGIN = b'{"format_version": "1.0", "event": "'  # by which a report is known again
_STATE = ".state.json"


@contextmanager
def reporting(path: str) -> Iterator["ReportFile"]:
    """Give the report of a run; where nothing is begun, it says why."""
    with closing(ReportFile(path)) as report:
        try:
            yield report
        except ReconcilerError as error:
            if report.is_empty:
                report.write(events.failed(error.problems))
                report.write(events.done(Exit.USAGE if isinstance(error, UsageError) else Exit.ERROR))
            raise


class ReportFile:
    """A report. It is emptied when it is opened, before anything else: what stands in it is never of another run."""

    def __init__(self, path: str) -> None:
        """Open the file, or make it. Raises ReconcilerError where that is not possible, or would end another file."""
        self.path = path
        if path.endswith(_STATE):
            raise ReconcilerError.at(path, "a state has this name", "name another with --report")
        try:
            self._descriptor = open_regular(path, os.O_RDWR | os.O_CREAT, follow=True)
        except IrregularError as error:
            raise ReconcilerError.at(path, f"this is {error.strerror}", "name a file with --report") from error
        except (OSError, ValueError) as error:
            known = error if isinstance(error, OSError) else OSError(None, "this is not a path")
            raise ReconcilerError.unwritable(path, known) from error
        try:
            self._begin()
        except ReconcilerError:
            self.close()
            raise
        self._length = 0

    def _begin(self) -> None:
        if os.pread(self._descriptor, len(_BEGIN), 0) not in (b"", _BEGIN):
            message = "this file is no report, and is not written over"
            raise ReconcilerError.at(self.path, message, "name another with --report")
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(self._descriptor, 0)
        except BlockingIOError as error:
            message = "another apply writes this report"
            raise ReconcilerError.at(
                self.path, message, "wait until it is done, or name another with --report"
            ) from error
        except OSError as error:
            raise ReconcilerError.unwritable(self.path, error) from error

    @property
    def is_empty(self) -> bool:
        """Tell whether no line was written yet."""
        return self._length == 0

    def write(self, event: EventObject) -> None:
        """Add a line. Raises ReconcilerError where that is not possible: then the file ends with the line before."""
        line = visible_json(event, indent=None).encode() + b"\n"
        try:
            _write_whole(self._descriptor, line, self._length)
        except OSError as error:
            with suppress(OSError):
                os.ftruncate(self._descriptor, self._length)
            raise ReconcilerError.unwritable(self.path, error) from error
        self._length += len(line)

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)


def _write_whole(descriptor: int, content: bytes, place: int) -> None:
    """Write all of it, or raise OSError."""
    if os.pwrite(descriptor, content, place) < len(content):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
