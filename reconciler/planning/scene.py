"""Owns the scene: what the planning of one section's entries looks at, put together once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from reconciler.planning.match import Known, Match, Matches, Pair, match, same_content
from reconciler.planning.naming import may_be_another, name_of, required
from reconciler.profile.desired import Wanted
from reconciler.spec import BY_NAME, Use
from reconciler.state import queries
from reconciler.state.applied import Applied, Forgotten, Record
from reconciler.values import Plain, members

T = TypeVar("T")


class Candidate(NamedTuple):
    """A known entry, what was matched with it, and its value with the names that left the file."""

    at: str
    known: Known
    holder: Pair | None
    named: Plain


@dataclass(frozen=True, slots=True)
class Scene:
    """What the planning of one section's entries looks at."""

    section: str
    applied: Applied | None
    add: frozenset[str]
    doubted: tuple[str, ...]
    matches: Matches
    closed_by: tuple[str, ...]  # Adds in doubt whose key left the file: nothing is added while they are
    kept: Mapping[str, str]  # keys that state cannot free yet, and what is in doubt that keeps them
    candidates: tuple[Candidate, ...]  # all that state knows, the likeliest first
    named: Mapping[str, tuple[Candidate, ...]]  # those whose name is known, by that
    nameless: tuple[Candidate, ...]  # those whose name is not known
    gone: tuple[Candidate, ...]  # those that the file does not hold
    unsure: Mapping[str, Plain]  # what was sent by the Adds in doubt whose key holds something else now
    displaced: Mapping[str, Plain]  # those of them whose key may hold another entry

    def alike(self, value: Plain) -> tuple[Candidate, ...]:
        """Give what state knows by the name of a value, the likeliest first."""
        name = name_of(self.section, value)
        return self.named.get(name, ()) if name is not None else ()

    def allowed(self, *, edit: bool) -> frozenset[str]:
        """Give the names of the fields that the Edit or the Add variant takes."""
        fields = BY_NAME[self.section].fields
        return frozenset(one.name for one in fields if (one.edit if edit else one.add) is not Use.ABSENT)


def scene_of(section: str, wanted: Mapping[str, Wanted], applied: Applied | None, add: frozenset[str]) -> Scene:
    """Put together what the planning of one section's entries looks at."""
    matches = matches_of(section, wanted, applied, add)
    adds = queries.doubtful_adds(applied, section)
    closed_by = tuple(at for at in adds if at not in wanted)
    held = {at: wanted[at].value for at in adds if at in wanted}
    doubted = queries.in_doubt(applied)
    candidates = _candidates(section, matches, applied)
    return Scene(
        section,
        applied,
        add,
        doubted,
        matches,
        closed_by,
        kept=_kept_keys(matches, doubted),
        candidates=candidates,
        named=_by_name(section, ((one.named, one) for one in candidates)),
        nameless=tuple(one for one in candidates if name_of(section, one.named) is None),
        gone=tuple(one for one in candidates if one.holder is None),
        unsure={at: one for at, one in adds.items() if not same_content(section, held.get(at), one)},
        displaced={at: adds[at] for at, one in held.items() if adds[at] and may_be_another(section, one, adds[at])},
    )


def matches_of(
    section: str, wanted: Mapping[str, Wanted], applied: Applied | None, add: frozenset[str] = frozenset()
) -> Matches:
    """Match one section's entries with what state knows of them."""
    return match(section, wanted, queries.records(applied, section), queries.forgotten_units(applied, section), add)


def _candidates(section: str, matches: Matches, applied: Applied | None) -> tuple[Candidate, ...]:
    """Give all that state knows of a section, each with what was matched with it.

    The likeliest to be asked after first: what leaves the file now, what left it, the latest first, what is in it.
    """
    holders = {one.known_at: one for one in matches.entries if isinstance(one, Pair)}
    entries: dict[str, Known] = {
        **queries.forgotten_units(applied, section),
        **matches.left,
        **{at: one.known for at, one in holders.items()},
    }
    found = [
        Candidate(at, one, holders.get(at), _with_names(section, at, one, applied))
        for at, one in sorted(entries.items())
    ]
    found.sort(key=_left_at, reverse=True)
    return tuple(sorted(found, key=lambda one: (one.holder is not None, isinstance(one.known, Forgotten))))


def _left_at(one: Candidate) -> str:
    return one.known.forgotten_at if isinstance(one.known, Forgotten) else ""


def _with_names(section: str, at: str, one: Known, applied: Applied | None) -> Plain:
    """Give what is known of an entry, with what named it and left the file: that is on LinkedIn still."""
    gone = queries.forgotten_below(applied, at)
    return {**{name: value for name, value in gone.items() if name in required(section)}, **members(one.value)}


def _by_name(section: str, values: Iterable[tuple[Plain, T]]) -> dict[str, tuple[T, ...]]:
    found: dict[str, list[T]] = {}
    for value, one in values:
        name = name_of(section, value)
        if name is not None:
            found.setdefault(name, []).append(one)
    return {name: tuple(ones) for name, ones in found.items()}


def _kept_keys(matches: Matches, doubted: tuple[str, ...]) -> dict[str, str]:
    """Find the keys of records that would be renamed, but that doubt keeps where they are."""
    kept: dict[str, str] = {}
    by_address = {one.address: one for one in matches.entries}
    for one in matches.entries:
        known_at = one.known_at if isinstance(one, Pair) else one.address
        doubt = next((at for at in (one.address, known_at) if at in doubted), None)
        waiting: Match | None = one if doubt is not None else None
        while isinstance(waiting, Pair) and isinstance(waiting.known, Record) and waiting.known_at not in kept:
            kept[waiting.known_at] = str(doubt)
            waiting = by_address.get(waiting.known_at)
    return kept
