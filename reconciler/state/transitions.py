"""Owns how a state follows a run: what is re-keyed, what is about to be sent, what an answer settles.

Every function takes a state and gives the next one; serial, write and disk belong to the storage.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from itertools import count

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
from reconciler.state.queries import concerns, is_repeatable
from reconciler.values import Plain, members, value_at


def forget(applied: Applied, address: str, now: str) -> Applied:
    """Move a section, an entry or one of its fields to what was forgotten.

    What was sent there without a clear answer is not asked about any more; of an entry as a whole it is, once that
    comes back. A field of which it is not known what is live is not put among the forgotten.
    """
    unit = unit_of(address)
    record = applied.sections.get(unit)
    if record is None or (address != unit and value_at(record.value, field_path(address).split(".")) is None):
        return _let_go(applied, address, record.id if record is not None else None)
    applied = _make_room(applied, address)
    if address == unit:
        sections = {at: one for at, one in applied.sections.items() if at != unit}
        gone = Forgotten(record.value, now, record.id, record.id_by, record.by, record.handle)
        following = replace(applied, sections=sections, forgotten={**applied.forgotten, address: gone})
        return following if is_entry(address) else _let_go(following, address, None)
    path = field_path(address).split(".")
    less = replace(applied, sections={**applied.sections, unit: replace(record, value=_without(record.value, path))})
    certain = _let_go(less, address, record.id)
    if certain.pending != less.pending:
        return certain
    return replace(less, forgotten={**less.forgotten, address: Forgotten(value_at(record.value, path), now)})


def begin(applied: Applied, pending: Pending) -> Applied:
    """Record that a request is about to be sent, in place of an earlier attempt at the same one."""
    others = tuple(one for one in applied.pending if one.request != pending.request)
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
    """Record that a request arrived: its values are live, and nothing is pending at its addresses."""
    pending = find(applied, request)
    for address, sending in pending.sections.items():
        applied = record(applied, address, sending, now, "apply")
    return drop(applied, request)


def record(applied: Applied, address: str, sending: Sending, now: str, by: str) -> Applied:
    """Record the value of one address as live, and that no earlier request makes it uncertain.

    Another entry that has this key is set aside: no record is written over by what is not the same entry.
    """
    there = applied.sections.get(address)
    if there is not None and is_entry(address) and _handle(applied, address, sending) != there.handle:
        applied = forget(applied, address, now)
    forgotten = dict(applied.forgotten)
    if not is_entry_section(section_of(address)):
        forgotten = {at: one for at, one in forgotten.items() if not lies_in(at, address)}
    else:
        applied = _make_room(applied, address)
        sent = [f"{address}.{name}" for name in sending.names]
        forgotten = {at: one for at, one in applied.forgotten.items() if not any(lies_in(at, path) for path in sent)}
    known = Record(sending.value, now, by, sending.id, sending.id_by, _handle(applied, address, sending))
    sections = {**applied.sections, address: known}
    pending, keys = _spent(applied.pending, applied.keys, address, sending.id)
    applied = replace(applied, sections=sections, forgotten=forgotten, pending=pending, keys=keys)
    return _certain(applied, address, sending)


def _handle(applied: Applied, address: str, sending: Sending) -> str | None:
    """Give the handle of the entry that is recorded: that of the record there, unless its id is another's."""
    record = applied.sections.get(address)
    if (
        sending.handle is not None
        or record is None
        or (None not in (record.id, sending.id) and record.id != sending.id)
    ):
        return sending.handle
    return record.handle


def amend(applied: Applied, address: str, sending: Sending) -> Applied:
    """Record that an earlier Edit arrived, of an entry that is known or was forgotten since: its fields alone."""
    fields = {name: one for name, one in members(sending.value).items() if name in sending.names}
    held: dict[str, Record | Forgotten] = {**applied.forgotten, **applied.sections}
    amended = replace(held[address], value={**members(held[address].value), **fields})
    obsolete = [f"{address}.{name}" for name in sending.names]
    forgotten = {at: one for at, one in applied.forgotten.items() if not any(lies_in(at, path) for path in obsolete)}
    if isinstance(amended, Forgotten):
        following = replace(applied, forgotten={**forgotten, address: amended})
    else:
        following = replace(applied, sections={**applied.sections, address: amended}, forgotten=forgotten)
    return _certain(following, address, sending)


