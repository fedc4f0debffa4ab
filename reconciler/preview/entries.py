"""Owns jobs and schools as visitors see them: the most recent first, several at one company together."""

from functools import partial

from msgspec.structs import replace

from reconciler.address import is_entry, section_of
from reconciler.preview.cells import AFTER, BEFORE, Contents, ProfileParts, cells_of_lines, row_of
from reconciler.preview.lines import FieldForm, Sides, field_lines, item_pieces, text_in, unmarked, value_lines, word_of
from reconciler.preview.model import Cell, Line, PageRow
from reconciler.preview.sides import SidePair, Standing
from reconciler.preview.span import YearMonth, lasted, lasted_together, recency, span_text
from reconciler.values import Members, Plain, is_file, members

# Ids of LinkedIn's own form, as they were seen (read.md): for orientation.
EMPLOYMENT_NAMES = {
    "12": "Full-time",
    "11": "Part-time",
    "3": "Self-employed",
    "20": "Freelance",
    "2": "Contract",
    "18": "Internship",
    "19": "Apprenticeship",
}


def entry_rows(parts: ProfileParts, section: str) -> list[PageRow]:
    """Return the rows of a section's entries, most recent first, with a heading for several jobs at one company."""
    contents = _job if section == "experience" else _school
    pairs = [pair for pair in parts.pairs.values() if section_of(pair.address) == section and is_entry(pair.address)]
    ordered = sorted(pairs, key=lambda pair: recency(_side_shown(pair)), reverse=True)
    rows = [
        row_of(parts, pair, section, _about_entry(pair) or pair.address, _named_or_not(pair, contents(parts, pair)))
        for pair in ordered
    ]
    if section == "experience":
        for place in (BEFORE, AFTER):
            _put_company_above(ordered, rows, place, parts.today)
    return rows


def _named_or_not(pair: SidePair, contents: Contents) -> Contents:
    """Return the cells of an entry; where the file holds only a part of it, and not what names it, they say so."""
    left, right = contents
    if _about_entry(pair):
        return contents
    note = "Only a part of this entry is managed."
    return replace(left, note=note), replace(right, note=note)


def _side_shown(pair: SidePair) -> Members:
    return members(pair.after if pair.after is not None else pair.before)


def _about_entry(pair: SidePair) -> str:
    """Say in a few words which entry this is."""
    entry = _side_shown(pair)
    return " · ".join(text for name in ("role", "company", "school", "degree") if (text := text_in(entry.get(name))))


def _put_company_above(pairs: list[SidePair], rows: list[PageRow], place: int, today: YearMonth) -> None:
    """Put the company over the first of several jobs there that follow each other on one side."""
    values = [(number, members((pair.before, pair.after)[place])) for number, pair in enumerate(pairs)]
    start = 0
    shown = [(number, value) for number, value in values if value]
    while start < len(shown):
        stop = start + 1
        while stop < len(shown) and _same_company(shown[start][1], shown[stop][1]):
            stop += 1
        if stop - start > 1:
            value = shown[start][1]
            total = lasted_together([entry for _, entry in shown[start:stop]], today)
            left, right = value_lines(text_in(value.get("company")), text_in(value.get("company")), "company")
            heading = tuple(line for line in (left or right, *value_lines(None, total, "lasted")) if line is not None)
            for number, _ in shown[start:stop]:
                rows[number] = _grouped(rows[number], place, heading if number == shown[start][0] else ())
        start = stop


def _same_company(entry: Members, other: Members) -> bool:
    """Tell whether two jobs were at one company: of one id, or where one has none, of one name."""
    ids = [text_in(each.get("company_id")) for each in (entry, other)]
    names = [text_in(each.get("company")).strip().casefold() for each in (entry, other)]
    return ids[0] == ids[1] if all(ids) else names[0] == names[1] != ""


