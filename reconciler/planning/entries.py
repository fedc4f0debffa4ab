"""Owns the changes of entries: added one by one, edited field by field, never deleted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reconciler.address import section_of
from reconciler.planning.edits import edits
from reconciler.planning.effort import Effort
from reconciler.planning.identity import Entry, Identities, identify, ruling_out
from reconciler.planning.plan import Action, Change, FieldChange
from reconciler.planning.reason import (
    Code,
    Edit,
    Reason,
    Way,
    When,
    described,
    doubted,
    not_in_add,
    not_in_edit,
    section_in_doubt,
    waits_for_doubt,
)
from reconciler.profile.desired import Wanted
from reconciler.spec import fields_of_add, fields_of_edit
from reconciler.state import queries
from reconciler.state.applied import Applied, Record, Sending
from reconciler.values import Plain, members


@dataclass(frozen=True, slots=True)
class Section:
    """What the planning of one section's entries looks at: who is who, and what is in doubt.

    `closed_by` are the Adds in doubt whose key left the file: nothing is added while they are. `kept` are the keys that
    state cannot free yet, each with the address in doubt that keeps it.
    """

    identities: Identities
    applied: Applied | None
    doubted: tuple[str, ...]
    closed_by: tuple[str, ...]
    kept: Mapping[str, str]


def section_entries(section: str, wanted: Mapping[str, Wanted], applied: Applied | None) -> Section:
    """Return what the planning of one section's entries looks at, out of all that the file wants."""
    entries = {address: each for address, each in wanted.items() if section_of(address) == section}
    identities, doubted = identify(section, entries, applied), queries.in_doubt(applied)
    closed_by = tuple(address for address in queries.doubtful_adds(applied, section) if address not in entries)
    return Section(identities, applied, doubted, closed_by, _kept_keys(identities, doubted))


def entry_efforts(section: Section) -> Iterator[Effort]:
    """Yield the changes of one section's entries: those of the file in its order, then what left it."""
    for entry in section.identities.entries:
        yield from _efforts(section, entry)
    for address, record in section.identities.left.items():
        if address in section.doubted:
            yield Effort(Change(address, Action.BLOCKED, before=record.value, reason=doubted(address)))
        else:
            yield Effort(Change(address, Action.FORGET, before=record.value, reason=Reason(Code.LEFT_FILE)))
    for address, sending in queries.unrecorded(section.applied).items():
        if section_of(address) == section.identities.section and not _is_wanted(section, address, sending):
            yield Effort(Change(address, Action.FORGET, before=sending.value, reason=Reason(Code.LEFT_FILE_UNKNOWN)))


def _is_wanted(section: Section, address: str, sending: Sending) -> bool:
    return any(
        queries.concerns(address, sending.id, entry.address, entry.wanted.id) for entry in section.identities.entries
    )


def _efforts(section: Section, entry: Entry) -> Iterator[Effort]:
    reason = _doubt(section, entry) or _question(entry)
    if reason is None and entry.known is None and entry.wanted.id is None and section.closed_by:
        reason = section_in_doubt(section.closed_by[0])
    if reason is not None:
        before = entry.known.value if entry.known is not None else None
        yield Effort(Change(entry.address, Action.BLOCKED, before, entry.wanted.value, reason=reason))
    elif entry.known is not None:
        yield from _existing(section, entry)
    elif entry.wanted.id is not None:
        yield from _first_edit(section, entry)
    else:
        yield from _new(section, entry)


def _doubt(section: Section, entry: Entry) -> Reason | None:
    """Return why an entry waits until something in doubt is settled, or None."""
    known_at = entry.known.address if entry.known is not None else None
    if entry.address in section.doubted:
        return doubted(entry.address)
    if known_at is not None and known_at in section.doubted:
        return waits_for_doubt(known_at)
    if (edited := queries.edited_in_doubt(section.applied, entry.address, entry.wanted.id)) is not None:
        return waits_for_doubt(edited)
    if known_at != entry.address and entry.address in section.kept:
        return waits_for_doubt(section.kept[entry.address])
    return None


