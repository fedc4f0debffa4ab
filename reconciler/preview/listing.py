"""Owns the lists beside a profile: its changes in words, and what of it no visitor sees."""

from collections.abc import Iterator, Mapping
from itertools import groupby

from msgspec.structs import replace

from reconciler.address import is_entry, section_of, unit_of
from reconciler.planning.plan import Action, Change, FieldChange, FilePart, Plan
from reconciler.planning.reason import Code
from reconciler.preview.entries import EMPLOYMENT_NAMES
from reconciler.preview.model import Badge, Listed, Unshown, WayOut
from reconciler.preview.sides import SidePair, Standing
from reconciler.render.fields import shown_fields
from reconciler.render.value import along, files_of, is_long, lengths, list_change, short, shorts
from reconciler.render.wording import conditions, do, joined, reason_text, where_to_delete
from reconciler.render.words import pieces_told_apart, told_apart, words
from reconciler.values import Plain, members, same, value_at

_BADGES = {
    Action.CREATE: Badge(Standing.NEW, "add"),
    Action.SET: Badge(Standing.CHANGED, "set"),
    Action.UPDATE: Badge(Standing.CHANGED, "change"),
    Action.FORGET: Badge(Standing.LEFT, "forget"),
    Action.MOVE: Badge(Standing.SAME, "move"),
    Action.BLOCKED: Badge(Standing.BLOCKED, "blocked"),
}
_DOUBTED = (
    "This was sent and no clear answer came. It is left alone until `reconciler state resolve` or a read settles it."
)
_PLACES = 4  # of a text that changed: the list shows no more of them
_LONGEST_VALUE = 100  # characters of a value in the list: the page below shows all of it
_BY_ID = "an id: its name is not known here"
_NOT_READ = "it cannot be read back, and what LinkedIn makes of it is not known in all"
_TELLS = "LinkedIn tells your network about the change"
_NO_PLACE = "visitors do not see it"
_OF_SECTIONS = (
    ("location", "postal_code", _NO_PLACE),
    ("picture_settings", "", _NOT_READ),
    ("cover_picture_settings", "", _NOT_READ),
    ("skills_follow", "", _NO_PLACE),
    ("custom_link", "display_on", "where else the link stands is not on this page"),
    ("open_to_work", "", "it cannot be read back: the last value sent is all that is known"),
)
_OF_ENTRIES = (
    ("employment_type", _BY_ID),
    ("company_id", "an id: it leads to a page and a logo that are not known here"),
    ("source_of_hire", _NO_PLACE),
)


def listed_changes(plan: Plan, pairs: Mapping[str, SidePair], anchors: Mapping[str, str]) -> Iterator[Listed]:
    """Yield the changes of a plan in its order, then what is in doubt; `anchors` are the ids on the page by address."""
    files = files_of(plan)
    for change in plan.changes:
        unit = unit_of(change.address)
        doubt = change.address in plan.in_doubt
        badge = Badge(Standing.DOUBT, "in doubt") if doubt else _BADGES[change.action]
        if change.replaces_unseen:
            badge = Badge(Standing.UNSEEN, f"{badge.text} over the unseen")
        yield Listed(
            badge,
            change.action.value,
            change.address,
            anchors.get(unit, ""),
            _about(change, pairs.get(unit)),
            tuple(_fields_told(change, files)),
            tuple(_said(change)),
            tuple(_ways(change, plan)),
            change.reason.code.value if change.reason is not None else "",
        )
    told = {change.address for change in plan.changes}
    for address in plan.in_doubt:
        if address not in told:
            badge, anchor = Badge(Standing.DOUBT, "in doubt"), anchors.get(address, "")
            yield Listed(badge, "in doubt", address, anchor, "", said=(_DOUBTED,), code="in-doubt")


def _fields(change: Change) -> tuple[FieldChange, ...]:
    silent = change.action in (Action.FORGET, Action.MOVE) or change.action is Action.CREATE
    return () if silent else shown_fields(change)


def _about(change: Change, pair: SidePair | None) -> str:
    if change.moved_from is not None:
        return f"from {change.moved_from}"
    value = pair.after if pair is not None and pair.after is not None else change.before
    entry = members(value) if is_entry(unit_of(change.address)) else {}
    return " · ".join(str(entry[name]) for name in ("role", "company", "school", "degree") if entry.get(name))


def _fields_told(change: Change, files: Mapping[str, FilePart]) -> Iterator[tuple[str, str, str | None]]:
    """Yield what becomes of each field; of an object within one, such as a layout, all in one line."""
    for name, group in groupby(_fields(change), lambda field: field.path.partition(".")[0]):
        fields = list(group)
        if len(fields) == 1:
            yield from _told(fields[0], files)
            continue
        told = [(path.partition(".")[2], now, was) for field in fields for path, now, was in _told(field, files)]
        lines = [f"{path} {now if was is None else f'{was} → {now}'}" for path, now, was in told]
        yield name, _clipped(", ".join(lines)), None


