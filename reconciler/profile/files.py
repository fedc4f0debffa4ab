"""Owns the reading of the files that a profile names: only those below its folder, opened safely, once."""

import errno
import os
from typing import BinaryIO, Protocol

from reconciler.digests import sha256_of_size
from reconciler.limits import MAX_FILE
from reconciler.problem import FileChangedError
from reconciler.profile.desired import FileFacts
from reconciler.profile.media import IMAGES, LFS_POINTER, content_type, dimensions, is_whole, other_kind
from reconciler.profile.source import shortened
from reconciler.safefile import IrregularError, open_regular
from reconciler.spec import Accepts

CHUNK = 256 * 1024
MAX_PATH = 4096  # of Linux; to find where a longer one leads takes ever longer
MAX_NAMES = 1000  # of a folder, among which the nearest is looked for
_PATH_LENGTH = 200
_OF_FOLDERS = ("", os.curdir, os.pardir)  # what a path ends in that names no file, whatever it leads to
_FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


class Planned(Protocol):
    """What a plan says of a file that will be sent."""

    @property
    def name(self) -> str:
        """Return the name of the form field."""

    @property
    def file(self) -> str:
        """Return the path below the profile's folder."""

    @property
    def sha256(self) -> str:
        """Return the digest that was planned."""


class UnfitFileError(Exception):
    """A file that cannot be used; the arguments are its path as written, what is wrong with it and what to do."""

    def __init__(self, path: str, wrong: str, remedy: str) -> None:
        """Take the path, what is wrong with what it leads to, and what to do."""
        super().__init__(path, wrong, remedy)
        self.wrong = wrong
        self.message = f"{shortened(path, _PATH_LENGTH)} {wrong}"
        self.remedy = remedy

    def of(self, path: str) -> "UnfitFileError":
        """Return the same of another path to the same file."""
        return UnfitFileError(path, self.wrong, self.remedy)


def inspect(folder: str, path: str, accepts: Accepts) -> FileFacts:
    """Say what a file is. Raises UnfitFileError."""
    with _open_below(folder, path) as file:
        size = os.fstat(file.fileno()).st_size
        if size == 0:
            raise UnfitFileError(path, "is empty", "name a file with content")
        if size > MAX_FILE:
            raise UnfitFileError(path, f"has {size:,} bytes, more than {MAX_FILE:,} (100 MiB)", "make it smaller")
        try:
            kind = _fitting_kind(file, size, path, accepts)
            width, height = dimensions(file, kind) or (None, None)
            return FileFacts(path, _digest(file, size), size, kind, width, height)
        except OSError as error:
            raise _unreadable_file(path, error) from error


def snapshot(folder: str, part: Planned) -> BinaryIO:
    """Copy the file of a part to where nobody changes it. Raises FileChangedError if it is not what was planned."""
    try:
        source = _open_below(folder, part.file)
    except UnfitFileError as error:
        raise FileChangedError.at(
            part.file, f"{error.message}, since it was planned", error.remedy, part.name
        ) from error
    try:
        with source:
            copy, found = _copy(source)
    except OSError as error:
        message = f"cannot be copied, as it is before it is sent: {(error.strerror or 'it fails').lower()}"
        remedy = "make room where temporary files go, or name another folder in TMPDIR"
        raise FileChangedError.at(part.file, message, remedy, part.name) from error
    if found != part.sha256:
        copy.close()
        message = f"the file was planned as sha256 {part.sha256[:12]} and is now {found[:12]}"
        raise FileChangedError.at(part.file, message, "plan again", part.name)
    return copy


def _fitting_kind(file: BinaryIO, size: int, path: str, accepts: Accepts) -> str:
    """Return the content type of a file. Raises UnfitFileError for one that LinkedIn is not given, or half of one."""
    kind = content_type(file, size)
    images_only = accepts is Accepts.IMAGE
    if kind is None or (images_only and kind not in IMAGES):
        takes = (
            "a JPEG, PNG, GIF or WebP image" if images_only else "a JPEG, PNG, GIF, WebP, PDF, DOC(X) or PPT(X) file"
        )
        found = f"its bytes are {kind}" if kind is not None else _other(file, size)
        remedy = "name a file of such a kind, or convert it"
        if kind is None and other_kind(file, size) == LFS_POINTER:
            remedy = "run `git lfs pull`, which puts the file itself in its place"
        raise UnfitFileError(path, f"is not {takes}: {found}", remedy)
    if kind in IMAGES and not is_whole(file, kind, size):
        remedy = "export it, or copy it from where it is whole, again"
        raise UnfitFileError(path, f"is not a whole picture: it begins as {kind} and is cut off or damaged", remedy)
    return kind


def _other(file: BinaryIO, size: int) -> str:
    kind = other_kind(file, size)
    return "its bytes are none of these" if kind is None else f"it is {kind}"


