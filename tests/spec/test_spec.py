"""The page, the package's table and the two JSON Schemas say the same."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from reconciler.profile.warnings import MOST_CHARACTERS, MOST_ITEMS, MOST_OF_SKILL, SOURCES
from reconciler.spec import SECTIONS, Field, Kind, walk
from tests.spec.page import ADD, ATTACHMENTS, EDIT, HEAD, Path_, Said, page, table

SCHEMAS = Path(__file__).parents[2] / "schemas"
TYPES = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "object": "object"}

Schema = dict[str, Any]


def _schema(name: str) -> Schema:
    found: Schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text("utf-8"))
    return found


REQUEST = _schema("edit-request")
PROFILE = _schema("profile")


def test_the_page_is_read_whole() -> None:
    assert len(page()) == 185
    assert [path[0] for path in page() if len(path) == 1] == [
        "type",
        "account_id",
        *(section.name for section in SECTIONS),
    ]


def test_the_table_says_what_the_page_says() -> None:
    assert table() == page()


def test_the_request_schema_says_what_the_page_says_in_its_order() -> None:
    assert list(_request(REQUEST, ())) == list(page().items())


def _request(schema: Schema, above: Path_) -> Iterator[tuple[Path_, Said]]:
    """Give what the schema of the wire says of each field, variants under the page's names."""
    schema = _resolved(schema)
    for name, below in schema.get("properties", {}).items():
        path = (*above, name)
        inner = _resolved(below)
        yield path, _said(inner, name in schema.get("required", ()))
        if "if" in inner:
            names = (
                (ADD.format(name), EDIT.format(name)) if name in ("experience", "education") else ATTACHMENTS.values()
            )
            for variant, branch in zip(names, ("else", "then"), strict=True):
                yield (*path, variant), Said("object")
                yield from _request(inner[branch], (*path, variant))
        elif inner.get("format") != "binary":
            yield from _request(inner.get("items", inner), path)


def _resolved(schema: Schema) -> Schema:
    while "$ref" in schema:
        schema = REQUEST["definitions"][schema["$ref"].removeprefix("#/definitions/")]
    return schema


def _said(schema: Schema, required: bool) -> Said:  # noqa: FBT001 - a helper of one test
    if schema.get("format") == "binary":
        return Said("binary", required)
    if schema["type"] == "array":
        items = _resolved(schema["items"])
        return Said(f"array of {items['type']}s", required, tuple(items.get("enum", ())))
    choices = (schema["const"],) if "const" in schema else tuple(schema.get("enum", ()))
    lengths = schema.get("minLength"), schema.get("maxLength")
    return Said(TYPES[schema["type"]], required, choices, lengths)


@pytest.mark.parametrize("name", ["profile", "edit-request"])
def test_schema_is_one_and_allows_no_key_that_it_does_not_name(name: str) -> None:
    schema = _schema(name)
    Draft7Validator.check_schema(schema)
    for address, below in _objects(schema, name):
        closed = below.get("additionalProperties") is False or "if" in below or "propertyNames" in below
        assert closed, address


def _objects(schema: Any, at: str) -> Iterator[tuple[str, Schema]]:  # noqa: ANN401 - any part of a schema
    """Give every part of a schema that describes an object."""
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            yield at, schema
        for key, below in schema.items():
            if key not in ("if", "examples", "defaultSnippets", "enum"):
                yield from _objects(below, f"{at}.{key}")


def _profile_fields() -> list[tuple[Path_, Field, Schema, bool]]:
    """Give every field of the table with its part of the profile's schema, and whether that requires it."""
    found = []
    for path, field in [*((((field.name,), field)) for field in HEAD), *walk()]:
        schema = PROFILE
        for step in path[:-1]:
            schema = _inner(schema, step)
        found.append((path, field, schema["properties"][path[-1]], path[-1] in schema.get("required", ())))
    return found


def _inner(schema: Schema, step: str) -> Schema:
    if "oneOf" in schema:
        found: Schema = next(variant for variant in schema["oneOf"] if variant["properties"]["type"]["enum"] == [step])
        return found
    below: Schema = schema["properties"][step]
    if "propertyNames" in below:
        below = below["additionalProperties"]
    return below.get("items", below) if below.get("type") == "array" else below


FIELDS = _profile_fields()
IDS = [".".join(path) for path, *_ in FIELDS]


@pytest.mark.parametrize(("path", "field", "schema", "required"), FIELDS, ids=IDS)
def test_the_profile_schema_says_what_the_table_says(
    path: Path_,
    field: Field,
    schema: Schema,
    required: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    assert required == field.required
    names = {
        Kind.TEXT: "string", Kind.ENUM: "string", Kind.FILE: "string", Kind.NUMBER: "number", Kind.INTEGER: "integer",
        Kind.BOOLEAN: "boolean", Kind.OBJECT: "object", Kind.ENTRY: "object", Kind.TEXTS: "array", Kind.ENUMS: "array",
        Kind.OBJECTS: "array", Kind.ATTACHMENT: None, Kind.MENTION: "string", Kind.MENTIONS: None,
    }  # fmt: skip
    assert schema.get("type") == names[field.kind]
    values = schema.get("items", schema)
    assert tuple(values.get("enum", ())) == field.choices
    assert (schema.get("minimum"), schema.get("maximum")) == (field.bounds or (None, None))
    least = {Kind.FILE: 1}.get(field.kind, field.length) or (1 if path == ("account_id",) else None)
    assert (schema.get("minLength"), schema.get("maxLength")) == (least, field.length)
    inner = schema["additionalProperties"] if field.kind is Kind.ENTRY else values
    assert list(inner.get("properties", ())) == [below.name for below in field.fields]
    assert [variant["properties"]["type"]["enum"] for variant in schema.get("oneOf", ())] == [
        [variant] for variant, _ in field.variants
    ]


@pytest.mark.parametrize(("path", "field", "schema", "required"), FIELDS, ids=IDS)
def test_the_profile_schema_teaches_each_field(
    path: Path_,
    field: Field,
    schema: Schema,
    required: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    del path, required
    assert re.fullmatch(r"[A-Z].*\.", schema["description"], re.DOTALL)
    holds_objects = field.kind in (Kind.OBJECT, Kind.OBJECTS, Kind.ENTRY, Kind.ATTACHMENT)
    assert ("examples" in schema) != holds_objects  # editors would offer an object as [object Object]
    validator = Draft7Validator(schema)
    assert [example for example in schema.get("examples", ()) if not validator.is_valid(example)] == []
    assert [choice for choice in field.choices if f"`{choice}`: " not in schema["description"]] == []


def test_the_profile_schema_names_the_limits_that_are_warned_of() -> None:
    said = {
        tuple(step for step in path if step not in ("link", "media")): schema["description"]
        for path, _, schema, _ in FIELDS
    }
    limits = {pattern: f"{SOURCES[source]} {most:,} characters" for pattern, (most, source) in MOST_CHARACTERS.items()}
    limits |= {pattern: f"LinkedIn takes at most {most:,}" for pattern, most in MOST_ITEMS.items()}
    for pattern, limit in limits.items():
        path = tuple(step for step in pattern if step != "*")
        assert limit in said[path], path
    for path in (("skills",), ("experience", "skills"), ("education", "skills")):
        assert f"each of at most {MOST_OF_SKILL} characters" in said[path]
