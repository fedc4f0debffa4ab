"""Owns what an import found, before it is written: values, whether they are managed, and what was left out."""

from dataclasses import dataclass

from reconciler.values import Plain


@dataclass(frozen=True, slots=True)
class Left:
    """Something that was not taken as it was, and why."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Found:
    """One value for the profile file.

    With `unmanaged` it is written commented out, with that reason above it; a None in it stands for what is not
    known, and is no valid value. `note` is said above it, whether it is managed or not.
    """

    name: str
    value: Plain
    unmanaged: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One job or school, under the key that it gets; with `unmanaged` all of it is written commented out."""

    key: str
    fields: tuple[Found, ...]
    unmanaged: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A whole profile as it was found; `source` names where, as in "LinkedIn's archive"."""

    source: str
    sections: tuple[Found, ...] = ()
    experience: tuple[Entry, ...] = ()
    education: tuple[Entry, ...] = ()
    skills: tuple[str, ...] = ()
    left: tuple[Left, ...] = ()

    def entries(self, section: str) -> tuple[Entry, ...]:
        """Give the entries of `experience` or `education`."""
        return self.experience if section == "experience" else self.education
