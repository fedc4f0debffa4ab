"""Owns the difference of two texts word by word, with what did not change folded."""

import difflib
import re
from dataclasses import dataclass

MAX_WORDS = 4000  # beyond it, lines are compared and not words: comparing is quadratic
CONTEXT = 6  # unchanged words kept on each side of a change
_WORDS = re.compile(r"\s*\S+|\s+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text: kept (` `), taken away (`-`), new (`+`), or folded (`…`, the text being what is hidden)."""

    kind: str
    text: str


def words(before: str, after: str) -> tuple[Piece, ...]:
    """Give the pieces that lead from one text to the other."""
    one, other = _WORDS.findall(before), _WORDS.findall(after)
    if len(one) + len(other) > MAX_WORDS:
        one, other = before.splitlines(keepends=True), after.splitlines(keepends=True)
    if len(one) + len(other) > MAX_WORDS:
        return (Piece("-", before), Piece("+", after))
    pieces: list[Piece] = []
    opcodes = difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    for place, (tag, start, end, begin, stop) in enumerate(opcodes):
        if tag == "equal":
            pieces.extend(_folded(one[start:end], first=place == 0, last=place == len(opcodes) - 1))
            continue
        if end > start:
            pieces.append(Piece("-", "".join(one[start:end])))
        if stop > begin:
            pieces.append(Piece("+", "".join(other[begin:stop])))
    return tuple(pieces)


def _folded(kept: list[str], *, first: bool, last: bool) -> list[Piece]:
    head = 0 if first else CONTEXT
    tail = 0 if last else CONTEXT
    if len(kept) <= head + tail + 2:
        return [Piece(" ", "".join(kept))]
    middle = "".join(kept[head : len(kept) - tail])
    pieces = [Piece(" ", "".join(kept[:head])), Piece("…", middle), Piece(" ", "".join(kept[len(kept) - tail :]))]
    return [piece for piece in pieces if piece.text]
