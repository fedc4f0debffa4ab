"""Owns how jobs and schools become entries: newest first, those of one place side by side, each with a key.

Their fields come in the schema's order.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from reconciler.importing.dates import Period
from reconciler.importing.draft import Entry, Found
from reconciler.importing.keys import numbered, slug
from reconciler.spec import BY_NAME, Use

_NOUNS = {"experience": "job", "education": "school"}


@dataclass(frozen=True, slots=True)
class Stay:
    """A job or a school, as it was found: where it was, what it is called, when, and its fields."""

    place: str
    title: str
    period: Period
    fields: tuple[Found, ...]


def entries(section: str, stays: Sequence[Stay], source: str) -> tuple[Entry, ...]:
    """Give the entries of a section in the order of its file."""
    ordered = _side_by_side(sorted(stays, key=lambda one: one.period.newest_first()))
    keys = numbered(_key(section, one) for one in reversed(ordered))
    return tuple(_entry(section, key, one, source) for key, one in zip(reversed(keys), ordered, strict=True))


def _side_by_side(ordered: list[Stay]) -> list[Stay]:
    groups: dict[str, list[Stay]] = {}
    for place, one in enumerate(ordered):
        groups.setdefault(_same_place(one.place) or str(place), []).append(one)
    return [one for group in groups.values() for one in group]


def _same_place(place: str) -> str:
    return " ".join(place.casefold().split())


def _key(section: str, one: Stay) -> str:
    words = f"{one.place} {one.title}" if section == "experience" else one.place
    date = one.period.start or one.period.end
    fallback = f"{_NOUNS[section]}-{date.year}" if date else _NOUNS[section]
    return slug(words) or fallback


def _entry(section: str, key: str, one: Stay, source: str) -> Entry:
    names = [field.name for field in BY_NAME[section].fields]
    fields = tuple(sorted(one.fields, key=lambda found: names.index(found.name)))
    there = {found.name for found in fields if not found.unmanaged}
    needed = [field.name for field in BY_NAME[section].fields if field.add is Use.REQUIRED]
    lacking = [name for name in needed if name not in there]
    if not lacking:
        return Entry(key, fields)
    why = (
        f"{source} has no {' and no '.join(lacking)} for this one, without which an entry needs its id: "
        "put it in and uncomment, and it is managed."
    )
    return Entry(key, (Found("id", None), *fields), why)
