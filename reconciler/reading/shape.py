"""Owns the shape of an answer: names, types, counts and date patterns. No value of a person is in it."""

import re
from collections.abc import Iterator, Mapping, Sequence

from reconciler.values import Plain, members

_NAMES = """
object provider provider_id public_identifier first_name last_name email headline summary location occupation
profile_picture_url profile_picture_url_large background_picture_url public_profile_url premium is_self
is_open_to_work work_experience work_experience_total_count education education_total_count skills
skills_total_count primary_locale throttled_sections id position_id experience_id education_id position
company company_id description start end current school school_id degree field_of_study grade activities name
endorsement_count country language
"""
KNOWN = frozenset(_NAMES.split())
"""The keys that the documentation names; others are only counted."""
_DATES = {"start", "end"}
_FORMS = {
    "M/D/YYYY": re.compile(r"\d{1,2}/\d{1,2}/\d{4}", re.ASCII),
    "YYYY-MM-DD": re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII),
    "YYYY-MM": re.compile(r"\d{4}-\d{2}", re.ASCII),
    "M/YYYY": re.compile(r"\d{1,2}/\d{4}", re.ASCII),
    "YYYY": re.compile(r"\d{4}", re.ASCII),
}


def shape(answer: Mapping[str, Plain]) -> Iterator[str]:
    """Give the lines that describe an answer."""
    yield from _mapping([answer], "")


def _mapping(items: Sequence[Mapping[str, Plain]], indent: str) -> Iterator[str]:
    """Describe mappings together: of each key how many have it, and what it holds there."""
    names = sorted({name for item in items for name in item})
    unknown = [name for name in names if name not in KNOWN]
    for name in names:
        if name in KNOWN:
            values = [item[name] for item in items if name in item]
            often = "" if len(items) == 1 else f" (in {len(values)} of {len(items)})"
            yield f"{indent}{name}: {_kinds(name, values)}{often}"
            yield from _describe_below(values, indent + "  ")
    if unknown:
        yield f"{indent}<key>: {len(unknown)} more"


def _describe_below(values: Sequence[Plain], indent: str) -> Iterator[str]:
    inside = [members(value) for value in values if isinstance(value, dict)]
    inside += [members(item) for value in values if isinstance(value, list) for item in value if isinstance(item, dict)]
    if inside:
        yield from _mapping(inside, indent)


def _kinds(name: str, values: Sequence[Plain]) -> str:
    return " or ".join(sorted({_type_in_words(name, value) for value in values}))


def _type_in_words(name: str, value: Plain) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "number"
        case list():
            return f"list of {len(value)}"
        case dict():
            return "mapping"
    if name in _DATES:
        return next(
            (f"date {form}" for form, pattern in _FORMS.items() if pattern.fullmatch(value)), "date of another form"
        )
    return "text" if value else "empty text"


def settled(answer: Mapping[str, Plain], *, joined: bool) -> Iterator[str]:
    """Give what an answer settles of the questions that the documentation leaves open."""
    yield f"sections are asked for {'joined by commas' if joined else 'by a key each'}"
    for key in ("work_experience", "education"):
        items = answer.get(key)
        entries = [members(item) for item in items] if isinstance(items, list) else []
        if entries:
            with_id = sum("id" in entry for entry in entries)
            yield f"{key}: {with_id} of {len(entries)} entries have an id"
        total = answer.get(f"{key}_total_count")
        if isinstance(items, list) and isinstance(total, int):
            yield f"{key}: {'all' if total <= len(items) else 'not all'} of the entries that are counted are shown"
    yield f"is_self is {'shown' if 'is_self' in answer else 'not shown'}"
    summary = answer.get("summary")
    if isinstance(summary, str) and summary:
        yield f"the summary {'has' if chr(10) in summary else 'has no'} line breaks"
    throttled = answer.get("throttled_sections")
    yield f"throttled_sections {f'names {len(throttled)}' if isinstance(throttled, list) else 'is not shown'}"
