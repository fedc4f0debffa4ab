"""Owns who is who: which known entry each entry of the profile file is. docs/entries.md has the same table.

What state knows of a section is its entries, the forgotten ones and the Adds in doubt. An entry of the file is one of
them, is asked about, or is new, by the first row of the table that fits.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import IntEnum, auto
from functools import cached_property
from itertools import chain, product
from operator import itemgetter

from msgspec import Struct
from msgspec.structs import replace

from reconciler.address import is_set_aside, section_of
from reconciler.profile.desired import Wanted
from reconciler.spec import fields_of_add, fields_of_edit, required_fields
from reconciler.state import queries as state
from reconciler.state.applied import Applied, Forgotten, Record, Sending
from reconciler.values import Members, canonical, content, members, same

TELLING = frozenset({"description", "activities", "seniority", "start_date", "end_date", "skills", "attachment"})
"""The fields that tell an entry: hardly two entries hold one alike. Most others say where or what, of many the same."""


class Traits(Struct, frozen=True, dict=True):
    """What an entry is recognised by, as texts that two entries share where they are alike in it.

    They are made when they are asked for: most entries are as state knows them. `named` is the value with the fields
    that left the file: these are on LinkedIn still.
    """

    section: str
    value: Members
    named: Members

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """Return all that it holds, by field."""
        return {
            field: f"{field}\0{each}" if isinstance(each, str) else canonical([field, content(each)])
            for field, each in self.value.items()
        }

    @cached_property
    def fields(self) -> frozenset[str]:
        """Return all that it holds."""
        return frozenset(self.texts.values())

    @cached_property
    def telling(self) -> frozenset[str]:
        """Return what tells it: all of it where its name is not known."""
        telling = TELLING if self._is_named else self.texts.keys()
        return frozenset([text for field, text in self.texts.items() if field in telling and self.value[field]])

    @cached_property
    def name(self) -> frozenset[str]:
        """Return the parts of its name."""
        fields = required_fields(self.section) & self.named.keys()
        return frozenset([f"{field}\0{as_read(str(self.named[field]))}" for field in fields])

    def has_content_of(self, other: "Traits") -> bool:
        """Tell whether the other holds just what this does, or all of it that an Add could send; nothing is none."""
        if not other.value or same(self.value, other.value):
            return bool(other.value)
        return other.fields == {text for field, text in self.texts.items() if field in fields_of_add(self.section)}

    def has_name_of(self, other: "Traits") -> bool:
        """Tell whether the two have one name, and all of it."""
        return self._is_named and self.name == other.name

    @property
    def _is_named(self) -> bool:
        return required_fields(self.section) <= self.named.keys()


def as_read(text: str) -> str:
    """Return a text as people read it: whatever its case, its spaces and how its letters are coded."""
    if not text.isascii():
        from unicodedata import category, normalize

        text = "".join(letter for letter in normalize("NFKC", text) if category(letter) != "Cf")
    return " ".join(text.casefold().split())


class KnownEntry(Struct, frozen=True):
    """An entry that state knows, as a record, a forgotten entry, or the Add in doubt that was sent."""

    address: str
    handle: str
    record: Record | Forgotten | Sending
    traits: Traits

    @property
    def id(self) -> str | None:
        """Return LinkedIn's id of the entry, or None."""
        return self.record.id

    def is_at(self, address: str) -> bool:
        """Tell whether state has the entry under this address, and has not forgotten it."""
        return self.address == address and isinstance(self.record, Record)

    def has_key(self, address: str) -> bool:
        """Tell whether the entry has the key of this address, from a person: the tool sets forgotten ones aside."""
        return self.address == address and not (isinstance(self.record, Forgotten) and is_set_aside(address))

    @property
    def mention(self) -> str:
        """Return what `same_as` and `not_same_as` call the entry."""
        return f"{self.address.partition('.')[2]}@{self.handle}"


class Entry(Struct, frozen=True):
    """An entry of the file, and who it is: `known`, perhaps one of `candidates`, the likeliest first, or a new one."""

    address: str
    wanted: Wanted
    traits: Traits
    known: KnownEntry | None = None
    candidates: tuple[KnownEntry, ...] = ()


