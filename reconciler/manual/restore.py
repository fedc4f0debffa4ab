"""Owns `state restore`: it puts a rescued state back."""

from msgspec.structs import replace

from reconciler.address import section_of
from reconciler.problem import StateError
from reconciler.state import transitions
from reconciler.state.applied import Applied, Pending, Sending
from reconciler.state.queries import holdings
from reconciler.values import same


def restore(applied: Applied | None, rescued: Applied, path: str) -> Applied:
    """Return the state that follows from a rescued one, which is newer or knows what is pending still.

    It is the state itself where that holds all of it. Raises StateError.
    """
    if applied is None:
        return replace(rescued, serial=rescued.serial - 1)
    if (applied.lineage, applied.account_id) != (rescued.lineage, rescued.account_id):
        raise StateError.at(
            path, "the rescue file is of another state", "name the state that it lies beside with --state"
        )
    if rescued.serial > applied.serial:
        return replace(rescued, serial=max(rescued.serial - 1, applied.serial))
    if rescued.write == applied.write:
        return applied
    arrived = [pending for pending in applied.pending if _arrived(rescued, pending)]
    if not arrived:
        raise StateError.at(
            path,
            f"the rescue file has serial {rescued.serial}, the state has {applied.serial}: it was written since",
            "look at both, and at the profile on LinkedIn, and record what is live",
            command=("state", "accept", "ADDRESS"),
        )
    for pending in arrived:
        applied = _settled(applied, pending, rescued)
    return applied


def _arrived(rescued: Applied, pending: Pending) -> bool:
    """Tell whether a rescued state has a pending request settled, and knows that it arrived."""
    settled = all(other.request != pending.request for other in rescued.pending)
    return settled and all(_is_live(rescued, address, pending) for address in pending.addresses)


def _is_live(rescued: Applied, address: str, pending: Pending) -> bool:
    """Tell whether a rescued state knows what a request put at an address, and not an earlier value alone."""
    record, sending = rescued.sections.get(address), pending.sections.get(address)
    if record is None or sending is None:
        return False
    return same(record.value, sending.value) and record.applied_at >= pending.sent_at


def _settled(applied: Applied, arrived: Pending, rescued: Applied) -> Applied:
    """Return the state in which a pending request arrived; what was sent after it stays as it is."""
    place = applied.pending.index(arrived)
    later = applied.pending[place + 1 :]
    applied = replace(applied, pending=applied.pending[:place])
    for address in arrived.addresses:
        record, sending = rescued.sections[address], arrived.sections[address]
        edited = _address_of_id(applied, address, sending.id)
        if edited is None:
            restored = Sending(record.value, record.id, record.id_by, handle=record.handle)
            applied = transitions.record(applied, address, restored, record.applied_at, record.by)
        else:  # more may have happened to it since
            applied = transitions.amend(applied, edited, sending)
    return replace(applied, pending=(*applied.pending, *later))


def _address_of_id(applied: Applied, address: str, entry_id: str | None) -> str | None:
    """Return where state knows, or has forgotten, the entry of this id in the section of `address`."""
    if entry_id is None:
        return None
    known = sorted(holdings(applied).items())
    section = section_of(address)
    return next((other for other, entry in known if section_of(other) == section and entry.id == entry_id), None)
