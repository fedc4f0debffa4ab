"""Owns the state file's format: text in, value out, and back (contract, *State file*)."""

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import NoReturn, TypeVar

from reconciler.address import problem_with, unit_of
from reconciler.plain import Plain, digest
from reconciler.problem import StateError
from reconciler.state.applied import Applied, Forgotten, Pending, Record, Sending, Source

VERSION = 1
MAX_DEPTH = 64
MAX_DIGITS = 400
MAX_SERIAL = 2**53
_CONFLICT = re.compile(r"^(<{7}|={7}|>{7})(?: |$)", re.MULTILINE)
_SERIAL = re.compile(r'^\s*"serial": (\d+)', re.MULTILINE)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)

Fields = Mapping[str, Plain]
T = TypeVar("T")


class _Damage(Exception):  # noqa: N818 - it never leaves this module
    """Where and how a state file is not what it should be."""


def read_state(text: str, name: str) -> Applied:
    """Read a state file's text; raises StateError where it is damaged, newer, or holds a merge conflict."""
    if _CONFLICT.search(text):
        _refuse_conflict(text, name)
    try:
        value = json.loads(text, parse_constant=_no_constant, parse_int=_whole, object_pairs_hook=_unique)
        _check_plain(value, 0)
        return _applied(_mapping(value, "the file"))
    except json.JSONDecodeError as error:
        reason = f"it is not JSON at line {error.lineno}, column {error.colno}"
    except RecursionError:
        reason = "it is nested too deep"
    except (_Damage, ValueError) as error:
        reason = str(error)
    raise StateError.at(name, f"this state cannot be used: {reason}", "take the last good one from git")


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
        "forgotten": {
            at: _present({"value": one.value, "id": one.id, "id_by": one.id_by, "forgotten_at": one.forgotten_at})
            for at, one in applied.forgotten.items()
        },
        "pending": [_pending_json(one) for one in applied.pending],
    }
    if applied.keys:
        value["keys"] = dict(applied.keys)
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
    return _present({"value": one.value, "id": one.id, "id_by": one.id_by, "applied_at": one.applied_at, "by": one.by})


def sections_digest(sections: Plain) -> str:
    """Give the digest over a state's sections that the fast path compares."""
    return digest(sections)


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
        }
    )


def _present(value: dict[str, Plain]) -> dict[str, Plain]:
    return {key: below for key, below in value.items() if below is not None}


def _applied(value: Fields) -> Applied:
    version = value.get("version")
    if type(version) is int and version > VERSION:
        raise _Damage(f"it has version {version}, and this reconciler knows up to {VERSION}: install a newer one")
    if type(version) is not int or version != VERSION:
        raise _Damage(f"its version is {version!r}, not {VERSION}")
    _known(value, "the file", {*_REQUIRED, "keys", "source"})
    serial = value.get("serial")
    if type(serial) is not int or not 1 <= serial <= MAX_SERIAL:
        raise _Damage(f"its serial is not a whole number from 1 to {MAX_SERIAL}")
    both = sorted({*_mapping(value.get("sections"), "sections")} & {*_mapping(value.get("forgotten"), "forgotten")})
    if both:
        raise _Damage(f"{both[0]} stands both in sections and in forgotten")
    return Applied(
        lineage=_text(value, "lineage"),
        serial=serial,
        write=_text(value, "write"),
        account_id=_text(value, "account_id"),
        sections=_each(value, "sections", _record, units=True),
        forgotten=_each(value, "forgotten", _forgotten),
        pending=tuple(_pending(_mapping(one, "pending")) for one in _list(value, "pending")),
        keys={key: _string(one, f"keys.{key}") for key, one in _mapping(value.get("keys", {}), "keys").items()},
        source=_source(value["source"]) if "source" in value else None,
    )


_REQUIRED = ("version", "lineage", "serial", "write", "account_id", "sections", "forgotten", "pending")


def _record(value: Fields, at: str) -> Record:
    _known(value, at, {"value", "id", "id_by", "applied_at", "by"})
    return Record(
        _content(value, at),
        _time(value, "applied_at"),
        _text(value, "by"),
        _optional(value, "id"),
        _id_by(value),
    )


def _forgotten(value: Fields, at: str) -> Forgotten:
    _known(value, at, {"value", "id", "id_by", "forgotten_at"})
    return Forgotten(_content(value, at), _time(value, "forgotten_at"), _optional(value, "id"), _id_by(value))


def _sending(value: Fields, at: str) -> Sending:
    _known(value, at, {"value", "id", "id_by", "fields", "notify_network"})
    fields = tuple(_string(one, f"{at}.fields") for one in _list(value, "fields")) if "fields" in value else None
    notify = value.get("notify_network")
    if notify is not None and not isinstance(notify, bool):
        raise _Damage(f"{at}.notify_network is {notify!r}, not true or false")
    return Sending(_content(value, at), _optional(value, "id"), _id_by(value), fields, notify)


def _pending(value: Fields) -> Pending:
    _known(value, "pending", {"request", "idempotency_key", "addresses", "sections", "sent_at", "answered"})
    addresses = tuple(_string(one, "pending.addresses") for one in _list(value, "addresses"))
    for address in addresses:
        _check_address(address, "pending.addresses")
    return Pending(
        request=_text(value, "request"),
        idempotency_key=_text(value, "idempotency_key"),
        addresses=addresses,
        sections=_each(value, "sections", _sending, units=True),
        sent_at=_time(value, "sent_at"),
        answered=value.get("answered") is True,
    )


