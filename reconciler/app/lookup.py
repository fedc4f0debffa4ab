"""Owns the search for LinkedIn's ids of places, titles, companies and the like, and where they go in a profile."""

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from reconciler.address import is_entry, problem_with
from reconciler.app.cache import recall, remember
from reconciler.app.folder import replace_content
from reconciler.importing.edit import Note, Put, TextEdit, edit_profile
from reconciler.problem import UsageError
from reconciler.profile.document import decode, read_document
from reconciler.profile.load import read_file, read_profile
from reconciler.reading.seen import is_readable
from reconciler.render.terminal import visible
from reconciler.values import Plain, members, value_at

if TYPE_CHECKING:
    from reconciler.wire.read import Reader

SEARCH_KINDS = {
    "location": "LOCATION",
    "job-title": "JOB_TITLE",
    "company": "COMPANY",
    "school": "SCHOOL",
    "skill": "SKILL",
    "employment-type": "EMPLOYMENT_TYPE",
}
MAX_TITLE = 80  # characters in a comment or a completion
_ID = re.compile(r"[A-Za-z0-9_.:-]{1,100}", re.ASCII)
_PLACES = {
    "location": re.compile(r"location\.id|open_to_work\.location\.(on_site|remote)"),
    "job-title": re.compile(r"open_to_work\.job_title"),
    "company": re.compile(r"(experience|education)\.[^.]+\.company_id"),
    "employment-type": re.compile(r"(experience|education)\.[^.]+\.employment_type"),
}


class Found(Struct, frozen=True):
    """One thing that LinkedIn knows: its id, and its title in the account's language."""

    id: str
    title: str

    @property
    def label(self) -> str:
        """Return the title on one line, safe in a comment, and short."""
        shown = visible(" ".join(self.title.split()))
        return shown if len(shown) <= MAX_TITLE else shown[: MAX_TITLE - 1] + "…"


def search(reader: "Reader", kind: str, words: str, most: int, *, cached: bool) -> tuple[Found, ...]:
    """Return what LinkedIn finds for some words; out of the cache where it was asked before. Raises ReadError."""
    if words and kind == "employment-type":  # LinkedIn lists them all, and takes no words
        listed = search(reader, kind, "", most, cached=cached)
        return tuple(found for found in listed if words == found.id or words.casefold() in found.title.casefold())
    remembered = recall(reader.account_id)
    key = f"{SEARCH_KINDS[kind]} {most} {words}"
    titles = remembered.titles.get(SEARCH_KINDS[kind], {})
    ids = remembered.searches.get(key)
    if cached and ids is not None and all(found in titles for found in ids):
        return tuple(Found(found, titles[found]) for found in ids)
    answer = reader.parameters(SEARCH_KINDS[kind], words, most).value
    found = tuple(dict.fromkeys(_items(answer.get("items"))))
    following = replace(
        remembered,
        titles={**remembered.titles, SEARCH_KINDS[kind]: {**titles, **{item.id: item.title for item in found}}},
        searches={**remembered.searches, key: tuple(item.id for item in found)},
    )
    remember(reader.account_id, following)
    return found


def known(account_id: str, kind: str, entry_id: str) -> Found | None:
    """Return what an earlier search found under an id; None where none did."""
    title = recall(account_id).titles.get(SEARCH_KINDS[kind], {}).get(entry_id)
    return None if title is None else Found(entry_id, title)


def found_before(account_id: str, kind: str) -> tuple[Found, ...]:
    """Return all that earlier searches of a kind found, the newest first."""
    titles = recall(account_id).titles.get(SEARCH_KINDS[kind], {})
    return tuple(Found(found, title) for found, title in reversed(list(titles.items())) if _ID.fullmatch(found))


def places_of(kind: str | None, addresses: Iterable[str]) -> tuple[str, ...]:
    """Return where in a profile of these addresses an id of a kind goes; of any kind where none is named."""
    entries = [address for address in addresses if is_entry(address)]
    places = [
        *("location.id", "open_to_work.location.on_site", "open_to_work.location.remote", "open_to_work.job_title"),
        *(f"{entry}.{field}" for entry in entries for field in ("company_id", "employment_type")),
    ]
    forms = [_PLACES[kind]] if kind in _PLACES else [] if kind is not None else list(_PLACES.values())
    return tuple(place for place in places if any(form.fullmatch(place) for form in forms))


def _items(items: Plain) -> Iterator[Found]:
    for item in items if isinstance(items, list) else ():
        entry_id, title = members(item).get("id"), members(item).get("title")
        if isinstance(entry_id, str) and _ID.fullmatch(entry_id) and isinstance(title, str) and is_readable(title):
            yield Found(entry_id, title)


def check_place(kind: str, address: str) -> None:
    """Raise UsageError where an address takes no id of that kind."""
    form = _PLACES.get(kind)
    wrong = problem_with(address) or (
        None if form is not None and form.fullmatch(address) else "no id of that goes there"
    )
    if wrong is not None:
        remedies = {
            "location": "name location.id, open_to_work.location.on_site or open_to_work.location.remote",
            "job-title": "name open_to_work.job_title",
            "company": "name experience.KEY.company_id",
            "employment-type": "name experience.KEY.employment_type",
        }
        remedy = remedies.get(kind, "leave --set out: a profile holds its name, not an id")
        raise UsageError.at("--set", wrong, remedy, address)


def put_id(path: str, address: str, found: Found) -> None:
    """Write an id into a profile, its title as a comment; into a list, below what is there. Raises ProblemsError."""
    content = read_file(path)
    text = decode(content, path)
    keys = tuple(address.split("."))
    held = value_at(read_document(content, path).value, keys)
    value: Plain = found.id
    if address == "open_to_work.job_title":
        jobs = held if isinstance(held, list) else []
        value = [*(job for job in jobs if members(job).get("id") != found.id), {"name": found.title, "id": found.id}]
    elif address.startswith("open_to_work.location."):
        places = held if isinstance(held, list) else []
        value = [*(place for place in places if place != found.id), found.id]
    edits: list[TextEdit] = [Put(keys, value)]
    if isinstance(value, str):
        edits.append(Note(keys, found.label))
    after = edit_profile(text, edits, path).encode()
    read_profile(after, path)
    replace_content(path, after)
