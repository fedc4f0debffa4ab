"""Owns the desired values: what a profile file wants, canonical and free of YAML."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from reconciler.problem import Problem
from reconciler.values import Plain


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What was seen of one file: its path below the profile's folder, digest, size in bytes and kind."""

    path: str
    sha256: str
    size: int
    content_type: str
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """The wanted value of one section or entry; `id` and `notify_network` only for an entry.

    `position` is the place in the file, counted over sections and entries alike.
    """

    value: Plain
    position: int
    id: str | None = None
    notify_network: bool | None = None


@dataclass(frozen=True, slots=True)
class Desired:
    """Everything that a profile file wants, by address, in the spec's order, entries in file order."""

    account_id: str
    wanted: Mapping[str, Wanted]
    files: Mapping[str, FileFacts] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile file that was read and found valid, with its warnings; `lines` are those at which its entries begin."""

    path: str
    sha256: str
    desired: Desired
    warnings: tuple[Problem, ...] = ()
    lines: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
