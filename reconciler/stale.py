"""Owns what keeps a saved plan from being applied: what it was made from is not what it was, or it was edited."""

from collections.abc import Iterator, Mapping
from enum import StrEnum

from msgspec import Struct

from reconciler.planning.plan import FilePart, Plan, SavedPlan, StateRef
from reconciler.values import Plain, canonical


class Moved(StrEnum):
    """What is not as it was when the plan was saved."""

    PLAN_ID = "plan-id"  # the id is not that of what the plan file holds
    PLAN_CONTENT = "plan-content"  # the plan file holds what is not planned from the same inputs
    ACCOUNT = "account"
    TOOL = "tool"
    STATE_MADE = "state-made"
    STATE_GONE = "state-gone"
    STATE_REPLACED = "state-replaced"
    STATE_CHANGED = "state-changed"
    PROFILE = "profile"
    FILE = "file"


class Move(Struct, frozen=True):
    """One thing that moved: from what to what, as account, version or serial; a file's path is its `then`."""

    what: Moved
    then: str = ""
    now: str = ""


def staleness(saved: SavedPlan, fresh: Plan) -> tuple[Move, ...]:
    """Return what moved since a plan was saved; nothing where it may be applied.

    What is sent and shown must be equal, state's lineage and serial (or its absence) and the tool's version too.
    """
    then, now = saved.plan, fresh
    moved = [Move(Moved.PLAN_ID)] if saved.id != then.id else []
    if then.account_id != now.account_id:
        moved.append(Move(Moved.ACCOUNT, then.account_id, now.account_id))
    if then.tool_version != now.tool_version:
        moved.append(Move(Moved.TOOL, then.tool_version, now.tool_version))
    moved.extend(_state_moved(then.state, now.state))
    if saved.id != now.id or _content(then) != _content(now):
        moved.extend(_source_moved(then, now))
        if not moved:
            moved.append(Move(Moved.PLAN_CONTENT))
    return tuple(moved)


def _source_moved(then: Plan, now: Plan) -> Iterator[Move]:
    """Yield the files that a plan was made from which are others now."""
    before, after = _digests(then), _digests(now)
    if then.profile.sha256 != now.profile.sha256:
        yield Move(Moved.PROFILE)
        names = before.keys() & after.keys()
    else:
        names = before.keys() | after.keys()
    yield from (Move(Moved.FILE, name) for name in sorted(names) if before.get(name) != after.get(name))


def _state_moved(then: StateRef, now: StateRef) -> Iterator[Move]:
    serials = tuple("" if side.serial is None else str(side.serial) for side in (then, now))
    if then.lineage == now.lineage:
        if then.serial != now.serial:
            yield Move(Moved.STATE_CHANGED, *serials)
    elif then.lineage is None or now.lineage is None:
        yield Move(Moved.STATE_MADE if then.lineage is None else Moved.STATE_GONE, *serials)
    else:
        yield Move(Moved.STATE_REPLACED)


def _digests(plan: Plan) -> dict[str, str]:
    """Return the digests of the files that a plan sends."""
    parts = (part for request in plan.requests for part in request.parts)
    return {part.file: part.sha256 for part in parts if isinstance(part, FilePart)}


def _content(plan: Plan) -> str:
    """Return all that a plan sends and shows, as one text to compare."""
    requests = [(request.addresses, request.repeatable, request.parts) for request in plan.requests]
    shown = (plan.changes, requests, plan.warnings, plan.in_doubt, plan.first_apply, plan.ids, plan.state.applied_at)
    return canonical(_plain(shown))


def _plain(value: object) -> Plain:
    if isinstance(value, Mapping):
        return {str(key): _plain(below) for key, below in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(below) for below in value]
    if isinstance(value, Struct):
        return [_plain(getattr(value, name)) for name in value.__struct_fields__]
    assert value is None or isinstance(value, str | int | float)
    return value
