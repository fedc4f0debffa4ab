"""Owns what was last applied: the value behind a state file. Every change gives a new value."""

from collections.abc import Iterator, Mapping
from itertools import count
from types import MappingProxyType
from typing import TypeVar

from msgspec import Struct, field
from msgspec.structs import force_setattr, replace

from reconciler.address import is_entry
from reconciler.digests import sha256
from reconciler.values import Plain, members

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # no two of them look alike
_HANDLE_LENGTH = 5


class Look(Struct, frozen=True):
    """When a section or entry was last seen on LinkedIn, and by what: `api` or `archive`.

    `mark` is the digest of what can only be seen to have changed: a location's name, the path of a picture.
    """

    at: str
    source: str
    mark: str | None = None


class Reads(Struct, frozen=True):
    """When LinkedIn was last read, and since when a read does not show what was expected there, by address."""

    last: str
    absent: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


class Record(Struct, frozen=True):
    """What is known to be live at one address, since when, and who said so.

    `id_by` says where an entry's id is known from: `file`, `adopt`, `resolve` or `refresh`; `given` where the file gave
    it and no Edit has confirmed it yet, so that it is let go of where the API knows no such entry. `handle` is an
    entry's own for ever, whatever becomes of its key, its id and its content.
    """

    value: Plain
    applied_at: str
    by: str
    id: str | None = None
    id_by: str | None = None
    handle: str | None = None
    seen: Look | None = None


class Forgotten(Struct, frozen=True):
    """What left the profile file and stays on LinkedIn; `by` is who said of an entry that it is there."""

    value: Plain
    forgotten_at: str
    id: str | None = None
    id_by: str | None = None
    by: str = "apply"
    handle: str | None = None


Known = Record | Forgotten


class Sending(Struct, frozen=True):
    """What one address holds if a request arrives.

    `fields` names the entry's fields that travel (None: all of the value); `id` makes it an Edit; `handle` is that of
    the entry which an Add makes.
    """

    value: Plain
    id: str | None = None
    id_by: str | None = None
    fields: tuple[str, ...] | None = None
    notify_network: bool | None = None
    handle: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the fields that travel."""
        return tuple(members(self.value)) if self.fields is None else self.fields


class Pending(Struct, frozen=True):
    """A request that was about to be sent and of which no outcome is known.

    `request` is derived from what is sent, so that the same request is known again in a later run.
    `answered` says that its idempotency key must not be used again: an unclear answer came, or something else was sent
    or said of the same place since.
    """

    request: str
    idempotency_key: str
    addresses: tuple[str, ...]
    sections: Mapping[str, Sending]
    sent_at: str
    answered: bool = False


class Kept(Struct, frozen=True):
    """The idempotency key of a request that did not arrive, and the ids of what it wrote, by address.

    The id is None where it adds an entry, or sets a section.
    """

    key: str
    ids: Mapping[str, str | None]


class Source(Struct, frozen=True):
    """The digests of the last apply that left nothing to do: the fast path.

    `sections` is that of the rest of the state; it is put in when the state is written.
    """

    profile: str
    files: Mapping[str, str]
    tool_version: str
    sections: str = ""


class Applied(Struct, frozen=True):
    """One state file's content.

    `keys` are the idempotency keys of requests that did not arrive, by request, as a connection that was refused shows,
    or as a person said: the next attempt at the same request uses it once more, unless something else was sent or said
    of the same place before.

    Every entry has a handle, the Adds of unknown outcome too: one that comes without is given one here. It is drawn
    from random numbers that state holds anyway, so that it needs no other source and reading a file twice gives the
    same: of an Add the idempotency key, so that another attempt under that key is the same entry; of others `write`.
    """

    lineage: str
    serial: int
    write: str
    account_id: str
    sections: Mapping[str, Record] = field(default_factory=lambda: MappingProxyType({}))
    forgotten: Mapping[str, Forgotten] = field(default_factory=lambda: MappingProxyType({}))
    pending: tuple[Pending, ...] = ()
    keys: Mapping[str, Kept] = field(default_factory=lambda: MappingProxyType({}))
    source: Source | None = None
    reads: Reads | None = None

    def __post_init__(self) -> None:
        """Give a handle to each entry that has none."""
        if not any(known.handle is None and _lacks_handle(address, known) for address, known in _all_known(self)):
            return
        taken = {handle for _, handle in handles(self)}
        force_setattr(self, "sections", _with_handles(self.sections, self.write, taken))
        force_setattr(self, "forgotten", _with_handles(self.forgotten, self.write, taken))
        pending = tuple(_with_handle_of_add(request, taken) for request in self.pending)
        force_setattr(self, "pending", pending)


def handles(applied: Applied) -> Iterator[tuple[str, str]]:
    """Return each address of an entry that has a handle, with the handle; an address may come twice."""
    return ((address, known.handle) for address, known in _all_known(applied) if known.handle is not None)


def _all_known(applied: Applied) -> Iterator[tuple[str, Known | Sending]]:
    """Return all that state holds of sections and entries, with its address."""
    yield from applied.sections.items()
    yield from applied.forgotten.items()
    for pending in applied.pending:
        yield from pending.sections.items()


def _lacks_handle(address: str, known: Known | Sending) -> bool:
    """Tell whether this is an entry without a handle; what edits an entry has none."""
    edits = isinstance(known, Sending) and known.id is not None
    return known.handle is None and not edits and is_entry(address)


T = TypeVar("T", Record, Forgotten)


def _with_handles(known: Mapping[str, T], seed: str, taken: set[str]) -> Mapping[str, T]:
    lacking = [address for address, entry in known.items() if _lacks_handle(address, entry)]
    if not lacking:
        return known
    given = {address: _drawn(seed, address, taken) for address in sorted(lacking)}
    return {
        address: replace(entry, handle=given[address]) if address in given else entry
        for address, entry in known.items()
    }


def _with_handle_of_add(pending: Pending, taken: set[str]) -> Pending:
    lacking = {address: sending for address, sending in pending.sections.items() if _lacks_handle(address, sending)}
    if not lacking:
        return pending
    given = {
        address: replace(sending, handle=_drawn(pending.idempotency_key, "", taken))
        for address, sending in lacking.items()
    }
    return replace(pending, sections={**pending.sections, **given})


def _drawn(seed: str, address: str, taken: set[str]) -> str:
    """Draw a handle that no other entry has, by a random seed and what tells the entry from others of that seed."""
    for number in count():
        drawn = sha256(f"{seed} {address} {number}".encode()).digest()
        handle = "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in drawn[:_HANDLE_LENGTH])
        if handle not in taken:
            taken.add(handle)
            return handle
    raise AssertionError
