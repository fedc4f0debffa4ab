"""Owns `state accept`: it records what the profile file says as live."""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from reconciler.address import field_path, is_entry_section, section_of, unit_of
from reconciler.carry import carry
from reconciler.manual.refuse import QUESTIONS, refuse_doubt, refuse_no_address, refuse_taken_id, refused
from reconciler.planning.moves import linked
from reconciler.planning.plan import Action, Change, Plan
from reconciler.planning.reason import Code
from reconciler.problem import Problem, StateError
from reconciler.profile.desired import Wanted
from reconciler.state import transitions
from reconciler.state.applied import Applied, Sending
from reconciler.values import members

_SENT = (Action.CREATE, Action.SET, Action.UPDATE)
_DOUBTS = (Code.IN_DOUBT, Code.WAITS_FOR_DOUBT, Code.SECTION_IN_DOUBT)


class Accepted(Struct, frozen=True):
    """A state with what was recorded as live, by address, and what could be sent and was left to be sent."""

    applied: Applied
    recorded: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def accept(  # noqa: PLR0913 - a state, its plan, the file, and what was asked for
    applied: Applied,
    plan: Plan,
    wanted: Mapping[str, Wanted],
    addresses: tuple[str, ...],
    now: str,
    *,
    everything: bool = False,
) -> Accepted:
    """Record what the file says as live without sending anything; `plan` is of the same file and state.

    An address is a section, an entry, a field of an entry, or `experience` for all of its entries. Without any, what
    the plan cannot send is recorded. The name of an entry of which one part can be sent and another cannot means what
    cannot; `everything` means the whole file. Keys are renamed as the plan does, with those of the entries that depend
    on it. Raises StateError for what is asked or in doubt.
    """
    changes = _by_unit(plan.changes)
    chosen = dict(_chosen(addresses, wanted, changes, everything=everything))
    refuse_doubt(applied, tuple(chosen), "accept it")
    _refuse_unsettled(chosen, changes)
    units = linked(chosen, plan.changes)
    carried = [
        change
        for change in plan.changes
        if change.action in (Action.MOVE, Action.FORGET) and unit_of(change.address) in units
    ]
    following = carry(applied, carried, now)
    recorded: list[str] = []
    for unit, fields in chosen.items():
        following = _recorded(following, unit, wanted[unit], fields, now)
        recorded += [unit] if fields is None else [f"{unit}.{field}" for field in fields]
    left = (
        address for address in changes if _is_sent(changes[address]) and not _is_covered(changes[address], recorded)
    )
    return Accepted(following, tuple(recorded), tuple(left))


def _by_unit(changes: Iterable[Change]) -> dict[str, list[Change]]:
    found: dict[str, list[Change]] = {}
    for change in changes:
        found.setdefault(unit_of(change.address), []).append(change)
    return found


def _chosen(
    addresses: tuple[str, ...], wanted: Mapping[str, Wanted], changes: Mapping[str, list[Change]], *, everything: bool
) -> Iterator[tuple[str, tuple[str, ...] | None]]:
    """Return what is to be recorded: sections and entries, with the names of the fields, None for all of it."""
    if everything:
        yield from ((unit, None) for unit in wanted if unit in changes)
        return
    if not addresses:
        for unit in wanted:
            of_unit = changes.get(unit, [])
            if _is_unsettled(of_unit):
                yield unit, None
            elif blocked := _blocked_fields(of_unit):
                yield unit, blocked
        return
    fields: dict[str, tuple[str, ...]] = {}
    for address in addresses:
        for unit in _meant(address, wanted):
            if name := field_path(address):
                fields[unit] = (*fields.get(unit, ()), _field(address, unit, name, wanted))
            elif unit in changes:
                part = _blocked_fields(changes[unit]) if _is_sent(changes[unit]) else ()
                yield unit, part or None
    yield from fields.items()


