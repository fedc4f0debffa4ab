"""Owns which wanted entry is which known one: a key can be renamed, an id can say more than a key."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from reconciler.plain import Plain, same
from reconciler.profile.desired import Wanted
from reconciler.spec import BY_NAME, Use
from reconciler.state.applied import Forgotten, Record

Known = Record | Forgotten


@dataclass(frozen=True, slots=True)
class Match:
    """A wanted entry and the known one that it is; `known_at` is the address that state has it under."""

    address: str
    wanted: Wanted
    known_at: str | None = None
    known: Known | None = None


@dataclass(frozen=True, slots=True)
class Matches:
    """The wanted entries of one section, in file order, and the records that none of them is."""

    entries: tuple[Match, ...]
    left: Mapping[str, Record]


class _Pair(NamedTuple):
    """A wanted entry and a known one that it may be."""

    address: str
    wanted: Wanted
    at: str
    known: Known

    @property
    def same_key(self) -> bool:
        return self.address == self.at


class _Rule(NamedTuple):
    """One rule of a match: where it looks, and what fits; where it is `unique`, only if one alone does."""

    pool: Mapping[str, Known]
    fits: Callable[[_Pair], bool]
    unique: bool = False


def match(
    section: str,
    wanted: Mapping[str, Wanted],
    records: Mapping[str, Record],
    forgotten: Mapping[str, Forgotten],
    new: frozenset[str] = frozenset(),
) -> Matches:
    """Match the entries of one section, by the first rule that fits; all arguments are of that section.

    1. the same id; 2. the same key and content; 3. the same content as a record: a key that now means something
    else was renamed, unless the file gives it an id there alone; 4. the same content as what was forgotten, where the
    record of the key, if there is one, is named differently; 5. the same key; 6. the same content. Records come
    before what was forgotten. Two different ids never match. What a person said is `new` is nothing but a record
    of its own key.
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    for rule in _rules(section, wanted, records, forgotten):
        for address, one in wanted.items():
            if address in found:
                continue
            pairs = (_Pair(address, one, at, other) for at, other in rule.pool.items() if at not in taken)
            fitting = [pair.at for pair in pairs if _may_match(pair, new) and rule.fits(pair)]
            if fitting and (len(fitting) == 1 or not rule.unique):
                found[address] = fitting[0]
                taken.add(fitting[0])
    known: dict[str, Known] = {**forgotten, **records}
    entries = tuple(
        Match(address, one, found[address], known[found[address]]) if address in found else Match(address, one)
        for address, one in wanted.items()
    )
    return Matches(entries, {at: record for at, record in records.items() if at not in taken})


def _rules(
    section: str,
    wanted: Mapping[str, Wanted],
    records: Mapping[str, Record],
    forgotten: Mapping[str, Forgotten],
) -> Iterator[_Rule]:
    """Give the rules of a match, in their order."""

    def content(pair: _Pair) -> bool:
        return same_content(section, pair.wanted.value, pair.known.value)

    def identified(pair: _Pair) -> bool:
        """Tell whether the file still has the known one at its key, and gives it an id there."""
        holder = wanted.get(pair.at)
        return holder is not None and holder.id is not None and resembles(section, holder.value, pair.known.value)

    def renamed(pair: _Pair) -> bool:
        """Tell whether the record of the wanted one's key, if there is one, is something else."""
        holder = records.get(pair.address)
        return holder is None or contradicts(section, pair.wanted.value, holder.value)

    for pool in (records, forgotten):
        yield _Rule(pool, lambda pair: pair.wanted.id is not None and pair.wanted.id == pair.known.id)
    for pool in (records, forgotten):
        yield _Rule(pool, lambda pair: pair.same_key and content(pair))
    yield _Rule(records, lambda pair: content(pair) and (pair.wanted.id is not None or not identified(pair)))
    yield _Rule(forgotten, lambda pair: content(pair) and renamed(pair), unique=True)
    for pool in (records, forgotten):
        yield _Rule(pool, lambda pair: pair.same_key)
    yield _Rule(forgotten, content, unique=True)


def same_content(section: str, wanted: Plain, known: Plain) -> bool:
    """Tell whether a known entry holds what is wanted, or all of it that an Add could send."""
    if same(wanted, known):
        return True
    if not isinstance(wanted, dict):
        return False
    return same({name: value for name, value in wanted.items() if name in _addable(section)}, known)


def resembles(section: str, one: Plain, other: Plain) -> bool:
    """Tell whether two entries name the same thing: the fields that an Add requires, letters' case aside."""
    if not (isinstance(one, dict) and isinstance(other, dict)):
        return False
    return all(name in one and _loosely(one[name]) == _loosely(other.get(name)) for name in required(section))


def contradicts(section: str, one: Plain, other: Plain) -> bool:
    """Tell whether an entry says of itself what another is not: a field that an Add requires differs."""
    assert isinstance(one, dict)
    assert isinstance(other, dict)
    return any(name in one and _loosely(one[name]) != _loosely(other.get(name)) for name in required(section))


@cache
def required(section: str) -> frozenset[str]:
    """Give the fields that an Add requires: they name an entry."""
    return frozenset(field.name for field in BY_NAME[section].fields if field.add is Use.REQUIRED)


@cache
def _addable(section: str) -> frozenset[str]:
    return frozenset(field.name for field in BY_NAME[section].fields if field.add is not Use.ABSENT)


def _loosely(value: Plain) -> Plain:
    return " ".join(value.casefold().split()) if isinstance(value, str) else value


def _may_match(pair: _Pair, new: frozenset[str]) -> bool:
    """Tell whether nothing forbids a match: two different ids, or that a person said that the entry is new."""
    ids_agree = pair.wanted.id is None or pair.known.id is None or pair.wanted.id == pair.known.id
    return ids_agree and (pair.address not in new or (pair.same_key and isinstance(pair.known, Record)))
