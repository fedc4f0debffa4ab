"""Owns the profile that the simulator keeps for an account, and what an edit does to it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from reconciler.values import Plain

ENTRY_SECTIONS = ("experience", "education")
FIRST_ID = 2_400_000_001  # ids look like LinkedIn's: decimal digits

Entry = dict[str, Plain]


class UnknownEntryError(Exception):
    """An edit of an entry whose id the profile does not have."""


class SeedError(ValueError):
    """A profile to begin with that is not one; the message says why."""


@dataclass(slots=True)
class Behaviour:
    """How the simulator reads what the pages leave open; may be changed while it runs.

    `headline_from_add` lets a new experience overwrite the headline. An edit is shown by reads `visible_after` so many
    seconds. `reading` are the clauses of every read's form.
    """

    additive_skills: bool = False
    merge_objects: bool = False
    ignore_idempotency: bool = False
    headline_from_add: bool = False
    visible_after: float = 0.0
    reading: str = ""


@dataclass(slots=True)
class Profile:
    """One account's profile; entries in the order in which they were added."""

    sections: dict[str, Plain] = field(default_factory=dict)
    entries: dict[str, list[Entry]] = field(default_factory=lambda: {name: [] for name in ENTRY_SECTIONS})
    notifications: list[dict[str, str]] = field(default_factory=list)
    edits: int = 0

    def described(self) -> dict[str, Plain]:
        """Return the profile as JSON."""
        return cast(
            "dict[str, Plain]",
            {
                "sections": self.sections,
                **self.entries,
                "notifications": self.notifications,
                "edits": self.edits,
            },
        )

    def ids(self) -> set[str]:
        """Return the ids of all its entries."""
        return {str(entry["id"]) for entries in self.entries.values() for entry in entries}


def edit(profile: Profile, body: dict[str, Plain], new_id: Callable[[], str], behaviour: Behaviour) -> None:
    """Apply a valid body to a profile, whole or not at all.

    Raises UnknownEntryError before anything is changed.
    """
    for section in ENTRY_SECTIONS:
        sent = body.get(section)
        if isinstance(sent, dict) and "id" in sent:
            _find(profile, section, str(sent["id"]))
    for name, value in body.items():
        if name in ENTRY_SECTIONS:
            _edit_entry(profile, name, cast("Entry", value), new_id, behaviour)
        elif name not in ("type", "account_id"):
            _set(profile.sections, name, value, behaviour)
    profile.edits += 1


def _edit_entry(profile: Profile, section: str, sent: Entry, new_id: Callable[[], str], behaviour: Behaviour) -> None:
    if "id" in sent:
        entry = _find(profile, section, str(sent["id"]))
    else:
        entry = {"id": new_id()}
        profile.entries[section].append(entry)
        if section == "experience" and behaviour.headline_from_add:
            profile.sections["headline"] = f"{sent['role']} at {sent['company']}"
    for name, value in sent.items():
        if name == "notify_network":
            if value is True:
                profile.notifications.append({"section": section, "id": str(entry["id"])})
        elif name == "attachment":
            entry[name] = value
            entry["attachments"] = [*cast("list[Plain]", entry.get("attachments", [])), value]
        elif name != "id":
            _set(entry, name, value, behaviour)


def _set(values: dict[str, Plain], name: str, value: Plain, behaviour: Behaviour) -> None:
    before = values.get(name)
    if name == "skills" and behaviour.additive_skills and isinstance(value, list) and isinstance(before, list):
        values[name] = [*before, *(skill for skill in value if skill not in before)]
    elif behaviour.merge_objects and isinstance(value, dict) and isinstance(before, dict) and not _is_file(value):
        for inner, member in value.items():
            _set(before, inner, member, behaviour)
    else:
        values[name] = value


def _is_file(value: dict[str, Plain]) -> bool:
    return "sha256" in value


def _find(profile: Profile, section: str, entry_id: str) -> Entry:
    for entry in profile.entries[section]:
        if entry["id"] == entry_id:
            return entry
    raise UnknownEntryError(f"{section}[id]: the profile has no {section} {entry_id!r}")


def seeded(given: Plain, new_id: Callable[[], str]) -> Profile:
    """Make a profile from what `Profile.described` gives; entries without an id get one.

    Raises SeedError for anything else.
    """
    if not isinstance(given, dict) or given.keys() - {"sections", *ENTRY_SECTIONS, "notifications", "edits"}:
        raise SeedError("a profile is an object of sections, experience and education")
    sections = given.get("sections", {})
    if not isinstance(sections, dict):
        raise SeedError("sections is not an object")
    profile = Profile(sections)
    for name in ENTRY_SECTIONS:
        entries = given.get(name, [])
        if not isinstance(entries, list):
            raise SeedError(f"{name} is not an array")
        for entry in entries:
            if not isinstance(entry, dict) or not isinstance(entry.get("id", ""), str):
                raise SeedError(f"{name}: each entry is an object, its id a string")
            profile.entries[name].append({"id": entry.get("id") or new_id(), **entry})
    if len(profile.ids()) < sum(map(len, profile.entries.values())):
        raise SeedError("two entries have one id")
    return profile
