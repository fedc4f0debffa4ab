"""The quick yes of reconciler.profile.validator is never wrong: what it lets pass, the schema lets pass."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft7Validator

from reconciler.profile.document import read_document
from reconciler.profile.schema import schema_text
from reconciler.profile.validator import has_shape
from tests.strategies import profiles

PROFILES = sorted((Path(__file__).parents[2] / "profiles").glob("*.yaml"))
SCHEMA = json.loads(schema_text())
VALIDATOR = Draft7Validator(SCHEMA)
ODD: tuple[Any, ...] = (
    *(None, True, 0, 3, 1.5, 3.0, "", "x", "12345", "REMOTE", "link", "media"),
    *([], {}, [""], ["x"], ["REMOTE"], [3], [[]], {"x": 1}, {"x": 1, "y": 2}, {"id": "1"}),
    *({"month": 1, "year": 2000}, {"month": True, "year": 2000}, [{"name": "a", "id": "b"}], {"Key": {"role": "x"}}),
)
KNOWN_RULES = {
    *("type", "const", "enum", "required", "properties", "additionalProperties", "propertyNames", "pattern"),
    *("minLength", "maxLength", "minItems", "minProperties", "items", "oneOf", "anyOf"),
    *("minimum", "maximum"),
}
WORDS_FOR_READERS = {
    *("$schema", "$id", "$comment", "title", "description", "markdownDescription", "examples", "default"),
    *("enumDescriptions", "markdownEnumDescriptions", "definitions", "$ref", "defaultSnippets", "format"),
}


def _example() -> dict[str, Any]:
    value: Any = read_document(
        next(path for path in PROFILES if path.name == "full.yaml").read_bytes(), "full.yaml"
    ).value
    assert isinstance(value, dict)
    return value


def _places(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in pairs:
        yield (*above, key)
        yield from _places(below, (*above, key))


def _mutants(value: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Give the value with each place taken out, replaced by each odd value, and given an unknown neighbour."""
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


def test_what_has_the_shape_is_valid_whatever_stands_where() -> None:
    mutants = [_example(), *_mutants(_example())]
    passed = [one for one in mutants if has_shape(one)]
    assert len(passed) > len(mutants) / 50  # some odd values fit
    assert [one for one in passed if not VALIDATOR.is_valid(one)] == []


@pytest.mark.parametrize("path", PROFILES, ids=lambda path: path.name)
def test_the_examples_have_the_shape(path: Path) -> None:
    assert has_shape(read_document(path.read_bytes(), str(path)).value)


@settings(max_examples=100)
@given(profiles({"experience": ("1",), "education": ("2",)}))
def test_generated_profiles_have_the_shape(profile: dict[str, Any]) -> None:
    value = {"type": "LINKEDIN", "account_id": "a", **profile}
    assert has_shape(value)
    assert VALIDATOR.is_valid(value)


@pytest.mark.parametrize("value", [None, [], "x", {}, {"type": "LINKEDIN"}, {"type": "X", "account_id": "a"}])
def test_what_is_no_profile_has_not_the_shape(value: Any) -> None:  # noqa: ANN401
    assert not has_shape(value)


def test_the_schema_has_no_rule_that_the_shape_does_not_know() -> None:
    assert set(_rules(SCHEMA)) <= KNOWN_RULES | WORDS_FOR_READERS


def _rules(schema: Any) -> Iterator[str]:  # noqa: ANN401
    if isinstance(schema, list):
        for one in schema:
            yield from _rules(one)
        return
    if not isinstance(schema, dict):
        return
    yield from schema
    for rule, below in schema.items():
        if rule in ("properties", "definitions"):
            for one in below.values():
                yield from _rules(one)
        elif rule in ("items", "additionalProperties", "propertyNames", "oneOf", "anyOf"):
            yield from _rules(below)
