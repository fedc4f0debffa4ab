"""Owns what the tables of LinkedIn's archive mean: from its columns to what a profile holds."""

from collections.abc import Iterator, Mapping, Sequence

from reconciler.importing.archive import read_members
from reconciler.importing.dates import Period, seniority, start_and_end
from reconciler.importing.draft import Draft, DraftField, Omission, location
from reconciler.importing.entries import Stint, entries
from reconciler.importing.tables import EDUCATION, KINDS, POSITIONS, PROFILE, SKILLS, Kind, Table, is_table, read_table
from reconciler.importing.texts import may_be_flattened, unique
from reconciler.problem import ReconcilerError

SOURCE = "LinkedIn's archive"
FLATTENED = (
    "LinkedIn's archive turns line breaks into spaces, and this text may have had some. Put them back as they are on "
    "linkedin.com and uncomment, and it is managed."
)
_NO_FIELD = "no field of the API holds it"

Row = Mapping[str, str]


def read_archive(path: str) -> Draft:
    """Read LinkedIn's archive. Raises ReconcilerError where it is none, or cannot be read."""
    tables = [read_table(member.name, member.content) for member in read_members(path, is_table)]
    if not tables:
        headers = "; ".join(",".join(kind.columns) for kind in KINDS)
        raise ReconcilerError.at(
            path,
            f"none of LinkedIn's tables is in this zip, which are told by their header rows: {headers}",
            "give the zip that LinkedIn sent (Settings → Data privacy → Get a copy of your data), as it is",
        )
    return draft_of(path, tables)


def draft_of(path: str, tables: Sequence[Table]) -> Draft:
    """Give what the tables hold, nothing dropped in silence. Raises ReconcilerError where two tables are rivals."""
    left = [remark for table in tables for remark in table.left]
    rows: dict[str, tuple[Row, ...]] = {}
    for kind in KINDS:
        table, remarks = _only(path, kind, [one for one in tables if one.kind is kind])
        rows[kind.name] = table.rows if table else ()
        left.extend(remarks)
        if table:
            left.extend(_columns(table))
    profile = rows[PROFILE.name][0] if rows[PROFILE.name] else {}
    left.extend(
        Omission(f"Profile row {number}", "an archive has one row here, and the first was taken")
        for number in range(2, len(rows[PROFILE.name]) + 1)
    )
    skills, repeated = unique(row["name"] for row in rows[SKILLS.name] if "name" in row)
    left.extend(Omission(f"the skill {one}", "it is on the list already") for one in repeated)
    return Draft(
        SOURCE,
        tuple(_sections(profile)),
        entries("experience", [_job(row) for row in rows[POSITIONS.name]], SOURCE),
        entries("education", [_school(row) for row in rows[EDUCATION.name]], SOURCE),
        skills,
        tuple(left),
    )


def _only(path: str, kind: Kind, tables: list[Table]) -> tuple[Table | None, list[Omission]]:
    """Give the one table of a kind; the same one twice is one."""
    if not tables:
        return None, [Omission(kind.name, "the archive has no such table: LinkedIn leaves out what is empty")]
    distinct = [one for place, one in enumerate(tables) if all(one.rows != other.rows for other in tables[:place])]
    if len(distinct) > 1 and kind is SKILLS:
        named = [one for one in distinct if "skill" in one.file.casefold()]
        distinct = named or distinct
    if len(distinct) == 1:
        return distinct[0], []
    names = ", ".join(one.file for one in distinct)
    if kind is SKILLS:
        return None, [Omission(names, "each could be the list of skills")]
    raise ReconcilerError.at(path, f"it holds more than one table of {kind.name}: {names}", "give one archive")


def _columns(table: Table) -> Iterator[Omission]:
    """Give the columns that hold something and are not taken."""
    taken = {column.casefold() for column in table.kind.columns}
    if table.kind is PROFILE:
        taken = {"headline", "summary", "geo location", "zip code"}
    there = [column for row in table.rows for column in row if column not in taken]
    for column in dict.fromkeys(there):
        name = next((one for one in table.kind.columns if one.casefold() == column), column)
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
_SCHOOL = {"school": "school name", "degree": "degree name"}
_SCHOOL_PROSE = {"activities": "activities", "description": "notes"}
