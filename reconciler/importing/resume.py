"""Owns the words of JSON Resume (jsonresume.org), and what a profile and a résumé can both hold."""

from collections.abc import Mapping
from types import MappingProxyType

from reconciler.address import section_of
from reconciler.importing.texts import clean, unique
from reconciler.profile.desired import Wanted
from reconciler.spec import BY_NAME, Use
from reconciler.values import Plain

# Our name → theirs, the one that is written first; the others are of earlier versions of their schema.
Words = Mapping[str, tuple[str, ...]]
BASICS: Words = MappingProxyType({"headline": ("label",), "summary": ("summary",)})
JOB: Words = MappingProxyType(
    {"role": ("position",), "company": ("name", "company"), "location": ("location",), "description": ("summary",)}
)
SCHOOL: Words = MappingProxyType(
    {"school": ("institution",), "degree": ("studyType",), "grade": ("score", "gpa"), "field_of_study": ("area",)}
)
LISTS: Mapping[str, tuple[str, Words]] = MappingProxyType(
    {"experience": ("work", JOB), "education": ("education", SCHOOL)}
)
START, END = "startDate", "endDate"
LAST_YEAR = 2999  # their dates begin with 1 or 2

Held = dict[str, Plain]


def held(wanted: Mapping[str, Wanted]) -> dict[str, Plain]:
    """Give what of a profile a résumé can hold, by address: it comes back as it was, but for the keys of entries.

    These are: headline and summary; of a job role, company, location, description and seniority; of a school its
    name, degree, grade, field of study, start and end; skills, each once. Not a text that is blank; not an entry
    without the fields that it needs when it has no id; not a year that a résumé's date cannot have.
    """
    found: dict[str, Plain] = {}
    for address, one in wanted.items():
        section = section_of(address)
        if section in BASICS and _is_text(one.value):
            found[address] = _text(one.value)
        elif section in LISTS and isinstance(one.value, dict):
            entry = _entry(section, one.value)
            if entry:
                found[address] = entry
        elif section == "skills" and isinstance(one.value, list):
            kept = unique(_text(skill) for skill in one.value if _is_text(skill))[0]
            if kept:
                found[address] = list(kept)
    return found


def _entry(section: str, value: Held) -> Held:
    entry: Held = {name: _text(value[name]) for name in LISTS[section][1] if _is_text(value.get(name))}
    entry |= {name: value[name] for name in ("start_date", "end_date", "seniority") if is_time(value.get(name))}
    if section == "education":
        entry.pop("seniority", None)
    needed = {field.name for field in BY_NAME[section].fields if field.add is Use.REQUIRED}
    return entry if needed <= entry.keys() else {}


def _is_text(value: Plain) -> bool:
    return isinstance(value, str) and bool(clean(value).strip())


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
