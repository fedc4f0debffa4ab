"""Owns the way from parts to the nested body: bracket names, repeated keys, and values read by the schema."""

import json
import math
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias, cast

from jsonschema import Draft7Validator

from reconciler.simulator.parts import Part, UnreadableError, Upload
from reconciler.values import Plain

Raw: TypeAlias = "str | Upload | list[Raw] | dict[str, Raw]"
Schema: TypeAlias = dict[str, Any]

NAME = re.compile(r"([A-Za-z][A-Za-z0-9_]*)((?:\[[A-Za-z][A-Za-z0-9_]*\]|\[(?:0|[1-9][0-9]{0,3})\])*)")
NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,308})(?:\.[0-9]{1,1100})?")
MAX_DEPTH = 8
MAX_EXACT = 2**53  # a larger whole number is read as the nearest double, as JSON readers do
SCHEMA_NAME = "edit-request.schema.json"

# By first bytes: what a picture may be, and what a media file may be besides.
_IMAGES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")
_DOCUMENTS = (b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")


@dataclass(slots=True)
class _Node:
    """A place in the body under construction: either values or members."""

    values: list[str | Upload] = field(default_factory=list)
    members: dict[str, "_Node"] = field(default_factory=dict)


def read_body(parts: list[Part]) -> dict[str, Plain]:
    """Make the body that the parts stand for.

    Raises UnreadableError for everything that the schema does not allow.
    """
    schema = request_schema()
    problems: list[str] = []
    body = _coerce(nest(parts), schema, "", problems)
    if not problems:
        errors = sorted(_validator().iter_errors(body), key=_place)
        problems = list(dict.fromkeys(map(_explain, errors)))  # a variant may repeat what holds for all
    if problems:
        raise UnreadableError("; ".join(problems[:10]))
    return cast("dict[str, Plain]", body)


def nest(parts: list[Part]) -> dict[str, Raw]:
    """Nest parts by their bracket names; a repeated key becomes an array, indices an array of objects."""
    root = _Node()
    for part in parts:
        node = root
        for segment in _segments(part.name):
            if node.values:
                raise UnreadableError(f"{part.name}: sent both as a value and as an object")
            node = node.members.setdefault(segment, _Node())
        if node.members:
            raise UnreadableError(f"{part.name}: sent both as a value and as an object")
        node.values.append(part.value)
    return {name: _collapse(node, name) for name, node in root.members.items()}


def _segments(name: str) -> list[str]:
    matched = NAME.fullmatch(name)
    if matched is None:
        raise UnreadableError(f"malformed part name {name!r}")
    segments = [matched[1], *re.findall(r"\[(.*?)\]", matched[2])]
    if len(segments) > MAX_DEPTH:
        raise UnreadableError(f"{name}: nested more than {MAX_DEPTH} deep")
    if segments[-1].isdigit():
        raise UnreadableError(f"{name}: an index is for an array of objects; repeat the key for an array of values")
    return segments


def _collapse(node: _Node, path: str) -> Raw:
    if node.values:
        return node.values[0] if len(node.values) == 1 else list(node.values)
    indexed = [key for key in node.members if key.isdigit()]
    if not indexed:
        return {key: _collapse(member, f"{path}[{key}]") for key, member in node.members.items()}
    if len(indexed) < len(node.members):
        raise UnreadableError(f"{path}: sent both as an array and as an object")
    if sorted(map(int, indexed)) != list(range(len(indexed))):
        raise UnreadableError(f"{path}: its indices do not count from 0 without a gap")
    return [_collapse(node.members[str(place)], f"{path}[{place}]") for place in range(len(indexed))]


def _coerce(raw: Raw, schema: Schema, path: str, problems: list[str]) -> Any:  # noqa: ANN401 - as the schema says
    """Read a value as the type that its schema names; what cannot be read is a problem."""
    schema = _resolve(schema, raw)
    if schema.get("format") == "binary":
        return _read_file(raw, path, problems)
    kind = schema.get("type")
    if kind == "array":
        return _read_array(raw, schema, path, problems)
    if isinstance(raw, dict):
        return {
            key: _coerce(value, schema.get("properties", {}).get(key, {}), f"{path}[{key}]" if path else key, problems)
            for key, value in raw.items()
        }
    if isinstance(raw, list):
        sent = "sent with an index" if isinstance(raw[0], dict) else f"sent {len(raw)} times"
        problems.append(f"{path}: {sent}, and it is not an array")
        return None
    if isinstance(raw, Upload):
        if kind is not None:
            problems.append(f"{path}: sent as a file, and it is {kind}")
        return raw.described()
    return _read_text(raw, kind, path, problems)


def _read_text(text: str, kind: str | None, path: str, problems: list[str]) -> Plain:
    if kind in ("number", "integer"):
        number = _decimal(text)
        if number is None:
            problems.append(f"{path}: {text!r} is not a plain decimal number")
        return number
    if kind == "boolean":
        if text not in ("true", "false"):
            problems.append(f"{path}: {text!r} is neither 'true' nor 'false'")
        return text == "true"
    return text


def _decimal(text: str) -> int | float | None:
    if NUMBER.fullmatch(text) is None:
        return None
    number = float(text)
    if not math.isfinite(number):
        return None
    return int(number) if number.is_integer() and abs(number) <= MAX_EXACT else number


def _read_array(raw: Raw, schema: Schema, path: str, problems: list[str]) -> list[Plain]:
    if isinstance(raw, dict):
        problems.append(f"{path}: is an array; its objects need an index, as in {path}[0][…]")
        return []
    values = raw if isinstance(raw, list) else [raw]
    return [_coerce(value, schema["items"], f"{path}[{place}]", problems) for place, value in enumerate(values)]


def _read_file(raw: Raw, path: str, problems: list[str]) -> Plain:
    if not isinstance(raw, Upload):
        problems.append(f"{path}: is a file, and was not sent as one part with a filename")
        return None
    is_image = raw.first.startswith(_IMAGES) or (raw.first[:4] == b"RIFF" and raw.first[8:12] == b"WEBP")
    media = path.endswith("[file]")
    if raw.size and not is_image and not (media and raw.first.startswith(_DOCUMENTS)):
        problems.append(f"{path}: {raw.filename!r} is not {'an image or a document' if media else 'an image'}")
    return {**raw.described()}


def _resolve(schema: Schema, raw: Raw) -> Schema:
    """Follow references, and a choice between variants by what was sent."""
    while "$ref" in schema or "if" in schema:
        if "$ref" in schema:
            schema = request_schema()["definitions"][schema["$ref"].rpartition("/")[2]]
        else:
            schema = schema["then" if Draft7Validator(schema["if"]).is_valid(raw) else "else"]
    return schema


def _place(error: Any) -> list[str]:  # noqa: ANN401 - jsonschema's error has no public type without stubs
    return [str(segment) for segment in error.absolute_path]


def _explain(error: Any) -> str:  # noqa: ANN401 - as above
    path = "".join(f"[{segment}]" if place else str(segment) for place, segment in enumerate(error.absolute_path))
    return f"{path or 'the body'}: {error.message}"


@cache
def request_schema() -> Schema:
    """Read the schema of the request body, from the installed package or from the checkout."""
    package = Path(__file__).parents[1]
    for folder in (package / "schemas", package.parent / "schemas"):
        if (folder / SCHEMA_NAME).is_file():
            return cast("Schema", json.loads((folder / SCHEMA_NAME).read_text("utf-8")))
    raise FileNotFoundError(f"{SCHEMA_NAME} is neither in {package} nor beside it")


@cache
def _validator() -> Draft7Validator:
    return Draft7Validator(request_schema())
