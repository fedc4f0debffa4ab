"""Owns the tables of LinkedIn's archive: found by their header row, whatever the file is called, and read as text.

File names are localised, headers are not. A preamble may stand above the header; columns may come in any order;
a spreadsheet may have saved the file again, in another encoding and with another delimiter.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping

from msgspec import Struct, field

from reconciler.importing.draft import Omission
from reconciler.importing.texts import clean, decoded, losses
from reconciler.problem import ReconcilerError

MAX_ROWS = 1000
MAX_LINES = 20 * MAX_ROWS  # rows with the empty ones
_PREAMBLE = 20  # rows in which a header is looked for
_DELIMITERS = (",", ";", "\t")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_PERSON = "first name"


class TableKind(Struct, frozen=True):
    """A kind of table: its columns as LinkedIn writes them, and those without which it is another kind.

    `older` maps the names that a column had in earlier archives to today's. `alone` says that a table of this kind has
    the needed columns and no others.
    """

    name: str
    columns: tuple[str, ...]
    needed: frozenset[str]
    older: Mapping[str, str] = field(default_factory=dict)
    alone: bool = False

    def header(self, cells: tuple[str, ...]) -> tuple[str, ...] | None:
        """Return a header row with today's names, if it is this kind's; `cells` are folded."""
        if self.fits(cells):
            known = {name: today for name, today in self.older.items() if today not in cells}
            return tuple(known.get(name, name) for name in cells)
        renamed = tuple(self.older.get(name, name) for name in cells)
        # A list of people has a company and a position in each row as well.
        return renamed if _PERSON not in cells and self.fits(renamed) else None

    def fits(self, header: tuple[str, ...]) -> bool:
        """Tell whether a header row, folded, is this kind's."""
        names = {name for name in header if name}
        return self.needed <= names and (names == self.needed if self.alone else len(names) > len(self.needed))


PROFILE_TABLE = TableKind(
    "Profile",
    (
        *("First Name", "Last Name", "Maiden Name", "Created Date", "Address", "Birth Date", "Contact Instructions"),
        *("Marital Status", "Headline", "Summary", "Industry", "Association", "Zip Code", "Geo Location"),
        *("Twitter Handles", "Websites", "Instant Messengers"),
    ),
    frozenset({_PERSON, "headline"}),
    {"location": "geo location", "postal code": "zip code"},
)
POSITIONS_TABLE = TableKind(
    "Positions",
    ("Company Name", "Title", "Description", "Location", "Started On", "Finished On"),
    frozenset({"company name", "title"}),
    {
        "company": "company name",
        "organization": "company name",
        "position": "title",
        "summary": "description",
        "start date": "started on",
        "end date": "finished on",
    },
)
EDUCATION_TABLE = TableKind(
    "Education",
    ("School Name", "Start Date", "End Date", "Notes", "Degree Name", "Field Of Study", "Grade", "Activities"),
    frozenset({"school name"}),
    {
        "school": "school name",
        "degree": "degree name",
        "description": "notes",
        "field": "field of study",
        "started on": "start date",
        "finished on": "end date",
        "activities and societies": "activities",
    },
)
SKILLS_TABLE = TableKind("Skills", ("Name",), frozenset({"name"}), {"skill": "name", "skill name": "name"}, alone=True)
TABLE_KINDS = (PROFILE_TABLE, POSITIONS_TABLE, EDUCATION_TABLE, SKILLS_TABLE)

# What else is on a profile, for which the API has no field: by header, and by the English name of the file.
_ELSEWHERE: Mapping[str, frozenset[str]] = {
    "Certifications": frozenset({"name", "authority"}),
    "Courses": frozenset({"name", "number"}),
    "Honors": frozenset({"title", "issued on"}),
    "Languages": frozenset({"name", "proficiency"}),
    "Organizations": frozenset({"name", "position"}),
    "Patents": frozenset({"title", "patent number"}),
    "Projects": frozenset({"title", "url"}),
    "Publications": frozenset({"name", "publisher"}),
    "Recommendations": frozenset({"job title", "text"}),
    "Test Scores": frozenset({"name", "score"}),
    "Volunteering": frozenset({"role", "cause"}),
}


class Table(Struct, frozen=True):
    """A table: its rows by column, cells cleaned, empty ones left out; and what was left out of it."""

    kind: TableKind
    file: str
    rows: tuple[Mapping[str, str], ...]
    omissions: tuple[Omission, ...] = ()


class _Layout(Struct, frozen=True):
    kind: TableKind
    header: tuple[str, ...]
    row: int
    delimiter: str


def is_table(head: bytes) -> bool:
    """Tell whether a file that begins with these bytes is one of the four tables that are imported."""
    return _layout(_decoded_head(head)) is not None


