"""Owns what a read teaches: the next state, and what was learned. It removes no entry and forgets none."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import timedelta

from msgspec import Struct
from msgspec.structs import replace

from reconciler.address import field_path, is_entry, section_of, unit_of
from reconciler.manual.resolve import resolve
from reconciler.reading.compare import SETTLING, as_wanted
from reconciler.reading.dates import Agreement, SeenDate, compare_end, compare_start, end_to_write, start_to_write
from reconciler.reading.findings import Compared, Comparison, Finding
from reconciler.reading.pairing import Knowledge, KnownEntry, Pair
from reconciler.reading.seen import MARKED, Completeness, Seen, SeenEntry, Sight, Unseen
from reconciler.reading.sent import compare_sent
from reconciler.reading.text import names_left
from reconciler.spec import ENTRY_SECTIONS
from reconciler.state import queries, transitions
from reconciler.state.applied import Applied, Look, Pending, Reads, Record, Sending
from reconciler.values import Plain, instant, members, same

STALE = timedelta(days=7)
"""How old a look may be before it is written anew although it showed the same."""
AGREES = frozenset({Finding.SAME, Finding.LAYOUT})
_BY = "refresh"
_FOUND = "import"  # of what was there before the tool sent anything
_KEPT = frozenset({Knowledge.RECORDED, Knowledge.FORGOTTEN})


class Learned(Struct, frozen=True):
    """What a read taught: ids by address, what was in doubt or unknown and is settled, and the values that changed.

    `unsure` are values that changed in a way which cannot be recorded, as a date of which the month is not shown;
    `found` the sections and entries that the file wants, state did not know, and LinkedIn shows.
    """

    ids: tuple[tuple[str, str], ...] = ()
    arrived: tuple[str, ...] = ()
    not_arrived: tuple[str, ...] = ()
    values: tuple[Compared, ...] = ()
    unsure: tuple[Compared, ...] = ()
    found: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was learned but when it was looked at."""
        return not (self.ids or self.arrived or self.not_arrived or self.values or self.found)


def record_seen(applied: Applied, comparison: Comparison, seen: Seen) -> tuple[Applied, Learned]:
    """Return the state after a read, and what the read taught; `comparison` is of both.

    The same state is returned where nothing has to be written.
    """
    following, ids = _take_ids(applied, comparison)
    following, arrived, not_arrived = _settle(following, comparison, seen)
    following, values, unsure = _take_values(following, comparison, seen)
    following, found = _take_first(following, comparison, seen)
    following = _note_absence(following, comparison, seen)
    learned = Learned(ids, arrived, not_arrived, values, unsure, found)
    if following == applied and not _is_stale(applied, comparison, seen):
        return applied, learned
    following = _note_looks(following, comparison, (*arrived, *found), seen)
    return replace(following, reads=Reads(seen.at, _absences(following))), learned


def _absences(applied: Applied) -> Mapping[str, str]:
    return applied.reads.absent if applied.reads is not None else {}


# Ids


def _take_ids(applied: Applied, comparison: Comparison) -> tuple[Applied, tuple[tuple[str, str], ...]]:
    """Record the ids of entries that name and start prove, and that nothing else of the section has."""
    found: list[tuple[str, str]] = []
    for section in ENTRY_SECTIONS:
        taken = {known.id for address, known in queries.holdings(applied).items() if section_of(address) == section}
        for pair in comparison.pairings[section].pairs:
            entry_id = pair.seen.id
            if pair.known.knowledge not in _KEPT or entry_id is None or pair.known.id is not None:
                continue
            if entry_id not in taken:
                applied = _with_found_id(applied, pair.known, entry_id)
                found.append((pair.known.address, entry_id))
    return applied, tuple(found)


def _with_found_id(applied: Applied, known: KnownEntry, entry_id: str) -> Applied:
    address = known.address
    if known.knowledge is Knowledge.RECORDED:
        record = replace(applied.sections[address], id=entry_id, id_by=_BY)
        return replace(applied, sections={**applied.sections, address: record})
    forgotten = replace(applied.forgotten[address], id=entry_id, id_by=_BY)
    return replace(applied, forgotten={**applied.forgotten, address: forgotten})


