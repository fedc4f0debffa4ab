"""Owns the merge of what two sides know of one section or entry, over what their common ancestor knew of it."""

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct, field
from msgspec.structs import replace

from reconciler.address import is_entry, section_of
from reconciler.spec import BY_NAME, Use
from reconciler.state.applied import Forgotten, Known, Look, Record
from reconciler.values import Plain, canonical, members, same, value_at


class Unit(Struct, frozen=True):
    """What one side knows of a section or entry, and of the fields of it that it has forgotten, by path."""

    address: str
    known: Known | None
    fields: Mapping[str, Forgotten] = field(default_factory=lambda: MappingProxyType({}))


class MergedUnit(Struct, frozen=True):
    """What is known after a merge. `contested` names the fields that both sides changed; `""` is a whole section."""

    unit: Unit | None
    contested: tuple[str, ...] = ()


class TwoIdsError(Exception):
    """Both sides gave an id to one entry, and not the same."""

    def __init__(self, ids: tuple[str, str]) -> None:
        """Take the two ids."""
        super().__init__(*ids)
        self.ids = ids


def merge_unit(base: Unit | None, ours: Unit | None, theirs: Unit | None) -> MergedUnit:
    """Return the merge of a section or entry; what one side removed stays removed if the other left it as it was.

    Raises TwoIdsError.
    """
    if ours is None or theirs is None:
        kept = ours or theirs
        return MergedUnit(None if kept == base else kept)
    if theirs in (ours, base):
        return MergedUnit(ours)
    if ours == base:
        return MergedUnit(theirs)
    known, contested = _merge_known(ours.address, base.known if base else None, ours.known, theirs.known)
    value = known.value if known is not None else None
    fields = _merge_fields(base.fields if base else {}, ours.fields, theirs.fields)
    fields = {path: gone for path, gone in fields.items() if value_at(value, path.split(".")) is None}
    address = _one_of(base.address if base else None, ours.address, theirs.address)
    return MergedUnit(Unit(address or ours.address, known, fields), contested)


def three_way(base: Plain, ours: Plain, theirs: Plain) -> tuple[Plain, bool]:
    """Return the value that stands, None for nothing, and whether both sides changed it: then it is ours.

    What one side changed stands against the other that took it away.
    """
    if same(ours, theirs) or same(theirs, base):
        return ours, False
    if same(ours, base):
        return theirs, False
    if ours is None or theirs is None:
        return theirs if ours is None else ours, False
    return ours, True


def _merge_known(
    address: str, base: Known | None, ours: Known | None, theirs: Known | None
) -> tuple[Known | None, tuple[str, ...]]:
    """Return what is known of a section or entry, and which fields both sides changed."""
    if ours is None or theirs is None:
        kept = ours or theirs
        return (None if kept == base else kept), ()
    if theirs in (ours, base):
        return ours, ()
    if ours == base:
        return theirs, ()
    later = max(ours, theirs, key=_order)
    entry_id, id_by = _merge_ids(base, ours, theirs)
    contested: tuple[str, ...] = ()
    if is_entry(address):
        value, contested = _merge_entry(address, base, ours, theirs, later, has_id=entry_id is not None)
    else:
        wrote = [side for side in (ours, theirs) if _was_written(base, side)]
        if len(wrote) > 1 and not same(ours.value, theirs.value):
            return None, ("",)
        value = wrote[0].value if wrote else ours.value
    handle = _one_of(base.handle if base else None, ours.handle, theirs.handle)
    if _is_live(base, ours, theirs):
        return Record(
            value, since(later), later.by, entry_id, id_by, handle, _last_look(value, ours, theirs)
        ), contested
    return Forgotten(value, since(later), entry_id, id_by, later.by, handle), contested


def _was_written(base: Known | None, side: Known) -> bool:
    """Tell whether a side has applied a section or entry since the ancestor, also where it says what it said before."""
    if base is None or not same(side.value, base.value):
        return True
    return isinstance(side, Record) and (not isinstance(base, Record) or side.applied_at != base.applied_at)