def _told(field: FieldChange, files: Mapping[str, FilePart]) -> Iterator[tuple[str, str, str | None]]:
    """Yield the name of a field, what becomes of it, and what it was: None where there was nothing.

    Of a text that changed in a few places, each of these.
    """
    path, before, after = field.path, field.before, field.after
    if not (isinstance(before, str) and isinstance(after, str)):
        yield _field(path, before, after, files)
        return
    runs = [piece for piece in pieces_told_apart(words(before, after)) if piece.kind != "…"]
    places = [list(run) for kept, run in groupby(runs, lambda piece: piece.kind == " ") if not kept]
    if all(kept for kept, _ in groupby(runs, lambda piece: piece.kind != " ")) or not before or not after:
        yield _field(path, before, after, files)
        return
    for place in places[:_PLACES]:
        gone, new = ("".join(piece.text for piece in place if piece.kind == kind).strip() for kind in "-+")
        if gone and new:
            yield path, _clipped(new), _clipped(gone)
        else:
            what = "added" if new else "removed" if gone else "blanks or line breaks differ"
            yield path, ": ".join(filter(None, (what, _clipped(new or gone)))), None
    if len(places) > _PLACES:
        yield path, f"and in {len(places) - _PLACES} more places; {lengths(before, after)}", None


def _field(path: str, before: Plain, after: Plain, files: Mapping[str, FilePart]) -> tuple[str, str, str | None]:
    listed = list_change(before, after)
    if listed is not None:
        signed = [f"+ {item}" for item in listed.added] + [f"− {item}" for item in listed.taken]
        order = [f"{listed.lead}: {listed.order}"] if listed.order else []
        return path, _clipped(", ".join([*signed, *order])), None
    if before is None:
        return path, _in_brief(after, short(after, files)), None
    if isinstance(before, str) and isinstance(after, str):
        before, after = told_apart(before, after)
    was, now = shorts(before, after, files)
    return path, _in_brief(after, now), _in_brief(before, was)


def _in_brief(value: Plain, text: str) -> str:
    """Return a value in one line; of a long text only how it begins, and how long it is."""
    if isinstance(value, str) and is_long(value):
        opening = _clipped(" ".join(value.split()))
        return f"{opening} ({lengths(value)})" if opening.endswith("…") else opening
    return _clipped(text)


def _clipped(text: str) -> str:
    """Return a text, or its first words."""
    if len(text) <= _LONGEST_VALUE:
        return text
    start = text[:_LONGEST_VALUE]
    return f"{start.rpartition(' ')[0] or start}…"


def _said(change: Change) -> Iterator[str]:
    if change.reason is not None:
        yield reason_text(change.reason)
    if change.along:
        yield f"sent along, as it is: {_clipped(along(change))}"
    yield from (reason_text(reason) for reason in change.warnings if reason.code is not Code.REPLACES_UNSEEN)
    if (place := where_to_delete(change)) is not None:
        yield f"to delete it there: {place}"


def _ways(change: Change, plan: Plan) -> Iterator[WayOut]:
    for condition, way in conditions(change.reason) if change.reason is not None else ():
        lead, copied = do(way, plan)
        yield WayOut(joined(condition), joined(lead), copied)


def unshown_fields(plan: Plan, pairs: Mapping[str, SidePair], anchor: str) -> tuple[Unshown, ...]:
    """Return the fields of a profile that no visitor sees, or that the page cannot show as LinkedIn does."""
    files = files_of(plan)
    found = [
        Unshown(f"{change.address}.notify_network", None, "true", _TELLS, changed=True, anchor="")
        for change in plan.changes
        if change.notifies
    ]
    for address, pair in pairs.items():
        names = _of_entry(pair) if is_entry(address) else _of_section(address)
        for name, why in names:
            before, after = (value_at(side, [name] if name else []) for side in (pair.before, pair.after))
            if before is None and after is None:
                continue
            changed = bool(pair.changes) and not same(before, after)
            if changed:
                before, after = _members_that_differ(before, after)
            was, now = (None if value is None else _clipped(short(value, files)) for value in (before, after))
            path = f"{address}.{name}".removesuffix(".")
            found.append(Unshown(path, was, now, why, changed, ""))
    return tuple(replace(field, anchor=f"{anchor}-unshown-{number}") for number, field in enumerate(found, 1))


def _members_that_differ(before: Plain, after: Plain) -> tuple[Plain, Plain]:
    """Return two values; of two objects only the members in which they differ."""
    if not (isinstance(before, dict) and isinstance(after, dict)):
        return before, after
    names = [name for name in {**before, **after} if not same(before.get(name), after.get(name))]
    first, second = ({name: value[name] for name in names if name in value} for value in (before, after))
    return first or None, second or None


def _of_entry(pair: SidePair) -> list[tuple[str, str]]:
    values = [members(side).get("employment_type", "") for side in (pair.before, pair.after)]
    is_named = all(value == "" or value in EMPLOYMENT_NAMES for value in values)
    return [(name, why) for name, why in _OF_ENTRIES if not (name == "employment_type" and is_named)]


def _of_section(address: str) -> list[tuple[str, str]]:
    return [(name, why) for section, name, why in _OF_SECTIONS if section == section_of(address)]
