"""Owns the parts of a profile as visitors know them, each with both sides."""

from collections.abc import Callable, Iterator

from msgspec.structs import replace

from reconciler.preview.cells import AFTER, BEFORE, Contents, ProfileParts, both_cells, cells_of_lines, row_of
from reconciler.preview.entries import entry_rows
from reconciler.preview.lines import FieldForm, Sides, field_lines, item_pieces, text_in, value_lines, word_of
from reconciler.preview.model import Badge, Card, Cell, Image, Line, PageRow
from reconciler.preview.sides import SidePair, Standing
from reconciler.values import Plain, is_file, members

_ABOUT = {"open_to_work": "Open to work", "summary": "About", "skills": "Skills"}


def cards_of(parts: ProfileParts) -> Iterator[Card]:
    """Yield the parts of a profile that have anything to show, in the order in which visitors see them."""
    rows = {
        "Introduction": _introduction(parts),
        "Open to work": _rows_of_section(parts, "open_to_work", _open_to_work),
        "About": _rows_of_section(parts, "summary", _about_card),
        "Experience": entry_rows(parts, "experience"),
        "Education": entry_rows(parts, "education"),
        "Skills": _rows_of_section(parts, "skills", _skills_cells),
    }
    for title, found in rows.items():
        if found:
            yield Card(title, (replace(found[0], title=title), *found[1:]))


def _rows_of_section(
    parts: ProfileParts, address: str, contents: "Callable[[ProfileParts, SidePair], Contents]"
) -> list[PageRow]:
    pair = parts.pairs.get(address)
    if pair is None:
        return []
    return [row_of(parts, pair, address, _ABOUT[address], contents(parts, pair))]


def _about_card(parts: ProfileParts, pair: SidePair) -> Contents:
    del parts
    texts = [None if value is None else text_in(value) for value in (pair.before, pair.after)]
    left, right = cells_of_lines([value_lines(texts[BEFORE], texts[AFTER], "about")])
    return _cleared(pair.before, left), _cleared(pair.after, right)


def _cleared(value: Plain, cell: Cell) -> Cell:
    return replace(cell, absent="Empty: there is no About.") if value == "" else cell


def _skills_cells(parts: ProfileParts, pair: SidePair) -> Contents:
    del parts
    return cells_of_lines([], item_pieces(pair.before, pair.after))


def _open_to_work(parts: ProfileParts, pair: SidePair) -> Contents:
    del parts
    names = [
        None
        if value is None
        else [members(title).get("name") for title in _items_in_list(members(value).get("job_title"))]
        for value in (pair.before, pair.after)
    ]

    def listed(value: Plain) -> str:
        return ", ".join(map(word_of, _items_in_list(value)))

    def places(value: Plain) -> str:
        given = members(value)
        told = [
            f"{word_of(name.upper())}: {', '.join(map(text_in, _items_in_list(ids)))}" for name, ids in given.items()
        ]
        return "; ".join(told)

    sides = [
        field_lines(pair, "visibility", FieldForm("fact", label="Shown to", shown=_audience)),
        field_lines(pair, "presence", FieldForm("fact", label="Workplace", shown=listed)),
        field_lines(pair, "location", FieldForm("fact", label="Places, by LinkedIn’s ids", shown=places)),
        field_lines(pair, "start_date", FieldForm("fact", label="Start", shown=word_of)),
        field_lines(pair, "employment_type", FieldForm("fact", label="Employment", shown=listed)),
    ]
    return cells_of_lines(sides, item_pieces(*(None if name is None else list(name) for name in names)))


def _audience(value: Plain) -> str:
    return {"ALL": "everybody", "RECRUITERS_ONLY": "recruiters only: a visitor does not see this"}.get(
        text_in(value), ""
    )


def _items_in_list(value: Plain) -> list[Plain]:
    return value if isinstance(value, list) else []


def _introduction(parts: ProfileParts) -> list[PageRow]:
    """Return the top of a profile: pictures, name, headline, location and custom link."""
    sides: list[Sides] = [value_lines(parts.name, parts.name, "name")]
    for address, shown in (("headline", _headline), ("location", _location), ("custom_link", _custom_link)):
        pair = parts.pairs.get(address)
        if pair is not None:
            sides += [_marked(parts, pair, *side) for side in shown(pair)]
    images = [_picture(parts, role, address) for role, address in (("cover", "cover_picture"), ("photo", "picture"))]
    managed = [parts.pairs[name] for name in _TOP if name in parts.pairs]
    if managed and all(pair.standing is Standing.UNSEEN for pair in managed):
        sides, images = _said_once(managed[0], sides, images)
    left, right = cells_of_lines(sides)
    left, right = (
        replace(cell, images=tuple(image[place] for image in images))
        for place, cell in ((BEFORE, left), (AFTER, right))
    )
    changed = any(pair.changes or pair.in_doubt for pair in managed)
    if not (managed or parts.name):
        return []
    return [PageRow("top", f"{parts.anchor}-top", "Introduction", left, right, changed=changed)]


