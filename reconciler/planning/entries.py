"""Owns the changes of entries: added one by one, edited field by field, never deleted."""

from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

from reconciler.address import section_of
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
from reconciler.planning.quoting import in_quotes
from reconciler.planning.reason import (
    Code,
    Command,
    Edit,
    Reason,
    Way,
    When,
    in_doubt,
    not_in_add,
    not_in_edit,
    section_in_doubt,
    waits_for_doubt,
)
from reconciler.planning.scene import Candidate, Scene
from reconciler.state import queries
from reconciler.state.applied import Record, Sending
from reconciler.values import Plain, members


class Verdict(NamedTuple):
    """A wanted entry, and what keeps it waiting: that something is in doubt, or that it is not sure who it is."""

    one: Match
    doubt: Reason | None
    who: Reason | None


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
            yield Effort(Change(address, Action.FORGET, before=sending.value, reason=Reason(Code.LEFT_FILE_UNKNOWN)))


def given_ids(judged: Judged) -> Iterator[Pair]:
    """Give the wanted entries that state surely knows, but without the id that the file gives them."""
    return (one for one, _, who in judged.verdicts if isinstance(one, Pair) and is_given_id(one) and who is None)


def _left(scene: Scene, address: str, record: Record) -> Effort:
    if address in scene.doubted:
        return Effort(Change(address, Action.BLOCKED, before=record.value, reason=in_doubt(address)))
    return Effort(Change(address, Action.FORGET, before=record.value, reason=Reason(Code.LEFT_FILE)))


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


def _doubts(scene: Scene, one: Match) -> Iterator[Reason]:
    """Say what is in doubt, and keeps an entry waiting."""
    known_at = one.known_at if isinstance(one, Pair) else None
    if one.address in scene.doubted:
        yield in_doubt(one.address)
    if known_at is not None and known_at in scene.doubted:
        yield waits_for_doubt(known_at)
    if (edited := queries.edited_in_doubt(scene.applied, one.address, one.wanted.id)) is not None:
        yield waits_for_doubt(edited)
    if known_at != one.address and one.address in scene.kept:
        yield waits_for_doubt(scene.kept[one.address])


def _who(scene: Scene, one: Pair, claims: Claims) -> Iterator[Reason]:
    """Say why it is not sure that a wanted entry is the known one that it was matched with."""
    other = claims.of.get(one.address)
    if other is not None and one.wanted.id is None:
        free = _free_key(scene, one.address)
        as_other = _move(one.address, free) if other.known.id is None else _write_id(one.address, other.known.id)
        as_before = (Way(When.SAME_ENTRY, _write_id(one.address, one.known.id)),) if one.known.id else ()
        yield _question(one.address, other.at, Way(When.ANOTHER_ENTRY, as_other), *as_before)
    if (claimant := claimant_of(scene, one, claims)) is not None:
        yield Reason(Code.WAITS_FOR_QUESTION, (claimant,))
    if other is not None:
        entry_id = str(one.wanted.id)
        same = Way(When.SAME_ENTRY, _adopt(other.at, entry_id))
        yield _question(one.address, other.at, same, Way(When.ANOTHER_ENTRY, _adopt(one.address, entry_id)))
    if (doubtful := like_in_doubt(scene, one)) is not None:
        yield waits_for_doubt(doubtful)
    if is_unlike(scene, one):
        same = Way(When.SAME_ENTRY, _adopt(one.address, str(one.wanted.id)))
        yield _question(one.address, one.known_at, same, _new_one(one.address))


def _who_else(scene: Scene, one: Fresh, claims: Claims) -> Iterator[Reason]:
    """Say why it is not sure that a wanted entry is none of those that state knows, or that were sent."""
    alike = claims.of.get(one.address)
    if one.wanted.id is not None and alike is not None:
        can_be_sent = not scene.allowed(edit=True).isdisjoint(members(one.wanted.value))
        another = (
            _new_one(one.address) if can_be_sent else Way(When.ANOTHER_ENTRY, Command(("state", "accept", one.address)))
        )
        yield _question(one.address, alike.at, Way(When.SAME_ENTRY, _adopt(alike.at, one.wanted.id)), another)
    if (doubtful := like_in_doubt(scene, one)) is not None:
        yield waits_for_doubt(doubtful)
    if one.wanted.id is not None:
        return
    if scene.closed_by:
        yield section_in_doubt(scene.closed_by[0])
    if alike is not None:
        yield _alike(scene, one, alike)


