"""Owns what the tables of LinkedIn's archive mean: from its columns to what a profile holds."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from reconciler.importing.archive import EXPECTED, read_members
from reconciler.importing.dates import Period, seniority, start_and_end
from reconciler.importing.draft import NO_FIELD, Draft, DraftField, Omission, location
from reconciler.importing.entries import Stint, entries
from reconciler.importing.tables import (
    EDUCATION_TABLE,
    POSITIONS_TABLE,
    PROFILE_TABLE,
    SKILLS_TABLE,
    TABLE_KINDS,
    Table,
    TableKind,
    count_rows,
    is_table,
    other_section,
    read_table,
)
from reconciler.importing.texts import may_be_flattened, unique
from reconciler.problem import ReconcilerError

ARCHIVE_SOURCE = "LinkedIn's archive"
FLATTENED = (
    "LinkedIn's archive turns line breaks into spaces, and this text may have had some. Put them back as they are on "
    "linkedin.com and uncomment, and it is managed."
)
NAMED = 5  # files of one line

Cells = Mapping[str, str]


class Archive(Struct, frozen=True):
    """The rows of an archive's tables, by kind, and what was not taken; a kind that it lacks is not in `rows`."""

    rows: Mapping[str, tuple[Cells, ...]]
    omissions: tuple[Omission, ...]

    @property
    def profile(self) -> Cells:
        """Return the row of the profile; an empty one where there is none."""
        return next(iter(self.rows.get(PROFILE_TABLE.name, ())), {})


def read_archive(path: str) -> Draft:
    """Read LinkedIn's archive. Raises ReconcilerError where it is none, or cannot be read."""
    return _draft(archive_rows(path))


def archive_rows(path: str) -> Archive:
    """Return what the tables of an archive hold, nothing dropped in silence.

    Raises ReconcilerError where it is none, cannot be read, or two tables of it are rivals.
    """
    tables: list[Table] = []
    omissions: list[Omission] = []
    others: list[str] = []
    for member in read_members(path, _is_wanted):
        if member.outside:
            omissions.append(Omission(member.name, "it lies outside the archive's folder, and was not read"))
        elif member.content is None:
            others.append(member.name)
        elif (section := other_section(member.name, member.content)) is not None:
            rows = count_rows(member.content)
            omissions.append(Omission(f"{section}, {rows} {'row' if rows == 1 else 'rows'}", NO_FIELD))
        else:
            tables.append(read_table(member.name, member.content))
    if not tables:
        headers = "; ".join(",".join(kind.columns) for kind in TABLE_KINDS)
        message = f"none of LinkedIn's tables is in this zip, which are told by their header rows: {headers}"
        raise ReconcilerError.at(path, message, EXPECTED)
    found, omitted = _rows_by_kind(path, tables)
    return Archive(found, (*omitted, *omissions, *_unread(others)))


def _is_wanted(name: str, head: bytes) -> bool:
    return other_section(name, head) is not None or is_table(head)


def _unread(names: list[str]) -> Iterator[Omission]:
    if names:
        more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
        yield Omission(f"{', '.join(names[:NAMED])}{more}", "nothing of a profile is in it, and it was not read")


def _rows_by_kind(path: str, tables: Sequence[Table]) -> tuple[Mapping[str, tuple[Cells, ...]], tuple[Omission, ...]]:
    """Return the rows of each kind of table that is there. Raises ReconcilerError where two tables are rivals."""
    omissions = [omission for table in tables for omission in table.omissions]
    rows: dict[str, tuple[Cells, ...]] = {}
    for kind in TABLE_KINDS:
        table, omitted = _only(path, kind, [table for table in tables if table.kind is kind])
        omissions.extend(omitted)
        if table:
            rows[kind.name] = table.rows
            omissions.extend(_columns(table))
    omissions.extend(
        Omission(f"Profile row {number}", "an archive has one row here, and the first was taken")
        for number in range(2, len(rows.get(PROFILE_TABLE.name, ())) + 1)
    )
    return rows, tuple(omissions)


