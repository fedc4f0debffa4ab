"""Owns how jobs and schools become entries: newest first, those of one place side by side, each with a key.

Their fields come in the schema's order.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reconciler.importing.dates import Period
from reconciler.importing.draft import DraftEntry, DraftField
from reconciler.spec import BY_NAME, Use

MAX_KEY = 60  # characters
_SPELLED = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_NOUNS = {"experience": "job", "education": "school"}


@dataclass(frozen=True, slots=True)
class Stint:
    """A job or a school, as it was found: where it was, what it is called, when, and its fields."""

    place: str
    title: str
    period: Period
    fields: tuple[DraftField, ...]


def entries(section: str, stints: Sequence[Stint], source: str) -> tuple[DraftEntry, ...]:
    """Give the entries of a section in the order of its file."""
    ordered = _side_by_side(sorted(stints, key=lambda one: one.period.newest_first()))
    keys = numbered(_key(section, one) for one in reversed(ordered))
    return tuple(_entry(section, key, one, source) for key, one in zip(reversed(keys), ordered, strict=True))


def _side_by_side(ordered: list[Stint]) -> list[Stint]:
    groups: dict[str, list[Stint]] = {}
    for place, one in enumerate(ordered):
        groups.setdefault(_same_place(one.place) or str(place), []).append(one)
    return [one for group in groups.values() for one in group]


def _same_place(place: str) -> str:
    return " ".join(place.casefold().split())


def _key(section: str, one: Stint) -> str:
    words = f"{one.place} {one.title}" if section == "experience" else one.place
    date = one.period.start or one.period.end
    fallback = f"{_NOUNS[section]}-{date.year}" if date else _NOUNS[section]
    return slug(words) or fallback


def _entry(section: str, key: str, one: Stint, source: str) -> DraftEntry:
    names = [field.name for field in BY_NAME[section].fields]
    fields = tuple(sorted(one.fields, key=lambda found: names.index(found.name)))
    there = {found.name for found in fields if not found.unmanaged}
    needed = [field.name for field in BY_NAME[section].fields if field.add is Use.REQUIRED]
    lacking = [name for name in needed if name not in there]
    if not lacking:
        return DraftEntry(key, fields)
    why = (
        f"{source} has no {' and no '.join(lacking)} for this one, without which an entry needs its id: "
        "put it in and uncomment, and it is managed."
    )
    return DraftEntry(key, (DraftField("id", None), *fields), why)


def slug(text: str) -> str:
    """Write a text with lower-case Latin letters, digits and hyphens; nothing where its script has none."""
    folded = unicodedata.normalize("NFKD", text.casefold().translate(_SPELLED))
    letters = "".join(one for one in folded if unicodedata.category(one) not in ("Mn", "Cf")).lower()
    words = re.sub(r"[^a-z0-9]+", "-", re.sub(r"['’`]", "", letters)).strip("-")
    if len(words) <= MAX_KEY:
        return words
    return words[: MAX_KEY + 1].rpartition("-")[0] or words[:MAX_KEY]


def numbered(wanted: Iterable[str]) -> list[str]:
    """Make keys unique, given oldest first: a later one gets `-2`, so that a new entry renames no old one."""
    taken: set[str] = set()
    keys = []
    for key in wanted:
        number, free = 1, key
        while free in taken:
            number += 1
            free = f"{key}-{number}"
        taken.add(free)
        keys.append(free)
    return keys
