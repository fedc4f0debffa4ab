"""Owns how a state follows a run: what is re-keyed, what is about to be sent, what an answer settles.

Every function takes a state and gives the next one; serial, write and disk belong to the storage.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from itertools import count

from msgspec.structs import replace

from reconciler.address import (
    field_path,
    is_entry,
    is_entry_section,
    is_unit,
    lies_in,
    moved,
    section_of,
    set_aside,
    unit_of,
)
from reconciler.state.applied import Applied, Forgotten, Kept, Pending, Record, Sending
from reconciler.state.queries import concerns, holdings, is_repeatable
from reconciler.values import Plain, members, value_at


def forget(applied: Applied, address: str, now: str) -> Applied:
    """Return the state in which a section, an entry or a field of one is among the forgotten.

    Of a section or field, what was sent without a clear answer is dropped. Of an entry it is kept, in case the entry
    comes back. A field whose live value is not known is not put among the forgotten.
    """
    unit = unit_of(address)
    record = applied.sections.get(unit)
    if record is None or (address != unit and value_at(record.value, field_path(address).split(".")) is None):
        return _let_go(applied, address, record.id if record is not None else None)
    applied = _make_room(applied, address)
    if address == unit:
        sections = {other: known for other, known in applied.sections.items() if other != unit}
        gone = Forgotten(record.value, now, record.id, record.id_by, record.by, record.handle)
        following = replace(applied, sections=sections, forgotten={**applied.forgotten, address: gone})
        return following if is_entry(address) else _let_go(following, address, None)
    path = field_path(address).split(".")
    less = replace(applied, sections={**applied.sections, unit: replace(record, value=_without(record.value, path))})
    settled = _let_go(less, address, record.id)
    if settled.pending != less.pending:
        return settled
    return replace(less, forgotten={**less.forgotten, address: Forgotten(value_at(record.value, path), now)})


def begin(applied: Applied, pending: Pending) -> Applied:
    """Return the state in which a request is about to be sent, in place of an earlier attempt at the same one."""
    others = tuple(other for other in applied.pending if other.request != pending.request)
    keys = {request: kept for request, kept in applied.keys.items() if request != pending.request}
    for address, entry_id in _ids(pending).items():
        others, keys = _spent(others, keys, address, entry_id)
    return _expected(replace(applied, pending=(*others, pending), keys=keys, source=None), pending.addresses)


def _expected(applied: Applied, addresses: Collection[str]) -> Applied:
    """Forget since when reads do not show what is sent now."""
    if applied.reads is None:
        return applied
    absent = {address: since for address, since in applied.reads.absent.items() if address not in addresses}
    return replace(applied, reads=replace(applied.reads, absent=absent))


def fold(applied: Applied, request: str, now: str) -> Applied:
    """Return the state in which a request arrived: its values are live, and it is pending no more."""
    pending = find(applied, request)
    for address, sending in pending.sections.items():
        applied = record(applied, address, sending, now, "apply")
    return drop(applied, request)


def record(applied: Applied, address: str, sending: Sending, now: str, by: str) -> Applied:
    """Return the state in which the value of an address is live, whatever earlier requests may have done there.

    Another entry that has this key is set aside: no record is written over by what is not the same entry.
    """
    there = applied.sections.get(address)
    if there is not None and is_entry(address) and _handle(applied, address, sending) != there.handle:
        applied = forget(applied, address, now)
    forgotten = dict(applied.forgotten)
    if not is_entry_section(section_of(address)):
        forgotten = {other: gone for other, gone in forgotten.items() if not lies_in(other, address)}
    else:
        applied = _make_room(applied, address)
        sent = [f"{address}.{name}" for name in sending.names]
        forgotten = _without_below(applied.forgotten, sent)
    known = Record(sending.value, now, by, sending.id, sending.id_by, _handle(applied, address, sending))
    sections = {**applied.sections, address: known}
    pending, keys = _spent(applied.pending, applied.keys, address, sending.id)
    applied = replace(applied, sections=sections, forgotten=forgotten, pending=pending, keys=keys)
    return _settled_by(applied, address, sending)


def _handle(applied: Applied, address: str, sending: Sending) -> str | None:
    """Return the handle of the entry that is recorded: that of the record there, unless its id is another's."""
    record = applied.sections.get(address)
    if sending.handle is not None or record is None:
        return sending.handle
    is_another = None not in (record.id, sending.id) and record.id != sending.id
    return None if is_another else record.handle


def amend(applied: Applied, address: str, sending: Sending) -> Applied:
    """Return the state in which an earlier Edit of a known or forgotten entry arrived: the fields that it sent."""
    fields = {name: value for name, value in members(sending.value).items() if name in sending.names}
    known = holdings(applied)[address]
    amended = replace(known, value={**members(known.value), **fields})
    forgotten = _without_below(applied.forgotten, [f"{address}.{name}" for name in sending.names])
    if isinstance(amended, Forgotten):
        following = replace(applied, forgotten={**forgotten, address: amended})
    else:
        following = replace(applied, sections={**applied.sections, address: amended}, forgotten=forgotten)
    return _settled_by(following, address, sending)


