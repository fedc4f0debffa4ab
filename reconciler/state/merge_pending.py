"""Owns the merge of what two sides have sent without a known outcome, over what their common ancestor had."""

from msgspec.structs import replace

from reconciler.address import section_of
from reconciler.state.applied import Applied, Kept, Pending, Reads, Sending


def merge_pending(base: Applied | None, ours: Applied, theirs: Applied) -> tuple[Pending, ...]:
    """Return the requests of unknown outcome of either side, but for those of the ancestor that one side settled."""
    before = _by_request(base.pending if base else ())
    mine, others = _by_request(ours.pending), _by_request(theirs.pending)
    merged = []
    for request in mine.keys() | others.keys():
        sides = [side[request] for side in (mine, others) if request in side]
        former = before.get(request)
        if len(sides) == 2:  # noqa: PLR2004 - both sides
            merged.append(_merge_request(former, sides[0], sides[1]))
        elif former is None or former.idempotency_key != sides[0].idempotency_key:  # sent by this side alone
            merged.append(sides[0])
    kept = (pending for pending in merged if pending.addresses)
    return tuple(sorted(kept, key=lambda pending: (pending.sent_at, pending.request)))


def _by_request(pending: tuple[Pending, ...]) -> dict[str, Pending]:
    return {sent.request: sent for sent in pending}


def _merge_request(base: Pending | None, ours: Pending, theirs: Pending) -> Pending:
    """Return what is unknown still of a request that both sides know; what one side settled of it is settled."""
    if ours == theirs:
        return ours
    mine, others = _sent(ours), _sent(theirs)
    former = _sent(base) if base else {}
    sections: dict[str, Sending] = {}
    bare: list[str] = []
    for identity in sorted(mine.keys() | others.keys()):
        sides = [side[identity] for side in (mine, others) if identity in side]
        if len(sides) == 1 and identity in former:
            continue
        address = min(address for address, _ in sides)
        sendings = [sending for _, sending in sides if sending is not None]
        if not sendings:
            bare.append(address)
            continue
        sending = sendings[0]
        fields = tuple(name for name in sending.names if all(name in other.names for other in sendings))
        if fields or not sending.names:
            sections[address] = sending if fields == sending.names else replace(sending, fields=fields)
    return Pending(
        ours.request,
        min(ours.idempotency_key, theirs.idempotency_key),
        tuple(sorted({*bare, *sections})),
        sections,
        max(ours.sent_at, theirs.sent_at),
        answered=ours.answered or theirs.answered or ours.idempotency_key != theirs.idempotency_key,
    )


def _sent(pending: Pending) -> dict[tuple[str, str], tuple[str, Sending | None]]:
    """Return what a request wrote, by what tells it whatever its key: an id, a handle, else the address."""
    found: dict[tuple[str, str], tuple[str, Sending | None]] = {}
    for address in pending.addresses:
        sending = pending.sections.get(address)
        told = (sending.id or sending.handle) if sending is not None else None
        found[(section_of(address), told or address)] = (address, sending)
    return found


def merge_reads(ours: Applied, theirs: Applied, pending: tuple[Pending, ...]) -> Reads | None:
    """Return when LinkedIn was last read, and what reads do not show that is in doubt still: the later of two times."""
    reads = [side.reads for side in (ours, theirs) if side.reads is not None]
    if not reads:
        return None
    doubted = {address: sending.handle for request in pending for address, sending in request.sections.items()}
    absent: dict[str, str] = {}
    for side in (ours, theirs):
        sent = {to: sending.handle for request in side.pending for to, sending in request.sections.items()}
        for address, time in (side.reads.absent if side.reads is not None else {}).items():
            if address in doubted and doubted[address] == sent.get(address):
                absent[address] = max(time, absent.get(address, time))
    return Reads(max(read.last for read in reads), dict(sorted(absent.items())))


def merge_keys(base: Applied | None, ours: Applied, theirs: Applied) -> dict[str, Kept]:
    """Return the idempotency keys that may be used once more: nothing was sent or said of the same place since."""
    merged = {}
    for side, other in ((ours, theirs), (theirs, ours)):
        for request, kept in side.keys.items():
            new = base is not None and request not in base.keys and request not in other.keys
            if other.keys.get(request) == kept or (
                new and all(_is_untouched(base, other, address) for address in kept.ids)
            ):
                merged[request] = kept
    return dict(sorted(merged.items()))


def _is_untouched(base: Applied | None, side: Applied, address: str) -> bool:
    """Tell whether a side knows of an address what the ancestor knew, and has sent nothing there since."""
    assert base is not None
    return (
        side.sections.get(address) == base.sections.get(address)
        and side.forgotten.get(address) == base.forgotten.get(address)
        and all(pending in base.pending for pending in side.pending if address in pending.addresses)
    )
