"""Owns the one line for nothing to do; it imports nothing heavy, for the fast path."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from reconciler.render.terminal import visible

if TYPE_CHECKING:
    from reconciler.planning.plan import KnownAt

_COMPARED = "compared with what was last applied at {}, not with the live profile"
_COMPARED_WITH_SEEN = "compared with what was last applied at {} and seen at {}, not with the live profile"


def no_changes(path: str, applied_at: str | None, seen_at: str | None, ids: int = 0) -> str:
    """Say that nothing is to be done, or only ids recorded, and what that was compared with; safe to print."""
    return f"{visible(path)}: {unchanged(ids)} ({compared(applied_at, seen_at)})"


def known_since(known_at: "KnownAt", written: Callable[[str], str] = visible) -> str:
    """Say when a value was seen, or else last applied; `written` makes a time safe for where it is shown."""
    return f"{'seen' if known_at.is_seen else 'last applied'} at {written(known_at.time)}"


def unchanged(ids: int) -> str:
    """Say that nothing changes, and how many ids are recorded all the same."""
    return f"no changes, {ids} {'id' if ids == 1 else 'ids'} to record" if ids else "no changes"


def compared(applied_at: str | None, seen_at: str | None, written: Callable[[str], str] = visible) -> str:
    """Say what a plan was compared with; `written` makes a time safe for where it is shown."""
    if not applied_at:
        return "nothing was applied yet"
    return (
        _COMPARED_WITH_SEEN.format(written(applied_at), written(seen_at))
        if seen_at
        else _COMPARED.format(written(applied_at))
    )
