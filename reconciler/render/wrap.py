"""Owns how lines fit a terminal: wrapped between words, what follows hanging under what it belongs to."""

import re
import unicodedata

NARROWEST = 20  # columns: below that, wrapping would leave a word a line
HANG = 2
_STYLE = re.compile(r"\x1b\[[0-9;]*m")
_WORD = re.compile(r"(?:`[^`]*`|[^\s`])+|`")  # a command between backticks is one word: it is there to be copied


def wrapped(text: str, width: int) -> str:
    """Return a text whose lines are at most `width` columns wide, as far as words allow; commands stay whole."""
    if width < NARROWEST:
        return text
    return "\n".join(_wrapped_line(line, width) for line in text.split("\n"))


def columns(text: str) -> int:
    """Return how many columns a text takes in a terminal: styles take none, wide characters two."""
    plain = _STYLE.sub("", text)
    if plain.isascii():
        return len(plain)
    return sum(_columns_of(character) for character in plain)


def _columns_of(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _wrapped_line(line: str, width: int) -> str:
    """Wrap one line; the lines that follow are indented further than it."""
    if columns(line) <= width:
        return line
    indent = " " * (columns(line) - columns(line.lstrip(" ")) + HANG)
    lines, end = [""], 0
    for word in _WORD.finditer(line):
        gap = line[end : word.start()]
        end = word.end()
        if lines[-1].strip() and columns(lines[-1] + gap + word[0]) > width:
            lines.append(indent + word[0])
        else:
            lines[-1] += gap + word[0]
    return "\n".join(lines)
