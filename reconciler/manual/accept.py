"""Owns `state accept`: it records what the profile file says as live."""

from collections.abc import Mapping

from reconciler.address import is_entry_section, section_of, unit_of
from reconciler.carry import carry
from reconciler.manual.refuse import check_address, refuse_doubt, refuse_taken_id, refused
from reconciler.planning.moves import linked
from reconciler.planning.naming import resembles
from reconciler.planning.plan import Action, Plan
from reconciler.profile.desired import Wanted
from reconciler.state import transitions
from reconciler.state.applied import Applied, Sending
from reconciler.state.queries import doubtful_adds, edited_in_doubt


def accept(applied: Applied, plan: Plan, wanted: Mapping[str, Wanted], addresses: tuple[str, ...], now: str) -> Applied:
    """Record the file's values as live without sending anything; `plan` is of the same file and state.

    Keys are renamed as the plan does, with those of the other entries that depend on it. Raises StateError for
    an address that the file does not hold, or that is in doubt.
    """
    for address in addresses:
        check_address(address)
        if address not in wanted:
            raise refused(address, "the profile file holds nothing there", "name what it holds, or put it in")
    refuse_doubt(applied, addresses, "accept")
    for address in addresses:
        refuse_doubt(applied, _in_doubt_as(applied, address, wanted), "accept")
    units = linked(addresses, plan.changes)
    settled = [
        change
        for change in plan.changes
        if change.action in (Action.MOVE, Action.FORGET) and unit_of(change.address) in units
    ]
    applied = carry(applied, settled, now)
    for address in addresses:
        entry = wanted[address]
        record = applied.sections.get(address)
        known = record if record is not None and entry.id in (None, record.id) else None
        refuse_taken_id(applied, address, entry.id)
        entry_id, id_by = (entry.id, "file") if entry.id else (known.id, known.id_by) if known else (None, None)
        applied = transitions.record(applied, address, Sending(entry.value, entry_id, id_by), now, "accept")
    return applied


def _in_doubt_as(applied: Applied, address: str, wanted: Mapping[str, Wanted]) -> tuple[str, ...]:
    """Return the addresses in doubt under which this entry, which has another key now, may have been sent."""
    section, entry = section_of(address), wanted[address]
    if not is_entry_section(section):
        return ()
    edit = edited_in_doubt(applied, address, entry.id)
    adds = (
        added
        for added, value in doubtful_adds(applied, section).items()
        if added not in wanted and resembles(section, entry.value, value)
    )
    return (*(() if edit is None else (edit,)), *adds)
