"""Owns the fitting of a document into a number of bytes: fold first, then cut, and never more than allowed."""

from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace


class Detail(Struct, frozen=True):
    """How much of a plan a document holds.

    `longest` is the number of characters that are shown of one text, None for all; `changes`, `table`, `warnings`
    and `names` say whether each change, the table of changes, the warnings, and the names of what those who approve
    must know are there.
    """

    folded: bool = False
    longest: int | None = None
    changes: bool = True
    table: bool = True
    warnings: bool = True
    names: bool = True

    @property
    def note(self) -> str:
        """Say what was left out; empty where nothing was."""
        if not self.names:
            left = "only counts are shown"
        elif not self.warnings:
            left = "the changes themselves are left out, and warnings are counted"
        elif not self.table:
            left = "the changes themselves are left out"
        elif not self.changes:
            left = "the texts of the changes are left out"
        elif self.longest is not None:
            left = f"unchanged text is folded, and each text is cut after {self.longest} characters"
        elif self.folded:
            left = "unchanged text is folded"
        else:
            return ""
        return f"Shortened to fit: {left}. `--format json` is complete."


_FOLDED = Detail(folded=True)
_LESS = (
    Detail(folded=True, changes=False),
    Detail(folded=True, changes=False, table=False),
    Detail(folded=True, changes=False, table=False, warnings=False),
    Detail(folded=True, changes=False, table=False, warnings=False, names=False),
)


def fitted(write: Callable[[Detail], str], longest: int, max_bytes: int) -> str | None:
    """Return the document with as much detail as fits; None where it fits with none.

    `longest` is the number of characters of the longest text.
    """
    for detail in (Detail(), _FOLDED):
        text = write(detail)
        if size(text) <= max_bytes:
            return text
    cut = _cut_largest(write, longest, max_bytes)
    if cut is not None:
        return cut
    return next((text for text in map(write, _LESS) if size(text) <= max_bytes), None)


def _cut_largest(write: Callable[[Detail], str], longest: int, max_bytes: int) -> str | None:
    """Cut the largest texts, all to one length: the greatest that fits."""
    found, least, most = None, 0, longest
    while least <= most:
        middle = (least + most) // 2
        text = write(replace(_FOLDED, longest=middle))
        if size(text) <= max_bytes:
            found, least = text, middle + 1
        else:
            most = middle - 1
    return found


def size(text: str) -> int:
    """Return the number of bytes of a text in UTF-8."""
    return len(text.encode("utf-8"))
