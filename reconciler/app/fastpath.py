"""Owns the fast path: telling that nothing changed from digests alone, before anything heavy is imported."""

import json
import os
import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from reconciler import __version__
from reconciler.decode import DamageError, read_json
from reconciler.digests import sha256, sha256_of_size
from reconciler.limits import MAX_FILE, MAX_PROFILE
from reconciler.readable import READABLE_SECTIONS
from reconciler.safefile import open_regular, read_and_close
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
    found: dict[str, tuple[str, str | None]] = {}
    accounts: set[str] = set()
    for path in paths:
        unchanged = unchanged_since(path, __version__)
        if unchanged is None:
            return None
        account, applied_at, seen_at, _ = unchanged
        if account in accounts:
            return None
        accounts.add(account)
        found[path] = (applied_at, seen_at)
    return found


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
            and (source["files"] == b"{}" or have_digests(profile_path, read_json(source["files"].decode())))
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


def have_digests(profile_path: str, digests: Any) -> bool:  # noqa: ANN401 - JSON
    """Tell whether all files below a profile's folder have the digests still that are given by their paths."""
    real = cache(os.path.realpath)  # of the few folders that the files of a profile lie in
    folder = os.path.join(real(os.path.dirname(profile_path)), "")
    for path, digest in digests.items():
        above, name = os.path.split(os.path.join(folder, path))
        place = os.path.join(real(above), name)
        if os.path.islink(place):
            place = os.path.realpath(place)
        if not place.startswith(folder) or not _has_digest(place, digest):
            return False
    return True


def _has_digest(place: str, digest: Plain) -> bool:
    descriptor = open_regular(place, follow=False)
    try:
        size = os.fstat(descriptor).st_size
        if size > MAX_FILE:
            return False
        hashed = sha256_of_size(size)
        while block := os.read(descriptor, min(size + 1, _READ_AT_ONCE)):
            hashed.update(block)
    finally:
        os.close(descriptor)
    return hashed.hexdigest() == digest


def read_bounded(path: str, limit: int, *, follow: bool) -> bytes:
    """Return what a file holds. Raises OSError, and ValueError where that is more than the limit."""
    content = read_and_close(open_regular(path, follow=follow), limit)
    if len(content) > limit:
        raise ValueError(path)
    return content
