"""Owns the doubt about who is who: which known entry a wanted one could be, although nothing proves it."""

from reconciler.plain import Plain, members, same
from reconciler.planning.match import Known, Match, name_of, required, resembles
from reconciler.planning.scene import Candidate, Scene
from reconciler.profile.desired import Wanted
from reconciler.state.applied import Forgotten, Record


def like_known(scene: Scene, one: Match) -> str | None:
    """Find an entry that left the file, or that cannot be the one of its key any more, and could be this one."""
    name = name_of(scene.section, one.wanted.value)
    alike = scene.named.get(name, ()) if name is not None else ()
    return next((other.at for other in alike if _is_free(scene, one.wanted, other)), None)


def _is_free(scene: Scene, one: Wanted, other: Candidate) -> bool:
    if other.holder is None:
        return True
    return _displaced(scene, other.holder, other.known) or _carried_on(one, other.holder, other.known)


def claimant_of(scene: Scene, one: Match) -> str | None:
    """Find a wanted entry, which would be added, that looks more like this known one than the one of its key."""
    if one.wanted.id is not None and one.known is not None and one.known.id is not None:
        return None
    name = name_of(scene.section, one.known.value) if one.known is not None else None
    fresh = scene.fresh.get(name, ()) if name is not None else ()
    return next((other.address for other in fresh if like_known(scene, other) == one.known_at), None)


def rival_of(scene: Scene, one: Match) -> str | None:
    """Find a record that left the file and could be this one, which is given an id and other content at once."""
    if one.known is None or one.known.id is not None or one.wanted.id is None:
        return None
    name = name_of(scene.section, one.wanted.value)
    if name is None or not _displaced(scene, one.wanted, one.known):
        return None
    rivals = (other for other in scene.named.get(name, ()) if other.holder is None and other.known.id is None)
    return next((other.at for other in rivals if isinstance(other.known, Record)), None)


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


def _carried_on(one: Wanted, holder: Wanted, other: Known) -> bool:
    """Tell whether a wanted entry holds all of a known one, and what has its key, without an id, does not."""
    return holder.id is None and _holds(one.value, other.value) and not _holds(holder.value, other.value)


def _holds(wanted: Plain, value: Plain) -> bool:
    after = members(wanted)
    return all(name in after and same(below, after[name]) for name, below in members(value).items())


def like_in_doubt(scene: Scene, one: Match) -> str | None:
    """Find an Add in doubt that could be this one, where its own key holds something else now."""
    name = name_of(scene.section, one.wanted.value)
    return next(iter(scene.unsure.get(name, ())), None) if name is not None else None
