"""Owns the text of a profile file: its lines, the places in it, and how a text is written between quotes."""

import json
import re
from collections.abc import Sequence

from msgspec import Struct

MAX_SHOWN = 80
MAX_QUOTED = 300
MAX_LINE = 400

# Characters that look like a blank, and are none to YAML.
BLANKS = {
    "\u00a0": "a no-break space (U+00A0)",
    "\u202f": "a narrow no-break space (U+202F)",
    "\u2007": "a figure space (U+2007)",
    "\u3000": "an ideographic space (U+3000)",
    "\u200b": "a zero width space (U+200B)",
    "\ufeff": "a byte order mark (U+FEFF)",
}
_LINE_END = re.compile(r"\r\n?|\n")
_KEY_BEFORE = re.compile(r"(?:^|[ {,-])([A-Za-z0-9_-]+) *: *$")
_LONGEST_KEY = 1024  # characters of a key on the line of its value


class Mark(Struct, frozen=True, gc=False):
    """A place in a file; line and column count from 1."""

    line: int
    column: int


def mark_at(text: str, offset: int) -> Mark:
    """Return the place of an offset into a text whose lines end with LF, CR or both, as in YAML 1.2."""
    ends = [found.end() for found in _LINE_END.finditer(text, 0, offset)]
    return Mark(len(ends) + 1, offset - (ends[-1] if ends else 0) + 1)


def lines_of(text: str) -> list[str]:
    """Return the lines of a text, without what ends them."""
    return _LINE_END.split(text) if "\r" in text else text.split("\n")


def line_at(lines: Sequence[str], number: int) -> str:
    """Return a line of a file, for a view to show; empty where there is none of that number."""
    return lines[number - 1][:MAX_LINE] if 0 < number <= len(lines) else ""


def shortened(text: str, most: int = MAX_SHOWN) -> str:
    """Cut a text of any length short, and mark where it was cut."""
    return text if len(text) <= most else text[:most] + "…"


def yaml_quoted(text: str) -> str:
    """Write a text of one line between quotes, as YAML reads it back."""
    if '"' not in text and "\\" not in text and text.isprintable():
        return f'"{text}"'
    if text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    return json.dumps(text)


def quote_remedy(text: str, name: str = "", lead: str = "put the text between quotes") -> str:
    """Say that a text has to stand between quotes, with the form to paste where it is short enough to show."""
    if len(text) > MAX_QUOTED:
        return lead
    return f"{lead}: {name}: {yaml_quoted(text)}" if name else f"{lead}: {yaml_quoted(text)}"


def quote_remedy_at(lines: Sequence[str], mark: Mark) -> str:
    """Say that what begins at a place has to stand between quotes, with its key where that is on the same line."""
    before = lines[mark.line - 1][: mark.column - 1] if mark.line <= len(lines) else ""
    key = _KEY_BEFORE.search(before[-_LONGEST_KEY:])
    return quote_remedy(rest_of_line(lines, mark), key[1] if key is not None else "")


def rest_of_line(lines: Sequence[str], mark: Mark) -> str:
    """Return what stands on a line from a place on."""
    return lines[mark.line - 1][mark.column - 1 :].rstrip() if mark.line <= len(lines) else ""
