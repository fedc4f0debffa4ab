"""Owns how long a job lasted, and the order in which visitors see jobs and schools."""

from reconciler.render.value import date
from reconciler.values import Members, Plain, members

_MONTHS_OF_YEAR = 12
_NEVER = (0, 0)
_STILL = (10_000, 0)
YearMonth = tuple[int, int]  # year and month


def month_of(value: Plain) -> YearMonth | None:
    """Return the year and month of a date; None where it is none."""
    found = members(value)
    year, month = found.get("year"), found.get("month")
    return (year, month) if isinstance(year, int) and isinstance(month, int) else None


def span_of(entry: Members) -> Members:
    """Return the dates of a job or school: under `seniority`, or its own."""
    return members(entry.get("seniority")) or {
        name: entry[name] for name in ("start_date", "end_date") if name in entry
    }


def span_text(entry: Members) -> str:
    """Write the time of an entry, as `Mar 2021 – present`; empty where it has none."""
    span = span_of(entry)
    start, end = span.get("start_date"), span.get("end_date")
    if start is None and end is None:
        return ""
    if start is None:
        return date(end)
    ongoing = "present" if "seniority" in entry else ""
    last = date(end) if end is not None else ongoing
    return f"{date(start)} – {last}" if last else date(start)


def duration(start: YearMonth | None, end: YearMonth | None) -> str:
    """Write the time from one month to another, both counted, as `2 yrs 3 mos`; empty where there is none."""
    if start is None or end is None or end < start:
        return ""
    years, months = divmod((end[0] - start[0]) * _MONTHS_OF_YEAR + end[1] - start[1] + 1, _MONTHS_OF_YEAR)
    said = [f"{years} yr{'s' * (years != 1)}"] if years else []
    return " ".join([*said, *([f"{months} mo{'s' * (months != 1)}"] if months else [])])


def lasted(entry: Members, today: YearMonth) -> str:
    """Write how long a job lasted, until today where it goes on."""
    span = span_of(entry)
    end = span.get("end_date")
    return duration(month_of(span.get("start_date")), today if end is None else month_of(end))


def lasted_together(entries: list[Members], today: YearMonth) -> str:
    """Write the time from the first start to the last end of several jobs."""
    spans = [span_of(entry) for entry in entries]
    starts = [start for span in spans if (start := month_of(span.get("start_date"))) is not None]
    ends = [today if span.get("end_date") is None else month_of(span["end_date"]) or _NEVER for span in spans]
    return duration(min(starts), max(ends)) if starts else ""


def recency(entry: Members) -> tuple[YearMonth, YearMonth]:
    """Rank an entry as visitors see it: what goes on first, then what ended last; undated ones last."""
    span = span_of(entry)
    start, end = month_of(span.get("start_date")), month_of(span.get("end_date"))
    if start is None and end is None:
        return _NEVER, _NEVER
    return end or (_STILL if "seniority" in entry else start or _NEVER), start or _NEVER
