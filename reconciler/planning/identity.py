"""Owns who is who: which known entry each entry of the profile file is. docs/entries.md has the same table.

What state knows of a section is its entries, the forgotten ones and the Adds in doubt. An entry of the file is one of
them, is asked about, or is new, by the first row of the table that fits.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum, auto
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from msgspec import Struct

from reconciler.address import is_set_aside, section_of
from reconciler.profile.desired import Wanted
from reconciler.spec import fields_of_add, fields_of_edit, required_fields
from reconciler.state import queries as state
from reconciler.state.applied import Applied, Forgotten, Record
from reconciler.values import Plain, canonical, content, members, same

TELLING = frozenset({"description", "activities", "seniority", "start_date", "end_date", "skills", "attachment"})
"""The fields that tell an entry: hardly two entries hold one alike. Most others say where or what, of many the same."""

MOST_CANDIDATES = 5
"""How many known entries a question names at most; the next ones are asked about once these are ruled out."""


class KnownEntry(Struct, frozen=True):
    """An entry that state knows: a record, a forgotten entry, or an Add in doubt, of which `record` is None.

    `named` is its value together with the names that left the file: these are on LinkedIn still.
    """

    address: str
    handle: str
    value: Plain
    named: Plain
    record: Record | Forgotten | None

    @property
    def id(self) -> str | None:
        """Return LinkedIn's id of the entry, or None."""
        return self.record.id if self.record is not None else None

    def is_at(self, address: str) -> bool:
        """Tell whether state has the entry under this address, and has not forgotten it."""
        return self.address == address and isinstance(self.record, Record)

    @property
    def mention(self) -> str:
        """Return what `same_as` and `not_same_as` call the entry."""
        return f"{self.address.partition('.')[2]}@{self.handle}"


class Entry(Struct, frozen=True):
    """An entry of the file, and who it is: the known entry `known`, perhaps one of `candidates`, or else a new one."""

    address: str
    wanted: Wanted
    known: KnownEntry | None = None
    candidates: tuple[KnownEntry, ...] = ()


def ruling_out(wanted: Wanted, *known: KnownEntry) -> str:
    """Return the line that says that an entry is none of these known ones, after what it says already."""
    mentions = (*wanted.not_same_as, *(entry.mention for entry in known))
    return f"not_same_as: {mentions[0] if len(mentions) == 1 else '[' + ', '.join(mentions) + ']'}"


class Identities(Struct, frozen=True):
    """Who the entries of one section are, in file order; all that state knows of it; the records that left the file."""

    section: str
    entries: tuple[Entry, ...]
    known: tuple[KnownEntry, ...]
    left: Mapping[str, Record]


def identify(section: str, wanted: Mapping[str, Wanted], applied: Applied | None) -> Identities:
    """Return who each entry of one section is; `wanted` is what the file holds of that section, by address."""
    table = _Table(section, wanted, known_entries(section, applied))
    table.find_sure()
    questions = table.find_renamed()
    entries = tuple(
        Entry(address, each, table.found.get(address), questions.get(address, ())) for address, each in wanted.items()
    )
    left = {
        entry.address: entry.record
        for entry in table.known
        if isinstance(entry.record, Record)
        and entry.handle not in table.taken
        and not (entry.address in questions and table.may_be(entry.address, entry))
    }
    return Identities(section, entries, table.known, left)


def known_entries(section: str, applied: Applied | None) -> tuple[KnownEntry, ...]:
    """Return what state knows of a section: its entries, the Adds in doubt, the forgotten ones from the latest on."""
    if applied is None:
        return ()
    forgotten = state.forgotten_units(applied, section).items()
    in_doubt = (
        KnownEntry(address, sending.handle, sending.value, sending.value, None)
        for pending in applied.pending
        for address, sending in sorted(pending.sections.items())
        if section_of(address) == section and sending.handle is not None
    )
    return (
        *(_known_entry(applied, *item) for item in state.records(applied, section).items()),
        *in_doubt,
        *(_known_entry(applied, *item) for item in sorted(forgotten, key=lambda item: item[1].forgotten_at)[::-1]),
    )


def _known_entry(applied: Applied, address: str, record: Record | Forgotten) -> KnownEntry:
    forgotten = state.forgotten_below(applied, address).items()
    names = {name: value for name, value in forgotten if name in required_fields(section_of(address))}
    return KnownEntry(address, str(record.handle), record.value, {**names, **members(record.value)}, record)


