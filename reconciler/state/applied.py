"""Owns what was last applied: the value behind a state file. Every change gives a new value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from reconciler.values import Plain, members


@dataclass(frozen=True, slots=True)
class Record:
    """What is known to be live at one address, since when, and who said so.

    `id_by` says where an entry's id is known from: `file`, `adopt` or `resolve`; `given` where the file gave it and
    no Edit has confirmed it yet, so that it is let go of where the API knows no such entry.
    """

    value: Plain
    applied_at: str
    by: str
    id: str | None = None
    id_by: str | None = None


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What left the profile file and stays on LinkedIn; `by` is who said of an entry that it is there."""

    value: Plain
    forgotten_at: str
    id: str | None = None
    id_by: str | None = None
    by: str = "apply"


@dataclass(frozen=True, slots=True)
class Sending:
    """What one address holds if a request arrives.

    `fields` names the entry's fields that travel (None: all of the value); `id` makes it an Edit.
    """

    value: Plain
    id: str | None = None
    id_by: str | None = None
    fields: tuple[str, ...] | None = None
    notify_network: bool | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Give the names of the fields that travel."""
        return tuple(members(self.value)) if self.fields is None else self.fields


@dataclass(frozen=True, slots=True)
class Pending:
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


@dataclass(frozen=True, slots=True)
class Kept:
    """The idempotency key of a request that did not arrive, and the ids of what it wrote, by address.

    The id is None where it adds an entry, or sets a section.
    """

    key: str
    ids: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Source:
    """The digests of the last apply that left nothing to do: the fast path."""

    profile: str
    files: Mapping[str, str]
    tool_version: str
    sections: str


@dataclass(frozen=True, slots=True)
class Applied:
    """One state file's content.

    `keys` are the idempotency keys of requests that did not arrive, by request, as a connection that was refused shows,
    or as a person said: the next attempt at the same request uses it once more, unless something else was sent or said
    of the same place before.
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
