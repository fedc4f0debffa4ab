"""Owns which renames depend on each other: a key is free for one entry once another has left it."""

from collections.abc import Collection, Iterable

from reconciler.address import unit_of
from reconciler.planning.plan import Action, Change


def linked(units: Iterable[str], changes: Iterable[Change]) -> frozenset[str]:
    """Return these sections and entries with all that swap keys with them, however far along the plan's moves."""
    moves = [change for change in changes if change.action is Action.MOVE and change.moved_from is not None]
    return chained(units, [(unit_of(change.address), unit_of(str(change.moved_from))) for change in moves])


def chained(addresses: Iterable[str], renames: Collection[tuple[str, str]]) -> frozenset[str]:
    """Return these addresses with all that renames, each of two addresses, join to them."""
    found = frozenset(addresses)
    while True:
        further = found.union(*(pair for pair in renames if not found.isdisjoint(pair)))
        if further == found:
            return found
        found = further
