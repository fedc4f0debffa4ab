"""Owns `state resolve`: it settles what is in doubt."""

from msgspec.structs import replace

from reconciler.manual.adopt import id_from
from reconciler.manual.refuse import refuse_no_address, refuse_taken_id, refused
from reconciler.state import transitions
from reconciler.state.applied import Applied, Pending
from reconciler.state.queries import pending_is_repeatable


def resolve(  # noqa: PLR0913 - what is settled, and who says so
    applied: Applied, address: str, entry_id: str | None, now: str, *, arrived: bool, by: str = "resolve"
) -> Applied:
    """Return the state in which a doubt is settled: what was sent arrived, or it did not. Raises StateError."""
    refuse_no_address(address)
    pending = _doubt_at(applied, address)
    others = tuple(other for other in applied.pending if other is not pending)
    left = (*others, *transitions.without_address((pending,), address))
    if not arrived:
        applied = replace(applied, pending=left)
        return applied if pending.answered else transitions.keep_key(applied, pending)
    sending = pending.sections.get(address)
    if sending is None:
        command = ("state", "resolve", address, "--not-applied")
        raise refused(address, "state does not say what was sent", "settle it so", command)
    if entry_id is not None:
        entry_id = id_from(address, entry_id)
        if sending.id not in (None, entry_id):
            raise refused(address, f"it was sent as an edit of {sending.id}", "leave --id out")
        sending = replace(sending, id=entry_id, id_by=by)
    refuse_taken_id(applied, address, sending.id)
    settled = replace(applied, pending=left)
    return transitions.record(settled, address, replace(sending, notify_network=None), now, by)


def _doubt_at(applied: Applied, address: str) -> Pending:
    """Return the request that put an address in doubt. Raises StateError where it is not in doubt."""
    unsettled = [pending for pending in applied.pending if address in pending.addresses]
    for pending in unsettled:
        if not pending_is_repeatable(pending):
            return pending
    message = "it is not in doubt"
    if unsettled:
        raise refused(address, message, "the next apply sends it again, which is safe, where the file still holds it")
    raise refused(address, message, "look what is", ("state", "list"))
