"""Generated profiles: every section and field, Unicode, odd numbers; and their later versions."""

from typing import Any

from hypothesis import strategies as st

from reconciler.spec import SECTIONS, Field, Kind, Use

FILES = {f"f{number}.png": number for number in range(4)}
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn")), min_size=1, max_size=12).map(
    lambda text: text.strip() or "x"
)
LINES = st.one_of(st.just(""), TEXTS, st.lists(TEXTS, min_size=2, max_size=3).map("\n".join))
NUMBERS = st.one_of(
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False, width=64),
    st.sampled_from([0.1, 1e-7, -0.0, 1.0, 1e21, 5e-324]),
)
DATES = st.fixed_dictionaries({"month": st.integers(1, 12), "year": st.integers(1990, 2030)})


def value(field: Field) -> st.SearchStrategy[Any]:  # noqa: C901, PLR0911 - one case a kind
    if field.name == "seniority":
        return st.one_of(
            st.fixed_dictionaries({"start_date": DATES}),
            st.tuples(DATES, DATES).map(_in_order),
        )
    match field.kind:
        case Kind.TEXT:
            return st.text("0123456789", min_size=5, max_size=5) if field.length else _text(field)
        case Kind.NUMBER:
            return NUMBERS
        case Kind.INTEGER:
            return st.integers(1, 12) if field.name == "month" else st.integers(1990, 2030)
        case Kind.BOOLEAN:
            return st.booleans()
        case Kind.ENUM:
            return st.sampled_from(field.choices)
        case Kind.FILE:
            return st.sampled_from(sorted(FILES))
        case Kind.TEXTS:
            return st.lists(TEXTS, min_size=1, max_size=3, unique=True)
        case Kind.ENUMS:
            return st.lists(st.sampled_from(field.choices), min_size=1, max_size=2, unique=True)
        case Kind.OBJECTS:
            return st.lists(members(field.fields), min_size=1, max_size=2)
        case Kind.ATTACHMENT:
            return st.one_of([members(fields) for _, fields in field.variants])
        case _:
            return members(field.fields).filter(bool)


def _text(field: Field) -> st.SearchStrategy[str]:
    if field.name == "url":
        return st.sampled_from(["https://example.com/a", "https://example.com/b?c=d&e=%20"])
    return TEXTS if field.required or field.name == "id" else LINES


def _in_order(dates: tuple[dict[str, int], dict[str, int]]) -> dict[str, Any]:
    start, end = sorted(dates, key=lambda date: (date["year"], date["month"]))
    return {"start_date": start, "end_date": end}


def members(fields: tuple[Field, ...]) -> st.SearchStrategy[dict[str, Any]]:
    required = {field.name: value(field) for field in fields if field.required}
    optional = {field.name: value(field) for field in fields if not field.required}
    return st.fixed_dictionaries(required, optional=optional)


def entry(section: str, entry_id: str | None) -> st.SearchStrategy[dict[str, Any]]:
    """An entry to be added, or one with an id; of fields that its variant takes, mostly."""
    fields = next(one for one in SECTIONS if one.name == section).fields
    fields = tuple(one for one in fields if one.name != "id" and one.name not in ("start_date", "end_date"))
    if entry_id is not None:
        optional = {one.name: value(one) for one in fields if one.edit is not Use.ABSENT}
        return st.fixed_dictionaries({"id": st.just(entry_id)}, optional=optional)
    needed = {one.name: TEXTS for one in fields if one.add is Use.REQUIRED}
    optional = {one.name: value(one) for one in fields if one.add is Use.OPTIONAL}
    return st.fixed_dictionaries(needed, optional=optional)


@st.composite
def entries(draw: st.DrawFn, section: str, ids: tuple[str, ...]) -> dict[str, Any]:
    keys = draw(st.lists(st.sampled_from(["a", "b", "c-1", "d"]), max_size=3, unique=True))
    left = list(ids)
    found = {}
    for key in keys:
        entry_id = left.pop() if left and draw(st.booleans()) else None
        found[f"id-{entry_id}" if entry_id else key] = draw(entry(section, entry_id))
    return found


@st.composite
def profiles(draw: st.DrawFn, ids: dict[str, tuple[str, ...]]) -> dict[str, Any]:
    """A profile's sections; `ids` are LinkedIn's, of entries that are there, by section."""
    found: dict[str, Any] = {}
    for section in SECTIONS:
        if section.kind is Kind.ENTRY:
            made = draw(entries(section.name, ids.get(section.name, ())))
        elif draw(st.integers(0, 3)):
            continue
        else:
            made = draw(value(section))
        if made != {}:
            found[section.name] = made
    return found


@st.composite
def later(draw: st.DrawFn, before: dict[str, Any], ids: dict[str, tuple[str, ...]]) -> dict[str, Any]:
    """A later version: some sections of another profile, entries renamed, removed, changed, brought back."""
    other = draw(profiles(ids))
    found = {name: one for name, one in before.items() if draw(st.integers(0, 3))}
    for name, one in other.items():
        if draw(st.booleans()):
            found[name] = _merged(found.get(name), one) if name in ("experience", "education") else one
    for name in ("experience", "education"):
        if name in found and draw(st.booleans()):
            found[name] = _renamed(found[name], draw(st.sampled_from(["a", "b", "c-1", "d", "e"])))
    return found


def _merged(before: dict[str, Any] | None, after: dict[str, Any]) -> dict[str, Any]:
    taken = {one.get("id") for one in (before or {}).values()} - {None}
    fresh = {key: one for key, one in after.items() if one.get("id") not in taken}
    return {**fresh, **(before or {})}


def _renamed(entries: dict[str, Any], key: str) -> dict[str, Any]:
    (_, one), *rest = entries.items()
    return dict([(key, one), *rest]) if key not in entries else entries
