"""Owns how regular files are opened: nothing that could block or act is, and no link is followed unasked."""

import os
import stat
from contextlib import suppress

SHARED = 0o666  # less what the umask takes away
_ALWAYS = os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY
_PRIVATE = 0o600


class IrregularError(OSError):
    """What stands there is no regular file; `strerror` says what it is, after "this is"."""


class LinkError(IrregularError):
    """What stands there is a link, and none is followed."""


def open_regular(path: str, flags: int = os.O_RDONLY, *, follow: bool, above: int | None = None) -> int:
    """Open a regular file, and return its descriptor; what the flags create is the owner's alone.

    `follow` allows the name to be a link; `above` is a folder's descriptor that the path begins at.
    Raises OSError, IrregularError among them; ValueError for what is no path.
    """
    with suppress(FileNotFoundError):  # the flags may be to create it
        _check_regular(os.stat(path, dir_fd=above, follow_symlinks=follow), path)  # a device may act on being opened
    links = 0 if follow else os.O_NOFOLLOW
    descriptor = os.open(path, flags | links | _ALWAYS, _PRIVATE, dir_fd=above)
    try:
        _check_regular(os.fstat(descriptor), path)  # another may have taken the name meanwhile
    except IrregularError:
        os.close(descriptor)
        raise
    return descriptor


def read_and_close(descriptor: int, limit: int) -> bytes:
    """Read all that an open file holds, but no more than one byte above the limit, and close it. Raises OSError."""
    try:
        most = min(os.fstat(descriptor).st_size, limit) + 1  # memory for as much as there is
        content = os.read(descriptor, most)
        while len(content) < most and (more := os.read(descriptor, most - len(content))):
            content += more  # the system may give fewer at a time
        return content
    finally:
        os.close(descriptor)


def create_regular(path: str, mode: int = _PRIVATE) -> int:
    """Create a file where nothing stands, not even a link, and return its descriptor. Raises OSError, ValueError."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, mode)


def write_new(path: str, content: bytes, mode: int = _PRIVATE) -> None:
    """Write a file where nothing stands: whole, and on disk when this returns, or not at all. Raises as creating it."""
    descriptor = create_regular(path, mode)
    try:
        with open(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        with suppress(OSError):
            os.unlink(path)
        raise


def _check_regular(found: os.stat_result, path: str) -> None:
    if stat.S_ISLNK(found.st_mode):
        raise LinkError(None, "a symbolic link", path)
    if not stat.S_ISREG(found.st_mode):
        raise IrregularError(None, "a folder" if stat.S_ISDIR(found.st_mode) else "not a regular file", path)
