"""Owns the rules about jobs and schools: dates, descriptions, and telling the network."""

from collections.abc import Iterator

from msgspec import Struct

from reconciler.lint.rule import Judged, MonthNumber, months_since_zero
from reconciler.problem import Problem
from reconciler.profile.source import shortened
from reconciler.spec import ENTRY_SECTIONS
from reconciler.values import Path, Plain, members

FULL_TIME = "12"  # LinkedIn's id of that employment type
YEAR = 12  # months


class _Job(Struct, frozen=True):
    """A job with a start; `end` is None while it goes on."""

    key: str
    start: MonthNumber
    end: MonthNumber | None
    is_full_time: bool


def without_description(judged: Judged) -> Iterator[Problem]:
    """Find a job to be added that says nothing about itself."""
    for key, entry in judged.entries("experience"):
        described = entry.get("description", "" if "id" not in entry else None)
        if isinstance(described, str) and not described.strip():
            yield judged.document.problem(
                ("experience", key), "the job has no description", "say what it is about", at_key=True
            )


def overlapping(judged: Judged) -> Iterator[Problem]:
    """Find full-time jobs that go on for more than a month after the next one began."""
    last: _Job | None = None
    for job in (job for job in _by_start(judged) if job.is_full_time):
        if last is not None and (last.end is None or last.end > job.start):
            message = f"this full-time job begins while another, {shortened(last.key)}, goes on"
            yield judged.document.problem(_start_of(job), message, "correct a date, or an employment_type", at_key=True)
        if last is None or _ends_after(job, last):
            last = job


def in_future(judged: Judged) -> Iterator[Problem]:
    """Find a date of a job that has not come yet."""
    for key, entry in judged.entries("experience"):
        for name, date in members(entry.get("seniority")).items():
            month = _month_of(date)
            if month is not None and month > judged.today:
                message = f"the {name.removesuffix('_date')} is in the future: {month % YEAR + 1}/{month // YEAR}"
                remedy = "leave end_date out while the job goes on" if name == "end_date" else "correct it, or wait"
                yield judged.document.problem(("experience", key, "seniority", name), message, remedy, at_key=True)


def gaps(judged: Judged) -> Iterator[Problem]:
    """Find more than a year without a job between two jobs."""
    last: _Job | None = None
    for job in _by_start(judged):
        if last is not None and last.end is not None and job.start - last.end - 1 >= YEAR:
            message = (
                f"{job.start - last.end - 1} months lie between this job and the one before, {shortened(last.key)}"
            )
            yield judged.document.problem(_start_of(job), message, "say what was then, if you like", at_key=True)
        if last is None or _ends_after(job, last):
            last = job


def several_notified(judged: Judged) -> Iterator[Problem]:
    """Find entries of which each tells the network, where there are several."""
    told = [
        (section, key)
        for section in ENTRY_SECTIONS
        for key, entry in judged.entries(section)
        if entry.get("notify_network") is True
    ]
    for place in told[1:]:
        message = f"{len(told)} entries tell the network, each with a message of its own"
        yield judged.document.problem((*place, "notify_network"), message, "keep it at one", at_key=True)


def _start_of(job: _Job) -> Path:
    return ("experience", job.key, "seniority", "start_date")


def _ends_after(job: _Job, other: _Job) -> bool:
    return other.end is not None and (job.end is None or job.end > other.end)


def _by_start(judged: Judged) -> list[_Job]:
    """Return the jobs with a start, in its order."""
    found = []
    for key, entry in judged.entries("experience"):
        period = members(entry.get("seniority"))
        start = _month_of(period.get("start_date"))
        if start is not None:
            is_full_time = entry.get("employment_type") == FULL_TIME
            found.append(_Job(key, start, _month_of(period.get("end_date")), is_full_time))
    return sorted(found, key=lambda job: job.start)


def _month_of(value: Plain) -> MonthNumber | None:
    date = members(value)
    year, month = date.get("year"), date.get("month")
    if type(year) is int and type(month) is int and 1 <= month <= YEAR:
        return months_since_zero(year, month)
    return None
