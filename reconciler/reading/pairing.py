"""Owns which seen entry is which known one: by id, else by what names it and when it began, one on each side."""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import TypeVar

from msgspec import Struct

from reconciler.reading.dates import SeenDate
from reconciler.reading.seen import SeenEntry, Unseen
from reconciler.reading.text import fold_name, is_same_name, may_be_renamed
from reconciler.values import Plain, members, value_at

Entry = TypeVar("Entry")
_NAMED_BY = {"experience": ("role", "company"), "education": ("school",)}


class Knowledge(Enum):
    """How an entry is known."""

    RECORDED = "recorded"
    FORGOTTEN = "forgotten"  # it left the file, and stays on LinkedIn
    IN_DOUBT = "in-doubt"  # an Add sent it, and no clear answer came
    WANTED = "wanted"  # the file has it, and state does not know it


class KnownEntry(Struct, frozen=True):
    """An entry that state knows: its address, LinkedIn's id, and its value as far as it is known."""

    address: str
    id: str | None
    value: Mapping[str, Plain]
    knowledge: Knowledge = Knowledge.RECORDED


class Pair(Struct, frozen=True):
    """A known entry and what LinkedIn shows of it: an id says so, or name and start of one on each side."""

    known: KnownEntry
    seen: SeenEntry


class Open(Struct, frozen=True):
    """Known and seen entries that could be each other: which is which is a person's to say."""

    known: tuple[KnownEntry, ...]
    seen: tuple[SeenEntry, ...]


class Pairing(Struct, frozen=True):
    """Every known and every seen entry of one section, each in exactly one place."""

    pairs: tuple[Pair, ...]
    open: tuple[Open, ...]
    known_alone: tuple[KnownEntry, ...]
    seen_alone: tuple[SeenEntry, ...]


def pair_entries(section: str, known: Sequence[KnownEntry], seen: Sequence[SeenEntry]) -> Pairing:
    """Pair the known entries of one section with those that LinkedIn shows."""
    pairs, known_left, seen_left = _by_id(known, seen)
    more, known_left, seen_left = _by_name_and_start(section, known_left, seen_left)
    opens, known_left, seen_left = _open(section, known_left, seen_left)
    order = {id(entry): place for place, entry in enumerate(known)}
    return Pairing(
        pairs=tuple(sorted((*pairs, *more), key=lambda pair: order[id(pair.known)])),
        open=tuple(opens),
        known_alone=tuple(known_left),
        seen_alone=tuple(seen_left),
    )


Rest = tuple[list[Pair], list[KnownEntry], list[SeenEntry]]


def _by_id(known: Sequence[KnownEntry], seen: Sequence[SeenEntry]) -> Rest:
    """Pair by id; an id that stands twice on a side proves nothing."""
    of_known, of_seen = _by_sign(known, lambda entry: entry.id), _by_sign(seen, lambda entry: entry.id)
    return _one_to_one(of_known, of_seen, known, seen)


def _by_name_and_start(section: str, known: Sequence[KnownEntry], seen: Sequence[SeenEntry]) -> Rest:
    """Pair by what names an entry and when it began, where one on each side has it, and their ids do not differ."""
    of_known = _by_sign(known, lambda entry: _known_sign(section, entry))
    of_seen = _by_sign(seen, lambda entry: _seen_sign(section, entry))
    return _one_to_one(of_known, of_seen, known, seen)


def _one_to_one(
    of_known: Mapping[object, Sequence[KnownEntry]],
    of_seen: Mapping[object, Sequence[SeenEntry]],
    known: Sequence[KnownEntry],
    seen: Sequence[SeenEntry],
) -> Rest:
    pairs = []
    for sign, entries in of_known.items():
        shown = of_seen.get(sign, ())
        if len(entries) == len(shown) == 1 and _may_be(entries[0], shown[0]):
            pairs.append(Pair(entries[0], shown[0]))
    paired_known = {id(pair.known) for pair in pairs}
    paired_seen = {id(pair.seen) for pair in pairs}
    return (
        pairs,
        [entry for entry in known if id(entry) not in paired_known],
        [entry for entry in seen if id(entry) not in paired_seen],
    )


