"""Owns which fields of a change are shown: dates and spans as one, objects by their members."""

from collections.abc import Iterator

from reconciler.planning.plan import Change, FieldChange
from reconciler.values import Plain, is_file, same, value_at

_SPAN = "seniority"


def shown_fields(change: Change) -> tuple[FieldChange, ...]:
    """Return the fields of a change as a person reads them, each once, in the order of the change.

    A date or a span that differs in part is shown whole; an object that is new is shown member by member.
    """
    found: dict[str, FieldChange] = {}
    for field in change.fields:
        whole = _whole(change, field)
        for member in _members(whole) if whole.before is None else (whole,):
            found.setdefault(member.path, member)
    return tuple(found.values())


def is_date(value: Plain) -> bool:
    """Tell whether a value is a date: a month and a year."""
    return isinstance(value, dict) and value.keys() == {"month", "year"}


def is_span(value: Plain) -> bool:
    """Tell whether a value is a time from a start, with an end or still going on."""
    return isinstance(value, dict) and is_date(value.get("start_date")) and value.keys() <= {"start_date", "end_date"}


def _whole(change: Change, field: FieldChange) -> FieldChange:
    """Return the date or span that a field lies in; else the field itself."""
    names = field.path.split(".")
    for place, name in enumerate(names):
        if name == _SPAN or name.endswith("_date"):
            above = names[: place + 1]
            before, after = value_at(change.before, above), value_at(change.after, above)
            return FieldChange(".".join(above), None if same(before, after) else before, after)
    return field


def _members(field: FieldChange) -> Iterator[FieldChange]:
    value = field.after
    if not isinstance(value, dict) or is_file(value) or is_date(value) or is_span(value):
        yield field
        return
    for name, below in value.items():
        yield from _members(FieldChange(f"{field.path}.{name}".lstrip("."), None, below))
