"""Owns the changes of entries: added one by one, edited field by field, never deleted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reconciler.plain import Plain, members, same, value_at
from reconciler.planning import reasons
from reconciler.planning.difference import differences
from reconciler.planning.effort import Effort
from reconciler.planning.match import Known, Match, Matches, match, required, resembles, same_content
from reconciler.planning.plan import Action, Change, FieldChange
from reconciler.planning.sections import forgotten_field
from reconciler.profile.desired import Wanted
from reconciler.spec import BY_NAME, Use
from reconciler.state import known
from reconciler.state.applied import Applied, Forgotten, Record, Sending

Fields = dict[str, Plain]


@dataclass(frozen=True, slots=True)
class Scene:
    """What the planning of one section's entries looks at."""

    section: str
    applied: Applied | None
    add: frozenset[str]
    doubted: tuple[str, ...]
    matches: Matches
    closed_by: tuple[str, ...]  # Adds in doubt whose key left the file: nothing is added while they are
    kept: Mapping[str, str]  # keys that state cannot free yet, and what is in doubt that keeps them

    def allowed(self, edit: bool) -> frozenset[str]:  # noqa: FBT001 - the two variants of an entry
        """Give the names of the fields that the Edit or the Add variant takes."""
        fields = BY_NAME[self.section].fields
        return frozenset(one.name for one in fields if (one.edit if edit else one.add) is not Use.ABSENT)


def scene_of(section: str, wanted: Mapping[str, Wanted], applied: Applied | None, add: frozenset[str]) -> Scene:
    """Put together what the planning of one section's entries looks at."""
    matches = matches_of(section, wanted, applied, add)
    closed_by = tuple(at for at in known.doubtful_adds(applied, section) if at not in wanted)
    doubted = known.in_doubt(applied)
    return Scene(section, applied, add, doubted, matches, closed_by, _kept_keys(matches, doubted))


def matches_of(
    section: str, wanted: Mapping[str, Wanted], applied: Applied | None, add: frozenset[str] = frozenset()
) -> Matches:
    """Match one section's entries with what state knows of them."""
    return match(section, wanted, known.records(applied, section), known.forgotten_units(applied, section), add)


def entry_efforts(scene: Scene) -> Iterator[Effort]:
    """Give the changes of one section's entries: the wanted ones in file order, then what left the file."""
    for one in scene.matches.entries:
        yield from _entry(scene, one)
    for address, record in scene.matches.left.items():
        yield _left(scene, address, record)


def given_ids(scene: Scene) -> Iterator[tuple[Match, str]]:
    """Give the wanted entries that state surely knows, but without an id, each with the id that the file gives it."""
    for one in scene.matches.entries:
        if one.known is not None and one.known.id is None and one.wanted.id is not None and not _claimant(scene, one):
            yield one, one.wanted.id


def _kept_keys(matches: Matches, doubted: tuple[str, ...]) -> dict[str, str]:
    """Find the keys of records that would be renamed, but that doubt keeps where they are."""
    kept: dict[str, str] = {}
    by_address = {one.address: one for one in matches.entries}
    for one in matches.entries:
        doubt = next((at for at in (one.address, one.known_at) if at in doubted), None)
        waiting = one if doubt else None
        while waiting is not None and isinstance(waiting.known, Record) and waiting.known_at not in kept:
            kept[str(waiting.known_at)] = str(doubt)
            waiting = by_address.get(str(waiting.known_at))
    return kept


def _left(scene: Scene, address: str, record: Record) -> Effort:
    if address in scene.doubted:
        return Effort(Change(address, Action.BLOCKED, before=record.value, reason=reasons.in_doubt(address)))
    return Effort(Change(address, Action.FORGET, before=record.value, reason=reasons.STAYS))


def _entry(scene: Scene, one: Match) -> Iterator[Effort]:
    if one.address in scene.doubted:
        before = one.known.value if one.known else None
        yield _blocked(one, reasons.in_doubt(one.address), before, one.wanted.value)
    elif one.known_at is not None and one.known_at in scene.doubted:
        yield _blocked(one, reasons.is_in_doubt(one.known_at), None, one.wanted.value)
    elif one.address in scene.kept and one.known_at != one.address:
        yield _blocked(one, reasons.key_kept(one.address, scene.kept[one.address]), None, one.wanted.value)
    elif one.known is not None and (claimant := _claimant(scene, one)) is not None:
        yield _blocked(one, reasons.claimed(one.address, claimant), one.known.value, one.wanted.value)
    elif one.known is not None:
        yield from _existing(scene, one)
    elif (doubtful := _alike_in_doubt(scene, one)) is not None:
        yield _blocked(one, reasons.may_be_in_doubt(doubtful), None, one.wanted.value)
    elif one.wanted.id is not None:
        yield from _first_edit(scene, one)
    else:
        yield from _new(scene, one)


