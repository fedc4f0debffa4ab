"""Owns the effort: a change together with what has to be sent for it."""

from dataclasses import dataclass

from reconciler.planning.identity import Entry
from reconciler.planning.plan import Action, Change, FieldChange
from reconciler.planning.reason import Code, Reason
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


def blocked(entry: Entry, reason: Reason, before: Plain, after: Plain, fields: tuple[FieldChange, ...] = ()) -> Effort:
    """Say that a wanted entry, or some fields of it, cannot be sent, and why."""
    change = Change(entry.address, Action.BLOCKED, before, after, fields, reason)
    return Effort(change, position=entry.wanted.position)


def sent(  # noqa: PLR0913 - the pieces of one change
    entry: Entry,
    action: Action,
    before: Plain,
    after: Plain,
    sending: Sending,
    warnings: tuple[Reason, ...] = (),
    *,
    reason: Reason | None = None,
    fields: tuple[FieldChange, ...] | None = None,
) -> Effort:
    """Say that a wanted entry is sent; all its fields are new unless `fields` names those that differ."""
    notifies = sending.notify_network is True
    if notifies:
        warnings = (Reason(Code.NOTIFIES_NETWORK), *warnings)
    fields = added(members(after)) if fields is None else fields
    change = Change(
        entry.address, action, before, after, fields, reason, warnings, entry_id=sending.id, notifies=notifies
    )
    return Effort(change, sending, entry.wanted.position)


def added(fields: dict[str, Plain]) -> tuple[FieldChange, ...]:
    """Give fields as new ones."""
    return tuple(FieldChange(name, None, value) for name, value in fields.items())
