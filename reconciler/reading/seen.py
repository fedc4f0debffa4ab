"""Owns what was seen: each section and entry of a read with its value, or why there is none.

It is strict about types and deaf to what it does not know. Names, e-mail and contacts are never taken over.
"""

import re
import unicodedata
from collections.abc import Mapping
from enum import Enum, StrEnum
from types import MappingProxyType
from typing import TypeAlias

from msgspec import Struct, field

from reconciler.reading.dates import SeenDate, read_date
from reconciler.reading.text import normalize
from reconciler.spec import required_fields
from reconciler.values import Plain

MAX_SEEN_TEXT = 20_000  # characters of one field
MAX_ITEMS = 1_000  # entries or skills of one section
_ID = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._~=+-]{0,99}", re.ASCII)
_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # they reorder what stands around them


class Unseen(Enum):
    """Why there is no value."""

    THROTTLED = "throttled"
    MISSING = "missing"
    TRUNCATED = "truncated"
    DOUBTFUL = "doubtful"
    NOT_READABLE = "not-readable"  # no read of this API shows it
    MALFORMED = "malformed"  # it is shown in a form that cannot be read


class Completeness(StrEnum):
    """What may be concluded from a list of entries or skills."""

    COMPLETE = "complete"
    EMPTY = "empty"
    TRUNCATED = "truncated"  # each shown is there, more may be
    THROTTLED = "throttled"
    MISSING = "missing"
    MALFORMED = "malformed"


Sight: TypeAlias = "Plain | Unseen"
Day: TypeAlias = "SeenDate | Unseen | None"  # None: there is none


class SeenEntry(Struct, frozen=True):
    """One experience or education as LinkedIn shows it, by our names of its fields; `end` None: it goes on."""

    id: str | None
    fields: Mapping[str, Sight]
    start: Day = Unseen.MISSING
    end: Day = Unseen.MISSING


class SeenEntries(Struct, frozen=True):
    """One section's entries, in the order of the answer."""

    completeness: Completeness
    entries: tuple[SeenEntry, ...] = ()


class Seen(Struct, frozen=True):
    """What one read of a profile showed, and when (RFC 3339).

    `sections` hold headline, summary and skills. `marks` are texts of which only a change can be seen: the location's
    name, the paths of pictures, whether the profile is open to work. `source` is `api` or `archive`.
    """

    at: str
    source: str
    sections: Mapping[str, Sight] = field(default_factory=lambda: MappingProxyType({}))
    entries: Mapping[str, SeenEntries] = field(default_factory=lambda: MappingProxyType({}))
    marks: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    skills_are_complete: bool = False


_SECTION_OF = {"about": "summary", "experience": "experience", "education": "education", "skills": "skills"}
ASKED = tuple(_SECTION_OF)
"""The values of `linkedin_sections` to ask for, in one call."""

_LISTS = {"experience": "work_experience", "education": "education", "skills": "skills"}
_IDS = {"experience": ("id", "position_id", "experience_id"), "education": ("id", "education_id")}
_FIELDS = {
    "experience": {
        "role": "position",
        "company": "company",
        "company_id": "company_id",
        "location": "location",
        "description": "description",
        "skills": "skills",
    },
    "education": {
        "school": "school",
        "degree": "degree",
        "field_of_study": "field_of_study",
        "grade": "grade",
        "activities": "activities",
        "description": "description",
        "skills": "skills",
    },
}
_MARKS = {
    "location": ("location",),
    "picture": ("profile_picture_url_large", "profile_picture_url"),
    "cover_picture": ("background_picture_url",),
}

MARKED = frozenset({*_MARKS, "open_to_work"})
"""The sections of which a read shows only that something changed."""


def seen_from_answer(answer: Mapping[str, Plain], read_at: str) -> Seen:
    """Take over what an answer of `GET /users/{identifier}` shows (read.md)."""
    throttled = _throttled(answer)
    sections: dict[str, Sight] = {"headline": _seen_text(answer, "headline")}
    sections["summary"] = Unseen.THROTTLED if "summary" in throttled else _seen_text(answer, "summary")
    skills, completeness = _seen_skills(answer, throttled)
    sections["skills"] = skills
    return Seen(
        at=read_at,
        source="api",
        sections=sections,
        entries={section: _entries(answer, section, throttled) for section in _FIELDS},
        marks=_marks(answer),
        skills_are_complete=completeness in (Completeness.COMPLETE, Completeness.EMPTY),
    )


def shows_no_section(answer: Mapping[str, Plain]) -> bool:
    """Tell whether all the keys that were asked for are absent, as where the query was not understood."""
    return not any(key in answer for key in ("summary", *_LISTS.values()))


def _throttled(answer: Mapping[str, Plain]) -> frozenset[str]:
    """Return the sections that LinkedIn did not hand out; all of them where that list cannot be read."""
    named = answer.get("throttled_sections", [])
    if not isinstance(named, list):
        return frozenset(_SECTION_OF.values())
    texts = (str(name).removeprefix("linkedin_").removesuffix("_preview") for name in named)
    return frozenset(_SECTION_OF[name] for name in texts if name in _SECTION_OF)


