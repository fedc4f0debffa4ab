"""Generated profiles: every section and field, Unicode, odd numbers; and their later versions."""

import copy
from typing import Any, NamedTuple

from hypothesis import strategies as st

from reconciler.spec import SECTIONS, Field, Kind, Use

FILES = {f"f{number}.png": number for number in range(4)}
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn")), min_size=1, max_size=12).map(
    lambda text: text.strip() or "x"
)
# Of what is needed something shows.
SHOWN = TEXTS.map(lambda text: text if any(letter.isprintable() and not letter.isspace() for letter in text) else "x")
IDS = TEXTS.map(lambda text: "".join(letter for letter in text if letter.isprintable()).strip() or "1")


def _lines(texts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(st.just(""), texts, st.lists(texts, min_size=2, max_size=3).map("\n".join))


NUMBERS = st.one_of(
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False, width=64),
    st.sampled_from([0.1, 1e-7, -0.0, 1.0, 1e21, 5e-324]),
)
PLAIN_SECTIONS = [section for section in SECTIONS if section.kind is not Kind.ENTRY]
NAMES = st.one_of(st.sampled_from(["Founder", "Écrivain", "founder "]), SHOWN)
KEYS = ["a", "b", "c-1", "d", "a-forgotten"]
WAYS = [
    "drop",
    "drop",
    "rename",
    "rename",
    "swap",
    "copy",
    "resembling",
    "back",
    "back",
    "back changed",
    "field",
    "field",
    "named",
    "less",
    "id given",
    "id given",
    "id taken",
    "id changed",
    "new",
]
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
            return st.lists(SHOWN, min_size=1, max_size=3, unique=True)
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
    if field.name in ("id", "company_id"):
        return IDS
    return SHOWN if field.required else _lines(SHOWN if field.add is Use.REQUIRED else TEXTS)


def _in_order(dates: tuple[dict[str, int], dict[str, int]]) -> dict[str, Any]:
    start, end = sorted(dates, key=lambda date: (date["year"], date["month"]))
    return {"start_date": start, "end_date": end}


def members(fields: tuple[Field, ...]) -> st.SearchStrategy[dict[str, Any]]:
    required = {field.name: value(field) for field in fields if field.required}
    optional = {field.name: value(field) for field in fields if not field.required}
    return st.fixed_dictionaries(required, optional=optional)


def entry(section: str, entry_id: str | None) -> st.SearchStrategy[dict[str, Any]]:
    """An entry to be added, or one with an id; of fields that its variant takes, and now and then of others."""
    fields = next(known for known in SECTIONS if known.name == section).fields
    fields = tuple(
        field for field in fields if field.name not in ("id", "same_as", "not_same_as", "start_date", "end_date")
    )
    within = [field for field in fields if (field.edit if entry_id else field.add) is not Use.ABSENT]
    needed = {field.name: NAMES for field in within if entry_id is None and field.add is Use.REQUIRED}
    given = {} if entry_id is None else {"id": st.just(entry_id)}
    optional = {field.name: value(field) for field in within if field.name not in needed}
    beyond = {field.name: value(field) for field in fields if field not in within}
    plain = st.fixed_dictionaries({**given, **needed}, optional=optional)
    odd = st.fixed_dictionaries({**given, **needed}, optional={**optional, **beyond})
    return st.one_of(plain, plain, plain, odd) if section != "education" else st.one_of(plain, plain, odd, _dated(odd))


