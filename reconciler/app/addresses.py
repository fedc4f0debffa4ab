"""Owns the addresses that a profile and its state know, for completion in a shell: quick, and never an error."""

import json
from collections.abc import Iterator, Mapping

from reconciler.app.fastpath import MAX_STATE, read_bounded
from reconciler.limits import MAX_PROFILE
from reconciler.problem import ReconcilerError
from reconciler.profile.document import read_document
from reconciler.spec import ENTRY_SECTIONS, SECTIONS
from reconciler.state.paths import state_path
from reconciler.values import Plain, members


def known_addresses(profile: str, state: str | None) -> tuple[str, ...]:
    """Return the addresses of what a profile wants and of what its state holds; none of a file that is no such."""
    found = {*_wanted(profile), *_addresses_in_state(state or state_path(profile))}
    return tuple(sorted(found))


def account_of(profile: str) -> str:
    """Return the account that a profile names; an empty text where it names none."""
    account_id = _values_of_profile(profile).get("account_id")
    return account_id if isinstance(account_id, str) else ""


def _values_of_profile(profile: str) -> Mapping[str, Plain]:
    try:
        return members(read_document(read_bounded(profile, MAX_PROFILE, follow=True), profile).value)
    except (OSError, ValueError, ReconcilerError):
        return {}


def _wanted(profile: str) -> Iterator[str]:
    value = _values_of_profile(profile)
    for section in value.keys() & {section.name for section in SECTIONS}:
        if section in ENTRY_SECTIONS:
            yield from (f"{section}.{key}" for key in members(value[section]))
        else:
            yield section


def _addresses_in_state(state: str) -> Iterator[str]:
    try:
        value: Plain = json.loads(read_bounded(state, MAX_STATE, follow=False))
    except (OSError, ValueError, RecursionError):
        return
    yield from members(members(value).get("sections"))
    yield from members(members(value).get("forgotten"))
    pending = members(value).get("pending")
    for request in pending if isinstance(pending, list) else ():
        addresses = members(request).get("addresses")
        yield from map(str, addresses if isinstance(addresses, list) else ())
