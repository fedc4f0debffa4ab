"""Owns what may stand in `reconciler.toml`: each table declared once; reading, schema and docs follow from it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.config.declare import choices_key, table_key, text_key, texts_key
from reconciler.values import Plain

SEVERITIES = ("error", "warning", "off")
# The ids of lint's rules, in the order of its docs; `reconciler.lint` says what each is.
RULES = (
    "starter-account",
    "text-too-long",
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
    "skill-twice",
    "item-twice",
    "lookalike-letters",
    "styled-letters",
    "not-nfc",
    "trailing-blanks",
    "blank-lines",
    "tab-in-text",
    "mixed-bullets",
    "placeholder-text",
    "text-cut-by-comment",
    "dash-in-text",
    "anchor-unused",
    "notify-several",
    "house-company",
    "house-skill",
    "house-word",
    "house-host",
    "ignore-unused",
    "ignore-invalid",
)
_HOST = re.compile(r"(?!-)[\w-]+(?:\.[\w-]+)*")


def _host(value: Plain) -> tuple[str, str] | None:
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
        "The hosts that links may lead to, hosts below them included.", check=_host
    )


@dataclass(frozen=True)
class LintTable:
    """What `reconciler lint` finds, and how grave that is."""

    severity: Mapping[str, str] = choices_key(
        "How grave what a rule finds is, by the rule's id; `off` takes the rule out.", keys=RULES, choices=SEVERITIES
    )
    never_ignore: tuple[str, ...] = texts_key("The rules that no comment may ignore.", choices=RULES)
    house: HouseTable = table_key("Rules of one house.", HouseTable)


@dataclass(frozen=True)
class Tables:
    """Everything that may stand in the file."""

    lint: LintTable = table_key("What `reconciler lint` and `validate` warn of.", LintTable)
