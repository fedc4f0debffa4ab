"""Owns the effort: a change together with what has to be sent for it."""

from dataclasses import dataclass

from reconciler.planning import reasons
from reconciler.planning.match import Match
from reconciler.planning.plan import Action, Change, FieldChange
from reconciler.state.applied import Sending
from reconciler.values import Plain, members


@dataclass(frozen=True, slots=True)
class Effort:
    """One change, and what is sent for it: nothing where `sending` is None.

    `position` is the wanted value's place in the profile file.
    """

    change: Change
    sending: Sending | None = None
    position: int = 0


def blocked(one: Match, reason: str, before: Plain, after: Plain, fields: tuple[FieldChange, ...] = ()) -> Effort:
    """Say that a wanted entry, or some fields of it, cannot be sent, and why."""
    change = Change(one.address, Action.BLOCKED, before, after, fields, reason)
    return Effort(change, position=one.wanted.position)


def sent(  # noqa: PLR0913 - the pieces of one change
    one: Match,
    action: Action,
    before: Plain,
    after: Plain,
    sending: Sending,
    warnings: tuple[str, ...] = (),
    *,
    reason: str | None = None,
    fields: tuple[FieldChange, ...] | None = None,
) -> Effort:
    """Say that a wanted entry is sent; all its fields are new unless `fields` names those that differ."""
    if sending.notify_network:
        warnings = (reasons.NOTIFIES, *warnings)
    fields = added(members(after)) if fields is None else fields
    change = Change(one.address, action, before, after, fields, reason, warnings)
    return Effort(change, sending, one.wanted.position)


def added(fields: dict[str, Plain]) -> tuple[FieldChange, ...]:
    """Give fields as new ones."""
    return tuple(FieldChange(name, None, value) for name, value in fields.items())
