"""Owns the changes of sections: a section that differs is sent whole."""

from collections.abc import Iterator, Mapping

from reconciler.address import is_entry_section
from reconciler.planning.diff import differences, with_resent
from reconciler.planning.plan import Action, Change, Effort, FieldChange
from reconciler.planning.reason import Code, Reason
from reconciler.profile.desired import Wanted
from reconciler.spec import SECTIONS
from reconciler.state import queries
from reconciler.state.applied import Applied, Record, Sending
from reconciler.values import Plain, canonical


def section_efforts(wanted: Mapping[str, Wanted], applied: Applied | None) -> Iterator[Effort]:
    """Yield the changes of all sections but the entries, in the spec's order."""
    unrecorded = queries.unrecorded(applied)
    for section in SECTIONS:
        if is_entry_section(section.name):
            continue
        there = wanted.get(section.name)
        record = applied.sections.get(section.name) if applied else None
        if there is not None:
            yield from _wanted(section.name, there, record, applied)
        elif record is not None:
            yield Effort(Change(section.name, Action.FORGET, before=record.value, reason=Reason(Code.LEFT_FILE)))
        elif (sent := unrecorded.get(section.name)) is not None:
            yield Effort(Change(section.name, Action.FORGET, before=sent.value, reason=Reason(Code.LEFT_FILE_UNKNOWN)))


def _wanted(address: str, wanted: Wanted, record: Record | None, applied: Applied | None) -> Iterator[Effort]:
    unknown = queries.unknown_fields(applied, address) is not None
    reason = Reason(Code.UNKNOWN_OUTCOME) if unknown else None
    if record is None:
        may_add = (Reason(Code.MAY_ADD),) if isinstance(wanted.value, list) else ()
        is_unseen = applied is None or address not in applied.forgotten
        warnings = (Reason(Code.REPLACES_UNSEEN), *may_add) if is_unseen else ()
        change = Change(address, Action.SET, None, wanted.value, differences(None, wanted.value), reason, warnings)
        yield Effort(change, Sending(wanted.value))
        return
    fields = differences(record.value, wanted.value)
    gone = [field for field in fields if field.after is None]
    for field in gone:
        yield Effort(forgotten_field(address, field))
    differing = tuple(field for field in fields if field.after is not None)
    if differing or unknown:
        left = {*queries.forgotten_below(applied, address), *(field.path for field in gone)}
        left -= {field.path for field in differing}
        warnings = _warnings(address, record.value, wanted.value, sorted(left))
        shown = with_resent(differing, {"": wanted.value}) if unknown else differing
        change = Change(address, Action.UPDATE, record.value, wanted.value, shown, reason, warnings)
        yield Effort(change, Sending(wanted.value))


def forgotten_field(address: str, field: FieldChange, code: Code = Code.LEFT_FILE) -> Change:
    """Return the change that lets go of one field of a section or entry."""
    warnings = (Reason(Code.END_DATE_STAYS),) if field.path == "seniority.end_date" else ()
    return Change(f"{address}.{field.path}", Action.FORGET, field.before, reason=Reason(code), warnings=warnings)


def _warnings(address: str, before: Plain, after: Plain, left: list[str]) -> tuple[Reason, ...]:
    warnings = [Reason(Code.MAY_CLEAR, tuple(f"{address}.{path}" for path in left))] if left else []
    if address == "skills" and isinstance(before, list) and isinstance(after, list):
        kept = set(map(canonical, after))
        taken_off = [str(skill) for skill in before if canonical(skill) not in kept]
        if taken_off:
            warnings.append(Reason(Code.MAY_KEEP, values=tuple(taken_off)))
    return tuple(warnings)
