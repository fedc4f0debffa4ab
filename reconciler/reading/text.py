"""Owns when two texts are equal to a reader, although they are not written alike."""

import re
import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher
from enum import StrEnum

_BULLETS = str.maketrans(dict.fromkeys("•·–—*▪◦", "-"))
_QUOTES = str.maketrans({"‘": "'", "’": "'", "‚": "'", "‛": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"'})
_BLANK_LINES = re.compile(r"\n{3,}")
_AROUND = "()[],.;:"  # of a word
_NEAR = 0.8  # of two names, as difflib measures it
_LONGEST = 200  # characters of a name that it measures


class Likeness(StrEnum):
    """How far two texts agree."""

    SAME = "same"
    LAYOUT = "layout"  # they differ in white space, bullets or quotes alone
    DIFFERENT = "different"


def compare_texts(known: str, seen: str) -> Likeness:
    """Tell how far two texts agree."""
    if normalize(known) == normalize(seen):
        return Likeness.SAME
    return Likeness.LAYOUT if without_layout(known) == without_layout(seen) else Likeness.DIFFERENT


def is_same_name(known: str, seen: str) -> bool:
    """Tell whether two names of a company, school or skill are equal, letters' case aside."""
    return fold_name(known) == fold_name(seen)


def may_be_renamed(name: str, shown: str) -> bool:
    """Tell whether a name could be LinkedIn's own for another: one holds the other's words, or is nearly it."""
    words, others = _bare_words(name), _bare_words(shown)
    if words <= others or others <= words:
        return True
    folded, folded_shown = fold_name(name), fold_name(shown)
    if max(len(folded), len(folded_shown)) > _LONGEST:
        return False
    matcher = SequenceMatcher(None, folded, folded_shown)
    # The first two are never less than the last, and quick to tell.
    return all(ratio() >= _NEAR for ratio in (matcher.real_quick_ratio, matcher.quick_ratio, matcher.ratio))


def names_left(names: Sequence[str], shown: Sequence[str]) -> list[str]:
    """Return the names that are shown, as they are or as what may be LinkedIn's own for them."""
    there, known = {fold_name(name) for name in shown}, {fold_name(name) for name in names}
    more = [name for name in shown if fold_name(name) not in known]
    return [name for name in names if fold_name(name) in there or any(may_be_renamed(name, other) for other in more)]


def _bare_words(name: str) -> frozenset[str]:
    """Return the words of a name without the marks around them; what is a mark alone is a word."""
    return frozenset(word.strip(_AROUND) or word for word in fold_name(name).split())


def fold_name(name: str) -> str:
    """Return the text that equal names share."""
    return " ".join(normalize(name).casefold().split())


def normalize(text: str) -> str:
    """Return the text that equal texts share.

    It is in NFC with LF as line end, every kind of space is a plain one, characters without width are gone, lines
    are trimmed, blank lines are gone at the ends and inside at most one follows another line.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    if not text.isascii():
        text = "".join(_plain_space(character) for character in text)
    lines = "\n".join(line.strip() for line in text.replace("\t", " ").split("\n"))
    return _BLANK_LINES.sub("\n\n", lines).strip("\n")


def without_layout(text: str) -> str:
    """Return the text that texts share which differ in layout alone: one space, one bullet, straight quotes."""
    return " ".join(normalize(text).translate(_BULLETS).translate(_QUOTES).split())


def _plain_space(character: str) -> str:
    if character.isascii():
        return character
    match unicodedata.category(character):
        case "Zs":
            return " "
        case "Zl" | "Zp":
            return "\n"
        case "Cf":
            return ""
        case _:
            return character