def other_section(name: str, head: bytes) -> str | None:
    """Return which other part of a profile a file holds, by its name and first bytes; None where it holds none."""
    layout = _layout(_decoded_head(head))
    if layout is not None and not layout.kind.alone:  # one column tells less than a file's name
        return None
    stem = _letters(re.split(r"[/\\]", name)[-1].rpartition(".")[0])
    by_name = (section for section in _ELSEWHERE if stem.startswith(_letters(section)))
    found = next(by_name, None)
    if found is not None:
        return found
    for header in _rows_of(_decoded_head(head), ","):
        names = set(map(_folded, header))
        return next((section for section, needed in _ELSEWHERE.items() if needed <= names), None)
    return None


def count_rows(content: bytes) -> int:
    """Count the rows of a table below its header, the empty ones left out."""
    rows = [row for row in _rows_of(_decoded_head(content), ",") if any(cell.strip() for cell in row)]
    return max(len(rows) - 1, 0)


def read_table(name: str, content: bytes) -> Table:
    """Read a table that `is_table` knew by its first bytes. Raises ReconcilerError where its rows cannot be read."""
    text, omissions = _decode(name, content)
    layout = _layout(text)
    if layout is None:
        raise _unreadable(name, "its header row cannot be read")
    rows: list[Mapping[str, str]] = []
    for number, cells in _rows(name, text, layout):
        row, omitted = _row(layout, number, cells)
        omissions.extend(omitted)
        if row:
            rows.append(row)
        if len(rows) > MAX_ROWS or number > MAX_LINES:
            raise _unreadable(name, f"it has more than {MAX_ROWS:,} rows")
    return Table(layout.kind, name, tuple(rows), tuple(omissions))


def _decoded_head(head: bytes) -> str:
    """Decode the first bytes of a file, which may end within a character."""
    encoding = next((name for bom, name in _BOMS if head.startswith(bom)), "utf-8")
    return head.decode(encoding, errors="replace")


def _decode(name: str, content: bytes) -> tuple[str, list[Omission]]:
    encoding = next((name for bom, name in _BOMS if content.startswith(bom)), "utf-8")
    try:
        return content.decode(encoding), []
    except UnicodeDecodeError as error:
        if encoding == "utf-16":
            raise _unreadable(name, "it is not the UTF-16 that it begins as") from error
    why = "it is not UTF-8 and was read as Windows-1252: look at the letters with accents"
    return content.decode("cp1252", errors="replace"), [Omission(name, why)]


def _layout(text: str) -> _Layout | None:
    """Find the header row, with the delimiter that makes it one."""
    for delimiter in _DELIMITERS:
        for number, cells in zip(range(_PREAMBLE), _rows_of(text[: 64 * 1024], delimiter), strict=False):
            folded = tuple(map(_folded, cells))
            for kind in TABLE_KINDS:
                header = kind.header(folded)
                if header is not None:
                    return _Layout(kind, header, number, delimiter)
    return None


def _rows_of(text: str, delimiter: str) -> Iterator[list[str]]:
    """Return rows as far as a text reads as a table with this delimiter."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        yield from reader
    except csv.Error:
        return


def _folded(cell: str) -> str:
    return " ".join(cell.replace("\ufeff", "").casefold().split())


def _letters(name: str) -> str:
    return re.sub("[^a-z]", "", name.casefold())


def _rows(name: str, text: str, layout: _Layout) -> Iterator[tuple[int, list[str]]]:
    """Return the rows below the header, each with its number in the table."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=layout.delimiter, strict=True)
    try:
        for number, cells in enumerate(reader):
            if number > layout.row:
                yield number - layout.row, cells
    except csv.Error as error:
        message = f"line {reader.line_num} is not CSV as it should be: {error}"
        raise _unreadable(name, message) from error


def _row(layout: _Layout, number: int, cells: list[str]) -> tuple[Mapping[str, str], list[Omission]]:
    """Return the cells of a row that are not empty, by column, and what was left out of it."""
    if layout.kind.alone:  # a delimiter in a row of one column is the text's own
        while cells and not cells[-1]:
            cells = cells[:-1]
        cells = [layout.delimiter.join(cells)]
    where = f"{layout.kind.name} row {number}"
    row: dict[str, str] = {}
    omissions: list[Omission] = []
    strays = sum(1 for cell in cells[len(layout.header) :] if cell.strip())
    for column, cell in zip(layout.header, cells, strict=False):
        text = decoded(cell).strip()
        omissions += losses(where, text)
        value = clean(text).strip()
        if value and column and column not in row:
            row[column] = value
        elif value:
            strays += 1
    if strays:
        why = "they stand under no column, or under one that is there twice"
        omissions.append(Omission(f"{where}, {strays} cells", why))
    return row, omissions


def _unreadable(name: str, message: str) -> ReconcilerError:
    return ReconcilerError.at(name, message, "give the archive as LinkedIn made it")
