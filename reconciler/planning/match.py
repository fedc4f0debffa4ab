"""Owns which wanted entry is which known one: a key can be renamed, an id can say more than a key."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple, Self

from reconciler.address import is_set_aside
from reconciler.planning.naming import contradicts
from reconciler.profile.desired import Wanted
from reconciler.spec import BY_NAME, Use
from reconciler.state.applied import Forgotten, Record
from reconciler.values import Plain, canonical, content, same

Known = Record | Forgotten


class Fresh(NamedTuple):
    """A wanted entry that is none of those which state knows."""

    address: str
    wanted: Wanted


class Pair(NamedTuple):
    """A wanted entry and the known one that it is, or may be; `known_at` is the address that state has that under."""

    address: str
    wanted: Wanted
    known_at: str
    known: Known


Match = Fresh | Pair


@dataclass(frozen=True, slots=True)
class Matches:
    """The wanted entries of one section, in file order, and the records that none of them is."""

    entries: tuple[Match, ...]
    left: Mapping[str, Record]


@dataclass(frozen=True, slots=True)
class _Pool:
    """Known entries of a section, and where those of one id or one content are; each method gives some, in order."""

    section: str
    known: Mapping[str, Known]
    ids: Mapping[str | None, list[str]]
    prints: Mapping[str, list[str]]

    @classmethod
    def of(cls, section: str, known: Mapping[str, Known]) -> Self:
        ids: dict[str | None, list[str]] = {}
        prints: dict[str, list[str]] = {}
        for at, one in sorted(known.items()):
            ids.setdefault(one.id, []).append(at)
            prints.setdefault(_print(one.value), []).append(at)
        return cls(section, known, ids, prints)

    def by_id(self, _: str, one: Wanted) -> Sequence[str]:
        return self.ids.get(one.id, ()) if one.id is not None else ()

    def by_key(self, address: str, _: Wanted) -> Sequence[str]:
        return (address,) if address in self.known else ()

    def by_content(self, _: str, one: Wanted) -> Sequence[str]:
        prints = dict.fromkeys(map(_print, _contents(self.section, one.value)))
        return sorted(at for each in prints for at in self.prints.get(each, ()))


class _Rule(NamedTuple):
    """One rule of a match: where it looks, and what fits; where it is `unique`, only if one alone does."""

    pool: _Pool
    near: Callable[[_Pool, str, Wanted], Sequence[str]]
    fits: Callable[[Pair], bool] = lambda _: True
    unique: bool = False


def match(
    section: str,
    wanted: Mapping[str, Wanted],
    records: Mapping[str, Record],
    forgotten: Mapping[str, Forgotten],
    new: frozenset[str] = frozenset(),
) -> Matches:
    """Match the entries of one section, by the first rule that fits; all arguments are of that section.

    1. the same id; 2. the same key and content; 3. the same content as a record, which was renamed;
    4. the same content as what was forgotten, where the record of the key, if there is one, is named differently;
    5. the same key, unless the tool itself may have given it to what was forgotten; 6. the same content. Records come
    before what was forgotten. Two different ids never match. What a person said is `new` is nothing but a record of
    its own key, and where the file gives it an id that state does not know, only if the content is the same too.
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    for rule in _rules(section, records, forgotten, new):
        for address, one in wanted.items():
            if address in found:
                continue
            near = (at for at in rule.near(rule.pool, address, one) if at not in taken)
            pairs = (Pair(address, one, at, rule.pool.known[at]) for at in near)
            fitting = [pair.known_at for pair in pairs if _may_match(pair, new) and rule.fits(pair)]
            if fitting and (len(fitting) == 1 or not rule.unique):
                found[address] = fitting[0]
                taken.add(fitting[0])
    known: dict[str, Known] = {**forgotten, **records}
    entries = tuple(
        Pair(address, one, found[address], known[found[address]]) if address in found else Fresh(address, one)
        for address, one in wanted.items()
    )
    return Matches(entries, {at: record for at, record in records.items() if at not in taken})


def _rules(
    section: str,
    records: Mapping[str, Record],
    forgotten: Mapping[str, Forgotten],
    new: frozenset[str],
) -> Iterator[_Rule]:
    """Give the rules of a match, in their order."""
    live, gone = _Pool.of(section, records), _Pool.of(section, forgotten)

    def alike(pair: Pair) -> bool:
        return same_content(section, pair.wanted.value, pair.known.value)

    def told_apart(pair: Pair) -> bool:
        """Tell whether a person said that an entry with an id, which state does not know, is another than its key's."""
        return pair.address in new and pair.wanted.id is not None and pair.known.id is None

    def renamed(pair: Pair) -> bool:
        """Tell whether the record of the wanted one's key, if there is one, is something else."""
        holder = records.get(pair.address)
        return holder is None or contradicts(section, pair.wanted.value, holder.value)

    yield from (_Rule(pool, _Pool.by_id) for pool in (live, gone))
    yield from (_Rule(pool, _Pool.by_key, alike) for pool in (live, gone))
    yield _Rule(live, _Pool.by_content)
    yield _Rule(gone, _Pool.by_content, renamed, unique=True)
    yield _Rule(live, _Pool.by_key, lambda pair: not told_apart(pair))
    yield _Rule(gone, _Pool.by_key, lambda pair: not told_apart(pair) and not is_set_aside(pair.known_at))
    yield _Rule(gone, _Pool.by_content, unique=True)


def same_content(section: str, wanted: Plain, known: Plain) -> bool:
    """Tell whether a known entry holds what is wanted, or all of it that an Add could send."""
    return any(same(one, known) for one in _contents(section, wanted))


def _contents(section: str, wanted: Plain) -> tuple[Plain, ...]:
    """Give what is wanted, and what of it an Add could send."""
    if not isinstance(wanted, dict):
        return (wanted,)
    return wanted, {name: value for name, value in wanted.items() if name in _addable(section)}


@cache
def _addable(section: str) -> frozenset[str]:
    return frozenset(field.name for field in BY_NAME[section].fields if field.add is not Use.ABSENT)


def _print(value: Plain) -> str:
    """Give the text that values share which are the same."""
    return canonical(content(value))


def _may_match(pair: Pair, new: frozenset[str]) -> bool:
    """Tell whether nothing forbids a match: two different ids, or that a person said that the entry is new."""
    ids_agree = pair.wanted.id is None or pair.known.id is None or pair.wanted.id == pair.known.id
    return ids_agree and (pair.address not in new or (pair.address == pair.known_at and isinstance(pair.known, Record)))