def _meant(address: str, wanted: Mapping[str, Wanted]) -> tuple[str, ...]:
    """Return the section or entry that an address is of, all entries for a section of these. Raises StateError."""
    entries = tuple(unit for unit in wanted if section_of(unit) == address != unit)
    if is_entry_section(address) and entries:
        return entries
    refuse_no_address(address)
    if unit_of(address) not in wanted:
        raise refused(address, "the profile file holds nothing there", "name what it holds, or put it in")
    return (unit_of(address),)


def _field(address: str, unit: str, name: str, wanted: Mapping[str, Wanted]) -> str:
    """Return the name of a field that can be recorded alone. Raises StateError."""
    if not is_entry_section(section_of(unit)):
        raise refused(address, "a section travels whole", f"name {unit}")
    top = name.partition(".")[0]
    if top != name:
        raise refused(address, "a field of an entry travels whole", f"name {unit}.{top}")
    if name not in members(wanted[unit].value):
        raise refused(address, "the profile file holds nothing there", "name what it holds, or put it in")
    return name


def _is_sent(changes: Iterable[Change]) -> bool:
    return any(change.action in _SENT for change in changes)


def _blocked_fields(changes: Iterable[Change]) -> tuple[str, ...]:
    """Return the names of the fields of a known entry that the plan cannot send."""
    names = [
        field.top
        for change in changes
        if change.action is Action.BLOCKED and change.before is not None
        for field in change.fields
    ]
    return tuple(dict.fromkeys(names))


def _is_unsettled(changes: Iterable[Change]) -> bool:
    """Tell whether the plan asks about a section or entry, or leaves it alone for a doubt."""
    return any(change.reason is not None and change.reason.code in (*QUESTIONS, *_DOUBTS) for change in changes)


def _is_covered(changes: Iterable[Change], recorded: list[str]) -> bool:
    """Tell whether all that could be sent of a section or entry is recorded."""
    return all(
        change.address in recorded
        or all(f"{change.address}.{field.path.partition('.')[0]}" in recorded for field in change.fields)
        for change in changes
        if change.action in _SENT
    )


def _refuse_unsettled(chosen: Iterable[str], changes: Mapping[str, list[Change]]) -> None:
    """Raise StateError for what the plan asks about, or what waits for a doubt: to accept it would be an answer."""
    problems = []
    for unit in chosen:
        reasons = [change.reason for change in changes.get(unit, []) if change.reason is not None]
        doubted = [reason.addresses[0] for reason in reasons if reason.code in _DOUBTS]
        if any(reason.code in QUESTIONS for reason in reasons):
            message = "the plan asks which entry this is, and to accept it is no answer to that"
            problems.append(
                Problem("", 0, 0, unit, message, "answer it in the profile file, as `reconciler plan` says")
            )
        elif doubted:
            message = f"it waits for {doubted[0]}, which is in doubt, and to accept it would hide that"
            problems.append(Problem("", 0, 0, unit, message, "settle that first, as `reconciler plan` says"))
    if problems:
        raise StateError(*problems)


def _recorded(applied: Applied, unit: str, wanted: Wanted, fields: tuple[str, ...] | None, now: str) -> Applied:
    """Return the state in which the file's value of a section or entry, or of some of its fields, is live."""
    record = applied.sections.get(unit)
    if record is None and fields is not None:
        raise refused(f"{unit}.{fields[0]}", f"state does not know {unit} yet", f"name {unit} to record all of it")
    refuse_taken_id(applied, unit, wanted.id)
    known = record if record is not None and wanted.id in (None, record.id) else None
    value = wanted.value
    if record is not None and fields is not None:
        value = {**members(record.value), **{name: members(wanted.value)[name] for name in fields}}
    if wanted.id:
        sending = Sending(value, wanted.id, "file", fields)
    else:
        sending = Sending(value, known.id if known else None, known.id_by if known else None, fields)
    return transitions.record(applied, unit, sending, now, "accept")