def _completeness(answer: Mapping[str, Plain], section: str, throttled: frozenset[str]) -> Completeness:
    key = _LISTS[section]
    shown, total = answer.get(key), answer.get(f"{key}_total_count")
    if section in throttled:
        return Completeness.THROTTLED
    if key not in answer:
        return Completeness.MISSING
    if not isinstance(shown, list) or len(shown) > MAX_ITEMS:
        return Completeness.MALFORMED
    if total is not None and (isinstance(total, bool) or not isinstance(total, int) or total > len(shown)):
        return Completeness.TRUNCATED
    return Completeness.COMPLETE if shown else Completeness.EMPTY


def _listed_items(answer: Mapping[str, Plain], section: str) -> list[Plain]:
    items = answer.get(_LISTS[section])
    assert isinstance(items, list)
    return items


def _seen_skills(answer: Mapping[str, Plain], throttled: frozenset[str]) -> tuple[Sight, Completeness]:
    completeness = _completeness(answer, "skills", throttled)
    match completeness:
        case Completeness.THROTTLED:
            return Unseen.THROTTLED, completeness
        case Completeness.MISSING:
            return Unseen.MISSING, completeness
        case Completeness.MALFORMED:
            return Unseen.MALFORMED, completeness
    names = [
        _seen_text(skill, "name") if isinstance(skill, dict) else Unseen.MALFORMED
        for skill in _listed_items(answer, "skills")
    ]
    read: list[Plain] = [name for name in names if isinstance(name, str) and name]
    if len(read) < len(names):
        completeness = Completeness.TRUNCATED
    return read, completeness


def _entries(answer: Mapping[str, Plain], section: str, throttled: frozenset[str]) -> SeenEntries:
    completeness = _completeness(answer, section, throttled)
    if completeness in (Completeness.THROTTLED, Completeness.MISSING, Completeness.MALFORMED):
        return SeenEntries(completeness)
    items = _listed_items(answer, section)
    entries = tuple(_entry_shown(section, item) for item in items if isinstance(item, dict))
    if len(entries) < len(items):
        completeness = Completeness.TRUNCATED
    return SeenEntries(completeness, entries)


def _entry_shown(section: str, item: Mapping[str, Plain]) -> SeenEntry:
    fields = {
        name: _texts_at(item, key) if name == "skills" else _seen_text(item, key)
        for name, key in _FIELDS[section].items()
    }
    for name in required_fields(section):  # LinkedIn has no entry without: it was not handed out
        if fields[name] == "":
            fields[name] = Unseen.MISSING
    location = fields.get("location")
    if isinstance(location, str):
        fields["location"] = without_presence(location)
    return SeenEntry(_id(item, _IDS[section]), fields, _seen_day(item, "start"), _seen_day(item, "end"))


def without_presence(location: str) -> str:
    """Return a job's location without the presence that LinkedIn shows behind it."""
    return location.rpartition(" · ")[0] if " · " in location else location


def _id(item: Mapping[str, Plain], names: tuple[str, ...]) -> str | None:
    given = (item.get(name) for name in names)
    return next((value for value in given if isinstance(value, str) and _ID.fullmatch(value)), None)


def _seen_day(item: Mapping[str, Plain], key: str) -> Day:
    if key not in item:
        return Unseen.MISSING
    value = item[key]
    if value is None or value == "":
        return None
    return (read_date(value) if isinstance(value, str) else None) or Unseen.MALFORMED


def _seen_text(item: Mapping[str, Plain], key: str) -> Sight:
    """Return a text, empty where null or white space alone stands for none."""
    if key not in item:
        return Unseen.MISSING
    value = item[key]
    if value is None:
        return ""
    if not isinstance(value, str) or not is_readable(value):
        return Unseen.MALFORMED
    return value if normalize(value).strip() else ""


def _texts_at(item: Mapping[str, Plain], key: str) -> Sight:
    if key not in item:
        return Unseen.MISSING
    value = item[key]
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > MAX_ITEMS:
        return Unseen.MALFORMED
    return value if all(isinstance(name, str) and is_readable(name) for name in value) else Unseen.MALFORMED


def is_readable(text: str) -> bool:
    """Tell whether a text is of a bearable length, and holds nothing that hides or reorders what it says."""
    if len(text) > MAX_SEEN_TEXT:
        return False
    return not any(
        character in _OVERRIDES or (unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\r\t")
        for character in text
    )


def _marks(answer: Mapping[str, Plain]) -> Mapping[str, str]:
    marks: dict[str, str] = {}
    for address, keys in _MARKS.items():
        texts = (answer.get(key) for key in keys)
        shown = next((text for text in texts if isinstance(text, str) and text and is_readable(text)), None)
        if shown is not None:  # a picture's address is signed: the query changes from read to read
            marks[address] = shown if address == "location" else shown.partition("?")[0]
    is_open = answer.get("is_open_to_work")
    if isinstance(is_open, bool):
        marks["open_to_work"] = "true" if is_open else "false"
    return marks
