"""Owns the merge of two states over their common ancestor, for two machines that both applied.

What one side alone changed stands. Entries are told apart by their handles and by LinkedIn's ids, not by their keys.
Of what both sides changed nobody knows what is live: it has no known value afterwards.
"""

from collections.abc import Iterator, Mapping
from itertools import count

from msgspec import Struct
from msgspec.structs import replace

from reconciler.address import field_path, is_entry, section_of, set_aside, unit_of
from reconciler.problem import Problem, StateError
from reconciler.spec import BY_NAME, Use
from reconciler.state.applied import Applied, Forgotten, Known, Pending, Record, Sending
from reconciler.state.merge_pending import merge_keys, merge_pending, merge_reads
from reconciler.state.merge_units import TwoIdsError, Unit, merge_unit, since
from reconciler.state.queries import holdings
from reconciler.values import Plain, canonical, digest, members, same

Identity = tuple[str, str]  # the section, and what tells an entry in it: its handle
Units = dict[Identity, Unit]


_TWO_IDS = "abort the merge, correct the id of one side, commit that, and merge again"


class Merged(Struct, frozen=True):
    """A merged state.

    `contested` names the sections and fields that both sides changed, `twice` the entries of one name that both added.
    """

    applied: Applied
    contested: tuple[str, ...] = ()
    twice: tuple[str, ...] = ()


def merge(base: Applied | None, ours: Applied, theirs: Applied) -> Merged:
    """Return the merge of two states; its serial is the higher one of the two.

    `base` is the state that both come from; None where it is not known. Raises StateError for what contradicts.
    """
    _refuse_foreign(ours, theirs)
    if base is not None and base.lineage != ours.lineage:
        base = None
    if _is_like(base, theirs) or _is_like(ours, theirs):
        return Merged(_next_of(ours, theirs, ours))
    if _is_like(base, ours):
        return Merged(_next_of(ours, theirs, theirs))
    sides = _paired(base, ours, theirs)
    merged, contested, unsettled = _merge_all(*sides)
    _refuse_shared_ids(merged)
    pending = (*_without_known(merge_pending(base, ours, theirs), merged), *unsettled)
    placed, pending = _placed(merged, pending, sides[0])
    units = placed.values()
    sections = {unit.address: unit.known for unit in units if isinstance(unit.known, Record)}
    forgotten = {unit.address: unit.known for unit in units if isinstance(unit.known, Forgotten)}
    fields = {f"{unit.address}.{path}": gone for unit in units for path, gone in unit.fields.items()}
    following = replace(
        ours,
        sections=sections,
        forgotten={**forgotten, **fields},
        pending=pending,
        keys=merge_keys(base, ours, theirs),
        reads=merge_reads(ours, theirs, pending),
        write=max(ours.write, theirs.write),
    )
    return Merged(_next_of(ours, theirs, following), contested, _added_twice(placed, *sides))


def _is_like(applied: Applied | None, other: Applied) -> bool:
    """Tell whether two states hold the same, whoever wrote them."""
    return applied is not None and _unwritten(applied) == _unwritten(other)


def _unwritten(applied: Applied) -> Applied:
    """Return a state without what each write makes new."""
    return replace(applied, serial=0, write="", source=None)


def _next_of(ours: Applied, theirs: Applied, holding: Applied) -> Applied:
    """Return a state that follows both sides and holds what a third one does."""
    serial, write = max(ours.serial, theirs.serial), max(ours.write, theirs.write)
    return replace(holding, serial=serial, write=write, source=None)


def _refuse_foreign(ours: Applied, theirs: Applied) -> None:
    """Raise StateError for two states that are not of one account and one history."""
    for name, mine, other in (
        ("account_id", ours.account_id, theirs.account_id),
        ("lineage", ours.lineage, theirs.lineage),
    ):
        if mine != other:
            raise StateError.at(
                "",
                f"the two sides are not states of one history: one has {mine}, the other {other}",
                "keep the one whose profile this is",
                name,
            )


def _paired(base: Applied | None, ours: Applied, theirs: Applied) -> tuple[Units, Units, Units]:
    """Return what ancestor and sides know, the same entry under the same identity."""
    sides = [_units(base) if base is not None else {}, _units(ours), _units(theirs)]
    sides = _apart(sides)
    for renamed in (_same_ids(sides), _vouched_twice(sides)):
        sides = [{renamed.get(identity, identity): unit for identity, unit in side.items()} for side in sides]
    return sides[0], sides[1], sides[2]


def _units(applied: Applied) -> Units:
    known = holdings(applied)
    fields: dict[str, dict[str, Forgotten]] = {}
    for address, gone in applied.forgotten.items():
        if path := field_path(address):
            fields.setdefault(unit_of(address), {})[path] = gone
    found = {}
    for address in sorted({unit_of(address) for address in known}):
        unit = Unit(address, known.get(address), fields.get(address, {}))
        handle = unit.known.handle if unit.known is not None else None
        found[(section_of(address), handle or address)] = unit
    return found


