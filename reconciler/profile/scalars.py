"""Owns what a plain YAML scalar means: the core schema of YAML 1.2, and nothing more."""

import re

from reconciler.spec import MAX_DIGITS

TAG = "tag:yaml.org,2002:"
MAX_BITS = 1023
EXACT = 2**53  # up to here a float holds every whole number

_WORDS: dict[str, bool | None] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]+", re.ASCII)
_OCTAL = re.compile(r"0o[0-7]+", re.ASCII)
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+", re.ASCII)
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", re.ASCII)
_INFINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)", re.ASCII)

Scalar = str | int | float | bool | None


def resolve(text: str) -> Scalar:
    """Give the value of an unquoted scalar; `yes`, dates and times are text."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789":
        return text
    if _INTEGER.fullmatch(text):
        return _integer(text, 10)
    if _OCTAL.fullmatch(text):
        return _integer(text, 8)
    if _HEXADECIMAL.fullmatch(text):
        return _integer(text, 16)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _INFINITE.fullmatch(text):
        return float(text.replace(".", "").lower())
    return text


def _integer(text: str, base: int) -> int | float:
    """Read a whole number; one beyond any float is infinite."""
    number = int(text, base) if len(text) <= MAX_DIGITS else 0
    return number if number.bit_length() <= MAX_BITS and len(text) <= MAX_DIGITS else float("inf")


def tagged(text: str, tag: str) -> Scalar:
    """Give the value of a scalar with an explicit tag. Raises ValueError where the two do not fit."""
    name = tag.removeprefix(TAG)
    if tag == "!" or name == "str":
        return text
    found = resolve(text)
    if name == "float" and isinstance(found, int) and not isinstance(found, bool):
        return float(found)
    if tag.startswith(TAG) and name == kind(found):
        return found
    raise ValueError(tag)


def kind(value: Scalar) -> str:
    """Name the core schema's tag of a scalar."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "bool"
    return {int: "int", float: "float", str: "str"}[type(value)]