def _source(value: Plain) -> Source:
    fields = _mapping(value, "source")
    files = _mapping(fields.get("files"), "source.files")
    return Source(
        profile=_text(fields, "profile"),
        files={path: _string(one, "source.files") for path, one in files.items()},
        tool_version=_text(fields, "tool_version"),
        sections=_text(fields, "sections"),
    )


def _each(value: Fields, key: str, read: Callable[[Fields, str], T], *, units: bool = False) -> dict[str, T]:
    found = {}
    for at, one in _mapping(value.get(key), key).items():
        _check_address(at, key)
        if units and at.count(".") > (1 if at.partition(".")[0] in {"experience", "education"} else 0):
            raise _Damage(f"{key} holds {at!r}, which is neither a section nor an entry")
        found[at] = read(_mapping(one, at), at)
    return found


def _content(value: Fields, at: str) -> Plain:
    content = value.get("value")
    if content is None:
        raise _Damage(f"{at} has no value")
    _check_names(content, at)
    if at.count(".") == 1 and at.startswith(("experience.", "education.")) and not isinstance(content, dict):
        raise _Damage(f"the value of {at} is not a mapping")
    return content


def _check_names(value: Plain, at: str) -> None:
    """Refuse names that are no field's: they become part of an address, whose pieces dots part."""
    if isinstance(value, list):
        for below in value:
            _check_names(below, at)
    elif isinstance(value, dict):
        for name, below in value.items():
            if not _NAME.fullmatch(name):
                raise _Damage(f"{at} holds {name!r}, which is not the name of a field")
            _check_names(below, at)


def _check_address(address: str, key: str) -> None:
    wrong = problem_with(address)
    below = address.removeprefix(unit_of(address)).split(".")[1:]
    if wrong is None and not all(map(_NAME.fullmatch, below)):
        wrong = "that is no field"
    if wrong is not None or address in {"experience", "education"}:
        raise _Damage(f"{key} holds {address!r}: {wrong or 'that is not one entry'}")


def _id_by(value: Fields) -> str | None:
    id_by = value.get("id_by")
    if id_by is None or id_by in ("file", "adopt", "resolve"):
        return id_by if isinstance(id_by, str) else None
    raise _Damage(f"id_by is {id_by!r}, not file, adopt or resolve")


def _time(value: Fields, key: str) -> str:
    text = _text(value, key)
    if not _TIME.fullmatch(text):
        raise _Damage(f"{key} is {text!r}, not a time (RFC 3339)")
    return text


def _text(value: Fields, key: str) -> str:
    if key not in value:
        raise _Damage(f"{key} is missing")
    return _string(value[key], key)


def _optional(value: Fields, key: str) -> str | None:
    return _string(value[key], key) if key in value else None


def _string(value: Plain, name: str) -> str:
    if not isinstance(value, str) or not value:
        raise _Damage(f"{name} is {value!r}, not a text")
    return value


def _list(value: Fields, key: str) -> list[Plain]:
    found = value.get(key)
    if not isinstance(found, list):
        raise _Damage(f"{key} is not a list")
    return found


def _mapping(value: Plain, name: str) -> Fields:
    if not isinstance(value, dict):
        raise _Damage(f"{name} is not a mapping")
    return value


def _known(value: Fields, name: str, keys: set[str]) -> None:
    for key in value:
        if key not in keys:
            raise _Damage(f"{name} holds {key!r}, which does not belong there")


def _check_plain(value: Plain, depth: int) -> None:
    """Refuse nulls, lone surrogates and deep nesting: nothing of ours writes them."""
    if depth > MAX_DEPTH:
        raise _Damage("it is nested too deep")
    if value is None:
        raise _Damage("it holds a null")
    if isinstance(value, float) and not math.isfinite(value):
        raise _Damage("it holds a number that is too large")
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, list):
        for below in value:
            _check_plain(below, depth + 1)
    elif isinstance(value, dict):
        for key, below in value.items():
            _check_text(key)
            _check_plain(below, depth + 1)


def _check_text(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise _Damage("it holds a text that is not valid Unicode") from error


def _no_constant(name: str) -> NoReturn:
    raise _Damage(f"it holds {name}, which is not a number")


def _whole(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise _Damage("it holds a number that is too large")
    return int(text)


def _unique(pairs: list[tuple[str, Plain]]) -> dict[str, Plain]:
    value = dict(pairs)
    if len(value) != len(pairs):
        twice = next(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
        raise _Damage(f"it holds the key {twice!r} twice")
    return value


def _refuse_conflict(text: str, name: str) -> NoReturn:
    serials = _SERIAL.findall(text)
    both = f" (serials {' and '.join(serials[:2])})" if len(serials) > 1 else ""
    raise StateError.at(
        name,
        f"this state holds a merge conflict: two branches both applied{both}, and neither knows what the other did",
        "keep the side that was applied last, whole (`git checkout --ours` or `--theirs`), look at the profile on "
        "LinkedIn, and record with `reconciler state accept` what the other side applied",
    )