def _apart(sides: list[Units]) -> list[Units]:
    """Return the sides with what only seems to be one entry under identities of its own.

    Two machines that record an entry under the same key out of the same state draw the same handle.
    """
    base, ours, theirs = sides
    apart: list[Units] = []
    for side, other in ((ours, theirs), (theirs, ours)):
        found: Units = {}
        for identity, unit in side.items():
            rival = other.get(identity) if identity not in base and is_entry(unit.address) else None
            if rival is not None and _is_another(unit.known, rival.known):
                found[(identity[0], f"{identity[1]} too")] = replace(unit, known=_without_handle(unit.known))
            else:
                found[identity] = unit
        apart.append(found)
    return [base, *apart]


def _is_another(known: Known | None, rival: Known | None) -> bool:
    """Tell whether two entries of one handle are two, and this one is the one of them that needs another handle."""
    if known is None or rival is None or _could_be_one(known, rival):
        return False
    return canonical(known.value) > canonical(rival.value)


def _without_handle(known: Known | None) -> Known | None:
    """Return an entry without its handle: the state that it comes into gives it another one."""
    return replace(known, handle=None) if known is not None else None


def _could_be_one(known: Known, other: Known) -> bool:
    if known.id is not None and other.id is not None:
        return known.id == other.id
    return same(known.value, other.value)


def _same_ids(sides: list[Units]) -> dict[Identity, Identity]:
    """Return the identities that LinkedIn's id shows to be another one's, with that one."""
    by_id: dict[Identity, list[Identity]] = {}
    for side in sides:
        for identity, unit in sorted(side.items()):
            if unit.known is not None and unit.known.id is not None:
                by_id.setdefault((identity[0], unit.known.id), []).append(identity)
    renamed = {}
    for found in by_id.values():
        target = found[0] if found[0] in sides[0] else min(found)
        for identity in found:
            if not any(identity in side and target in side for side in sides):
                renamed[identity] = target
    return renamed


def _vouched_twice(sides: list[Units]) -> dict[Identity, Identity]:
    """Return the identities of new entries that both sides hold under one key, and that a person saw on one side."""
    base, ours, theirs = sides
    by_address = {unit.address: identity for identity, unit in ours.items() if identity not in base}
    found: dict[Identity, Identity] = {}
    for identity, unit in theirs.items():
        mine = by_address.get(unit.address)
        if mine is None or identity in base or identity == mine or not is_entry(unit.address):
            continue
        known, other = unit.known, ours[mine].known
        if known is None or other is None or known.by == other.by == "apply":
            continue
        if _could_be_one(known, other) and same(known.value, other.value):
            found |= dict.fromkeys((mine, identity), min(mine, identity))
    return found


def _merge_all(base: Units, ours: Units, theirs: Units) -> tuple[Units, tuple[str, ...], tuple[Pending, ...]]:
    """Return the merged sections and entries, what is contested of them, and what that leaves of unknown outcome."""
    merged: Units = {}
    contested: list[str] = []
    unsettled: list[Pending] = []
    problems: list[Problem] = []
    for identity in sorted(ours.keys() | theirs.keys()):
        try:
            found = merge_unit(base.get(identity), ours.get(identity), theirs.get(identity))
        except TwoIdsError as error:
            ids = " and ".join(sorted(error.ids))
            message, remedy = f"the two sides have two ids for it: {ids}", _TWO_IDS
            problems.append(Problem("", 0, 0, ours[identity].address, message, remedy))
            continue
        unit = found.unit
        if unit is not None:
            merged[identity] = unit
            if found.contested and unit.known is not None and unit.known.id is not None:
                unsettled.append(_unsettled(unit.address, unit.known, found.contested))
        for name in found.contested:
            address = (unit or ours[identity]).address
            contested.append(f"{address}.{name}" if name else address)
    if problems:
        raise StateError(*problems)
    return merged, tuple(contested), tuple(unsettled)


def _unsettled(address: str, known: Known, fields: tuple[str, ...]) -> Pending:
    """Return an edit of unknown outcome, so that the fields which both sides changed are sent anew."""
    told: list[Plain] = [section_of(address), known.id, list(fields), known.value]
    return Pending(
        request=_uuid(["merged", *told]),
        idempotency_key=_uuid(["merged key", *told]),
        addresses=(address,),
        sections={address: Sending(known.value, known.id, known.id_by, fields)},
        sent_at=since(known),
        answered=True,
    )


def _uuid(content: list[Plain]) -> str:
    text = digest(content)
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:32]))