def _without_below(forgotten: Mapping[str, Forgotten], addresses: Collection[str]) -> dict[str, Forgotten]:
    """Return what was forgotten without what lies in any of these addresses."""
    return {
        address: gone for address, gone in forgotten.items() if not any(lies_in(address, above) for above in addresses)
    }


def drop(applied: Applied, request: str) -> Applied:
    """Return the state in which a request is pending no more."""
    return replace(applied, pending=tuple(other for other in applied.pending if other.request != request))


def without_address(pending: Iterable[Pending], address: str) -> tuple[Pending, ...]:
    """Return pending requests without an address, and without those that wrote nothing else."""
    rest = (
        replace(
            request,
            addresses=tuple(sent for sent in request.addresses if sent != address),
            sections={sent: sending for sent, sending in request.sections.items() if sent != address},
        )
        for request in pending
    )
    return tuple(request for request in rest if request.addresses)


def keep_key(applied: Applied, pending: Pending) -> Applied:
    """Return the state that keeps the idempotency key of a request without an answer, for the next attempt at it."""
    return replace(applied, keys={**applied.keys, pending.request: Kept(pending.idempotency_key, _ids(pending))})


def answered(applied: Applied, request: str) -> Applied:
    """Return the state in which a pending request got an unclear answer: its idempotency key is used up."""
    marked = (replace(sent, answered=True) if sent.request == request else sent for sent in applied.pending)
    return replace(applied, pending=tuple(marked))


def find(applied: Applied, request: str) -> Pending:
    """Return the pending request of that id."""
    return next(sent for sent in applied.pending if sent.request == request)


def take_ids(applied: Applied, addresses: Collection[str]) -> Applied:
    """Return the state without the ids of these entries that the file alone gave: LinkedIn knows none of them."""
    sections = {
        address: replace(record, id=None, id_by=None) if address in addresses and record.id_by == "given" else record
        for address, record in applied.sections.items()
    }
    return applied if sections == applied.sections else replace(applied, sections=sections)


def disown(applied: Applied, section: str, entry_id: str) -> Applied:
    """Return the state without Edits of unknown outcome under an id that no known entry of a section has."""
    known = holdings(applied).items()
    if any(entry.id == entry_id and section_of(address) == section for address, entry in known):
        return applied

    def left(address: str, sending: Sending) -> Sending | None:
        foreign = sending.id == entry_id and section_of(address) == section
        return None if foreign and is_repeatable(address, sending) else sending

    return _with_pending(applied, left)


def give_ids(applied: Applied, ids: Mapping[str, str]) -> Applied:
    """Return the state with the ids that the profile file gives to entries, by address, where it knew none."""
    sections = {
        address: replace(record, id=ids[address], id_by="given") if address in ids and record.id is None else record
        for address, record in applied.sections.items()
    }
    return applied if sections == applied.sections else replace(applied, sections=sections)


def _ids(pending: Pending) -> Mapping[str, str | None]:
    return {address: sending.id for address, sending in pending.sections.items()}


def _spent(
    pending: tuple[Pending, ...], keys: Mapping[str, Kept], address: str, entry_id: str | None
) -> tuple[tuple[Pending, ...], dict[str, Kept]]:
    """Return pending requests and kept keys without the use of the idempotency keys that wrote an address.

    The address holds something else from now on: to replay such a key would give its old answer and change nothing.
    """

    def writes(ids: Mapping[str, str | None]) -> bool:
        return any(concerns(sent_to, sent_id, address, entry_id) for sent_to, sent_id in ids.items())

    marked = tuple(replace(sent, answered=sent.answered or writes(_ids(sent))) for sent in pending)
    return marked, {request: kept for request, kept in keys.items() if not writes(kept.ids)}


def _settled_by(applied: Applied, address: str, sending: Sending) -> Applied:
    """Return the state without what earlier requests left unknown of an address and what was sent now settles."""

    def left(sent_to: str, earlier: Sending) -> Sending | None:
        same_place = concerns(sent_to, earlier.id, address, sending.id)
        return _still_unknown(address, sending, earlier) if same_place else earlier

    return _with_pending(applied, left)


def _let_go(applied: Applied, address: str, entry_id: str | None) -> Applied:
    """Return the state without a section, an entry or a field in the repeatable requests of unknown outcome.

    What such a field held when it was forgotten earlier may not be what is live.
    """

    def left(sent_to: str, sending: Sending) -> Sending | None:
        if not is_repeatable(sent_to, sending) or not concerns(sent_to, sending.id, unit_of(address), entry_id):
            return sending
        return None if is_unit(address) else _without_fields(sending, (field_path(address),))

    following = _with_pending(applied, left)
    if is_unit(address) or following.pending == applied.pending:
        return following
    return replace(following, forgotten=_without_below(applied.forgotten, (address,)))