def drop(applied: Applied, request: str) -> Applied:
    """Take a request out of what is pending: it is settled."""
    return replace(applied, pending=tuple(one for one in applied.pending if one.request != request))


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
    """Keep the idempotency key of a request that got no answer, for the next attempt at it."""
    return replace(applied, keys={**applied.keys, pending.request: Kept(pending.idempotency_key, _ids(pending))})


def answered(applied: Applied, request: str) -> Applied:
    """Record that a pending request got an answer, if an unclear one: its idempotency key is used up."""
    pending = tuple(replace(one, answered=True) if one.request == request else one for one in applied.pending)
    return replace(applied, pending=pending)


def find(applied: Applied, request: str) -> Pending:
    """Give the pending request of that name."""
    return next(one for one in applied.pending if one.request == request)


def take_ids(applied: Applied, addresses: Collection[str]) -> Applied:
    """Let go of the ids of entries that the file alone gave: LinkedIn knows none of them."""
    sections = {
        at: replace(one, id=None, id_by=None) if at in addresses and one.id_by == "given" else one
        for at, one in applied.sections.items()
    }
    return applied if sections == applied.sections else replace(applied, sections=sections)


def disown(applied: Applied, section: str, entry_id: str) -> Applied:
    """Let go of Edits of unknown outcome of an id that turned out to be that of no known entry of a section."""
    held: dict[str, Record | Forgotten] = {**applied.forgotten, **applied.sections}
    if any(one.id == entry_id and section_of(at) == section for at, one in held.items()):
        return applied

    def left(at: str, sending: Sending) -> Sending | None:
        foreign = sending.id == entry_id and section_of(at) == section and is_repeatable(at, sending)
        return None if foreign else sending

    return _with_pending(applied, left)


def give_ids(applied: Applied, ids: Mapping[str, str]) -> Applied:
    """Record the ids that the profile file gives to entries of which state knew none."""
    sections = {
        at: replace(one, id=ids[at], id_by="given") if at in ids and one.id is None else one
        for at, one in applied.sections.items()
    }
    return applied if sections == applied.sections else replace(applied, sections=sections)


def _ids(pending: Pending) -> Mapping[str, str | None]:
    return {at: sending.id for at, sending in pending.sections.items()}


def _spent(
    pending: tuple[Pending, ...], keys: Mapping[str, Kept], address: str, entry_id: str | None
) -> tuple[tuple[Pending, ...], dict[str, Kept]]:
    """End the idempotency keys of the requests that write an address which holds something else from now on.

    Replaying one of them later would give its old answer, and leave what is there.
    """

    def writes(ids: Mapping[str, str | None]) -> bool:
        return any(concerns(at, sent_id, address, entry_id) for at, sent_id in ids.items())

    marked = tuple(replace(one, answered=one.answered or writes(_ids(one))) for one in pending)
    return marked, {request: kept for request, kept in keys.items() if not writes(kept.ids)}


def _certain(applied: Applied, address: str, sending: Sending) -> Applied:
    """Take an address out of earlier pending requests, as far as what was sent now makes them obsolete."""

    def left(at: str, earlier: Sending) -> Sending | None:
        settled = concerns(at, earlier.id, address, sending.id)
        return _still_uncertain(address, sending, earlier) if settled else earlier

    return _with_pending(applied, left)


def _let_go(applied: Applied, address: str, entry_id: str | None) -> Applied:
    """Take a section, an entry or a field of one out of the repeatable requests whose outcome is unknown.

    What was forgotten of such a field earlier may not be what is live.
    """

    def left(at: str, sending: Sending) -> Sending | None:
        if not is_repeatable(at, sending) or not concerns(at, sending.id, unit_of(address), entry_id):
            return sending
        return None if is_unit(address) else _without_fields(sending, (field_path(address),))

    following = _with_pending(applied, left)
    if is_unit(address) or following.pending == applied.pending:
        return following
    forgotten = {at: one for at, one in applied.forgotten.items() if not lies_in(at, address)}
    return replace(following, forgotten=forgotten)


def _with_pending(applied: Applied, left: Callable[[str, Sending], Sending | None]) -> Applied:
    """Give what is pending less what is not uncertain any more, by what is left of each address."""
    kept = []
    for one in applied.pending:
        sections = {at: still for at, sending in one.sections.items() if (still := left(at, sending)) is not None}
        addresses = tuple(at for at in one.addresses if at in sections or at not in one.sections)
        if addresses:
            kept.append(replace(one, addresses=addresses, sections=sections))
    return replace(applied, pending=tuple(kept))


