"""Owns the plan: a specification of what will change, and the whole truth of what will be sent."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType

from msgspec import Struct, field

from reconciler.address import is_entry_section
from reconciler.planning.reason import Code, Reason
from reconciler.state.applied import Sending
from reconciler.values import Plain, content, digest


class Action(StrEnum):
    """What a change does; only the first three send anything."""

    CREATE = "create"
    SET = "set"
    UPDATE = "update"
    FORGET = "forget"
    MOVE = "move"
    BLOCKED = "blocked"


class FieldChange(Struct, frozen=True):
    """One field that differs; `path` is dotted and relative to the change's address, `""` the whole value.

    None stands for "not there": a profile holds no nulls.
    """

    path: str
    before: Plain
    after: Plain

    @property
    def top(self) -> str:
        """Return the name of the member that it lies in."""
        return self.path.partition(".")[0]


class KnownAt(Struct, frozen=True):
    """When the value that a change was compared with was seen on LinkedIn, or else last applied or vouched for."""

    time: str
    is_seen: bool


class Change(Struct, frozen=True):
    """One line of a plan. `before` is the value it was compared with, None where none is known.

    A `move` says in `moved_from` the address that it comes from. `entry_id` is LinkedIn's id of the entry that it
    edits or lets go of, `along` gives by address what is sent with it though
    it did not change. `known_at` says since when `before` is known.
    """

    address: str
    action: Action
    before: Plain = None
    after: Plain = None
    fields: tuple[FieldChange, ...] = ()
    reason: Reason | None = None
    warnings: tuple[Reason, ...] = ()
    moved_from: str | None = None
    entry_id: str | None = None
    along: Mapping[str, Plain] = field(default_factory=lambda: MappingProxyType({}))
    known_at: KnownAt | None = None

    @property
    def notifies(self) -> bool:
        """Tell whether the network is told of it."""
        return self._warns_of(Code.NOTIFIES_NETWORK)

    @property
    def replaces_unseen(self) -> bool:
        """Tell whether it replaces what is on LinkedIn and was never known."""
        return self._warns_of(Code.REPLACES_UNSEEN)

    def _warns_of(self, code: Code) -> bool:
        return any(warning.code is code for warning in self.warnings)


class Effort(Struct, frozen=True):
    """One change, and what is sent for it: nothing where `sending` is None."""

    change: Change
    sending: Sending | None = None


class TextPart(Struct, frozen=True):
    """One form field, as text."""

    name: str
    value: str


class FilePart(Struct, frozen=True):
    """One form field whose content is a file; `file` is the path below the profile's folder."""

    name: str
    file: str
    sha256: str
    size: int
    content_type: str
    width: int | None = None
    height: int | None = None

    @property
    def sent_as(self) -> str:
        """Return the name under which the file is sent: its base name, safe in a header."""
        name = self.file.rpartition("/")[2]
        return "".join("_" if letter == "\\" or not letter.isprintable() else letter for letter in name) or "file"


Part = TextPart | FilePart


class Group(Struct, frozen=True):
    """The parts that must travel together: those of one address and of its companion."""

    addresses: tuple[str, ...]
    parts: tuple[Part, ...]
    sections: Mapping[str, Sending]


class Request(Struct, frozen=True):
    """One PATCH request: the parts that name the account, then those of its groups."""

    head: tuple[Part, ...]
    groups: tuple[Group, ...]
    repeatable: bool

    @property
    def addresses(self) -> tuple[str, ...]:
        """Return every address that the request writes, in order."""
        return tuple(address for group in self.groups for address in group.addresses)

    @property
    def parts(self) -> tuple[Part, ...]:
        """Return every part that travels, in order."""
        return (*self.head, *(part for group in self.groups for part in group.parts))

    @property
    def sections(self) -> Mapping[str, Sending]:
        """Return what each address holds if the request arrives."""
        return {address: sending for group in self.groups for address, sending in group.sections.items()}


class ProfileRef(Struct, frozen=True):
    """The profile file that a plan was made from."""

    path: str
    sha256: str


class StateRef(Struct, frozen=True):
    """The state that a plan was compared with; lineage and serial are None where there was none.

    `applied_at` is the latest time at which anything in it was applied or vouched for, `seen_at` the latest at which
    a value was seen on LinkedIn that was not sent since.
    """

    path: str
    lineage: str | None = None
    serial: int | None = None
    applied_at: str | None = None
    seen_at: str | None = None


class Plan(Struct, frozen=True):
    """What will change, and the requests that do it. `warnings` are of the whole profile.

    `first_apply` names the sections in which entries would be created and of which state never held one; where there is
    no state, all that are sent. `lines` says where the entries begin in the file under which a way out writes a line;
    `due` is when its requests go out, by the pacing: None is at once, and no part of what the plan is;
    `stays` gives by address the entries that were let go of and stay on LinkedIn, with their ids where these are known;
    `ids` are those that the file gives to entries of which state knows none, by address: they send nothing;
    `targets` are those that were asked for, which planning it anew needs.
    """

    account_id: str
    profile: ProfileRef
    state: StateRef
    tool_version: str
    changes: tuple[Change, ...] = ()
    requests: tuple[Request, ...] = ()
    warnings: tuple[str, ...] = ()
    in_doubt: tuple[str, ...] = ()
    first_apply: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    ids: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    lines: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    stays: Mapping[str, str | None] = field(default_factory=lambda: MappingProxyType({}))
    due: str | None = None

    @property
    def id(self) -> str:
        """Identify the change itself: equal wherever and whenever the same thing would be done and sent.

        It covers the account, the actions, the parts and the values compared with; not keys, serial,
        times, paths of profile and state, tool version or rendering.
        """
        changes: list[Plain] = [
            [_without_key(change.address), change.action.value, content(change.before), content(change.after)]
            for change in self.changes
        ]
        requests: list[Plain] = [
            [request.repeatable, [_part(part) for part in request.parts]] for request in self.requests
        ]
        return digest([self.account_id, sorted(changes, key=digest), requests])

    @property
    def summary(self) -> dict[str, int]:
        """Count the changes by action, the addresses in doubt and the requests."""
        counts = {action.value: sum(change.action is action for change in self.changes) for action in Action}
        return {**counts, "in_doubt": len(self.in_doubt), "requests": len(self.requests)}

    @property
    def empty(self) -> bool:
        """Tell whether there is nothing to do and nothing in doubt."""
        return not (self.changes or self.in_doubt)

    @property
    def idle(self) -> bool:
        """Tell whether an apply has nothing to do, not even an id to record."""
        return self.empty and not self.ids


class SavedPlan(Struct, frozen=True):
    """A plan as it was saved: it can be shown; what it sends is in its parts, one group a request."""

    plan: Plan
    id: str
    created_at: str
    commit: str | None = None


def joint_id(plans: Sequence[Plan]) -> str:
    """Return one id for several plans, whatever their order; those that hold nothing do not count.

    Of one plan it is that plan's own id.
    """
    ids = sorted(plan.id for plan in plans if not plan.empty) or sorted(plan.id for plan in plans)
    return ids[0] if len(ids) == 1 else digest([*ids])


def _without_key(address: str) -> str:
    section, *below = address.split(".")
    return ".".join([section, *below[1:]]) if is_entry_section(section) else address


def _part(part: Part) -> Plain:
    if isinstance(part, TextPart):
        return [part.name, part.value]
    return [part.name, part.file.rpartition("/")[2], part.sha256, part.content_type]
