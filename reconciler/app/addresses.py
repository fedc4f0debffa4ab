"""Owns the addresses that a profile and its state know, for completion in a shell: quick, and never an error."""

import json
from collections.abc import Iterator

from reconciler.problem import ReconcilerError
from reconciler.profile.document import read_document
from reconciler.safefile import open_regular
from reconciler.spec import ENTRY_SECTIONS, MAX_PROFILE, SECTIONS
from reconciler.state.paths import state_path
from reconciler.values import Plain, members

MAX_STATE = 8 * 1024 * 1024


def known_addresses(profile: str, state: str | None) -> tuple[str, ...]:
    """Return the addresses of what a profile wants and of what its state holds; none of a file that is no such."""
    found = {*_wanted(profile), *_recorded(state or state_path(profile))}
    return tuple(sorted(found))


def _wanted(profile: str) -> Iterator[str]:
    try:
        value = read_document(_read(profile, MAX_PROFILE), profile).value
    except (OSError, ValueError, ReconcilerError):
        return
    for section in members(value).keys() & {section.name for section in SECTIONS}:
        if section in ENTRY_SECTIONS:
            yield from (f"{section}.{key}" for key in members(members(value)[section]))
        else:
            yield section


def _recorded(state: str) -> Iterator[str]:
    try:
        value: Plain = json.loads(_read(state, MAX_STATE))
    except (OSError, ValueError, RecursionError):
        return
    yield from members(members(value).get("sections"))
    yield from members(members(value).get("forgotten"))
    pending = members(value).get("pending")
    for request in pending if isinstance(pending, list) else ():
        addresses = members(request).get("addresses")
        yield from map(str, addresses if isinstance(addresses, list) else ())


def _read(path: str, most: int) -> bytes:
    with open(open_regular(path, follow=True), "rb") as file:
        return file.read(most + 1)