# What is in doubt, or of unknown outcome


def _settle(applied: Applied, comparison: Comparison, seen: Seen) -> tuple[Applied, tuple[str, ...], tuple[str, ...]]:
    """Settle what a read shows to have arrived, and the Adds that two complete reads do not show."""
    arrived: list[str] = []
    not_arrived: list[str] = []
    for pair in _pairs(comparison, Knowledge.IN_DOUBT):
        if instant(seen.at) >= instant(_sent_at(applied, pair.known.address)):
            applied = resolve(applied, pair.known.address, _free_id(applied, pair), seen.at, arrived=True, by=_BY)
            arrived.append(pair.known.address)
    for address in _gone(applied, comparison, seen):
        applied = resolve(applied, address, None, seen.at, arrived=False, by=_BY)
        not_arrived.append(address)
    for pending, address, sending in _sent_unanswered(applied):
        is_later = _is_later(seen, pending)
        findings = compare_sent(applied, address, sending, comparison, seen) if is_later else frozenset()
        if findings and findings <= AGREES and _is_telling(applied, pending, address, sending):
            applied = transitions.record(applied, address, replace(sending, notify_network=None), seen.at, _BY)
            arrived.append(address)
    return applied, tuple(arrived), tuple(not_arrived)


def _pairs(comparison: Comparison, knowledge: Knowledge) -> Iterator[Pair]:
    for section in ENTRY_SECTIONS:
        for pair in comparison.pairings[section].pairs:
            if pair.known.knowledge is knowledge:
                yield pair


def _free_id(applied: Applied, pair: Pair) -> str | None:
    """Return the id that is seen, unless state knows it as another entry's."""
    section = section_of(pair.known.address)
    taken = {known.id for address, known in queries.holdings(applied).items() if section_of(address) == section}
    return None if pair.seen.id in taken else pair.seen.id


def _sent_at(applied: Applied, address: str) -> str:
    return max(pending.sent_at for pending in applied.pending if address in pending.addresses)


def _gone(applied: Applied, comparison: Comparison, seen: Seen) -> Iterator[str]:
    """Give the Adds in doubt that a complete read does not show, nor one ten minutes before."""
    for address in _not_shown(applied, comparison, seen):
        first = _absences(applied).get(address)
        if first is not None and instant(seen.at) - instant(first) >= SETTLING:
            yield address


def _not_shown(applied: Applied, comparison: Comparison, seen: Seen) -> Iterator[str]:
    """Give the Adds in doubt, sent ten minutes ago or more, that a complete list of some entries does not hold."""
    if seen.source != "api":
        return
    doubted = queries.in_doubt(applied)
    for section in ENTRY_SECTIONS:
        shown = seen.entries.get(section)
        if shown is None or shown.completeness is not Completeness.COMPLETE:
            continue
        for entry in comparison.pairings[section].known_alone:
            if entry.knowledge is Knowledge.IN_DOUBT and entry.address in doubted:
                sent = instant(_sent_at(applied, entry.address))
                if instant(seen.at) - sent >= SETTLING:
                    yield entry.address


def _sent_unanswered(applied: Applied) -> Iterator[tuple[Pending, str, Sending]]:
    """Give what was sent to sections and known entries without a clear answer."""
    for pending in applied.pending:
        for address, sending in pending.sections.items():
            if not is_entry(address) or sending.id is not None:
                yield pending, address, sending


def _is_later(seen: Seen, pending: Pending) -> bool:
    return instant(seen.at) >= instant(pending.sent_at)


def _is_telling(applied: Applied, pending: Pending, address: str, sending: Sending) -> bool:
    """Tell whether it says something that what was sent is shown: not where the same was there before."""
    record = applied.sections.get(address)
    before = members(record.value) if record is not None else {}
    is_new = any(not same(members(sending.value)[name], before.get(name)) for name in sending.names)
    return queries.pending_is_repeatable(pending) or is_new


