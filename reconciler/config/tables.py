"""Owns what may stand in `reconciler.toml`: each table declared once; reading, schema and docs follow from it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.config.declare import choices_key, integer_key, number_key, table_key, text_key, texts_key
from reconciler.values import Plain

LANGUAGES = ("en-US", "en-GB", "en-AU", "en-CA", "en-IN")
SEVERITIES = ("error", "warning", "off")
# The ids of lint's rules, in the order of its docs; `reconciler.lint` says what each is.
RULE_IDS = (
    "starter-account",
    "account-unlikely",
    "text-too-long",
    "text-perhaps-too-long",
    "list-too-long",
    "empty-headline",
    "empty-about",
    "about-cut-in-sentence",
    "job-without-description",
    "jobs-overlap",
    "job-in-future",
    "gap-of-a-year",
    "blocked-without-id",
    "id-without-digits",
    "notify-several",
    "picture-too-small",
    "picture-too-large",
    "picture-blurred",
    "picture-odd-ratio",
    "cover-middle-hidden",
    "link-incomplete",
    "link-not-https",
    "link-private-host",
    "email-in-text",
    "phone-in-text",
    "secret-like-text",
    "repeated-item",
    "lookalike-letters",
    "styled-letters",
    "not-nfc",
    "trailing-blanks",
    "blank-lines",
    "tab-in-text",
    "mixed-bullets",
    "placeholder-text",
    "spelling",
    "text-cut-by-comment",
    "dash-in-text",
    "anchor-unused",
    "house-company",
    "house-skill",
    "house-word",
    "house-host",
    "ignore-unused",
    "ignore-invalid",
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_HOST = re.compile(r"(?!-)[\w-]+(?:\.[\w-]+)*")
_HOURS = re.compile(r"((?:[01]\d|2[0-3]):[0-5]\d)-((?:[01]\d|2[0-3]):[0-5]\d|24:00)")


def _check_host(value: Plain) -> tuple[str, str] | None:
    if _HOST.fullmatch(str(value)):
        return None
    return "this is not the name of a host", "write it as in `www.example.org`, without https:// and path"


@dataclass(frozen=True)
class HouseTable:
    """What one house asks of its profiles, beyond what is good for all."""

    company: str = text_key("The company's name, as its people are to write it; another case or spelling is found.")
    company_misspellings: tuple[str, ...] = texts_key(
        "Other ways in which the company's name is written, and should not be."
    )
    required_skills: tuple[str, ...] = texts_key("Skills that each profile with a list of skills is to name.")
    forbidden_words: tuple[str, ...] = texts_key("Words, or phrases, that no text may hold.")
    allowed_hosts: tuple[str, ...] = texts_key(
        "The hosts that links may lead to, hosts below them included.", check=_check_host
    )


@dataclass(frozen=True)
class LintTable:
    """What `reconciler lint` finds, and how grave that is."""

    severity: Mapping[str, str] = choices_key(
        "How grave what a rule finds is, by the rule's id; `off` takes the rule out.", keys=RULE_IDS, choices=SEVERITIES
    )
    language: str = text_key(
        "The language of the texts; `lint` checks its spelling, with the extra `prose`.", choices=LANGUAGES
    )
    never_ignore: tuple[str, ...] = texts_key("The rules that no comment may ignore.", choices=RULE_IDS)
    house: HouseTable = table_key("Rules of one house.", HouseTable)


def _hours(value: Plain) -> tuple[str, str] | None:
    remedy = "write two times of one day, as in `09:00-17:30`"
    found = _HOURS.fullmatch(str(value))
    if not found:
        return "these are not two times of a day", remedy
    return ("it ends before it begins", remedy) if found[1] >= found[2] else None


def _time_zone(value: Plain) -> tuple[str, str] | None:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(str(value))
    except (LookupError, ValueError, OSError):
        remedy = "write it as in `Europe/Berlin`; where the machine knows none at all: `pip install tzdata`"
        return "there is no such time zone", remedy
    return None


@dataclass(frozen=True)
class PacingTable:
    """When `reconciler apply` sends something to one account."""

    least_hours: float = number_key(
        "At least so many hours lie between the last write of an account and its next apply.", 0.0, bounds=(0, 8784)
    )
    hours: str = text_key("The hours of the day, as `09:00-17:30`; without: all.", check=_hours)
    weekdays: tuple[str, ...] = texts_key("The days of the week; without: all.", choices=WEEKDAYS)
    time_zone: str = text_key("Where these hours and days are, as `Europe/Berlin`.", "UTC", check=_time_zone)
    jitter_minutes: int = integer_key(
        "By up to so many minutes an account goes later; how many follows from account and date.",
        0,
        bounds=(0, 1440),
    )


@dataclass(frozen=True)
class Tables:
    """Everything that may stand in the file."""

    lint: LintTable = table_key("What `reconciler lint` and `validate` warn of.", LintTable)
    pacing: PacingTable = table_key("When `reconciler apply` sends something to one account.", PacingTable)
