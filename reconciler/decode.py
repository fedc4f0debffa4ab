"""Owns the strict reading of JSON: what could be read in two ways is damage, and so is what is not of its kind."""

import json
import math
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from itertools import chain
from typing import NoReturn

from reconciler.limits import MAX_DIGITS
from reconciler.values import Plain

MAX_DEPTH = 64

Fields = Mapping[str, Plain]

HOLDERS = (dict, list)  # to ask for the union of the two takes thrice as long


class DamageError(Exception):
    """What is wrong with JSON that should be of a known form, for the end of a sentence."""


def read_json(text: str) -> Plain:
    """Read a JSON text of bounded depth: no key twice, no number beyond any float, no half of a surrogate pair.

    Raises DamageError.
    """
    value = parse_json(text, _whole_number, _fraction)
    _check_depth(value)
    if "\\u" in text or not _is_valid(text):  # nothing else can write half of a surrogate pair
        _check_texts(value)
    return value


def parse_json(text: str, number: Callable[[str], Plain], fraction: Callable[[str], Plain] = float) -> Plain:
    """Parse a JSON text that holds no key twice and no NaN; the functions read its numbers. Raises DamageError."""
    try:
        value: Plain = json.loads(
            text, parse_int=number, parse_float=fraction, parse_constant=_no_constant, object_pairs_hook=_once
        )
    except json.JSONDecodeError as error:
        raise DamageError(f"it is not JSON at line {error.lineno}, column {error.colno}") from error
    except RecursionError as error:
        raise DamageError("it is nested too deep") from error
    return value


def mapping(value: Plain, name: str) -> Fields:
    """Return a value that is a mapping. Raises DamageError."""
    if not isinstance(value, dict):
        raise DamageError(f"{name} is not a mapping")
    return value


def text(value: Plain, name: str, *, empty: bool = False) -> str:
    """Return a value that is a text, and not an empty one unless that is allowed. Raises DamageError."""
    if not isinstance(value, str) or not (value or empty):
        raise DamageError(f"{name} is {value!r:.80}, not a text")
    return value


def text_at(fields: Fields, key: str, *, empty: bool = False) -> str:
    """Return the text at a key. Raises DamageError."""
    if key not in fields:
        raise DamageError(f"{key} is missing")
    return text(fields[key], key, empty=empty)


def optional_text_at(fields: Fields, key: str) -> str | None:
    """Return the text at a key; None where the key is not there. Raises DamageError."""
    return text(fields[key], key) if key in fields else None


def whole_at(fields: Fields, key: str) -> int:
    """Return the whole number at a key. Raises DamageError."""
    found = fields.get(key)
    if isinstance(found, bool) or not isinstance(found, int):
        raise DamageError(f"{key} is not a whole number")
    return found


def list_at(fields: Fields, key: str) -> list[Plain]:
    """Return the list at a key. Raises DamageError."""
    found = fields.get(key)
    if not isinstance(found, list):
        raise DamageError(f"{key} is not a list")
    return found


def texts_at(fields: Fields, key: str, name: str = "") -> tuple[str, ...]:
    """Return the list of texts at a key; `name` is what an error calls it. Raises DamageError."""
    return tuple(text(item, name or key) for item in list_at(fields, key))


def _check_depth(value: Plain) -> None:
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        holders = [each.values() if isinstance(each, dict) else each for each in level if isinstance(each, HOLDERS)]
        if not holders:
            return
        level = [*chain.from_iterable(holders)]
    if level:
        raise DamageError("it is nested too deep")


def _check_texts(value: Plain) -> None:
    if isinstance(value, str) and not _is_valid(value):
        raise DamageError("it holds a text that is not valid Unicode")
    if isinstance(value, dict):
        for name in value:
            _check_texts(name)
    for below in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _check_texts(below)


def _is_valid(text: str) -> bool:
    """Tell whether a text holds no half of a surrogate pair."""
    try:
        return text.isascii() or bool(text.encode())
    except UnicodeEncodeError:
        return False


def _no_constant(name: str) -> NoReturn:
    raise DamageError(f"it holds {name}, which is not a number")


def _whole_number(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise DamageError("it holds a number that is too large")
    value = int(text)
    if len(text) > sys.float_info.max_10_exp and abs(value) > sys.float_info.max:
        raise DamageError("it holds a number that is too large")
    return value


def _fraction(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise DamageError("it holds a number that is too large")
    return value


def _once(pairs: list[tuple[str, Plain]]) -> dict[str, Plain]:
    value = dict(pairs)
    if len(value) != len(pairs):
        twice = next(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
        raise DamageError(f"it holds the key {twice[:80]!r} twice")
    return value
