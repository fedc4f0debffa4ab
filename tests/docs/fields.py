"""Writes the part of docs/profile.md that lists every field, from the profile's JSON Schema."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from reconciler.profile.schema import schema_text
from reconciler.spec import BY_NAME, ENTRY_SECTIONS, Use

PAGE = Path(__file__).parents[2] / "docs" / "profile.md"
BEGIN = "## Every field\n"
TYPES = {
    "string": "text", "number": "number", "integer": "whole number", "boolean": "true or false", "object": "mapping",
    "array": "list",
}  # fmt: skip

Schema = dict[str, Any]


def profile_page() -> str:
    """Give the page as it is, with its last part made anew."""
    head, _, _ = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    return head + BEGIN + "\n" + "\n".join(_sections(json.loads(schema_text()))).rstrip() + "\n"


def _sections(schema: Schema) -> Iterator[str]:
    yield "`*` is needed where what it stands in is there."
    yield ""
    for name, below in schema["properties"].items():
        star = "*" if name in schema["required"] else ""
        yield from [f"### `{name}`{star}", "", f"{_type(name, below).capitalize()}. {below['description']}", ""]
        rows = list(_rows(_inner(below), "", name if name in ENTRY_SECTIONS else None))
        if rows:
            columns = ["Field", "Type", *(["Add", "Edit"] if name in ENTRY_SECTIONS else []), "What it is"]
            yield from ["| " + " | ".join(columns) + " |", "| " + " | ".join("---" for _ in columns) + " |", *rows, ""]


def _rows(schema: Schema, above: str, section: str | None) -> Iterator[str]:
    for name, below in schema.get("properties", {}).items():
        star = "*" if name in schema.get("required", ()) else ""
        cells = [f"`{above}{name}`{star}", _type(name, below)]
        if section is not None:
            cells += _uses(section, f"{above}{name}")
        yield "| " + " | ".join([*cells, _cell(below)]) + " |"
        for variant in below.get("oneOf", ()):
            (kind,) = variant["properties"]["type"]["enum"]
            yield from _rows(variant, f"{above}{name}({kind}).", section)
        yield from _rows(_inner(below), f"{above}{name}.", section)


def _uses(section: str, path: str) -> list[str]:
    """Say whether an entry to be added takes a field, and one that is edited."""
    if "." in path:
        return ["", ""]
    field = BY_NAME[section].field(path)
    assert field is not None
    said = {Use.REQUIRED: "needed", Use.OPTIONAL: "yes", Use.ABSENT: "–"}
    return [said[field.add], said[field.edit]]


def _cell(schema: Schema) -> str:
    text: str = schema["description"]
    return text.replace("|`", "\\|`").replace("`|", "`\\|")


def _type(name: str, schema: Schema) -> str:
    if "oneOf" in schema:
        return "mapping"
    if "anyOf" in schema:
        return "text, or list of text"
    if schema["type"] == "array":
        items = schema["items"]
        return "list of choices" if "enum" in items else f"list of {TYPES[items['type']]}s".replace("texts", "text")
    if "enum" in schema:
        return "choice"
    return "file" if name in ("picture", "cover_picture", "thumbnail", "file") else TYPES[schema["type"]]


def _inner(schema: Schema) -> Schema:
    below = schema.get("items", schema)
    found: Schema = below["additionalProperties"] if "propertyNames" in below else below
    return found
