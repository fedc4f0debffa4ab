"""Owns the edit of a known entry: which fields differ, which of them can be sent, and which are blocked."""

from collections.abc import Iterator

from reconciler.address import section_of
from reconciler.planning.diff import differences, with_resent
from reconciler.planning.effort import Effort, blocked, sent
from reconciler.planning.identity import Entry, KnownEntry
from reconciler.planning.plan import Action, Change, FieldChange
from reconciler.planning.reason import Code, Reason, id_unknown, not_in_edit
from reconciler.planning.sections import forgotten_field
from reconciler.spec import fields_of_edit
from reconciler.state import queries
from reconciler.state.applied import Applied, Sending
from reconciler.values import Members, Plain, members, same, value_at


def edits(entry: Entry, known: KnownEntry, applied: Applied | None) -> Iterator[Effort]:
    """Give what differs between a known entry and the wanted one."""
    before, after = members(known.value), members(entry.wanted.value)
    unknown = queries.unknown_fields(applied, known.address, known.id or entry.wanted.id) or frozenset()
    fields = differences(before, after, _whole(before, after))
    for field in fields:
        if field.after is None:
            ended = field.path == "seniority.end_date"
            gone = forgotten_field(entry.address, field, Code.END_DATE_STAYS if ended else None)
            yield Effort(gone, position=entry.wanted.position)
    for name in sorted(unknown - before.keys() - after.keys()):
        value = queries.unknown_value(applied, known.address, known.id or entry.wanted.id, name)
        gone = forgotten_field(entry.address, FieldChange(name, value, None), reason=Code.LEFT_FILE_UNKNOWN)
        yield Effort(gone, position=entry.wanted.position)
    back = _taken_back(known, applied, fields, unknown)
    for field in back:
        address = f"{entry.address}.{field.path}"
        moved_from = f"{known.address}.{field.path}"
        change = Change(
            address, Action.MOVE, field.after, field.after, reason=Reason(Code.TAKEN_BACK), moved_from=moved_from
        )
        yield Effort(change, position=entry.wanted.position)
    differing = tuple(field for field in fields if field.after is not None and field not in back)
    names = [name for name in after if name in unknown or any(_top(field) == name for field in differing)]
    if names:
        yield from _edited(
            entry, known, applied, differing, names, Reason(Code.UNKNOWN_OUTCOME) if unknown & set(names) else None
        )


def _edited(  # noqa: PLR0913 - what the edit is of, and what differs
    entry: Entry,
    known: KnownEntry,
    applied: Applied | None,
    differing: tuple[FieldChange, ...],
    names: list[str],
    reason: Reason | None,
) -> Iterator[Effort]:
    """Part the differing fields into those that an Edit can send and those that are blocked."""
    before, after = members(known.value), members(entry.wanted.value)
    entry_id = entry.wanted.id or known.id
    editable = fields_of_edit(section_of(entry.address)) if entry_id else frozenset()
    sendable = [name for name in names if name in editable]
    rest = [name for name in names if name not in editable]
    if sendable:
        known_by = known.record.id_by if known.record is not None else None
        id_by = "file" if entry.wanted.id or known_by == "given" else known_by
        value = _kept(before, after, set(rest))
        sending = Sending(value, entry_id, id_by, tuple(sendable), entry.wanted.notify_network)
        shown = tuple(field for field in differing if _top(field) in sendable)
        if reason is not None:
            shown = with_resent(shown, {name: after[name] for name in sendable})
        warnings = _clearing(entry, known, applied, sendable)
        yield sent(entry, Action.UPDATE, known.value, value, sending, warnings, reason=reason, fields=shown)
    if rest:
        why = not_in_edit if entry_id else id_unknown
        shown = tuple(field for field in differing if _top(field) in rest)
        yield blocked(entry, why(entry.address, rest), known.value, entry.wanted.value, shown)


def _clearing(entry: Entry, known: KnownEntry, applied: Applied | None, sendable: list[str]) -> tuple[Reason, ...]:
    """Warn of forgotten fields below a field that travels whole."""
    before, after = members(known.value), members(entry.wanted.value)
    paths = {field.path for field in differences(before, after, _whole(before, after)) if field.after is None}
    paths |= set(queries.forgotten_below(applied, known.address))
    below = sorted(path for path in paths if "." in path and path.partition(".")[0] in sendable)
    below = [path for path in below if value_at(after, path.split(".")) is None]
    return (Reason(Code.MAY_CLEAR, tuple(f"{entry.address}.{path}" for path in below)),) if below else ()


def _taken_back(
    known: KnownEntry, applied: Applied | None, fields: tuple[FieldChange, ...], unknown: frozenset[str]
) -> tuple[FieldChange, ...]:
    """Give the fields that left the entry, were never sent since, and come back as they were."""
    forgotten = queries.forgotten_below(applied, known.address)
    return tuple(
        field
        for field in fields
        if field.before is None
        and field.path in forgotten
        and same(forgotten[field.path], field.after)
        and _top(field) not in unknown
    )


def _kept(before: Members, after: Members, kept: set[str]) -> Members:
    """Give the wanted fields, those in `kept` as they were before (less what left the file)."""
    value = dict(after)
    for name in kept:
        if name in before:
            value[name] = _less(before[name], after[name])
        else:
            del value[name]
    return value


def _less(before: Plain, after: Plain) -> Plain:
    """Take out of a nested value the fields that the wanted one has no more."""
    if not (isinstance(before, dict) and isinstance(after, dict)) or before.get("type") != after.get("type"):
        return before
    return {name: _less(value, after[name]) for name, value in before.items() if name in after}


def _whole(before: Members, after: Members) -> frozenset[str]:
    """Compare an attachment as one value where its type changed: its fields mean other things then."""
    one, other = before.get("attachment"), after.get("attachment")
    if isinstance(one, dict) and isinstance(other, dict) and one.get("type") == other.get("type"):
        return frozenset()
    return frozenset({"attachment"})


def _top(field: FieldChange) -> str:
    return field.path.partition(".")[0]
