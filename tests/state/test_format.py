"""What a state file may hold: anything else is refused with its reason, and left as it is."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.problem import StateError
from reconciler.state.format import RECOVER, laid_out, read_state, write_state
from tests.state.test_storage import NOW, WHOLE

Text = Callable[[dict[str, Any]], object]


def whole() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(write_state(WHOLE))
    return found


def with_sending(state: dict[str, Any], **changed: object) -> dict[str, Any]:
    state["pending"][1]["sections"]["experience.a"].update(changed)
    return state


DAMAGES: list[tuple[str, Text, str]] = [
    ("not a mapping", lambda _: [1], "the file is not a mapping"),
    ("version 0", lambda state: {**state, "version": 0}, "its version is 0, not 1"),
    ("version true", lambda state: {**state, "version": True}, "its version is True, not 1"),
    ("another key", lambda state: {**state, "more": 1}, "the file holds 'more'"),
    ("serial 0", lambda state: {**state, "serial": 0}, "its serial is not a whole number"),
    ("huge serial", lambda state: {**state, "serial": 10**300}, "its serial is not a whole number"),
    ("no lineage", lambda state: state.pop("lineage") and state, "lineage is missing"),
    ("empty write", lambda state: {**state, "write": ""}, "write is '', not a text"),
    ("sections a list", lambda state: {**state, "sections": []}, "sections is not a mapping"),
    (
        "unknown section",
        lambda state: state["sections"].update(nope=state["sections"]["headline"]) or state,
        "no section 'nope'",
    ),
    ("whole section", lambda state: state["sections"].update(experience={}) or state, "that is not one entry"),
    (
        "field",
        lambda state: state["sections"].update({"experience.a.role": {}}) or state,
        "neither a section nor an entry",
    ),
    ("odd field", lambda state: state["forgotten"].update({"experience.a..x": {}}) or state, "that is no field"),
    (
        "both",
        lambda state: state["forgotten"].update(headline=state["forgotten"]["skills"]) or state,
        "headline stands both in",
    ),
    ("null", lambda state: state["sections"]["headline"].update(value=None) or state, "it holds a null"),
    ("no value", lambda state: state["sections"]["headline"].pop("value") and state, "headline.value is missing"),
    ("entry a text", lambda state: state["sections"]["experience.a"].update(value="x") or state, "is not a mapping"),
    (
        "odd name",
        lambda state: state["sections"]["experience.a"]["value"].update({"a.b": 1}) or state,
        "not the name of a field",
    ),
    (
        "odd name below",
        lambda state: state["sections"]["headline"].update(value=[{"": 1}]) or state,
        "not the name of a field",
    ),
    ("odd time", lambda state: state["sections"]["headline"].update(applied_at="now") or state, "applied_at is 'now'"),
    (
        "no day",
        lambda state: state["sections"]["headline"].update(applied_at="2026-02-30T00:00:00Z") or state,
        "2026-02-30T00",
    ),
    (
        "no hour",
        lambda state: state["pending"][0].update(sent_at="2026-02-28T25:00:00Z") or state,
        "sent_at is '2026-02-28T25",
    ),
    (
        "year 0",
        lambda state: state["sections"]["headline"].update(applied_at="0000-01-01T00:00:00Z") or state,
        "'0000-01-01",
    ),
    (
        "year 9999",
        lambda state: state["reads"].update(last="9999-12-31T23:59:59-14:00") or state,
        "'9999-12-31T23:59:59",
    ),
    ("odd id_by", lambda state: state["sections"]["experience.a"].update(id_by="x") or state, "id_by is 'x'"),
    (
        "odd notify",
        lambda state: state["pending"][0]["sections"]["summary"].update(notify_network=1) or state,
        "notify_network",
    ),
    (
        "odd fields",
        lambda state: state["pending"][0]["sections"]["summary"].update(fields=[1]) or state,
        "summary.fields is 1",
    ),
    ("odd flag", lambda state: with_sending(state, notify_network=1), "experience.a.notify_network is 1"),
    ("odd answer", lambda state: state["pending"][0].update(answered=False) or state, "pending.answered is False"),
    ("odd origin", lambda state: with_sending(state, id_by="x"), "experience.a.id_by is 'x'"),
    (
        "odd look",
        lambda state: state["sections"]["headline"]["seen"].update({"from": "x"}) or state,
        "is 'x', not one of",
    ),
    (
        "odd absence",
        lambda state: state["reads"]["absent"].update({"experience.a.role": NOW}) or state,
        "neither a section",
    ),
    ("pending a mapping", lambda state: {**state, "pending": {}}, "pending is not a list"),
    ("source a list", lambda state: {**state, "source": []}, "source is not a mapping"),
    ("keys a list", lambda state: {**state, "keys": []}, "keys is not a mapping"),
]


@pytest.mark.parametrize(("damage", "why"), [row[1:] for row in DAMAGES], ids=[row[0] for row in DAMAGES])
def test_a_state_that_is_not_one_is_refused_with_its_reason(damage: Text, why: str) -> None:
    with pytest.raises(StateError) as raised:
        read_state(json.dumps(damage(whole())), "p.state.json")
    (problem,) = raised.value.problems
    assert why in problem.message
    assert problem.remedy == RECOVER


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it is not JSON at line 1, column 1"),
        ('{"version": 1, "version": 1}', "it holds the key 'version' twice"),
        ('{"version": NaN}', "it holds NaN"),
        ('{"version": 1e999}', "a number that is too large"),
        ('{"version": 1' + "0" * 5000 + "}", "a number that is too large"),
        ('{"version": "\\ud800"}', "not valid Unicode"),
        ('{"\\ud800": 1}', "not valid Unicode"),
        ("[" * 100 + "]" * 100, "nested too deep"),
        ("[" * 100000, "nested too deep"),
    ],
)
def test_a_text_that_is_no_state_is_refused_with_its_reason(text: str, why: str) -> None:
    with pytest.raises(StateError, match=why):
        read_state(text, "p.state.json")


def test_a_conflict_without_serials_is_named_too() -> None:
    with pytest.raises(StateError, match="two branches both applied, and neither"):
        read_state("<<<<<<< HEAD\n", "p.state.json")


_SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
_JSON = st.recursive(
    _SCALARS | st.text(st.characters(exclude_categories=())),
    lambda below: st.lists(below) | st.dictionaries(st.text(), below),
)


@given(_JSON)
def test_json_is_laid_out_as_the_standard_library_does_it(value: Any) -> None:  # noqa: ANN401 - any JSON
    assert laid_out(value) == json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False)
