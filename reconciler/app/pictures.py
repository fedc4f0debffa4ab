"""Owns where the pictures of a plan can be looked at: at two commits, on the server that a pipeline runs for."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote

from reconciler.app.git import COMMIT, path_at
from reconciler.planning.plan import Plan
from reconciler.values import Plain, is_file, members

BASE = "RECONCILER_BASE_COMMIT"  # the workflows set it: the commit that a pull request is compared with
_SERVER = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]+)?(?:/[A-Za-z0-9._~-]+)*")
_REPOSITORY = re.compile(r"[A-Za-z0-9._-]+/[A-Za-z0-9._-]+")


def picture_links(plans: Sequence[Plan]) -> dict[str, str]:
    """Return by digest the address of each file that plans take off or put in.

    It is left out where git does not know the file with that content at the commit, or where no server is named.
    """
    environ = os.environ
    blobs = _blobs(environ)
    if blobs is None:
        return {}
    head = environ.get("GITHUB_SHA") or environ.get("CI_COMMIT_SHA") or ""
    base = environ.get(BASE) or environ.get("CI_MERGE_REQUEST_DIFF_BASE_SHA") or ""
    found: dict[str, str] = {}
    for plan in plans:
        folder = os.path.dirname(plan.profile.path)
        for change in plan.changes:
            for commit, value in ((base, change.before), (head, change.after)):
                for file in _files_in(value):
                    link = _link(blobs, commit, os.path.join(folder, str(file["file"])), str(file["sha256"]))
                    found |= {} if link is None else {str(file["sha256"]): link}
    return found


def _blobs(environ: Mapping[str, str]) -> str | None:
    """Return what the address of every file begins with, up to the commit; None where no server is named."""
    server, repository = environ.get("GITHUB_SERVER_URL", ""), environ.get("GITHUB_REPOSITORY", "")
    if _SERVER.fullmatch(server) and _REPOSITORY.fullmatch(repository):
        return f"{server}/{repository}/blob"
    project = environ.get("CI_PROJECT_URL", "")
    return f"{project}/-/blob" if _SERVER.fullmatch(project) else None


def _link(blobs: str, commit: str, path: str, sha256: str) -> str | None:
    """Return the address of a file at a commit; None where git does not know it there with this content."""
    name = path_at(commit, path, sha256) if COMMIT.fullmatch(commit) else None
    return None if name is None else f"{blobs}/{commit}/{quote(name, safe='/', errors='surrogateescape')}"


def _files_in(value: Plain) -> Iterator[dict[str, Plain]]:
    """Yield the files in a value."""
    if is_file(value):
        yield members(value)
    elif isinstance(value, dict):
        for below in value.values():
            yield from _files_in(below)
    elif isinstance(value, list):
        for below in value:
            yield from _files_in(below)
