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
from reconciler.values import Members, members, same, value_at


def edits(entry: Entry, known: KnownEntry, applied: Applied | None) -> Iterator[Effort]:
    """Yield what differs between a known entry and the wanted one."""
    unknown = queries.unknown_fields(applied, known.address, known.id or entry.wanted.id)
    if unknown is None and same(known.record.value, entry.wanted.value):
        return  # as of most entries
    edit, address = _Edit(entry, known, applied, unknown or frozenset()), entry.address
    for field in edit.left:
        yield Effort(forgotten_field(address, field))
    for name in sorted(edit.unknown - edit.before.keys() - edit.after.keys()):
        value = queries.unknown_value(applied, known.address, edit.id, name)
        yield Effort(forgotten_field(address, FieldChange(name, value, None), Code.LEFT_FILE_UNKNOWN))
    for field in edit.back:
        path, value, reason = field.path, field.after, Reason(Code.TAKEN_BACK)
        yield Effort(Change(f"{address}.{path}", Action.MOVE, value, value, (), reason, (), f"{known.address}.{path}"))
    if edit.sendable:
        yield edit.update()
    if edit.rest:
        is_edited_by_id = not edit.id and not fields_of_edit(section_of(address)).isdisjoint(edit.rest)
        reason = not_sent(Code.ID_UNKNOWN if is_edited_by_id else Code.NOT_IN_EDIT, address, edit.rest)
        yield Effort(Change(address, Action.BLOCKED, edit.before, edit.after, edit.differing_in(edit.rest), reason))


class _Edit:
    """A known entry next to the wanted one.

    Of the fields in which they are not the same, those `left` are in the file no more, those `back` had left it and
    come back as they were, and the `differing` ones have to be sent, with those that are `unknown`: a request without
    a clear answer may have changed them. An Edit takes the names in `sendable`; those in `rest` are blocked.
    """

    def __init__(self, entry: Entry, known: KnownEntry, applied: Applied | None, unknown: frozenset[str]) -> None:
        self.entry, self.known, self.unknown = entry, known, unknown
        self.before, self.after = members(known.record.value), members(entry.wanted.value)
        self.id = known.id or entry.wanted.id
        self.forgotten = queries.forgotten_below(applied, known.address)
        fields = differences(self.before, self.after)
        self.left = [field for field in fields if field.after is None]
        self.back = [field for field in fields if self._is_back(field)]
        self.differing = [field for field in fields if field not in self.left and field not in self.back]
        tops = self.unknown.union(field.top for field in self.differing)
        names = [name for name in self.after if name in tops]
        editable = fields_of_edit(section_of(entry.address)) if self.id else frozenset()
        self.sendable = [name for name in names if name in editable]
        self.rest = [name for name in names if name not in editable]

    def _is_back(self, field: FieldChange) -> bool:
        was_let_go = field.before is None and field.path in self.forgotten and field.top not in self.unknown
        return was_let_go and same(self.forgotten[field.path], field.after)

    def differing_in(self, names: list[str]) -> tuple[FieldChange, ...]:
        """Return the fields in which the two differ, of those names."""
        return tuple(field for field in self.differing if field.top in names)

    def update(self) -> Effort:
        """Return the Edit of the fields that can be sent; the others stay as they are known."""
        entry, known = self.entry, self.known
        id_by = "file" if entry.wanted.id or known.record.id_by == "given" else known.record.id_by
        stays = {name: self.before.get(name) for name in self.rest}
        fields = {name: stays.get(name, each) for name, each in self.after.items()}
        value: Members = {name: each for name, each in fields.items() if each is not None}
        shown, reason = self.differing_in(self.sendable), None
        if self.unknown & {*self.sendable, *self.rest}:
            reason = Reason(Code.UNKNOWN_OUTCOME)
            shown = with_resent(shown, {name: self.after[name] for name in self.sendable})
        change = Change(entry.address, Action.UPDATE, known.record.value, value, shown, reason, self._warnings())
        return Effort(change, Sending(value, self.id, id_by, tuple(self.sendable), entry.wanted.notify_network))

    def _warnings(self) -> tuple[Reason, ...]:
        """Warn of what left a field that travels whole: the API may clear it."""
        left = sorted({*self.forgotten, *(field.path for field in self.left)})
        gone = [path for path in left if value_at(self.after, path.split(".")) is None]
        cleared = tuple(f"{self.entry.address}.{path}" for path in gone if path.partition(".")[0] in self.sendable)
        return (Reason(Code.MAY_CLEAR, cleared),) if cleared else ()
