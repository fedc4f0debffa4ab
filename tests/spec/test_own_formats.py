"""The schemas of our own formats: strict, and no laxer than what reads the files. Every test's plans pass them."""

import copy
import json
from typing import Any

import pytest
from jsonschema import Draft7Validator
from msgspec import Struct

from reconciler.planning.plan import Action, Change, Plan
from reconciler.planning.reason import Code, Edit, Reason, When
from reconciler.problem import StaleError, StateError
from reconciler.render.planfile import read_plans
from reconciler.simulator.profile import seeded
from reconciler.spec import ENTRY_SECTIONS, SECTIONS
from reconciler.state.format import read_state
from tests.world import ACCOUNT, PNG, SCHEMAS, World, hold

ODD: tuple[Any, ...] = (None, 0, "", "x", [], {"x": None}, ...)


def _schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SCHEMAS / f"{name}.schema.json").read_text("utf-8"))
    return found


def _places(value: Any, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:  # noqa: ANN401 - any JSON
    """Give every place in a value, of a list the first two members."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value[:2]) if isinstance(value, list) else ()
    return [place for key, below in pairs for place in [(*above, key), *_places(below, (*above, key))]]


def _mutants(value: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Give the value with each place taken out or replaced, and each mapping with a key too many."""
    found = []
    for place in _places(value):
        for odd in ODD:
            mutant = copy.deepcopy(value)
            holder: Any = mutant
            for key in place[:-1]:
                holder = holder[key]
            if odd is ...:
                del holder[place[-1]]
            else:
                holder[place[-1]] = odd
            found.append((f"{place} = {odd}", mutant))
    return found


EXIT_DOUBT = 3
JOB = {"role": "R", "company": "C"}


@pytest.fixture(name="full")
def _full(here: World) -> World:
    """Give a world whose state has records, forgotten, pending and keys, and whose plan has most actions."""
    (here.folder / "me.png").write_bytes(PNG)
    jobs: dict[str, Any] = {key: {**JOB, "role": key} for key in ("a", "b", "c")}
    jobs["d"] = {"id": "7", "role": "D", "location": "L"}
    here.simulator.memory.profiles[ACCOUNT] = seeded({"experience": [{"id": "7"}]}, here.simulator.memory.new_id)
    here.simulator.faults.add(["none", "none", "close=after-edit", "close=before-edit"])
    here.write({"headline": "x", "picture": "me.png", "skills": ["a"], "summary": "s", "experience": jobs})
    assert here.apply().code == EXIT_DOUBT
    del jobs["d"]["location"]
    here.write({"headline": "x", "picture": "me.png", "skills": ["a"], "experience": jobs})
    here.simulator.faults.add(["error=limit_exceeded"] * 3)
    here.apply()
    here.cli("state", "resolve", "experience.c", "--not-applied")
    jobs["moved"] = jobs.pop("a")
    jobs["d"]["role"] = "E"
    here.write({"headline": "y", "picture": "me.png", "experience": {**jobs, "e": JOB}})
    return here


@pytest.mark.parametrize("name", ["plan", "state"])
def test_schema_is_one(name: str) -> None:
    Draft7Validator.check_schema(_schema(name))


def test_schemas_name_every_section_and_action() -> None:
    names = [section.name for section in SECTIONS if section.name not in ENTRY_SECTIONS]
    sections = _schema("state")["properties"]["sections"]["patternProperties"]
    assert list(sections) == [r"^(experience|education)\.[a-z0-9][a-z0-9-]*$", f"^({'|'.join(names)})$"]
    assert _schema("plan")["definitions"]["change"]["properties"]["action"]["enum"] == [one.value for one in Action]


def test_plan_schema_says_what_the_plan_declares() -> None:
    """The structs declare the format: what is written of them and read back is held by the tests of planfile."""
    schema = _schema("plan")["definitions"]

    def declared(kind: type[Struct], *more: str, without: tuple[str, ...] = ()) -> set[str]:
        return set(kind.__struct_fields__) - set(without) | set(more)

    assert schema["reason"]["properties"]["code"]["enum"] == list(Code)
    assert schema["way"]["properties"]["when"]["enum"] == list(When)
    assert set(schema["reason"]["properties"]) == declared(Reason, "text")
    assert set(schema["way"]["properties"]) == declared(Edit, "when", "command", "edit", without=("line",))
    assert set(schema["change"]["properties"]) == declared(
        Change, "from", "known", "notifies", "replaces_unseen", without=("moved_from", "known_at")
    )
    written = ("format_version", "id", "created_at", "summary", "commit")
    assert set(schema["plan"]["properties"]) == declared(Plan, "deferred", *written, without=("due",))


def test_state_schema_lets_nothing_pass_that_the_reader_refuses(full: World) -> None:
    state = full.state()
    assert {name for name, value in state.items() if value} >= {"sections", "forgotten", "pending", "keys"}
    passed = _passed("state", state)
    assert passed
    for what, mutant in passed:
        try:
            read_state(json.dumps(mutant), "s")
        except StateError as error:
            raise AssertionError(what) from error


def test_plan_schema_lets_nothing_pass_that_the_reader_refuses(full: World) -> None:
    plan = full.plan()
    assert {change["action"] for change in plan["changes"]} >= {"create", "update", "forget", "move"}, plan["summary"]
    passed = _passed("plan", plan)
    assert passed
    for what, mutant in passed:
        try:
            read_plans(json.dumps(mutant), "p")
        except StaleError as error:
            raise AssertionError(what) from error


def _passed(name: str, value: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Give the mutants of a value that its schema lets pass."""
    validator = Draft7Validator(_schema(name))
    return [(what, mutant) for what, mutant in _mutants(value) if validator.is_valid(mutant)]


def test_schemas_refuse_keys_that_nobody_writes(full: World) -> None:
    for name, value in (("state", full.state()), ("plan", full.plan())):
        validator = Draft7Validator(_schema(name))
        for place in [(), *_places(value)]:
            mutant = copy.deepcopy(value)
            holder: Any = mutant
            for key in place:
                holder = holder[key]
            if isinstance(holder, dict) and not {"value", "before", "after", "files"} & set(place):
                holder["no-such-key"] = 1
                assert not validator.is_valid(mutant), place


def test_errors_have_the_form_that_the_plan_schema_says(here: World) -> None:
    hold("plan", {"format_version": "1.0", "errors": []})
    (here.folder / here.name).write_text("headlin: x\n")
    for command in ("plan", "validate"):
        assert here.cli(command, "--format", "json").code == 1  # and holds what it printed
