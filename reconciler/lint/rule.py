"""Owns what a rule of lint is, and what it looks at."""

from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from reconciler.config.tables import HouseTable
from reconciler.problem import Problem
from reconciler.profile.document import Document
from reconciler.profile.warnings import Subject
from reconciler.spec import Kind
from reconciler.values import Members, Path, members

OUR_JUDGEMENT = "Our judgement."
CITED = 60  # characters of a text that a message repeats

MonthNumber = int  # months since the year 0


# Texts → of each word that is misspelt, the place of its text, the word, and a better one or an empty text.
Speller = Callable[[Sequence[str]], list[tuple[int, str, str]]]


class Judged(Struct, frozen=True):
    """What rules look at: a profile, its public texts by path, this month, the rules of the house, and a speller."""

    subject: Subject
    texts: tuple[tuple[Path, str], ...]
    today: MonthNumber
    house: HouseTable
    spell: Speller | None = None

    @property
    def document(self) -> Document:
        """Return the profile's document, in which places are."""
        return self.subject.document

    @property
    def value(self) -> Members:
        """Return what the profile holds."""
        return self.subject.value

    def entries(self, section: str) -> Iterator[tuple[str, Members]]:
        """Return the entries of a section with their keys, as far as they are mappings."""
        for key, entry in members(self.value.get(section)).items():
            if isinstance(entry, dict):
                yield key, entry


RuleCheck = Callable[[Judged], Iterator[Problem]]


class Rule(Struct, frozen=True):
    """One rule: its word id, what it finds, why that matters, who says so, and how grave it is by default.

    `source` names a document, or says that it is our judgement; `fixes` tells that `--fix` mends it where it can.
    """

    id: str
    finds: str
    reason: str
    source: str
    check: RuleCheck
    severity: str = "warning"
    fixes: bool = False


def judged_of(subject: Subject, today: MonthNumber, house: HouseTable, spell: Speller | None = None) -> Judged:
    """Return a profile as rules look at it."""
    return Judged(subject, tuple(_public_texts(subject)), today, house, spell)


def months_since_zero(year: int, month: int) -> MonthNumber:
    """Return a month, counted from 1 in its year, as a number that can be compared."""
    return year * 12 + month - 1


def _public_texts(subject: Subject) -> Iterator[tuple[Path, str]]:
    """Return what visitors read: texts that are no ids and no links, and skills."""
    for path, field, value in subject.fields:
        if isinstance(value, str):
            if field.kind is Kind.TEXT and not field.search and not field.length and field.name not in ("id", "url"):
                yield path, value
        elif field.name == "skills" and isinstance(value, list):
            yield from (((*path, place), item) for place, item in enumerate(value) if isinstance(item, str))
