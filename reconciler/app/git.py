"""Owns what git says: which commit a profile is of, and where a folder came from.

What stands in the folders around a profile can be a pull request's. git takes a folder that looks like a bare
repository for one, with its configuration, and that names commands. So git is only asked above a `.git`, which no
commit can hold, and only for what it has stored: to compare with files, it would run filters.
"""

import hashlib
import os
import re
import subprocess
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from reconciler.planning.plan import ProfileRef
from reconciler.state.storage import MAX_BYTES

_ELSEWHERE = {"GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_INDEX_FILE", "GIT_PREFIX"}
_SECRET = "POSTPRESS_API_KEY"  # noqa: S105 - the name of the variable
_BLOB = re.compile(rb"[0-9a-f]+ blob [0-9]+")
_FEW = 20  # files about each of which git is asked
COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_NEAR = ("HEAD", "HEAD^1")
_LFS_POINTER = re.compile(rb"version https://git-lfs\.github\.com/spec/v1\noid sha256:([0-9a-f]{64})\nsize [0-9]+\n")


def ask(folder: str | Path, *arguments: str) -> str | None:
    """Ask git about the repository that a folder lies in; None where it has no answer, or there is no repository."""
    top = _top(Path(os.path.abspath(folder)))
    try:
        answer = _run(top, arguments) if top is not None else None
    except FileNotFoundError:
        return None
    return None if answer is None else answer.decode(errors="replace").strip()


def listed_names(top: str, *arguments: str) -> frozenset[str] | None:
    """Return the names that git lists, each ended by a zero byte; None where it has no answer."""
    try:
        answer = _run(Path(top), arguments)
    except FileNotFoundError:
        return None
    return None if answer is None else frozenset(os.fsdecode(name) for name in answer.split(b"\0") if name)


def ignored_among(top: str, names: Sequence[str]) -> frozenset[str]:
    """Return those of these names, below the top of a repository, that git leaves out."""
    asked = b"".join(os.fsencode(name) + b"\0" for name in names)
    try:
        answer = _run(Path(top), ["check-ignore", "-z", "--stdin"], asked)
    except FileNotFoundError:
        return frozenset()
    return frozenset(os.fsdecode(name) for name in (answer or b"").split(b"\0") if name)


class Unkept(StrEnum):
    """Why a file that belongs into git could be missing, or older, on the next machine."""

    CHANGED = "changed"  # it is not as committed
    IGNORED = "ignored"  # git leaves it out
    BEHIND = "behind"  # the upstream branch has a newer one


def unkept(path: str) -> tuple[Unkept, ...]:
    """Return what git says against a file that belongs into it; nothing outside of a repository, or without git."""
    place = Path(os.path.abspath(path))
    top = _top(place.parent)
    if top is None:
        return ()
    name = place.relative_to(top).as_posix()
    try:
        if _run(top, ["check-ignore", "-z", "--stdin"], os.fsencode(name) + b"\0"):
            return (Unkept.IGNORED,)
        found = []
        if _committed_content(top, name) != place.read_bytes():
            found.append(Unkept.CHANGED)
        newer = _run(top, ["--literal-pathspecs", "rev-list", "--count", "HEAD..@{upstream}", "--", name])
        if newer is not None and newer.strip() != b"0":
            found.append(Unkept.BEHIND)
        return tuple(found)
    except OSError:
        return ()


def _committed_content(top: Path, name: str) -> bytes | None:
    """Return what the last commit holds of a file; None where it holds none."""
    listed = _run(top, ["--literal-pathspecs", "ls-tree", "-z", "HEAD", "--", name])
    if not listed:
        return None
    return _blob(top, listed.split(b"\t", 1)[0].split()[-1].decode("ascii"))


def _blob(top: Path, name: str) -> bytes | None:
    """Return the content of a blob; None where there is none, or where it is larger than any state is."""
    size = _run(top, ["cat-file", "-s", name])
    return _run(top, ["cat-file", "blob", name]) if size is not None and int(size) <= MAX_BYTES else None


