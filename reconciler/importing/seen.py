"""Owns what LinkedIn's archive shows, in the form in which a read of the API shows it: the archive has no ids."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time

from reconciler.clock import timestamp
from reconciler.importing.dates import Date, Period
from reconciler.importing.linkedin import JOB, JOB_PROSE, SCHOOL, SCHOOL_PROSE, Archive, Cells
from reconciler.importing.tables import EDUCATION_TABLE, POSITIONS_TABLE, SKILLS_TABLE
from reconciler.reading.dates import SeenDate
from reconciler.reading.seen import Completeness, Day, Seen, SeenEntries, SeenEntry, Sight, Unseen, is_readable

_COLUMN_NAMES = {"experience": {**JOB, **JOB_PROSE}, "education": {**SCHOOL, **SCHOOL_PROSE}}
_DATES = {"experience": ("started on", "finished on"), "education": ("start date", "end date")}


def seen_in_archive(archive: Archive, made: date) -> Seen:
    """Return what an archive shows. All of the day on which it was made may be newer than it.

    A table that it lacks may be empty on LinkedIn, or may not have been asked for: that is not seen.
    """
    profile = archive.profile
    skills: Sight = Unseen.MISSING
    if SKILLS_TABLE.name in archive.rows:
        skills = [row["name"] for row in archive.rows[SKILLS_TABLE.name] if is_readable(row.get("name", "\0"))]
    return Seen(
        at=timestamp(datetime.combine(made, time(), UTC)),
        source="archive",
        sections={
            "headline": _text_in_column(profile, "headline"),
            "summary": _text_in_column(profile, "summary"),
            "skills": skills,
        },
        entries={
            "experience": _seen_entries(archive, "experience", POSITIONS_TABLE.name),
            "education": _seen_entries(archive, "education", EDUCATION_TABLE.name),
        },
        marks={"location": profile["geo location"]} if profile.get("geo location") else {},
        skills_are_complete=SKILLS_TABLE.name in archive.rows,
    )


def _seen_entries(archive: Archive, section: str, kind: str) -> SeenEntries:
    if kind not in archive.rows:
        return SeenEntries(Completeness.MISSING)
    entries = tuple(_seen_entry(section, row) for row in archive.rows[kind])
    return SeenEntries(Completeness.COMPLETE if entries else Completeness.EMPTY, entries)


def _seen_entry(section: str, row: Cells) -> SeenEntry:
    fields: dict[str, Sight] = {name: _text_in_column(row, column) for name, column in _COLUMN_NAMES[section].items()}
    start, end = (row.get(column, "") for column in _DATES[section])
    period = Period(start, end)
    return SeenEntry(None, fields, _day(start, period.start), None if period.goes_on else _day(end, period.end))


def _text_in_column(row: Mapping[str, str], column: str) -> Sight:
    """Return a text; a column that is not there, or empty, says nothing: LinkedIn leaves out what is empty."""
    text = row.get(column, "")
    if not text:
        return Unseen.MISSING
    return text if is_readable(text) else Unseen.MALFORMED


def _day(text: str, day: Date | None) -> Day:
    if day is None:
        return Unseen.MALFORMED if text.strip() else Unseen.MISSING
    return SeenDate(text, day.year, day.month if day.has_month else None)
