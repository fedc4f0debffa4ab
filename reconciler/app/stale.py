"""Owns what keeps a saved plan from being applied: what it was made from is not what it was, or it was edited."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

from reconciler.planning.plan import FilePart, Plan, SavedPlan, StateRef
from reconciler.values import Plain, canonical


def staleness(saved: SavedPlan, fresh: Plan) -> tuple[str, ...]:
    """Say what moved since a plan was saved; nothing where it may be applied.

    What is sent and shown must be equal, state's lineage and serial (or its absence) and the tool's version too.
    """
    then, now = saved.plan, fresh
    moved = []
    if saved.id != then.id:
        moved.append("the plan file was edited: its id is not that of what it holds")
    if then.account_id != now.account_id:
        moved.append(f"it is of account {then.account_id}, the profile is of {now.account_id}")
    if then.tool_version != now.tool_version:
        moved.append(f"planned by reconciler {then.tool_version}, this is {now.tool_version}")
    moved.extend(_state_moved(then.state, now.state))
    if saved.id != now.id or _content(then) != _content(now):
        source = list(_source_moved(then, now))
        moved.extend(source)
        if not moved:
            moved.append("the plan file was edited: it is not what is planned from the same profile and state")
    return tuple(moved)


def _source_moved(then: Plan, now: Plan) -> Iterator[str]:
    """Say which of the files that a plan was made from are others now."""
    before, after = _digests(then), _digests(now)
    if then.profile.sha256 != now.profile.sha256:
        yield "the profile file was changed since"
        names = before.keys() & after.keys()
    else:
        names = before.keys() | after.keys()
    yield from (f"the file {name} was changed since" for name in sorted(names) if before.get(name) != after.get(name))


def _state_moved(then: StateRef, now: StateRef) -> list[str]:
    if (then.lineage, then.serial) == (now.lineage, now.serial):
        return []
    if then.lineage is None:
        return [f"planned where there was no state, state is now at serial {now.serial}"]
    if now.lineage is None:
        return [f"planned at serial {then.serial}, there is no state now"]
    if then.lineage != now.lineage:
        return ["the state is another one (its lineage differs)"]
    return [f"planned at serial {then.serial}, state is now at {now.serial}"]


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
    if is_dataclass(value):
        return [_plain(getattr(value, member.name)) for member in fields(value)]
    assert value is None or isinstance(value, str | int | float)
    return value
