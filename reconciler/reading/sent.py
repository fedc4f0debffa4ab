"""Owns what a read says of what was sent without a clear answer: whether it arrived, as far as the read can tell."""

from collections.abc import Collection

from msgspec.structs import replace

from reconciler.address import section_of
from reconciler.reading.compare import skills_of_entries
from reconciler.reading.fields import compare_entry, compared_names, compared_text, folded_names
from reconciler.reading.findings import Compared, Comparison, Finding
from reconciler.reading.pairing import Knowledge, KnownEntry, Pair
from reconciler.reading.seen import Seen, Unseen
from reconciler.state.applied import Applied, Sending
from reconciler.values import Plain, members


def compare_sent(
    applied: Applied, address: str, sending: Sending, comparison: Comparison, seen: Seen
) -> frozenset[Finding]:
    """Return what a read says about each of the values that were sent; nothing where the entry is not seen."""
    section = section_of(address)
    if section == address:
        return frozenset({_sent_section(applied, address, sending.value, seen).finding})
    sent = {name: members(sending.value)[name] for name in sending.names}
    pairs = [
        pair
        for pair in comparison.pairings[section].pairs
        if pair.known.knowledge is Knowledge.RECORDED and pair.known.address == address
    ]
    return frozenset(
        _sent_value(compared, pair.known.value.get(compared.address.rpartition(".")[2])).finding
        for pair in pairs
        for compared in compare_entry(section, Pair(KnownEntry(address, sending.id, sent), pair.seen))
    )


def _sent_value(compared: Compared, before: Plain, shared: Collection[str] = ()) -> Compared:
    """Say nothing of what was sent where what is shown may be what was before it; `shared` are others' names.

    That is an empty text, which is shown where there is none too, and a list without a name that it adds.
    """
    if compared.known == "":
        return replace(compared, finding=Finding.CANNOT_TELL)
    if not isinstance(compared.known, list) or compared.finding is not Finding.SAME:
        return compared
    sent, then, shown = folded_names(compared.known), folded_names(before), folded_names(compared.shown)
    is_told = bool(sent - then - set(shared)) or bool(then - sent) or sent == then
    if is_told and not (then - sent) & shown:
        return compared
    return replace(compared, finding=Finding.CANNOT_TELL)


def _sent_section(applied: Applied, address: str, value: Plain, seen: Seen) -> Compared:
    if address in ("headline", "summary"):
        return _sent_value(compared_text(address, value, seen.sections.get(address, Unseen.MISSING)), None)
    if address == "skills":
        sight = seen.sections.get(address, Unseen.MISSING) if seen.skills_are_complete else Unseen.TRUNCATED
        record = applied.sections.get(address)
        before = record.value if record is not None else []
        return _sent_value(compared_names(address, value, sight), before, skills_of_entries(applied, seen))
    return Compared(address, Finding.NOT_SEEN, value, why=Unseen.NOT_READABLE)
