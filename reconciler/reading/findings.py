"""Owns what a read says of each managed address, as values: a finding, and all of them together."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from msgspec import Struct, field

from reconciler.reading.pairing import Pairing
from reconciler.reading.seen import Unseen
from reconciler.values import Plain


class Finding(StrEnum):
    """What a read says about one managed address."""

    SAME = "same"
    LAYOUT = "layout"  # white space, bullets or quotes alone differ
    CHANGED = "changed"
    RENAMED = "renamed"  # another name that LinkedIn may have put there itself
    NOT_SHOWN = "not-shown"  # an entry that a complete list does not hold
    NOT_SEEN_YET = "not-seen-yet"  # applied less than ten minutes before the read
    NOT_SEEN = "not-seen"
    FIRST_SEEN = "first-seen"  # state knew no value there
    CANNOT_TELL = "cannot-tell"  # what is shown does not say enough


class Compared(Struct, frozen=True):
    """One managed address: the value last known, what is shown there, and what may be concluded.

    `shown` is a value as a profile holds it, or of a date that cannot be read its text; `why` says why nothing is.
    """

    address: str
    finding: Finding
    known: Plain
    shown: Plain = None
    why: Unseen | None = None

    @property
    def has_moved(self) -> bool:
        """Tell whether LinkedIn shows something else than what was applied."""
        return self.finding in (Finding.CHANGED, Finding.NOT_SHOWN)

    @property
    def is_missed(self) -> bool:
        """Tell whether what a read could have shown was not seen."""
        return self.finding is Finding.NOT_SEEN and self.why is not Unseen.NOT_READABLE


class Comparison(Struct, frozen=True):
    """Everything that a read says about a profile.

    `pairings` hold each entry section's known and seen entries; `first` are sections that the file wants and state
    does not know, with what is shown there; `more_skills` those that the file lacks;
    `empty` the addresses that are shown empty although something is known there.
    """

    compared: tuple[Compared, ...]
    pairings: Mapping[str, Pairing]
    first: tuple[Compared, ...] = ()
    more_skills: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    marks: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def moved(self) -> tuple[Compared, ...]:
        """Return the managed addresses where LinkedIn shows something else than what was applied."""
        return tuple(compared for compared in self.compared if compared.has_moved)

    @property
    def missed(self) -> tuple[Compared, ...]:
        """Return the managed addresses that a read could have shown, and did not."""
        return tuple(compared for compared in self.compared if compared.is_missed)
