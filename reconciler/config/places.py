"""Owns the places of keys and items in a TOML text, which the standard library's parser does not tell.

It walks over a text that this parser has taken, so it need not judge it: only find where each thing begins.
"""

import re
from collections.abc import Iterator, Mapping

from reconciler.values import Path

_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_BLANK_IN_LINE = re.compile(r"[ \t]*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r"""
    \"{3} (?: [^\\"]++ | \\. | "{1,2}(?!") )* "{3,5}
    | '{3} (?: [^']++ | '{1,2}(?!') )* '{3,5}
    | " (?: [^\\"\n]++ | \\. )* "
    | ' [^'\n]* '
    """,
    re.DOTALL | re.VERBOSE,
)
_OTHER_VALUE = re.compile(r"[^,\]}#\r\n]+")
_SIMPLE_ESCAPE = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", '"': '"', "\\": "\\"}
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")


def places_in(text: str) -> Mapping[Path, int]:
    """Return the offset of each key, and of each item of a list, by its path; `text` is valid TOML."""
    return _Walk(text).places


class _Walk:
    """Walks over a text from its begin to its end."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.places: dict[Path, int] = {}
        self.lengths: dict[Path, int] = {}  # of the lists of tables
        self.document()

    def document(self) -> None:
        table: Path = ()
        while self.skip(_BLANK) < len(self.text):
            if self.text.startswith("[", self.at):
                table = self.header()
            else:
                self.pair(table)

    def header(self) -> Path:
        """Take `[a.b]` or `[[a.b]]`, and return the path of the table that it opens."""
        begin = self.at
        brackets = 2 if self.text.startswith("[[", begin) else 1
        self.at += brackets
        path: Path = ()
        keys = list(self.keys())
        for depth, (key, place) in enumerate(keys, 1):
            path = (*path, key)
            self.places.setdefault(path, place)
            if depth < len(keys) or brackets == 1:
                path = (*path, self.lengths[path] - 1) if path in self.lengths else path
        self.at += brackets
        if brackets > 1:
            self.lengths[path] = self.lengths.get(path, 0) + 1
            path = (*path, self.lengths[path] - 1)
            self.places[path] = begin
        return path

    def pair(self, table: Path) -> None:
        """Take `a.b = value`."""
        path = table
        for key, place in self.keys():
            path = (*path, key)
            self.places.setdefault(path, place)
        self.at += len("=")
        self.skip(_BLANK_IN_LINE)
        self.value(path)

    def keys(self) -> Iterator[tuple[str, int]]:
        """Take the pieces of a key, up to what follows them."""
        while True:
            self.skip(_BLANK_IN_LINE)
            place = self.at
            written = self.take(_STRING) or self.take(_BARE_KEY)
            yield _unquoted(written), place
            self.skip(_BLANK_IN_LINE)
            if not self.text.startswith(".", self.at):
                return
            self.at += 1

    def value(self, path: Path) -> None:
        if self.text.startswith("[", self.at):
            self.items(path)
        elif self.text.startswith("{", self.at):
            self.inline_table(path)
        else:
            self.take(_STRING) or self.take(_OTHER_VALUE)

    def items(self, path: Path) -> None:
        self.at += 1
        count = 0
        while self.skip(_BLANK) is not None and not self.text.startswith("]", self.at):
            self.places[(*path, count)] = self.at
            self.value((*path, count))
            count += 1
            self.skip(_BLANK)
            self.at += self.text.startswith(",", self.at)
        self.at += 1

    def inline_table(self, path: Path) -> None:
        self.at += 1
        while self.skip(_BLANK) is not None and not self.text.startswith("}", self.at):
            self.pair(path)
            self.skip(_BLANK)
            self.at += self.text.startswith(",", self.at)
        self.at += 1

    def skip(self, pattern: re.Pattern[str]) -> int:
        self.take(pattern)
        return self.at

    def take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        if found is None:
            return ""
        self.at = found.end()
        return found[0]


def _unquoted(written: str) -> str:
    if written.startswith('"'):
        return _ESCAPE.sub(_escaped_character, written[1:-1])
    return written[1:-1] if written.startswith("'") else written


def _escaped_character(found: re.Match[str]) -> str:
    if found[3] is not None:
        return _SIMPLE_ESCAPE[found[3]]
    return chr(int(found[1] or found[2], 16))
