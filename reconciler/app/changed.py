"""Owns which profiles differ from a git revision: themselves, the files that they name, and the settings for them.

git is asked for what it stores, and never to compare that with files (`reconciler.app.git` says why).
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache

from msgspec import Struct, field

from reconciler.app import git
from reconciler.limits import MAX_FILE
from reconciler.problem import Problem, ProblemsError, UsageError
from reconciler.profile.document import read_document
from reconciler.profile.load import read_file
from reconciler.profile.rules import fields_of_sections
from reconciler.spec import Kind

SETTINGS = "reconciler.toml"
_FILE_KEY = rb"""(?<![\w-])(?:(?:cover_)?picture|thumbnail|file)["']?[ \t]*:"""
_NAMED_FILE = re.compile(_FILE_KEY + rb"""[ \t]*(?:"([^"\\\n]+)"|'([^'\n]+)'|([^\s"'#&*!|>{\[%@`,][^\n#,}\]]*))""")
_BEGUN = re.compile(_FILE_KEY)
# By which a key can be written that is not seen as one.
_UNUSUAL = re.compile(rb"\\[xuU]|(?:^|\r)[ \t]*\?\s", re.MULTILINE)


def changed_since(paths: Sequence[str], revision: str) -> tuple[str, ...]:
    """Return the profiles that differ from a revision. Raises UsageError where git cannot say.

    A profile differs where its file does, a file that it names, or a `reconciler.toml` beside or above it.
    """
    top_of = cache(git.repository)
    tops = [top_of(os.path.dirname(os.path.abspath(path))) for path in paths]
    outside = [path for path, top in zip(paths, tops, strict=True) if top is None]
    if outside:
        wrong, remedy = (
            "it lies in no git repository, so nobody can say whether it changed",
            "leave --changed and --since out",
        )
        raise UsageError(*(Problem(path, 0, 0, "", wrong, remedy) for path in outside))
    placed = list(zip(paths, tops, strict=True))
    trees = {top: _tree(top, revision, [path for path, other in placed if other == top]) for top in set(tops)}
    return tuple(path for path, top in placed if trees[top].has_changed(path))


def _tree(top: str | None, revision: str, paths: Sequence[str]) -> "_Tree":
    assert top is not None
    folder = os.path.commonpath([os.path.dirname(os.path.abspath(path)) for path in paths])
    blobs = git.stored(top, revision, folder, SETTINGS)
    if blobs is None:
        raise _unanswered(top, revision)
    return _Tree(top, os.path.realpath(top), blobs)


def _unanswered(top: str, revision: str) -> UsageError:
    """Say why git does not tell what a revision holds."""
    if git.ask(top, "rev-parse", "--git-dir") is None:
        return UsageError.at(top, "git does not answer about this repository", "`git status` there says why")
    if revision == "HEAD":
        return UsageError.at(top, "there is no commit in this repository yet", "commit, or leave --changed out")
    remedy = "name a commit, branch or tag; in a pipeline, fetch it first"
    return UsageError.at("--since", f"git knows no revision {revision} in {top}", remedy)


class _Tree(Struct, frozen=True):
    """What a revision holds: the blob of each file, by its path below the top of the repository.

    `top` is as it was named, `real_top` with links followed: a file that a link leads to lies below that.
    """

    top: str
    real_top: str
    blobs: Mapping[str, str]
    compared: dict[str, bool] = field(default_factory=dict)

    def has_changed(self, path: str) -> bool:
        place = os.path.abspath(path)
        return self._differs(place) or self._settings_differ(os.path.dirname(place)) or self._file_differs(path)

    def _settings_differ(self, folder: str) -> bool:
        settings = os.path.join(folder, SETTINGS)
        if (os.path.lexists(settings) or self._name(settings) in self.blobs) and self._differs(settings):
            return True
        return folder != self.top and self._settings_differ(os.path.dirname(folder))

    def _file_differs(self, path: str) -> bool:
        """Tell whether one of the files that a profile names differs; where that is not sure, it does."""
        folder = os.path.realpath(os.path.dirname(os.path.abspath(path)))
        try:
            names = tuple(_named_files(read_file(path), path, lambda name: self._is_known(os.path.join(folder, name))))
        except ProblemsError:
            return True  # it is told where the profile is read
        return any(self._differs(os.path.normpath(os.path.join(folder, name))) for name in names)

    def _is_known(self, place: str) -> bool:
        return os.path.lexists(place) or self._name(os.path.normpath(place)) in self.blobs

    def _differs(self, place: str) -> bool:
        """Tell whether a file, and what it leads to if it is a link, is not what the revision holds."""
        if place not in self.compared:
            self.compared[place] = self._is_other(place)
        return self.compared[place]

    def _is_other(self, place: str) -> bool:
        blob = self.blobs.get(self._name(place))
        if blob is None:
            return True
        try:
            if os.path.islink(place):
                return blob not in _blob_names(os.fsencode(os.readlink(place)), len(blob)) or self._differs(
                    os.path.realpath(place)
                )
            if os.path.getsize(place) > MAX_FILE:
                return True
            with open(place, "rb") as file:
                content = file.read()
        except OSError:
            return True
        return blob not in _blob_names(content, len(blob)) and blob != git.blob_name(
            git.lfs_pointer(content), len(blob)
        )

    def _name(self, place: str) -> str:
        is_below = os.path.commonpath([place, self.top]) == self.top
        return os.path.relpath(place, self.top if is_below else self.real_top)


def _named_files(content: bytes, path: str, is_known: Callable[[str], bool]) -> Iterator[str]:
    """Yield the files that a profile names. Raises ProblemsError.

    To read a profile takes a thousand times as long as to look for them where nearly all are written, on the line of
    their key. It is read where not all are seen so, or where what is seen is neither there nor in git.
    """
    found = [b"".join(groups).strip() for groups in _NAMED_FILE.findall(content)]
    names = [os.fsdecode(name) for name in found]
    sure = len(names) == len(_BEGUN.findall(content)) and not _UNUSUAL.search(content)
    if sure and all(map(is_known, names)):
        yield from names
        return
    for _, field_, name in fields_of_sections(read_document(content, path)):
        if field_.kind is Kind.FILE and isinstance(name, str) and name:
            yield name


def _blob_names(content: bytes, digits: int) -> tuple[str, ...]:
    """Return the names that git has for a content: as it is, and as it is stored where it was checked out with CRLF."""
    stored = [content, content.replace(b"\r\n", b"\n")] if b"\r\n" in content else [content]
    return tuple(git.blob_name(text, digits) for text in stored)
