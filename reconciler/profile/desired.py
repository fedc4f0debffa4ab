"""Owns the desired values: what a profile file wants, canonical and free of YAML."""

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct, field

from reconciler.address import field_path, unit_of
from reconciler.problem import Problem
from reconciler.values import Plain, value_at


class FileFacts(Struct, frozen=True):
    """What was seen of one file: its path below the profile's folder, digest, size in bytes and kind."""

    path: str
    sha256: str
    size: int
    content_type: str
    width: int | None = None
    height: int | None = None


class Wanted(Struct, frozen=True):
    """The wanted value of one section or entry; all but `value` and `position` only for an entry.

    `position` is the place in the file, counted over sections and entries alike. `same_as` and `not_same_as` are
    written as KEY@HANDLE: the handle says which known entry is meant, the key is for readers.
    """

    value: Plain
    position: int
    id: str | None = None
    notify_network: bool | None = None
    same_as: str | None = None
    not_same_as: tuple[str, ...] = ()

    @property
    def same_handle(self) -> str:
        """Return the handle of the known entry that the file says this is; an empty text where it says none."""
        return handle_in(self.same_as or "")

    @property
    def ruled_out(self) -> frozenset[str]:
        """Return the handles of the known entries that the file says this is not."""
        return frozenset(map(handle_in, self.not_same_as))


def handle_in(mention: str) -> str:
    """Return the handle in a KEY@HANDLE."""
    return mention.rpartition("@")[2]


class Desired(Struct, frozen=True):
    """Everything that a profile file wants, by address, in the spec's order, entries in file order."""

    account_id: str
    wanted: Mapping[str, Wanted]
    files: Mapping[str, FileFacts] = field(default_factory=lambda: MappingProxyType({}))

    def held(self, address: str) -> Plain:
        """Return what the file holds at the address of a section, an entry or a field; None for nothing."""
        unit, path = self.wanted.get(unit_of(address)), field_path(address)
        return None if unit is None else value_at(unit.value, path.split(".")) if path else unit.value


class Profile(Struct, frozen=True):
    """A profile file that was read and found valid, with its warnings; `lines` are those at which its entries begin."""

    path: str
    sha256: str
    desired: Desired
    warnings: tuple[Problem, ...] = ()
    lines: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