def stages_of(path: str) -> tuple[bytes | None, bytes | None, bytes | None] | None:
    """Return the common ancestor and the two sides of a file in conflict; None where git knows of no conflict in it.

    A merge that was committed with one side alone, although both had changed the file, is such a conflict too.
    """
    place = Path(os.path.abspath(path))
    top = _top(place.parent)
    if top is None:
        return None
    try:
        listed = _run(top, ["--literal-pathspecs", "ls-files", "-u", "-z", "--", place.relative_to(top).as_posix()])
        found: dict[bytes, bytes | None] = {}
        for entry in (listed or b"").split(b"\0")[:-1]:
            _, name, stage = entry.partition(b"\t")[0].split()
            found[stage] = _blob(top, name.decode("ascii"))
    except FileNotFoundError:
        return None
    if found:
        return found.get(b"1"), found.get(b"2"), found.get(b"3")
    return _one_sided_merge(top, place.relative_to(top).as_posix())


def _one_sided_merge(top: Path, name: str) -> tuple[bytes | None, bytes, bytes] | None:
    """Return the common ancestor and the sides of a file in the last merge, if that holds one of two changed sides."""
    merge = _word(top, "rev-list", "--merges", "--max-count=1", "HEAD")
    if merge is None:
        return None
    parents = [_word(top, "rev-parse", "--verify", f"{merge}^{number}") for number in (1, 2)]
    base = _word(top, "merge-base", f"{merge}^1", f"{merge}^2")
    ours, theirs, kept, before = (
        None if commit is None else _run(top, ["cat-file", "blob", f"{commit}:{name}"])
        for commit in (*parents, merge, base)
    )
    if ours is None or theirs is None or kept not in (ours, theirs) or len({ours, theirs, before}) < 3:  # noqa: PLR2004 - all differ
        return None
    return before, ours, theirs


def _word(top: Path, *arguments: str) -> str | None:
    """Return what git answers in one word; None for nothing."""
    answer = _run(top, arguments)
    return answer.decode("ascii", "replace").strip() or None if answer is not None else None


def path_at(commit: str, path: str, sha256: str) -> str | None:
    """Return the path, below its repository, of a file whose content at a commit is this, or is kept by Git LFS.

    None where git does not have it so.
    """
    place = Path(os.path.abspath(path))
    top = _top(place.parent)
    if top is None or not COMMIT.fullmatch(commit):
        return None
    name = place.relative_to(top).as_posix()
    try:
        found = _blob(top, f"{commit}:{name}")
    except (FileNotFoundError, ValueError):
        return None
    if found is None or sha256 not in (hashlib.sha256(found).hexdigest(), _lfs_digest(found)):
        return None
    return name


def repository(folder: str) -> str | None:
    """Return the folder of the repository that a folder lies in; None outside of one."""
    top = _top(Path(os.path.abspath(folder)))
    return None if top is None else str(top)