_Pair = tuple[str, KnownEntry]


class _Table:
    """The table over one section: `found` says by address who is who, `taken` holds the handles of those found."""

    def __init__(self, section: str, wanted: Mapping[str, Wanted], known: tuple[KnownEntry, ...]) -> None:
        self.section, self.wanted, self.known = section, wanted, known
        self.by_handle = {entry.handle: entry for entry in known}
        self.by_id = {entry.id: entry for entry in known if entry.id is not None}
        self.by_key = {entry.address: entry for entry in reversed(known) if not _has_key_of_the_tool(entry)}
        self.found: dict[str, KnownEntry] = {}
        self.taken: set[str] = set()

    def may_be(self, address: str, entry: KnownEntry) -> bool:
        """Tell whether an entry of the file could be this known one by ids, answers and what was found."""
        wanted = self.wanted[address]
        if address in self.found or entry.handle in self.taken or wanted.same_as is not None:
            return False
        return entry.handle not in wanted.ruled_out and (None in (wanted.id, entry.id) or wanted.id == entry.id)

    def find_sure(self) -> None:
        """Find who is who by rows 1 to 4: by the answer, the id, the content, the key and the name."""
        self._take((address, self.by_handle.get(each.same_handle)) for address, each in self.wanted.items())
        self._take((address, self.by_id.get(each.id or "")) for address, each in self.wanted.items())
        self._find_by_content_and_key()
        self._find_by_content_and_key()  # what row 4 has found does not stand in the way of the content of another

    def _find_by_content_and_key(self) -> None:
        of_content = self._of_content()
        of_name = [pair for pair in self._of_key() if self.is_so(same_name, *pair)]
        contested = self._contested(of_content, of_name) | self._claimed_twice(of_content, of_name)
        addresses, handles = Counter(pair[0] for pair in of_content), Counter(pair[1].handle for pair in of_content)
        self._take(
            (address, entry)
            for address, entry in of_content
            if addresses[address] == handles[entry.handle] == 1 and entry.handle not in contested
        )
        self._take((address, entry) for address, entry in of_name if entry.handle not in contested)

    def _contested(self, of_content: Sequence[_Pair], of_name: Sequence[_Pair]) -> set[str]:
        """Return the handles of known entries whose content stands at one place, and whose key and name at another.

        Only that one gives an id, which state does not know: nothing tells whether it is the id of the known entry.
        """
        with_id = (pair for pair in of_name if self.wanted[pair[0]].id is not None and pair not in of_content)
        without = {entry.handle for address, entry in of_content if self.wanted[address].id is None}
        return without & {entry.handle for _, entry in with_id}

    def _claimed_twice(self, of_content: Sequence[_Pair], of_name: Sequence[_Pair]) -> set[str]:
        """Return the handles of known entries whose name stands at another place too, and whose edit cannot be sent.

        The other may be the known entry, moved and edited. Where the edit can be sent, LinkedIn shows in the end what
        the file says, whoever is who; where it cannot, the entry would stand there twice.
        """
        keyed = {address for address, _ in of_name}
        others = [address for address in self.wanted if address not in keyed and address not in self.found]
        return {
            entry.handle
            for address, entry in of_name
            if (address, entry) not in of_content
            and not _can_be_edited(self.section, self.wanted[address], entry)
            and any(
                self.may_be(other, entry) and self.is_so(same_name, other, entry) and (other, entry) not in of_content
                for other in others
            )
        }

    def find_renamed(self) -> Mapping[str, tuple[KnownEntry, ...]]:
        """Find who is who by row 5, and return the candidates of those entries that row 6 asks about."""
        likeness = _Likeness(self)
        candidates = {
            address: tuple(islice(likeness.candidates(address), MOST_CANDIDATES)) for address in likeness.addresses
        }
        self._take(
            [
                (address, entry)
                for address, entry in self._of_key()
                if candidates[address] == (entry,)
                and set(likeness.holders(entry)) == {address}
                and self.is_so(part_of_name, address, entry)
                and self.is_so(tells_some, address, entry)
            ]
        )
        return {address: some for address, some in candidates.items() if some and address not in self.found}

    def _take(self, pairs: Iterable[tuple[str, KnownEntry | None]]) -> None:
        for address, entry in pairs:
            if entry is not None and entry.handle not in self.taken and address not in self.found:
                self.found[address] = entry
                self.taken.add(entry.handle)

    def is_so(self, relation: Callable[[str, Plain, KnownEntry], bool], address: str, entry: KnownEntry) -> bool:
        """Tell whether a relation holds between an entry of the file and a known one."""
        return relation(self.section, self.wanted[address].value, entry)

    def _of_content(self) -> list[_Pair]:
        """Return each entry of the file with each known one of the same content."""
        return [(address, entry) for address, entry in self._alike_in_content if self.may_be(address, entry)]

    @cached_property
    def _alike_in_content(self) -> list[_Pair]:
        by_content: dict[str, list[KnownEntry]] = {}
        for entry in self.known:
            by_content.setdefault(text_of(entry.value), []).append(entry)
        return [
            (address, entry)
            for address, each in self.wanted.items()
            for text in map(text_of, _contents(self.section, each.value))
            for entry in by_content.get(text, ())
        ]

    def _of_key(self) -> Iterator[_Pair]:
        """Yield each entry of the file with the known one of its key, where it could be that."""
        pairs = ((address, self.by_key.get(address)) for address in self.wanted)
        yield from ((address, entry) for address, entry in pairs if entry is not None and self.may_be(address, entry))


