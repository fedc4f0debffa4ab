"""Owns one look at a profile: who owns the account, then what LinkedIn shows of it."""

from dataclasses import dataclass
from datetime import date

from reconciler.importing.archive import made_on
from reconciler.importing.linkedin import archive_rows
from reconciler.importing.seen import seen_in_archive
from reconciler.problem import ReconcilerError, UsageError
from reconciler.reading.owner import check_owner, owner_from_answer
from reconciler.reading.seen import ASKED, Completeness, Seen, Unseen, seen_from_answer, shows_no_section
from reconciler.wire.read import Answered, Reader

MAX_THROTTLED = 3
"""How many answers LinkedIn may hold something back from before reading ends for a run."""


@dataclass(slots=True)
class ReadRun:
    """What reads of a run share: how sections are asked for, once that is known; how many answers were cut short."""

    joined: bool | None = None
    throttled: int = 0

    @property
    def is_over(self) -> bool:
        """Tell whether LinkedIn has held back too much to read any more."""
        return self.throttled >= MAX_THROTTLED


def read_sections(reader: Reader, reading: ReadRun) -> Seen:
    """Read the account owner's profile. Raises ReadError, AnotherPersonError."""
    owner = owner_from_answer(reader.owner().value)
    reader.transport.identifiers += [text for text in (owner.identifier, owner.provider_id) if text]
    answered = _profile(reader, owner.identifier, reading)
    check_owner(answered.value, owner)
    seen = seen_from_answer(answered.value, answered.at)
    sections = [sight for sight in seen.sections.values() if sight is Unseen.THROTTLED]
    entries = [shown for shown in seen.entries.values() if shown.completeness is Completeness.THROTTLED]
    reading.throttled += bool(sections or entries)
    return seen


def look_at_archive(path: str, day: str | None) -> Seen:
    """Return what LinkedIn's archive shows; `day` says when it was made, as YYYY-MM-DD. Raises ReconcilerError."""
    try:
        made = made_on(path) if day is None else date.fromisoformat(day)
    except ValueError as error:
        raise UsageError.at("--made-on", "this is not a day", "write it as 2026-01-31") from error
    if made is None:
        remedy = "pass --made-on YYYY-MM-DD: what was applied after that day is not undone by it"
        raise ReconcilerError.at(path, "nothing in it says when LinkedIn made it", remedy)
    return seen_in_archive(archive_rows(path), made)


def _profile(reader: Reader, identifier: str, reading: ReadRun) -> Answered:
    """Ask for the sections one by one; joined by commas where the API does not understand that."""
    answered = reader.profile(identifier, ASKED, joined=reading.joined or False)
    if reading.joined is None and shows_no_section(answered.value):
        again = reader.profile(identifier, ASKED, joined=True)
        if not shows_no_section(again.value):
            reading.joined = True
            return again
    elif reading.joined is None:
        reading.joined = False
    return answered