def _with_pending(applied: Applied, left: Callable[[str, Sending], Sending | None]) -> Applied:
    """Return the state whose pending requests hold what `left` leaves of each address, and none that hold nothing."""
    kept = []
    for request in applied.pending:
        sections = {}
        for address, sending in request.sections.items():
            rest = left(address, sending)
            if rest is not None:
                sections[address] = rest
        addresses = [address for address in request.addresses if address in sections or address not in request.sections]
        if addresses:
            kept.append(replace(request, addresses=tuple(addresses), sections=sections))
    return replace(applied, pending=tuple(kept))


def _still_unknown(address: str, later: Sending, earlier: Sending) -> Sending | None:
    """Return what is unknown still of what was sent earlier: the fields of an entry that were not sent again."""
    if not is_entry_section(section_of(address)) or later == earlier:
        return None
    if later.id is None or later.id != earlier.id:
        return earlier
    return _without_fields(earlier, later.names)


def _without_fields(sending: Sending, names: Collection[str]) -> Sending | None:
    fields = tuple(name for name in sending.names if name not in names)
    return replace(sending, fields=fields) if fields else None


def rekey(applied: Applied, names: Mapping[str, str], now: str) -> Applied:
    """Return the state with entries under other keys, with their forgotten fields and what is pending for them.

    A forgotten entry is taken back. All move at once, so that two can change places.
    """
    for address in names.values():
        if address not in names:
            applied = _make_room(applied, address, names.values())
    sections = {address: record for address, record in applied.sections.items() if address not in names}
    forgotten = dict(applied.forgotten)
    for before, after in names.items():
        known = applied.sections.get(before)
        if known is None:
            gone = forgotten.pop(before)
            known = Record(gone.value, now, gone.by, gone.id, gone.id_by, gone.handle)
        sections[after] = known
    pending = tuple(_renamed(request, names) for request in applied.pending)
    keys = {
        request: replace(kept, ids={names.get(address, address): entry_id for address, entry_id in kept.ids.items()})
        for request, kept in applied.keys.items()
    }
    forgotten = {_renamed_field(address, names): gone for address, gone in forgotten.items()}
    return replace(applied, sections=sections, forgotten=forgotten, pending=pending, keys=keys)


def _renamed_field(address: str, names: Mapping[str, str]) -> str:
    """Return the address of a forgotten field under its entry's new name; any other address as it is."""
    unit = unit_of(address)
    return moved(address, unit, names[unit]) if unit in names and not is_unit(address) else address


def _renamed(pending: Pending, names: Mapping[str, str]) -> Pending:
    return replace(
        pending,
        addresses=tuple(names.get(address, address) for address in pending.addresses),
        sections={names.get(address, address): sending for address, sending in pending.sections.items()},
    )


def take_field_back(applied: Applied, address: str) -> Applied:
    """Return the state with a forgotten field back in its section or entry: it never left LinkedIn."""
    unit = unit_of(address)
    forgotten = dict(applied.forgotten)
    gone = forgotten.pop(address)
    known = applied.sections[unit]
    value = _with(known.value, field_path(address).split("."), gone.value)
    return replace(applied, sections={**applied.sections, unit: replace(known, value=value)}, forgotten=forgotten)


def _make_room(applied: Applied, address: str, wanted: Collection[str] = ()) -> Applied:
    """Return the state in which a forgotten entry has left its key, which is about to be used again.

    It takes all that is its own with it, to a key that is none of those `wanted` for other entries.
    """
    gone = applied.forgotten.get(address)
    if gone is None or not is_entry(address):
        return applied
    sent = (used for request in applied.pending for used in request.addresses)
    free = _free(address, {*wanted, *applied.forgotten, *applied.sections, *sent})
    forgotten = {
        moved(other, address, free) if lies_in(other, address) else other: known
        for other, known in applied.forgotten.items()
    }
    pending = (
        _renamed(request, {address: free}) if _is_edit_of(request, address, gone.id) else request
        for request in applied.pending
    )
    return replace(applied, forgotten=forgotten, pending=tuple(pending))


def _is_edit_of(pending: Pending, address: str, entry_id: str | None) -> bool:
    sending = pending.sections.get(address)
    return sending is not None and sending.id is not None and sending.id == entry_id


def _free(address: str, taken: set[str]) -> str:
    """Return an address with a key that nothing has, for a forgotten entry whose own key is used again."""
    return next(free for number in count(1) if (free := set_aside(address, number)) not in taken)


def _without(value: Plain, path: list[str]) -> Plain:
    name, *below = path
    rest = {key: value for key, value in members(value).items() if key != name}
    return {**members(value), name: _without(members(value)[name], below)} if below else rest


def _with(value: Plain, path: list[str], put: Plain) -> Plain:
    name, *below = path
    return {**members(value), name: _with(members(value).get(name), below, put) if below else put}
