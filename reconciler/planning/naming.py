"""Owns what tells an entry: the fields that an Add requires name it, letters' case and spaces aside."""

from functools import cache

from reconciler.spec import BY_NAME, Use
from reconciler.values import Plain, canonical, members, same

TELLING = frozenset({"description", "activities", "seniority", "start_date", "end_date", "skills", "attachment"})
"""The fields that hardly two entries hold alike: most of the others say where or what, of many entries the same."""


def resembles(section: str, one: Plain, other: Plain) -> bool:
    """Tell whether two entries name the same thing."""
    name = name_of(section, one)
    return name is not None and name == name_of(section, other)


def name_of(section: str, value: Plain) -> str | None:
    """Give what names an entry: the fields that an Add requires, letters' case aside; None where one is missing."""
    names = sorted(required(section))
    if not (isinstance(value, dict) and all(name in value for name in names)):
        return None
    return canonical([_loosely(value[name]) for name in names])


def contradicts(section: str, one: Plain, other: Plain) -> bool:
    """Tell whether an entry says of itself what another is not: a field that an Add requires differs."""
    assert isinstance(one, dict)
    assert isinstance(other, dict)
    return any(name in one and _loosely(one[name]) != _loosely(other.get(name)) for name in required(section))


def in_common(section: str, one: Plain, other: Plain) -> frozenset[str]:
    """Give which of the fields that name an entry two entries hold alike."""
    before, after = members(one), members(other)
    both = required(section) & before.keys() & after.keys()
    return frozenset(name for name in both if _loosely(before[name]) == _loosely(after[name]))


def has_the_rest(section: str, one: Plain, other: Plain) -> bool:
    """Tell whether an entry holds all of another but what names it, and that is something that tells it."""
    rest = {name: below for name, below in members(other).items() if name not in required(section)}
    return any(rest.get(name) for name in TELLING) and holds(one, rest)


def signs(section: str, value: Plain, *, named: bool) -> frozenset[str]:
    """Give what to look an entry up by: each field that tells it, and if `named` each that names it, with its value."""
    fields = members(value).items()
    telling = {canonical([name, below]) for name, below in fields if name in TELLING and below}
    naming = {canonical([name, _loosely(below)]) for name, below in fields if named and name in required(section)}
    return frozenset(telling | naming)


def holds(one: Plain, other: Plain) -> bool:
    """Tell whether an entry holds all of another."""
    fields = members(one)
    return all(name in fields and same(below, fields[name]) for name, below in members(other).items())


def may_be_another(section: str, one: Plain, other: Plain) -> bool:
    """Tell whether an entry may be another than that: it is named otherwise, and does not have the rest of it."""
    return contradicts(section, one, other) and not has_the_rest(section, one, other)


@cache
def required(section: str) -> frozenset[str]:
    """Give the fields that an Add requires: they name an entry."""
    return frozenset(field.name for field in BY_NAME[section].fields if field.add is Use.REQUIRED)


def _loosely(value: Plain) -> Plain:
    """Give what two people would read as the same name: whatever its case, its spaces and how its letters are coded."""
    if not isinstance(value, str):
        return value
    if not value.isascii():
        import unicodedata

        value = unicodedata.normalize("NFKC", value)
        value = "".join(one for one in value if unicodedata.category(one) != "Cf")
    return " ".join(value.casefold().split())
