"""Owns the format of saved plans: a plan as JSON, and back (contract, *Plan file*)."""

import json
import shlex
from enum import StrEnum
from typing import TypeVar

from msgspec.structs import replace

from reconciler.decode import (
    DamageError,
    Fields,
    list_at,
    mapping,
    optional_text_at,
    read_json,
    text_at,
    texts_at,
    whole_at,
)
from reconciler.planning.plan import (
    Action,
    Change,
    FieldChange,
    FilePart,
    Group,
    KnownAt,
    Part,
    Plan,
    ProfileRef,
    Request,
    SavedPlan,
    StateRef,
    TextPart,
)
from reconciler.planning.reason import Code, Command, Edit, Reason, Way, When
from reconciler.problem import StaleError
from reconciler.quoting import all_words, options
from reconciler.render.problems import FORMAT_VERSION
from reconciler.render.wording import ids_given, reason_text
from reconciler.values import Plain

Known = TypeVar("Known", bound=StrEnum)


def plan_json(plan: Plan, created_at: str, commit: str | None = None) -> dict[str, Plain]:
    """Return a plan as plain data (contract, *Plan file*); `created_at` is RFC 3339, `commit` what git is at."""
    state: dict[str, Plain] = {"path": plan.state.path}
    if plan.state.lineage is None:
        state["absent"] = True
    else:
        state |= {"lineage": plan.state.lineage, "serial": plan.state.serial}
        if plan.state.applied_at is not None:
            state["applied_at"] = plan.state.applied_at
        if plan.state.seen_at is not None:
            state["seen_at"] = plan.state.seen_at
    value: dict[str, Plain] = {
        "format_version": FORMAT_VERSION,
        "id": plan.id,
        "tool_version": plan.tool_version,
        "created_at": created_at,
        "profile": {"path": plan.profile.path, "sha256": plan.profile.sha256},
        "state": state,
        "account_id": plan.account_id,
        "changes": [_change_json(change, plan) for change in plan.changes],
        "requests": [_request_json(request) for request in plan.requests],
        "warnings": [*plan.warnings, *ids_given(plan)],
        "in_doubt": list(plan.in_doubt),
        "summary": dict(plan.summary),
    }
    optional = {"first_apply": plan.first_apply, "targets": plan.targets}
    value |= {name: list(texts) for name, texts in optional.items() if texts}
    if plan.ids:
        value["ids"] = dict(plan.ids)
    if plan.stays:
        value["stays"] = dict(plan.stays)
    if plan.due is not None:
        value["deferred"] = {"until": plan.due}
    if plan.lines:
        value["lines"] = dict(plan.lines)
    if commit is not None:
        value["commit"] = commit
    return value


def saved_json(saved: SavedPlan) -> dict[str, Plain]:
    """Return a saved plan as plain data, as it was saved."""
    return {**plan_json(saved.plan, saved.created_at, saved.commit), "id": saved.id}


def _change_json(change: Change, plan: Plan) -> Plain:
    value: dict[str, Plain] = {
        "address": change.address,
        "action": change.action.value,
        "before": change.before,
        "after": change.after,
        "fields": [{"path": field.path, "before": field.before, "after": field.after} for field in change.fields],
    }
    if change.moved_from is not None:
        value["from"] = change.moved_from
    if change.reason is not None:
        value["reason"] = _reason_json(change.reason, plan)
    if change.warnings:
        value["warnings"] = [_reason_json(warning, plan) for warning in change.warnings]
    value |= {"entry_id": change.entry_id} if change.entry_id is not None else {}
    value |= {"notifies": True} if change.notifies else {}
    value |= {"replaces_unseen": True} if change.replaces_unseen else {}
    value |= {"along": dict(change.along)} if change.along else {}
    if change.known_at is not None:
        value["known"] = {"seen_at" if change.known_at.is_seen else "applied_at": change.known_at.time}
    return value


def _reason_json(reason: Reason, plan: Plan) -> Plain:
    value: dict[str, Plain] = {
        "code": reason.code.value,
        "addresses": list(reason.addresses),
        "text": reason_text(reason),
        "ways": [_way_json(way, plan) for way in reason.ways],
    }
    if reason.values:
        value["values"] = list(reason.values)
    return value


def _way_json(way: Way, plan: Plan) -> Plain:
    if isinstance(way.do, Edit):
        return {"when": way.when.value, "edit": way.do.line, "address": way.do.address}
    words = all_words(way.do.words, plan.profile.path, plan.state.path)
    return {"when": way.when.value, "command": shlex.join(words)}


def _request_json(request: Request) -> Plain:
    return {
        "addresses": list(request.addresses),
        "repeatable": request.repeatable,
        "parts": [_part_json(part) for part in request.parts],
    }


def _part_json(part: Part) -> Plain:
    if isinstance(part, TextPart):
        return {"name": part.name, "value": part.value}
    value: dict[str, Plain] = {
        "name": part.name,
        "file": part.file,
        "sha256": part.sha256,
        "size": part.size,
        "content_type": part.content_type,
    }
    if part.width is not None and part.height is not None:
        value |= {"width": part.width, "height": part.height}
    return value


def read_plans(text: str, name: str) -> tuple[SavedPlan, ...]:
    """Read a plan file's text: one plan, or an array, which may be empty. Raises StaleError where it is neither."""
    try:
        value = read_json(text)
        found = value if isinstance(value, list) else [value]
        return tuple(_plan(mapping(plan, "the plan")) for plan in found)
    except DamageError as error:
        raise StaleError.at(
            name, f"this is not a saved plan: {error}", "save one with `reconciler plan --out FILE`"
        ) from error


