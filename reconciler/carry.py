"""Owns what a plan does to a state without sending anything: it forgets, renames and takes back."""

from collections.abc import Iterable

from reconciler.address import is_unit
from reconciler.planning.plan import Action, Change
from reconciler.state.applied import Applied
from reconciler.state.transitions import forget, rekey, take_field_back


def carry(applied: Applied, changes: Iterable[Change], now: str) -> Applied:
    """Return the state after what a plan does without sending.

    First the entries and sections that are forgotten, which makes their keys free; then the renames; then
    the fields, which a plan names by the keys of the file.
    """
    changes = tuple(changes)
    units = [change for change in changes if is_unit(change.address)]
    fields = [change for change in changes if not is_unit(change.address)]
    for change in units:
        if change.action is Action.FORGET:
            applied = forget(applied, change.address, now)
    moves = {change.moved_from: change.address for change in units if change.action is Action.MOVE}
    applied = rekey(applied, {before: after for before, after in moves.items() if before is not None}, now)
    for change in fields:
        if change.action is Action.FORGET:
            applied = forget(applied, change.address, now)
        else:  # a field is forgotten or taken back: whatever is sent or blocked stands at its section or entry
            applied = take_field_back(applied, change.address)
    return applied
