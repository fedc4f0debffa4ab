"""Owns the difference of two texts word by word, with what did not change folded."""

import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import TypeAlias

from msgspec import Struct

from reconciler.render.terminal import written

MAX_PAIRS = 250_000  # of equal words, between what differs: beyond it lines are compared, which takes less time
MAX_STEPS = 4_000_000  # a comparison walks all that it compares once for each run that it finds equal
CONTEXT = 12  # unchanged words, and the spaces between them, kept on each side of a change
Step: TypeAlias = tuple[str, int, int, int, int]  # as difflib gives them: what, from and to on either side

NOT_FOLDED = 40  # characters that are not worth folding
LONG_SENTENCES = 240  # characters of unchanged sentences that are shown on one side of a change
_SENTENCES = re.compile(r"\s*\S.*?(?:[.!?…][\"'”’)\]]*(?=\s)|[。！？]|\n|\Z)\s*|\s+", re.DOTALL)
_UNSPACED = "\u0e00"  # from Thai on, letters without case are of scripts without spaces: Thai, Chinese, Japanese …
_MARKS = ("Mn", "Mc", "Me")
_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_WORD_OR_SPACE = re.compile(r"\n|[^\S\n]+|\S+")


class WordPiece(Struct, frozen=True):
    """A run of text: kept (` `), taken away (`-`), new (`+`), or folded (`…`, the text being what is hidden)."""

    kind: str
    text: str


def words(before: str, after: str) -> tuple[WordPiece, ...]:
    """Return the pieces that lead from one text to the other: all but `+` make the first, all but `-` the second."""
    for split in (_split, _LINES.findall):
        first, second = split(before), split(after)
        start, end = _alike(first, second)
        if _is_quick(first[start : len(first) - end], second[start : len(second) - end]):
            return tuple(_pieces(first, second))
    return tuple(piece for piece in (WordPiece("-", before), WordPiece("+", after)) if piece.text)


def excerpt(pieces: Sequence[WordPiece]) -> tuple[WordPiece, ...]:
    """Return the changes of a text with the sentences that they are in and the ones beside; the rest is folded."""
    runs = [(kept, list(group)) for kept, group in groupby(pieces, lambda piece: piece.kind in " …")]
    found: list[WordPiece] = []
    for place, (kept, run) in enumerate(runs):
        if not kept:
            found += run
            continue
        text = "".join(piece.text for piece in run)
        if len(runs) == 1:
            return (WordPiece(" ", text),)
        head = _first_sentences(text) if place > 0 else ""
        tail = _last_sentences(text[len(head) :]) if place < len(runs) - 1 else ""
        folded = text[len(head) : len(text) - len(tail)]
        parts = (WordPiece(" ", head), WordPiece("…", folded), WordPiece(" ", tail)) if len(folded) > NOT_FOLDED else ()
        found += [part for part in parts if part.text] or [WordPiece(" ", text)]
    return tuple(found)


def _first_sentences(text: str) -> str:
    """Return the end of the sentence that a text begins in, and the next one; not much of it where they are long."""
    found = "".join(_SENTENCES.findall(text)[:2])
    return found if len(found) <= LONG_SENTENCES else found[:LONG_SENTENCES].rpartition(" ")[0] + " "


def _last_sentences(text: str) -> str:
    """Return the last whole sentence of a text, and the beginning of the one that it ends in; not much of long ones."""
    found = "".join(_SENTENCES.findall(text)[-2:])
    return found if len(found) <= LONG_SENTENCES else found[-LONG_SENTENCES:].partition(" ")[2]


def told_apart(before: str, after: str) -> tuple[str, str]:
    """Return two texts, with all that is not ASCII written by its number where they look the same and are not."""
    if before == after or look(before) != look(after):
        return before, after
    return spelled(before), spelled(after)


def pieces_told_apart(pieces: Sequence[WordPiece]) -> tuple[WordPiece, ...]:
    """Return pieces, of which what is gone and what is new are written out where they look the same."""
    found = list(pieces)
    for place, (gone, new) in enumerate(pairwise(pieces)):
        if (gone.kind, new.kind) == ("-", "+"):
            texts = told_apart(gone.text, new.text)
            found[place : place + 2] = [WordPiece("-", texts[0]), WordPiece("+", texts[1])]
    return tuple(found)


