"""Owns which renames depend on each other: a key is free for one entry once another has left it."""

from collections.abc import Iterable

from reconciler.address import unit_of
from reconciler.planning.plan import Action, Change


def linked(units: Iterable[str], changes: Iterable[Change]) -> frozenset[str]:
    """Give the sections and entries that have to be settled along with these: theirs are the ends of the same moves."""
    found = frozenset(units)
    ends = [
        frozenset({unit_of(change.address), unit_of(change.moved_from)})
        for change in changes
        if change.action is Action.MOVE and change.moved_from is not None
    ]
    while True:
        further = found.union(*(pair for pair in ends if pair & found))
        if further == found:
            return found
        found = further
