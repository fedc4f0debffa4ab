"""Owns the changes of entries: added one by one, edited field by field, never deleted."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from reconciler.address import section_of
from reconciler.planning.edits import edits
from reconciler.planning.identity import Entry, Identities, KnownEntry, identify, ruling_out
from reconciler.planning.plan import Action, Change, Effort, FieldChange
from reconciler.planning.reason import Code, Edit, Reason, Way, When, described, doubted, not_sent
from reconciler.profile.desired import Wanted
from reconciler.spec import fields_of_add, fields_of_edit
from reconciler.state import queries
from reconciler.state.applied import Applied, Record, Sending
from reconciler.values import Plain, members


class Section(Struct, frozen=True):
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
            reason = Reason(Code.LEFT_FILE)
            yield Effort(Change(address, Action.FORGET, before=record.value, reason=reason, entry_id=record.id))
    for address, sending in queries.unrecorded(section.applied).items():
        is_wanted = any(
            queries.concerns(address, sending.id, entry.address, entry.wanted.id)
            for entry in section.identities.entries
        )
        if section_of(address) == section.identities.section and not is_wanted:
            yield Effort(Change(address, Action.FORGET, before=sending.value, reason=Reason(Code.LEFT_FILE_UNKNOWN)))


def _efforts(section: Section, entry: Entry) -> Iterator[Effort]:
    reason = _doubt(section, entry) or _question(entry)
    if reason is None and entry.known is None and entry.wanted.id is None and section.closed_by:
        reason = doubted(section.closed_by[0], Code.SECTION_IN_DOUBT)
    if reason is not None:
        before = entry.known.value if entry.known is not None else None
        yield Effort(Change(entry.address, Action.BLOCKED, before, entry.wanted.value, reason=reason))
    elif entry.known is not None:
        yield from _existing(section, entry, entry.known)
    else:
        yield from _first_sent(section, entry)


def _doubt(section: Section, entry: Entry) -> Reason | None:
    """Return why an entry waits until something in doubt is settled, or None."""
    if entry.address in section.doubted:
        return doubted(entry.address)
    known_at = entry.known.address if entry.known is not None else None
    waits_for = known_at if known_at in section.doubted else None
    waits_for = waits_for or queries.edited_in_doubt(section.applied, entry.address, entry.wanted.id)
    if known_at != entry.address:
        waits_for = waits_for or section.kept.get(entry.address)
    return doubted(waits_for, Code.WAITS_FOR_DOUBT) if waits_for is not None else None


def _question(entry: Entry) -> Reason | None:
    """Return the question which of the known entries this is, with an answer for each and one for none, or None."""
    if not entry.candidates:
        return None
    same = (Way(When.SAME_ENTRY, Edit(entry.address, f"same_as: {known.mention}")) for known in entry.candidates)
    none = Way(When.ANOTHER_ENTRY, Edit(entry.address, ruling_out(entry.wanted, *entry.candidates)))
    alike = {known.address: described(known.named) for known in entry.candidates}
    values = (described(entry.wanted.value), *alike.values())
    return Reason(Code.ENTRY_IDENTITY, (entry.address, *alike), (*same, none), values)


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


def _first_sent(section: Section, entry: Entry) -> Iterator[Effort]:
    """Yield the Add of an entry that state does not know, or with an id its first Edit, and what cannot be sent."""
    entry_id, fields = entry.wanted.id, members(entry.wanted.value)
    taken = (fields_of_add if entry_id is None else fields_of_edit)(section.identities.section)
    sendable = {name: value for name, value in fields.items() if name in taken}
    rest = {name: value for name, value in fields.items() if name not in taken}
    if entry_id is None:
        change = Change(entry.address, Action.CREATE, None, sendable, _added(sendable))
        yield Effort(change, Sending(sendable, notify_network=entry.wanted.notify_network))
    elif sendable:
        unknown = queries.unknown_fields(section.applied, entry.address, entry_id)
        reason = Reason(Code.UNKNOWN_OUTCOME) if unknown is not None else None
        warnings = (Reason(Code.REPLACES_UNSEEN), *_id_warnings(section, entry))
        change = Change(entry.address, Action.SET, None, sendable, _added(sendable), reason, warnings)
        yield Effort(change, Sending(sendable, entry_id, "file", None, entry.wanted.notify_network))
    if rest:
        reason = not_sent(Code.NOT_IN_ADD if entry_id is None else Code.NOT_IN_EDIT, entry.address, rest)
        yield Effort(Change(entry.address, Action.BLOCKED, None, rest, _added(rest), reason))


def _added(fields: Mapping[str, Plain]) -> tuple[FieldChange, ...]:
    return tuple(FieldChange(name, None, value) for name, value in fields.items())


def _id_warnings(section: Section, entry: Entry) -> tuple[Reason, ...]:
    other = section.identities.left.get(entry.address)
    if other is None or other.id is None or entry.wanted.id is None:
        return ()
    return (Reason(Code.ID_CHANGED, values=(other.id, entry.wanted.id)),)


def _existing(section: Section, entry: Entry, known: KnownEntry) -> Iterator[Effort]:
    if known.address != entry.address or not isinstance(known.record, Record):
        reason = Reason(Code.RENAMED_KEY if isinstance(known.record, Record) else Code.TAKEN_BACK)
        change = Change(entry.address, Action.MOVE, known.value, known.value, reason=reason, moved_from=known.address)
        yield Effort(change)
    yield from edits(entry, known, section.applied)