def _question(entry: Entry) -> Reason | None:
    """Return the question which of the known entries this is, with two answers for each, or None."""
    if not entry.candidates:
        return None
    ways = (
        Way(when, Edit(entry.address, line))
        for known in entry.candidates
        for when, line in (
            (When.SAME_ENTRY, f"same_as: {known.mention}"),
            (When.ANOTHER_ENTRY, ruling_out(entry.wanted, known)),
        )
    )
    alike = {known.address: described(known.named) for known in entry.candidates}
    values = (described(entry.wanted.value), *alike.values())
    return Reason(Code.ENTRY_IDENTITY, (entry.address, *alike), tuple(ways), values)


def _kept_keys(identities: Identities, doubted: tuple[str, ...]) -> dict[str, str]:
    """Find the keys of records that would be renamed, but that doubt keeps where they are."""
    kept: dict[str, str] = {}
    by_address = {entry.address: entry for entry in identities.entries}
    for entry in identities.entries:
        known_at = entry.known.address if entry.known is not None else entry.address
        doubt = next((address for address in (entry.address, known_at) if address in doubted), None)
        waiting = entry if doubt is not None else None
        while waiting is not None and waiting.known is not None and isinstance(waiting.known.record, Record):
            if waiting.known.address in kept:
                break
            kept[waiting.known.address] = str(doubt)
            waiting = by_address.get(waiting.known.address)
    return kept


def _new(section: Section, entry: Entry) -> Iterator[Effort]:
    sendable, rest = _parted(entry.wanted.value, fields_of_add(section.identities.section))
    change = Change(entry.address, Action.CREATE, None, sendable, _added(sendable))
    yield Effort(change, Sending(sendable, notify_network=entry.wanted.notify_network))
    if rest:
        why = not_in_add(entry.address, rest)
        yield Effort(Change(entry.address, Action.BLOCKED, None, rest, _added(rest), why))


def _first_edit(section: Section, entry: Entry) -> Iterator[Effort]:
    sendable, rest = _parted(entry.wanted.value, fields_of_edit(section.identities.section))
    if sendable:
        unknown = queries.unknown_fields(section.applied, entry.address, entry.wanted.id)
        reason = Reason(Code.UNKNOWN_OUTCOME) if unknown is not None else None
        warnings = (Reason(Code.REPLACES_UNSEEN), *_id_warnings(section, entry))
        change = Change(entry.address, Action.SET, None, sendable, _added(sendable), reason, warnings)
        yield Effort(change, Sending(sendable, entry.wanted.id, "file", None, entry.wanted.notify_network))
    if rest:
        why = not_in_edit(entry.address, rest)
        yield Effort(Change(entry.address, Action.BLOCKED, None, rest, _added(rest), why))


def _added(fields: Mapping[str, Plain]) -> tuple[FieldChange, ...]:
    return tuple(FieldChange(name, None, value) for name, value in fields.items())


def _id_warnings(section: Section, entry: Entry) -> tuple[Reason, ...]:
    other = section.identities.left.get(entry.address)
    if other is None or other.id is None or entry.wanted.id is None:
        return ()
    return (Reason(Code.ID_CHANGED, values=(other.id, entry.wanted.id)),)


def _existing(section: Section, entry: Entry) -> Iterator[Effort]:
    known = entry.known
    assert known is not None
    if known.address != entry.address or not isinstance(known.record, Record):
        reason = Reason(Code.RENAMED_KEY if isinstance(known.record, Record) else Code.TAKEN_BACK)
        change = Change(entry.address, Action.MOVE, known.value, known.value, reason=reason, moved_from=known.address)
        yield Effort(change)
    yield from edits(entry, known, section.applied)


def _parted(value: Plain, names: frozenset[str]) -> tuple[dict[str, Plain], dict[str, Plain]]:
    """Part what a variant of the request can hold from what it cannot."""
    fields = members(value)
    inside = {name: below for name, below in fields.items() if name in names}
    return inside, {name: below for name, below in fields.items() if name not in names}
