"""Owns what the tables of LinkedIn's archive mean: from its columns to what a profile holds."""

from collections.abc import Iterator, Mapping, Sequence

from reconciler.importing.archive import EXPECTED, read_members
from reconciler.importing.dates import Period, seniority, start_and_end
from reconciler.importing.draft import Draft, DraftField, Omission, location
from reconciler.importing.entries import Stint, entries
from reconciler.importing.tables import (
    EDUCATION,
    KINDS,
    POSITIONS,
    PROFILE,
    SKILLS,
    Kind,
    Table,
    count_rows,
    is_table,
    other_section,
    read_table,
)
from reconciler.importing.texts import may_be_flattened, unique
from reconciler.problem import ReconcilerError

SOURCE = "LinkedIn's archive"
FLATTENED = (
    "LinkedIn's archive turns line breaks into spaces, and this text may have had some. Put them back as they are on "
    "linkedin.com and uncomment, and it is managed."
)
NAMED = 5  # files of one line
_NO_FIELD = "no field of the API holds it"

Row = Mapping[str, str]


def read_archive(path: str) -> Draft:
    """Read LinkedIn's archive. Raises ReconcilerError where it is none, or cannot be read."""
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
            omissions.append(Omission(f"{section}, {rows} {'row' if rows == 1 else 'rows'}", _NO_FIELD))
        else:
            tables.append(read_table(member.name, member.content))
    if not tables:
        headers = "; ".join(",".join(kind.columns) for kind in KINDS)
        message = f"none of LinkedIn's tables is in this zip, which are told by their header rows: {headers}"
        raise ReconcilerError.at(path, message, EXPECTED)
    return _draft(path, tables, (*omissions, *_unread(others)))


def _is_wanted(name: str, head: bytes) -> bool:
    return other_section(name, head) is not None or is_table(head)


def _unread(names: list[str]) -> Iterator[Omission]:
    if names:
        more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
        yield Omission(f"{', '.join(names[:NAMED])}{more}", "nothing of a profile is in it, and it was not read")


def _draft(path: str, tables: Sequence[Table], others: Sequence[Omission]) -> Draft:
    """Return what the tables hold, nothing dropped in silence. Raises ReconcilerError where two tables are rivals."""
    omissions = [omission for table in tables for omission in table.omissions]
    rows: dict[str, tuple[Row, ...]] = {}
    for kind in KINDS:
        table, omitted = _only(path, kind, [table for table in tables if table.kind is kind])
        rows[kind.name] = table.rows if table else ()
        omissions.extend(omitted)
        if table:
            omissions.extend(_columns(table))
    profile = rows[PROFILE.name][0] if rows[PROFILE.name] else {}
    omissions.extend(
        Omission(f"Profile row {number}", "an archive has one row here, and the first was taken")
        for number in range(2, len(rows[PROFILE.name]) + 1)
    )
    skills, repeated = unique(row["name"] for row in rows[SKILLS.name] if "name" in row)
    omissions.extend(Omission(f"the skill {skill}", "it is on the list already") for skill in repeated)
    return Draft(
        SOURCE,
        live=True,
        sections=tuple(_sections(profile)),
        experience=entries("experience", [_job(row) for row in rows[POSITIONS.name]], SOURCE, live=True),
        education=entries("education", [_school(row) for row in rows[EDUCATION.name]], SOURCE, live=True),
        skills=skills,
        omissions=(*omissions, *others),
    )


def _only(path: str, kind: Kind, tables: list[Table]) -> tuple[Table | None, list[Omission]]:
    """Return the table of a kind, and what is to be said of it; the same table twice is one."""
    if not tables:
        return None, [Omission(kind.name, "the archive has no such table: LinkedIn leaves out what is empty")]
    distinct = [
        table for number, table in enumerate(tables) if all(table.rows != other.rows for other in tables[:number])
    ]
    if len(distinct) > 1 and kind is SKILLS:
        distinct = [table for table in distinct if "skill" in table.file.casefold()] or distinct
    if len(distinct) == 1:
        return distinct[0], []
    names = ", ".join(table.file for table in distinct)
    if kind is SKILLS:
        return None, [Omission(names, "each could be the list of skills")]
    raise ReconcilerError.at(path, f"it holds more than one table of {kind.name}: {names}", "give one archive")


def _columns(table: Table) -> Iterator[Omission]:
    """Return the columns that hold something and are not taken."""
    taken = {column.casefold() for column in table.kind.columns}
    if table.kind is PROFILE:
        taken = {"headline", "summary", "geo location", "zip code"}
    untaken = [column for row in table.rows for column in row if column not in taken]
    for column in dict.fromkeys(untaken):
        name = next((name for name in table.kind.columns if name.casefold() == column), column)
        yield Omission(f"{table.kind.name}: {name}", _NO_FIELD)


def _sections(profile: Row) -> Iterator[DraftField]:
    place, postal_code = profile.get("geo location", ""), profile.get("zip code", "")
    if place or postal_code:
        yield location(SOURCE, place, postal_code)
    if "headline" in profile:
        yield DraftField("headline", profile["headline"])
    if "summary" in profile:
        yield _prose("summary", profile["summary"])


def _prose(name: str, text: str) -> DraftField:
    return DraftField(name, text, FLATTENED if may_be_flattened(text) else "")


def _job(row: Row) -> Stint:
    period = Period(row.get("started on", ""), row.get("finished on", ""))
    fields = (*_fields(row, _JOB, _JOB_PROSE), *seniority(period, SOURCE))
    return Stint(row.get("company name", ""), row.get("title", ""), period, fields)


def _school(row: Row) -> Stint:
    period = Period(row.get("start date", ""), row.get("end date", ""))
    fields = (*_fields(row, _SCHOOL, _SCHOOL_PROSE), *start_and_end(period, SOURCE))
    return Stint(row.get("school name", ""), "", period, fields)


def _fields(row: Row, names: Mapping[str, str], prose: Mapping[str, str]) -> Iterator[DraftField]:
    yield from (DraftField(name, row[column]) for name, column in names.items() if column in row)
    yield from (_prose(name, row[column]) for name, column in prose.items() if column in row)


# Field of an entry → column.
_JOB = {"role": "title", "company": "company name", "location": "location"}
_JOB_PROSE = {"description": "description"}
_SCHOOL = {"school": "school name", "degree": "degree name", "field_of_study": "field of study", "grade": "grade"}
_SCHOOL_PROSE = {"activities": "activities", "description": "notes"}
