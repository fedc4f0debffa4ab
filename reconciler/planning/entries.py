"""Owns the changes of entries: added one by one, edited field by field, never deleted."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from reconciler.address import section_of
from reconciler.planning.edits import edits
from reconciler.planning.identity import Entry, Identities, identify, ruling_out
from reconciler.planning.moves import chained
from reconciler.planning.plan import Action, Change, Effort, FieldChange
from reconciler.planning.reason import Code, Edit, Reason, Way, When, described, doubted, named_apart, not_sent
from reconciler.profile.desired import Wanted
from reconciler.spec import fields_of_add, fields_of_edit
from reconciler.state import queries
from reconciler.state.applied import Applied, Record, Sending
from reconciler.values import members


class Section(Struct, frozen=True):
    """What the planning of one section's entries looks at: who is who, and what is in doubt.

    `closed_by` is an Add in doubt whose key left the file: nothing is added meanwhile. `waiting` gives the addresses in
    doubt and what swaps keys with them, each with the one in doubt that it waits for.
    """

    name: str
    identities: Identities
    applied: Applied | None
    closed_by: str | None
    waiting: Mapping[str, str]


def section_entries(section: str, wanted: Mapping[str, Wanted], applied: Applied | None) -> Section:
    """Return what the planning of one section's entries looks at, out of all that the file wants."""
    entries = {address: each for address, each in wanted.items() if section_of(address) == section}
    identities, in_doubt = identify(section, entries, applied), queries.in_doubt(applied)
    closed_by = next((address for address in queries.doubtful_adds(applied, section) if address not in entries), None)
    renames = [(entry.address, entry.known.address) for entry in identities.entries if entry.known is not None]
    waiting = {address: doubt for doubt in in_doubt for address in chained([doubt], renames)}
    return Section(section, identities, applied, closed_by, {**waiting, **dict(zip(in_doubt, in_doubt, strict=True))})


def entry_efforts(section: Section) -> Iterator[Effort]:
    """Yield the changes of one section's entries: those of the file in its order, then what left it."""
    entries = section.identities.entries
    asked = {known.address: entry.address for entry in entries for known in entry.candidates}
    for entry in entries:
        yield from _efforts_of_entry(section, entry)
    for address, record in section.identities.left.items():
        if section.waiting.get(address) == address:
            yield Effort(Change(address, Action.BLOCKED, record.value, reason=doubted(address)))
        else:
            reason = Reason(Code.LEFT_FILE_ASKED, (asked[address],)) if address in asked else Reason(Code.LEFT_FILE)
            yield Effort(Change(address, Action.FORGET, record.value, reason=reason, entry_id=record.id))
    for address, sent in queries.unrecorded(section.applied).items():
        is_wanted = any(queries.concerns(address, sent.id, entry.address, entry.wanted.id) for entry in entries)
        if section_of(address) == section.name and not is_wanted:
            yield Effort(Change(address, Action.FORGET, sent.value, reason=Reason(Code.LEFT_FILE_UNKNOWN)))


def _efforts_of_entry(section: Section, entry: Entry) -> Iterator[Effort]:
    reason, known = _reason_to_wait(section, entry), entry.known
    if reason is not None:
        before = known.record.value if known is not None else None
        yield Effort(Change(entry.address, Action.BLOCKED, before, entry.wanted.value, reason=reason))
    elif known is None:
        yield from _first_sent(section, entry)
    else:
        if not known.is_at(entry.address):
            reason = Reason(Code.RENAMED_KEY if isinstance(known.record, Record) else Code.TAKEN_BACK)
            moved_from, value = known.address, known.record.value
            yield Effort(Change(entry.address, Action.MOVE, value, value, reason=reason, moved_from=moved_from))
        yield from edits(entry, known, section.applied)


def _reason_to_wait(section: Section, entry: Entry) -> Reason | None:
    """Return why an entry is left alone until something in doubt is settled or a question is answered, or None."""
    edited = queries.edited_in_doubt(section.applied, entry.address, entry.wanted.id)
    waits_for = section.waiting.get(entry.address) or edited
    if waits_for is not None:
        return doubted(waits_for, Code.IN_DOUBT if waits_for == entry.address else Code.WAITS_FOR_DOUBT)
    if entry.candidates:
        return _question(entry)
    if section.closed_by is not None and entry.known is None and entry.wanted.id is None:
        return doubted(section.closed_by, Code.SECTION_IN_DOUBT)
    return None


def _question(entry: Entry) -> Reason:
    """Return the question which of the known entries this is, with an answer for each and one for none."""
    candidates = entry.candidates[:5]  # the next ones are asked about once these are ruled out
    same = (Way(When.SAME_ENTRY, Edit(entry.address, f"same_as: {known.mention}")) for known in candidates)
    none = Way(When.ANOTHER_ENTRY, Edit(entry.address, ruling_out(entry.wanted, *candidates)))
    alike = named_apart([known.traits.named for known in candidates], [known.id for known in candidates])
    addresses = (entry.address, *(known.address for known in candidates))
    return Reason(Code.ENTRY_IDENTITY, addresses, (*same, none), (described(entry.wanted.value), *alike))


def _first_sent(section: Section, entry: Entry) -> Iterator[Effort]:
    """Yield the Add of an entry that state does not know, or with an id its first Edit, and what cannot be sent."""
    address, entry_id, name = entry.address, entry.wanted.id, section.name
    taken = fields_of_add(name) if entry_id is None else fields_of_edit(name)
    fields = [FieldChange(field, None, value) for field, value in members(entry.wanted.value).items()]
    sent = tuple(field for field in fields if field.path in taken)
    rest = tuple(field for field in fields if field.path not in taken)
    value, blocked = ({field.path: field.after for field in each} for each in (sent, rest))
    if entry_id is None:
        sending = Sending(value, notify_network=entry.wanted.notify_network)
        yield Effort(Change(address, Action.CREATE, None, value, sent), sending)
    elif sent:
        is_unknown = queries.unknown_fields(section.applied, address, entry_id) is not None
        reason = Reason(Code.UNKNOWN_OUTCOME) if is_unknown else None
        warnings = [Reason(Code.REPLACES_UNSEEN)]
        if (left := section.identities.left.get(address)) is not None and left.id is not None:
            warnings.append(Reason(Code.ID_CHANGED, values=(left.id, entry_id)))
        sending = Sending(value, entry_id, "file", None, entry.wanted.notify_network)
        yield Effort(Change(address, Action.SET, None, value, sent, reason, tuple(warnings)), sending)
    if rest:
        reason = not_sent(Code.NOT_IN_ADD if entry_id is None else Code.NOT_IN_EDIT, address, blocked)
        yield Effort(Change(address, Action.BLOCKED, None, blocked, rest, reason))
