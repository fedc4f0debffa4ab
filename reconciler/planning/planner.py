"""Owns the making of a plan: desired and applied in, a plan out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from reconciler.address import is_entry, is_entry_section, lies_in, problem_with, section_of, section_rank, unit_of
from reconciler.planning.contradictions import contradictions, problem_of
from reconciler.planning.effort import Effort
from reconciler.planning.entries import Section, entry_efforts, given_ids, section_entries
from reconciler.planning.moves import linked
from reconciler.planning.plan import Action, Change, Plan, ProfileRef, StateRef
from reconciler.planning.reason import Code, Edit, Reason
from reconciler.planning.requests import requests
from reconciler.planning.sections import section_efforts
from reconciler.problem import Problem, StateError, UsageError, without_place
from reconciler.profile.desired import Desired, Profile, Wanted
from reconciler.quoting import cited, command_line
from reconciler.spec import BY_NAME, ENTRY_SECTIONS, SECTIONS
from reconciler.state import queries
from reconciler.state.applied import Applied


@dataclass(frozen=True, slots=True)
class Options:
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
    _check_targets(options.targets, desired, applied)
    sections = [section_entries(section, _entries(desired, section), applied) for section in ENTRY_SECTIONS]
    _refuse_contradictions(sections, profile.path, state_path)
    efforts = _efforts(desired, applied, sections)
    doubted = queries.in_doubt(applied)
    if options.targets:
        efforts = _targeted(efforts, options.targets)
        doubted = tuple(at for at in doubted if _hit(at, options.targets))
    ids = {at: one for at, one in _ids(sections, efforts).items() if not options.targets or _hit(at, options.targets)}
    return Plan(
        account_id=desired.account_id,
        profile=ProfileRef(profile.path, profile.sha256),
        state=_state_ref(applied, state_path),
        tool_version=tool_version,
        changes=_as_seen((_let_go_of(change, applied) for change in _with_along(efforts, desired)), applied),
        requests=requests(efforts, desired),
        warnings=tuple(map(without_place, profile.warnings)),
        in_doubt=doubted,
        first_apply=_first_apply(efforts, applied),
        targets=options.targets,
        ids=ids,
        lines=_lines_to_write_at(efforts, profile),
        stays=_stays(applied),
    )


def _with_along(efforts: Sequence[Effort], desired: Desired) -> Iterator[Change]:
    """Yield the changes, each with what goes along with it although it did not change."""
    sent = {effort.change.address for effort in efforts if effort.sending is not None}
    for change in (effort.change for effort in efforts):
        companion = BY_NAME[change.address].companion if change.address in sent and change.address in BY_NAME else None
        if companion is not None and companion in desired.wanted and companion not in sent:
            yield replace(change, along={companion: desired.wanted[companion].value})
        else:
            yield change


def _let_go_of(change: Change, applied: Applied | None) -> Change:
    """Return a change, with the id of the entry that it lets go of where that is known."""
    record = applied.sections.get(change.address) if applied is not None else None
    if change.action is not Action.FORGET or record is None:
        return change
    return replace(change, entry_id=record.id)


def _as_seen(changes: Iterable[Change], applied: Applied | None) -> tuple[Change, ...]:
    """Return the changes with what reads have to say of them, those of what was changed on LinkedIn first."""
    if applied is None:
        return tuple(changes)
    explained = [
        change if change.reason is not None else replace(change, reason=_seen(change, applied)) for change in changes
    ]
    first = Code.CHANGED_ON_LINKEDIN
    return tuple(sorted(explained, key=lambda change: change.reason is None or change.reason.code is not first))


def _seen(change: Change, applied: Applied) -> Reason | None:
    """Return what a read says of a change: that its place was changed there, or that its Add did not arrive."""
    record = applied.sections.get(change.address)
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
    return StateRef(path, applied.lineage, applied.serial, queries.applied_at(applied))


def _efforts(desired: Desired, applied: Applied | None, sections: Iterable[Section]) -> list[Effort]:
    plain = {address: each for address, each in desired.wanted.items() if not is_entry_section(section_of(address))}
    efforts = list(section_efforts(plain, applied))
    for section in sections:
        efforts.extend(entry_efforts(section))
    return sorted(efforts, key=lambda one: section_rank(one.change.address))


def _entries(desired: Desired, section: str) -> dict[str, Wanted]:
    return {at: one for at, one in desired.wanted.items() if section_of(at) == section}


def _ids(sections: Iterable[Section], efforts: Sequence[Effort]) -> Mapping[str, str]:
    """Return the ids that the file gives to entries which stand at their address once the plan's moves are made."""
    moved = {effort.change.address for effort in efforts if effort.change.action is Action.MOVE}
    return {
        entry.address: str(entry.wanted.id)
        for section in sections
        for entry in given_ids(section)
        if entry.address in moved or (entry.known is not None and entry.known.is_at(entry.address))
    }


def _first_apply(efforts: Iterable[Effort], applied: Applied | None) -> tuple[str, ...]:
    """Return the sections in which entries would be created and of which state has never held one, or an Add got lost.

    Where there is no state at all, they are all sections that would be sent.
    """
    if applied is None:
        sent = {section_of(effort.change.address) for effort in efforts if effort.sending is not None}
        return tuple(section.name for section in SECTIONS if section.name in sent)
    created = {section_of(one.change.address) for one in efforts if one.change.action is Action.CREATE}
    pending = (address for one in applied.pending for address in one.addresses)
    held = {section_of(address) for address in (*applied.sections, *applied.forgotten, *pending)}
    absent = applied.reads.absent if applied.reads is not None else {}
    lost = {section_of(address) for address in absent if is_entry(address)}
    return tuple(
        section for section in ENTRY_SECTIONS if section in created and (section in lost or section not in held)
    )


def _targeted(efforts: Sequence[Effort], targets: Sequence[str]) -> list[Effort]:
    """Keep what lies in the targets, what must go along with it, and the moves that it depends on."""
    wanted = {one.change.address for one in efforts if _hit(one.change.address, targets)}
    companions = {BY_NAME[at].companion for at in wanted if at in BY_NAME}
    wanted |= {one.change.address for one in efforts if one.change.address in companions}
    units = linked(map(unit_of, wanted), [one.change for one in efforts])
    return [
        one
        for one in efforts
        if one.change.address in wanted
        or (one.change.action is Action.MOVE and unit_of(one.change.address) in units)
        or (one.change.action is Action.FORGET and one.change.address in units)
    ]


def _hit(address: str, targets: Sequence[str]) -> bool:
    """Tell whether an address is of a target: an entry or a section is taken whole where a field of it is named."""
    return any(lies_in(address, unit_of(target)) or lies_in(target, address) for target in targets)


def _check_targets(targets: Sequence[str], desired: Desired, applied: Applied | None) -> None:
    state = set() if applied is None else {*applied.sections, *applied.forgotten, *queries.in_doubt(applied)}
    problems = []
    for address in targets:
        wrong = problem_with(address)
        there = any(_hit(known, (address,)) for known in (*desired.wanted, *state))
        if wrong is None and not there and address not in BY_NAME:
            wrong = "there is no such address in the profile or its state"
        if wrong is not None:
            problems.append(Problem("--target", 0, 0, address, wrong, "name a section, or an entry as experience.KEY"))
    if problems:
        raise UsageError(*problems)


def _refuse_contradictions(sections: Iterable[Section], profile_path: str, state_path: str) -> None:
    found = (each for section in sections for each in contradictions(section.identities))
    problems = [problem_of(contradiction, profile_path, state_path) for contradiction in found]
    if problems:
        raise StateError(*problems)
