"""Owns addresses: `headline`, `experience.KEY`, `experience.KEY.seniority.end_date`."""

import re

from reconciler.spec import BY_NAME, ENTRY_SECTIONS, ORDER

KEY = re.compile(r"[a-z0-9][a-z0-9-]*", re.ASCII)
MAX_KEY = 60  # characters of a key that is made from a name
_SPELLED = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_SET_ASIDE = re.compile(r".*-forgotten(-\d+)?", re.ASCII)


def section_of(address: str) -> str:
    """Return the section that an address lies in."""
    return address.partition(".")[0]


def is_entry_section(section: str) -> bool:
    """Tell whether a section is a mapping of entries."""
    return section in ENTRY_SECTIONS


def unit_of(address: str) -> str:
    """Return the section or entry that an address lies in: what state keeps one record of."""
    pieces = address.split(".")
    return ".".join(pieces[: 2 if is_entry_section(pieces[0]) else 1])


def is_unit(address: str) -> bool:
    """Tell whether an address is a section or entry as a whole, not a field of one."""
    return unit_of(address) == address


def is_entry(address: str) -> bool:
    """Tell whether an address is an entry as a whole."""
    section, dot, key = address.partition(".")
    return dot != "" and "." not in key and section in ENTRY_SECTIONS


def field_path(address: str) -> str:
    """Return the path of a field below its section or entry; empty for one of these."""
    return address[len(unit_of(address)) + 1 :]


def lies_in(address: str, above: str) -> bool:
    """Tell whether an address is `above` or below it."""
    return address == above or address.startswith(above + ".")


def moved(address: str, before: str, after: str) -> str:
    """Return an address that lies in `before` as it is called once `before` is called `after`."""
    return after + address[len(before) :]


def set_aside(address: str, number: int) -> str:
    """Return the key that an entry gets which was forgotten, once its own is used again; `number` counts from 1."""
    return f"{address}-forgotten" + (f"-{number}" if number > 1 else "")


def is_set_aside(address: str) -> bool:
    """Tell whether an entry may have its key from the tool, so that the key says nothing about it."""
    return _SET_ASIDE.fullmatch(address) is not None


def problem_with(address: str) -> str | None:
    """Say what is wrong with an address as a user wrote it; None where it can exist."""
    section, *below = address.split(".")
    if section not in BY_NAME:
        from difflib import get_close_matches

        if near := get_close_matches(section, BY_NAME, 1):
            return f"there is no section {section!r}; did you mean {near[0]}?"
        entry = f"; an entry is written with its section, as experience.{address}" if KEY.fullmatch(address) else ""
        return f"there is no section {section!r}; the sections are {', '.join(BY_NAME)}{entry}"
    if is_entry_section(section) and below and not KEY.fullmatch(below[0]):
        return f"{below[0]!r} is not a local key (lower-case letters, digits and hyphens)"
    return None


def section_rank(address: str) -> int:
    """Rank an address by the spec's order of sections."""
    return ORDER[section_of(address)]


def slug(text: str) -> str:
    """Write a text with lower-case Latin letters, digits and hyphens; empty where its script has none."""
    import unicodedata

    folded = unicodedata.normalize("NFKD", text.casefold().translate(_SPELLED))
    letters = "".join(letter for letter in folded if unicodedata.category(letter) not in ("Mn", "Cf")).lower()
    words = re.sub(r"[^a-z0-9]+", "-", re.sub(r"['’`]", "", letters)).strip("-")
    if len(words) <= MAX_KEY:
        return words
    return words[: MAX_KEY + 1].rpartition("-")[0] or words[:MAX_KEY]
