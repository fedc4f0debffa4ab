"""Owns the comparison of one text, list of names or entry with what is shown of it; when it was applied has no say."""

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from reconciler.reading.dates import Agreement, SeenDate, compare_end, compare_start
from reconciler.reading.findings import Compared, Finding
from reconciler.reading.pairing import Pair
from reconciler.reading.seen import SeenEntry, Sight, Unseen, without_presence
from reconciler.reading.text import Likeness, compare_texts, fold_name, is_same_name, names_left
from reconciler.values import Plain, members, same

_SOMETIMES = frozenset({"grade", "activities", "description", "skills"})  # of a school, not in every answer


def compared_text(address: str, known: Plain, sight: Sight) -> Compared:
    """Compare a text with what is shown in its place."""
    if isinstance(sight, Unseen):
        return Compared(address, Finding.NOT_SEEN, known, why=sight)
    finding = {
        Likeness.SAME: Finding.SAME,
        Likeness.LAYOUT: Finding.LAYOUT,
        Likeness.DIFFERENT: Finding.CHANGED,
    }[compare_texts(str(known), str(sight))]
    return Compared(address, finding, known, sight)


def compared_names(address: str, known: Plain, sight: Sight, *, complete: bool = True) -> Compared:
    """Compare a list of names with what is shown of it: what is missing differs, what is there besides does not."""
    if isinstance(sight, Unseen):
        return Compared(address, Finding.NOT_SEEN, known, why=sight)
    names, shown = names_in(known), names_in(sight)
    if folded_names(known) <= folded_names(sight):
        return Compared(address, Finding.SAME, known, sight)
    if names_left(names, shown) == names:
        return Compared(address, Finding.RENAMED, known, sight)
    if not complete:
        return Compared(address, Finding.NOT_SEEN, known, sight, Unseen.TRUNCATED)
    return Compared(address, Finding.CHANGED, known, sight)


def names_in(value: Plain) -> list[str]:
    """Return the names of a list; none of what is no list."""
    return [str(name) for name in value] if isinstance(value, list) else []


def folded_names(names: Plain) -> set[str]:
    """Return the names of a list, each by the text that equal names share."""
    return {fold_name(name) for name in names_in(names)}


def compare_entry(section: str, pair: Pair) -> Iterator[Compared]:
    """Compare each field that state knows of a paired entry, in the order in which state has them."""
    for name, known in pair.known.value.items():
        address = f"{pair.known.address}.{name}"
        if name == "seniority":
            yield from _compare_period(address, members(known), pair.seen)
        elif name in ("start_date", "end_date"):
            yield from _compare_period(pair.known.address, {name: known}, pair.seen)
        elif name not in pair.seen.fields:
            yield Compared(address, Finding.NOT_SEEN, known, why=Unseen.NOT_READABLE)
        else:
            yield _compare_field(section, address, name, known, pair)


def _compare_field(section: str, address: str, name: str, known: Plain, pair: Pair) -> Compared:
    sight = pair.seen.fields[name]
    if sight is Unseen.MISSING and section == "education" and name in _SOMETIMES:
        return Compared(address, Finding.NOT_SEEN, known, why=Unseen.NOT_READABLE)
    if isinstance(known, list):
        return compared_names(address, known, sight)
    compared = compared_text(address, known, sight)
    if compared.finding is Finding.CHANGED and name == "location":
        # The presence was taken off what is seen, or what stood in its place; so it may have been of what is known.
        for text, shown in ((without_presence(str(known)), sight), (known, without_presence(str(sight)))):
            if (finding := compared_text(address, text, shown).finding) is not Finding.CHANGED:
                return replace(compared, finding=finding)
        return compared
    if compared.finding is not Finding.CHANGED or name not in ("company", "school"):
        return compared
    if is_same_name(str(known), str(sight)):
        return Compared(address, Finding.SAME, known, compared.shown)
    company_id = pair.known.value.get("company_id")
    if section == "experience" and company_id is not None and same(company_id, _seen_value(pair.seen, "company_id")):
        return Compared(address, Finding.SAME, known, compared.shown)
    return Compared(address, Finding.RENAMED, known, compared.shown)


def _seen_value(entry: SeenEntry, name: str) -> Plain:
    sight = entry.fields.get(name)
    return None if isinstance(sight, Unseen) else sight


def _compare_period(above: str, known: Mapping[str, Plain], seen: SeenEntry) -> Iterator[Compared]:
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
