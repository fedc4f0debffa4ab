"""Owns the making of a plan: desired and applied in, a plan out."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from msgspec import Struct
from msgspec.structs import replace

from reconciler.address import field_path, is_entry, lies_in, problem_with, section_of, section_rank, unit_of
from reconciler.planning.contradictions import contradictions, problem_of
from reconciler.planning.entries import Section, entry_efforts, section_entries
from reconciler.planning.moves import linked
from reconciler.planning.plan import Action, Change, Effort, KnownAt, Plan, ProfileRef, StateRef
from reconciler.planning.reason import Code, Edit, Reason
from reconciler.planning.requests import requests
from reconciler.planning.sections import section_efforts
from reconciler.problem import Problem, StateError, UsageError, without_place
from reconciler.profile.desired import Desired, Profile
from reconciler.quoting import cited, command_line
from reconciler.readable import UNREADABLE_FIELDS
from reconciler.spec import BY_NAME, ENTRY_SECTIONS, SECTIONS
from reconciler.state import queries
from reconciler.state.applied import Applied, Record, Sending
from reconciler.values import Plain, same

_TOLD_BY_CHANGES = frozenset({"blocked-without-id"})  # what the file alone has to guess, and a plan knows


class Options(Struct, frozen=True):
    """What a user asked of a plan: only these addresses."""

    targets: tuple[str, ...] = ()


def make_plan(
    profile: Profile,
    applied: Applied | None,
    state_path: str,
    tool_version: str,
    options: Options = Options(),
) -> Plan:
    """Say what would change.

    Raises StateError where the state is another account's, or where the file contradicts itself or the state;
    UsageError for a target that does not exist.
    """
    desired = profile.desired
    check_account(desired, applied, state_path, profile.path)
    check_targets(options.targets, desired, applied, "--target")
    sections = [section_entries(section, desired.wanted, applied) for section in ENTRY_SECTIONS]
    found = [contradiction for section in sections for contradiction in contradictions(section.identities)]
    if found:
        raise StateError(*(problem_of(contradiction, profile, state_path) for contradiction in found))
    efforts = _efforts(desired, applied, sections)
    doubted, ids = queries.in_doubt(applied), _ids(sections, efforts)
    if options.targets:
        efforts = _targeted(efforts, options.targets)
        doubted = tuple(address for address in doubted if _hit(address, options.targets))
        ids = {address: entry_id for address, entry_id in ids.items() if _hit(address, options.targets)}
    sendings = {effort.change.address: effort.sending for effort in efforts if effort.sending is not None}
    return Plan(
        account_id=desired.account_id,
        profile=ProfileRef(profile.path, profile.sha256),
        state=_state_ref(applied, state_path),
        tool_version=tool_version,
        changes=_changes(efforts, sendings, desired, applied),
        requests=requests(sendings, desired),
        warnings=tuple(without_place(found) for found in profile.warnings if found.rule not in _TOLD_BY_CHANGES),
        in_doubt=doubted,
        first_apply=_first_apply(efforts, sendings, applied),
        targets=options.targets,
        ids=ids,
        lines=_lines_to_write_at(efforts, profile),
        stays=_stays(applied),
    )


def _changes(
    efforts: Sequence[Effort], sendings: Mapping[str, Sending], desired: Desired, applied: Applied | None
) -> tuple[Change, ...]:
    """Return the changes with all that views show of them, those of what was changed on LinkedIn first."""
    changes = []
    moves = {change.address: change.moved_from for change in (effort.change for effort in efforts) if change.moved_from}
    for change, sending in ((effort.change, effort.sending) for effort in efforts):
        record = _compared_with(change, moves, applied)
        known_at = _known_at(change, record)
        if sending is None:
            changes.append(replace(change, known_at=known_at))
        else:
            reason, along = change.reason or _seen(change, record, applied), _along(change.address, sendings, desired)
            told = (Reason(Code.NOTIFIES_NETWORK),) if sending.notify_network else ()
            warnings = (*told, *change.warnings)
            changes.append(
                replace(change, reason=reason, warnings=warnings, entry_id=sending.id, along=along, known_at=known_at)
            )
    first = Code.CHANGED_ON_LINKEDIN
    return tuple(sorted(changes, key=lambda change: change.reason is None or change.reason.code is not first))


def _along(address: str, sendings: Mapping[str, Sending], desired: Desired) -> Mapping[str, Plain]:
    """Return what goes along with an address although it did not change."""
    companion = BY_NAME[address].companion if address in BY_NAME else None
    if companion is None or companion in sendings or companion not in desired.wanted:
        return {}
    return {companion: desired.wanted[companion].value}


def _compared_with(change: Change, moves: Mapping[str, str], applied: Applied | None) -> Record | None:
    """Return the record that a change was compared with; None where it was with something forgotten, or nothing."""
    if applied is None or change.before is None:
        return None
    if change.action is Action.FORGET and change.address in applied.sections:
        return applied.sections[change.address]
    unit = unit_of(change.address)
    record = applied.sections.get(moves.get(unit, unit))
    is_whole = unit == change.address
    return record if record is not None and (not is_whole or same(record.value, change.before)) else None


def _known_at(change: Change, record: Record | None) -> KnownAt | None:
    """Return since when the value is known that a change was compared with."""
    if record is None:
        return None
    fields = {field.top for field in change.fields} or {field_path(change.address)}
    is_shown = not is_entry(unit_of(change.address)) or not fields <= UNREADABLE_FIELDS
    if record.seen is not None and is_shown and queries.is_seen(change.address, record):
        return KnownAt(record.seen.at, is_seen=True)
    return KnownAt(record.applied_at, is_seen=False)


def _seen(change: Change, record: Record | None, applied: Applied | None) -> Reason | None:
    """Return what a read says of a change: that its place was changed there, or that its Add did not arrive."""
    if applied is None:
        return None
    absent = applied.reads.absent if applied.reads is not None else {}
    if change.action is Action.UPDATE and record is not None and record.by == "refresh":
        return Reason(Code.CHANGED_ON_LINKEDIN, values=(record.applied_at,))
    if change.action is Action.CREATE and change.address in absent:
        return Reason(Code.ADD_NOT_SEEN, values=(absent[change.address],))
    return None


def _stays(applied: Applied | None) -> Mapping[str, str | None]:
    """Return the entries that were let go of before, with their ids."""
    forgotten = applied.forgotten if applied is not None else {}
    return {address: entry.id for address, entry in sorted(forgotten.items()) if is_entry(address)}


def _lines_to_write_at(efforts: Iterable[Effort], profile: Profile) -> Mapping[str, int]:
    """Return the lines of the file at which the entries begin under which a way out writes something."""
    reasons = (effort.change.reason for effort in efforts if effort.change.reason is not None)
    edited = {way.do.address for reason in reasons for way in reason.ways if isinstance(way.do, Edit)}
    return {address: profile.lines[address] for address in sorted(edited) if address in profile.lines}


def check_account(desired: Desired, applied: Applied | None, state_path: str, profile_path: str) -> None:
    """Refuse a state that is another account's."""
    if applied is not None and applied.account_id != desired.account_id:
        raise StateError.at(
            state_path,
            f"this state is of account {cited(applied.account_id)}, "
            f"but {profile_path} is of {cited(desired.account_id)}",
            "name the right state with --state, or, if the account was reconnected and got another id, "
            f"run `{command_line(('state', 'account', desired.account_id), profile_path, state_path)}`",
        )


