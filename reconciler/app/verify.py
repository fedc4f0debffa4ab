"""Owns the check of an apply: what was sent is looked for on LinkedIn, and ids of new entries are recorded."""

from collections.abc import Iterable, Iterator
from enum import StrEnum

from msgspec import Struct

from reconciler.address import lies_in
from reconciler.app.apply import Landed
from reconciler.app.plans import read_profiles
from reconciler.app.refresh import Refreshed, See, refresh_state
from reconciler.reading.findings import Compared, Finding
from reconciler.reading.seen import MARKED


class Confirmation(StrEnum):
    """What a read says of an address that was applied; the worst of its fields that can be read counts."""

    NOT_READABLE = "not-readable"
    CONFIRMED = "confirmed"
    PARTLY_CONFIRMED = "partly-confirmed"  # all of it that can be read
    NOT_SEEN = "not-seen"
    DIFFERENT = "different"


_ORDER = list(Confirmation)


class Verified(Struct, frozen=True):
    """What a read says of one profile's apply: each address with what was confirmed, and the ids that it taught."""

    path: str
    addresses: tuple[tuple[str, Confirmation], ...]
    ids: tuple[tuple[str, str], ...]


def verify(landed: Landed, see: See) -> Verified:
    """Read a profile back after its apply, and record what that teaches. Raises ReconcilerError."""
    (profile,) = read_profiles((landed.profile_path,), landed.state_path)
    refreshed = refresh_state(profile, landed.state_path, see)
    return Verified(landed.profile_path, tuple(_confirmations(landed.addresses, refreshed)), refreshed.learned.ids)


def _confirmations(addresses: Iterable[str], refreshed: Refreshed) -> Iterator[tuple[str, Confirmation]]:
    compared = refreshed.looked.comparison.compared
    for address in addresses:
        found = [_confirmation(each) for each in compared if lies_in(each.address, address)]
        worst = max(found, key=_ORDER.index, default=Confirmation.NOT_SEEN)
        is_partly = worst is Confirmation.CONFIRMED and Confirmation.NOT_READABLE in found
        yield address, Confirmation.PARTLY_CONFIRMED if is_partly else worst


def _confirmation(compared: Compared) -> Confirmation:
    if compared.address in MARKED:  # of these a read shows that something changed, and never what is there
        return Confirmation.NOT_READABLE
    match compared.finding:
        case Finding.SAME | Finding.LAYOUT | Finding.RENAMED:
            return Confirmation.CONFIRMED
        case Finding.NOT_SEEN if not compared.is_missed:
            return Confirmation.NOT_READABLE
        case Finding.NOT_SEEN | Finding.CANNOT_TELL | Finding.NOT_SHOWN | Finding.FIRST_SEEN:
            return Confirmation.NOT_SEEN
        case Finding.NOT_SEEN_YET if compared.shown is None:
            return Confirmation.NOT_SEEN
        case _:
            return Confirmation.DIFFERENT
