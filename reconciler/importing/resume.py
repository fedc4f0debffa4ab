"""Owns the words of JSON Resume (jsonresume.org), and what a profile and a résumé can both hold."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from reconciler.address import section_of
from reconciler.importing.texts import clean, is_blank, unique
from reconciler.profile.desired import Wanted
from reconciler.spec import BY_NAME, Use
from reconciler.values import Plain

# Our name → theirs, the one that is written first; the others are of earlier versions of their schema.
Words = Mapping[str, tuple[str, ...]]
BASICS: Words = MappingProxyType({"headline": ("label",), "summary": ("summary",)})
JOB_MEMBERS: Words = MappingProxyType(
    {"role": ("position",), "company": ("name", "company"), "location": ("location",), "description": ("summary",)}
)
SCHOOL_MEMBERS: Words = MappingProxyType(
    {"school": ("institution",), "degree": ("studyType",), "grade": ("score", "gpa"), "field_of_study": ("area",)}
)
LISTS: Mapping[str, tuple[str, Words]] = MappingProxyType(
    {"experience": ("work", JOB_MEMBERS), "education": ("education", SCHOOL_MEMBERS)}
)
START, END = "startDate", "endDate"
LAST_YEAR = 2999  # their dates begin with 1 or 2
_BULLET_MARK = "• "


def held(wanted: Mapping[str, Wanted]) -> dict[str, Plain]:
    """Return what of a profile a résumé can hold, by address: it comes back as it was, but for the keys of entries.

    These are: headline and summary; of a job role, company, location, description and seniority; of a school its
    name, degree, grade, field of study, start and end; skills, each once. Not a text that is blank; not an entry
    without the fields that it needs when it has no id; not a year that a résumé's date cannot have.
    """
    found: dict[str, Plain] = {}
    for address, desired in wanted.items():
        section, value = section_of(address), desired.value
        if section in BASICS and _is_text(value):
            found[address] = _text(value)
        elif section in LISTS and isinstance(value, dict):
            entry = _entry_of_resume(section, value)
            if entry:
                found[address] = entry
        elif section == "skills" and isinstance(value, list):
            skills = unique(_text(skill) for skill in value if _is_text(skill))[0]
            if skills:
                found[address] = list(skills)
    return found


def _entry_of_resume(section: str, value: dict[str, Plain]) -> dict[str, Plain]:
    entry: dict[str, Plain] = {name: _text(value[name]) for name in LISTS[section][1] if _is_text(value.get(name))}
    entry |= {name: value[name] for name in ("start_date", "end_date", "seniority") if is_time(value.get(name))}
    if section == "education":
        entry.pop("seniority", None)
    return entry if set(required(section)) <= entry.keys() else {}


def required(section: str) -> list[str]:
    """Return the fields that an entry of a section cannot be without."""
    return [field.name for field in BY_NAME[section].fields if field.add is Use.REQUIRED]


def _is_text(value: Plain) -> bool:
    return isinstance(value, str) and not is_blank(value)


def _text(value: Plain) -> str:
    return clean(str(value))


def is_time(value: Plain) -> bool:
    """Tell whether a date, or each of a seniority's, can be written as theirs."""
    if not isinstance(value, dict):
        return False
    if "year" in value:
        year = value["year"]
        return isinstance(year, int | float) and year <= LAST_YEAR
    return all(map(is_time, value.values()))


def with_bullets(summary: str, highlights: Sequence[str]) -> str:
    """Write highlights below a summary, one a line."""
    lines = [f"{_BULLET_MARK}{highlight}" for highlight in highlights]
    if not lines:
        return summary
    return "\n".join([*([summary.rstrip("\n"), ""] if summary else []), *lines])


def without_bullets(description: str) -> tuple[str, list[str]]:
    """Part a description into the summary and the highlights that make just this text together."""
    lines = description.split("\n")
    count = next(
        (number for number, line in enumerate(reversed(lines)) if not line.startswith(_BULLET_MARK)), len(lines)
    )
    above, below = lines[: len(lines) - count], lines[len(lines) - count :]
    summary = "\n".join(above[:-1] if above and not above[-1] else above)
    highlights = [line.removeprefix(_BULLET_MARK) for line in below]
    comes_back = with_bullets(summary, [highlight.strip() for highlight in highlights]) == description
    if not comes_back or "\n" + _BULLET_MARK in "\n" + summary:
        return description, []
    return summary, highlights
