"""Owns the file that an import reads: that it is a regular one, and what it is where it is not what was expected."""

from io import FileIO

from reconciler.problem import ReconcilerError
from reconciler.safefile import IrregularError, open_regular

_BEGINNINGS = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a zip archive or an office document"),
    (b"{\\rtf", "an RTF document"),
    (b"<?xml", "XML"),
    (b"<", "HTML or XML"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"---", "YAML"),
)


def open_source(path: str, remedy: str) -> FileIO:
    """Open a file for reading. Raises ReconcilerError where it cannot be read, or is a folder, pipe or device."""
    try:
        return FileIO(open_regular(path, follow=True), "rb")
    except IrregularError as error:
        raise ReconcilerError.at(path, f"this is {error.strerror}, and a file is expected", remedy) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a path"
        raise ReconcilerError.at(path, f"this file cannot be read: {reason.lower()}", remedy) from error


def looks_like(content: bytes) -> str | None:
    """Say what a file is by its first bytes; None where they do not tell."""
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    return next((name for beginning, name in _BEGINNINGS if start.startswith(beginning)), None)
