"""Owns the questions that planning asks of the state: what is in doubt, what is unknown, what is live."""

from collections.abc import Iterator, Mapping

from reconciler.address import is_entry_section, is_unit, lies_in, section_of
from reconciler.readable import READABLE_SECTIONS
from reconciler.state.applied import Applied, Forgotten, Known, Pending, Record, Sending
from reconciler.values import Plain, instant, members


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
    """Return the addresses in doubt, sorted."""
    doubtful = (sent for sent in _pending(applied) if not pending_is_repeatable(sent))
    return tuple(sorted({address for sent in doubtful for address in sent.addresses}))


def concerns(sent_to: str, sent_id: str | None, address: str, entry_id: str | None) -> bool:
    """Tell whether what was sent to `sent_to` is what is called `address` now: an entry's id says more than its key."""
    if sent_id is not None and entry_id is not None:
        return sent_id == entry_id and section_of(sent_to) == section_of(address)
    return sent_to == address


def edited_in_doubt(applied: Applied | None, address: str, entry_id: str | None) -> str | None:
    """Return the address to which an edit of this entry was sent that is in doubt, whatever its key is now; or None."""
    for sent in _pending(applied):
        for sent_to, sending in sent.sections.items():
            is_edit = sending.id is not None and concerns(sent_to, sending.id, address, entry_id)
            if is_edit and not pending_is_repeatable(sent):
                return sent_to
    return None


def unknown_fields(applied: Applied | None, address: str, entry_id: str | None = None) -> frozenset[str] | None:
    """Return the fields of an address that a request of unknown outcome may have changed; None where there is none.

    `entry_id` is the id of the entry that is called so now, where it has one.
    """
    found = [sending for sent_to, sending in _unknown(applied) if concerns(sent_to, sending.id, address, entry_id)]
    return frozenset(name for sending in found for name in sending.names) if found else None


def unrecorded(applied: Applied | None) -> Mapping[str, Sending]:
    """Return what requests of unknown outcome may have put where state has nothing else, by address, sorted."""
    if applied is None:
        return {}
    known = holdings(applied)
    found = {sent_to: sending for sent_to, sending in _unknown(applied) if sent_to not in known}
    return dict(sorted(found.items()))


def unknown_value(applied: Applied | None, address: str, entry_id: str | None, name: str) -> Plain:
    """Return the value of a field that was sent last without a clear answer."""
    sent = [
        sending
        for sent_to, sending in _unknown(applied)
        if name in sending.names and concerns(sent_to, sending.id, address, entry_id)
    ]
    return members(sent[-1].value)[name]


def _pending(applied: Applied | None) -> tuple[Pending, ...]:
    return applied.pending if applied is not None else ()


def _unknown(applied: Applied | None) -> Iterator[tuple[str, Sending]]:
    """Return what requests of unknown outcome that may be sent again hold, with its address, the latest one last."""
    for sent in _pending(applied):
        if pending_is_repeatable(sent):
            yield from sent.sections.items()


def holdings(applied: Applied) -> Mapping[str, Known]:
    """Return all that state knows, the forgotten sections, entries and fields included, by address."""
    return {**applied.forgotten, **applied.sections}


def records(applied: Applied | None, section: str) -> Mapping[str, Record]:
    """Return the records of one section's entries, sorted by address."""
    known = sorted(applied.sections.items()) if applied is not None else ()
    return {address: record for address, record in known if section_of(address) == section}


def forgotten_units(applied: Applied | None, section: str) -> Mapping[str, Forgotten]:
    """Return the forgotten entries of one section, sorted by address; not the forgotten fields."""
    known = sorted(applied.forgotten.items()) if applied is not None else ()
    return {address: gone for address, gone in known if section_of(address) == section and is_unit(address)}


def forgotten_below(applied: Applied | None, address: str) -> Mapping[str, Plain]:
    """Return the forgotten fields of one section or entry, by path relative to it, sorted."""
    known = sorted(applied.forgotten.items()) if applied is not None else ()
    below = [(field, gone) for field, gone in known if field != address and lies_in(field, address)]
    return {field[len(address) + 1 :]: gone.value for field, gone in below}


def doubtful_adds(applied: Applied | None, section: str) -> Mapping[str, Plain]:
    """Return what the Adds in doubt of one section sent, by address, sorted; None where that is not known."""
    found: dict[str, Plain] = {}
    for sent in _pending(applied):
        for address in sent.addresses:
            sending = sent.sections.get(address)
            if section_of(address) == section and (sending is None or sending.id is None):
                found[address] = sending.value if sending is not None else None
    return dict(sorted(found.items()))


def is_seen(address: str, record: Record) -> bool:
    """Tell whether a read showed the value of a record, or part of it, and nothing was sent there since."""
    is_later = record.seen is not None and instant(record.seen.at) >= instant(record.applied_at)
    return is_later and section_of(address) in READABLE_SECTIONS


def seen_at(applied: Applied) -> str | None:
    """Return the latest time at which a value was seen that was not sent since."""
    looks = (record.seen for address, record in applied.sections.items() if is_seen(address, record))
    return max((look.at for look in looks if look is not None), default=None, key=instant)


def applied_at(applied: Applied) -> str | None:
    """Return the latest time at which anything was applied or vouched for, or if all is forgotten, forgotten."""
    forgotten = max((gone.forgotten_at for gone in applied.forgotten.values()), default=None)
    return max((record.applied_at for record in applied.sections.values()), default=forgotten)
