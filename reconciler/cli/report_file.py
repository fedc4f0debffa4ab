"""Owns the report of an apply: a file of JSON lines, each there as soon as what it says has happened."""

import errno
import os
from contextlib import suppress

from reconciler.cli.events import EventObject
from reconciler.problem import ReconcilerError
from reconciler.render.data import visible_json
from reconciler.safefile import IrregularError, open_regular

_BEGIN = b'{"format_version": "1.0", "event": "'  # by which a report is known again


class ReportFile:
    """A report. It is opened before anything is sent, and emptied when the first line is written."""

    def __init__(self, path: str) -> None:
        """Open the file, or make it. Raises ReconcilerError where that is not possible, or would end another file."""
        self.path = path
        try:
            self._descriptor = open_regular(path, os.O_RDWR | os.O_CREAT, follow=True)
        except IrregularError as error:
            raise ReconcilerError.at(path, f"this is {error.strerror}", "name a file with --report") from error
        except (OSError, ValueError) as error:
            known = error if isinstance(error, OSError) else OSError(None, "this is not a path")
            raise ReconcilerError.unwritable(path, known) from error
        head = os.pread(self._descriptor, len(_BEGIN), 0)
        if head not in (b"", _BEGIN):
            os.close(self._descriptor)
            message = "this file is no report, and is not written over"
            raise ReconcilerError.at(path, message, "name another with --report")
        self._length = 0
        self._is_empty = False

    def write(self, event: EventObject) -> None:
        """Add a line. Raises ReconcilerError where that is not possible: then the file ends with the line before."""
        line = visible_json(event, indent=None).encode() + b"\n"
        try:
            if not self._is_empty:
                os.ftruncate(self._descriptor, 0)
                self._is_empty = True
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
