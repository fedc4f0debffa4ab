"""Owns the two sides of a plan: by address what is known to be live, and what the file wants."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from enum import StrEnum

from msgspec import Struct

from reconciler.address import field_path, is_entry, is_unit, section_rank, unit_of
from reconciler.planning.plan import Action, Change, Plan
from reconciler.planning.reason import Code
from reconciler.values import Plain, members, same

_VALUES = (Action.CREATE, Action.SET, Action.UPDATE, Action.BLOCKED)


class Standing(StrEnum):
    """How what is planned of a section or entry, or of a field of one, is to look."""

    SAME = "same"
    NEW = "new"
    CHANGED = "changed"
    UNSEEN = "unseen"  # it replaces what was never known
    UNKNOWN = "unknown"  # an earlier request ended without a clear answer
    LEFT = "left"  # it is no longer in the file, and stays on LinkedIn
    BLOCKED = "blocked"
    DOUBT = "doubt"


class SidePair(Struct, frozen=True):
    """One section or entry on both sides; None where a side has nothing.

    `known_at` is the address in state; `asked` tells of what is known and not in the file that a question is about it.
    """

    address: str
    before: Plain
    after: Plain
    changes: tuple[Change, ...] = ()
    in_doubt: bool = False
    known_at: str = ""
    asked: bool = False

    @property
    def standing(self) -> Standing:
        """Say how the section or entry as a whole looks: the most doubtful of what is planned of it."""
        actions = {change.action for change in self.changes if change.action in _VALUES}
        if self.in_doubt:
            return Standing.DOUBT
        if self.after is None:
            return Standing.BLOCKED if self.asked or Action.BLOCKED in actions else Standing.LEFT
        if actions == {Action.BLOCKED}:
            return Standing.BLOCKED
        if any(change.reason is not None and change.reason.code is Code.UNKNOWN_OUTCOME for change in self.changes):
            return Standing.UNKNOWN
        if self.before is None:
            return Standing.NEW if is_entry(self.address) and Action.CREATE in actions else Standing.UNSEEN
        return Standing.CHANGED if actions else Standing.SAME

    def field(self, name: str) -> Standing:
        """Say how a field of an entry or section looks."""
        if self.before is None or self.after is None or self.in_doubt:
            return Standing.SAME  # the whole says it
        for change in self.changes:
            paths = [f"{field_path(change.address)}.{field.path}".strip(".") for field in change.fields]
            paths = paths or [field_path(change.address)]
            if name in {path.partition(".")[0] for path in paths}:
                if change.action is Action.BLOCKED and self.standing is not Standing.BLOCKED:
                    return Standing.BLOCKED
                if change.action is Action.FORGET:
                    return Standing.LEFT
        before, after = members(self.before).get(name), members(self.after).get(name)
        return Standing.SAME if same(before, after) else Standing.CHANGED


def sides_of(
    plan: Plan, known: Mapping[str, Plain], wanted: Mapping[str, Plain], doubted: Mapping[str, Plain]
) -> tuple[SidePair, ...]:
    """Return every section and entry that is managed, or that the plan is about, in the order of the API's page.

    `known` and `wanted` are the values of state and file by address, `doubted` what was sent of those in doubt. Where
    a plan is of some addresses alone, the others are shown as they are known to be live.
    """
    changes: dict[str, list[Change]] = defaultdict(list)
    for change in plan.changes:
        changes[unit_of(change.address)].append(change)
    moved = {
        change.address: change.moved_from
        for change in plan.changes
        if change.action is Action.MOVE and change.moved_from is not None and is_unit(change.address)
    }
    found = []
    taken = set()
    for address, value in wanted.items():
        here = tuple(changes.get(address, ()))
        known_at = moved.get(address, address)
        before = _before(here, known.get(known_at))
        if before is not None or not is_entry(address):
            taken.add(known_at)
        after = before if plan.targets and not here else value
        if before is not None or after is not None:
            found.append(SidePair(address, before, after, here, address in plan.in_doubt, known_at))
    shown = {pair.address for pair in found}
    found += _left(plan, {address: value for address, value in known.items() if address not in taken}, changes, shown)
    for address in plan.in_doubt:
        if address not in known and address not in shown:
            here = tuple(changes.get(address, ()))
            found.append(SidePair(address, doubted.get(address), None, here, in_doubt=True, known_at=address))
    return tuple(sorted(found, key=lambda pair: section_rank(pair.address)))


def _before(changes: tuple[Change, ...], known: Plain) -> Plain:
    """Return what a section or entry was compared with; without a change, what is known of it."""
    for change in changes:
        if change.action in _VALUES:
            return change.before
    moves = [change.before for change in changes if change.action is Action.MOVE and is_unit(change.address)]
    return known if known is not None else next(iter(moves), None)


def _left(
    plan: Plan, known: Mapping[str, Plain], changes: Mapping[str, list[Change]], shown: set[str]
) -> Iterator[SidePair]:
    """Yield what is known and is nothing that the file has; an entry of the file may be `shown` under its key."""
    reasons = [change.reason for change in plan.changes if change.reason is not None]
    questioned = {
        address for reason in reasons if reason.code is Code.ENTRY_IDENTITY for address in reason.addresses[1:]
    }
    for address, value in known.items():
        here = () if address in shown else tuple(changes.get(address, ()))
        after = value if plan.targets and not here else None
        doubted = address in plan.in_doubt and address not in shown
        asked = address in questioned and not any(change.action is Action.FORGET for change in here)
        yield SidePair(address, value, after, here, doubted, address, asked)


def of_plan_alone(plan: Plan) -> tuple[dict[str, Plain], dict[str, Plain]]:
    """Return what a plan itself says of both sides, by address: where profile or state are no longer those it is of."""
    known: dict[str, Plain] = {}
    wanted: dict[str, Plain] = {}
    for change in plan.changes:
        if not is_unit(change.address):
            continue
        if change.before is not None:
            known[change.moved_from or change.address] = change.before
        if change.after is not None and (change.action is Action.BLOCKED or change.address not in wanted):
            wanted[change.address] = change.after
    return known, wanted
