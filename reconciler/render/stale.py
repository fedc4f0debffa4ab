"""Owns the words of what keeps a saved plan from being applied."""

from reconciler.stale import Move, Moved

_MOVED_TEXTS = {
    Moved.PLAN_ID: "the plan file was edited: its id is not that of what it holds",
    Moved.PLAN_CONTENT: "the plan file was edited: it is not what is planned from the same profile and state",
    Moved.ACCOUNT: "it is of account {then}, the profile is of {now}",
    Moved.TOOL: "planned by reconciler {then}, this is {now}",
    Moved.STATE_MADE: "planned where there was no state, state is now at serial {now}",
    Moved.STATE_GONE: "planned at serial {then}, there is no state now",
    Moved.STATE_REPLACED: "the state is another one (its lineage differs)",
    Moved.STATE_CHANGED: "planned at serial {then}, state is now at {now}",
    Moved.PROFILE: "the profile file was changed since",
    Moved.FILE: "the file {then} was changed since",
}


def moved_text(move: Move) -> str:
    """Return what moved, as a sentence without its end."""
    return _MOVED_TEXTS[move.what].format(then=move.then, now=move.now)
