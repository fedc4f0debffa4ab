"""Owns the reason: why a change is what it is, and the ways out, as values; only views word them."""

from dataclasses import dataclass
from enum import StrEnum


class Code(StrEnum):
    """What a reason or a warning is about; each has an anchor of this name in docs/troubleshooting.md."""

    ENTRY_IDENTITY = "entry-identity"
    ID_UNKNOWN = "id-unknown"
    NOT_IN_EDIT = "not-in-edit"
    NOT_IN_ADD = "not-in-add"
    IN_DOUBT = "in-doubt"
    SECTION_IN_DOUBT = "section-in-doubt"
    UNKNOWN_OUTCOME = "unknown-outcome"
    RENAMED_KEY = "renamed-key"
    TAKEN_BACK = "taken-back"
    LEFT_FILE = "left-file"


class When(StrEnum):
    """The condition under which a way out is the right answer."""

    SAME_ENTRY = "same-entry"
    ANOTHER_ENTRY = "another-entry"
    ARRIVED = "arrived"
    NOT_ARRIVED = "not-arrived"
    ID_FOUND = "id-found"
    EDITED_BY_HAND = "edited-by-hand"


@dataclass(frozen=True, slots=True)
class Command:
    """A command to run: the words after `reconciler`. A view adds --profile and --state where they are needed."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Edit:
    """A line to put under an address of the profile file."""

    address: str
    line: str


@dataclass(frozen=True, slots=True)
class Way:
    """A way out: under which condition, and what to do then."""

    when: When
    do: Command | Edit


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a change is blocked, or what it is; `addresses` are those that it is about, `fields` theirs that matter."""

    code: Code
    addresses: tuple[str, ...] = ()
    ways: tuple[Way, ...] = ()
    fields: tuple[str, ...] = ()