def _may_be(known: KnownEntry, seen: SeenEntry) -> bool:
    """Tell whether no id says that they are two."""
    return known.id is None or seen.id is None or known.id == seen.id


def _open(
    section: str, known: Sequence[KnownEntry], seen: Sequence[SeenEntry]
) -> tuple[list[Open], list[KnownEntry], list[SeenEntry]]:
    """Set apart the entries of which some could be each other."""
    found: list[Open] = []
    for entry in known:
        shown = [other for other in seen if _could_be(section, entry, other)]
        if shown:
            found = _with_question(found, entry, shown)
    taken = {id(entry) for question in found for entry in (*question.known, *question.seen)}
    return (
        found,
        [entry for entry in known if id(entry) not in taken],
        [entry for entry in seen if id(entry) not in taken],
    )


def _with_question(questions: Sequence[Open], entry: KnownEntry, shown: Sequence[SeenEntry]) -> list[Open]:
    """Return the questions with one more entry: in one with those that share what is shown."""
    places = {id(other) for other in shown}
    joined = [question for question in questions if any(id(other) in places for other in question.seen)]
    before = [other for question in joined for other in question.seen]
    there = {id(other) for other in before}
    question = Open(
        known=(*(other for question in joined for other in question.known), entry),
        seen=(*before, *(other for other in shown if id(other) not in there)),
    )
    return [*(other for other in questions if other not in joined), question]


def _could_be(section: str, known: KnownEntry, seen: SeenEntry) -> bool:
    """Tell whether neither an id nor a name says that they are two; LinkedIn has its own names of whom one is with."""
    return _may_be(known, seen) and all(
        _may_name_the_same(name, known.value.get(name), seen.fields.get(name)) for name in _NAMED_BY[section]
    )


def _may_name_the_same(name: str, known: object, seen: object) -> bool:
    if not (isinstance(known, str) and isinstance(seen, str) and known and seen):
        return True
    return is_same_name(known, seen) or (name != "role" and may_be_renamed(known, seen))


def _by_sign(entries: Sequence[Entry], sign: Callable[[Entry], object]) -> Mapping[object, list[Entry]]:
    """Return the entries by their sign, without those that have none."""
    groups: dict[object, list[Entry]] = {}
    for entry in entries:
        key = sign(entry)
        if key is not None:
            groups.setdefault(key, []).append(entry)
    return groups


def _known_sign(section: str, entry: KnownEntry) -> object:
    name = _known_name(section, entry)
    start = _known_start(entry.value)
    if name is None or start is None:
        return None
    if section == "experience":
        return (name, start.get("year"), start.get("month"))
    return (name, _fold(entry.value.get("degree")), start.get("year"))


def _seen_sign(section: str, entry: SeenEntry) -> object:
    name = _seen_name(section, entry)
    if name is None or not isinstance(entry.start, SeenDate):
        return None
    if section == "experience":
        return None if entry.start.month is None else (name, entry.start.year, entry.start.month)
    degree = entry.fields.get("degree")
    return None if isinstance(degree, Unseen) else (name, _fold(degree), entry.start.year)


def _known_start(value: Mapping[str, Plain]) -> Mapping[str, Plain] | None:
    start = value.get("start_date") or value_at(members(value.get("seniority")), ["start_date"])
    return start if isinstance(start, dict) else None


def _known_name(section: str, entry: KnownEntry) -> object:
    return _folded_name_parts(section, entry.value)


def _seen_name(section: str, entry: SeenEntry) -> object:
    return _folded_name_parts(section, entry.fields)


def _folded_name_parts(section: str, fields: Mapping[str, object]) -> object:
    """Return what names an entry, letters' case aside; None where a part of it is not known."""
    parts = [_fold(fields.get(name)) for name in _NAMED_BY[section]]
    return None if None in parts else tuple(parts)


def _fold(text: object) -> str | None:
    return fold_name(text) if isinstance(text, str) and text else None