def _still_uncertain(address: str, later: Sending, earlier: Sending) -> Sending | None:
    """Give what of an earlier request is unknown still: the fields of an entry that were not sent again."""
    if not is_entry_section(section_of(address)) or later == earlier:
        return None
    if later.id is None or later.id != earlier.id:
        return earlier
    return _without_fields(earlier, later.names)


def _without_fields(sending: Sending, names: Collection[str]) -> Sending | None:
    fields = tuple(name for name in sending.names if name not in names)
    return replace(sending, fields=fields) if fields else None


def rekey(applied: Applied, names: Mapping[str, str], now: str) -> Applied:
    """Re-key entries, with their forgotten fields and what is pending for them; forgotten ones are taken back.

    All at once, so that two can change places.
    """
    for address in names.values():
        if address not in names:
            applied = _make_room(applied, address, names.values())
    sections = {at: one for at, one in applied.sections.items() if at not in names}
    forgotten = dict(applied.forgotten)
    for before, after in names.items():
        known = applied.sections.get(before)
        if known is None:
            gone = forgotten.pop(before)
            known = Record(gone.value, now, gone.by, gone.id, gone.id_by, gone.handle)
        sections[after] = known
    fields = {at: one for at, one in forgotten.items() if not is_unit(at) and unit_of(at) in names}
    forgotten = {at: one for at, one in forgotten.items() if at not in fields}
    forgotten |= {moved(at, unit_of(at), names[unit_of(at)]): one for at, one in fields.items()}
    pending = tuple(_renamed(one, names) for one in applied.pending)
    keys = {
        request: replace(kept, ids={names.get(at, at): one for at, one in kept.ids.items()})
        for request, kept in applied.keys.items()
    }
    return replace(applied, sections=sections, forgotten=forgotten, pending=pending, keys=keys)


def _renamed(pending: Pending, names: Mapping[str, str]) -> Pending:
    addresses = tuple(names.get(at, at) for at in pending.addresses)
    return replace(
        pending,
        addresses=addresses,
        sections={names.get(at, at): one for at, one in pending.sections.items()},
    )


def take_field_back(applied: Applied, address: str) -> Applied:
    """Put a forgotten field back where it was: it never left LinkedIn."""
    unit = unit_of(address)
    forgotten = dict(applied.forgotten)
    gone = forgotten.pop(address)
    known = applied.sections[unit]
    value = _with(known.value, field_path(address).split("."), gone.value)
    return replace(applied, sections={**applied.sections, unit: replace(known, value=value)}, forgotten=forgotten)


def _make_room(applied: Applied, address: str, wanted: Collection[str] = ()) -> Applied:
    """Give another key to a forgotten entry whose own key is about to be used again, with all that is its own.

    It is none of those that are `wanted` for other entries.
    """
    gone = applied.forgotten.get(address)
    if gone is None or not is_entry(address):
        return applied
    sent = (at for one in applied.pending for at in one.addresses)
    free = _free(address, {*wanted, *applied.forgotten, *applied.sections, *sent})
    forgotten = {moved(at, address, free) if lies_in(at, address) else at: one for at, one in applied.forgotten.items()}
    pending = tuple(_renamed(one, {address: free}) if _is_of(one, address, gone.id) else one for one in applied.pending)
    return replace(applied, forgotten=forgotten, pending=pending)


def _is_of(pending: Pending, address: str, entry_id: str | None) -> bool:
    sending = pending.sections.get(address)
    return sending is not None and sending.id is not None and sending.id == entry_id


def _free(address: str, taken: set[str]) -> str:
    """Find a key for an entry that was forgotten and whose own is used again."""
    return next(free for number in count(1) if (free := set_aside(address, number)) not in taken)


def _without(value: Plain, path: list[str]) -> Plain:
    name, *below = path
    rest = {key: one for key, one in members(value).items() if key != name}
    return {**members(value), name: _without(members(value)[name], below)} if below else rest


def _with(value: Plain, path: list[str], put: Plain) -> Plain:
    name, *below = path
    return {**members(value), name: _with(members(value).get(name), below, put) if below else put}
