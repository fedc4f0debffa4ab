"""One field of every kind changes: exactly these parts travel, for each field of the spec's table."""

from collections.abc import Iterator
from typing import Any

import pytest

from reconciler.simulator.profile import seeded
from reconciler.spec import BY_NAME, Field, Kind, Use, walk
from tests.world import ACCOUNT, PNG, World, world

HEAD = [("type", "LINKEDIN"), ("account_id", ACCOUNT)]
ID = {"experience": "11", "education": "21"}
OTHER_ID = {"experience": "12", "education": "22"}
COMPANIONS = {"picture": "picture_settings", "cover_picture": "cover_picture_settings", "skills": "skills_follow"}
CORNERS = ("bottomLeft", "bottomRight", "topLeft", "topRight")
DATES = ("start_date", "end_date")
FILES = ("one.png", "two.png")
VALUES: dict[Kind, tuple[Any, Any]] = {
    Kind.TEXT: ("a text", "another text"),
    Kind.NUMBER: (1, 1.25),
    Kind.BOOLEAN: (False, True),
    Kind.FILE: FILES,
    Kind.TEXTS: (["a", "b"], ["b", "a", "ü"]),
}
MENTIONS = (Kind.MENTION, Kind.MENTIONS)  # they answer a question about what state knows, and send nothing
TABLE = dict(walk())

Path = tuple[str, ...]
Parts = list[tuple[str, str]]


def _optional(field: Field) -> list[str]:
    return [
        field.name
        for field in field.fields
        if not field.required and not field.directive and field.edit is not Use.ABSENT
    ]


def _can_change(field: Field) -> bool:
    """Tell whether there is a change of this field that is not one of a field below it, or no change at all."""
    if field.kind in (Kind.OBJECT, Kind.ENTRY):
        return bool(_optional(field))
    return field.kind not in MENTIONS and len(field.choices) != 1


PATHS = [path for path, field in walk() if _can_change(field)]


def value(place: Path, path: Path, *, after: bool) -> Any:  # noqa: ANN401
    """Make a value with all its members, which differs before and after where `place` is `path`.

    An object differs by its last optional member, which comes.
    """
    field, second = TABLE[place], after and place == path
    if field.kind in VALUES:
        return ("12345", "54321")[second] if field.length else VALUES[field.kind][second]
    match field.kind:
        case Kind.INTEGER:
            return {"month": 3, "year": 2000}[field.name] + ("end_date" in place) + second  # no end before its start
        case Kind.ENUM:
            return field.choices[second and len(field.choices) > 1]
        case Kind.ENUMS:
            return list(field.choices[: 1 + second])
        case Kind.OBJECTS:
            return [members(place, path, after=after)] * (1 + second)
        case Kind.ATTACHMENT:
            kind = path[len(place)] if path[: len(place)] == place != path else ("link", "media")[second]
            return members((*place, kind), path, after=after)
        case _:
            left = _optional(field)[-1:] if place == path and not after else []
            return {key: below for key, below in members(place, path, after=after).items() if key not in left}


def members(place: Path, path: Path, *, after: bool) -> dict[str, Any]:
    """Make all members of what stands at a place: of an entry those that an edit takes, and the one in question."""
    below = [inner for inner in TABLE if inner[:-1] == place]
    kept = [inner for inner in below if _is_edited(inner) or inner == path[: len(inner)]]
    return {inner[-1]: value(inner, path, after=after) for inner in kept}


def _is_edited(place: Path) -> bool:
    return TABLE[place].edit is not Use.ABSENT and not TABLE[place].directive


def profile(path: Path, *, after: bool) -> dict[str, Any]:
    """Make a profile of the section of `path`, and of what goes along with it."""
    section = path[0]
    if section in ID:
        entry = {"id": ID[section], **value((section,), path, after=after)}
        if path == (section, "id"):
            entry["id"] = OTHER_ID[section] if after else ID[section]
        return {section: {"key": entry}}
    pair = next((pair for pair in COMPANIONS.items() if section in pair), (section,))
    return {name: value((name,), path, after=after) for name in pair}


def flat(name: str, given: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401
    """Write a value's parts as the page's example does, apart from the product's own encoder."""
    if isinstance(given, dict):
        for key, below in given.items():
            yield from flat(f"{name}[{key}]", below)
    elif isinstance(given, list):
        for place, below in enumerate(given):
            yield from flat(f"{name}[{place}]" if isinstance(below, dict) else name, below)
    else:
        yield name, str(given).lower() if isinstance(given, bool) else str(given)


def expected(path: Path) -> list[Parts]:
    """Say by the contract what travels after the field at `path` has changed: one request, or none."""
    section, wanted = path[0], profile(path, after=True)
    if section not in ID:
        names = [section, *([COMPANIONS[section]] if section in COMPANIONS else [])]
        return [[*HEAD, *(part for name in names for part in flat(name, wanted[name]))]]
    entry = wanted[section]["key"]
    if path == (section,):
        chosen = {"id", _optional(TABLE[path])[-1]}
    elif path == (section, "id"):
        chosen = set(entry)  # it is another entry: all of it is set
    elif path == (section, "notify_network") or TABLE[path[:2]].edit is Use.ABSENT:
        return []  # it says how to send; or the page does not document that it can be edited
    else:
        chosen = {"id", path[1]}
    order = [field.name for field in BY_NAME[section].fields if field.name in chosen]
    return [[*HEAD, *(part for name in order for part in flat(f"{section}[{name}]", entry[name]))]]


def shown(request: dict[str, Any]) -> Parts:
    return [(part["name"], part["value"] if "value" in part else part["filename"]) for part in request["parts"]]


@pytest.fixture(scope="module")
def _world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(tmp_path_factory.mktemp("changes")) as made:
        for number, name in enumerate(FILES):
            (made.folder / name).write_bytes(PNG + bytes([number]))
        yield made


@pytest.fixture
def here(_world: World) -> World:
    memory = _world.simulator.memory
    memory.clear()
    ids: Any = {name: [{"id": ID[name]}, {"id": OTHER_ID[name]}] for name in ID}
    memory.profiles[ACCOUNT] = seeded(ids, memory.new_id)
    _world.state_path.unlink(missing_ok=True)
    return _world


@pytest.mark.parametrize("path", PATHS, ids=".".join)
def test_what_travels_when_one_field_changes(here: World, path: Path) -> None:
    before, after = profile(path, after=False), profile(path, after=True)
    assert before != after
    here.write(before)
    here.apply()
    assert [request["status"] for request in here.sent()] == [200]
    here.sent().clear()
    here.write(after)
    here.apply()
    assert [shown(request) for request in here.sent()] == expected(path)
    assert all(request["status"] == 200 for request in here.sent())


def test_only_what_has_no_other_value_is_left_out() -> None:
    left = {".".join(path) for path in TABLE if path not in PATHS}
    points = {f"{name}_settings.layout.{corner}" for name in ("picture", "cover_picture") for corner in CORNERS}
    dates = {f"{name}.seniority.{date}" for name in ID for date in DATES} | {f"education.{date}" for date in DATES}
    types = {f"{name}.attachment.{kind}.type" for name in ID for kind in ("link", "media")}
    mentions = {f"{name}.{answer}" for name in ID for answer in ("same_as", "not_same_as")}
    assert left == points | dates | types | mentions
