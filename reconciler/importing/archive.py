"""Owns the reading of a zip archive that anyone may have made: in memory, within bounds, nothing extracted.

A member's name is shown and never used as a path. What a header claims is not believed: every read has a limit.
"""

import lzma
import os
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BufferedReader
from typing import NoReturn

from reconciler.importing.source import open_source
from reconciler.problem import ReconcilerError

MAX_MEMBERS = 10_000
MAX_DIRECTORY = 4 * 1024 * 1024
MAX_MEMBER = 4 * 1024 * 1024
MAX_READ = 32 * 1024 * 1024
HEAD = 16 * 1024  # what is read of a member to see whether it is wanted

_SUFFIXES = ("", ".csv", ".tsv", ".txt")
_ENCRYPTED = 1
_BROKEN = (
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    OverflowError,
    ValueError,
)
_EXPECTED = "give the zip that LinkedIn sent, as it is"


@dataclass(frozen=True, slots=True)
class Member:
    """One wanted member: its name, as the archive has it, and its content."""

    name: str
    content: bytes


class _Source(BufferedReader):
    """A file that refuses a read larger than any directory may be: `zipfile` reads that whole, whatever its size."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Read as any file does, up to that size."""
        if size is not None and size > MAX_DIRECTORY:
            raise zipfile.BadZipFile(f"its directory has {size:,} bytes, more than {MAX_DIRECTORY:,}")
        return super().read(size)


class _Budget:
    """How many bytes may still be read, of all members together."""

    def __init__(self, path: str) -> None:
        self.path, self.left = path, MAX_READ

    def read(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> bytes:
        """Read at most one byte more than the limit."""
        with archive.open(info) as file:
            content = file.read(limit + 1)
        self.left -= len(content)
        if self.left < 0:
            _refuse(self.path, f"it holds more than {MAX_READ // 1024**2} MiB of tables", _EXPECTED)
        return content


def read_members(path: str, wanted: Callable[[bytes], bool]) -> Iterator[Member]:
    """Give the members that are wanted, by their first bytes, in the archive's order. Raises ReconcilerError."""
    with _Source(open_source(path, _EXPECTED)) as source:
        try:
            archive = zipfile.ZipFile(source)
        except _BROKEN as error:
            _refuse(path, f"this is not a zip archive that can be read: {_reason(error)}", _EXPECTED)
        members = archive.infolist()
        if len(members) > MAX_MEMBERS:
            _refuse(path, f"it holds {len(members):,} members, more than {MAX_MEMBERS:,}", _EXPECTED)
        budget = _Budget(path)
        for info in members:
            if info.is_dir() or os.path.splitext(info.filename)[1].lower() not in _SUFFIXES:
                continue
            content = _wanted(archive, info, wanted, budget)
            if content is not None:
                yield Member(info.filename, content)


def _wanted(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, wanted: Callable[[bytes], bool], budget: _Budget
) -> bytes | None:
    name = f"the member {info.filename}"
    if info.flag_bits & _ENCRYPTED:
        _refuse(budget.path, f"{name} is encrypted", _EXPECTED)
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        _refuse(budget.path, f"{name} is compressed in an unusual way", _EXPECTED)
    try:
        if not wanted(budget.read(archive, info, HEAD)):
            return None
        content = budget.read(archive, info, MAX_MEMBER)
    except _BROKEN as error:
        _refuse(budget.path, f"{name} is damaged: {_reason(error)}", "download the archive again")
    if len(content) > MAX_MEMBER:
        _refuse(budget.path, f"{name} has more than {MAX_MEMBER // 1024**2} MiB", _EXPECTED)
    return content


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return (str(error) or type(error).__name__).lower()[:200]


def _refuse(path: str, message: str, remedy: str) -> NoReturn:
    raise ReconcilerError.at(path, message, remedy)