def _refuse_shared_ids(merged: Units) -> None:
    """Raise StateError where two entries have one id."""
    holders: dict[Identity, str] = {}
    problems = []
    for (section, _), unit in sorted(merged.items()):
        if unit.known is None or unit.known.id is None:
            continue
        other = holders.setdefault((section, unit.known.id), unit.address)
        if other != unit.address:
            message = f"the two sides have one id for it and for {other}: {unit.known.id}"
            problems.append(Problem("", 0, 0, unit.address, message, _TWO_IDS))
    if problems:
        raise StateError(*problems)


def _without_known(pending: tuple[Pending, ...], merged: Units) -> Iterator[Pending]:
    """Return the requests less the Adds of which one side knows that they arrived, at the addresses that are known."""
    handles = {unit.known.handle for unit in merged.values() if unit.known is not None} - {None}
    by_id = {(section, unit.known.id): unit.address for (section, _), unit in merged.items() if unit.known is not None}
    for request in pending:
        sections: dict[str, Sending] = {}
        addresses = []
        for address in request.addresses:
            sending = request.sections.get(address)
            if sending is not None and sending.handle in handles:
                continue
            if sending is not None and sending.id is not None:
                address = by_id.get((section_of(address), sending.id), address)  # noqa: PLW2901 - where it is now
            addresses.append(address)
            if sending is not None:
                sections[address] = sending
        if addresses:
            yield replace(request, addresses=tuple(addresses), sections=sections)


def _placed(merged: Units, pending: tuple[Pending, ...], base: Units) -> tuple[Units, tuple[Pending, ...]]:
    """Return all under addresses that nothing else has.

    What is in doubt keeps its key, then what is managed, then what the ancestor held there. Another entry of that key
    is set aside among the forgotten, where the plan finds it.
    """
    taken = {unit.address for unit in merged.values()} | {used for request in pending for used in request.addresses}
    held: dict[str, Unit | None] = {}
    placed_pending = []
    for request in sorted(pending, key=lambda request: (request.sent_at, request.request)):
        names = {}
        for address, sending in request.sections.items():
            if sending.handle is not None:
                names[address] = _free_address(address, taken) if address in held else address
                held[names[address]] = None
        placed_pending.append(_renamed_request(request, names))
    placed: Units = {}
    for identity in sorted(merged, key=lambda identity: _precedence(identity, merged[identity], base)):
        unit = merged[identity]
        if held.get(unit.address) is not None:
            unit = _forgotten_unit(unit, _free_address(unit.address, taken))
        elif unit.address in held:
            unit = _forgotten_unit(unit, unit.address)
        held[unit.address] = unit
        placed[identity] = unit
    return placed, tuple(placed_pending)


def _precedence(identity: Identity, unit: Unit, base: Units) -> tuple[bool, bool, str, Identity]:
    live = isinstance(unit.known, Record)
    return (not live, identity not in base, since(unit.known) if unit.known is not None else "", identity)


def _added_twice(placed: Units, base: Units, ours: Units, theirs: Units) -> tuple[str, ...]:
    """Return the addresses of the entries that one side added, and the other too under a handle of its own.

    Their name tells it: that the texts differ, or the keys, does not make them two jobs.
    """
    added: dict[str, tuple[list[str], list[str]]] = {}
    for identity, unit in placed.items():
        if unit.known is not None and is_entry(unit.address) and identity not in base:
            name = canonical([identity[0], _name(unit.address, unit.known)])
            for side, addresses in zip((ours, theirs), added.setdefault(name, ([], [])), strict=True):
                if identity in side:
                    addresses.append(unit.address)
    both = (set(mine + others) for mine, others in added.values() if set(mine) ^ set(others) and mine and others)
    return tuple(sorted(address for addresses in both for address in addresses))


def _name(address: str, known: Known) -> list[Plain]:
    """Return the name of an entry, whatever its case and spaces; all that is known of it where a part is missing."""
    fields = members(known.value)
    name = [fields.get(field.name) for field in BY_NAME[section_of(address)].fields if field.add is Use.REQUIRED]
    texts: list[Plain] = [" ".join(part.casefold().split()) for part in name if isinstance(part, str)]
    return texts if len(texts) == len(name) else [known.value]


def _free_address(address: str, taken: set[str]) -> str:
    free = next(free for number in count(1) if (free := set_aside(address, number)) not in taken)
    taken.add(free)
    return free


def _forgotten_unit(unit: Unit, address: str) -> Unit:
    """Return an entry as one that was forgotten, under an address."""
    known = unit.known
    if isinstance(known, Record):
        known = Forgotten(known.value, known.applied_at, known.id, known.id_by, known.by, known.handle)
    return replace(unit, address=address, known=known)


def _renamed_request(request: Pending, names: Mapping[str, str]) -> Pending:
    return replace(
        request,
        addresses=tuple(names.get(address, address) for address in request.addresses),
        sections={names.get(address, address): sending for address, sending in request.sections.items()},
    )
