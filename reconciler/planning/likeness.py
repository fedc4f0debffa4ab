"""Owns the doubt about who is who: which known entry a wanted one could be, although nothing proves it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from reconciler.planning.match import Fresh, Known, Match, Pair, same_content
from reconciler.planning.naming import (
    contradicts,
    has_the_rest,
    holds,
    in_common,
    may_be_another,
    name_of,
    required,
    resembles,
    signs,
)
from reconciler.planning.scene import Candidate, Scene
from reconciler.profile.desired import Wanted
from reconciler.state.applied import Forgotten
from reconciler.values import members, same


@dataclass(frozen=True, slots=True)
class Claims:
    """Which known entries the wanted ones of a section could be besides those that they are matched with.

    `of` gives the likeliest by the wanted one's address. It may be any other of those that the file holds too, unless
    the likeliest left the file and the file surely holds the other: `on` gives, by their addresses, who could be them.
    """

    of: Mapping[str, Candidate]
    on: Mapping[str, Sequence[Match]]


def claims_of(scene: Scene) -> Claims:
    """Find which known entries the wanted ones could be besides those that they are matched with."""
    of: dict[str, Candidate] = {}
    on: dict[str, list[Match]] = {}
    loose = _loose_ones(scene)
    for one in scene.matches.entries:
        for other in _named_alike(scene, one):
            likeliest = of.setdefault(one.address, other)
            if other.holder is not None and (likeliest.holder is not None or not _is_sure(scene, other)):
                on.setdefault(other.at, []).append(one)
        if one.address not in of and (left := _left_behind(scene, one, loose)) is not None:
            of[one.address] = left
            if left.holder is not None:
                on.setdefault(left.at, []).append(one)
    return Claims(of, on)


def _named_alike(scene: Scene, one: Match) -> Iterable[Candidate]:
    """Give the known entries that a wanted one could be by its name, the likeliest first."""
    if isinstance(one, Pair):
        return _rivals_of(scene, one) if is_given_id(one) else _namesakes_of(scene, one)
    if one.address in scene.add:
        return ()
    return _like_known(scene, one) if one.wanted.id is None else _without_id(scene, one.wanted)


def _like_known(scene: Scene, one: Fresh) -> Iterator[Candidate]:
    """Give the entries that left the file, or that cannot be those of their keys any more, and could be this one."""
    nameless = (other for other in scene.nameless if _may_be(one.wanted, other))
    return (other for other in chain(scene.alike(one.wanted.value), nameless) if _is_free(scene, one, other))


def _may_be(one: Wanted, other: Candidate) -> bool:
    """Tell whether a wanted entry holds all that is known of one whose name is not known."""
    return other.holder is None and bool(other.known.value) and holds(one.value, other.known.value)


def _is_free(scene: Scene, one: Fresh, other: Candidate) -> bool:
    """Tell whether a known entry left the file, had the key of this one, or has a key that holds something else."""
    if other.holder is None:
        return True
    holder = other.holder.wanted
    if other.at == one.address and (other.known.id is None or other.known.id != holder.id):
        return True
    known = replace(other.known, value=other.named)
    return _displaced(scene, holder, known) or _carried_on(scene.section, one.wanted, holder, other.known)


def _rivals_of(scene: Scene, one: Pair) -> Iterator[Candidate]:
    """Give the other known entries without id that could be this one, which is given an id."""
    rivals: Iterable[Candidate] = ()
    if not resembles(scene.section, one.wanted.value, one.known.value):
        rivals = _without_id(scene, one.wanted)
    elif _displaced(scene, one.wanted, one.known):
        rivals = _without_id(scene, one.wanted, held=False)
    return (other for other in rivals if other.at != one.known_at)


def _namesakes_of(scene: Scene, one: Pair) -> Iterator[Candidate]:
    """Give the other known entries that are named as this one, whose key alone says that it is the known one there.

    They are those that left the file, or have a key that holds something named otherwise now.
    """
    if one.wanted.id is not None or not contradicts(scene.section, one.wanted.value, one.known.value):
        return iter(())
    alike = scene.alike(one.wanted.value)
    return (other for other in alike if other.at != one.known_at and not _is_sure(scene, other))


def _is_sure(scene: Scene, other: Candidate) -> bool:
    """Tell whether the file holds a known entry under its id, or under its name."""
    if other.holder is None:
        return False
    wanted = other.holder.wanted
    return (wanted.id is not None and wanted.id == other.known.id) or not contradicts(
        scene.section, wanted.value, other.named
    )


def claimant_of(scene: Scene, one: Pair, claims: Claims) -> str | None:
    """Find a wanted entry that could be this known one, where the one of its key is not surely that."""
    misplaced = contradicts(scene.section, one.wanted.value, one.known.value)
    if one.wanted.id is not None and one.known.id is not None and not misplaced:
        return None
    named = resembles(scene.section, one.wanted.value, one.known.value)
    claimants = (other for other in claims.on.get(one.known_at, ()) if other.wanted.id is None or not named)
    return next((other.address for other in claimants), None)


def is_given_id(one: Pair) -> bool:
    """Tell whether the file gives an id to what state knows without one."""
    return one.known.id is None and one.wanted.id is not None


def is_unlike(scene: Scene, one: Pair) -> bool:
    """Tell whether the file gives an id to what has nothing in common with the known entry of its key but the key."""
    if not is_given_id(one):
        return False
    return not in_common(scene.section, one.wanted.value, one.known.value)


def _without_id(scene: Scene, wanted: Wanted, *, held: bool = True) -> Iterator[Candidate]:
    """Give the known entries without id that a wanted one is named as; those that left, if it gives a part alone.

    Unless `held`, those that the file holds are left out.
    """
    for other in scene.gone if name_of(scene.section, wanted.value) is None else scene.alike(wanted.value):
        value = other.known.value
        if other.holder is not None and not held:
            return
        if other.known.id is not None or _identified(scene, other):
            continue
        if in_common(scene.section, wanted.value, value) and not contradicts(scene.section, wanted.value, value):
            yield other


def _identified(scene: Scene, other: Candidate) -> bool:
    """Tell whether the file gives an id to what holds the key of a known entry, and could be that entry."""
    if other.holder is None or other.holder.wanted.id is None:
        return False
    return bool(in_common(scene.section, other.holder.wanted.value, other.known.value))


def _loose_ones(scene: Scene) -> Mapping[str, Sequence[int]]:
    """Find by what tells them the known entries that left the file, or whose key may hold another one.

    They are given by their places among the candidates, where the likeliest comes first.
    """
    found: dict[str, list[int]] = {}
    for place, one in enumerate(scene.candidates):
        if one.holder is None or _is_loose(scene, one.holder):
            for sign in signs(scene.section, one.known.value, named=one.holder is None):
                found.setdefault(sign, []).append(place)
    return found


def _is_loose(scene: Scene, one: Pair) -> bool:
    """Tell whether a wanted entry may be another than the known one of its key."""
    return one.wanted.id is None and may_be_another(scene.section, one.wanted.value, one.known.value)


def _left_behind(scene: Scene, one: Match, loose: Mapping[str, Sequence[int]]) -> Candidate | None:
    """Find an entry that could be one of another name and key, the likeliest.

    It left the file, or its key may hold another entry. Who changes both name and key, and gives an id perhaps, mostly
    leaves the rest as it was. An id is known to be of something that is on LinkedIn already: where the file gives one,
    a part of the name in common with what left is enough, if the known one has none.
    """
    if one.address in scene.add or (isinstance(one, Pair) and not _is_loose(scene, one)):
        return None
    section, value, given = scene.section, one.wanted.value, one.wanted.id is not None
    places = {place for sign in signs(section, value, named=given) for place in loose.get(sign, ())}
    for other in map(scene.candidates.__getitem__, sorted(places)):
        left = given and other.holder is None and in_common(section, value, other.known.value)
        alike = left or has_the_rest(section, value, other.known.value)
        if alike and other.holder is not one and not (given and other.known.id is not None):
            return other
    return None


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


def _carried_on(section: str, one: Wanted, holder: Wanted, other: Known) -> bool:
    """Tell whether a wanted entry holds all of a known one, and what has its key, or its id by mistake, does not."""
    if holder.id is not None and not (
        same_content(section, one.value, other.value) and contradicts(section, holder.value, other.value)
    ):
        return False
    return holds(one.value, other.value) and not holds(holder.value, other.value)


def like_in_doubt(scene: Scene, one: Match) -> str | None:
    """Find an Add in doubt that could be this one, where its own key holds something else now."""
    if isinstance(one, Pair):
        proven = same_content(scene.section, one.wanted.value, one.known.value)
        if proven or not is_given_id(one):
            return None
    value = one.wanted.value
    named = (at for at, other in scene.unsure.items() if resembles(scene.section, value, other))
    rest = (at for at, other in scene.displaced.items() if has_the_rest(scene.section, value, other))
    return next(chain(named, rest), None)
