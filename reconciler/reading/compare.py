"""Owns the comparison of what was seen with what state knows to be live, address by address."""

from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

from msgspec import Struct, field
from msgspec.structs import replace

from reconciler.address import is_entry, is_entry_section, section_of
from reconciler.profile.desired import Wanted
from reconciler.reading.dates import Agreement, SeenDate, compare_end, compare_start
from reconciler.reading.pairing import Knowledge, KnownEntry, Pair, Pairing, pair_entries
from reconciler.reading.seen import Completeness, Seen, SeenEntry, Sight, Unseen, without_presence
from reconciler.reading.text import Likeness, compare_texts, fold_name, is_same_name, names_left
from reconciler.spec import ENTRY_SECTIONS, SECTIONS
from reconciler.state import queries
from reconciler.state.applied import Applied, Pending, Record, Sending
from reconciler.values import Plain, digest, instant, members, same

SETTLING = timedelta(minutes=10)
"""How long the platform may take to show what was applied, and how far apart two reads are that confirm each other."""
_BY_READS = frozenset({"refresh", "pull"})  # who says what a read showed, so that any later read knows better
_SOMETIMES = frozenset({"grade", "activities", "description", "skills"})  # of a school, not in every answer


NOTHING_NEW: Mapping[str, Wanted] = MappingProxyType({})


class Finding(StrEnum):
    """What a read says about one managed address."""

    SAME = "same"
    LAYOUT = "layout"  # white space, bullets or quotes alone differ
    CHANGED = "changed"
    RENAMED = "renamed"  # another name that LinkedIn may have put there itself
    NOT_SHOWN = "not-shown"  # an entry that a complete list does not hold
    NOT_SEEN_YET = "not-seen-yet"  # applied less than ten minutes before the read
    NOT_SEEN = "not-seen"
    FIRST_SEEN = "first-seen"  # state knew no value there
    CANNOT_TELL = "cannot-tell"  # what is shown does not say enough


class Compared(Struct, frozen=True):
    """One managed address: the value last known, what is shown there, and what may be concluded.

    `shown` is a value as a profile holds it, or of a date that cannot be read its text; `why` says why nothing is.
    """

    address: str
    finding: Finding
    known: Plain
    shown: Plain = None
    why: Unseen | None = None

    @property
    def has_moved(self) -> bool:
        """Tell whether LinkedIn shows something else than what was applied."""
        return self.finding in (Finding.CHANGED, Finding.NOT_SHOWN)

    @property
    def is_missed(self) -> bool:
        """Tell whether what a read could have shown was not seen."""
        return self.finding is Finding.NOT_SEEN and self.why is not Unseen.NOT_READABLE


class Comparison(Struct, frozen=True):
    """Everything that a read says about a profile.

    `pairings` hold each entry section's known and seen entries; `first` are sections that the file wants and state
    does not know, with what is shown there; `more_skills` those that the file lacks;
    `empty` the addresses that are shown empty although something is known there.
    """

    compared: tuple[Compared, ...]
    pairings: Mapping[str, Pairing]
    first: tuple[Compared, ...] = ()
    more_skills: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    marks: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def moved(self) -> tuple[Compared, ...]:
        """Return the managed addresses where LinkedIn shows something else than what was applied."""
        return tuple(compared for compared in self.compared if compared.has_moved)

    @property
    def missed(self) -> tuple[Compared, ...]:
        """Return the managed addresses that a read could have shown, and did not."""
        return tuple(compared for compared in self.compared if compared.is_missed)


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
            found = _not_yet(record, seen, _section(applied, name, record, seen))
            is_unknown = queries.unknown_fields(applied, name) is not None
            compared.append(_unknown(found) if is_unknown else found)
    return Comparison(
        compared=tuple(compared),
        pairings=pairings,
        first=tuple(_first(applied, new, seen)),
        more_skills=_more_skills(applied, seen),
        empty=tuple(_empty(applied, seen)),
        marks={address: digest(mark) for address, mark in seen.marks.items()},
    )


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
    sent, then, shown = _folded(compared.known), _folded(before), _folded(compared.shown)
    is_told = bool(sent - then - set(shared)) or bool(then - sent) or sent == then
    if is_told and not (then - sent) & shown:
        return compared
    return replace(compared, finding=Finding.CANNOT_TELL)


def _folded(names: Plain) -> set[str]:
    return {fold_name(name) for name in _list(names)}


