"""Owns the one line for nothing to do; it imports nothing heavy, for the fast path."""

from reconciler.render.terminal import visible


def no_changes(path: str, applied_at: str | None) -> str:
    """Say that nothing is to be done, and what that was compared with; safe to print."""
    return f"{visible(path)}: no changes ({compared(applied_at)})"


def compared(applied_at: str | None) -> str:
    """Say what a plan was compared with."""
    if not applied_at:
        return "nothing was applied yet"
    return f"compared with what was last applied at {visible(applied_at)}, not with the live profile"