def _state_ref(applied: Applied | None, path: str) -> StateRef:
    if applied is None:
        return StateRef(path)
    return StateRef(path, applied.lineage, applied.serial, queries.applied_at(applied), queries.seen_at(applied))


def _efforts(desired: Desired, applied: Applied | None, sections: Iterable[Section]) -> list[Effort]:
    efforts = chain(section_efforts(desired.wanted, applied), *map(entry_efforts, sections))
    return sorted(efforts, key=lambda effort: section_rank(effort.change.address))


def _ids(sections: Iterable[Section], efforts: Sequence[Effort]) -> Mapping[str, str]:
    """Return the ids that the file gives to entries which stand at their address once the plan's moves are made."""
    moved = {effort.change.address for effort in efforts if effort.change.action is Action.MOVE}
    return {
        entry.address: str(entry.wanted.id)
        for section in sections
        for entry in section.identities.entries
        if entry.known is not None and entry.known.id is None and entry.wanted.id is not None
        if entry.address in moved or entry.known.is_at(entry.address)
    }


def _first_apply(efforts: Iterable[Effort], sendings: Iterable[str], applied: Applied | None) -> tuple[str, ...]:
    """Return the sections in which entries would be created and of which state has never held one, or an Add got lost.

    Where there is no state at all, they are all sections that would be sent.
    """
    if applied is None:
        sent = set(map(section_of, sendings))
        return tuple(section.name for section in SECTIONS if section.name in sent)
    created = {section_of(effort.change.address) for effort in efforts if effort.change.action is Action.CREATE}
    pending = (address for request in applied.pending for address in request.addresses)
    held = set(map(section_of, (*applied.sections, *applied.forgotten, *pending)))
    absent = applied.reads.absent if applied.reads is not None else {}
    lost = {section_of(address) for address in absent if is_entry(address)}
    return tuple(
        section for section in ENTRY_SECTIONS if section in created and (section in lost or section not in held)
    )


def _targeted(efforts: Sequence[Effort], targets: Sequence[str]) -> list[Effort]:
    """Keep what lies in the targets, what must go along with it, and the moves that it depends on."""
    addresses = [effort.change.address for effort in efforts]
    wanted = {address for address in addresses if _hit(address, targets)}
    companions = {BY_NAME[address].companion for address in wanted if address in BY_NAME}
    wanted |= {address for address in addresses if address in companions}
    units = linked(map(unit_of, wanted), [effort.change for effort in efforts])
    return [
        effort
        for effort in efforts
        if effort.change.address in wanted
        or (effort.change.action is Action.MOVE and unit_of(effort.change.address) in units)
        or (effort.change.action is Action.FORGET and effort.change.address in units)
    ]


def _hit(address: str, targets: Sequence[str]) -> bool:
    """Tell whether an address is of a target: an entry or a section is taken whole where a field of it is named."""
    return any(lies_in(address, unit_of(target)) or lies_in(target, address) for target in targets)


def check_targets(targets: Sequence[str], desired: Desired, applied: Applied | None, given: str) -> None:
    """Raise UsageError for addresses that neither the file nor the state has; `given` is how they were."""
    known = {*desired.wanted, *(queries.holdings(applied) if applied is not None else ()), *queries.in_doubt(applied)}
    problems = []
    for address in targets:
        wrong = problem_with(address)
        if wrong is None and address not in BY_NAME and not any(_hit(other, (address,)) for other in known):
            wrong = "there is no such address in the profile or its state"
        if wrong is not None:
            problems.append(Problem(given, 0, 0, address, wrong, "name a section, or an entry as experience.KEY"))
    if problems:
        raise UsageError(*problems)
