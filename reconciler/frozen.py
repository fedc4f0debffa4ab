"""Owns how a value's class is made: a dataclass that is frozen and has slots, made in a fifth of the time.

The standard library compiles six functions for each such class: half a millisecond, and a plan needs fifty classes.
Here only `__init__` is compiled; the others are shared. Python calls such a decorator a dataclass transform, so that
type checkers, `fields`, `replace` and `match` take the classes as dataclasses.
"""

from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from typing import Any, NoReturn, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[T]) -> type[T]:
    """Return a class with slots for the annotated fields: its values cannot be changed, and are equal by content."""
    made: Any = dataclass(init=False, repr=False, eq=False, slots=True)(cls)
    own = fields(made)
    methods = {
        "__init__": _constructor(own, after="  self.__post_init__()" if hasattr(cls, "__post_init__") else ""),
        "__repr__": _represented,
        "__eq__": _equality(own),
        "__hash__": _hash(own),
        "__setattr__": _refuse_assignment,
        "__delattr__": _refuse_deletion,
        "__getstate__": _get_state,
        "__setstate__": _set_state,
    }
    for name, method in methods.items():
        if cls.__dict__.get(name) is None:
            setattr(made, name, method)
    return made  # type: ignore[no-any-return] # the class that was given, with slots


def _constructor(own: tuple[Field[Any], ...], after: str) -> Callable[..., None]:
    """Compile the method that takes each field, by its place or its name, and keeps it."""
    known: dict[str, Any] = {"_keep": object.__setattr__, "_missing": MISSING}
    parameters, body = ["self"], []
    for each in own:
        name = each.name
        if each.default_factory is not MISSING:
            known[f"_make_{name}"] = each.default_factory
            parameters.append(f"{name}=_missing")
            body.append(f"  _keep(self, {name!r}, _make_{name}() if {name} is _missing else {name})")
            continue
        if each.default is not MISSING:
            known[f"_default_{name}"] = each.default
        parameters.append(name if each.default is MISSING else f"{name}=_default_{name}")
        body.append(f"  _keep(self, {name!r}, {name})")
    made: dict[str, Callable[..., None]] = {}
    source = "\n".join([f"def __init__({', '.join(parameters)}):", *body, after])
    exec(source, known, made)  # noqa: S102 - of names of fields alone, as the standard library does
    return made["__init__"]


def _content(own: tuple[Field[Any], ...]) -> Callable[[Any], object]:
    """Return what gives the values that are compared, of one field or several."""
    return attrgetter(*(each.name for each in own if each.compare))


def _equality(own: tuple[Field[Any], ...]) -> Callable[[Any, object], bool]:
    content = _content(own)

    def __eq__(self: Any, other: object) -> bool:  # noqa: ANN401, N807 - the method of any class
        return content(self) == content(other) if other.__class__ is self.__class__ else NotImplemented

    return __eq__


def _hash(own: tuple[Field[Any], ...]) -> Callable[[Any], int]:
    content = _content(own)
    return lambda self: hash(content(self))


def _represented(self: Any) -> str:  # noqa: ANN401 - a value of any class
    named = (f"{each.name}={getattr(self, each.name)!r}" for each in fields(self) if each.repr)
    return f"{self.__class__.__qualname__}({', '.join(named)})"


def _refuse_assignment(self: object, name: str, value: object) -> NoReturn:
    del self, value
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_deletion(self: object, name: str) -> NoReturn:
    del self
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _get_state(self: Any) -> list[object]:  # noqa: ANN401 - a value of any class
    return [getattr(self, each.name) for each in fields(self)]


def _set_state(self: Any, state: list[object]) -> None:  # noqa: ANN401 - a value of any class
    for each, value in zip(fields(self), state, strict=True):
        object.__setattr__(self, each.name, value)