def _said_once(
    pair: SidePair, sides: list[Sides], images: list[tuple[Image, Image]]
) -> tuple[list[Sides], list[tuple[Image, Image]]]:
    """Return the lines and pictures of a top of which nothing was ever seen: that is said once for all of them."""
    before, after = both_cells(pair, (Cell(), Cell()))
    told = (
        Line("fact", (), badge=Badge(before.standing, before.absent)),
        Line("fact", (), badge=next(iter(after.badges), None)),
    )
    lines = [
        (left if left is not None and left.words else None, None if right is None else replace(right, badge=None))
        for left, right in sides
    ]
    shown = [(replace(left, missing=""), replace(right, badge=None)) for left, right in images]
    return [*lines, told], shown


_TOP = ("headline", "location", "custom_link", "picture", "cover_picture")
_WORDS = {"headline": "headline", "location": "location", "custom_link": "link"}


def _marked(parts: ProfileParts, pair: SidePair, left: Line | None, right: Line | None) -> Sides:
    """Return a section's lines with what is said of the section; where a side has nothing, it says why."""
    before, after = both_cells(pair, (Cell(), Cell()))
    role = (left or right or Line("fact", ())).role
    if left is None and before.absent:
        left = Line(role, (), badge=Badge(before.standing, f"{_WORDS[pair.address]}: {before.absent}"))
    elif left is not None:
        left = replace(left, badge=next(iter(before.badges), None))
    if right is None and (after.absent or pair.changes):
        right = Line(role, (), badge=Badge(after.standing, f"{_WORDS[pair.address]}: {after.absent or 'empty'}"))
    elif right is not None:
        marked = pair.standing is Standing.CHANGED and any(piece.kind == "+" for piece in right.words)
        right = replace(right, badge=right.badge if marked else next(iter(after.badges), right.badge))
    anchor = parts.at(pair.address)
    if right is not None:
        return left, replace(right, anchor=anchor)
    return (None if left is None else replace(left, anchor=anchor)), None


def _headline(pair: SidePair) -> list[Sides]:
    texts = [None if value is None else text_in(value) for value in (pair.before, pair.after)]
    return [value_lines(texts[BEFORE], texts[AFTER], "headline")]


def _location(pair: SidePair) -> list[Sides]:
    texts = [None if value is None else text_in(members(value).get("id")) for value in (pair.before, pair.after)]
    return [value_lines(texts[BEFORE], texts[AFTER], "place", "Location, by LinkedIn’s id")]


def _custom_link(pair: SidePair) -> list[Sides]:
    kinds = [members(value).get("type") for value in (pair.before, pair.after)]
    label = word_of(kinds[AFTER] if kinds[AFTER] is not None else kinds[BEFORE])
    return [field_lines(pair, "url", FieldForm("link", label=label, is_link=True))]


def _picture(parts: ProfileParts, role: str, address: str) -> tuple[Image, Image]:
    """Return a picture on both sides; where it is not managed, a plain place for it."""
    pair = parts.pairs.get(address)
    if pair is None:
        return Image(role, ""), Image(role, "")
    settings = parts.pairs.get(f"{address}_settings")
    before, after = both_cells(pair, (Cell(), Cell()))
    tuned = (None, None) if settings is None else (settings.before, settings.after)
    sides = []
    for value, cell, look in ((pair.before, before, tuned[BEFORE]), (pair.after, after, tuned[AFTER])):
        badge = next(iter(cell.badges), None)
        if is_file(value):
            sides.append(parts.gallery.image(role, value, look, badge))
        else:
            sides.append(Image(role, "", missing=cell.absent, badge=badge))
    if pair.standing is Standing.SAME and settings is not None and settings.changes and sides[AFTER].badge is None:
        sides[AFTER] = replace(sides[AFTER], badge=Badge(Standing.CHANGED, "its settings change"))
    return sides[BEFORE], replace(sides[AFTER], anchor=parts.at(address))