class _Kind(Enum):
    """What makes two entries alike, the likeliest first."""

    NAME = auto()
    TELLING = auto()
    KEY = auto()
    PART_OF_NAME = auto()


class _Sign(NamedTuple):
    """Something that entries which are alike share."""

    kind: _Kind
    text: str


class _Likeness:
    """What rows 1 to 4 left of a table, and what of it is alike: entries are looked up by the signs that they share."""

    def __init__(self, table: _Table) -> None:
        self.table = table
        self.addresses = [
            address for address, each in table.wanted.items() if address not in table.found and each.same_as is None
        ]
        self.wanted: dict[_Sign, list[str]] = {}
        for address in self.addresses:
            for sign in self._signs(address):
                self.wanted.setdefault(sign, []).append(address)
        self.known: dict[_Sign, list[KnownEntry]] = {}
        for entry in table.known:
            if entry.handle not in table.taken:
                is_held = any(True for _ in self.holders(entry))
                for sign in _signs_of_known(table.section, entry):
                    if sign.kind is not _Kind.PART_OF_NAME or not is_held:
                        self.known.setdefault(sign, []).append(entry)

    def holders(self, entry: KnownEntry) -> Iterator[str]:
        """Yield the entries of the file that have a known one's name, all that tells it, or its key."""
        for sign in _signs_of_known(self.table.section, entry):
            if sign.kind is not _Kind.PART_OF_NAME:
                for address in self.wanted.get(sign, ()):
                    if self._are_alike(sign, address, entry):
                        yield address

    def candidates(self, address: str) -> Iterator[KnownEntry]:
        """Yield each known entry that row 6 asks about, the likeliest first."""
        seen = set()
        for sign in self._signs(address):
            for entry in self.known.get(sign, ()):
                if entry.handle not in seen and self._are_alike(sign, address, entry):
                    seen.add(entry.handle)
                    yield entry

    def _are_alike(self, sign: _Sign, address: str, entry: KnownEntry) -> bool:
        """Tell whether a sign that two entries share makes them alike: of what tells one, all has to be shared."""
        if not self.table.may_be(address, entry):
            return False
        return sign.kind is not _Kind.TELLING or self.table.is_so(tells_all, address, entry)

    def _signs(self, address: str) -> list[_Sign]:
        value = self.table.wanted[address].value
        return _signs(self.table.section, address, value, members(value))


def _signs_of_known(section: str, entry: KnownEntry) -> list[_Sign]:
    """Return what to look up a known entry by; one field is enough of what tells it, since all have to be the same."""
    telling = dict(sorted(_telling(section, entry).items())[:1])
    return _signs(section, "" if _has_key_of_the_tool(entry) else entry.address, entry.named, telling)


