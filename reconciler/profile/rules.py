"""Owns the checks that a JSON Schema cannot make: dates in order, one id once, fields that cannot be cleared."""

from collections.abc import Iterator

from reconciler.address import KEY
from reconciler.problem import Problem
from reconciler.profile.document import Document, Path, shortened
from reconciler.profile.remedies import of_nothing
from reconciler.spec import BY_NAME, ENTRY_SECTIONS, MONTHS, SECTIONS, Field, Kind, Use
from reconciler.values import Plain

_FORM = "/edit/forms/"
_SHOWN = 60
_IDS = ("id", "company_id")


def check(document: Document) -> Iterator[Problem]:
    """Give the problems of a document's content, whatever else is wrong with it."""
    if not isinstance(document.value, dict):
        return
    yield from _blanks(document, ("account_id",), document.value.get("account_id"))
    for path, field, value in fields_in(SECTIONS, document.value, ()):
        if field.name in _IDS:
            yield from _blanks(document, path, value)
        yield from _empties(document, path, field, value)
        if field.bounds is not None:
            yield from _bounds(document, path, field, value)
        if isinstance(value, dict) and "end_date" in value:
            yield from _order(document, path, value)
    for section in ENTRY_SECTIONS:
        entries = document.value.get(section)
        if isinstance(entries, dict):
            yield from _entries(document, section, entries)


def fields_in(fields: tuple[Field, ...], value: dict[str, Plain], above: Path) -> Iterator[tuple[Path, Field, Plain]]:
    """Give every field that a mapping holds, with its path; entries and objects before what is in them."""
    for field in fields:
        if field.name not in value:
            continue
        path, below = (*above, field.name), value[field.name]
        if field.kind is Kind.ENTRY:
            entries = below.items() if isinstance(below, dict) else ()
            for key, entry in entries:
                yield (*path, key), field, entry
                yield from _below(field, entry, (*path, key))
        elif isinstance(below, list):
            yield path, field, below
            for place, one in enumerate(below):
                yield from _below(field, one, (*path, place))
        else:
            yield path, field, below
            yield from _below(field, below, path)


def _below(field: Field, value: Plain, path: Path) -> Iterator[tuple[Path, Field, Plain]]:
    if isinstance(value, dict):
        value_type = value.get("type")
        members = field.members(value_type if isinstance(value_type, str) else None)
        yield from fields_in(members, value, path)


def _empties(document: Document, path: Path, field: Field, value: Plain) -> Iterator[Problem]:
    if value == "" and (field.kind in (Kind.FILE, Kind.ENUM) or field.name == "id"):
        noun = {Kind.FILE: "a file", Kind.ENUM: "a choice"}.get(field.kind, "an id")
        yield document.problem(path, f'"" cannot clear {noun}', of_nothing(path))
    if value == "" and field.kind is Kind.TEXT and field.required and field.name != "id":
        yield document.problem(path, f'"" is not a value here: {field.name} is needed', "write it")
    if isinstance(value, list) and "" in value and field.kind is Kind.TEXTS:
        yield document.problem((*path, value.index("")), '"" is not an item of a list', "take it out")


def _blanks(document: Document, path: Path, value: Plain) -> Iterator[Problem]:
    """Refuse an id with what does not show at its ends: it would be another one, and look the same."""
    if not isinstance(value, str) or not value or not (_unseen(value[0]) or _unseen(value[-1])):
        return
    seen = [place for place, one in enumerate(value) if not _unseen(one)]
    bare = value[seen[0] : seen[-1] + 1] if seen else ""
    message = f"{shortened(value, _SHOWN)!r} begins or ends with a blank, or with what does not show"
    yield document.problem(path, message, f"write {shortened(bare, _SHOWN)!r}" if bare else of_nothing(path))


def _unseen(one: str) -> bool:
    return one.isspace() or not one.isprintable()


def _bounds(document: Document, path: Path, field: Field, value: Plain) -> Iterator[Problem]:
    assert field.bounds is not None
    least, most = field.bounds
    if isinstance(value, bool) or not isinstance(value, int | float):
        return
    if value != value // 1 or not least <= value <= most:
        written = document.raw.get(path, str(value))
        remedy = "write 3 for March" if field.name == "month" else "write it with four digits"
        yield document.problem(path, f"{shortened(written, 20)} is not a {field.name} ({least} to {most})", remedy)


def _order(document: Document, path: Path, value: dict[str, Plain]) -> Iterator[Problem]:
    start, end = _point(value.get("start_date")), _point(value.get("end_date"))
    if start is not None and end is not None and end < start:
        message = f"the end, {_said(end)}, is before the start, {_said(start)}"
        yield document.problem((*path, "end_date"), message, "correct one of the two dates", at_key=True)


def _point(value: Plain) -> tuple[int | float, int | float] | None:
    """Give a date as something that can be compared; None where it is not a date."""
    if not isinstance(value, dict):
        return None
    year, month = value.get("year"), value.get("month")
    if not isinstance(year, int | float) or not isinstance(month, int | float) or not MONTHS[0] <= month <= MONTHS[1]:
        return None
    return year, month


def _said(point: tuple[int | float, int | float]) -> str:
    return f"{point[1]}/{point[0]}"


def _entries(document: Document, section: str, entries: dict[str, Plain]) -> Iterator[Problem]:
    ids: dict[str, str] = {}
    for key, entry in entries.items():
        path = (section, key)
        if not KEY.fullmatch(key):
            message = f"{key[:60]!r} is not a key for an entry"
            yield document.problem(path, message, "use lower-case letters, digits and hyphens", at_key=True)
        if not isinstance(entry, dict):
            continue
        entry_id = entry.get("id")
        if isinstance(entry_id, str) and entry_id:
            if _FORM in entry_id:
                yield document.problem((*path, "id"), "this is a link, not an id", _linked(entry_id))
            if entry_id in ids:
                message = f"id {entry_id[:60]} is that of {section}.{ids[entry_id]} already"
                yield document.problem(
                    (*path, "id"), message, "an id is one entry's: correct one, or take one entry out"
                )
            ids.setdefault(entry_id, key)
        elif "id" not in entry:
            yield from _lacking(document, path, entry)


def _linked(link: str) -> str:
    """Say which id to write instead of a link; that of the form that adds an entry holds none."""
    only = link.partition(_FORM)[2].partition("/")[0]
    if only == "new":
        return "open the pencil of the entry: the link of the page that opens holds its id"
    return f"write the id in it: {only[:60]!r}"


def _lacking(document: Document, path: Path, entry: dict[str, Plain]) -> Iterator[Problem]:
    for field in BY_NAME[str(path[0])].fields:
        if field.add is not Use.REQUIRED or entry.get(field.name, "") != "":
            continue
        there = field.name in entry
        lack = "empty" if there else "missing"
        message = f"{field.name} is {lack}: an entry without an id is added, which needs it"
        remedy = f"add {field.name}, or id if it is on LinkedIn already"
        yield document.problem((*path, field.name) if there else path, message, remedy, at_key=True)
