"""The walk over the spec's table and the profile's JSON Schema allow the same documents."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft7Validator

from reconciler.problem import ProblemsError
from reconciler.profile import schema
from reconciler.profile.document import Document, read_document
from reconciler.profile.load import load
from reconciler.profile.schema import schema_text
from reconciler.profile.validator import problems_of
from tests.strategies import profiles

PROFILES = sorted((Path(__file__).parents[2] / "profiles").glob("*.yaml"))
SCHEMA = json.loads(schema_text())
VALIDATOR = Draft7Validator(SCHEMA)
ODD: tuple[Any, ...] = (
    *(None, True, 0, 3, 1.5, 3.0, "", "x", "12345", "REMOTE", "link", "media"),
    *([], {}, [""], ["x"], ["REMOTE"], [3], [[]], {"x": 1}, {"x": 1, "y": 2}, {"id": "1"}),
    *({"month": 1, "year": 2000}, {"month": True, "year": 2000}, [{"name": "a", "id": "b"}], {"Key": {"role": "x"}}),
    *({"a": {"role": "x"}}, {"a": {"id": ""}}, {"month": 3.0, "year": 2000.5}),
)
KNOWN_RULES = {
    *("type", "const", "enum", "required", "properties", "additionalProperties", "propertyNames", "pattern"),
    *("minLength", "maxLength", "minItems", "minProperties", "items", "oneOf", "anyOf"),
    *("minimum", "maximum", "if", "else"),
}
WORDS_FOR_READERS = {"$schema", "$id", "$comment", "title", "description", "examples", "default"}


def _example() -> dict[str, Any]:
    path = next(path for path in PROFILES if path.name == "full.yaml")
    value: Any = read_document(path.read_bytes(), "full.yaml").value
    assert isinstance(value, dict)
    return value


def _places(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in pairs:
        yield (*above, key)
        yield from _places(below, (*above, key))


def _mutants(value: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Return the value with each place taken out, replaced by each odd value, and given an unknown neighbour."""
    for *above, last in _places(value):
        for odd in (..., *ODD):
            mutant = copy.deepcopy(value)
            holder: Any = mutant
            for key in above:
                holder = holder[key]
            if odd is ...:
                del holder[last]
            else:
                holder[last] = odd
            yield mutant
            if isinstance(holder, dict) and odd is not ...:
                yield {**mutant, "extra": odd}


def _passes(value: Any) -> bool:  # noqa: ANN401
    return not list(problems_of(Document("p.yaml", value, {}, {}, {})))


def test_the_walk_and_the_schema_allow_the_same_of_thousands_of_mutated_documents() -> None:
    mutants = [_example(), *_mutants(_example())]
    allowed = [VALIDATOR.is_valid(mutant) for mutant in mutants]
    assert sum(allowed) > len(mutants) / 50  # some odd values fit
    differ = [mutant for mutant, valid in zip(mutants, allowed, strict=True) if _passes(mutant) != valid]
    assert differ == []


@pytest.mark.parametrize("path", PROFILES, ids=lambda path: path.name)
def test_both_allow_the_examples(path: Path) -> None:
    document = read_document(path.read_bytes(), str(path))
    assert list(problems_of(document)) == []
    assert VALIDATOR.is_valid(document.value)


@settings(max_examples=100)
@given(profiles({"experience": ("1",), "education": ("2",)}))
def test_both_allow_generated_profiles(profile: dict[str, Any]) -> None:
    value = {"type": "LINKEDIN", "account_id": "a", **profile}
    assert _passes(value)
    assert VALIDATOR.is_valid(value)


@pytest.mark.parametrize("value", [None, [], "x", 1, {}, {"type": "LINKEDIN"}, {"type": "X", "account_id": "a"}])
def test_both_refuse_what_is_no_profile(value: Any) -> None:  # noqa: ANN401
    assert not _passes(value)
    assert not VALIDATOR.is_valid(value)


def test_what_is_strictly_valid_is_so_by_the_schema_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "p.yaml"
    path.write_text("type: LINKEDIN\naccount_id: a\nheadline: x\n")
    narrow = {**SCHEMA, "properties": {**SCHEMA["properties"], "headline": {"type": "string", "minLength": 2}}}
    monkeypatch.setattr(schema, "_schema_validator", lambda: Draft7Validator(narrow))
    load(str(path))
    with pytest.raises(ProblemsError, match=r"p\.yaml:3:11: headline: the schema refuses this: 'x' is too short"):
        load(str(path), strict=True)


def test_the_schema_has_no_rule_that_the_walk_does_not_know() -> None:
    assert set(_rules(SCHEMA)) <= KNOWN_RULES | WORDS_FOR_READERS


def _rules(schema: Any) -> Iterator[str]:  # noqa: ANN401
    if isinstance(schema, list):
        for below in schema:
            yield from _rules(below)
        return
    if not isinstance(schema, dict):
        return
    yield from schema
    for rule, below in schema.items():
        if rule in ("properties", "definitions"):
            for named in below.values():
                yield from _rules(named)
        elif rule in ("items", "additionalProperties", "propertyNames", "oneOf", "anyOf", "if", "then", "else"):
            yield from _rules(below)
