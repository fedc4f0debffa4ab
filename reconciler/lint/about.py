"""Owns the rules about headline and About: that they say something, and what a visitor sees of About at first."""

import re
from collections.abc import Iterator

from reconciler.lint.rule import CITED, Judged
from reconciler.problem import Problem
from reconciler.profile.source import shortened

ABOUT_LINES = 3
FOLD_WIDTH = 105  # characters of a line on a wide screen
_SENTENCE_END = re.compile(r"[.!?…:][\"'”’»)\]]{0,3}(?=\s|$)|[。！？]")


def empty_headline(judged: Judged) -> Iterator[Problem]:
    """Find a headline that is cleared."""
    yield from _cleared_text(judged, "headline", "the headline")


def empty_about(judged: Judged) -> Iterator[Problem]:
    """Find an About that is cleared."""
    yield from _cleared_text(judged, "summary", "About")


def _cleared_text(judged: Judged, section: str, name: str) -> Iterator[Problem]:
    value = judged.value.get(section)
    if isinstance(value, str) and not value.strip():
        yield judged.document.problem(
            (section,), f"{name} says nothing", "write it, or take the key out to leave it alone"
        )


def cut_in_sentence(judged: Judged) -> Iterator[Problem]:
    """Find an About of which the fold cuts the first sentence."""
    text = judged.value.get("summary")
    if not isinstance(text, str):
        return
    shown = before_the_fold(text)
    rest = text[len(shown) :].lstrip(" \t")
    if not rest.strip() or rest.startswith("\n") or "\n" in shown.strip() or _SENTENCE_END.search(shown):
        return
    message = f"the fold comes after about {len(shown)} characters, in the first sentence: {_last_words(shown)!r}"
    yield judged.document.problem(("summary",), message, "begin with a shorter sentence")


def before_the_fold(text: str) -> str:
    """Return what is seen of About before *see more*, on a wide screen: three lines, broken at blanks."""
    shown, place = 0, 0
    bare = text.rstrip()
    while shown < ABOUT_LINES and place < len(bare):
        place = _line_end(bare, place)
        shown += 1
    return bare[:place].rstrip()


def _line_end(text: str, begin: int) -> int:
    """Return where the line ends that begins at a place, with the blank or line end behind it."""
    limit = begin + FOLD_WIDTH
    end = text.find("\n", begin, limit + 1)
    if end >= 0:
        return end + 1
    if len(text) <= limit:
        return len(text)
    blank = text.rfind(" ", begin, limit + 1)
    return blank + 1 if blank > begin else limit


def _last_words(text: str) -> str:
    return "…" + text[-CITED:] if len(text) > CITED else shortened(text)