def _signs(section: str, address: str, value: Plain, telling: Mapping[str, Plain]) -> list[_Sign]:
    """Return what to look up an entry by, the surest first."""
    name = name_of(section, value)
    return [
        *([_Sign(_Kind.NAME, canonical(name))] if name is not None else ()),
        *(_Sign(_Kind.TELLING, canonical([field, content(each)])) for field, each in telling.items()),
        *([_Sign(_Kind.KEY, address)] if address else ()),
        *(
            _Sign(_Kind.PART_OF_NAME, canonical([field, part]))
            for field, part in _parts_of_name(section, value).items()
        ),
    ]


def same_name(section: str, value: Plain, entry: KnownEntry) -> bool:
    """Tell whether an entry of the file has the name of a known one, and all of it."""
    name = name_of(section, value)
    return name is not None and name == name_of(section, entry.named)


def contradicts(section: str, value: Plain, entry: KnownEntry) -> bool:
    """Tell whether an entry of the file has a part of its name that a known one has not."""
    known = _parts_of_name(section, entry.named)
    return any(known.get(field) != part for field, part in _parts_of_name(section, value).items())


def part_of_name(section: str, value: Plain, entry: KnownEntry) -> bool:
    """Tell whether an entry of the file has a part of the name of a known one."""
    known = _parts_of_name(section, entry.named)
    return any(known.get(field) == part for field, part in _parts_of_name(section, value).items())


def tells_some(_: str, value: Plain, entry: KnownEntry) -> bool:
    """Tell whether an entry of the file has something that tells a known one."""
    one, other = members(value), members(entry.value)
    return any(other[each] and same(one[each], other[each]) for each in TELLING & one.keys() & other.keys())


def tells_all(section: str, value: Plain, entry: KnownEntry) -> bool:
    """Tell whether an entry of the file has all that tells a known one."""
    fields, telling = members(value), _telling(section, entry)
    return bool(telling) and all(each in fields and same(fields[each], told) for each, told in telling.items())


def same_content(section: str, value: Plain, entry: KnownEntry) -> bool:
    """Tell whether a known entry holds just what an entry of the file does, or all of it that an Add could send."""
    return any(same(each, entry.value) for each in _contents(section, value))


def _telling(section: str, entry: KnownEntry) -> Mapping[str, Plain]:
    """Return what tells a known entry: all that is known of it where its name is not."""
    named = name_of(section, entry.named) is not None
    return {field: each for field, each in members(entry.value).items() if each and (field in TELLING or not named)}


def name_of(section: str, value: Plain) -> dict[str, Plain] | None:
    """Return the name of an entry: what an Add requires, as people read it; None where a part of it is missing."""
    parts = _parts_of_name(section, value)
    return parts if parts.keys() == required_fields(section) else None


def _parts_of_name(section: str, value: Plain) -> dict[str, Plain]:
    """Return what an entry has of its name."""
    return {field: _loosely(each) for field, each in members(value).items() if field in required_fields(section)}


def _loosely(value: Plain) -> Plain:
    """Return a text as people read it: whatever its case, its spaces and how its letters are coded."""
    if not isinstance(value, str):
        return value
    if not value.isascii():
        import unicodedata

        value = unicodedata.normalize("NFKC", value)
        value = "".join(letter for letter in value if unicodedata.category(letter) != "Cf")
    return " ".join(value.casefold().split())


def _contents(section: str, value: Plain) -> list[Plain]:
    """Return what an entry of the file holds, and what of it an Add could send; neither where it is nothing."""
    addable = {field: each for field, each in members(value).items() if field in fields_of_add(section)}
    return [each for each in ([value] if addable == value else [value, addable]) if each]


def text_of(value: Plain) -> str:
    """Return the text that values of the same content share."""
    return canonical(content(value))


def _can_be_edited(section: str, wanted: Wanted, entry: KnownEntry) -> bool:
    """Tell whether all in which an entry of the file differs from a known one could be sent as an Edit."""
    fields, known = members(wanted.value), members(entry.value)
    differing = {name for name, value in fields.items() if name not in known or not same(known[name], value)}
    return (entry.id or wanted.id) is not None and differing <= fields_of_edit(section)


def _has_key_of_the_tool(entry: KnownEntry) -> bool:
    """Tell whether a forgotten entry may have its key from the tool, so that the key says nothing about it."""
    return isinstance(entry.record, Forgotten) and is_set_aside(entry.address)
