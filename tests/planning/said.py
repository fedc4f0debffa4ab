"""What the views say of a change: why it is so, and each way out in a line."""

from reconciler.planning.plan import Change, Plan, ProfileRef, StateRef
from reconciler.planning.reason import Command
from reconciler.render.wording import reason_text, ways_out

PLAN = Plan("acc", ProfileRef("profile.yaml", ""), StateRef("profile.state.json"), "0")


def told(change: Change) -> str:
    """All that is said of a change that is blocked or has a reason; empty where nothing is."""
    if change.reason is None:
        return ""
    return "\n".join([reason_text(change.reason), *ways_out(change.reason, PLAN)])


def commands(change: Change) -> list[tuple[str, ...]]:
    """The words of each command that a change names as a way out."""
    ways = change.reason.ways if change.reason is not None else ()
    return [way.do.words for way in ways if isinstance(way.do, Command)]
