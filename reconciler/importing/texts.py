"""Owns the texts that others wrote: how they are cleaned, and which may have lost their line breaks."""

import html
import re
from collections.abc import Iterable

_ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,31}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_CONTROLS = (*range(9), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0))
_SURROGATES = range(0xD800, 0xE000)
_NONCHARACTERS = (*range(0xFDD0, 0xFDF0), *(plane << 16 | low for plane in range(17) for low in (0xFFFE, 0xFFFF)))
_UNFIT = dict.fromkeys((*_CONTROLS, *_SURROGATES, *_NONCHARACTERS))

MAX_CHARACTERS = 160  # a text up to here, without a sign of a list, is taken for one paragraph
_RUN = re.compile(r"\s{2,}")
_BULLET = re.compile(r"(?:^|\s)[•·▪●◦‣∙■□➤►▸✓✔★◆–—*+-]\s*(?=\S)")
_PLAIN_BULLET = re.compile(r"(?:^|\s)[•▪●◦‣∙■□➤►▸✓✔★◆]")
_NUMBER = re.compile(r"(?:^|\s)\d{1,2}[.)]\s")


def decoded(text: str) -> str:
    """Turn HTML entities into what they stand for, once; only whole ones: `R&D` and `a&copy=b` stay."""
    return _ENTITY.sub(lambda found: html.unescape(found[0]), text)


def clean(text: str) -> str:
    """Give a text with LF line ends, without the characters that `unfit` counts."""
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_UNFIT)


def unfit(text: str) -> int:
    """Count the characters that a profile does not hold: controls, half surrogates, code points that are none."""
    return len(text) - len(text.translate(_UNFIT))


def unique(texts: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Part texts into the first of each, and the later ones that repeat one; letters' case and blanks do not count."""
    kept: dict[str, str] = {}
    repeated: list[str] = []
    for text in texts:
        name = " ".join(text.casefold().split())
        if name in kept:
            repeated.append(text)
        else:
            kept[name] = text
    return tuple(kept.values()), tuple(repeated)


def may_be_flattened(text: str) -> bool:
    """Tell whether a text may once have had line breaks that it has no more."""
    if "\n" in text:
        return False
    if len(text) > MAX_CHARACTERS or _RUN.search(text) or _PLAIN_BULLET.search(text):
        return True
    return bool(_BULLET.match(text)) or len(_NUMBER.findall(text)) > 1 or len(_BULLET.findall(text)) > 1
