"""Owns what is safe to print: control characters and escapes made visible, and colour where it is wanted."""

import unicodedata
from dataclasses import dataclass

_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_JOINERS = {"\u200c", "\u200d", "\ufe0f"}  # they shape scripts and emoji, and hide nothing


def visible(text: str, *, newlines: bool = False) -> str:
    r"""Write a text so that it shows all that it holds: controls, escapes, bidi marks and surrogates as `\\x1b`."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_visible(one, newlines=newlines) for one in text)


def _visible(one: str, *, newlines: bool) -> str:
    if one == "\n" and newlines:
        return one
    if one in _SHORT:
        return _SHORT[one]
    if one.isprintable() or one in _JOINERS or unicodedata.category(one) not in _HIDDEN:
        return one
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
