"""Owns which fields of a change are shown: dates and spans as one, objects by their members, and what is sent again."""

from collections.abc import Collection, Iterator
from dataclasses import replace

from reconciler.address import is_entry, section_of
from reconciler.planning.plan import Action, Change, FieldChange, Plan
from reconciler.planning.reasons import UNKNOWN
from reconciler.values import Plain, is_file, members, same, value_at

_SPAN = "seniority"


def shown_changes(plan: Plan) -> tuple[Change, ...]:
    """Give the changes of a plan, with what they send again, the outcome being unknown, though it does not differ."""
    return tuple(
        _with_resent(plan, one) if one.action is Action.UPDATE and one.reason == UNKNOWN else one
        for one in plan.changes
    )


def _with_resent(plan: Plan, change: Change) -> Change:
    value, told = change.after, {field.path for field in change.fields}
    if is_entry(change.address):
        sent = _sent_members(plan, change.address)
        value = {name: below for name, below in members(value).items() if name in sent}
    return replace(change, fields=(*change.fields, *_untold("", value, told)))


def _sent_members(plan: Plan, address: str) -> set[str]:
    """Give the members of an entry that a plan sends: a request holds one entry of each section."""
    start = f"{section_of(address)}["
    parts = (part for request in plan.requests if address in request.addresses for part in request.parts)
    return {part.name.removeprefix(start).partition("]")[0] for part in parts if part.name.startswith(start)}


def _untold(path: str, value: Plain, told: Collection[str]) -> Iterator[FieldChange]:
    """Give what no told path holds of a value, each as large as can be."""
    if path in told:
        return
    start = f"{path}." if path else ""
    if any(one.startswith(start) for one in told):
        for name, below in members(value).items():
            yield from _untold(f"{start}{name}", below, told)
    else:
        yield FieldChange(path, None, value)


def shown_fields(change: Change) -> tuple[FieldChange, ...]:
    """Give the fields of a change as a person reads them, each once, in the order of the change.

    A date or a span that differs in part is shown whole; an object that is new is shown member by member.
    """
    found: dict[str, FieldChange] = {}
    for field in change.fields:
        whole = _whole(change, field)
        for one in _members(whole) if whole.before is None else (whole,):
            found.setdefault(one.path, one)
    return tuple(found.values())


def is_date(value: Plain) -> bool:
    """Tell whether a value is a date: a month and a year."""
    return isinstance(value, dict) and value.keys() == {"month", "year"}


def is_span(value: Plain) -> bool:
    """Tell whether a value is a time from a start, with an end or still going on."""
    return isinstance(value, dict) and is_date(value.get("start_date")) and value.keys() <= {"start_date", "end_date"}


def _whole(change: Change, field: FieldChange) -> FieldChange:
    """Give the date or span that a field lies in; else the field itself."""
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
