"""Owns the fast path: telling that nothing changed from digests alone, before anything heavy is imported."""

import json
import os
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from reconciler import __version__
from reconciler.decode import DamageError, read_json
from reconciler.digests import sha256, sha256_of_size
from reconciler.limits import MAX_FILE, MAX_PROFILE
from reconciler.readable import READABLE_SECTIONS
from reconciler.safefile import open_regular
from reconciler.state.paths import state_path
from reconciler.state.seal import unsealed
from reconciler.values import Plain

if TYPE_CHECKING:
    from reconciler.profile.desired import Profile
    from reconciler.state.applied import Source

MAX_STATE = 8 * 1024 * 1024
_READ_AT_ONCE = 1024 * 1024
# How a state that is as it was written says what decides; nothing else in it begins a line so.
_ACCOUNT = re.compile(rb'\{\n  "account_id": ("(?:[^"\\]|\\.)*"),\n')
_NOTHING_PENDING = b'\n  "pending": [],\n'
_VERSION_1 = b'\n  "version": 1,\n'
_SECTIONS = b'\n  "sections": {\n'
_SEEN = b'\n      "seen": {'
_APPLIED_AT = re.compile(rb'\n      "applied_at": "([^"]+)"')


def all_unchanged(paths: Sequence[str]) -> dict[str, tuple[str, str | None]] | None:
    """Return when each profile was last applied, and since then seen, if none of them changed; else None.

    None means that they have to be planned. Two profiles of one account have to, since planning refuses them.
    """
    found = [unchanged_since(path, __version__) for path in paths]
    known = [unchanged for unchanged in found if unchanged is not None]
    if len(known) < len(found) or len({account for account, *_ in known}) < len(known):
        return None
    return {path: (applied_at, seen_at) for path, (_, applied_at, seen_at, _) in zip(paths, known, strict=True)}


def unchanged_since(profile_path: str, tool_version: str) -> tuple[str, str, str | None, str] | None:
    """Return the account, when it was applied last, when seen, and the file's digest, where nothing differs; else None.

    None only means that profile and state have to be read in full, which also tells what is wrong with them.
    """
    try:
        source, rest = unsealed(read_bounded(state_path(profile_path), MAX_STATE, follow=False))
        profile = read_bounded(profile_path, MAX_PROFILE, follow=True)
        account = _ACCOUNT.match(rest)
        fitting = (
            account is not None
            and source["tool_version"] == tool_version.encode()
            and source["profile"] == sha256(profile).hexdigest().encode()
            and _NOTHING_PENDING in rest
            and _VERSION_1 in rest
            and (source["files"] == b"{}" or _have_digests(profile_path, source["files"]))
        )
        if account is None or not fitting:
            return None
        latest = max(_APPLIED_AT.findall(rest, rest.index(_SECTIONS)))  # ValueError: all was forgotten
        return json.loads(account[1]), latest.decode(), _last_seen(rest), source["profile"].decode()
    except (OSError, ValueError, DamageError):
        return None


def _last_seen(state: bytes) -> str | None:
    """Return when a value was seen last, in the text of a state that is as it was written."""
    if _SEEN not in state:
        return None
    sections = json.loads(state)["sections"]
    looks = [look for address, record in sections.items() if (look := _seen_at(address, record)) is not None]
    return max(looks, default=None)


def _seen_at(address: str, record: Any) -> str | None:  # noqa: ANN401 - JSON
    """Return when the value of a record was seen, where that is later than it was applied (queries.is_seen)."""
    look = str(record["seen"]["at"]) if "seen" in record else ""
    is_seen = look >= str(record["applied_at"]) and address.partition(".")[0] in READABLE_SECTIONS
    return look if is_seen else None


def source_of(profile: "Profile") -> "Source":
    """Return the digests by which a later run can tell that nothing changed since this profile was applied."""
    from reconciler.state.applied import Source

    return Source(
        profile=profile.sha256,
        files={path: facts.sha256 for path, facts in profile.desired.files.items()},
        tool_version=__version__,
    )


def _have_digests(profile_path: str, files: bytes) -> bool:
    """Tell whether all files of a source have their digests still."""
    found: Any = read_json(files.decode())
    return all(has_digest(profile_path, path, recorded) for path, recorded in found.items())


def has_digest(profile_path: str, path: Plain, recorded: Plain) -> bool:
    """Tell whether a file below the profile's folder has that digest still."""
    folder = os.path.realpath(os.path.dirname(profile_path) or ".")
    place = os.path.realpath(os.path.join(folder, str(path)))
    if os.path.commonpath([folder, place]) != folder:
        return False
    with open(open_regular(place, follow=True), "rb") as file:
        size = os.fstat(file.fileno()).st_size
        if size > MAX_FILE:
            return False
        hashed = sha256_of_size(size)
        while block := file.read(_READ_AT_ONCE):
            hashed.update(block)
    return hashed.hexdigest() == recorded


def read_bounded(path: str, limit: int, *, follow: bool) -> bytes:
    """Return what a file holds. Raises OSError, and ValueError where that is more than the limit."""
    descriptor = open_regular(path, follow=follow)
    try:
        content = _read_up_to(descriptor, min(os.fstat(descriptor).st_size, limit) + 1)
    finally:
        os.close(descriptor)
    if len(content) > limit:
        raise ValueError(path)
    return content


def _read_up_to(descriptor: int, most: int) -> bytes:
    """Read up to so many bytes; the system may give fewer at a time."""
    content = os.read(descriptor, most)
    while len(content) < most and (more := os.read(descriptor, most - len(content))):
        content += more
    return content