def _alike(scene: Scene, one: Fresh, alike: Candidate) -> Reason:
    """Say that a wanted entry could be one that state knows, by who else could be that one."""
    holder = alike.holder
    if holder is None and alike.at == one.address:
        return _question(one.address, alike.at, _new_one(one.address))
    if holder is None:
        return _question(
            one.address, alike.at, Way(When.SAME_ENTRY, _move(alike.at, one.address)), _new_one(one.address)
        )
    if holder.wanted.id is not None and holder.wanted.id == holder.known.id:
        return _question(one.address, holder.address, _new_one(one.address))
    if alike.at == one.address:
        other = Way(When.SAME_ENTRY, _add(holder.address))
        return _question(one.address, holder.address, other, _new_one(one.address))
    named = resembles(scene.section, holder.wanted.value, alike.named)
    if alike.known.id is not None:
        same: tuple[Way, ...] = (Way(When.SAME_ENTRY, _write_id(one.address, alike.known.id)),)
    else:
        same = (Way(When.SAME_ENTRY, _move(alike.at, one.address)),)
        same += (Way(When.SAME_ENTRY, _add(holder.address)),) if named else ()
    return _question(one.address, alike.at, *same, _new_one(one.address))


def _question(address: str, other: str, *ways: Way) -> Reason:
    return Reason(Code.ENTRY_IDENTITY, (address, other), ways)


def _move(before: str, after: str) -> Command:
    return Command(("state", "mv", before, after))


def _adopt(address: str, entry_id: str) -> Command:
    return Command(("state", "adopt", address, entry_id))


def _add(address: str) -> Command:
    return Command(("apply", "--add", address))


def _write_id(address: str, entry_id: str) -> Edit:
    return Edit(address, f"id: {in_quotes(entry_id)}")


def _new_one(address: str) -> Way:
    return Way(When.ANOTHER_ENTRY, _add(address))


def _free_key(scene: Scene, address: str) -> str:
    """Find a key for what state knows at an address that another entry of the file shall have."""
    taken = {one.address for one in scene.matches.entries} | set(scene.doubted)
    taken |= {one.at for one in scene.candidates}
    return next(key for number in count(1) if (key := f"{address}-old-{number}".removesuffix("-1")) not in taken)


def _new(scene: Scene, one: Fresh) -> Iterator[Effort]:
    sendable, rest = _parted(one.wanted.value, scene.allowed(edit=False))
    yield sent(one, Action.CREATE, None, sendable, Sending(sendable, notify_network=one.wanted.notify_network))
    if rest:
        yield blocked(one, not_in_add(one.address, tuple(rest)), None, rest, added(rest))


def _first_edit(scene: Scene, one: Fresh) -> Iterator[Effort]:
    sendable, rest = _parted(one.wanted.value, scene.allowed(edit=True))
    sending = Sending(sendable, one.wanted.id, "file", None, one.wanted.notify_network)
    warnings = (Reason(Code.REPLACES_UNSEEN), *_id_warnings(scene, one))
    unknown = queries.unknown_fields(scene.applied, one.address, one.wanted.id)
    reason = Reason(Code.UNKNOWN_OUTCOME) if unknown is not None else None
    if sendable:
        yield sent(one, Action.SET, None, sendable, sending, warnings, reason=reason)
    if rest:
        yield blocked(one, not_in_edit(one.address, tuple(rest)), None, rest, added(rest))


def _id_warnings(scene: Scene, one: Fresh) -> tuple[Reason, ...]:
    other = scene.matches.left.get(one.address)
    if other is None or other.id is None or one.wanted.id is None:
        return ()
    return (Reason(Code.ID_CHANGED, values=(other.id, one.wanted.id)),)


def _existing(scene: Scene, one: Pair) -> Iterator[Effort]:
    if one.known_at != one.address or not isinstance(one.known, Record):
        reason = Reason(Code.RENAMED_KEY if isinstance(one.known, Record) else Code.TAKEN_BACK)
        value = one.known.value
        change = Change(one.address, Action.MOVE, value, value, reason=reason, moved_from=one.known_at)
        yield Effort(change, position=one.wanted.position)
    yield from edits(scene, one)


def _parted(value: Plain, allowed: frozenset[str]) -> tuple[dict[str, Plain], dict[str, Plain]]:
    """Part what a variant of the request can hold from what it cannot."""
    fields = members(value)
    inside = {name: below for name, below in fields.items() if name in allowed}
    return inside, {name: below for name, below in fields.items() if name not in allowed}
