"""Owns what an import found, before it is written: values, which of them are managed, and what was left out."""

from msgspec import Struct

from reconciler.quoting import quoted
from reconciler.values import Plain

NO_FIELD = "no field of the API holds it"  # why something is left out
POSTAL_CODE = 5  # characters that the API takes, no more and no fewer


class Omission(Struct, frozen=True):
    """Something that was not taken as it was, and why."""

    what: str
    why: str


class DraftField(Struct, frozen=True):
    """One value for the profile file.

    With `unmanaged` it is written commented out, below that reason; None in it stands for what is not known, and is
    no valid value. `note` is written above the value in both cases.
    """

    name: str
    value: Plain
    unmanaged: str = ""
    note: str = ""


class DraftEntry(Struct, frozen=True):
    """One job or school, under the key that it gets; with `unmanaged` all of it is written commented out."""

    key: str
    fields: tuple[DraftField, ...]
    unmanaged: str = ""


class Draft(Struct, frozen=True):
    """A whole profile as it was found.

    `source` names where, as in "LinkedIn's archive". `live` says that LinkedIn shows what was found, so that state
    may hold it; without it, it is only what somebody wants there. `unread` are sections that no read shows.
    """

    source: str
    live: bool
    sections: tuple[DraftField, ...] = ()
    experience: tuple[DraftEntry, ...] = ()
    education: tuple[DraftEntry, ...] = ()
    skills: tuple[str, ...] = ()
    omissions: tuple[Omission, ...] = ()
    unread: tuple[str, ...] = ()

    def entries(self, section: str) -> tuple[DraftEntry, ...]:
        """Return the entries of `experience` or `education`."""
        return self.experience if section == "experience" else self.education


def _words(place: str) -> str:
    """Return the first part of a place's name, as a shell takes it: the whole is seldom found."""
    return quoted(place.partition(",")[0].strip()) if place.strip() else ""


def location(source: str, place: str, postal_code: str) -> DraftField:
    """Return a location of which the name or the postal code is known, and not the id."""
    known = [f"“{place}”"] if place else []
    known += [f"the postal code {postal_code}"] if postal_code else []
    why = (
        f"{source} says {' and '.join(known)}, and not the id that the API needs. "
        f"`reconciler lookup location {_words(place) or 'TEXT'}` finds it; with `--set location.id` it writes it here."
    )
    value: dict[str, Plain] = {"id": None}
    if len(postal_code) == POSTAL_CODE:
        value["postal_code"] = postal_code
    return DraftField("location", value, why)
