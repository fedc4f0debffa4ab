"""Owns the quick yes: whether a document has the shape that the schema asks for, told from the spec's table.

Importing jsonschema takes as long as all else that a plan does, so it is asked only where this says no, and explains.
A test holds that all that passes here passes there: this may be stricter than the schema, never laxer.
"""

from reconciler.address import KEY
from reconciler.spec import PROFILE_TYPE, SECTIONS, Field, Kind
from reconciler.values import Plain

_NUMBERS = {Kind.NUMBER: (int, float), Kind.INTEGER: (int,)}  # by exact type: a bool is no number


def has_shape(value: Plain) -> bool:
    """Tell whether a document is certainly one that the schema allows."""
    if not isinstance(value, dict) or value.get("type") != PROFILE_TYPE:
        return False
    account_id = value.get("account_id")
    if not isinstance(account_id, str) or not account_id:
        return False
    sections = {name: below for name, below in value.items() if name not in ("type", "account_id")}
    return _members(SECTIONS, sections)


def _members(fields: tuple[Field, ...], value: dict[str, Plain]) -> bool:
    """Tell whether all that is there is known and fits, and all that is needed is there."""
    known = {field.name: field for field in fields}
    return value.keys() <= known.keys() and all(
        _fits(field, value[name]) if name in value else not field.required for name, field in known.items()
    )


def _fits(field: Field, value: Plain) -> bool:
    match field.kind:
        case Kind.TEXT | Kind.FILE | Kind.ENUM:
            return _text(field, value)
        case Kind.NUMBER | Kind.INTEGER:
            return type(value) in _NUMBERS[field.kind] and _in_bounds(field, value)
        case Kind.BOOLEAN:
            return isinstance(value, bool)
        case Kind.TEXTS | Kind.ENUMS:
            return isinstance(value, list) and value != [] and all(_text(field, one) for one in value)
        case Kind.OBJECTS:
            return isinstance(value, list) and value != [] and all(_object(field, one) for one in value)
        case Kind.ENTRY:
            return (
                isinstance(value, dict)
                and value != {}
                and all(KEY.fullmatch(key) and _object(field, entry) for key, entry in value.items())
            )
        case _:
            return _object(field, value)


def _in_bounds(field: Field, value: Plain) -> bool:
    assert isinstance(value, int | float)
    return field.bounds is None or field.bounds[0] <= value <= field.bounds[1]


def _text(field: Field, value: Plain) -> bool:
    if not isinstance(value, str):
        return False
    if field.choices:
        return value in field.choices
    return len(value) == field.length if field.length else bool(value) or field.kind is not Kind.FILE


def _object(field: Field, value: Plain) -> bool:
    if not isinstance(value, dict) or not value:
        return False
    value_type = value.get("type")
    return _members(field.members(value_type if isinstance(value_type, str) else None), value)
