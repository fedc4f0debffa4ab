"""Owns the one line for nothing to do; it imports nothing heavy, for the fast path."""

from reconciler.render.terminal import visible

COMPARED = "compared with what was last applied at {}, not with the live profile"


def no_changes(path: str, applied_at: str | None, ids: int = 0) -> str:
    """Say that nothing is to be done, or only ids recorded, and what that was compared with; safe to print."""
    return f"{visible(path)}: {unchanged(ids)} ({compared(applied_at)})"


def unchanged(ids: int) -> str:
    """Say that nothing changes, and how many ids are recorded all the same."""
    return f"no changes, {ids} {'id' if ids == 1 else 'ids'} to record" if ids else "no changes"


def compared(applied_at: str | None) -> str:
    """Say what a plan was compared with."""
    if not applied_at:
        return "nothing was applied yet"
    return COMPARED.format(visible(applied_at))
