"""Owns the fast path: telling that nothing changed from digests alone, before anything heavy is imported."""

import os
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from reconciler import __version__
from reconciler.decode import DamageError, read_json
from reconciler.digests import sha256, sha256_of_size
from reconciler.limits import MAX_FILE, MAX_PROFILE
from reconciler.safefile import open_regular
from reconciler.spec import READABLE_SECTIONS
from reconciler.state.paths import state_path
from reconciler.state.seal import seal
from reconciler.values import Plain

if TYPE_CHECKING:
    from reconciler.profile.desired import Profile
    from reconciler.state.applied import Source

MAX_STATE = 8 * 1024 * 1024
_CHUNK = 1024 * 1024
_SOURCE = {"profile", "files", "tool_version", "sections"}


def all_unchanged(paths: Sequence[str]) -> dict[str, tuple[str, str | None]] | None:
    """Return when each profile was last applied, and since then seen, if none of them changed; else None.

    None means that they have to be planned. Two profiles of one account have to, since planning refuses them.
    """
    found = [unchanged_since(path, __version__) for path in paths]
    known = [unchanged for unchanged in found if unchanged is not None]
    if len(known) < len(found) or len({account for account, *_ in known}) < len(known):
        return None
    return {path: (applied_at, seen_at) for path, (_, applied_at, seen_at) in zip(paths, known, strict=True)}


def unchanged_since(profile_path: str, tool_version: str) -> tuple[str, str, str | None] | None:
    """Return the account, the time of the last converged apply and that of the last look at it, where nothing differs.

    None only means that profile and state have to be read in full, which also tells what is wrong with them.
    """
    try:
        text = read_bounded(state_path(profile_path), MAX_STATE, follow=False).decode()
        state: Any = read_json(text)
        source, sections = state["source"], state["sections"]
        profile = read_bounded(profile_path, MAX_PROFILE, follow=True)
        fitting = (
            source["sections"] == seal(state)
            and source.keys() == _SOURCE
            and state["version"] == 1
            and state["pending"] == []
            and source["tool_version"] == tool_version
            and source["profile"] == sha256(profile).hexdigest()
            and _mentions(profile, str(state["account_id"]))
            and all(_has_digest(profile_path, path, sha256) for path, sha256 in source["files"].items())
        )
        latest = max(str(record["applied_at"]) for record in sections.values())  # ValueError: all was forgotten
        looks = [look for address, record in sections.items() if (look := _seen_at(address, record)) is not None]
        return (str(state["account_id"]), latest, max(looks, default=None)) if fitting else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, DamageError):
        return None


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


def _mentions(profile: bytes, account_id: str) -> bool:
    """Tell whether an account id stands in a profile: a state that was edited to be another's is told the long way."""
    return re.search(rb"(?<![\w-])" + re.escape(account_id.encode()) + rb"(?![\w-])", profile) is not None


def _has_digest(profile_path: str, path: Plain, recorded: Plain) -> bool:
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
        while block := file.read(_CHUNK):
            hashed.update(block)
    return hashed.hexdigest() == recorded


def read_bounded(path: str, limit: int, *, follow: bool) -> bytes:
    """Return what a file holds. Raises OSError, and ValueError where that is more than the limit."""
    with open(open_regular(path, follow=follow), "rb") as file:
        content = file.read(min(os.fstat(file.fileno()).st_size, limit) + 1)
    if len(content) > limit:
        raise ValueError(path)
    return content
