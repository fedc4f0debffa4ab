"""Owns the state file's format: text in, value out, and back (contract, *State file*)."""

import json
import re
from collections.abc import Callable
from typing import NoReturn, TypeVar

from reconciler.address import field_path, is_entry, is_entry_section, is_unit, problem_with
from reconciler.decode import (
    DamageError,
    Fields,
    list_at,
    mapping,
    optional_text_at,
    read_json,
    text,
    text_at,
    texts_at,
)
from reconciler.problem import StateError
from reconciler.state.applied import Applied, Forgotten, Kept, Pending, Record, Sending, Source, handles
from reconciler.values import Plain

VERSION = 1
MAX_SERIAL = 2**53
_CONFLICT = re.compile(r"^(<{7}|={7}|>{7})(?: |$)", re.MULTILINE)
_SERIAL = re.compile(r'^\s*"serial": (\d+)', re.MULTILINE)
_HANDLE = re.compile(r"[a-z0-9]{4,16}", re.ASCII)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)

T = TypeVar("T")


def read_state(text: str, name: str) -> Applied:
    """Read a state file's text; raises StateError where it is damaged, newer, or holds a merge conflict."""
    if _CONFLICT.search(text):
        _refuse_conflict(text, name)
    try:
        value = read_json(text)
        _refuse_newer(value, name)
        _refuse_nulls(value)
        return _applied(mapping(value, "the file"))
    except DamageError as error:
        raise StateError.at(name, f"this state cannot be used: {error}", "take the last good one from git") from error


