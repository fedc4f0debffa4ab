"""The questions that a plan asks, and what becomes of the file where one is answered as the plan says."""

from msgspec.structs import replace

from reconciler.planning.plan import Action, Plan
from reconciler.planning.reason import Code, Edit, When
from reconciler.profile.desired import Profile


def asked(made: Plan) -> dict[str, tuple[str, ...]]:
    """Give what a plan asks: by address, the known entries that this could be; each way out answers it in the file."""
    found = {}
    for change in made.changes:
        if change.reason is not None and change.reason.code is Code.ENTRY_IDENTITY:
            assert change.action is Action.BLOCKED
            assert len(change.reason.ways) == len(change.reason.addresses), "one for each, and one for none"
            assert {way.do.address for way in change.reason.ways if isinstance(way.do, Edit)} == {change.address}
            found[change.address] = change.reason.addresses[1:]
    return found


def answered(profile: Profile, made: Plan, address: str, *, same: bool, number: int = 0) -> Profile:
    """Give the file with the line pasted that the plan prints: the entry is a known one of the question, or is not."""
    when = When.SAME_ENTRY if same else When.ANOTHER_ENTRY
    reason = next(change.reason for change in made.changes if change.address == address and change.reason is not None)
    line = [way.do.line for way in reason.ways if way.when is when and isinstance(way.do, Edit)][number]
    name, _, value = line.partition(": ")
    wanted = profile.desired.wanted[address]
    if name == "same_as":
        wanted = replace(wanted, same_as=value)
    else:
        wanted = replace(wanted, not_same_as=tuple(value.strip("[]").split(", ")))
    entries = {**profile.desired.wanted, address: wanted}
    return replace(profile, desired=replace(profile.desired, wanted=entries))


def codes(made: Plan, address: str) -> list[str]:
    """Give why what is blocked at an address is so."""
    at_address = (change for change in made.changes if change.address == address and change.action is Action.BLOCKED)
    return [change.reason.code.value for change in at_address if change.reason is not None]
