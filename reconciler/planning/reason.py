"""Owns the reason: why a change is what it is, and the ways out, as values; only views word them."""

from collections.abc import Iterable, Sequence
from enum import StrEnum

from msgspec import Struct

from reconciler.values import Plain, members


class Code(StrEnum):
    """What a reason or a warning is about; each has an anchor of this name in docs/troubleshooting.md."""

    # why a change is blocked
    ENTRY_IDENTITY = "entry-identity"
    ID_UNKNOWN = "id-unknown"
    NOT_IN_EDIT = "not-in-edit"
    NOT_IN_ADD = "not-in-add"
    IN_DOUBT = "in-doubt"
    WAITS_FOR_DOUBT = "waits-for-doubt"
    SECTION_IN_DOUBT = "section-in-doubt"
    # why a change is what it is
    UNKNOWN_OUTCOME = "unknown-outcome"
    RENAMED_KEY = "renamed-key"
    TAKEN_BACK = "taken-back"
    CHANGED_ON_LINKEDIN = "changed-on-linkedin"
    ADD_NOT_SEEN = "add-not-seen"
    LEFT_FILE = "left-file"
    LEFT_FILE_ASKED = "left-file-asked"
    LEFT_FILE_UNKNOWN = "left-file-unknown"
    # what to watch for
    NOTIFIES_NETWORK = "notifies-network"
    END_DATE_STAYS = "end-date-stays"
    ID_CHANGED = "id-changed"
    ID_GIVEN = "id-given"
    REPLACES_UNSEEN = "replaces-unseen"
    MAY_ADD = "may-add"
    MAY_CLEAR = "may-clear"
    MAY_KEEP = "may-keep"


class When(StrEnum):
    """The condition under which a way out is the right answer."""

    SAME_ENTRY = "same-entry"
    ANOTHER_ENTRY = "another-entry"
    ARRIVED = "arrived"
    NOT_ARRIVED = "not-arrived"
    ID_FOUND = "id-found"
    EDITED_BY_HAND = "edited-by-hand"


class Command(Struct, frozen=True):
    """A command to run: the words after `reconciler`. A view adds --profile and --state where they are needed."""

    words: tuple[str, ...]


class Edit(Struct, frozen=True):
    """A line to put under an address of the profile file."""

    address: str
    line: str


class Way(Struct, frozen=True):
    """A way out: under which condition, and what to do then."""

    when: When
    do: Command | Edit


class Reason(Struct, frozen=True):
    """Why a change is what it is, or what to watch for.

    `addresses` are those that it is about: entries, or the fields that matter; `values` are texts of a user's that it
    names: skills, ids, or of a question what stands at each of the addresses, as `described` says it.
    """

    code: Code
    addresses: tuple[str, ...] = ()
    ways: tuple[Way, ...] = ()
    values: tuple[str, ...] = ()


def described(value: Plain) -> str:
    """Return in a few words which entry a value is: what names it, and its time."""
    fields = members(value)
    names = [str(fields[name]) for name in ("role", "company", "school", "degree") if fields.get(name)]
    span = members(fields.get("seniority")) or fields
    dates = [members(span.get(name)) for name in ("start_date", "end_date")]
    times = [f"{date.get('month')}/{date.get('year')}" for date in dates if date]
    return " · ".join([*names, *(["–".join(times)] if times else [])])


def named_apart(values: Sequence[Plain], ids: Sequence[str | None]) -> list[str]:
    """Return in a few words which entries these are; where two are called the same, each with its id if it has one."""
    names = [described(value) for value in values]
    return [
        f"{name} · id {entry_id}" if entry_id is not None and names.count(name) > 1 else name
        for name, entry_id in zip(names, ids, strict=True)
    ]


def doubted(address: str, code: Code = Code.IN_DOUBT) -> Reason:
    """Return why an address in doubt is left alone, or with another code why something waits until it is settled."""
    command = ("state", "resolve", address)
    ways = (
        Way(When.ARRIVED, Command((*command, "--applied"))),
        Way(When.NOT_ARRIVED, Command((*command, "--not-applied"))),
    )
    return Reason(code, (address,), ways)


def not_sent(code: Code, address: str, fields: Iterable[str]) -> Reason:
    """Return why fields of an entry are not sent: its id is unknown, or the Edit or the Add does not take them."""
    of_entry = tuple(f"{address}.{field}" for field in fields)
    adopt = Way(When.ID_FOUND, Command(("state", "adopt", address, "URL")))
    accept = Way(When.EDITED_BY_HAND, Command(("state", "accept", *of_entry)))
    ways = {Code.ID_UNKNOWN: (adopt, accept), Code.NOT_IN_EDIT: (accept,), Code.NOT_IN_ADD: (adopt,)}
    return Reason(code, of_entry, ways[code])
