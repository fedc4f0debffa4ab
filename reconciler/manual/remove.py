"""Owns `state rm`: it takes an address out of a state."""

from msgspec.structs import replace

from reconciler.address import is_unit, lies_in
from reconciler.manual.refuse import refuse_doubt, refuse_no_address, unknown
from reconciler.state.applied import Applied
from reconciler.state.transitions import without_address


def remove(applied: Applied, address: str) -> Applied:
    """Return the state without an address and all below it. Raises StateError."""
    refuse_no_address(address)
    refuse_doubt(applied, (address,), "take it out")
    pending_addresses = {sent for pending in applied.pending for sent in pending.addresses}
    there = address in {*applied.sections, *applied.forgotten, *pending_addresses}
    if not there and not any(lies_in(known, address) for known in applied.forgotten):
        raise unknown(address)
    sections = {known: record for known, record in applied.sections.items() if known != address}
    forgotten = {known: gone for known, gone in applied.forgotten.items() if not lies_in(known, address)}
    pending = without_address(applied.pending, address) if is_unit(address) else applied.pending
    return replace(applied, sections=sections, forgotten=forgotten, pending=pending)
