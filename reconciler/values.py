"""Owns plain data: the JSON-like values that everything in the core is made of."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

from reconciler.digests import sha256

if TYPE_CHECKING:
    from datetime import datetime

Plain: TypeAlias = "str | int | float | bool | list[Plain] | dict[str, Plain] | None"
Path: TypeAlias = tuple[str | int, ...]
Members: TypeAlias = dict[str, Plain]

_OF_FILE = {"file", "sha256", "size"}
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def same(value: Plain, other: Plain) -> bool:
    """Tell whether two values are equal: 1 and 1.0 are, `true` and 1 are not, files compare by content."""
    if isinstance(value, str):
        return value == other
    if isinstance(value, dict) and isinstance(other, dict):
        if value.keys() != other.keys():
            return False
        if value.keys() == _OF_FILE:
            return value["sha256"] == other["sha256"]
        return all(map(same, value.values(), map(other.get, value)))
    if isinstance(value, list) and isinstance(other, list):
        return len(value) == len(other) and all(map(same, value, other))
    return isinstance(value, bool) == isinstance(other, bool) and value == other


def is_file(value: Plain) -> bool:
    """Tell whether a value stands for a file: its path, digest and size."""
    return isinstance(value, dict) and len(value) == len(_OF_FILE) and value.keys() == _OF_FILE


def members(value: Plain) -> dict[str, Plain]:
    """Return the members of a mapping; none of anything else."""
    return value if isinstance(value, dict) else {}


def value_at(value: Plain, path: Sequence[str | int]) -> Plain:
    """Return what stands at a path below a value; None where nothing does."""
    for step in path:
        if isinstance(step, str):
            value = members(value).get(step)
        else:
            value = value[step] if isinstance(value, list) and step < len(value) else None
    return value


def content(value: Plain) -> Plain:
    """Return what a value says whatever it was written like: files by digest alone, whole numbers without a point."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        if is_file(value):
            return {"sha256": value["sha256"]}
        return {key: content(below) for key, below in value.items()}
    if isinstance(value, list):
        return [content(below) for below in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def canonical(value: Plain) -> str:
    """Write a value as the one JSON text that equal values share (keys sorted, no spaces)."""
    return _CANONICAL.encode(value)


def digest(value: Plain) -> str:
    """Return the SHA-256, in hex, of a value's canonical text."""
    return sha256(canonical(value).encode("utf-8", "surrogatepass")).hexdigest()


def instant(text: str) -> "datetime":
    """Return the time that a text of a state or a read says (RFC 3339)."""
    from datetime import datetime

    return datetime.fromisoformat(text)
