"""Owns the texts that others wrote: how they are cleaned, and which may have lost their line breaks."""

import html
import re
from collections.abc import Iterable

from reconciler.importing.draft import Omission

MAX_PARAGRAPH = 160  # characters of a text that is taken for one paragraph, if it shows no sign of a list
_ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,31}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_CONTROLS = (*range(9), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0))
_SURROGATES = range(0xD800, 0xE000)
_NONCHARACTERS = (*range(0xFDD0, 0xFDF0), *(plane << 16 | low for plane in range(17) for low in (0xFFFE, 0xFFFF)))
_UNFIT = dict.fromkeys((*_CONTROLS, *_SURROGATES, *_NONCHARACTERS))
_BLANKS = re.compile(r"\s{2,}")
_BULLET = re.compile(r"(?:^|\s)[•·▪●◦‣∙■□➤►▸✓✔★◆–—*+-]\s*(?=\S)")
_SURE_BULLET = re.compile(r"(?:^|\s)[•▪●◦‣∙■□➤►▸✓✔★◆]")
_NUMBER = re.compile(r"(?:^|\s)\d{1,2}[.)]\s")


def decoded(text: str) -> str:
    """Replace HTML entities by what they stand for, once; only whole ones: `R&D` and `a&copy=b` stay."""
    return _ENTITY.sub(lambda found: html.unescape(found[0]), text)


def clean(text: str) -> str:
    """Return a text with LF line ends, no blanks before them, and no characters that a profile cannot hold."""
    return "\n".join(line.rstrip() for line in _lines(text))


def is_blank(text: str) -> bool:
    """Tell whether nothing of a text is left once it is cleaned."""
    return not clean(text).strip()


def losses(where: str, text: str) -> list[Omission]:
    """Return what `clean` takes out of a text; `where` names the text."""
    characters = unfit(text)
    ends = sum(line != line.rstrip() for line in _lines(text))
    found = []
    if characters:
        count = "1 control character" if characters == 1 else f"{characters} control characters"
        found.append(Omission(f"{where}, {count}", "no text of a profile can hold them"))
    if ends:
        count = "1 line" if ends == 1 else f"{ends} lines"
        found.append(Omission(f"{where}, blanks at the end of {count}", "nobody sees them"))
    return found


def unfit(text: str) -> int:
    """Count the characters that a profile cannot hold: controls, half surrogates, code points that are none."""
    return len(text) - len(text.translate(_UNFIT))


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_UNFIT).split("\n")


def folded(text: str) -> str:
    """Return what texts are compared by where letters' case and blanks do not count."""
    return " ".join(text.casefold().split())


def unique(texts: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Part texts into the first of each, and the later ones that repeat it."""
    kept: dict[str, str] = {}
    repeated: list[str] = []
    for text in texts:
        if folded(text) in kept:
            repeated.append(text)
        else:
            kept[folded(text)] = text
    return tuple(kept.values()), tuple(repeated)


def may_be_flattened(text: str) -> bool:
    """Tell whether a text may have had line breaks: LinkedIn's archive turns them into spaces.

    A text without any is trusted only where it is short and shows no sign of a list.
    """
    if "\n" in text:
        return False
    if len(text) > MAX_PARAGRAPH or _BLANKS.search(text) or _SURE_BULLET.search(text):
        return True
    return bool(_BULLET.match(text)) or len(_NUMBER.findall(text)) > 1 or len(_BULLET.findall(text)) > 1