def write_state(applied: Applied) -> str:
    """Write a state as the text of its file: keys sorted, two-space indent, a final newline."""
    return json.dumps(state_json(applied), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def state_json(applied: Applied) -> dict[str, Plain]:
    """Give a state as plain data."""
    value: dict[str, Plain] = {
        "version": VERSION,
        "lineage": applied.lineage,
        "serial": applied.serial,
        "write": applied.write,
        "account_id": applied.account_id,
        "sections": {at: record_json(one) for at, one in applied.sections.items()},
        "forgotten": {at: _forgotten_json(one) for at, one in applied.forgotten.items()},
        "pending": [_pending_json(one) for one in applied.pending],
    }
    if applied.keys:
        value["keys"] = {request: _kept_json(kept) for request, kept in applied.keys.items()}
    if applied.source is not None:
        value["source"] = {
            "profile": applied.source.profile,
            "files": dict(applied.source.files),
            "tool_version": applied.source.tool_version,
            "sections": applied.source.sections,
        }
    return value


def record_json(one: Record) -> dict[str, Plain]:
    """Give one record as plain data."""
    return _present(
        {
            "value": one.value,
            "id": one.id,
            "id_by": one.id_by,
            "handle": one.handle,
            "applied_at": one.applied_at,
            "by": one.by,
        }
    )


def _forgotten_json(one: Forgotten) -> Plain:
    by = None if one.by == "apply" else one.by
    return _present(
        {
            "value": one.value,
            "id": one.id,
            "id_by": one.id_by,
            "handle": one.handle,
            "forgotten_at": one.forgotten_at,
            "by": by,
        }
    )


def _pending_json(one: Pending) -> Plain:
    value = _present({"answered": one.answered or None})
    return {
        **value,
        "request": one.request,
        "idempotency_key": one.idempotency_key,
        "addresses": list(one.addresses),
        "sections": {at: _sending_json(sending) for at, sending in one.sections.items()},
        "sent_at": one.sent_at,
    }


def _sending_json(one: Sending) -> Plain:
    fields: Plain = None if one.fields is None else list(one.fields)
    return _present(
        {
            "value": one.value,
            "id": one.id,
            "id_by": one.id_by,
            "fields": fields,
            "notify_network": one.notify_network,
            "handle": one.handle,
        }
    )


def _present(value: dict[str, Plain]) -> dict[str, Plain]:
    return {key: below for key, below in value.items() if below is not None}


def _refuse_newer(value: Plain, name: str) -> None:
    version = value.get("version") if isinstance(value, dict) else None
    if type(version) is int and version > VERSION:
        message = f"this state has version {version}, and this reconciler knows up to {VERSION}"
        raise StateError.at(name, message, "install a newer reconciler")


def _applied(value: Fields) -> Applied:
    version = value.get("version")
    if type(version) is not int or version != VERSION:
        raise DamageError(f"its version is {version!r:.80}, not {VERSION}")
    _known(value, "the file", {*_REQUIRED, "keys", "source"})
    serial = value.get("serial")
    if type(serial) is not int or not 1 <= serial <= MAX_SERIAL:
        raise DamageError(f"its serial is not a whole number from 1 to {MAX_SERIAL}")
    both = sorted({*mapping(value.get("sections"), "sections")} & {*mapping(value.get("forgotten"), "forgotten")})
    if both:
        raise DamageError(f"{both[0]} stands both in sections and in forgotten")
    applied = Applied(
        lineage=text_at(value, "lineage"),
        serial=serial,
        write=text_at(value, "write"),
        account_id=text_at(value, "account_id"),
        sections=_each(value, "sections", _record, units=True),
        forgotten=_each(value, "forgotten", _forgotten),
        pending=tuple(_pending(mapping(one, "pending")) for one in list_at(value, "pending")),
        keys={
            request: _kept(one, f"keys.{request}") for request, one in mapping(value.get("keys", {}), "keys").items()
        },
        source=_source(value["source"]) if "source" in value else None,
    )
    given: dict[str, str] = {}
    for address, handle in handles(applied):
        if handle in given:
            raise DamageError(f"{given[handle]} and {address} have one handle")
        given[handle] = address
    return applied


_REQUIRED = ("version", "lineage", "serial", "write", "account_id", "sections", "forgotten", "pending")


def _record(value: Fields, at: str) -> Record:
    _known(value, at, {"value", "id", "id_by", "handle", "applied_at", "by"})
    return Record(
        _content(value, at),
        _time(value, "applied_at"),
        text_at(value, "by"),
        optional_text_at(value, "id"),
        _id_by(value),
        _handle(value, at),
    )


def _forgotten(value: Fields, at: str) -> Forgotten:
    _known(value, at, {"value", "id", "id_by", "handle", "forgotten_at", "by"})
    return Forgotten(
        _content(value, at),
        _time(value, "forgotten_at"),
        optional_text_at(value, "id"),
        _id_by(value),
        optional_text_at(value, "by") or "apply",
        _handle(value, at),
    )


def _sending(value: Fields, at: str) -> Sending:
    _known(value, at, {"value", "id", "id_by", "fields", "notify_network", "handle"})
    fields = texts_at(value, "fields", f"{at}.fields") if "fields" in value else None
    notify = value.get("notify_network")
    if notify is not None and not isinstance(notify, bool):
        raise DamageError(f"{at}.notify_network is {notify!r}, not true or false")
    entry_id, handle = optional_text_at(value, "id"), _handle(value, at)
    if handle is not None and entry_id is not None:
        raise DamageError(f"{at} holds a handle, which only what adds an entry has")
    return Sending(_content(value, at), entry_id, _id_by(value), fields, notify, handle)


def _pending(value: Fields) -> Pending:
    _known(value, "pending", {"request", "idempotency_key", "addresses", "sections", "sent_at", "answered"})
    addresses = texts_at(value, "addresses", "pending.addresses")
    for address in addresses:
        _check_address(address, "pending.addresses")
    return Pending(
        request=text_at(value, "request"),
        idempotency_key=text_at(value, "idempotency_key"),
        addresses=addresses,
        sections=_each(value, "sections", _sending, units=True),
        sent_at=_time(value, "sent_at"),
        answered=value.get("answered") is True,
    )


def _kept_json(kept: Kept) -> dict[str, Plain]:
    return {"key": kept.key, "sent": {at: _present({"id": entry_id}) for at, entry_id in kept.ids.items()}}


def _kept(value: Plain, name: str) -> Kept:
    fields = mapping(value, name)
    _known(fields, name, {"key", "sent"})
    return Kept(text_at(fields, "key"), _each(fields, "sent", _sent_id, units=True))


def _sent_id(value: Fields, at: str) -> str | None:
    _known(value, at, {"id"})
    return optional_text_at(value, "id")


def _source(value: Plain) -> Source:
    fields = mapping(value, "source")
    files = mapping(fields.get("files"), "source.files")
    return Source(
        profile=text_at(fields, "profile"),
        files={path: text(one, "source.files") for path, one in files.items()},
        tool_version=text_at(fields, "tool_version"),
        sections=text_at(fields, "sections"),
    )


def _each(value: Fields, key: str, read: Callable[[Fields, str], T], *, units: bool = False) -> dict[str, T]:
    found = {}
    for at, one in mapping(value.get(key), key).items():
        _check_address(at, key)
        if units and not is_unit(at):
            raise DamageError(f"{key} holds {at!r}, which is neither a section nor an entry")
        found[at] = read(mapping(one, at), at)
    return found


def _content(value: Fields, at: str) -> Plain:
    content = value.get("value")
    if content is None:
        raise DamageError(f"{at} has no value")
    _check_names(content, at)
    if is_entry(at) and not isinstance(content, dict):
        raise DamageError(f"the value of {at} is not a mapping")
    return content


def _check_names(value: Plain, at: str) -> None:
    """Refuse names that are no field's: they become part of an address, whose pieces dots part."""
    if isinstance(value, list):
        for below in value:
            _check_names(below, at)
    elif isinstance(value, dict):
        for name, below in value.items():
            if not _NAME.fullmatch(name):
                raise DamageError(f"{at} holds {name!r}, which is not the name of a field")
            _check_names(below, at)


def _check_address(address: str, key: str) -> None:
    wrong = problem_with(address)
    below = field_path(address)
    if wrong is None and below and not all(map(_NAME.fullmatch, below.split("."))):
        wrong = "that is no field"
    if wrong is not None or is_entry_section(address):
        raise DamageError(f"{key} holds {address!r}: {wrong or 'that is not one entry'}")


def _id_by(value: Fields) -> str | None:
    id_by = value.get("id_by")
    if id_by is None or id_by in ("file", "given", "adopt", "resolve"):
        return id_by if isinstance(id_by, str) else None
    raise DamageError(f"id_by is {id_by!r}, not file, given, adopt or resolve")


def _handle(value: Fields, at: str) -> str | None:
    handle = optional_text_at(value, "handle")
    if handle is not None and not (is_entry(at) and _HANDLE.fullmatch(handle)):
        raise DamageError(f"{at} holds {handle!r:.80} as a handle, which is none")
    return handle


def _time(value: Fields, key: str) -> str:
    text = text_at(value, key)
    if not _TIME.fullmatch(text):
        raise DamageError(f"{key} is {text!r}, not a time (RFC 3339)")
    return text


def _known(value: Fields, name: str, keys: set[str]) -> None:
    for key in value:
        if key not in keys:
            raise DamageError(f"{name} holds {key!r}, which does not belong there")


def _refuse_nulls(value: Plain) -> None:
    """Refuse what nothing of ours writes: what is not there has no key."""
    if value is None:
        raise DamageError("it holds a null")
    below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for one in below:
        _refuse_nulls(one)


def _refuse_conflict(text: str, name: str) -> NoReturn:
    serials = _SERIAL.findall(text)
    both = f" (serials {' and '.join(serials[:2])})" if len(serials) > 1 else ""
    raise StateError.at(
        name,
        f"this state holds a merge conflict: two branches both applied{both}, and neither knows what the other did",
        "keep the side that was applied last, whole (`git checkout --ours` or `--theirs`), look at the profile on "
        "LinkedIn, and record with `reconciler state accept` what the other side applied",
    )