def ruling_out(wanted: Wanted, *known: KnownEntry) -> str:
    """Return the line that says that an entry is none of these known ones, after what it says already."""
    mentions = (*wanted.not_same_as, *(entry.mention for entry in known))
    return f"not_same_as: {mentions[0] if len(mentions) == 1 else '[' + ', '.join(mentions) + ']'}"


class Identities(Struct, frozen=True):
    """Who the entries of one section are, in file order; all that state knows of it; the records that left the file."""

    entries: tuple[Entry, ...]
    known: tuple[KnownEntry, ...]
    left: Mapping[str, Record]


def identify(section: str, wanted: Mapping[str, Wanted], applied: Applied | None) -> Identities:
    """Return who each entry of one section is; `wanted` is what the file holds of that section, by address."""
    values = {address: members(each.value) for address, each in wanted.items()}
    entries = [Entry(address, wanted[address], Traits(section, value, value)) for address, value in values.items()]
    table = _Table(entries, known_entries(section, applied))
    table.find_sure()
    questions = table.find_renamed()
    found = (
        replace(entry, known=table.found.get(entry.address), candidates=tuple(questions.get(entry.address, ())))
        for entry in entries
    )
    asked = {known.address for address, some in questions.items() for known in some if known.address == address}
    left = {
        known.address: known.record
        for known in table.known
        if isinstance(known.record, Record) and known.handle not in table.taken and known.address not in asked
    }
    return Identities(tuple(found), table.known, left)


def known_entries(section: str, applied: Applied | None) -> tuple[KnownEntry, ...]:
    """Return what state knows of a section: its entries, the Adds in doubt, the forgotten ones from the latest on."""
    if applied is None:
        return ()
    held: list[tuple[str, Record | Forgotten | Sending]] = [
        *state.records(applied, section).items(),
        *chain.from_iterable(sorted(pending.sections.items()) for pending in applied.pending),
        *sorted(state.forgotten_units(applied, section).items(), key=lambda item: item[1].forgotten_at, reverse=True),
    ]
    known = []
    for address, record in held:
        if section_of(address) == section and record.handle is not None:  # an Edit in doubt has none
            value, gone = members(record.value), state.forgotten_below(applied, address)
            known.append(KnownEntry(address, record.handle, record, Traits(section, value, {**gone, **value})))
    return tuple(known)


class Resemblance(IntEnum):
    """What makes two entries alike, the surest first."""

    CONTENT = auto()
    KEY_AND_NAME = auto()
    NAME = auto()
    TELLING = auto()
    KEY = auto()


_Pair = tuple[Entry, KnownEntry]


