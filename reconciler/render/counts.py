"""Owns how much a plan does, in our own words: the same in text and in Markdown."""

from reconciler.planning.plan import Action, Plan
from reconciler.render.line import unchanged

_WORDS = {
    Action.CREATE: "to add",
    Action.SET: "to set",
    Action.UPDATE: "to change",
    Action.FORGET: "to forget",
    Action.MOVE: "to move",
    Action.BLOCKED: "blocked",
}


def counted_plan(plan: Plan) -> str:
    """Say how many changes of each kind a plan has, and how many requests it sends."""
    counts = [f"{count} {_WORDS[action]}" for action in Action if (count := plan.summary[action.value])]
    counts += [f"{len(plan.in_doubt)} in doubt"] if plan.in_doubt else []
    return f"{', '.join(counts)}; {sent_in_words(plan)}" if counts else unchanged(len(plan.ids))


def sent_in_words(plan: Plan) -> str:
    """Say how many requests a plan sends."""
    number = len(plan.requests)
    return f"{number} request{'' if number == 1 else 's'} will be sent" if number else "nothing will be sent"
