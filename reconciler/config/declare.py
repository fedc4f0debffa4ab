"""Owns how a table of `reconciler.toml` is declared: a frozen dataclass whose fields say what they take."""

from collections.abc import Callable, Mapping
from dataclasses import field, fields
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from reconciler.values import Plain

ValueCheck = Callable[[Plain], tuple[str, str] | None]


class Takes(StrEnum):
    """What a key of a table takes."""

    TEXT = "text"
    INTEGER = "whole number"
    NUMBER = "number"
    BOOLEAN = "true or false"
    TEXTS = "list of texts"
    CHOICES = "table of choices"  # from any of `keys` to one of `choices`
    TABLE = "table"


class Setting(Struct, frozen=True):
    """What one key takes; `bounds` are the least and the most of a number, `choices` the texts that are allowed.

    `check` returns what is wrong with a value of the right type, and what to do; None for a good one. Of a list it is
    asked item by item.
    """

    takes: Takes
    description: str
    choices: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    bounds: tuple[float, float] | None = None
    check: ValueCheck | None = None
    table: type | None = None


def text_key(
    description: str, default: str = "", *, choices: tuple[str, ...] = (), check: ValueCheck | None = None
) -> Any:  # noqa: ANN401 - as dataclasses.field
    """Declare a key that takes a text that is not empty; `choices` are all that it may be, if given."""
    return _declared(Setting(Takes.TEXT, description, choices=choices, check=check), default)


def texts_key(description: str, *, choices: tuple[str, ...] = (), check: ValueCheck | None = None) -> Any:  # noqa: ANN401 - as dataclasses.field
    """Declare a key that takes a list of texts, none of them empty."""
    return _declared(Setting(Takes.TEXTS, description, choices=choices, check=check), ())


def integer_key(description: str, default: int | None = None, *, bounds: tuple[int, int] | None = None) -> Any:  # noqa: ANN401 - as dataclasses.field
    """Declare a key that takes a whole number."""
    return _declared(Setting(Takes.INTEGER, description, bounds=bounds), default)


def number_key(description: str, default: float | None = None, *, bounds: tuple[float, float] | None = None) -> Any:  # noqa: ANN401 - as dataclasses.field
    """Declare a key that takes any finite number."""
    return _declared(Setting(Takes.NUMBER, description, bounds=bounds), default)


def boolean_key(description: str, *, default: bool = False) -> Any:  # noqa: ANN401 - as dataclasses.field
    """Declare a key that takes true or false."""
    return _declared(Setting(Takes.BOOLEAN, description), default)


def choices_key(description: str, *, keys: tuple[str, ...], choices: tuple[str, ...]) -> Any:  # noqa: ANN401 - as dataclasses.field
    """Declare a table whose keys are some of `keys`, each with one of `choices`."""
    return _declared(Setting(Takes.CHOICES, description, choices=choices, keys=keys), MappingProxyType({}))


def table_key(description: str, declared: type) -> Any:  # noqa: ANN401 - as dataclasses.field
    """Declare a table below this one; without it, it is as if it were empty."""
    return _declared(Setting(Takes.TABLE, description, table=declared), declared())


def settings_of(declared: type) -> Mapping[str, Setting]:
    """Return what each key of a declared table takes, in the order of its fields."""
    return {found.name: found.metadata["setting"] for found in fields(declared)}


def _declared(setting: Setting, default: object) -> Any:  # noqa: ANN401 - as dataclasses.field
    return field(default_factory=lambda: default, metadata={"setting": setting})