def is_plan_file(text: str) -> bool:
    """Tell whether a file's text is JSON that says to be saved plans, or none; damaged ones count too."""
    if not text.lstrip().startswith(("{", "[")):
        return False
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return '"format_version"' in text
    if value == []:
        return True
    first = value[0] if isinstance(value, list) else value
    return isinstance(first, dict) and "format_version" in first


def _plan(value: Fields) -> SavedPlan:
    version = value.get("format_version")
    if version != FORMAT_VERSION:
        other = f"its format_version is {version!r}, not {FORMAT_VERSION!r}"
        raise DamageError("it has no format_version" if version is None else other)
    profile, state = mapping(value.get("profile"), "profile"), mapping(value.get("state"), "state")
    paths = text_at(profile, "path"), text_at(state, "path")
    plan = Plan(
        account_id=text_at(value, "account_id"),
        profile=ProfileRef(paths[0], text_at(profile, "sha256")),
        state=_state(state),
        tool_version=text_at(value, "tool_version"),
        changes=tuple(_read_change(mapping(change, "changes"), *paths) for change in list_at(value, "changes")),
        requests=tuple(_request(mapping(request, "requests")) for request in list_at(value, "requests")),
        warnings=texts_at(value, "warnings"),
        in_doubt=texts_at(value, "in_doubt"),
        first_apply=_optional_texts_at(value, "first_apply"),
        targets=_optional_texts_at(value, "targets"),
        ids=_ids(value),
        lines=_lines(value),
        stays=_read_stays(value),
    )
    given = set(ids_given(plan))
    plan = replace(plan, warnings=tuple(warning for warning in plan.warnings if warning not in given))
    commit = optional_text_at(value, "commit")
    return SavedPlan(plan, text_at(value, "id"), text_at(value, "created_at"), commit)


def _state(value: Fields) -> StateRef:
    if value.get("absent") is True:
        return StateRef(text_at(value, "path"))
    times = optional_text_at(value, "applied_at"), optional_text_at(value, "seen_at")
    return StateRef(text_at(value, "path"), text_at(value, "lineage"), whole_at(value, "serial"), *times)


def _ids(value: Fields) -> dict[str, str]:
    ids = mapping(value.get("ids", {}), "ids")
    return {address: text_at(ids, address) for address in ids}


def _read_stays(value: Fields) -> dict[str, str | None]:
    stays = mapping(value.get("stays", {}), "stays")
    return {address: None if stays[address] is None else text_at(stays, address) for address in stays}


def _lines(value: Fields) -> dict[str, int]:
    lines = mapping(value.get("lines", {}), "lines")
    return {address: whole_at(lines, address) for address in lines}


def _read_change(value: Fields, profile: str, state: str) -> Change:
    return Change(
        address=text_at(value, "address"),
        action=_known(Action, text_at(value, "action"), "action"),
        before=value.get("before"),
        after=value.get("after"),
        fields=tuple(_read_field(mapping(field, "fields")) for field in list_at(value, "fields")),
        reason=_read_reason(mapping(value["reason"], "reason"), profile, state) if "reason" in value else None,
        warnings=tuple(
            _read_reason(mapping(warning, "warnings"), profile, state) for warning in list_at(value, "warnings")
        )
        if "warnings" in value
        else (),
        moved_from=optional_text_at(value, "from"),
        entry_id=optional_text_at(value, "entry_id"),
        along=mapping(value.get("along", {}), "along"),
        known_at=_known_at(mapping(value["known"], "known")) if "known" in value else None,
    )


def _known_at(value: Fields) -> KnownAt:
    seen_at = optional_text_at(value, "seen_at")
    return KnownAt(text_at(value, "applied_at"), is_seen=False) if seen_at is None else KnownAt(seen_at, is_seen=True)


def _read_reason(value: Fields, profile: str, state: str) -> Reason:
    """Read a reason; its text is ours to word again."""
    return Reason(
        _known(Code, text_at(value, "code"), "code"),
        texts_at(value, "addresses"),
        tuple(_read_way(mapping(way, "ways"), profile, state) for way in list_at(value, "ways")),
        _optional_texts_at(value, "values"),
    )


def _read_way(value: Fields, profile: str, state: str) -> Way:
    when = _known(When, text_at(value, "when"), "condition")
    if "edit" in value:
        return Way(when, Edit(text_at(value, "address"), text_at(value, "edit")))
    try:
        words = tuple(shlex.split(text_at(value, "command")))
    except ValueError as error:
        raise DamageError("a command is not one") from error
    named = options(profile, state)
    if named and words[-len(named) :] == named:
        words = words[: -len(named)]
    if words[:1] != ("reconciler",) or len(words) == 1:
        raise DamageError("a command is none of reconciler")
    return Way(when, Command(words[1:]))


def _known(kind: type[Known], text: str, what: str) -> Known:
    if text not in list(kind):
        raise DamageError(f"there is no {what} {text!r}")
    return kind(text)


def _read_field(value: Fields) -> FieldChange:
    return FieldChange(text_at(value, "path", empty=True), value.get("before"), value.get("after"))


def _request(value: Fields) -> Request:
    parts = tuple(_part(mapping(part, "parts")) for part in list_at(value, "parts"))
    group = Group(texts_at(value, "addresses"), parts, {})
    return Request((), (group,), value.get("repeatable") is True)


def _part(value: Fields) -> Part:
    if "value" in value:
        return TextPart(text_at(value, "name"), text_at(value, "value", empty=True))
    sized = "width" in value and "height" in value
    return FilePart(
        text_at(value, "name"),
        text_at(value, "file"),
        text_at(value, "sha256"),
        whole_at(value, "size"),
        text_at(value, "content_type"),
        whole_at(value, "width") if sized else None,
        whole_at(value, "height") if sized else None,
    )


def _optional_texts_at(value: Fields, key: str) -> tuple[str, ...]:
    return texts_at(value, key) if key in value else ()
