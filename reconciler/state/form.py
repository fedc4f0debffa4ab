"""Owns forms: how a value of ours stands in JSON, said once, from which its reader, writer and schema follow."""

from collections.abc import Callable, Collection, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from msgspec import NODEFAULT, Struct, field
from msgspec.structs import fields

from reconciler.decode import DamageError, Fields, mapping
from reconciler.values import Plain

T = TypeVar("T")
Schema = dict[str, Plain]


class FormKind(Struct, Generic[T], frozen=True):
    """One kind of value: `read` raises DamageError, naming the value as it is told to."""

    read: Callable[[Plain, str], T]
    write: Callable[[T], Plain]
    schema: Schema

    def saying(self, description: str) -> "FormKind[T]":
        """Return this kind with what the schema says of it in words."""
        return FormKind(self.read, self.write, {"description": description, **self.schema})


class Form(Struct, Generic[T], frozen=True, dict=True):
    """The form of a struct: a kind for each of its attributes. `extra` is more that the schema says of it.

    What has a default may be missing in JSON, and is where the value is the default, unless `always` names it.
    `keys` gives the JSON names of attributes that are called otherwise there.
    """

    make: type[T]
    kinds: Mapping[str, FormKind[Any]]
    always: tuple[str, ...] = ()
    keys: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    extra: Schema = field(default_factory=dict)

    def read(self, value: Plain, name: str) -> T:
        """Return the value that a mapping stands for. Raises DamageError."""
        given = mapping(value, name or "the file")
        refuse_other_keys(given, name or "the file", self._attributes)
        found: dict[str, Any] = {}
        start = f"{name}." if name else ""
        for key, attribute in self._attributes.items():
            if key in given:
                found[attribute] = self.kinds[attribute].read(given[key], start + key)
            elif attribute not in self._defaults:
                raise DamageError(f"{start}{key} is missing")
        return self.make(**found)

    def write(self, value: T) -> Plain:
        """Return the mapping that stands for a value."""
        return {
            key: self.kinds[attribute].write(held)
            for key, attribute in self._attributes.items()
            if (held := getattr(value, attribute)) != self._defaults.get(attribute, NODEFAULT)
        }

    @property
    def schema(self) -> Schema:
        """Return the JSON Schema of the mapping."""
        return {
            "type": "object",
            "additionalProperties": False,
            "properties": {key: self.kinds[attribute].schema for key, attribute in self._attributes.items()},
            "required": [key for key, attribute in self._attributes.items() if attribute not in self._defaults],
            **self.extra,
        }

    @cached_property
    def _attributes(self) -> Mapping[str, str]:
        """Return the attributes by their JSON names."""
        return {self.keys.get(attribute, attribute): attribute for attribute in self.kinds}

    @cached_property  # a state has many values of few forms, and msgspec looks at the annotations of a class each time
    def _defaults(self) -> Mapping[str, object]:
        """Return the defaults of the attributes that may be missing in JSON."""
        make: Any = self.make
        found: dict[str, object] = {}
        for attribute in fields(make):
            if attribute.name in self.always:
                continue
            if attribute.default is not NODEFAULT:
                found[attribute.name] = attribute.default
            elif attribute.default_factory is not NODEFAULT:
                found[attribute.name] = attribute.default_factory()
        return found


def kind_of(form: Form[T], name: str) -> FormKind[T]:
    """Return the kind of a value that has a form of its own, defined in the schema under a name."""
    return FormKind(form.read, form.write, {"$ref": f"#/definitions/{name}"})


def many(kind: FormKind[T]) -> FormKind[tuple[T, ...]]:
    """Return the kind of a list of values."""

    def read(value: Plain, name: str) -> tuple[T, ...]:
        if not isinstance(value, list):
            raise DamageError(f"{name} is not a list")
        return tuple(kind.read(below, name) for below in value)

    return FormKind(read, lambda held: [kind.write(below) for below in held], {"type": "array", "items": kind.schema})


def by_name(
    names: Callable[[str, str], None], kind_at: Callable[[str], FormKind[T]], schema: Schema
) -> FormKind[Mapping[str, T]]:
    """Return the kind of a mapping by names, which `names` checks; the kind of a value may depend on its name."""

    def read(value: Plain, name: str) -> dict[str, T]:
        found = {}
        for key, below in mapping(value, name).items():
            names(key, name)
            found[key] = kind_at(key).read(below, key)
        return found

    def write(held: Mapping[str, T]) -> Plain:
        return {key: kind_at(key).write(below) for key, below in held.items()}

    return FormKind(read, write, {"type": "object", **schema})


def refuse_other_keys(given: Fields, name: str, keys: Collection[str]) -> None:
    """Raise DamageError where a mapping holds a key that is none of these."""
    for key in given:
        if key not in keys:
            raise DamageError(f"{name} holds {key!r}, which does not belong there")