def _open_below(folder: str, path: str) -> BinaryIO:
    """Open a regular file below the folder, links resolved before and not followed any more. Raises UnfitFileError."""
    place = located(folder, path)
    root = os.path.realpath(folder)
    try:
        descriptor = _descend(root, place.split(os.sep))
    except IrregularError as error:
        raise _irregular(path) from error
    except FileNotFoundError as error:
        near = _nearest(root, place.split(os.sep))
        if near is None or "://" in path:
            raise _unreadable_file(path, error) from error
        raise UnfitFileError(path, "does not exist", f"did you mean {near}?{_form_note(near, path)}") from error
    except (OSError, ValueError) as error:
        raise _unreadable_file(path, error) from error
    return os.fdopen(descriptor, "rb")


def located(folder: str, path: str) -> str:
    """Return the one path below the folder that a path leads to, links resolved. Raises UnfitFileError."""
    if len(path) > MAX_PATH:
        raise UnfitFileError(path, f"has {len(path):,} characters, more than a path can have", "name a file")
    if os.path.isabs(path):
        raise UnfitFileError(path, "is an absolute path", "name it relative to the profile file")
    root = os.path.realpath(folder)
    try:
        target = os.path.realpath(os.path.join(root, path))
    except (OSError, ValueError) as error:
        raise _unreadable_file(path, error) from error
    if target == root:
        raise _irregular(path)
    if not target.startswith(root.rstrip(os.sep) + os.sep):
        raise UnfitFileError(path, "lies outside the profile's folder", "put the file beside the profile, or below it")
    if os.path.basename(path) in _OF_FOLDERS and os.path.isfile(target):
        raise UnfitFileError(path, "ends as the path of a folder does", f"write {os.path.normpath(path)}")
    return os.path.relpath(target, root)


def _descend(root: str, pieces: list[str]) -> int:
    """Open step by step, so that no folder on the way can become a link meanwhile."""
    above = os.open(root, _FOLDER_FLAGS)
    try:
        for piece in pieces[:-1]:
            below = os.open(piece, _FOLDER_FLAGS | os.O_NOFOLLOW, dir_fd=above)
            os.close(above)
            above = below
        return open_regular(pieces[-1], follow=False, above=above)
    finally:
        os.close(above)


def _nearest(root: str, pieces: list[str]) -> str | None:
    """Return the path below the root that is the same but for case, Unicode form or a slip; None without one."""
    found: list[str] = []
    for place, piece in enumerate(pieces):
        try:
            names = sorted(os.listdir(os.path.join(root, *found)))[:MAX_NAMES]
        except OSError:
            return None
        same = [name for name in names if name == piece] or [
            name for name in names if _folded_name(name) == _folded_name(piece)
        ]
        if not same and place == len(pieces) - 1:
            from difflib import get_close_matches

            same = get_close_matches(
                piece[:_PATH_LENGTH], [name for name in names if not name.startswith(".")], 1, 0.75
            )
        if not same:
            return None
        found.append(same[0])
    return "/".join(found)


def _folded_name(name: str) -> str:
    import unicodedata

    return unicodedata.normalize("NFC", name).casefold()


def _form_note(name: str, written: str) -> str:
    """Say, of a name that looks the same as what is written, what differs; nothing of another one."""
    import unicodedata

    if name == written or unicodedata.normalize("NFC", name) != unicodedata.normalize("NFC", written):
        return ""
    return " its letters are in another Unicode form: copy the name from the file, or rename that"


def _irregular(path: str) -> UnfitFileError:
    return UnfitFileError(path, "is not a regular file", "name a file, not a folder, pipe or device")


def _unreadable_file(path: str, error: Exception) -> UnfitFileError:
    if isinstance(error, OSError) and error.errno in (errno.ENOENT, errno.ENOTDIR):
        remedy = "name a file: addresses are not fetched" if "://" in path else "paths are relative to the profile file"
        if "\\" in path:
            remedy = f"write {path.replace(chr(92), '/')}: folders are told apart by /"
        return UnfitFileError(path, "does not exist", remedy)
    reason = error.strerror if isinstance(error, OSError) and error.strerror else "not a path"
    return UnfitFileError(path, f"cannot be read: {reason.lower()}", "check its name and its permissions")


def _digest(file: BinaryIO, size: int) -> str:
    file.seek(0)
    found = sha256_of_size(size)
    while piece := file.read(CHUNK):
        found.update(piece)
    return found.hexdigest()


def _copy(source: BinaryIO) -> tuple[BinaryIO, str]:
    """Copy to a file without a name, and return it, from its start, with the digest of what it holds."""
    import tempfile

    found = sha256_of_size(os.fstat(source.fileno()).st_size)
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes what it is given
    try:
        while piece := source.read(CHUNK):
            found.update(piece)
            copy.write(piece)
        copy.seek(0)
    except OSError:
        copy.close()
        raise
    return copy, found.hexdigest()
