"""Owns the files of a profile's folder: what is written there once, and the lines that git wants of it."""

import os
import stat
from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct

from reconciler.problem import ProblemsError, ReconcilerError
from reconciler.profile.schema import schema_text
from reconciler.safefile import SHARED, open_regular, write_new
from reconciler.state.storage import write_durably

SCHEMA = "profile.schema.json"
IGNORED = ("*.state.json.lock", "*.rescue*.json", ".*.state.json.tmp")
MERGED = ("*.state.json merge=reconciler-state",)
MERGE_DRIVER = 'git config merge.reconciler-state.driver "reconciler state merge %O %A %B"'
_MAX_BYTES = 1024 * 1024


class FileChange(StrEnum):
    """What became of a file."""

    WROTE = "wrote"
    ADDED = "added"
    KEPT = "kept"


class Written(Struct, frozen=True):
    """A file and what became of it; `lines` are those that were added, or that a file lacks which was kept."""

    path: str
    change: FileChange
    lines: tuple[str, ...] = ()


def make_folder(folder: str) -> None:
    """Make the folder of a file. Raises ReconcilerError."""
    try:
        os.makedirs(folder or ".", exist_ok=True)
    except OSError as error:
        message = f"the folder cannot be made: {(error.strerror or '').lower()}"
        raise ReconcilerError.at(folder, message, "name a profile in a folder that exists") from error


def create(path: str, text: str) -> Written:
    """Write a file where nothing stands, whole or not at all. Raises ReconcilerError."""
    try:
        write_new(path, text.encode(), SHARED)
    except FileExistsError as error:
        if os.path.isdir(path):
            remedy = f"name a file in it, as {os.path.join(path, 'profile.yaml')}"
            raise ReconcilerError.at(path, "this is a folder", remedy) from error
        return Written(path, FileChange.KEPT)
    except OSError as error:
        raise ReconcilerError.unwritable(path, error) from error
    return Written(path, FileChange.WROTE)


def replace_content(path: str, content: bytes) -> None:
    """Put new content into a file, whole or not at all; a link stays a link, and the mode stays.

    A link that leads out of its folder is refused: it could come with a pull request, and name any file here.
    Raises ProblemsError.
    """
    target, folder = os.path.realpath(path), os.path.realpath(os.path.dirname(path) or ".")
    if os.path.islink(path) and os.path.commonpath([folder, target]) != folder:
        message = f"is a link out of its folder, to {target}, and is not written through"
        raise ProblemsError.at(path, message, "name that file itself")
    try:
        write_durably(target, content.decode(), stat.S_IMODE(os.stat(target).st_mode))
    except OSError as error:
        raise ProblemsError.unwritable(path, error) from error


def accompany(profile: str) -> tuple[Written, ...]:
    """Write what goes beside a profile: the schema, what git ignores, how it merges states. Raises ReconcilerError."""
    folder = os.path.dirname(profile)
    return (
        create(os.path.join(folder, SCHEMA), schema_text()),
        _with_lines(os.path.join(folder, ".gitignore"), IGNORED),
        _with_lines(os.path.join(folder, ".gitattributes"), MERGED),
    )


def _with_lines(path: str, lines: Sequence[str]) -> Written:
    """Write a file of lines, or add those that a file lacks to its end; one that cannot be added to is kept."""
    written = create(path, "".join(f"{line}\n" for line in lines))
    if written.change is FileChange.WROTE:
        return written
    try:
        with open(open_regular(path, os.O_RDWR | os.O_APPEND, follow=True), "r+b") as file:
            content = file.read(_MAX_BYTES)
            lacking = [line for line in lines if line.encode() not in map(bytes.strip, content.splitlines())]
            if not lacking:
                return written
            end = "" if content.endswith(b"\n") or not content else "\n"
            file.write((end + "".join(f"{line}\n" for line in lacking)).encode())
    except OSError:
        return Written(path, FileChange.KEPT, tuple(lines))
    return Written(path, FileChange.ADDED, tuple(lacking))
