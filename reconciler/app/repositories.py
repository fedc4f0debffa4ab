"""Owns what git says of the states of many profiles: asked once for each repository, not for each state.

To ask about one state takes some ten processes. So one look says of which states there is anything to ask at all.
"""

import os
from collections.abc import Sequence

from msgspec import Struct

from reconciler.app import git
from reconciler.app.git import Unkept

_SIDES = 2
# Without what a configuration may have it print of signatures, which would be read as a part of a name.
_NAMES_AHEAD = ("log", "--no-show-signature", "--format=", "--name-only", "-z", "HEAD..@{upstream}")


class _Repository(Struct, frozen=True):
    """By their names below `top`: the files that may be in conflict, and those that the upstream branch has newer.

    None tells that git did not say.
    """

    top: str
    conflicting: frozenset[str] | None
    newer: frozenset[str] | None


class Repositories:
    """Knows the repositories that paths lie in, as they were at the first question about each."""

    def __init__(self) -> None:
        """Begin with nothing asked."""
        self._tops: dict[str, str | None] = {}
        self._found: dict[str, _Repository] = {}

    def look(self, paths: Sequence[str]) -> None:
        """Ask git about the repositories of these paths, before threads do."""
        for path in paths:
            self._repository_of(path)

    def may_conflict(self, path: str) -> bool:
        """Tell whether git may hold a file as a conflict; else it does not."""
        found = self._repository_of(path)
        return found is not None and (found.conflicting is None or _name_below_top(path, found) in found.conflicting)

    def is_newer(self, path: str) -> bool:
        """Tell whether the upstream branch may have a newer one of a file; else it has not."""
        found = self._repository_of(path)
        return found is not None and found.newer is not None and _name_below_top(path, found) in found.newer

    def unkept(self, paths: Sequence[str]) -> dict[Unkept, list[str]]:
        """Return the files that git has not got, or has another of, by what it says against them."""
        found: dict[Unkept, list[str]] = {}
        by_top: dict[str, list[str]] = {}
        for path in paths:
            repository = self._repository_of(path)
            if repository is not None:
                by_top.setdefault(repository.top, []).append(path)
        for top, inside in by_top.items():
            for why, path in _unkept_in(self._found[top], inside):
                found.setdefault(why, []).append(path)
        return found

    def _repository_of(self, path: str) -> _Repository | None:
        folder = os.path.dirname(os.path.abspath(path))
        if folder not in self._tops:
            self._tops[folder] = git.repository(folder)
        top = self._tops[folder]
        if top is None:
            return None
        if top not in self._found:
            newer = git.listed_names(top, *_NAMES_AHEAD)
            self._found[top] = _Repository(top, _conflicting(top), newer)
        return self._found[top]


def _conflicting(top: str) -> frozenset[str] | None:
    """Return the files in conflict, and those that both sides of the last merge had changed."""
    unmerged = git.listed_names(top, "diff", "--cached", "--name-only", "--diff-filter=U", "-z", "--no-ext-diff")
    merge = git.ask(top, "rev-list", "--merges", "--max-count=1", "HEAD")
    if merge is None:  # no commit yet
        return unmerged
    if unmerged is None or not merge:
        return unmerged
    base = git.ask(top, "merge-base", f"{merge}^1", f"{merge}^2")
    if not base:
        return None
    sides = [
        git.listed_names(top, "diff-tree", "-r", "--name-only", "-z", base, f"{merge}^{number}")
        for number in range(1, _SIDES + 1)
    ]
    changed = [side for side in sides if side is not None]
    return unmerged | changed[0] & changed[1] if len(changed) == _SIDES else None


def _unkept_in(repository: _Repository, paths: Sequence[str]) -> list[tuple[Unkept, str]]:
    named = {path: _name_below_top(path, repository) for path in paths}
    ignored = git.ignored_among(repository.top, list(named.values()))
    committed = git.stored(repository.top, "HEAD", repository.top, "") or {}
    found = []
    for path, name in named.items():
        if name in ignored:
            found.append((Unkept.IGNORED, path))
            continue
        if not _is_committed(path, committed.get(name)):
            found.append((Unkept.CHANGED, path))
        if repository.newer is not None and name in repository.newer:
            found.append((Unkept.BEHIND, path))
    return found


def _is_committed(path: str, blob: str | None) -> bool:
    """Tell whether a blob is that of a file as it is now."""
    if blob is None:
        return False
    try:
        with open(path, "rb") as file:
            return git.blob_name(file.read(), len(blob)) == blob
    except OSError:
        return True  # it is gone, and nothing to commit


def _name_below_top(path: str, repository: _Repository) -> str:
    """Return the name of a file below the top of its repository."""
    return os.path.relpath(os.path.abspath(path), repository.top)
