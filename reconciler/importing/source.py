"""Owns the opening of the file that an import reads: a regular one, whatever stands under its name."""

import os
import stat
from io import FileIO

from reconciler.problem import ReconcilerError


def open_source(path: str, remedy: str) -> FileIO:
    """Open a file for reading. Raises ReconcilerError where it cannot be read, or is a folder, pipe or device."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a path"
        raise ReconcilerError.at(path, f"this file cannot be read: {reason.lower()}", remedy) from error
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        noun = "a folder" if stat.S_ISDIR(mode) else "not a regular file"
        raise ReconcilerError.at(path, f"this is {noun}, and a file is expected", remedy)
    return FileIO(descriptor, "rb")