def _skills_of_entries(applied: Applied, seen: Seen) -> set[str]:
    """Return the skills that jobs and schools have: LinkedIn may show them among all, whatever was sent there."""
    shown = [entry.fields.get("skills") for entries in seen.entries.values() for entry in entries.entries]
    known = [entry.value.get("skills") for section in ENTRY_SECTIONS for entry in _known_entries(applied, section)]
    sent = [members(sending.value).get("skills") for pending in applied.pending for sending in _entries_sent(pending)]
    names = (names for names in (*shown, *known, *sent) if not isinstance(names, Unseen))
    return {folded for listed in names for folded in _folded(listed)}


def _entries_sent(pending: Pending) -> Iterator[Sending]:
    return (sending for address, sending in pending.sections.items() if is_entry(address))


def _sent_section(applied: Applied, address: str, value: Plain, seen: Seen) -> Compared:
    if address in ("headline", "summary"):
        return _sent_value(_text(address, value, seen.sections.get(address, Unseen.MISSING)), None)
    if address == "skills":
        sight = seen.sections.get(address, Unseen.MISSING) if seen.skills_are_complete else Unseen.TRUNCATED
        record = applied.sections.get(address)
        before = record.value if record is not None else []
        return _sent_value(_names(address, value, sight), before, _skills_of_entries(applied, seen))
    return Compared(address, Finding.NOT_SEEN, value, why=Unseen.NOT_READABLE)


def _unknown(compared: Compared) -> Compared:
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


# Sections


def _first(applied: Applied, new: Mapping[str, Wanted], seen: Seen) -> Iterator[Compared]:
    """Give the texts and lists that the file wants, state does not know, and a read shows."""
    for address, sight in seen.sections.items():
        if address not in new or isinstance(sight, Unseen):
            continue
        shown = as_wanted(new[address].value, sight)
        if isinstance(shown, list):
            shared = _skills_of_entries(applied, seen)
            shown = [name for name in shown if fold_name(str(name)) not in shared]
        if shown not in ("", []):
            yield Compared(address, Finding.FIRST_SEEN, None, shown)


def as_wanted(wanted: Plain, shown: Plain) -> Plain:
    """Return what is shown, as the file writes it where that says the same; of a list, what the file has of it."""
    if isinstance(wanted, list):
        there = {fold_name(name) for name in _list(shown)}
        return [name for name in wanted if fold_name(str(name)) in there]
    if isinstance(wanted, str) and isinstance(shown, str) and compare_texts(wanted, shown) is not Likeness.DIFFERENT:
        return wanted
    return shown


def _section(applied: Applied, address: str, record: Record, seen: Seen) -> Compared:
    if address in ("headline", "summary"):
        sight = seen.sections.get(address, Unseen.MISSING)
        if sight == "" and record.value != "" and not _is_believed(applied, address, seen):
            sight = Unseen.DOUBTFUL
        return _text(address, record.value, sight)
    if address == "skills":
        return _compare_skills(applied, record, seen)
    return _mark(address, record, seen)


def _is_believed(applied: Applied, address: str, seen: Seen) -> bool:
    """Tell whether an earlier read showed the same emptiness, ten minutes or more before."""
    first = applied.reads.absent.get(address) if applied.reads is not None else None
    return first is not None and instant(seen.at) - instant(first) >= SETTLING


def _text(address: str, known: Plain, sight: Sight) -> Compared:
    if isinstance(sight, Unseen):
        return Compared(address, Finding.NOT_SEEN, known, why=sight)
    finding = {
        Likeness.SAME: Finding.SAME,
        Likeness.LAYOUT: Finding.LAYOUT,
        Likeness.DIFFERENT: Finding.CHANGED,
    }[compare_texts(str(known), str(sight))]
    return Compared(address, finding, known, sight)


def _mark(address: str, record: Record, seen: Seen) -> Compared:
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
    return _names("skills", record.value, sight, complete=seen.skills_are_complete)


def _names(address: str, known: Plain, sight: Sight, *, complete: bool = True) -> Compared:
    """Compare two lists of names as sets: what is missing differs, what is there besides does not."""
    if isinstance(sight, Unseen):
        return Compared(address, Finding.NOT_SEEN, known, why=sight)
    names, shown = _list(known), _list(sight)
    if _folded(known) <= _folded(sight):
        return Compared(address, Finding.SAME, known, sight)
    if names_left(names, shown) == names:
        return Compared(address, Finding.RENAMED, known, sight)
    if not complete:
        return Compared(address, Finding.NOT_SEEN, known, sight, Unseen.TRUNCATED)
    return Compared(address, Finding.CHANGED, known, sight)


def _list(value: Plain) -> list[str]:
    return [str(name) for name in value] if isinstance(value, list) else []