def _draft(archive: Archive) -> Draft:
    skills, repeated = unique(row["name"] for row in archive.rows.get(SKILLS_TABLE.name, ()) if "name" in row)
    twice = tuple(Omission(f"the skill {skill}", "it is on the list already") for skill in repeated)
    jobs = [_job(row) for row in archive.rows.get(POSITIONS_TABLE.name, ())]
    schools = [_school(row) for row in archive.rows.get(EDUCATION_TABLE.name, ())]
    return Draft(
        ARCHIVE_SOURCE,
        live=True,
        sections=tuple(_sections_of_archive(archive.profile)),
        experience=entries("experience", jobs, ARCHIVE_SOURCE, live=True),
        education=entries("education", schools, ARCHIVE_SOURCE, live=True),
        skills=skills,
        omissions=(*archive.omissions, *twice),
    )


def _only(path: str, kind: TableKind, tables: list[Table]) -> tuple[Table | None, list[Omission]]:
    """Return the table of a kind, and what is to be said of it; the same table twice is one."""
    if not tables:
        return None, [Omission(kind.name, "the archive has no such table: LinkedIn leaves out what is empty")]
    distinct = [
        table for number, table in enumerate(tables) if all(table.rows != other.rows for other in tables[:number])
    ]
    if len(distinct) > 1 and kind is SKILLS_TABLE:
        distinct = [table for table in distinct if "skill" in table.file.casefold()] or distinct
    if len(distinct) == 1:
        return distinct[0], []
    names = ", ".join(table.file for table in distinct)
    if kind is SKILLS_TABLE:
        return None, [Omission(names, "each could be the list of skills")]
    raise ReconcilerError.at(path, f"it holds more than one table of {kind.name}: {names}", "give one archive")


def _columns(table: Table) -> Iterator[Omission]:
    """Return the columns that hold something and are not taken."""
    taken = {column.casefold() for column in table.kind.columns}
    if table.kind is PROFILE_TABLE:
        taken = {"headline", "summary", "geo location", "zip code"}
    untaken = [column for row in table.rows for column in row if column not in taken]
    for column in dict.fromkeys(untaken):
        name = next((name for name in table.kind.columns if name.casefold() == column), column)
        yield Omission(f"{table.kind.name}: {name}", NO_FIELD)


def _sections_of_archive(profile: Cells) -> Iterator[DraftField]:
    place, postal_code = profile.get("geo location", ""), profile.get("zip code", "")
    if place or postal_code:
        yield location(ARCHIVE_SOURCE, place, postal_code)
    if "headline" in profile:
        yield DraftField("headline", profile["headline"])
    if "summary" in profile:
        yield _prose("summary", profile["summary"])


def _prose(name: str, text: str) -> DraftField:
    return DraftField(name, text, FLATTENED if may_be_flattened(text) else "")


def _job(row: Cells) -> Stint:
    period = Period(row.get("started on", ""), row.get("finished on", ""))
    fields = (*_fields_of_row(row, JOB, JOB_PROSE), *seniority(period, ARCHIVE_SOURCE))
    return Stint(row.get("company name", ""), row.get("title", ""), period, fields)


def _school(row: Cells) -> Stint:
    period = Period(row.get("start date", ""), row.get("end date", ""))
    fields = (*_fields_of_row(row, SCHOOL, SCHOOL_PROSE), *start_and_end(period, ARCHIVE_SOURCE))
    return Stint(row.get("school name", ""), "", period, fields)


def _fields_of_row(row: Cells, names: Mapping[str, str], prose: Mapping[str, str]) -> Iterator[DraftField]:
    yield from (DraftField(name, row[column]) for name, column in names.items() if column in row)
    yield from (_prose(name, row[column]) for name, column in prose.items() if column in row)


# Field of an entry → column.
JOB = {"role": "title", "company": "company name", "location": "location"}
JOB_PROSE = {"description": "description"}
SCHOOL = {"school": "school name", "degree": "degree name", "field_of_study": "field of study", "grade": "grade"}
SCHOOL_PROSE = {"activities": "activities", "description": "notes"}