# Values


def _take_values(
    applied: Applied, comparison: Comparison, seen: Seen
) -> tuple[Applied, tuple[Compared, ...], tuple[Compared, ...]]:
    """Record the values that changed on LinkedIn, as far as they are sure."""
    values: list[Compared] = []
    unsure: list[Compared] = []
    ends = {pair.known.address: pair.seen for pair in _pairs(comparison, Knowledge.RECORDED)}
    for compared in comparison.compared:
        if compared.finding is not Finding.CHANGED:
            continue
        unit = unit_of(compared.address)
        following = _with_seen(applied, compared, ends.get(unit), seen)
        (unsure if following is None else values).append(compared)
        applied = applied if following is None else following
    return applied, tuple(values), tuple(unsure)


def _with_seen(applied: Applied, compared: Compared, entry: SeenEntry | None, seen: Seen) -> Applied | None:
    """Return the state with one value that changed; None where what is there now is not sure.

    Of a section that is only seen to have changed, or is a list that is empty, state knows no value any more.
    """
    unit = unit_of(compared.address)
    record = applied.sections[unit]
    path = field_path(compared.address)
    value = None if unit in MARKED else _value_to_record(compared, path.rpartition(".")[2], entry)
    if isinstance(value, Unseen):
        return None
    if value is None and not path:
        sections = {address: other for address, other in applied.sections.items() if address != unit}
        return replace(applied, sections=sections)
    changed = _put(record.value, path.split(".") if path else [], value)
    following = replace(record, value=changed, by=_BY, applied_at=seen.at)
    return replace(applied, sections={**applied.sections, unit: following})


def _value_to_record(compared: Compared, name: str, entry: SeenEntry | None) -> Sight:
    """Return what is shown as state holds it: a date as month and year; None for none.

    Of a list it is what is left of it, by the names that it has; where nothing is, the list that is there now.
    """
    if name in ("start_date", "end_date") and entry is not None:
        day = entry.start if name == "start_date" else entry.end
        if not isinstance(day, SeenDate):
            return Unseen.MALFORMED if isinstance(day, Unseen) else None
        date = start_to_write(day) if name == "start_date" else end_to_write(day)
        return Unseen.MALFORMED if date is None else date
    if isinstance(compared.known, list):
        shown = compared.shown if isinstance(compared.shown, list) else []
        return [*names_left(list(map(str, compared.known)), list(map(str, shown)))] or shown or None
    return compared.shown


def _take_first(applied: Applied, comparison: Comparison, seen: Seen) -> tuple[Applied, tuple[str, ...]]:
    """Record what the file wants, state did not know and LinkedIn shows: with the values that it shows."""
    sections = dict(applied.sections)
    found: list[str] = []
    look = Look(seen.at, seen.source)
    for compared in comparison.first:
        if compared.address not in sections:  # else it was sent, and this read shows that it arrived
            sections[compared.address] = Record(compared.shown, seen.at, _FOUND, seen=look)
            found.append(compared.address)
    for pair in _pairs(comparison, Knowledge.WANTED):
        address, entry_id = pair.known.address, _free_id(applied, pair)
        shown = {name: _shown_field(pair, name, wanted) for name, wanted in pair.known.value.items()}
        value: dict[str, Plain] = {name: field for name, field in shown.items() if field is not None}
        if address not in sections and (value or entry_id) and (pair.known.id is None or pair.known.id == entry_id):
            id_by = None if entry_id is None else _BY
            sections[address] = Record(value, seen.at, _FOUND, entry_id, id_by, seen=look)
            found.append(address)
    return replace(applied, sections=sections) if found else applied, tuple(found)


