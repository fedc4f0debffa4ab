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


def with_sending(it: dict[str, Any], **changed: object) -> dict[str, Any]:
    it["pending"][1]["sections"]["experience.a"].update(changed)
    return it


DAMAGES: list[tuple[str, Text, str]] = [
    ("not a mapping", lambda _: [1], "the file is not a mapping"),
    ("version 0", lambda it: {**it, "version": 0}, "its version is 0, not 1"),
    ("version true", lambda it: {**it, "version": True}, "its version is True, not 1"),
    ("another key", lambda it: {**it, "more": 1}, "the file holds 'more'"),
    ("serial 0", lambda it: {**it, "serial": 0}, "its serial is not a whole number"),
    ("huge serial", lambda it: {**it, "serial": 10**300}, "its serial is not a whole number"),
    ("no lineage", lambda it: it.pop("lineage") and it, "lineage is missing"),
    ("empty write", lambda it: {**it, "write": ""}, "write is '', not a text"),
    ("sections a list", lambda it: {**it, "sections": []}, "sections is not a mapping"),
    ("unknown section", lambda it: it["sections"].update(nope=it["sections"]["headline"]) or it, "no section 'nope'"),
    ("whole section", lambda it: it["sections"].update(experience={}) or it, "that is not one entry"),
    ("field", lambda it: it["sections"].update({"experience.a.role": {}}) or it, "neither a section nor an entry"),
    ("odd field", lambda it: it["forgotten"].update({"experience.a..x": {}}) or it, "that is no field"),
    ("both", lambda it: it["forgotten"].update(headline=it["forgotten"]["skills"]) or it, "headline stands both in"),
    ("null", lambda it: it["sections"]["headline"].update(value=None) or it, "it holds a null"),
    ("no value", lambda it: it["sections"]["headline"].pop("value") and it, "headline.value is missing"),
    ("entry a text", lambda it: it["sections"]["experience.a"].update(value="x") or it, "is not a mapping"),
    (
        "odd name",
        lambda it: it["sections"]["experience.a"]["value"].update({"a.b": 1}) or it,
        "not the name of a field",
    ),
    ("odd name below", lambda it: it["sections"]["headline"].update(value=[{"": 1}]) or it, "not the name of a field"),
    ("odd time", lambda it: it["sections"]["headline"].update(applied_at="now") or it, "applied_at is 'now'"),
    ("no day", lambda it: it["sections"]["headline"].update(applied_at="2026-02-30T00:00:00Z") or it, "2026-02-30T00"),
    ("no hour", lambda it: it["pending"][0].update(sent_at="2026-02-28T25:00:00Z") or it, "sent_at is '2026-02-28T25"),
    ("year 0", lambda it: it["sections"]["headline"].update(applied_at="0000-01-01T00:00:00Z") or it, "'0000-01-01"),
    ("year 9999", lambda it: it["reads"].update(last="9999-12-31T23:59:59-14:00") or it, "'9999-12-31T23:59:59"),
    ("odd id_by", lambda it: it["sections"]["experience.a"].update(id_by="x") or it, "id_by is 'x'"),
    ("odd notify", lambda it: it["pending"][0]["sections"]["summary"].update(notify_network=1) or it, "notify_network"),
    ("odd fields", lambda it: it["pending"][0]["sections"]["summary"].update(fields=[1]) or it, "summary.fields is 1"),
    ("odd flag", lambda it: with_sending(it, notify_network=1), "experience.a.notify_network is 1"),
    ("odd answer", lambda it: it["pending"][0].update(answered=False) or it, "pending.answered is False"),
    ("odd origin", lambda it: with_sending(it, id_by="x"), "experience.a.id_by is 'x'"),
    ("odd look", lambda it: it["sections"]["headline"]["seen"].update({"from": "x"}) or it, "is 'x', not one of"),
    ("odd absence", lambda it: it["reads"]["absent"].update({"experience.a.role": NOW}) or it, "neither a section"),
    ("pending a mapping", lambda it: {**it, "pending": {}}, "pending is not a list"),
    ("source a list", lambda it: {**it, "source": []}, "source is not a mapping"),
    ("keys a list", lambda it: {**it, "keys": []}, "keys is not a mapping"),
]


@pytest.mark.parametrize(("damage", "why"), [one[1:] for one in DAMAGES], ids=[one[0] for one in DAMAGES])
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
