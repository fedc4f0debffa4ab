"""Owns the way from a parsed `reconciler.toml` to its declared tables, with all that is wrong in one pass."""

import math
from collections.abc import Callable, Iterator
from types import MappingProxyType
from typing import Any, TypeVar

from reconciler.config.declare import Setting, Takes, settings_of
from reconciler.profile.source import shortened
from reconciler.values import Path, Plain

Tell = Callable[[Path, str, str], None]
T = TypeVar("T")

_MOST_NAMED = 10
_NAMES = {
    str: "a text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    list: "a list",
    dict: "a table",
}
_TYPES_READ: dict[Takes, tuple[type, ...]] = {
    Takes.TEXT: (str,),
    Takes.INTEGER: (int,),
    Takes.NUMBER: (int, float),
    Takes.BOOLEAN: (bool,),
    Takes.TEXTS: (list,),
    Takes.CHOICES: (dict,),
    Takes.TABLE: (dict,),
}
_FORMS = {
    Takes.TEXT: "write it between quotes",
    Takes.INTEGER: "write a whole number, without quotes",
    Takes.NUMBER: "write a number, without quotes",
    Takes.BOOLEAN: "write true or false, without quotes",
    Takes.TEXTS: 'write a list of texts: ["…", "…"]',
    Takes.CHOICES: "write its keys below a line with its name in brackets",
    Takes.TABLE: "write its keys below a line with its name in brackets",
}


def read_declared(declared: type[T], value: dict[str, Any], path: Path, tell: Tell) -> T:
    """Return a table as it is declared; `tell` is told of each fault, and what is faulty keeps its default."""
    settings = settings_of(declared)
    found: dict[str, object] = {}
    for name, given in value.items():
        here = (*path, name)
        setting = settings.get(name)
        if setting is None:
            tell(here, *_no_such_key(name, tuple(settings)))
        elif setting.takes is Takes.TABLE and isinstance(given, dict):
            assert setting.table is not None
            found[name] = read_declared(setting.table, given, here, tell)
        elif _tell_faults(setting, given, here, tell):
            found[name] = _frozen_value(given)
    return declared(**found)


def _frozen_value(given: Any) -> object:  # noqa: ANN401 - any TOML
    if isinstance(given, list):
        return tuple(given)
    return MappingProxyType(given) if isinstance(given, dict) else given


def _tell_faults(setting: Setting, given: Any, path: Path, tell: Tell) -> bool:  # noqa: ANN401 - any TOML
    faults = list(_faults(setting, given, path))
    for fault in faults:
        tell(*fault)
    return not faults


def _faults(setting: Setting, given: Any, path: Path) -> Iterator[tuple[Path, str, str]]:  # noqa: ANN401 - any TOML
    if type(given) not in _TYPES_READ[setting.takes]:
        yield path, f"{_kind_of_toml(given)} stands where {_article(setting.takes)} belongs", _FORMS[setting.takes]
    elif given == []:
        yield path, "the list is empty", "write what belongs into it, or take the key out"
    elif isinstance(given, list):
        item = Setting(Takes.TEXT, "", choices=setting.choices, check=setting.check)
        for place, below in enumerate(given):
            yield from _faults(item, below, (*path, place))
    elif isinstance(given, dict):
        choice = Setting(Takes.TEXT, "", choices=setting.choices)
        for name, below in given.items():
            if name not in setting.keys:
                yield (*path, name), *_no_such_key(name, setting.keys)
            else:
                yield from _faults(choice, below, (*path, name))
    else:
        wrong = _wrong_value(setting, given)
        if wrong is not None:
            yield path, *wrong


def _wrong_value(setting: Setting, given: Plain) -> tuple[str, str] | None:
    """Say what is wrong with a scalar of the right type, and what to do; None for a good one."""
    if given == "":
        return "the text is empty", "write it, or take the key out"
    if setting.choices and given not in setting.choices:
        return f"{shortened(str(given))!r} is not one of its values", _choose(str(given), setting.choices)
    if isinstance(given, int | float) and not math.isfinite(given):
        return "this is not a finite number", "write a plain number"
    if setting.bounds is not None and isinstance(given, int | float):
        least, most = setting.bounds
        if not least <= given <= most:
            return f"{shortened(f'{given}')} is out of bounds", f"write a number from {least:,} to {most:,}"
    return setting.check(given) if setting.check is not None else None


def _no_such_key(name: str, known: tuple[str, ...]) -> tuple[str, str]:
    return "there is no such key", _choose(name, known)


def _choose(name: str, known: tuple[str, ...]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(shortened(name), known, 1)
    if near:
        return f"did you mean {near[0]}?"
    more = f" and {len(known) - _MOST_NAMED} more" if len(known) > _MOST_NAMED else ""
    return f"write one of {', '.join(known[:_MOST_NAMED])}{more}"


def _article(takes: Takes) -> str:
    return takes.value if takes is Takes.BOOLEAN else f"a {takes.value}"


def _kind_of_toml(given: object) -> str:
    return _NAMES.get(type(given), "a date or time")