def _more_skills(applied: Applied, seen: Seen) -> tuple[str, ...]:
    """Return the skills on LinkedIn that state does not know; nothing where skills are not managed."""
    record = applied.sections.get("skills")
    if record is None:
        return ()
    known = {fold_name(name) for name in _list(record.value)}
    sight = seen.sections.get("skills")
    return tuple(name for name in _list(None if isinstance(sight, Unseen) else sight) if fold_name(name) not in known)


def _empty(applied: Applied, seen: Seen) -> Iterator[str]:
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


# Entries


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
                    yield _unknown(found) if path.partition(".")[0] in unknown else found
    for question in pairing.open:
        for entry in filter(is_managed, question.known):
            yield Compared(entry.address, Finding.CANNOT_TELL, dict(entry.value))
    for entry in filter(is_managed, pairing.known_alone):
        yield _alone(applied, section, entry, seen)


def _alone(applied: Applied, section: str, entry: KnownEntry, seen: Seen) -> Compared:
    """Say of an entry that is not shown whether that means anything."""
    shown = seen.entries.get(section)
    completeness = shown.completeness if shown is not None else Completeness.MISSING
    value, record = dict(entry.value), applied.sections[entry.address]
    if completeness is Completeness.EMPTY and not _is_believed(applied, section, seen):
        return Compared(entry.address, Finding.NOT_SEEN, value, why=Unseen.DOUBTFUL)
    if completeness in (Completeness.COMPLETE, Completeness.EMPTY):
        return Compared(entry.address, Finding.NOT_SHOWN if is_newer(seen, record) else Finding.NOT_SEEN_YET, value)
    return Compared(entry.address, Finding.NOT_SEEN, value, why=Unseen[completeness.name])


def compare_entry(section: str, pair: Pair) -> Iterator[Compared]:
    """Compare each field that state knows of a paired entry, in the order in which state has them."""
    for name, known in pair.known.value.items():
        address = f"{pair.known.address}.{name}"
        if name == "seniority":
            yield from _period(address, members(known), pair.seen)
        elif name in ("start_date", "end_date"):
            yield from _period(pair.known.address, {name: known}, pair.seen)
        elif name not in pair.seen.fields:
            yield Compared(address, Finding.NOT_SEEN, known, why=Unseen.NOT_READABLE)
        else:
            yield _field(section, address, name, known, pair)


def _field(section: str, address: str, name: str, known: Plain, pair: Pair) -> Compared:
    sight = pair.seen.fields[name]
    if sight is Unseen.MISSING and section == "education" and name in _SOMETIMES:
        return Compared(address, Finding.NOT_SEEN, known, why=Unseen.NOT_READABLE)
    if isinstance(known, list):
        return _names(address, known, sight)
    compared = _text(address, known, sight)
    if compared.finding is Finding.CHANGED and name == "location":
        # The presence was taken off what is seen, or what stood in its place; so it may have been of what is known.
        for one, other in ((without_presence(str(known)), sight), (known, without_presence(str(sight)))):
            if (finding := _text(address, one, other).finding) is not Finding.CHANGED:
                return replace(compared, finding=finding)
        return compared
    if compared.finding is not Finding.CHANGED or name not in ("company", "school"):
        return compared
    if is_same_name(str(known), str(sight)):
        return Compared(address, Finding.SAME, known, compared.shown)
    company_id = pair.known.value.get("company_id")
    if section == "experience" and company_id is not None and same(company_id, _value(pair.seen, "company_id")):
        return Compared(address, Finding.SAME, known, compared.shown)
    return Compared(address, Finding.RENAMED, known, compared.shown)


def _value(entry: SeenEntry, name: str) -> Plain:
    sight = entry.fields.get(name)
    return None if isinstance(sight, Unseen) else sight


def _period(above: str, known: Mapping[str, Plain], seen: SeenEntry) -> Iterator[Compared]:
    for name, date in known.items():
        address = f"{above}.{name}"
        day = seen.start if name == "start_date" else seen.end
        if isinstance(day, Unseen):
            yield Compared(address, Finding.NOT_SEEN, date, why=day)
        elif day is None:
            is_needed = name == "start_date" and above.endswith("seniority")  # LinkedIn has no job without a start
            yield Compared(address, Finding.CANNOT_TELL if is_needed else Finding.CHANGED, date)
        else:
            agreement = (compare_start if name == "start_date" else compare_end)(members(date), day)
            finding = {
                Agreement.EQUAL: Finding.SAME,
                Agreement.DIFFERENT: Finding.CHANGED,
                Agreement.CANNOT_TELL: Finding.CANNOT_TELL,
            }[agreement]
            yield Compared(address, finding, date, day.text)
    if "end_date" not in known and above.endswith("seniority") and isinstance(seen.end, SeenDate):
        yield Compared(f"{above}.end_date", Finding.CHANGED, None, seen.end.text)
