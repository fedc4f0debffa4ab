"""Owns the changes of entries: added one by one, edited field by field, never deleted."""

from collections.abc import Iterator
from itertools import chain, count

from reconciler.plain import Plain, members
from reconciler.planning import reasons
from reconciler.planning.edits import edits
from reconciler.planning.effort import Effort, added, blocked, sent
from reconciler.planning.likeness import (
    Claims,
    claimant_of,
    claims_of,
    is_unlike,
    like_in_doubt,
    like_known,
    namesake_of,
    rival_of,
)
from reconciler.planning.match import Fresh, Match, Pair
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


def given_ids(scene: Scene) -> Iterator[tuple[Pair, str]]:
    """Give the wanted entries that state surely knows, but without an id, each with the id that the file gives it."""
    claims = claims_of(scene)
    for one in scene.matches.entries:
        if not isinstance(one, Pair) or one.known.id is not None or one.wanted.id is None:
            continue
        if next(_who(scene, one, claims), None) is None:
            yield one, one.wanted.id


def _left(scene: Scene, address: str, record: Record) -> Effort:
    if address in scene.doubted:
        return Effort(Change(address, Action.BLOCKED, before=record.value, reason=reasons.in_doubt(address)))
    return Effort(Change(address, Action.FORGET, before=record.value, reason=reasons.STAYS))


def _entry(scene: Scene, one: Match, claims: Claims) -> Iterator[Effort]:
    doubts = _doubts(scene, one)
    who = _who(scene, one, claims) if isinstance(one, Pair) else _who_else(scene, one)
    reason = next(chain(doubts, who), None)
    if reason is not None:
        yield blocked(one, reason, one.known.value if isinstance(one, Pair) else None, one.wanted.value)
    elif isinstance(one, Pair):
        yield from _existing(scene, one)
    elif one.wanted.id is not None:
        yield from _first_edit(scene, one)
    else:
        yield from _new(scene, one)


def _doubts(scene: Scene, one: Match) -> Iterator[str]:
    """Say what is in doubt, and keeps an entry waiting."""
    known_at = one.known_at if isinstance(one, Pair) else None
    if one.address in scene.doubted:
        yield reasons.in_doubt(one.address)
    if known_at is not None and known_at in scene.doubted:
        yield reasons.is_in_doubt(known_at)
    if known_at != one.address and one.address in scene.kept:
        yield reasons.key_kept(one.address, scene.kept[one.address])


def _who(scene: Scene, one: Pair, claims: Claims) -> Iterator[str]:
    """Say why it is not sure that a wanted entry is the known one that it was matched with."""
    if (claimant := claimant_of(scene, one, claims)) is not None:
        yield reasons.claimed(one.known_at, claimant)
    if (rival := rival_of(scene, one)) is not None:
        yield reasons.rivals(one.address, rival, str(one.wanted.id))
    if (doubtful := like_in_doubt(scene, one)) is not None:
        yield reasons.may_be_in_doubt(doubtful)
    if (namesake := namesake_of(scene, one)) is not None:
        yield reasons.renamed(one.address, namesake, _free_key(scene, one.address))
    if is_unlike(scene, one):
        yield reasons.unlike(one.address, str(one.wanted.id))


def _who_else(scene: Scene, one: Fresh) -> Iterator[str]:
    """Say why it is not sure that a wanted entry is none of those that state knows, or that were sent."""
    if (rival := rival_of(scene, one)) is not None:
        can_be_sent = not scene.allowed(edit=True).isdisjoint(members(one.wanted.value))
        yield reasons.whose_id(one.address, rival, str(one.wanted.id), can_be_sent=can_be_sent)
    if (doubtful := like_in_doubt(scene, one)) is not None:
        yield reasons.may_be_in_doubt(doubtful)
    if one.wanted.id is not None:
        return
    if scene.closed_by:
        yield reasons.section_in_doubt(scene.closed_by)
    if one.address not in scene.add and (alike := like_known(scene, one)) is not None:
        yield _alike(scene, one, alike)


def _alike(scene: Scene, one: Fresh, alike: str) -> str:
    """Say that a wanted entry could be one that state knows, by who else could be that one."""
    holder = scene.holders.get(alike)
    if holder is None and alike == one.address:
        return reasons.set_aside(one.address)
    if holder is None:
        return reasons.resembles(one.address, alike)
    if holder.wanted.id is not None and holder.wanted.id == holder.known.id:
        return reasons.id_elsewhere(one.address, holder.address, holder.wanted.id)
    if alike == one.address:
        return reasons.one_of_two(one.address, holder.address)
    return reasons.resembles_held(one.address, alike, holder.address)


def _free_key(scene: Scene, address: str) -> str:
    """Find a key for what state knows at an address that another entry of the file shall have."""
    taken = {one.address for one in scene.matches.entries} | set(scene.doubted)
    taken |= scene.holders.keys() | {one.at for one in scene.gone}
    return next(key for number in count(1) if (key := f"{address}-old-{number}".removesuffix("-1")) not in taken)


def _new(scene: Scene, one: Fresh) -> Iterator[Effort]:
    sendable, rest = _parted(one.wanted.value, scene.allowed(edit=False))
    yield sent(one, Action.CREATE, None, sendable, Sending(sendable, notify_network=one.wanted.notify_network))
    if rest:
        yield blocked(one, reasons.not_in_add(one.address, tuple(rest)), None, rest, added(rest))


def _first_edit(scene: Scene, one: Fresh) -> Iterator[Effort]:
    sendable, rest = _parted(one.wanted.value, scene.allowed(edit=True))
    sending = Sending(sendable, one.wanted.id, "file", None, one.wanted.notify_network)
    warnings = _id_warnings(scene, one)
    unknown = known.unknown_fields(scene.applied, one.address, one.wanted.id)
    reason = reasons.UNKNOWN if unknown is not None else None
    if sendable:
        yield sent(one, Action.SET, None, sendable, sending, warnings, reason=reason)
    if rest:
        yield blocked(one, reasons.undocumented(one.address, tuple(rest)), None, rest, added(rest))


def _id_warnings(scene: Scene, one: Fresh) -> tuple[str, ...]:
    other = scene.matches.left.get(one.address)
    if other is None or other.id is None or one.wanted.id is None:
        return ()
    return (reasons.id_changed(other.id, one.wanted.id),)


def _existing(scene: Scene, one: Pair) -> Iterator[Effort]:
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
