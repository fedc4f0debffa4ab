"""Owns `state adopt`: it records LinkedIn's own ids of entries."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from msgspec.structs import replace

from reconciler.address import section_of
from reconciler.manual.refuse import check_entry, refuse_taken_id, refused, unknown
from reconciler.problem import Problem, StateError
from reconciler.profile.desired import Wanted
from reconciler.state import transitions
from reconciler.state.applied import Applied, Forgotten, Known
from reconciler.state.queries import holdings, in_doubt
from reconciler.values import same

_EDIT_LINK = re.compile(
    r"(?:(?i:(?:https?://)?(?:[a-z0-9-]+\.)?linkedin\.com)|…)?(?:/[^/?#\s]+)*?"
    r"/details/(experience|education)/edit/forms/([^/?#\s]+)(?:[/?#]\S*)?",
    re.ASCII,
)
_ID = re.compile(r"[a-zA-Z0-9_-][a-zA-Z0-9._~=+-]*", re.ASCII)
_NEW = "new"  # what stands in the link of a form that adds an entry, where that of an edit form has the id
_PLACEHOLDERS = frozenset({"ID", "URL", "ID-or-URL"})  # what a command that we print has in the place of the id


def adopt(
    applied: Applied, pairs: Sequence[tuple[str, str]], wanted: Mapping[str, Wanted] = MappingProxyType({})
) -> Applied:
    """Return the state with these ids of entries, out of edit links too: all of them or none. Raises StateError.

    `wanted` is what the profile file says, as far as it can be read.
    """
    problems: list[Problem] = []
    known = holdings(applied)
    former = [(address, known[address].id) for address, _ in pairs if address in known]
    ids: dict[str, str] = {}
    for address, given in pairs:
        try:
            check_entry(address)
            entry_id = id_from(address, given)
            if ids.setdefault(address, entry_id) != entry_id:
                raise refused(address, f"two ids are given for it, {ids[address]} and {entry_id}", "name one of them")
            applied = _adopted(applied, address, entry_id, wanted.get(address))
        except StateError as error:
            problems.extend(error.problems)
    if problems:
        raise StateError(*problems)
    for address, entry_id in reversed(ids.items()):
        refuse_taken_id(applied, address, entry_id)
    for address, former_id in former:
        if former_id is not None:
            applied = transitions.disown(applied, section_of(address), former_id)
    return applied


def _adopted(applied: Applied, address: str, entry_id: str, wanted: Wanted | None) -> Applied:
    if address in in_doubt(applied):
        raise refused(
            address, "it is in doubt", "settle it with its id", ("state", "resolve", address, "--applied", "--id", "ID")
        )
    known = holdings(applied).get(address)
    if known is None:
        raise unknown(address)
    if known.id not in (None, entry_id) and known.id_by not in ("given", "adopt", "resolve"):
        raise refused(
            address,
            f"its id is {known.id}, and was applied with it",
            "change the profile file: another id is another entry",
        )
    if wanted is not None and wanted.id == entry_id and known.id not in (None, entry_id):
        _refuse_other_content(address, known, wanted)
    following = replace(known, id=entry_id, id_by="adopt")
    if isinstance(following, Forgotten):
        return replace(applied, forgotten={**applied.forgotten, address: following})
    return replace(applied, sections={**applied.sections, address: following})


def _refuse_other_content(address: str, known: Known, wanted: Wanted) -> None:
    """Refuse to take its id from a record for an entry of the file that has that key and another content."""
    if not same(known.value, wanted.value):
        raise refused(
            address,
            f"the profile file gives this id to an entry that differs from the one of id {known.id}, "
            "and may be another one",
            "if it is another one, give it a key of its own; if it is the same, take the id out of the file first",
        )


def id_from(address: str, given: str) -> str:
    """Return LinkedIn's id out of what a person gave: the id, or the link of its edit form. Raises StateError."""
    section = section_of(address)
    link = _EDIT_LINK.fullmatch(given)
    if link is not None and link[1] != section:
        raise refused(address, f"this is the link of an {link[1]}", f"open one of {section}")
    found = given if link is None else link[2]
    if found == _NEW:
        raise refused(address, "this is the link of a form that adds an entry", "open the pencil of the entry")
    if found in _PLACEHOLDERS or not _ID.fullmatch(found):
        raise refused(
            address,
            f"no id can be read from {given!r}",
            f"give the id, or the link https://www.linkedin.com/…/details/{section}/edit/forms/ID/ of its edit form",
        )
    return found