def look(text: str) -> str:
    """Return what a reader sees of a text: one form of its letters, one kind of space, nothing that is not drawn."""
    shown = unicodedata.normalize("NFKC", text)
    return "".join(" " if letter.isspace() else letter for letter in shown if unicodedata.category(letter) != "Cf")


def spelled(text: str) -> str:
    """Return a text with all that is not ASCII written by its number."""
    return "".join(letter if letter.isascii() else written(letter) for letter in text)


def _split(text: str) -> list[str]:
    """Split a text into words, spaces and newlines; letters of scripts that put no spaces between words stand alone."""
    words = _WORD_OR_SPACE.findall(text)
    if text.isascii():
        return words
    return [piece for word in words for piece in ([word] if word.isascii() else _letters(word))]


def _letters(word: str) -> Iterator[str]:
    """Yield the letters that stand alone, each with its marks, and what is between them."""
    run, alone = "", False
    for letter in word:
        category = unicodedata.category(letter)
        begins = letter >= _UNSPACED and category == "Lo"
        if run and (begins or (alone and category not in _MARKS)):
            yield run
            run = ""
        run, alone = run + letter, begins or (alone and category in _MARKS)
    if run:
        yield run


def _alike(before: Sequence[str], after: Sequence[str]) -> tuple[int, int]:
    """Count what is the same at the start, and at the end of the rest; that does not begin with a newline.

    A newline ends its line: of a line that is new before it, the newline is new too.
    """
    most = min(len(before), len(after))
    start = next((place for place in range(most) if before[place] != after[place]), most)
    rest = most - start
    end = next((place for place in range(rest) if before[-1 - place] != after[-1 - place]), rest)
    while end and before[-end] == "\n":
        end -= 1
    return start, end


def _is_quick(before: Sequence[str], after: Sequence[str]) -> bool:
    """Tell whether a comparison surely ends soon: its time grows with the pairs of equal words, and with the runs."""
    counts = Counter(after)
    pairs = sum(number * counts[word] for word, number in Counter(before).items())
    return pairs <= MAX_PAIRS and min(pairs, len(before), len(after)) * max(len(before), len(after)) <= MAX_STEPS


def _pieces(before: list[str], after: list[str]) -> Iterator[WordPiece]:
    runs = list(_runs(before, after))
    for place, (gone, new) in enumerate(runs):
        if gone == new:
            yield from _folded(gone, first=place == 0, last=place == len(runs) - 1)
            continue
        if gone:
            yield WordPiece("-", "".join(gone))
        if new:
            yield WordPiece("+", "".join(new))


def _runs(before: list[str], after: list[str]) -> Iterator[tuple[list[str], list[str]]]:
    """Yield what stands on either side, run by run; a lone space between two changes joins them to one."""
    gone: list[str] = []
    new: list[str] = []
    opcodes = _opcodes(before, after)
    for place, (tag, start, end, begin, stop) in enumerate(opcodes):
        kept = tag == "equal"
        inner = 0 < place < len(opcodes) - 1
        if kept and not (inner and end - start == 1 and before[start].isspace() and before[start] != "\n"):
            if gone or new:
                yield gone, new
                gone, new = [], []
            yield before[start:end], before[start:end]
            continue
        gone += before[start:end]
        new += after[begin:stop]
    if gone or new:
        yield gone, new


def _opcodes(before: list[str], after: list[str]) -> list[Step]:
    """Return the steps from one list to the other; only what lies between their like ends is compared."""
    start, end = _alike(before, after)
    middle = difflib.SequenceMatcher(
        None, before[start : len(before) - end], after[start : len(after) - end], autojunk=False
    )
    steps: list[Step] = [("equal", 0, start, 0, start)] if start else []
    steps += [(tag, start + a, start + b, start + c, start + d) for tag, a, b, c, d in middle.get_opcodes()]
    if end:
        steps.append(("equal", len(before) - end, len(before), len(after) - end, len(after)))
    return steps


def _folded(kept: list[str], *, first: bool, last: bool) -> Iterator[WordPiece]:
    head = 0 if first else CONTEXT
    tail = 0 if last else CONTEXT
    if len(kept) <= head + tail + 2:
        yield WordPiece(" ", "".join(kept))
        return
    middle = len(kept) - tail
    if head:
        yield WordPiece(" ", "".join(kept[:head]))
    yield WordPiece("…", "".join(kept[head:middle]))
    if tail:
        yield WordPiece(" ", "".join(kept[middle:]))
