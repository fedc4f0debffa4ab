"""Owns the difference of two texts word by word, with what did not change folded."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_WORDS = 4000  # beyond it, lines are compared and not words: comparing is quadratic
CONTEXT = 12  # unchanged words, and the spaces between them, kept on each side of a change
_WORDS = re.compile(r"\n|[^\S\n]+|\S+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text: kept (` `), taken away (`-`), new (`+`), or folded (`…`, the text being what is hidden)."""

    kind: str
    text: str


def words(before: str, after: str) -> tuple[Piece, ...]:
    """Give the pieces that lead from one text to the other: all but `+` make the first, all but `-` the second."""
    one, other = _WORDS.findall(before), _WORDS.findall(after)
    if len(one) + len(other) > MAX_WORDS:
        one, other = before.splitlines(keepends=True), after.splitlines(keepends=True)
    if len(one) + len(other) > MAX_WORDS:
        return tuple(piece for piece in (Piece("-", before), Piece("+", after)) if piece.text)
    return tuple(_pieces(one, other))


def _pieces(one: list[str], other: list[str]) -> Iterator[Piece]:
    runs = list(_runs(one, other))
    for place, (gone, new) in enumerate(runs):
        if gone == new:
            yield from _folded(gone, first=place == 0, last=place == len(runs) - 1)
            continue
        if gone:
            yield Piece("-", "".join(gone))
        if new:
            yield Piece("+", "".join(new))


def _runs(one: list[str], other: list[str]) -> Iterator[tuple[list[str], list[str]]]:
    """Give what stands on either side, run by run; a lone space between two changes joins them to one."""
    gone: list[str] = []
    new: list[str] = []
    opcodes = difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    for place, (tag, start, end, begin, stop) in enumerate(opcodes):
        kept = tag == "equal"
        inner = 0 < place < len(opcodes) - 1
        if kept and not (inner and end - start == 1 and one[start].isspace() and one[start] != "\n"):
            if gone or new:
                yield gone, new
                gone, new = [], []
            yield one[start:end], one[start:end]
            continue
        gone += one[start:end]
        new += other[begin:stop]
    if gone or new:
        yield gone, new


def _folded(kept: list[str], *, first: bool, last: bool) -> Iterator[Piece]:
    head = 0 if first else CONTEXT
    tail = 0 if last else CONTEXT
    if len(kept) <= head + tail + 2:
        yield Piece(" ", "".join(kept))
        return
    middle = len(kept) - tail
    if head:
        yield Piece(" ", "".join(kept[:head]))
    yield Piece("…", "".join(kept[head:middle]))
    if tail:
        yield Piece(" ", "".join(kept[middle:]))
