"""Owns the encoding of values into form parts (spec, section *Encoding*)."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from reconciler.planning.plan import FilePart, Part, TextPart
from reconciler.profile.desired import FileFacts
from reconciler.spec import PROFILE_TYPE, Field, Kind
from reconciler.values import Plain, is_file


def head(account_id: str) -> tuple[Part, ...]:
    """Return the parts that go with every request."""
    return (TextPart("type", PROFILE_TYPE), TextPart("account_id", account_id))


def encode(field: Field, value: Plain, files: Mapping[str, FileFacts], name: str | None = None) -> Iterator[Part]:
    """Yield the parts of one field, in the table's order; `name` is the bracketed name, else the field's own."""
    name = field.name if name is None else name
    if is_file(value):
        assert isinstance(value, dict)
        facts = files[str(value["file"])]
        yield FilePart(name, facts.path, facts.sha256, facts.size, facts.content_type, facts.width, facts.height)
    elif isinstance(value, dict):
        value_type = value.get("type")
        for member in field.members(value_type if isinstance(value_type, str) else None):
            if member.name in value:
                yield from encode(member, value[member.name], files, f"{name}[{member.name}]")
    elif isinstance(value, list):
        for index, below in enumerate(value):
            indexed = f"{name}[{index}]" if field.kind is Kind.OBJECTS else name
            yield from encode(field, below, files, indexed)
    else:
        yield TextPart(name, part_text(value))


def part_text(value: Plain) -> str:
    """Write a scalar as it travels: `true`, plain decimals without exponent, text as it is.

    A number gets the shortest digits that read back to the same value.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        plain = format(Decimal(repr(value)), "f")
        return plain.removesuffix(".0")
    return str(value)
