"""Owns the colours of a terminal."""

from msgspec import Struct


class Paint(Struct, frozen=True):
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
