"""Owns which fields of a change are shown: dates and spans as one, objects by their members."""

from collections.abc import Iterator

from reconciler.planning.plan import Change, FieldChange
from reconciler.values import Plain, is_file, members, same, value_at

_SPAN = "seniority"


def shown_fields(change: Change) -> tuple[FieldChange, ...]:
    """Return the fields of a change as a person reads them, each once, in the order of the change.

    A date or a span that differs in part is shown whole, any other object member by member.
    """
    found: dict[str, FieldChange] = {}
    for field in change.fields:
        for member in _members(_enclosing_field(change, field)):
            found.setdefault(member.path, member)
    return tuple(found.values())


def is_date(value: Plain) -> bool:
    """Tell whether a value is a date: a month and a year."""
    return isinstance(value, dict) and value.keys() == {"month", "year"}


def is_span(value: Plain) -> bool:
    """Tell whether a value is a time from a start, with an end or still going on."""
    return isinstance(value, dict) and is_date(value.get("start_date")) and value.keys() <= {"start_date", "end_date"}


def _enclosing_field(change: Change, field: FieldChange) -> FieldChange:
    """Return the date or span that a field lies in; else the field itself.

    A span whose end left the file is not shown as one that goes on: its end is on LinkedIn still.
    """
    names = field.path.split(".")
    has_end_there = any(f"{change.address}.{_SPAN}.end_date" in warning.addresses for warning in change.warnings)
    for place, name in enumerate(names):
        if (name == _SPAN and not has_end_there) or name.endswith("_date"):
            above = names[: place + 1]
            before, after = value_at(change.before, above), value_at(change.after, above)
            return FieldChange(".".join(above), None if same(before, after) else before, after)
    return field


def _members(field: FieldChange) -> Iterator[FieldChange]:
    """Yield the members of an object that differ, each by its path; of anything else the field itself."""
    before, after = field.before, field.after
    if not _is_object(after) or not (before is None or _is_object(before)):
        yield field
        return
    was, will_be = members(before), members(after)
    for name in (*will_be, *(name for name in was if name not in will_be)):
        old, new = was.get(name), will_be.get(name)
        if before is None or not same(old, new):
            yield from _members(FieldChange(f"{field.path}.{name}".lstrip("."), old, new))


def _is_object(value: Plain) -> bool:
    """Tell whether a value is an object that is shown member by member."""
    return isinstance(value, dict) and not (is_file(value) or is_date(value) or is_span(value))
