"""Owns the reading of a zip archive that anyone may have made: in memory, within bounds, nothing unpacked.

A member's name is shown and never used as a path. What a header claims is not believed: every read has a limit.
"""

import lzma
import os
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from io import BufferedReader
from typing import NoReturn

from msgspec import Struct

from reconciler.importing.source import open_source
from reconciler.problem import ReconcilerError

MAX_MEMBERS = 10_000
MAX_DIRECTORY = 4 * 1024 * 1024
MAX_MEMBER = 4 * 1024 * 1024
MAX_READ = 32 * 1024 * 1024
HEAD = 16 * 1024  # what is read of a member to see whether it is wanted

_SUFFIXES = ("", ".csv", ".tsv", ".txt")
_ENCRYPTED = 1
_NO_YEAR = 1980  # what a zip archive says where it says nothing
_NAMED_DATE = re.compile(r"LinkedInDataExport_(?P<month>\d{2})-(?P<day>\d{2})-(?P<year>\d{4})", re.ASCII)
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
EXPECTED = "give the zip that LinkedIn sent (Settings → Data privacy → Get a copy of your data), as it is"


class Member(Struct, frozen=True):
    """A member of an archive: its name, as the archive has it, and its content; None where that is not wanted.

    `outside` says that its name leads out of the archive's folder: such a member is not LinkedIn's, and not read.
    """

    name: str
    content: bytes | None = None
    outside: bool = False


class _Source(BufferedReader):
    """A file that refuses to read more at once than a directory may have: `zipfile` reads that whole."""

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
            _refuse_archive(self.path, f"it holds more than {MAX_READ // 1024**2} MiB of tables", EXPECTED)
        return content


def read_members(path: str, wanted: Callable[[str, bytes], bool]) -> Iterator[Member]:
    """Return the members that could be tables, in the archive's order, with the content of those that are wanted.

    `wanted` judges by name and first bytes. Raises ReconcilerError.
    """
    with _Source(open_source(path, EXPECTED)) as source:
        try:
            archive = zipfile.ZipFile(source)
        except _BROKEN as error:
            _refuse_archive(path, f"this is not a zip archive that can be read: {_reason(error)}", EXPECTED)
        infos = archive.infolist()
        if len(infos) > MAX_MEMBERS:
            _refuse_archive(path, f"it holds {len(infos):,} members, more than {MAX_MEMBERS:,}", EXPECTED)
        budget = _Budget(path)
        for info in infos:
            if not _may_be_table(info):
                continue
            if _is_outside(info.filename):
                yield Member(info.filename, outside=True)
            else:
                yield Member(info.filename, _content(archive, info, wanted, budget))


def made_on(path: str) -> date | None:
    """Return the day on which LinkedIn made an archive: as its name says, else its members; None where neither does.

    Raises ReconcilerError where it is no archive.
    """
    named = _NAMED_DATE.search(os.path.basename(path))
    if named is not None:
        with suppress(ValueError):
            return date(int(named["year"]), int(named["month"]), int(named["day"]))
    with _Source(open_source(path, EXPECTED)) as source:
        try:
            infos = zipfile.ZipFile(source).infolist()
        except _BROKEN as error:
            _refuse_archive(path, f"this is not a zip archive that can be read: {_reason(error)}", EXPECTED)
    days = []
    for info in infos[:MAX_MEMBERS]:
        with suppress(ValueError):
            days.append(date(*info.date_time[:3]))
    written = [day for day in days if day.year > _NO_YEAR]
    return max(written, default=None)


def _may_be_table(info: zipfile.ZipInfo) -> bool:
    """Tell whether a member is a file that could be a table; what macOS adds of its own is none."""
    parts = info.filename.split("/")
    return not info.is_dir() and os.path.splitext(parts[-1])[1].lower() in _SUFFIXES and "__MACOSX" not in parts


def _is_outside(name: str) -> bool:
    """Tell whether a name leads out of the folder that an archive is unpacked to."""
    parts = re.split(r"[/\\]", name)
    return parts[0] == "" or ".." in parts or bool(re.fullmatch("[A-Za-z]:", parts[0]))


def _content(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, wanted: Callable[[str, bytes], bool], budget: _Budget
) -> bytes | None:
    """Return the content of a member; None where it is not wanted."""
    name = f"the member {info.filename}"
    if info.flag_bits & _ENCRYPTED:
        _refuse_archive(budget.path, f"{name} is encrypted", EXPECTED)
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        _refuse_archive(budget.path, f"{name} is compressed in an unusual way", EXPECTED)
    try:
        if not wanted(info.filename, budget.read(archive, info, HEAD)):
            return None
        content = budget.read(archive, info, MAX_MEMBER)
    except _BROKEN as error:
        _refuse_archive(budget.path, f"{name} is damaged: {_reason(error)}", "download the archive again")
    if len(content) > MAX_MEMBER:
        _refuse_archive(budget.path, f"{name} has more than {MAX_MEMBER // 1024**2} MiB", EXPECTED)
    return content


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return (str(error) or type(error).__name__).lower()[:200]


def _refuse_archive(path: str, message: str, remedy: str) -> NoReturn:
    raise ReconcilerError.at(path, message, remedy)
