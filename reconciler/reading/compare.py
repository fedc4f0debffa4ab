"""Owns the comparison of what was seen with what state knows to be live, address by address."""

from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta
from types import MappingProxyType

from reconciler.address import is_entry, is_entry_section, section_of
from reconciler.profile.desired import Wanted
from reconciler.reading.fields import compare_entry, compared_names, compared_text, folded_names, names_in
from reconciler.reading.findings import Compared, Comparison, Finding
from reconciler.reading.pairing import Knowledge, KnownEntry, Pairing, pair_entries
from reconciler.reading.seen import Completeness, Seen, Unseen
from reconciler.reading.text import Likeness, compare_texts, fold_name
from reconciler.spec import ENTRY_SECTIONS, SECTIONS
from reconciler.state import queries
from reconciler.state.applied import Applied, Pending, Record, Sending
from reconciler.values import Plain, digest, instant, members

SETTLING = timedelta(minutes=10)
"""How long the platform may take to show what was applied, and how far apart two reads are that confirm each other."""
_BY_READS = frozenset({"refresh", "pull"})  # who says what a read showed, so that any later read knows better
NOTHING_NEW: Mapping[str, Wanted] = MappingProxyType({})


def compare(
    applied: Applied, managed: Collection[str], seen: Seen, new: Mapping[str, Wanted] = NOTHING_NEW
) -> Comparison:
    """Compare what was seen with what state knows of the managed sections and entries, in the spec's order.

    `new` are the sections and entries that the file wants and state does not know, by address.
    """
    compared: list[Compared] = []
    pairings: dict[str, Pairing] = {}
    for section in SECTIONS:
        name = section.name
        if is_entry_section(name):
            pairings[name] = _pairing(applied, name, seen, new)
            compared.extend(_compare_entries(applied, name, managed, seen, pairings[name]))
        elif name in managed and (record := applied.sections.get(name)) is not None:
            found = _not_yet(record, seen, _compare_section(applied, name, record, seen))
            is_unknown = queries.unknown_fields(applied, name) is not None
            compared.append(_without_doubted(found) if is_unknown else found)
    return Comparison(
        compared=tuple(compared),
        pairings=pairings,
        first=tuple(_first_seen(applied, new, seen)),
        more_skills=_more_skills(applied, seen),
        empty=tuple(_shown_empty(applied, seen)),
        marks={address: digest(mark) for address, mark in seen.marks.items()},
    )


def _without_doubted(compared: Compared) -> Compared:
    """Say nothing of a difference where an earlier request ended without a clear answer: it may be that one's."""
    if compared.finding in (Finding.CHANGED, Finding.RENAMED):
        return Compared(compared.address, Finding.CANNOT_TELL, compared.known, compared.shown)
    return compared


def _not_yet(record: Record, seen: Seen, compared: Compared) -> Compared:
    """Take back a difference that something newer than the read may explain."""
    if compared.finding not in (Finding.CHANGED, Finding.RENAMED, Finding.LAYOUT) or is_newer(seen, record):
        return compared
    return Compared(compared.address, Finding.NOT_SEEN_YET, compared.known, compared.shown)


def is_newer(seen: Seen, record: Record) -> bool:
    """Tell whether a read is late enough to know better than a record: ten minutes after an apply, or a later read."""
    if record.seen is not None and instant(record.seen.at) > instant(seen.at):
        return False
    since = instant(seen.at) - instant(record.applied_at)
    is_of_read = record.by in _BY_READS or (record.by == "import" and record.seen is not None)
    return since > timedelta() if is_of_read else since >= SETTLING


def _compare_section(applied: Applied, address: str, record: Record, seen: Seen) -> Compared:
    if address in ("headline", "summary"):
        sight = seen.sections.get(address, Unseen.MISSING)
        if sight == "" and record.value != "" and not _is_believed(applied, address, seen):
            sight = Unseen.DOUBTFUL
        return compared_text(address, record.value, sight)
    if address == "skills":
        return _compare_skills(applied, record, seen)
    return _compare_mark(address, record, seen)


def _is_believed(applied: Applied, address: str, seen: Seen) -> bool:
    """Tell whether an earlier read showed the same emptiness, ten minutes or more before."""
    first = applied.reads.absent.get(address) if applied.reads is not None else None
    return first is not None and instant(seen.at) - instant(first) >= SETTLING


def _compare_mark(address: str, record: Record, seen: Seen) -> Compared:
    """Compare what can only be seen to have changed since it was last looked at."""
    mark = seen.marks.get(address)
    if mark is None:
        return Compared(address, Finding.NOT_SEEN, record.value, why=Unseen.NOT_READABLE)
    looked = record.seen
    if looked is None or looked.mark is None or instant(looked.at) < instant(record.applied_at):
        return Compared(address, Finding.CANNOT_TELL, record.value, mark)
    finding = Finding.SAME if looked.mark == digest(mark) else Finding.CHANGED
    return Compared(address, finding, record.value, mark)


def _compare_skills(applied: Applied, record: Record, seen: Seen) -> Compared:
    sight = seen.sections.get("skills", Unseen.MISSING)
    is_empty = sight == [] and seen.skills_are_complete
    if is_empty and record.value != [] and not _is_believed(applied, "skills", seen):
        sight = Unseen.DOUBTFUL
    return compared_names("skills", record.value, sight, complete=seen.skills_are_complete)


def _more_skills(applied: Applied, seen: Seen) -> tuple[str, ...]:
    """Return the skills on LinkedIn that state does not know; nothing where skills are not managed."""
    record = applied.sections.get("skills")
    if record is None:
        return ()
    known, sight = folded_names(record.value), seen.sections.get("skills")
    shown = [] if isinstance(sight, Unseen) else names_in(sight)
    return tuple(name for name in shown if fold_name(name) not in known)


