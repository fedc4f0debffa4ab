"""Owns local keys: readable, stable, one for each entry."""

import re
import unicodedata
from collections.abc import Iterable

MAX_CHARACTERS = 60
_SPELLED = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})


def slug(text: str) -> str:
    """Write a text with lower-case Latin letters, digits and hyphens; nothing where its script has none."""
    folded = unicodedata.normalize("NFKD", text.casefold().translate(_SPELLED))
    letters = "".join(one for one in folded if unicodedata.category(one) not in ("Mn", "Cf")).lower()
    words = re.sub(r"[^a-z0-9]+", "-", re.sub(r"['’`]", "", letters)).strip("-")
    if len(words) <= MAX_CHARACTERS:
        return words
    return words[: MAX_CHARACTERS + 1].rpartition("-")[0] or words[:MAX_CHARACTERS]


def numbered(wanted: Iterable[str]) -> list[str]:
    """Make keys unique, given oldest first: a later one gets `-2`, so that a new entry renames no old one."""
    taken: set[str] = set()
    keys = []
    for key in wanted:
        number, free = 1, key
        while free in taken:
            number += 1
            free = f"{key}-{number}"
        taken.add(free)
        keys.append(free)
    return keys
