"""Owns the forms of a read: how an answer may differ from the plain one, and the clauses that say so.

The pages of the read endpoints leave open how ids and dates are written, what is cut short and what is held back.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

SECTIONS = ("about", "experience", "education", "skills")
MAX_AGE = 10**9
_Kind = TypeVar("_Kind", bound=StrEnum)


class Ids(StrEnum):
    """The name under which an entry's id is shown."""

    OWN = "id"
    SECTION = "section"  # experience_id, education_id
    POSITION = "position_id"  # of an experience; a school's is education_id
    ABSENT = "absent"


class Dates(StrEnum):
    """How a date is written."""

    US = "M/D/YYYY"
    DAY = "YYYY-MM-DD"
    MONTH = "YYYY-MM"
    US_MONTH = "M/YYYY"
    YEAR = "YYYY"
    LATE = "late"  # M/D/YYYY; an end is the first of its month and 29 days
    NEW_YEAR = "new-year"  # M/D/YYYY; each is the first of January


class Whose(StrEnum):
    """Whose profile it is, and whether the answer says so."""

    SELF = "self"
    UNSAID = "unsaid"  # the account's own, without is_self
    OTHER = "other"
    OTHER_UNSAID = "other-unsaid"  # another person's, without is_self


class Asked(StrEnum):
    """The way of asking for sections that is understood."""

    BOTH = "both"
    REPEATED = "repeated"
    JOINED = "joined"


@dataclass(frozen=True, slots=True)
class ReadForm:
    """How one read is answered."""

    ids: Ids = Ids.OWN
    dates: Dates = Dates.US
    owner: Whose = Whose.SELF
    asked: Asked = Asked.BOTH
    throttled: tuple[str, ...] = ()
    omitted: tuple[str, ...] = ()
    truncated: tuple[str, ...] = ()
    canonical: bool = False
    trimmed: bool = False
    reversed: bool = False
    presence: bool = False
    job_skills: bool = False
    age: int | None = None
    cache: str | None = None
    account: str = "OK"


PLAIN = ReadForm()


def named_section(name: str) -> str:
    """Return the section of a name, which may have linkedin_ before and _preview after. Raises ValueError."""
    section = name.removeprefix("linkedin_").removesuffix("_preview")
    if section not in SECTIONS:
        raise ValueError(f"no such section; there are {', '.join(SECTIONS)}")
    return section


def _section_names(value: str) -> tuple[str, ...]:
    names = tuple(name for name in value.split(",") if name)
    for name in names:
        named_section(name)
    return names


def _choice(kind: type[_Kind], value: str) -> _Kind:
    if value not in list(kind):
        raise ValueError(f"none of {', '.join(kind)}")
    return kind(value)


def _age(value: str) -> int:
    if not (value.isascii() and value.isdigit()) or int(value[:20]) > MAX_AGE:
        raise ValueError(f"not a whole number up to {MAX_AGE}")
    return int(value)


FORM_FLAGS: dict[str, Callable[[ReadForm], ReadForm]] = {
    "canonical": lambda form: replace(form, canonical=True),
    "trimmed": lambda form: replace(form, trimmed=True),
    "reversed": lambda form: replace(form, reversed=True),
    "presence": lambda form: replace(form, presence=True),
    "job-skills": lambda form: replace(form, job_skills=True),
}
FORM_VALUES: dict[str, Callable[[ReadForm, str], ReadForm]] = {
    "ids": lambda form, value: replace(form, ids=_choice(Ids, value)),
    "dates": lambda form, value: replace(form, dates=_choice(Dates, value)),
    "owner": lambda form, value: replace(form, owner=_choice(Whose, value)),
    "asked": lambda form, value: replace(form, asked=_choice(Asked, value)),
    "throttle": lambda form, value: replace(form, throttled=_section_names(value)),
    "omit": lambda form, value: replace(form, omitted=_section_names(value)),
    "truncate": lambda form, value: replace(form, truncated=_section_names(value)),
    "age": lambda form, value: replace(form, age=_age(value)),
    "x-cache": lambda form, value: replace(form, cache=value),
    "account": lambda form, value: replace(form, account=value),
}
