"""Owns the tables of LinkedIn's archive: found by their header row, whatever the file is called, and read as text.

File names are localised, headers are not. A preamble may stand above the header; columns may come in any order;
a spreadsheet may have saved the file again, in another encoding and with another delimiter.
"""

import codecs
import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reconciler.importing.draft import Omission
from reconciler.importing.texts import clean, decoded, unfit
from reconciler.problem import ReconcilerError

MAX_ROWS = 1000
MAX_LINES = 20 * MAX_ROWS  # rows with the empty ones
_PREAMBLE = 20  # rows in which a header is looked for
_DELIMITERS = (",", ";", "\t")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of table: its columns as LinkedIn writes them, and those without which it is another one.

    `alone` says that it has these columns and no others.
    """

    name: str
    columns: tuple[str, ...]
    needed: frozenset[str]
    alone: bool = False

    def fits(self, header: tuple[str, ...]) -> bool:
        """Tell whether a header row, normalised, is this kind's."""
        there = {name for name in header if name}
        return self.needed <= there and (there == self.needed if self.alone else len(there) > len(self.needed))


PROFILE = Kind(
    "Profile",
    (
        *("First Name", "Last Name", "Maiden Name", "Address", "Birth Date", "Headline", "Summary"),
        *("Industry", "Zip Code", "Geo Location", "Twitter Handles", "Websites", "Instant Messengers"),
    ),
    frozenset({"first name", "headline"}),
)
POSITIONS = Kind(
    "Positions",
    ("Company Name", "Title", "Description", "Location", "Started On", "Finished On"),
    frozenset({"company name", "title"}),
)
EDUCATION = Kind(
    "Education",
    ("School Name", "Start Date", "End Date", "Notes", "Degree Name", "Activities"),
    frozenset({"school name"}),
)
SKILLS = Kind("Skills", ("Name",), frozenset({"name"}), alone=True)
KINDS = (PROFILE, POSITIONS, EDUCATION, SKILLS)


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its rows by normalised column, cells cleaned, empty ones left out; and what was odd about it."""

    kind: Kind
    file: str
    rows: tuple[Mapping[str, str], ...]
    left: tuple[Omission, ...] = ()


@dataclass(frozen=True, slots=True)
class _Layout:
    kind: Kind
    header: tuple[str, ...]
    row: int
    delimiter: str


def is_table(head: bytes) -> bool:
    """Tell whether a file that begins with these bytes is one of the four tables."""
    encoding = next((name for bom, name in _BOMS if head.startswith(bom)), "utf-8")
    return _layout(head.decode(encoding, errors="replace")) is not None


def read_table(name: str, content: bytes) -> Table:
    """Read a table that `is_table` knew by its first bytes. Raises ReconcilerError where its rows cannot be read."""
    text, remarks = _decode(name, content)
    layout = _layout(text)
    if layout is None:
        raise _unreadable(name, "its header row cannot be read")
    rows: list[Mapping[str, str]] = []
    for number, cells in _rows(name, text, layout):
        row, odd = _row(layout, number, cells)
        remarks.extend(odd)
        if row:
            rows.append(row)
        if len(rows) > MAX_ROWS or number > MAX_LINES:
            raise _unreadable(name, f"it has more than {MAX_ROWS:,} rows")
    return Table(layout.kind, name, tuple(rows), tuple(remarks))


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
        reader = csv.reader(io.StringIO(text[: 64 * 1024], newline=""), delimiter=delimiter)
        try:
            for place, cells in zip(range(_PREAMBLE), reader, strict=False):
                header = tuple(" ".join(cell.replace("\ufeff", "").casefold().split()) for cell in cells)
                kind = next((one for one in KINDS if one.fits(header)), None)
                if kind is not None:
                    return _Layout(kind, header, place, delimiter)
        except csv.Error:
            continue  # not a table with this delimiter
    return None


def _rows(name: str, text: str, layout: _Layout) -> Iterator[tuple[int, list[str]]]:
    """Give the rows below the header, each with its number in the table."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=layout.delimiter, strict=True)
    try:
        for place, cells in enumerate(reader):
            if place > layout.row:
                yield place - layout.row, cells
    except csv.Error as error:
        message = f"line {reader.line_num} is not CSV as it should be: {error}"
        raise _unreadable(name, message) from error


def _row(layout: _Layout, number: int, cells: list[str]) -> tuple[Mapping[str, str], list[Omission]]:
    """Give the cells of a row that are not empty, by column, and what does not belong to a column."""
    if layout.kind.alone:  # a delimiter in a row of one column is the text's own
        while cells and not cells[-1]:
            cells = cells[:-1]
        cells = [layout.delimiter.join(cells)]
    row: dict[str, str] = {}
    characters, strays = 0, sum(1 for cell in cells[len(layout.header) :] if cell.strip())
    for column, cell in zip(layout.header, cells, strict=False):
        text = decoded(cell)
        characters += unfit(text)
        value = clean(text).strip()
        if value and column and column not in row:
            row[column] = value
        elif value:
            strays += 1
    where = f"{layout.kind.name} row {number}"
    left = []
    if characters:
        left.append(Omission(f"{where}, {characters} control characters", "no text of a profile can hold them"))
    if strays:
        left.append(
            Omission(f"{where}, {strays} cells", "they stand under no column, or under one that is there twice")
        )
    return row, left


def _unreadable(name: str, message: str) -> ReconcilerError:
    return ReconcilerError.at(name, message, "give the archive as LinkedIn made it")