def _shown_empty(applied: Applied, seen: Seen) -> Iterator[str]:
    """Give the sections that are shown empty although state knows something there."""
    for address in ("headline", "summary", "skills"):
        record = applied.sections.get(address)
        is_whole = address != "skills" or seen.skills_are_complete
        if record is not None and record.value not in ("", []) and is_whole and seen.sections.get(address) in ("", []):
            yield address
    for section in ENTRY_SECTIONS:
        shown = seen.entries.get(section)
        if shown is not None and shown.completeness is Completeness.EMPTY and _holds_any(applied, section):
            yield section


def _holds_any(applied: Applied, section: str) -> bool:
    pending = (address for request in applied.pending for address in request.addresses)
    return any(section_of(address) == section for address in (*applied.sections, *pending))


def _first_seen(applied: Applied, new: Mapping[str, Wanted], seen: Seen) -> Iterator[Compared]:
    """Give the texts and lists that the file wants, state does not know, and a read shows."""
    for address, sight in seen.sections.items():
        if address not in new or isinstance(sight, Unseen):
            continue
        shown = as_wanted(new[address].value, sight)
        if isinstance(shown, list):
            shared = skills_of_entries(applied, seen)
            shown = [name for name in shown if fold_name(str(name)) not in shared]
        if shown not in ("", []):
            yield Compared(address, Finding.FIRST_SEEN, None, shown)


def as_wanted(wanted: Plain, shown: Plain) -> Plain:
    """Return what is shown, as the file writes it where that says the same; of a list, what the file has of it."""
    if isinstance(wanted, list):
        there = folded_names(shown)
        return [name for name in wanted if fold_name(str(name)) in there]
    if isinstance(wanted, str) and isinstance(shown, str) and compare_texts(wanted, shown) is not Likeness.DIFFERENT:
        return wanted
    return shown


def _pairing(applied: Applied, section: str, seen: Seen, new: Mapping[str, Wanted]) -> Pairing:
    shown = seen.entries.get(section)
    wanted = [
        KnownEntry(address, entry.id, members(entry.value), Knowledge.WANTED)
        for address, entry in new.items()
        if section_of(address) == section
    ]
    known = [*_known_entries(applied, section), *wanted]
    return pair_entries(section, known, shown.entries if shown is not None else ())


def _known_entries(applied: Applied, section: str) -> Iterator[KnownEntry]:
    for address, record in queries.records(applied, section).items():
        yield KnownEntry(address, record.id, members(record.value))
    for address, value in queries.doubtful_adds(applied, section).items():
        yield KnownEntry(address, None, members(value), Knowledge.IN_DOUBT)
    for address, forgotten in queries.forgotten_units(applied, section).items():
        yield KnownEntry(address, forgotten.id, members(forgotten.value), Knowledge.FORGOTTEN)


def _compare_entries(
    applied: Applied, section: str, managed: Collection[str], seen: Seen, pairing: Pairing
) -> Iterator[Compared]:
    def is_managed(entry: KnownEntry) -> bool:
        return entry.knowledge is Knowledge.RECORDED and entry.address in managed

    for pair in pairing.pairs:
        if is_managed(pair.known):
            record = applied.sections[pair.known.address]
            gone = queries.forgotten_below(applied, pair.known.address)
            unknown = queries.unknown_fields(applied, pair.known.address, pair.known.id) or ()
            for compared in compare_entry(section, pair):
                path = compared.address.removeprefix(f"{pair.known.address}.")
                if path not in gone:
                    found = _not_yet(record, seen, compared)
                    yield _without_doubted(found) if path.partition(".")[0] in unknown else found
    for question in pairing.open:
        for entry in filter(is_managed, question.known):
            yield Compared(entry.address, Finding.CANNOT_TELL, dict(entry.value))
    for entry in filter(is_managed, pairing.known_alone):
        yield _compare_unshown(applied, section, entry, seen)


def _compare_unshown(applied: Applied, section: str, entry: KnownEntry, seen: Seen) -> Compared:
    """Say of an entry that is not shown whether that means anything."""
    shown = seen.entries.get(section)
    completeness = shown.completeness if shown is not None else Completeness.MISSING
    value, record = dict(entry.value), applied.sections[entry.address]
    if completeness is Completeness.EMPTY and not _is_believed(applied, section, seen):
        return Compared(entry.address, Finding.NOT_SEEN, value, why=Unseen.DOUBTFUL)
    if completeness in (Completeness.COMPLETE, Completeness.EMPTY):
        return Compared(entry.address, Finding.NOT_SHOWN if is_newer(seen, record) else Finding.NOT_SEEN_YET, value)
    return Compared(entry.address, Finding.NOT_SEEN, value, why=Unseen[completeness.name])


def skills_of_entries(applied: Applied, seen: Seen) -> set[str]:
    """Return the skills that jobs and schools have: LinkedIn may show them among all, whatever was sent there."""
    shown = [entry.fields.get("skills") for entries in seen.entries.values() for entry in entries.entries]
    known = [entry.value.get("skills") for section in ENTRY_SECTIONS for entry in _known_entries(applied, section)]
    sent = [members(sending.value).get("skills") for pending in applied.pending for sending in _entries_sent(pending)]
    names = (names for names in (*shown, *known, *sent) if not isinstance(names, Unseen))
    return {folded for listed in names for folded in folded_names(listed)}


def _entries_sent(pending: Pending) -> Iterator[Sending]:
    return (sending for address, sending in pending.sections.items() if is_entry(address))
