"""Owns the changes of entries: added one by one, edited field by field, never deleted."""

from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

from reconciler.address import section_of
from reconciler.planning import reasons
from reconciler.planning.edits import edits
from reconciler.planning.effort import Effort, added, blocked, sent
from reconciler.planning.likeness import (
    Claims,
    claimant_of,
    claims_of,
    is_given_id,
    is_unlike,
    like_in_doubt,
)
from reconciler.planning.match import Fresh, Match, Pair
from reconciler.planning.naming import resembles
from reconciler.planning.plan import Action, Change
from reconciler.planning.scene import Candidate, Scene
from reconciler.state import queries
from reconciler.state.applied import Record, Sending
from reconciler.values import Plain, members


class Verdict(NamedTuple):
    """A wanted entry, and what keeps it waiting: that something is in doubt, or that it is not sure who it is."""

    one: Match
    doubt: str | None
    who: str | None


class Judged(NamedTuple):
    """The entries of one section, in file order, each with what keeps it waiting."""

    scene: Scene
    verdicts: tuple[Verdict, ...]


def judge(scene: Scene) -> Judged:
    """Find what keeps the wanted entries of one section waiting."""
    claims = claims_of(scene)
    return Judged(scene, tuple(_verdict(scene, one, claims) for one in scene.matches.entries))


def entry_efforts(judged: Judged) -> Iterator[Effort]:
    """Give the changes of one section's entries: the wanted ones in file order, then what left the file."""
    scene = judged.scene
    for verdict in judged.verdicts:
        yield from _entry(scene, verdict)
    for address, record in scene.matches.left.items():
        yield _left(scene, address, record)
    for address, sending in queries.unrecorded(scene.applied).items():
        if section_of(address) == scene.section and not _is_wanted(scene, address, sending):
            yield Effort(Change(address, Action.FORGET, before=sending.value, reason=reasons.MAY_STAY))


def given_ids(judged: Judged) -> Iterator[Pair]:
    """Give the wanted entries that state surely knows, but without the id that the file gives them."""
    return (one for one, _, who in judged.verdicts if isinstance(one, Pair) and is_given_id(one) and who is None)


def _left(scene: Scene, address: str, record: Record) -> Effort:
    if address in scene.doubted:
        return Effort(Change(address, Action.BLOCKED, before=record.value, reason=reasons.in_doubt(address)))
    return Effort(Change(address, Action.FORGET, before=record.value, reason=reasons.STAYS))


def _is_wanted(scene: Scene, address: str, sending: Sending) -> bool:
    return any(queries.concerns(address, sending.id, one.address, one.wanted.id) for one in scene.matches.entries)


def _verdict(scene: Scene, one: Match, claims: Claims) -> Verdict:
    who = _who(scene, one, claims) if isinstance(one, Pair) else _who_else(scene, one, claims)
    return Verdict(one, next(_doubts(scene, one), None), next(who, None))


def _entry(scene: Scene, verdict: Verdict) -> Iterator[Effort]:
    one = verdict.one
    reason = verdict.doubt or verdict.who
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
    if (edited := queries.edited_in_doubt(scene.applied, one.address, one.wanted.id)) is not None:
        yield reasons.is_in_doubt(edited)
    if known_at != one.address and one.address in scene.kept:
        yield reasons.key_kept(one.address, scene.kept[one.address])


def _who(scene: Scene, one: Pair, claims: Claims) -> Iterator[str]:
    """Say why it is not sure that a wanted entry is the known one that it was matched with."""
    other = claims.of.get(one.address)
    if other is not None and one.wanted.id is None:
        free, gone = _free_key(scene, one.address), other.holder is None
        named = resembles(scene.section, one.wanted.value, other.named)
        yield reasons.renamed(one.address, other.at, free, (one.known.id, other.known.id), gone=gone, named=named)
    if (claimant := claimant_of(scene, one, claims)) is not None:
        yield reasons.claimed(one.known_at, claimant)
    if other is not None:
        yield reasons.rivals(one.address, other.at, str(one.wanted.id))
    if (doubtful := like_in_doubt(scene, one)) is not None:
        yield reasons.may_be_in_doubt(doubtful)
    if is_unlike(scene, one):
        yield reasons.unlike(one.address, str(one.wanted.id))


def _who_else(scene: Scene, one: Fresh, claims: Claims) -> Iterator[str]:
    """Say why it is not sure that a wanted entry is none of those that state knows, or that were sent."""
    alike = claims.of.get(one.address)
    if one.wanted.id is not None and alike is not None:
        can_be_sent = not scene.allowed(edit=True).isdisjoint(members(one.wanted.value))
        yield reasons.whose_id(one.address, alike.at, one.wanted.id, can_be_sent=can_be_sent)
    if (doubtful := like_in_doubt(scene, one)) is not None:
        yield reasons.may_be_in_doubt(doubtful)
    if one.wanted.id is not None:
        return
    if scene.closed_by:
        yield reasons.section_in_doubt(scene.closed_by)
    if alike is not None:
        yield _alike(scene, one, alike)


def _alike(scene: Scene, one: Fresh, alike: Candidate) -> str:
    """Say that a wanted entry could be one that state knows, by who else could be that one."""
    holder = alike.holder
    if holder is None and alike.at == one.address:
        return reasons.set_aside(one.address)
    if holder is None:
        return reasons.resembles(one.address, alike.at)
    if holder.wanted.id is not None and holder.wanted.id == holder.known.id:
        return reasons.id_elsewhere(one.address, holder.address, holder.wanted.id)
    if alike.at == one.address:
        return reasons.one_of_two(one.address, holder.address)
    named = resembles(scene.section, holder.wanted.value, alike.named)
    return reasons.resembles_held(one.address, alike.at, holder.address, alike.known.id, alike=named)


def _free_key(scene: Scene, address: str) -> str:
    """Find a key for what state knows at an address that another entry of the file shall have."""
    taken = {one.address for one in scene.matches.entries} | set(scene.doubted)
    taken |= {one.at for one in scene.candidates}
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
    unknown = queries.unknown_fields(scene.applied, one.address, one.wanted.id)
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
