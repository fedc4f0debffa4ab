"""Owns the opening of the file that an import reads: a regular one, whatever stands under its name."""

from io import FileIO

from reconciler.problem import ReconcilerError
from reconciler.safefile import IrregularError, open_regular


def open_source(path: str, remedy: str) -> FileIO:
    """Open a file for reading. Raises ReconcilerError where it cannot be read, or is a folder, pipe or device."""
    try:
        return FileIO(open_regular(path, follow=True), "rb")
    except IrregularError as error:
        raise ReconcilerError.at(path, f"this is {error.strerror}, and a file is expected", remedy) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a path"
        raise ReconcilerError.at(path, f"this file cannot be read: {reason.lower()}", remedy) from error
