"""Owns plain data as JSON that people may read at a terminal."""

import json
import re

from reconciler.render.terminal import is_hidden
from reconciler.values import Plain

_BEYOND = re.compile(r"[^\x00-\x7e]")  # what JSON lets stand as it is, and a terminal might act on


def visible_json(value: Plain, *, sort_keys: bool = False, indent: int | None = 2) -> str:
    r"""Write a value as JSON; a character that would not be seen as it is stands as `\\u202e`."""
    return _BEYOND.sub(_seen, json.dumps(value, indent=indent, sort_keys=sort_keys, ensure_ascii=False))


def _seen(found: re.Match[str]) -> str:
    character = found.group()
    if not is_hidden(character):
        return character
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[start : start + 2].hex()}" for start in range(0, len(units), 2))