def _shown_field(pair: Pair, name: str, wanted: Plain) -> Plain:
    """Return what is shown of a field that the file wants, as a profile holds it; None where nothing sure is."""
    if name == "seniority":
        start = _shown_date(pair.seen, "start_date", members(wanted).get("start_date"))
        end = _shown_date(pair.seen, "end_date", members(wanted).get("end_date"))
        ended: dict[str, Plain] = {} if end is None else {"end_date": end}
        return None if start is None else {"start_date": start, **ended}
    if name in ("start_date", "end_date"):
        return _shown_date(pair.seen, name, wanted)
    sight = pair.seen.fields.get(name)
    return None if isinstance(sight, Unseen) or sight in ("", [], None) else as_wanted(wanted, sight)


def _shown_date(entry: SeenEntry, name: str, wanted: Plain) -> Plain:
    day = entry.start if name == "start_date" else entry.end
    if not isinstance(day, SeenDate):
        return None
    agrees = (compare_start if name == "start_date" else compare_end)(members(wanted), day) is Agreement.EQUAL
    if agrees:
        return wanted
    return start_to_write(day) if name == "start_date" else end_to_write(day)


def _put(value: Plain, path: Sequence[str], put: Plain) -> Plain:
    """Return a value with another one at a path; None takes the last name of it away."""
    if not path:
        return put
    name, *below = path
    inside = members(value)
    rest = {key: other for key, other in inside.items() if key != name}
    following = _put(inside.get(name), below, put) if below else put
    return rest if following is None else {**inside, name: following}


# When it was looked at


def _note_absence(applied: Applied, comparison: Comparison, seen: Seen) -> Applied:
    """Remember since when an Add in doubt is not shown, and since when a section is empty that was not.

    It stays remembered until the Add is sent again, or the section is shown with something in it.
    """
    if seen.source != "api":
        return applied
    before = _absences(applied)
    in_doubt = set(queries.in_doubt(applied))
    empty = (address for address in comparison.empty if address in ENTRY_SECTIONS or _holds_something(applied, address))
    now = {address: before.get(address, seen.at) for address in (*_not_shown(applied, comparison, seen), *empty)}
    kept = {
        address: since
        for address, since in before.items()
        if is_entry(address) and address not in applied.sections and (address not in in_doubt or address in now)
    }
    absent = {
        **kept,
        **{address: since for address, since in now.items() if not is_entry(address) or address in in_doubt},
    }
    if absent == dict(before):
        return applied
    return replace(applied, reads=Reads(seen.at, absent))


def _holds_something(applied: Applied, address: str) -> bool:
    """Tell whether state knows more of a section than that it is empty."""
    record = applied.sections.get(address)
    return record is not None and record.value not in ("", [])


def _units_shown(applied: Applied, comparison: Comparison) -> Iterator[tuple[str, Record]]:
    """Give the sections and entries of which a read showed something, with their records."""
    shown = {
        unit_of(compared.address)
        for compared in comparison.compared
        if compared.finding in AGREES or compared.finding in (Finding.CHANGED, Finding.RENAMED)
    }
    marked = {compared.address for compared in comparison.compared if compared.address in comparison.marks}
    for address in sorted(shown | marked):
        if address in applied.sections:
            yield address, applied.sections[address]


def _is_stale(applied: Applied, comparison: Comparison, seen: Seen) -> bool:
    """Tell whether something was never looked at since it was applied, or more than seven days ago."""
    return any(
        record.seen is None or instant(seen.at) - instant(record.seen.at) > STALE
        for _, record in _units_shown(applied, comparison)
    )


def _note_looks(applied: Applied, comparison: Comparison, arrived: Collection[str], seen: Seen) -> Applied:
    """Record when each section and entry was seen last."""
    sections = dict(applied.sections)
    shown = {address for address, _ in _units_shown(applied, comparison)}
    for address in sorted({*shown, *arrived} & sections.keys()):
        record = sections[address]
        if record.seen is None or instant(record.seen.at) <= instant(seen.at):
            sections[address] = replace(record, seen=Look(seen.at, seen.source, comparison.marks.get(address)))
    return replace(applied, sections=sections)