def stored(top: str, revision: str, folder: str, also: str) -> dict[str, str] | None:
    """Return the blobs that a revision holds in a folder and below it, by path from the top of the repository.

    With them come the files named `also` in the folders above it. None where git knows no such revision.
    """
    above = [Path(folder), *Path(folder).parents]
    beside = [place.relative_to(top).joinpath(also).as_posix() for place in above if place.is_relative_to(top)]
    below = Path(folder).relative_to(top).as_posix()
    try:
        commit = _word(Path(top), "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        if commit is None:
            return None
        whole = [] if below == "." else [f"{below}/", *beside]
        listed = _run(Path(top), ["--literal-pathspecs", "ls-tree", "-r", "-z", "--full-tree", commit, "--", *whole])
    except FileNotFoundError:
        return None
    found = {}
    for entry in (listed or b"").split(b"\0")[:-1]:
        facts, _, name = entry.partition(b"\t")
        found[os.fsdecode(name)] = facts.split()[2].decode("ascii")
    return None if listed is None else found


def lfs_pointer(content: bytes) -> bytes:
    """Return what git stores for a content that Git LFS keeps."""
    oid = hashlib.sha256(content).hexdigest()
    return f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize {len(content)}\n".encode()


def content_at(commit: str, path: str) -> bytes | None:
    """Return what a file holds at a commit, which may be named from the last one on; None where git has no such file.

    Raises nothing: a path that leads out of its folder, or that git does not take, has no content.
    """
    place = Path(os.path.abspath(path))
    top = _top(place.parent)
    if top is None or not (COMMIT.fullmatch(commit) or commit in _NEAR):
        return None
    try:
        return _blob(top, f"{commit}:{place.relative_to(top).as_posix()}")
    except (FileNotFoundError, ValueError):
        return None


def _lfs_digest(blob: bytes) -> str | None:
    """Return the digest of the file that a pointer of Git LFS stands for; None where a blob is no pointer."""
    found = _LFS_POINTER.fullmatch(blob)
    return found[1].decode("ascii") if found else None


def commit_of(profiles: Sequence[ProfileRef]) -> str | None:
    """Return the commit that profiles are of; None outside of git, or where the content of any is not as committed.

    Without git, or without a repository, it is the one that a runner of GitHub or GitLab names.
    """
    paths = [Path(os.path.abspath(profile.path)) for profile in profiles]
    tops = {_top(path.parent) for path in paths}
    top = tops.pop()
    if tops:
        return None
    try:
        found = _commit_of_runner() if top is None else _committed(top, paths, [profile.sha256 for profile in profiles])
    except FileNotFoundError:
        found = _commit_of_runner()
    return found if found is not None and COMMIT.fullmatch(found) else None


def _commit_of_runner() -> str | None:
    return os.environ.get("GITHUB_SHA") or os.environ.get("CI_COMMIT_SHA")


def _committed(top: Path, paths: Sequence[Path], digests: Sequence[str]) -> str | None:
    """Return the commit of a repository if that holds just these contents, links in it followed."""
    said = _run(top, ["rev-parse", "--verify", "HEAD"])
    if said is None:
        return None
    commit = said.strip()
    listed = _listed(top, commit.decode(), paths) if len(paths) > _FEW else {}
    for path, sha256 in zip(paths, digests, strict=True):
        if sha256 in _digests_now(path, listed.get(path.relative_to(top).as_posix())):
            continue
        asked = commit + b":" + os.fsencode(path.relative_to(top).as_posix())
        answer = None if b"\n" in asked else _run(top, ["cat-file", "--batch", "--follow-symlinks"], asked + b"\n")
        head, _, content = (answer or b"").partition(b"\n")
        if not _BLOB.fullmatch(head) or hashlib.sha256(content[:-1]).hexdigest() != sha256:
            return None
    return commit.decode()


def _listed(top: Path, commit: str, paths: Sequence[Path]) -> dict[str, str]:
    folder = os.path.commonpath([path.parent for path in paths])
    return stored(str(top), commit, folder, paths[0].name) or {}


def _digests_now(path: Path, blob: str | None) -> tuple[str, ...]:
    """Return the digest of a file if it is what a blob holds; nothing else, and nothing of a link."""
    try:
        content = path.read_bytes() if blob is not None and not path.is_symlink() else None
    except OSError:
        content = None
    if content is None or blob != blob_name(content, len(blob or "")):
        return ()
    return (hashlib.sha256(content).hexdigest(),)


def blob_name(content: bytes, digits: int) -> str:
    """Return the name that git has for a content, of so many digits as it writes."""
    hashed = hashlib.sha256 if digits == hashlib.sha256().digest_size * 2 else hashlib.sha1
    return hashed(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _top(folder: Path) -> Path | None:
    """Return the folder of the repository that a folder lies in: the nearest one with a `.git`."""
    return next((above for above in (folder, *folder.parents) if os.path.lexists(above / ".git")), None)


def _run(top: Path, arguments: Sequence[str], asked: bytes = b"") -> bytes | None:
    """Run git in the folder of a repository; None where it fails. Raises FileNotFoundError where there is no git.

    It gets no key, and fetches nothing: how, a configuration would say.
    """
    environ = {name: value for name, value in os.environ.items() if name not in {*_ELSEWHERE, _SECRET}}
    environ |= {"GIT_CEILING_DIRECTORIES": str(top.parent), "GIT_ALLOW_PROTOCOL": "", "GIT_OPTIONAL_LOCKS": "0"}
    options = ("-c", "safe.bareRepository=explicit", "-c", "core.fsmonitor=false")
    try:
        done = subprocess.run(  # noqa: S603 - no shell
            ["git", "-C", str(top), *options, *arguments],  # noqa: S607 - git is found as the user finds it
            input=asked,
            capture_output=True,
            check=True,
            timeout=10,
            env=environ,
        )
    except FileNotFoundError:
        raise
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return done.stdout
