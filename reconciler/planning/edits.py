"""Owns the edit of a known entry: which fields differ, which of them can be sent, and which are blocked."""

from collections.abc import Iterator

from reconciler.planning.diff import differences, with_resent
from reconciler.planning.effort import Effort, blocked, sent
from reconciler.planning.match import Pair
from reconciler.planning.naming import contradicts, in_common
from reconciler.planning.plan import Action, Change, FieldChange
from reconciler.planning.reason import Code, Reason, id_unknown, not_in_edit
from reconciler.planning.scene import Scene
from reconciler.planning.sections import forgotten_field
from reconciler.state import queries
from reconciler.state.applied import Sending
from reconciler.values import Plain, members, same, value_at

Fields = dict[str, Plain]


def edits(scene: Scene, one: Pair) -> Iterator[Effort]:
    """Give what differs between a known entry and the wanted one."""
    before, after = members(one.known.value), members(one.wanted.value)
    unknown = queries.unknown_fields(scene.applied, one.known_at, one.known.id or one.wanted.id) or frozenset()
    fields = differences(before, after, _whole(before, after))
    for field in fields:
        if field.after is None:
            ended = field.path == "seniority.end_date"
            gone = forgotten_field(one.address, field, Code.END_DATE_STAYS if ended else None)
            yield Effort(gone, position=one.wanted.position)
    for name in sorted(unknown - before.keys() - after.keys()):
        value = queries.unknown_value(scene.applied, one.known_at, one.known.id or one.wanted.id, name)
        gone = forgotten_field(one.address, FieldChange(name, value, None), reason=Code.LEFT_FILE_UNKNOWN)
        yield Effort(gone, position=one.wanted.position)
    back = _taken_back(scene, one, fields, unknown)
    for field in back:
        address = f"{one.address}.{field.path}"
        moved_from = f"{one.known_at}.{field.path}"
        change = Change(
            address, Action.MOVE, field.after, field.after, reason=Reason(Code.TAKEN_BACK), moved_from=moved_from
        )
        yield Effort(change, position=one.wanted.position)
    differing = tuple(field for field in fields if field.after is not None and field not in back)
    names = [name for name in after if name in unknown or any(_top(field) == name for field in differing)]
    if names:
        yield from _edited(scene, one, differing, names, Reason(Code.UNKNOWN_OUTCOME) if unknown & set(names) else None)


def _edited(
    scene: Scene, one: Pair, differing: tuple[FieldChange, ...], names: list[str], reason: Reason | None
) -> Iterator[Effort]:
    """Part the differing fields into those that an Edit can send and those that are blocked."""
    before, after = members(one.known.value), members(one.wanted.value)
    entry_id = one.wanted.id or one.known.id
    allowed = scene.allowed(edit=True) if entry_id else frozenset()
    sendable = [name for name in names if name in allowed]
    rest = [name for name in names if name not in allowed]
    if sendable:
        id_by = "file" if one.wanted.id or one.known.id_by == "given" else one.known.id_by
        value = _kept(before, after, set(rest))
        sending = Sending(value, entry_id, id_by, tuple(sendable), one.wanted.notify_network)
        shown = tuple(field for field in differing if _top(field) in sendable)
        if reason is not None:
            shown = with_resent(shown, {name: after[name] for name in sendable})
        warnings = (*_renaming(scene, one), *_clearing(scene, one, sendable))
        yield sent(one, Action.UPDATE, one.known.value, value, sending, warnings, reason=reason, fields=shown)
    if rest:
        why = not_in_edit if entry_id else id_unknown
        shown = tuple(field for field in differing if _top(field) in rest)
        yield blocked(one, why(one.address, rest), one.known.value, one.wanted.value, shown)


def _renaming(scene: Scene, one: Pair) -> tuple[Reason, ...]:
    """Warn where nothing but the key says that an entry is the known one."""
    if one.wanted.id is not None or not contradicts(scene.section, one.wanted.value, one.known.value):
        return ()
    return (
        () if in_common(scene.section, one.wanted.value, one.known.value) else (Reason(Code.NEW_NAME, (one.address,)),)
    )


def _clearing(scene: Scene, one: Pair, sendable: list[str]) -> tuple[Reason, ...]:
    """Warn of forgotten fields below a field that travels whole."""
    before, after = members(one.known.value), members(one.wanted.value)
    paths = {field.path for field in differences(before, after, _whole(before, after)) if field.after is None}
    paths |= set(queries.forgotten_below(scene.applied, one.known_at))
    below = sorted(path for path in paths if "." in path and path.partition(".")[0] in sendable)
    below = [path for path in below if value_at(after, path.split(".")) is None]
    return (Reason(Code.MAY_CLEAR, tuple(f"{one.address}.{path}" for path in below)),) if below else ()


def _taken_back(
    scene: Scene, one: Pair, fields: tuple[FieldChange, ...], unknown: frozenset[str]
) -> tuple[FieldChange, ...]:
    """Give the fields that left the entry, were never sent since, and come back as they were."""
    forgotten = queries.forgotten_below(scene.applied, one.known_at)
    return tuple(
        field
        for field in fields
        if field.before is None
        and field.path in forgotten
        and same(forgotten[field.path], field.after)
        and _top(field) not in unknown
    )


def _kept(before: Fields, after: Fields, kept: set[str]) -> Fields:
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


def _whole(before: Fields, after: Fields) -> frozenset[str]:
    """Compare an attachment as one value where its type changed: its fields mean other things then."""
    one, other = before.get("attachment"), after.get("attachment")
    if isinstance(one, dict) and isinstance(other, dict) and one.get("type") == other.get("type"):
        return frozenset()
    return frozenset({"attachment"})


def _top(field: FieldChange) -> str:
    return field.path.partition(".")[0]
