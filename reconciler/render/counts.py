"""Owns how much a plan does, in our own words: the same in text and in Markdown."""

from collections.abc import Iterable, Mapping, Sequence

from reconciler.planning.plan import Action, Plan
from reconciler.render.line import unchanged

_COUNT_WORDS = {
    Action.CREATE: "to add",
    Action.SET: "to set",
    Action.UPDATE: "to change",
    Action.FORGET: "to forget",
    Action.MOVE: "to move",
    Action.BLOCKED: "blocked",
}
_FEW = 10  # of many names
_NAMES = (*(action.value for action in Action), "in_doubt", "requests")  # those of a plan's summary, in its order


def counted_plan(plan: Plan) -> str:
    """Say how many changes of each kind a plan has, how many requests it sends, and when, if not at once."""
    later = f", deferred until {plan.due}" if plan.due else ""
    return f"{_counted(plan.summary)}{later}" or unchanged(len(plan.ids))


def counted_plans(profiles: int, changing: int, counts: Iterable[Sequence[int]]) -> str:
    """Say of many plans how many of them change anything, and what they do together; `counts` are their summaries."""
    summary = summed(counts)
    said = f"{changing:,} of {profiles:,} profiles change"
    return f"{said}: {_counted(summary)}" if any(summary.values()) else said


def summed(counts: Iterable[Sequence[int]]) -> dict[str, int]:
    """Add up the summaries of plans, each given as its values in order."""
    return dict(zip(_NAMES, map(sum, zip(*counts, strict=True)), strict=False)) or dict.fromkeys(_NAMES, 0)


def _counted(summary: Mapping[str, int]) -> str:
    counts = [f"{count:,} {_COUNT_WORDS[action]}" for action in Action if (count := summary[action.value])]
    counts += [f"{summary['in_doubt']:,} in doubt"] if summary["in_doubt"] else []
    return f"{', '.join(counts)}; {_sent(summary['requests'])}" if counts else ""


def few(names: Sequence[str]) -> str:
    """Name the first ten, and say how many more there are."""
    more = len(names) - _FEW
    return ", ".join(names[:_FEW]) + (f" and {more:,} more" if more > 0 else "")


def sent_in_words(plan: Plan) -> str:
    """Say how many requests a plan sends."""
    return _sent(len(plan.requests))


def _sent(number: int) -> str:
    return f"{number:,} request{'' if number == 1 else 's'} will be sent" if number else "nothing will be sent"
