"""Owns what is safe to print: control characters and escapes made visible, and colour where it is wanted."""

import re
import unicodedata
from dataclasses import dataclass

_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
_MARKS = {"Mn", "Me"}
_MOST_MARKS = 4  # on one letter: more would be drawn over other lines
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
# Patterns are compiled where they are first needed, by re itself: most that is printed is ASCII.
# What is drawn as nothing (Unicode, Default_Ignorable_Code_Point, also where no character has the number yet), blanks,
# and what is no character at all.
_NOTHING = (
    r"[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\ufdd0-\ufdef\ufe00-\ufe0f\uffa0\ufff0-\ufff8"
    r"\U0001d159\U000e0000-\U000e0fff]"
    "|[" + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)) + "]"
)
# Where joiners and the emoji sign shape what stands before them, and so hide nothing.
_SHAPING = (
    r"(?<=[\u0600-\u200b\u2010-\U0010ffff])[\u200c\u200d]"
    r"|(?<=[\u00a9-\ufdff\ufe20-\U0010ffff])\ufe0f"
    r"|(?<=[0-9#*])\ufe0f(?=\u20e3)"
)


def visible(text: str, *, newlines: bool = False) -> str:
    r"""Write a text so that it shows all that it holds: controls, escapes, bidi marks and surrogates as `\\x1b`."""
    if text.isascii() and text.isprintable():
        return text
    shaping = {found.start() for found in re.finditer(_SHAPING, text)}
    shown = []
    marks = 0
    for place, one in enumerate(text):
        marks = marks + 1 if not one.isascii() and unicodedata.category(one) in _MARKS else 0
        plain = place in shaping or (one == "\n" and newlines) or (marks <= _MOST_MARKS and not is_hidden(one))
        shown.append(one if plain else _written(one))
    return "".join(shown)


def is_hidden(one: str) -> bool:
    """Tell whether a character does something other than to be seen."""
    if not one.isascii() and re.match(_NOTHING, one):
        return True
    return not one.isprintable() and unicodedata.category(one) in _HIDDEN


def _written(one: str) -> str:
    """Write a character by its number."""
    if one in _SHORT:
        return _SHORT[one]
    code = ord(one)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"  # noqa: PLR2004


@dataclass(frozen=True, slots=True)
class Paint:
    """Colours, or none; what is painted must be safe to print already."""

    color: bool

    def bold(self, text: str) -> str:
        """Set a text in bold."""
        return self._paint("1", text)

    def dim(self, text: str) -> str:
        """Set a text back."""
        return self._paint("2", text)

    def red(self, text: str) -> str:
        """Colour what is taken away, or wrong."""
        return self._paint("31", text)

    def green(self, text: str) -> str:
        """Colour what is new."""
        return self._paint("32", text)

    def yellow(self, text: str) -> str:
        """Colour what needs attention."""
        return self._paint("33", text)

    def cyan(self, text: str) -> str:
        """Colour what is moved."""
        return self._paint("36", text)

    def _paint(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.color and text else text
