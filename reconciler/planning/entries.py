"""Owns the changes of entries: added one by one, edited field by field, never deleted."""

from collections.abc import Iterator

from reconciler.plain import Plain, members
from reconciler.planning import reasons
from reconciler.planning.edits import edits
from reconciler.planning.effort import Effort, added, blocked, sent
from reconciler.planning.likeness import Claims, claimant_of, claims_of, is_unlike, like_in_doubt, like_known, rival_of
from reconciler.planning.match import Match
from reconciler.planning.plan import Action, Change
from reconciler.planning.scene import Scene
from reconciler.state import known
from reconciler.state.applied import Record, Sending


def entry_efforts(scene: Scene) -> Iterator[Effort]:
    """Give the changes of one section's entries: the wanted ones in file order, then what left the file."""
    claims = claims_of(scene)
    for one in scene.matches.entries:
        yield from _entry(scene, one, claims)
    for address, record in scene.matches.left.items():
        yield _left(scene, address, record)


def given_ids(scene: Scene) -> Iterator[tuple[Match, str]]:
    """Give the wanted entries that state surely knows, but without an id, each with the id that the file gives it."""
    claims = claims_of(scene)
    for one in scene.matches.entries:
        if one.known is None or one.known.id is not None or one.wanted.id is None:
            continue
        if claimant_of(scene, one, claims) is None and rival_of(scene, one) is None and not is_unlike(scene, one):
            yield one, one.wanted.id


def _left(scene: Scene, address: str, record: Record) -> Effort:
    if address in scene.doubted:
        return Effort(Change(address, Action.BLOCKED, before=record.value, reason=reasons.in_doubt(address)))
    return Effort(Change(address, Action.FORGET, before=record.value, reason=reasons.STAYS))


def _entry(scene: Scene, one: Match, claims: Claims) -> Iterator[Effort]:
    if one.address in scene.doubted:
        yield blocked(one, reasons.in_doubt(one.address), _value(one), one.wanted.value)
    elif one.known_at is not None and one.known_at in scene.doubted:
        yield blocked(one, reasons.is_in_doubt(one.known_at), None, one.wanted.value)
    elif one.address in scene.kept and one.known_at != one.address:
        yield blocked(one, reasons.key_kept(one.address, scene.kept[one.address]), None, one.wanted.value)
    elif (claimant := claimant_of(scene, one, claims)) is not None:
        yield blocked(one, reasons.claimed(str(one.known_at), claimant), _value(one), one.wanted.value)
    elif (rival := rival_of(scene, one)) is not None:
        why = reasons.whose_id if one.known is None else reasons.rivals
        reason = why(one.address, rival, str(one.wanted.id))
        yield blocked(one, reason, _value(one), one.wanted.value)
    elif one.known is not None and is_unlike(scene, one):
        yield blocked(one, reasons.unlike(one.address, str(one.wanted.id)), one.known.value, one.wanted.value)
    elif one.known is not None:
        yield from _existing(scene, one)
    elif (doubtful := like_in_doubt(scene, one)) is not None:
        yield blocked(one, reasons.may_be_in_doubt(doubtful), None, one.wanted.value)
    elif one.wanted.id is not None:
        yield from _first_edit(scene, one)
    else:
        yield from _new(scene, one)


def _value(one: Match) -> Plain:
    """Give what is known of an entry."""
    return one.known.value if one.known is not None else None


def _new(scene: Scene, one: Match) -> Iterator[Effort]:
    alike = like_known(scene, one)
    if scene.closed_by:
        yield blocked(one, reasons.section_in_doubt(scene.closed_by), None, one.wanted.value)
    elif alike is not None and one.address not in scene.add:
        holder = next((other.address for other in scene.matches.entries if other.known_at == alike), None)
        of_two = alike == one.address and holder is not None
        reason = reasons.one_of_two(one.address, str(holder)) if of_two else reasons.resembles(one.address, alike)
        yield blocked(one, reason, None, one.wanted.value)
    else:
        sendable, rest = _parted(one.wanted.value, scene.allowed(edit=False))
        yield sent(one, Action.CREATE, None, sendable, Sending(sendable, notify_network=one.wanted.notify_network))
        if rest:
            yield blocked(one, reasons.not_in_add(one.address, tuple(rest)), None, rest, added(rest))


def _first_edit(scene: Scene, one: Match) -> Iterator[Effort]:
    sendable, rest = _parted(one.wanted.value, scene.allowed(edit=True))
    sending = Sending(sendable, one.wanted.id, "file", None, one.wanted.notify_network)
    warnings = _id_warnings(scene, one)
    unknown = known.unknown_fields(scene.applied, one.address, one.wanted.id)
    reason = reasons.UNKNOWN if unknown is not None else None
    if sendable:
        yield sent(one, Action.SET, None, sendable, sending, warnings, reason=reason)
    if rest:
        yield blocked(one, reasons.undocumented(one.address, tuple(rest)), None, rest, added(rest))


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
    yield from edits(scene, one)


def _parted(value: Plain, allowed: frozenset[str]) -> tuple[dict[str, Plain], dict[str, Plain]]:
    """Part what a variant of the request can hold from what it cannot."""
    fields = members(value)
    inside = {name: below for name, below in fields.items() if name in allowed}
    return inside, {name: below for name, below in fields.items() if name not in allowed}