def _grouped(row: PageRow, place: int, heading: tuple[Line, ...]) -> PageRow:
    """Return a row, one side of which is one of several jobs at a company."""
    if place == BEFORE:
        return replace(row, before=replace(row.before, company=heading, is_grouped=True))
    return replace(row, after=replace(row.after, company=heading, is_grouped=True))


def _times(pair: SidePair, today: YearMonth) -> list[Sides]:
    """Return when an entry was, and for a job how long."""
    spans, durations = [], []
    for side in (pair.before, pair.after):
        entry = members(side)
        spans.append(None if side is None else span_text(entry))
        durations.append(lasted(entry, today) if "seniority" in entry else "")
    when = value_lines(spans[BEFORE], spans[AFTER], "dates")
    if Standing.BLOCKED in map(pair.field, ("seniority", "start_date", "end_date")):
        when = unmarked(when[BEFORE]), when[AFTER]
    left, right = (value_lines(None, text, "lasted")[AFTER] for text in durations)
    return [when, (left, right)]


def _job(parts: ProfileParts, pair: SidePair) -> Contents:
    sides = [
        field_lines(pair, "role", FieldForm("role")),
        field_lines(pair, "company", FieldForm("company")),
        field_lines(pair, "employment_type", FieldForm("type", shown=_employment)),
        *_times(pair, parts.today),
        field_lines(pair, "location", FieldForm("place")),
        field_lines(pair, "presence", FieldForm("presence", shown=word_of)),
        field_lines(pair, "description", FieldForm("description")),
    ]
    return _attached(parts, pair, sides)


def _school(parts: ProfileParts, pair: SidePair) -> Contents:
    sides = [
        field_lines(pair, "school", FieldForm("role")),
        field_lines(pair, "role", FieldForm("role")),
        field_lines(pair, "company", FieldForm("company")),
        field_lines(pair, "degree", FieldForm("degree")),
        field_lines(pair, "field_of_study", FieldForm("field")),
        field_lines(pair, "employment_type", FieldForm("type", shown=_employment)),
        *_times(pair, parts.today),
        field_lines(pair, "location", FieldForm("place")),
        field_lines(pair, "presence", FieldForm("presence", shown=word_of)),
        field_lines(pair, "grade", FieldForm("fact", label="Grade")),
        field_lines(pair, "activities", FieldForm("fact", label="Activities and societies")),
        field_lines(pair, "description", FieldForm("description")),
    ]
    return _attached(parts, pair, sides)


def _employment(value: Plain) -> str:
    text = text_in(value)
    return EMPLOYMENT_NAMES.get(text, f"Employment type {text}" if text else "")


def _attached(parts: ProfileParts, pair: SidePair, sides: list[Sides]) -> Contents:
    """Return the cells of an entry: its lines, its attachment and its skills."""
    values = [members(members(side).get("attachment")) for side in (pair.before, pair.after)]
    first = None if pair.before is None else values[BEFORE]
    second = None if pair.after is None else values[AFTER]
    below = SidePair(pair.address, first, second)
    if any(values):
        sides = [
            *sides,
            field_lines(below, "title", FieldForm("attachment", label="Attachment")),
            field_lines(below, "description", FieldForm("caption")),
            field_lines(below, "url", FieldForm("link", is_link=True)),
            field_lines(below, "file", FieldForm("fact", label="File", shown=_file)),
        ]
    lists = (None if side is None else members(side).get("skills", []) for side in (pair.before, pair.after))
    cells = cells_of_lines(sides, item_pieces(*lists))
    return tuple(map(partial(_with_thumbnail, parts), cells, values))  # type: ignore[return-value] # of two


def _file(value: Plain) -> str:
    return text_in(members(value).get("file")).rpartition("/")[2]


def _with_thumbnail(parts: ProfileParts, cell: Cell, attachment: Members) -> Cell:
    file = attachment.get("thumbnail") or attachment.get("file")
    if not is_file(file) or _file(file).lower().endswith((".pdf", ".doc", ".docx", ".ppt", ".pptx")):
        return cell
    return replace(cell, images=(parts.gallery.image("thumbnail", file),))