class _Table:
    """The table over one section: `found` says by address who is who, `taken` holds the handles of those found."""

    def __init__(self, entries: Sequence[Entry], known: tuple[KnownEntry, ...]) -> None:
        self.entries, self.known = entries, known
        self.found: dict[str, KnownEntry] = {}
        self.taken: set[str] = set()

    def find_sure(self) -> None:
        """Find who is who by rows 1 to 4: by the answer, the id, the content, the key and the name."""
        by_handle = {known.handle: known for known in self.known}
        by_id = {known.id: known for known in self.known if known.id is not None}
        by_key = {known.address: known for known in self.known if isinstance(known.record, Record)}
        self._take((entry, by_handle.get(entry.wanted.same_handle)) for entry in self.entries)
        self._take((entry, by_id.get(entry.wanted.id or "")) for entry in self.entries)
        at_key = ((entry, by_key[entry.address]) for entry in self.entries if entry.address in by_key)
        unchanged = (pair for each, pair in self._resembling(at_key) if each is Resemblance.CONTENT)
        self._take(pair for pair in unchanged if not self._has_id_elsewhere(*pair))
        self.alike: list[tuple[Resemblance, _Pair]] = sorted(self._resembling(self._open_pairs()), key=itemgetter(0))
        self._find_by_content_and_key()
        self._find_by_content_and_key()  # what row 4 has found does not stand in the way of the content of another

    def _find_by_content_and_key(self) -> None:
        """Find who is who by rows 3 and 4, but where two entries of the file may be one known entry.

        One has its content, and the other its name and an id that state does not know: the content may be a copy.
        Or one has its key and name, and the other its name: of these, one is edited and the other added. If the edit
        cannot be sent, and the other is the known entry, it would be there twice.
        """
        of_content, at_key = self._alike_in(Resemblance.CONTENT), self._alike_in(Resemblance.KEY_AND_NAME)
        keyed = {entry.address for entry, _ in at_key}
        names = {known.handle for entry, known in self._alike_in(Resemblance.NAME) if entry.address not in keyed}
        unsure = {known.handle for entry, known in of_content if self._has_id_elsewhere(entry, known)}
        addresses = Counter(entry.address for entry, _ in of_content)
        handles = Counter(known.handle for _, known in of_content)
        sure = (pair for pair in of_content if addresses[pair[0].address] == handles[pair[1].handle] == 1)
        edited = (pair for pair in at_key if pair[1].handle not in names or _can_be_edited(*pair))
        self._take(pair for pair in chain(sure, edited) if pair[1].handle not in unsure)

    def find_renamed(self) -> Mapping[str, list[KnownEntry]]:
        """Find who is who by row 5, and return by address the candidates of those entries that row 6 asks about."""
        alike = self._alike_in(*Resemblance)
        holders = Counter(known.handle for _, known in alike)
        others = (pair for pair in self._open_pairs() if pair[1].handle not in holders and self._may_be(*pair))
        candidates: dict[str, list[KnownEntry]] = {}
        for entry, known in chain(alike, (pair for pair in others if pair[0].traits.name & pair[1].traits.name)):
            candidates.setdefault(entry.address, []).append(known)
        self._take(
            (entry, known)
            for entry, known in alike
            if known.has_key(entry.address)
            and len(candidates[entry.address]) == holders[known.handle] == 1
            and entry.traits.name & known.traits.name
            and entry.traits.telling & known.traits.telling
        )
        return {address: some for address, some in candidates.items() if address not in self.found}

    def _has_id_elsewhere(self, entry: Entry, known: KnownEntry) -> bool:
        """Tell whether another entry of a known one's name has an id that may be that one's, and this one has none."""
        others = (other for other in self.entries if other.wanted.id is not None and self._may_be(other, known))
        return entry.wanted.id is None and any(other.traits.has_name_of(known.traits) for other in others)

    def _open_pairs(self) -> Iterable[_Pair]:
        return product([entry for entry in self.entries if entry.address not in self.found], self.known)

    def _resembling(self, pairs: Iterable[_Pair]) -> Iterator[tuple[Resemblance, _Pair]]:
        """Yield those of the pairs that are alike and can be one, with what makes them alike."""
        for pair in pairs:
            if self._may_be(*pair) and (resemblance := resemblance_of(*pair)) is not None:
                yield resemblance, pair

    def _alike_in(self, *resemblance: Resemblance) -> list[_Pair]:
        return [pair for each, pair in self.alike if each in resemblance and self._may_be(*pair)]

    def _may_be(self, entry: Entry, known: KnownEntry) -> bool:
        """Tell whether an entry of the file could be a known one: both are free, and neither answer nor ids deny it."""
        is_open = entry.address not in self.found and known.handle not in self.taken
        is_ruled_out = known.handle in entry.wanted.ruled_out or None not in (entry.wanted.id, known.id)
        return is_open and not is_ruled_out

    def _take(self, pairs: Iterable[tuple[Entry, KnownEntry | None]]) -> None:
        for entry, known in pairs:
            if known is not None and known.handle not in self.taken and entry.address not in self.found:
                self.found[entry.address] = known
                self.taken.add(known.handle)


def resemblance_of(entry: Entry, known: KnownEntry) -> Resemblance | None:
    """Return what makes an entry of the file and a known one alike, parts of their names apart; or None."""
    if entry.traits.has_content_of(known.traits):
        return Resemblance.CONTENT
    if entry.traits.has_name_of(known.traits):
        return Resemblance.KEY_AND_NAME if known.has_key(entry.address) else Resemblance.NAME
    if known.traits.telling and known.traits.telling <= entry.traits.fields:
        return Resemblance.TELLING
    return Resemblance.KEY if known.has_key(entry.address) else None


def _can_be_edited(entry: Entry, known: KnownEntry) -> bool:
    """Tell whether all in which an entry of the file differs from a known one could be sent as an Edit."""
    differing = {field for field, text in entry.traits.texts.items() if text not in known.traits.fields}
    return (known.id or entry.wanted.id) is not None and differing <= fields_of_edit(section_of(entry.address))
