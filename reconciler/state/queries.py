"""Owns the questions that planning asks of the state: what is in doubt, what is unknown, what is live."""

from collections.abc import Mapping

from reconciler.address import is_entry_section, is_unit, lies_in, section_of
from reconciler.state.applied import Applied, Forgotten, Pending, Record, Sending
from reconciler.values import Plain, members


def is_repeatable(address: str, sending: Sending) -> bool:
    """Tell whether sending this twice ends as sending it once (spec, *Retry safety*)."""
    if not is_entry_section(section_of(address)):
        return True
    if sending.id is None or sending.notify_network:
        return False
    return "attachment" not in sending.names


def pending_is_repeatable(pending: Pending) -> bool:
    """Tell whether a pending request may be sent again without asking anyone."""
    return all(address in pending.sections for address in pending.addresses) and all(
        is_repeatable(address, sending) for address, sending in pending.sections.items()
    )


def in_doubt(applied: Applied | None) -> tuple[str, ...]:
    """Give the addresses in doubt, sorted."""
    if applied is None:
        return ()
    doubtful = (one for one in applied.pending if not pending_is_repeatable(one))
    return tuple(sorted({address for one in doubtful for address in one.addresses}))


def concerns(at: str, sent_id: str | None, address: str, entry_id: str | None) -> bool:
    """Tell whether what was sent as `at` is what is called `address`: an entry's id says more than its key."""
    if sent_id is not None and entry_id is not None:
        return sent_id == entry_id and section_of(at) == section_of(address)
    return at == address


def edited_in_doubt(applied: Applied | None, address: str, entry_id: str | None) -> str | None:
    """Find where an edit in doubt was sent that is of this entry, whatever key the entry has now."""
    return next(
        (
            at
            for one in (applied.pending if applied is not None else ())
            if not pending_is_repeatable(one)
            for at, sending in one.sections.items()
            if sending.id is not None and concerns(at, sending.id, address, entry_id)
        ),
        None,
    )


def unknown_fields(applied: Applied | None, address: str, entry_id: str | None = None) -> frozenset[str] | None:
    """Give the fields of an address of which a pending request may have changed the value.

    None where everything is known. `entry_id` is the id of the entry that is called so now, where it has one.
    """
    if applied is None:
        return None
    found = [
        sending
        for one in applied.pending
        if pending_is_repeatable(one)
        for at, sending in one.sections.items()
        if concerns(at, sending.id, address, entry_id)
    ]
    return frozenset(name for sending in found for name in sending.names) if found else None


def unrecorded(applied: Applied | None) -> Mapping[str, Sending]:
    """Give what requests of unknown outcome may have put where state has nothing else, by address, sorted."""
    if applied is None:
        return {}
    found = {
        at: sending
        for one in applied.pending
        if pending_is_repeatable(one)
        for at, sending in one.sections.items()
        if at not in applied.sections and at not in applied.forgotten
    }
    return dict(sorted(found.items()))


def unknown_value(applied: Applied | None, address: str, entry_id: str | None, name: str) -> Plain:
    """Give the value of a field that was sent last without a clear answer."""
    return next(
        members(sending.value)[name]
        for one in reversed(applied.pending if applied is not None else ())
        if pending_is_repeatable(one)
        for at, sending in one.sections.items()
        if name in sending.names and concerns(at, sending.id, address, entry_id)
    )


def holdings(applied: Applied) -> Mapping[str, Record | Forgotten]:
    """Return all that state knows, the forgotten sections, entries and fields included, by address."""
    return {**applied.forgotten, **applied.sections}


def records(applied: Applied | None, section: str) -> Mapping[str, Record]:
    """Give the records of one section's entries, sorted by address."""
    if applied is None:
        return {}
    return {at: one for at, one in sorted(applied.sections.items()) if section_of(at) == section}


def forgotten_units(applied: Applied | None, section: str) -> Mapping[str, Forgotten]:
    """Give the forgotten entries of one section, sorted by address; not the forgotten fields."""
    if applied is None:
        return {}
    return {at: one for at, one in sorted(applied.forgotten.items()) if section_of(at) == section and is_unit(at)}


def forgotten_below(applied: Applied | None, address: str) -> Mapping[str, Plain]:
    """Give the forgotten fields of one section or entry, by path relative to it, sorted."""
    if applied is None:
        return {}
    return {
        at[len(address) + 1 :]: one.value
        for at, one in sorted(applied.forgotten.items())
        if at != address and lies_in(at, address)
    }


def doubtful_adds(applied: Applied | None, section: str) -> Mapping[str, Plain]:
    """Give what was sent by the Adds in doubt of one section, by address, sorted; None where that is not known."""
    found: dict[str, Plain] = {}
    for one in applied.pending if applied is not None else ():
        for at in one.addresses:
            sending = one.sections.get(at)
            if section_of(at) == section and (sending is None or sending.id is None):
                found[at] = sending.value if sending is not None else None
    return dict(sorted(found.items()))


def applied_at(applied: Applied) -> str | None:
    """Give the latest time at which anything was applied, vouched for or, if nothing is left, forgotten (RFC 3339)."""
    forgotten = max((one.forgotten_at for one in applied.forgotten.values()), default=None)
    return max((one.applied_at for one in applied.sections.values()), default=forgotten)
