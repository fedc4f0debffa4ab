"""Owns the scene: what the planning of one section's entries looks at, put together once."""

from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.planning.match import Matches, match
from reconciler.profile.desired import Wanted
from reconciler.spec import BY_NAME, Use
from reconciler.state import known
from reconciler.state.applied import Applied, Record


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

    def allowed(self, *, edit: bool) -> frozenset[str]:
        """Give the names of the fields that the Edit or the Add variant takes."""
        fields = BY_NAME[self.section].fields
        return frozenset(one.name for one in fields if (one.edit if edit else one.add) is not Use.ABSENT)


def scene_of(section: str, wanted: Mapping[str, Wanted], applied: Applied | None, add: frozenset[str]) -> Scene:
    """Put together what the planning of one section's entries looks at."""
    matches = matches_of(section, wanted, applied, add)
    closed_by = tuple(at for at in known.doubtful_adds(applied, section) if at not in wanted)
    doubted = known.in_doubt(applied)
    return Scene(section, applied, add, doubted, matches, closed_by, _kept_keys(matches, doubted))


def matches_of(
    section: str, wanted: Mapping[str, Wanted], applied: Applied | None, add: frozenset[str] = frozenset()
) -> Matches:
    """Match one section's entries with what state knows of them."""
    return match(section, wanted, known.records(applied, section), known.forgotten_units(applied, section), add)


def _kept_keys(matches: Matches, doubted: tuple[str, ...]) -> dict[str, str]:
    """Find the keys of records that would be renamed, but that doubt keeps where they are."""
    kept: dict[str, str] = {}
    by_address = {one.address: one for one in matches.entries}
    for one in matches.entries:
        doubt = next((at for at in (one.address, one.known_at) if at in doubted), None)
        waiting = one if doubt else None
        while waiting is not None and isinstance(waiting.known, Record) and waiting.known_at not in kept:
            kept[str(waiting.known_at)] = str(doubt)
            waiting = by_address.get(str(waiting.known_at))
    return kept