def _merge_entry(  # noqa: PLR0913 - three sides, and which of two is the later one
    address: str, base: Known | None, ours: Known, theirs: Known, later: Known, *, has_id: bool
) -> tuple[Plain, tuple[str, ...]]:
    """Return the fields of an entry, and the names of those that both sides changed.

    These hold what the later side says, where state can say otherwise that it is not known: by the id. Without one
    the field is left out, as one that nothing is known of, but for what names the entry.
    """
    fields = members(base.value) if base else {}
    merged, contested = {}, []
    for name in sorted(members(ours.value).keys() | members(theirs.value).keys()):
        value, both = three_way(fields.get(name), members(ours.value).get(name), members(theirs.value).get(name))
        if both:
            contested.append(name)
            value = members(later.value)[name] if has_id or _is_part_of_name(address, name) else None
        if value is not None:
            merged[name] = value
    return dict(merged), tuple(contested)


def _is_part_of_name(address: str, name: str) -> bool:
    field = BY_NAME[section_of(address)].field(name)
    return field is not None and field.add is Use.REQUIRED


def _merge_ids(base: Known | None, ours: Known, theirs: Known) -> tuple[str | None, str | None]:
    """Return LinkedIn's id of an entry and where it is known from. Raises TwoIdsError."""
    entry_id, both = three_way(base.id if base else None, ours.id, theirs.id)
    if both:
        raise TwoIdsError((str(ours.id), str(theirs.id)))
    origins = [side.id_by for side in (ours, theirs) if side.id == entry_id and side.id_by is not None]
    origin = min(origins, key=_RANK.index, default=None)
    return (entry_id, origin) if isinstance(entry_id, str) else (None, None)


# an id that was applied with says more than one that was only given
_RANK = ("file", "resolve", "refresh", "adopt", "given")


def _merge_fields(
    base: Mapping[str, Forgotten], ours: Mapping[str, Forgotten], theirs: Mapping[str, Forgotten]
) -> dict[str, Forgotten]:
    """Return the forgotten fields of a section or entry, without those of which the sides say different things."""
    merged = {}
    for path in sorted(ours.keys() | theirs.keys()):
        sides = [side[path] for side in (ours, theirs) if path in side]
        values = (side[path].value if path in side else None for side in (base, ours, theirs))
        value, both = three_way(*values)
        if value is not None and not both:
            merged[path] = replace(max(sides, key=_order), value=value)
    return merged


def _is_live(base: Known | None, ours: Known, theirs: Known) -> bool:
    """Tell whether a section or entry is managed still: not where one side let go of it and the other left it alone."""
    if isinstance(ours, Record) == isinstance(theirs, Record):
        return isinstance(ours, Record)
    return _was_written(base, ours if isinstance(ours, Record) else theirs)


def since(known: Known) -> str:
    """Return when something was applied, vouched for or forgotten."""
    return known.applied_at if isinstance(known, Record) else known.forgotten_at


def _last_look(value: Plain, ours: Known, theirs: Known) -> Look | None:
    """Return when a value was last seen on LinkedIn, by either side that knows it."""
    sides = (side for side in (ours, theirs) if isinstance(side, Record) and same(side.value, value))
    looks = [side.seen for side in sides if side.seen is not None]
    return max(looks, key=lambda look: (look.at, look.source, look.mark or ""), default=None)


def _order(known: Known) -> tuple[str, ...]:
    """Order what two sides know by its time; what is of one time in a way that does not depend on the side."""
    return (since(known), known.by, known.id or "", canonical(known.value), known.handle or "")


def _one_of(base: str | None, ours: str | None, theirs: str | None) -> str | None:
    """Return the text that stands; where both sides changed it, one of the two whichever side is which."""
    value, both = three_way(base, ours, theirs)
    chosen = min(str(ours), str(theirs)) if both else value
    return chosen if isinstance(chosen, str) else None