def _dated(entries: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """An education with the dates that only the Add variant has."""
    spans = st.tuples(DATES, DATES).map(_in_order)
    return st.tuples(entries, spans, st.booleans()).map(
        lambda three: {**three[0], **({"start_date": three[1]["start_date"]} if three[2] else three[1])}
    )


@st.composite
def entries(draw: st.DrawFn, section: str, ids: tuple[str, ...]) -> dict[str, Any]:
    keys = draw(st.lists(st.sampled_from(KEYS), min_size=1, max_size=4, unique=True))
    left = list(ids)
    found = {}
    for key in keys:
        entry_id = left.pop() if len(left) > 0 and draw(st.booleans()) else None
        found[key] = draw(entry(section, entry_id))
    return found


@st.composite
def profiles(draw: st.DrawFn, ids: dict[str, tuple[str, ...]]) -> dict[str, Any]:
    """A profile's sections; `ids` are LinkedIn's, of entries that are there, by section."""
    found: dict[str, Any] = {}
    for section in SECTIONS:
        if section.kind is Kind.ENTRY:
            made = draw(entries(section.name, ids.get(section.name, ())))
        elif draw(st.integers(0, 4)):
            continue
        else:
            made = draw(value(section))
        if made != {}:
            found[section.name] = made
    return found


class Seen(NamedTuple):
    """What the owner sees: what is on LinkedIn, by section, with ids; and the ids that state knows."""

    live: dict[str, list[dict[str, Any]]]
    known: frozenset[str]


@st.composite
def later(draw: st.DrawFn, past: list[dict[str, Any]], ids: dict[str, tuple[str, ...]], seen: Seen) -> dict[str, Any]:
    """A later version of the last of `past`: sections and entries changed, dropped, renamed, brought back.

    An id that is given to an entry is that entry's, and what names the entry neither changes nor goes until state
    knows the id: a tool that reads nothing could not tell.
    """
    found = copy.deepcopy(past[-1])
    for _ in range(draw(st.integers(0, 2))):
        draw(_section_changed(found, draw(st.sampled_from(PLAIN_SECTIONS)), past))
    for name in draw(st.lists(st.sampled_from(["experience", "education"]), min_size=1, max_size=2)):
        for _ in range(draw(st.integers(1, 3))):
            draw(_entries_changed(found.setdefault(name, {}), name, past, ids, seen))
    for name in ("experience", "education"):
        if not found.get(name, True):
            del found[name]
    return found


@st.composite
def _section_changed(draw: st.DrawFn, found: dict[str, Any], section: Field, past: list[dict[str, Any]]) -> None:
    name = section.name
    old = [version[name] for version in past if name in version]
    match draw(st.sampled_from(["other", "other", "drop", "old", "member"])):
        case "drop":
            found.pop(name, None)
        case "old" if old:
            found[name] = copy.deepcopy(draw(st.sampled_from(old)))
        case "member" if isinstance(found.get(name), dict):
            optional = [field.name for field in section.fields if not field.required and field.name in found[name]]
            if optional and len(found[name]) > 1:
                del found[name][draw(st.sampled_from(optional))]
        case _:
            found[name] = draw(value(section))


@st.composite
def _entries_changed(  # noqa: C901, PLR0912, PLR0913, PLR0915 - one case a way to edit the file
    draw: st.DrawFn,
    found: dict[str, Any],
    section: str,
    past: list[dict[str, Any]],
    ids: dict[str, tuple[str, ...]],
    seen: Seen,
) -> None:
    """Edit one section's entries as people do."""
    old = [pair for version in past for pair in version.get(section, {}).items()]
    fields = {field.name: field for field in next(known for known in SECTIONS if known.name == section).fields}
    key = draw(st.sampled_from(sorted(found))) if found else None
    fresh = draw(st.sampled_from(KEYS))
    used = {each.get("id") for each in found.values()}
    had = {each.get("id") for each in past[-1].get(section, {}).values()}
    match draw(st.sampled_from(WAYS)):
        case "drop" if key:
            del found[key]
        case "rename" if key and fresh not in found:
            items = [(fresh if name == key else name, each) for name, each in found.items()]
            found.clear()
            found.update(items)
        case "swap" if key and fresh in found:
            found[key], found[fresh] = found[fresh], found[key]
        case "copy" if key and "id" not in found[key]:
            found[fresh] = copy.deepcopy(found[key])
        case "resembling" if key and "id" not in found[key]:
            found[fresh] = {**copy.deepcopy(found[key]), "description": draw(TEXTS)}
        case "back" | "back changed" as way if old:
            former, removed = draw(st.sampled_from(old))
            if removed.get("id") not in used - {None}:
                found[draw(st.sampled_from([former, fresh]))] = copy.deepcopy(removed)
                if way == "back changed":
                    found[former if former in found else fresh]["description"] = draw(TEXTS)
        case "field" if key:
            name = draw(st.sampled_from(["description", "skills", "attachment", "notify_network"]))
            found[key][name] = draw(value(fields[name]))
        case "named" if key and found[key].get("id") in {None, *seen.known}:
            for name in (name for name, field in fields.items() if field.add is Use.REQUIRED):
                found[key][name] = draw(NAMES)
        case "less" if key:
            named = {field.name for field in fields.values() if field.add is Use.REQUIRED}
            optional = sorted(found[key].keys() - ({"id"} if found[key].get("id") in seen.known else {"id", *named}))
            if optional:
                del found[key][draw(st.sampled_from(optional))]
        case "id given" if key and "id" not in found[key]:
            there = [each["id"] for each in seen.live[section] if _looks_like(each, found[key], section)]
            alike = [each for each in found.values() if _looks_like(each, found[key], section)]
            if len(there) == len(alike) == 1 and there[0] not in used:
                found[key]["id"] = there[0]
        case "id taken" if key and all(
            field.add is not Use.REQUIRED or found[key].get(field.name) for field in fields.values()
        ):
            found[key].pop("id", None)
        case "id changed" if key and found[key].get("id") in had - {None}:
            free = sorted(set(ids[section]) - used)
            if free:
                found[key]["id"] = draw(st.sampled_from(free))
        case _ if fresh not in found:
            found[fresh] = draw(entry(section, None))
        case _:
            pass


def _looks_like(live: dict[str, Any], wanted: dict[str, Any], section: str) -> bool:
    names = ("role", "company") if section == "experience" else ("school",)
    return all(live.get(name) == wanted.get(name) for name in names)