def _blocked(one: Match, reason: str, before: Plain, after: Plain, fields: tuple[FieldChange, ...] = ()) -> Effort:
    change = Change(one.address, Action.BLOCKED, before, after, fields, reason)
    return Effort(change, position=one.wanted.position)


def _new(scene: Scene, one: Match) -> Iterator[Effort]:
    alike = _alike(scene, one)
    if scene.closed_by:
        yield _blocked(one, reasons.section_in_doubt(scene.closed_by), None, one.wanted.value)
    elif alike is not None and one.address not in scene.add:
        yield _blocked(one, reasons.resembles(one.address, alike), None, one.wanted.value)
    else:
        sent, rest = _parted(one.wanted.value, scene.allowed(edit=False))
        yield _sent(one, Action.CREATE, None, sent, Sending(sent, notify_network=one.wanted.notify_network))
        if rest:
            yield _blocked(one, reasons.not_in_add(one.address, tuple(rest)), None, rest, _added(rest))


def _alike(scene: Scene, one: Match) -> str | None:
    """Find an entry that left the file, or that cannot be the one of its key any more, and could be this one."""
    gone: dict[str, Known] = {**known.forgotten_units(scene.applied, scene.section), **scene.matches.left}
    for other in scene.matches.entries:
        if other.known is None or other.known_at is None:
            continue
        if _displaced(scene, other.wanted, other.known):
            gone[other.known_at] = other.known
        else:
            gone.pop(other.known_at, None)
    return next(
        (at for at, other in sorted(gone.items()) if resembles(scene.section, one.wanted.value, other.value)),
        None,
    )


def _claimant(scene: Scene, one: Match) -> str | None:
    """Find a wanted entry, which would be added, that looks more like this known one than the one of its key."""
    if one.wanted.id is not None and one.known is not None and one.known.id is not None:
        return None
    fresh = (
        other
        for other in scene.matches.entries
        if other.known is None and other.wanted.id is None and other.address not in scene.add
    )
    return next((other.address for other in fresh if _alike(scene, other) == one.known_at), None)


def _displaced(scene: Scene, wanted: Wanted, other: Known) -> bool:
    """Tell whether the key of a known entry may hold another now.

    Where its id is known, it may if what names it changed, or what cannot be edited; if the file gives that id
    too, only if both. Where it is not, or the entry had left the file, it may if anything changed, or if the
    file gives it an id there and nothing that names it.
    """
    before, after = members(other.value), members(wanted.value)
    changed = {name for name in after if name in before and not same(before[name], after[name])}
    if other.id is None and wanted.id is not None and not resembles(scene.section, after, before):
        return True
    if other.id is None or (wanted.id is None and isinstance(other, Forgotten)):
        return bool(changed)
    named, fixed = changed & required(scene.section), changed - scene.allowed(edit=True)
    return bool(named & fixed if wanted.id is not None else named | fixed)


def _alike_in_doubt(scene: Scene, one: Match) -> str | None:
    """Find an Add in doubt that could be this one, where its own key holds something else now."""
    sent = known.doubtful_adds(scene.applied, scene.section)
    others = {other.address: other.wanted.value for other in scene.matches.entries}
    return next(
        (
            at
            for at, value in sent.items()
            if resembles(scene.section, one.wanted.value, value)
            and not same_content(scene.section, others.get(at), value)
        ),
        None,
    )


def _first_edit(scene: Scene, one: Match) -> Iterator[Effort]:
    sent, rest = _parted(one.wanted.value, scene.allowed(edit=True))
    sending = Sending(sent, one.wanted.id, "file", None, one.wanted.notify_network)
    warnings = _id_warnings(scene, one)
    unknown = known.unknown_fields(scene.applied, one.address, one.wanted.id)
    reason = reasons.UNKNOWN if unknown is not None else None
    if sent:
        yield _sent(one, Action.SET, None, sent, sending, warnings, reason=reason)
    if rest:
        yield _blocked(one, reasons.undocumented(one.address, tuple(rest)), None, rest, _added(rest))


def _id_warnings(scene: Scene, one: Match) -> tuple[str, ...]:
    other = scene.matches.left.get(one.address)
    if other is None or other.id is None or one.wanted.id is None:
        return ()
    return (reasons.id_changed(other.id, one.wanted.id),)


def _existing(scene: Scene, one: Match) -> Iterator[Effort]:
    assert one.known is not None
    assert one.known_at is not None
    if one.known_at != one.address or not isinstance(one.known, Record):
        reason = reasons.RENAMED if isinstance(one.known, Record) else reasons.TAKEN_BACK
        value = one.known.value
        change = Change(one.address, Action.MOVE, value, value, reason=reason, moved_from=one.known_at)
        yield Effort(change, position=one.wanted.position)
    yield from _compared(scene, one)


