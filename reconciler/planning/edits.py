"""Owns the edit of a known entry: which fields differ, which of them can be sent, and which are blocked."""

from collections.abc import Iterator

from reconciler.address import section_of
from reconciler.planning.diff import differences, with_resent
from reconciler.planning.identity import Entry, KnownEntry
from reconciler.planning.plan import Action, Change, Effort, FieldChange
from reconciler.planning.reason import Code, Reason, not_sent
from reconciler.planning.sections import forgotten_field
from reconciler.spec import fields_of_edit
from reconciler.state import queries
from reconciler.state.applied import Applied, Sending
from reconciler.values import Members, Plain, members, same, value_at


def edits(entry: Entry, known: KnownEntry, applied: Applied | None) -> Iterator[Effort]:
    """Yield what differs between a known entry and the wanted one."""
    edit = _Edit(entry, known, applied)
    yield from map(Effort, edit.left())
    yield from map(Effort, edit.moves())
    if edit.sendable:
        yield edit.update()
    if edit.rest:
        yield Effort(edit.blocked())


class _Edit:
    """A known entry next to the wanted one: `fields` differ, `unknown` are those of which it is not known what is live.

    `sendable` and `rest` are the names of the fields that have to be sent: those that an Edit takes, and the others.
    """

    def __init__(self, entry: Entry, known: KnownEntry, applied: Applied | None) -> None:
        self.entry, self.known, self.applied = entry, known, applied
        self.before, self.after = members(known.value), members(entry.wanted.value)
        self.entry_id = known.id or entry.wanted.id
        self.unknown = queries.unknown_fields(applied, known.address, self.entry_id) or frozenset()
        self.forgotten = queries.forgotten_below(applied, known.address)
        self.fields = differences(self.before, self.after, _whole(self.before, self.after))
        self.differing = [field for field in self.fields if field.after is not None and not self._is_taken_back(field)]
        names = [name for name in self.after if name in self.unknown or name in map(_top, self.differing)]
        editable = fields_of_edit(section_of(entry.address)) if self.entry_id else frozenset()
        self.sendable = [name for name in names if name in editable]
        self.rest = [name for name in names if name not in editable]

    def _is_taken_back(self, field: FieldChange) -> bool:
        """Tell whether a field left the entry, was never sent since, and comes back as it was."""
        return (
            field.before is None
            and field.path in self.forgotten
            and same(self.forgotten[field.path], field.after)
            and _top(field) not in self.unknown
        )

    def left(self) -> Iterator[Change]:
        """Yield the fields that the file has no more, and those that it never had but that may have been sent."""
        for field in self.fields:
            if field.after is None:
                warnings = (Reason(Code.END_DATE_STAYS),) if field.path == "seniority.end_date" else ()
                yield forgotten_field(self.entry.address, field, warnings=warnings)
        for name in sorted(self.unknown - self.before.keys() - self.after.keys()):
            value = queries.unknown_value(self.applied, self.known.address, self.entry_id, name)
            yield forgotten_field(self.entry.address, FieldChange(name, value, None), Code.LEFT_FILE_UNKNOWN)

    def moves(self) -> Iterator[Change]:
        """Yield the fields that are taken back."""
        for field in filter(self._is_taken_back, self.fields):
            address, moved_from = f"{self.entry.address}.{field.path}", f"{self.known.address}.{field.path}"
            yield Change(address, Action.MOVE, field.after, field.after, (), Reason(Code.TAKEN_BACK), (), moved_from)

    def update(self) -> Effort:
        """Return the Edit of the fields that can be sent."""
        known_by = self.known.record.id_by if self.known.record is not None else None
        id_by = "file" if self.entry.wanted.id or known_by == "given" else known_by
        value = _kept(self.before, self.after, self.rest)
        shown = self._differing_below(self.sendable)
        reason = Reason(Code.UNKNOWN_OUTCOME) if self.unknown & {*self.sendable, *self.rest} else None
        if reason is not None:
            shown = with_resent(shown, {name: self.after[name] for name in self.sendable})
        change = Change(
            self.entry.address, Action.UPDATE, self.known.value, value, shown, reason, tuple(self._clearing())
        )
        notify_network = self.entry.wanted.notify_network
        return Effort(change, Sending(value, self.entry_id, id_by, tuple(self.sendable), notify_network))

    def blocked(self) -> Change:
        """Return why the other fields cannot be sent."""
        reason = not_sent(Code.NOT_IN_EDIT if self.entry_id else Code.ID_UNKNOWN, self.entry.address, self.rest)
        shown = self._differing_below(self.rest)
        return Change(self.entry.address, Action.BLOCKED, self.known.value, self.entry.wanted.value, shown, reason)

    def _differing_below(self, names: list[str]) -> tuple[FieldChange, ...]:
        return tuple(field for field in self.differing if _top(field) in names)

    def _clearing(self) -> Iterator[Reason]:
        """Warn of forgotten fields below a field that travels whole."""
        paths = {field.path for field in self.fields if field.after is None} | self.forgotten.keys()
        nested = sorted(path for path in paths if "." in path and path.partition(".")[0] in self.sendable)
        below = [path for path in nested if value_at(self.after, path.split(".")) is None]
        if below:
            yield Reason(Code.MAY_CLEAR, tuple(f"{self.entry.address}.{path}" for path in below))


def _kept(before: Members, after: Members, kept: list[str]) -> Members:
    """Return the wanted fields, those in `kept` as they were before (less what left the file)."""
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
    types = [members(value.get("attachment")).get("type") for value in (before, after)]
    return frozenset({"attachment"} if types[0] != types[1] else ())


def _top(field: FieldChange) -> str:
    return field.path.partition(".")[0]
