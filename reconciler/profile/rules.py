"""Owns the rules that a JSON Schema cannot state: dates in order, one id once, texts that cannot be empty."""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import TypeAlias

from reconciler.problem import Problem
from reconciler.profile.document import Document
from reconciler.profile.remedies import of_nothing
from reconciler.profile.source import shortened
from reconciler.profile.validator import lacking_fields
from reconciler.spec import BY_NAME, ENTRY_SECTIONS, MONTHS, PROFILE, SECTIONS, Field, Kind, Use
from reconciler.values import Path, Plain

FoundField: TypeAlias = tuple[Path, Field, Plain]

_FORM = "/edit/forms/"
_ID_LENGTH = 60
_ABOVE_SECTIONS = tuple(field for field in PROFILE.fields if field not in SECTIONS)
_ENTRY_KIND = Kind.ENTRY  # to look a member up takes longer than all else that is done with a field (Python 3.11)
_ID_NAMES = ("account_id", "id", "company_id")


def broken_rules(document: Document, in_sections: Sequence[FoundField]) -> Iterator[Problem]:
    """Return the problems of a document's content, whatever else is wrong with it; its sections hold these fields."""
    if not isinstance(document.value, dict):
        return
    for path, field, value in chain(fields_in(_ABOVE_SECTIONS, document.value, ()), in_sections):
        if field.name in _ID_NAMES:
            yield from _blanks(document, path, value)
        if value == "" or isinstance(value, list):
            yield from _empties(document, path, field, value)
        if isinstance(value, dict) and "end_date" in value:
            yield from _dates_in_order(document, path, value)
    for section in ENTRY_SECTIONS:
        entries = document.value.get(section)
        if isinstance(entries, dict):
            yield from _entry_ids(document, section, entries)


def fields_in(fields: tuple[Field, ...], value: dict[str, Plain], above: Path) -> list[FoundField]:
    """Return every field that a mapping holds, with its path; entries and objects before what is in them."""
    found: list[FoundField] = []
    _find_fields(fields, value, above, found)
    return found


def fields_of_sections(document: Document) -> list[FoundField]:
    """Return every field of a document's sections, with its path."""
    return fields_in(SECTIONS, document.value, ()) if isinstance(document.value, dict) else []


def _find_fields(fields: tuple[Field, ...], value: dict[str, Plain], above: Path, found: list[FoundField]) -> None:
    for field in fields:
        if field.name not in value:
            continue
        path, below = (*above, field.name), value[field.name]
        if field.kind is _ENTRY_KIND:
            entries = below.items() if isinstance(below, dict) else ()
            for key, entry in entries:
                found.append(((*path, key), field, entry))
                if isinstance(entry, dict):
                    _find_below(field, entry, (*path, key), found)
        elif isinstance(below, list):
            found.append((path, field, below))
            for place, item in enumerate(below):
                if isinstance(item, dict):
                    _find_below(field, item, (*path, place), found)
        else:
            found.append((path, field, below))
            if isinstance(below, dict):
                _find_below(field, below, path, found)


def _find_below(field: Field, value: dict[str, Plain], path: Path, found: list[FoundField]) -> None:
    value_type = value.get("type")
    members = field.members(value_type if isinstance(value_type, str) else None)
    _find_fields(members, value, path, found)


def _empties(document: Document, path: Path, field: Field, value: Plain) -> Iterator[Problem]:
    if value == "" and field.name == "id":
        yield document.problem(path, '"" cannot clear an id', of_nothing(path))
    elif field.kind is Kind.TEXT and field.required and field.name not in _ID_NAMES and _is_blank(value):
        message = f"{_blank_as_told(value)} is not a value here: {field.name} is needed"
        yield document.problem(path, message, "write it")
    elif isinstance(value, list) and field.kind is Kind.TEXTS:
        for place, item in enumerate(value):
            if _is_blank(item):
                message = f"{_blank_as_told(item)} is not an item of a list"
                yield document.problem((*path, place), message, "take it out")


def _blanks(document: Document, path: Path, value: Plain) -> Iterator[Problem]:
    """Refuse an id with what does not show at its ends: it would be another one, and look the same."""
    if not isinstance(value, str) or not value or not (_unseen(value[0]) or _unseen(value[-1])):
        return
    seen = [place for place, char in enumerate(value) if not _unseen(char)]
    bare = value[seen[0] : seen[-1] + 1] if seen else ""
    message = f"{shortened(value, _ID_LENGTH)!r} begins or ends with a blank, or with what does not show"
    yield document.problem(path, message, f"write {shortened(bare, _ID_LENGTH)!r}" if bare else of_nothing(path))


def _is_blank(value: Plain) -> bool:
    """Tell whether a value is a text in which nothing shows."""
    return isinstance(value, str) and not value[:1].isalnum() and all(map(_unseen, value))


def _blank_as_told(value: Plain) -> str:
    return '""' if value == "" else "a text in which nothing shows"


def _unseen(char: str) -> bool:
    return char.isspace() or not char.isprintable()


def _dates_in_order(document: Document, path: Path, value: dict[str, Plain]) -> Iterator[Problem]:
    start, end = _year_and_month(value.get("start_date")), _year_and_month(value.get("end_date"))
    if start is not None and end is not None and end < start:
        message = f"the end, {end[1]}/{end[0]}, is before the start, {start[1]}/{start[0]}"
        yield document.problem((*path, "end_date"), message, "correct one of the two dates", at_key=True)


def _year_and_month(value: Plain) -> tuple[int | float, int | float] | None:
    """Return a date as year and month, which can be compared; None where it is not a date."""
    if not isinstance(value, dict):
        return None
    year, month = value.get("year"), value.get("month")
    if not isinstance(year, int | float) or not isinstance(month, int | float) or not MONTHS[0] <= month <= MONTHS[1]:
        return None
    return year, month


def _entry_ids(document: Document, section: str, entries: dict[str, Plain]) -> Iterator[Problem]:
    keys: dict[str, str] = {}
    required = [field.name for field in BY_NAME[section].fields if field.add is Use.REQUIRED]
    for key, entry in entries.items():
        path = (section, key)
        if not isinstance(entry, dict):
            continue
        entry_id = entry.get("id")
        if isinstance(entry_id, str) and entry_id:
            if _FORM in entry_id:
                yield document.problem((*path, "id"), "this is a link, not an id", _id_in(entry_id))
            if entry_id in keys:
                message = f"id {shortened(entry_id, _ID_LENGTH)} is that of {section}.{keys[entry_id]} already"
                remedy = "an id is one entry's: correct one, or take one entry out"
                yield document.problem((*path, "id"), message, remedy)
            keys.setdefault(entry_id, key)
        for name in required:
            value = entry.get(name)
            if not _is_blank(value):
                continue
            if "id" not in entry:
                told = lacking_fields([name], "empty" if value == "" else "blank")
                yield document.problem((*path, name), *told, at_key=True)
            elif value != "":
                message = f"{_blank_as_told(value)} is not a value here"
                yield document.problem((*path, name), message, 'write it, or "" to clear it')


def _id_in(link: str) -> str:
    """Say which id to write in place of a link; that of the form that adds an entry holds none."""
    parts = link.partition(_FORM)[2].split("/")
    only = next((part for part in parts if any(map(str.isdigit, part))), parts[0])
    if only == "new":
        return "open the pencil of the entry: the link of the page that opens holds its id"
    return f"write the id in it: {shortened(only, _ID_LENGTH)!r}"