def _compared(scene: Scene, one: Match) -> Iterator[Effort]:
    """Give what differs between a known entry and the wanted one."""
    assert one.known is not None
    assert one.known_at is not None
    before, after = members(one.known.value), members(one.wanted.value)
    unknown = known.unknown_fields(scene.applied, one.known_at, one.known.id or one.wanted.id) or frozenset()
    fields = differences(before, after, _whole(before, after))
    for field in fields:
        if field.after is None:
            ended = field.path == "seniority.end_date"
            gone = forgotten_field(one.address, field, reasons.ENDED if ended else None)
            yield Effort(gone, position=one.wanted.position)
    back = _taken_back(scene, one, fields, unknown)
    for field in back:
        address = f"{one.address}.{field.path}"
        moved_from = f"{one.known_at}.{field.path}"
        change = Change(
            address, Action.MOVE, field.after, field.after, reason=reasons.TAKEN_BACK, moved_from=moved_from
        )
        yield Effort(change, position=one.wanted.position)
    differing = tuple(field for field in fields if field.after is not None and field not in back)
    names = [name for name in after if name in unknown or any(_top(field) == name for field in differing)]
    if names:
        yield from _edited(scene, one, differing, names, reasons.UNKNOWN if unknown & set(names) else None)


def _edited(
    scene: Scene, one: Match, differing: tuple[FieldChange, ...], names: list[str], reason: str | None
) -> Iterator[Effort]:
    """Part the differing fields into those that an Edit can send and those that are blocked."""
    assert one.known is not None
    before, after = members(one.known.value), members(one.wanted.value)
    entry_id = one.wanted.id or one.known.id
    allowed = scene.allowed(edit=True) if entry_id else frozenset()
    sendable = [name for name in names if name in allowed]
    rest = [name for name in names if name not in allowed]
    if sendable:
        id_by = "file" if one.wanted.id else one.known.id_by
        value = _kept(before, after, set(rest))
        sending = Sending(value, entry_id, id_by, tuple(sendable), one.wanted.notify_network)
        shown = tuple(field for field in differing if _top(field) in sendable)
        warnings = _clearing(scene, one, sendable)
        yield _sent(one, Action.UPDATE, one.known.value, value, sending, warnings, reason=reason, fields=shown)
    if rest:
        why = reasons.undocumented if entry_id else reasons.no_id
        shown = tuple(field for field in differing if _top(field) in rest)
        yield _blocked(one, why(one.address, rest), one.known.value, one.wanted.value, shown)


def _clearing(scene: Scene, one: Match, sendable: list[str]) -> tuple[str, ...]:
    """Warn of forgotten fields below a field that travels whole."""
    assert one.known is not None
    assert one.known_at is not None
    before, after = members(one.known.value), members(one.wanted.value)
    paths = {field.path for field in differences(before, after, _whole(before, after)) if field.after is None}
    paths |= set(known.forgotten_below(scene.applied, one.known_at))
    below = sorted(path for path in paths if "." in path and path.partition(".")[0] in sendable)
    below = [path for path in below if value_at(after, path.split(".")) is None]
    return (reasons.may_clear(below),) if below else ()


def _taken_back(
    scene: Scene, one: Match, fields: tuple[FieldChange, ...], unknown: frozenset[str]
) -> tuple[FieldChange, ...]:
    """Give the fields that left the entry, were never sent since, and come back as they were."""
    assert one.known_at is not None
    forgotten = known.forgotten_below(scene.applied, one.known_at)
    return tuple(
        field
        for field in fields
        if field.before is None
        and field.path in forgotten
        and same(forgotten[field.path], field.after)
        and _top(field) not in unknown
    )


def _sent(  # noqa: PLR0913 - the pieces of one change
    one: Match,
    action: Action,
    before: Plain,
    after: Plain,
    sending: Sending,
    warnings: tuple[str, ...] = (),
    *,
    reason: str | None = None,
    fields: tuple[FieldChange, ...] | None = None,
) -> Effort:
    if sending.notify_network:
        warnings = (reasons.NOTIFIES, *warnings)
    fields = _added(members(after)) if fields is None else fields
    change = Change(one.address, action, before, after, fields, reason, warnings)
    return Effort(change, sending, one.wanted.position)


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


def _parted(value: Plain, allowed: frozenset[str]) -> tuple[Fields, Fields]:
    fields = members(value)
    sent = {name: below for name, below in fields.items() if name in allowed}
    return sent, {name: below for name, below in fields.items() if name not in allowed}


def _added(fields: Fields) -> tuple[FieldChange, ...]:
    return tuple(FieldChange(name, None, value) for name, value in fields.items())


def _whole(before: Fields, after: Fields) -> frozenset[str]:
    """Compare an attachment as one value where its type changed: its fields mean other things then."""
    one, other = before.get("attachment"), after.get("attachment")
    if isinstance(one, dict) and isinstance(other, dict) and one.get("type") == other.get("type"):
        return frozenset()
    return frozenset({"attachment"})


def _top(field: FieldChange) -> str:
    return field.path.partition(".")[0]
