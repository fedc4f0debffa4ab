"""Owns the state file's format: text in, value out, and back. Each member is declared once, with its schema."""

import json
from collections.abc import Mapping
from typing import Any, TypeVar

from msgspec.json import format as format_json
from msgspec.structs import replace

from reconciler.address import is_entry
from reconciler.decode import DamageError, mapping, optional_text_at, read_json
from reconciler.problem import StateError
from reconciler.state.applied import Applied, Forgotten, Kept, Look, Pending, Reads, Record, Sending, Source, handles
from reconciler.state.conflict import holds_conflict, refuse_conflict
from reconciler.state.form import Form, FormKind, Schema, by_name, kind_of, many, refuse_other_keys
from reconciler.state.kinds import (
    ABSENT_PATTERN,
    ADDRESS,
    ADDRESS_PATTERN,
    BY,
    CONTENT,
    DEFINITIONS,
    DIGEST,
    ENTRY_CONTENT,
    ENTRY_PATTERN,
    FLAG,
    ID,
    IDS,
    READ_SOURCE,
    SECTION_PATTERN,
    SERIAL,
    TEXT,
    TIME,
    TRUE,
    UUID,
    UUID_PATTERN,
    WITH_ID,
    check_absent,
    check_address,
    check_text,
    check_unit,
    ref,
)
from reconciler.state.seal import seal, with_source
from reconciler.values import Plain, members

VERSION = 1
RECOVER = (
    "take the last good one from git, look at the profile on LinkedIn, and record with `reconciler state accept "
    "ADDRESS` what was applied since: what state does not hold is sent again"
)

T = TypeVar("T")


def read_state(given: str, name: str, remedy: str = RECOVER) -> Applied:
    """Return the state that a file holds. Raises StateError: it is damaged, newer, or holds a merge conflict.

    `remedy` is what to do where it is damaged.
    """
    try:
        value = mapping(read_json(given), "the file")
        _refuse_newer(value.get("version"), name)
        if "null" in given:
            _refuse_nulls(dict(value))
        return _read(dict(value))
    except DamageError as error:
        if holds_conflict(given):  # so it is no JSON
            refuse_conflict(given, name)
        raise StateError.at(name, f"this state cannot be used: {error}", remedy) from error


def write_state(applied: Applied) -> str:
    """Return the text of a state file: keys sorted, two-space indent, a final newline."""
    return laid_out(state_json(applied)) + "\n"


def laid_out(value: Plain) -> str:
    """Write JSON as `json.dumps` does with an indent of two, in a quarter of the time: that has no C for an indent."""
    compact = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return format_json(compact.encode("utf-8", "surrogatepass"), indent=2).decode("utf-8", "surrogatepass")


def state_json(applied: Applied) -> dict[str, Plain]:
    """Return a state as plain data."""
    return {"version": VERSION, **members(STATE.write(applied))}


def sealed(applied: Applied) -> tuple[Applied, str]:
    """Return a state with the digest of the rest of it in its source, and the text of its file."""
    text = write_state(replace(applied, source=None))
    if applied.source is None:
        return applied, text
    source = replace(applied.source, sections=seal(text.encode("utf-8", "surrogatepass")))
    written = laid_out(SOURCE.write(source))
    return replace(applied, source=source), with_source(text, written)


def state_schema() -> Schema:
    """Return the JSON Schema of a state file, as it is published in `schemas/`."""
    state = STATE.schema
    properties, required = members(state["properties"]), state["required"]
    assert isinstance(required, list)
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "State of a profile",
        "description": "What was last applied to a profile, what left its file, and what was sent without a known "
        "outcome.",
        **state,
        "properties": {"version": {"const": VERSION}, **properties},
        "required": ["version", *required],
        "definitions": {**DEFINITIONS, **{name: form.schema for name, form in _FORMS.items()}},
    }


def _read(value: dict[str, Plain]) -> Applied:
    version = value.pop("version", None)
    if type(version) is not int or version != VERSION:
        raise DamageError(f"its version is {version!r:.80}, not {VERSION}")
    applied = STATE.read(value, "")
    both = sorted(applied.sections.keys() & applied.forgotten.keys())
    if both:
        raise DamageError(f"{both[0]} stands both in sections and in forgotten")
    given: dict[str, str] = {}
    for address, handle in handles(applied):
        if handle in given:
            raise DamageError(f"{given[handle]} and {address} have one handle")
        given[handle] = address
    return applied


def _refuse_newer(version: Plain, name: str) -> None:
    if type(version) is int and version > VERSION:
        message = f"this state has version {version}, and this reconciler knows up to {VERSION}"
        raise StateError.at(name, message, "install a newer reconciler")


def _refuse_nulls(value: Plain) -> None:
    """Refuse what nothing of ours writes: what is not there has no key."""
    if value is None:
        raise DamageError("it holds a null")
    for below in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _refuse_nulls(below)


LOOK = Form(
    Look,
    {
        "at": TIME,
        "source": READ_SOURCE,
        "mark": DIGEST.saying("Of what can only be seen to have changed: a location's name, the path of a picture."),
    },
    keys={"source": "from"},
)
_RECORDED: dict[str, FormKind[Any]] = {
    "applied_at": TIME.saying("When it was last confirmed or vouched for."),
    "by": BY,
    "seen": kind_of(LOOK, "look").saying("When it was last seen on LinkedIn."),
}
SECTION_RECORD = Form(Record, {"value": CONTENT, **_RECORDED})
ENTRY_RECORD = Form(Record, {"value": ENTRY_CONTENT, **IDS, **_RECORDED}, extra=WITH_ID)

_LEFT = {"forgotten_at": TIME, "by": BY}
FORGOTTEN = Form(Forgotten, {"value": CONTENT, **_LEFT})
FORGOTTEN_ENTRY = Form(Forgotten, {"value": ENTRY_CONTENT, **IDS, **_LEFT}, extra=WITH_ID)

_FIELDS = {"fields": many(TEXT).saying("The fields that travel; all, where it is missing.")}
SECTION_SENDING = Form(Sending, {"value": CONTENT, **_FIELDS})
ENTRY_SENDING = Form(
    Sending,
    {
        "value": ENTRY_CONTENT,
        **IDS,
        **_FIELDS,
        "notify_network": FLAG,
    },
    extra={**WITH_ID, "not": {"required": ["id", "handle"]}},  # a handle is of what adds an entry
)


def _at_units(section: FormKind[T], entry: FormKind[T]) -> FormKind[Mapping[str, T]]:
    """Return the kind of a mapping by the addresses of sections and entries."""
    schema: Schema = {
        "additionalProperties": False,
        "patternProperties": {ENTRY_PATTERN: entry.schema, SECTION_PATTERN: section.schema},
    }
    return by_name(check_unit, lambda address: entry if is_entry(address) else section, schema)


def _at_addresses(other: FormKind[T], entry: FormKind[T]) -> FormKind[Mapping[str, T]]:
    """Return the kind of a mapping by addresses, those of fields included."""
    schema: Schema = {
        "propertyNames": {"pattern": ADDRESS_PATTERN},
        "patternProperties": {ENTRY_PATTERN: entry.schema},
        "additionalProperties": other.schema,
    }
    return by_name(check_address, lambda address: entry if is_entry(address) else other, schema)


def _read_entry_sending(value: Plain, name: str) -> Sending:
    sending = ENTRY_SENDING.read(value, name)
    if sending.handle is not None and sending.id is not None:
        raise DamageError(f"{name} holds a handle, which only what adds an entry has")
    return sending


PENDING = Form(
    Pending,
    {
        "request": UUID.saying("Derived from what is sent: the same request has the same."),
        "idempotency_key": UUID,
        "addresses": many(ADDRESS),
        "sections": _at_units(
            kind_of(SECTION_SENDING, "sending"),
            FormKind(_read_entry_sending, ENTRY_SENDING.write, ref("entry_sending")),
        ),
        "sent_at": TIME,
        "answered": TRUE.saying(
            "The key must not be used again: an unclear answer came, or something else was sent or said of the same "
            "place since."
        ),
    },
)


def _read_sent_id(value: Plain, name: str) -> str | None:
    given = mapping(value, name)
    refuse_other_keys(given, name, {"id"})
    return optional_text_at(given, "id")


def _write_sent_id(entry_id: str | None) -> Plain:
    return {} if entry_id is None else {"id": entry_id}


_SENT_ENTRY: Schema = {"type": "object", "additionalProperties": False, "properties": {"id": ID.schema}}
_SENT_SECTION: Schema = {"type": "object", "maxProperties": 0}
KEPT = Form(
    Kept,
    {
        "key": UUID,
        "ids": _at_units(
            FormKind(_read_sent_id, _write_sent_id, _SENT_SECTION), FormKind(_read_sent_id, _write_sent_id, _SENT_ENTRY)
        ).saying("What was sent: sections, and entries with the ids of those that were edited."),
    },
    keys={"ids": "sent"},
)
SOURCE = Form(
    Source,
    {
        "profile": DIGEST,
        "files": by_name(check_text, lambda _: DIGEST, {"additionalProperties": DIGEST.schema}),
        "tool_version": TEXT,
        "sections": DIGEST.saying("Of the rest of the state."),
    },
    always=("sections",),
)
READS = Form(
    Reads,
    {
        "last": TIME.saying("When LinkedIn was last read."),
        "absent": by_name(
            check_absent,
            lambda _: TIME,
            {"propertyNames": {"pattern": ABSENT_PATTERN}, "additionalProperties": TIME.schema},
        ).saying("Since when a read does not show what was expected: an Add in doubt, or anything in a section."),
    },
)
STATE = Form(
    Applied,
    {
        "lineage": UUID.saying(
            "One for each history: two states of different lineage have nothing to do with each other."
        ),
        "serial": SERIAL.saying("Grows with every write."),
        "write": UUID.saying("New with every write, so that two branches that both wrote conflict in git."),
        "account_id": TEXT,
        "source": kind_of(SOURCE, "source").saying("The digests of the last apply that left nothing to do."),
        "sections": _at_units(kind_of(SECTION_RECORD, "record"), kind_of(ENTRY_RECORD, "entry_record")).saying(
            "What is known to be live, by address."
        ),
        "forgotten": _at_addresses(kind_of(FORGOTTEN, "forgotten"), kind_of(FORGOTTEN_ENTRY, "forgotten_entry")).saying(
            "What left the profile file and stays on LinkedIn, by address."
        ),
        "pending": many(kind_of(PENDING, "pending")).saying(
            "Requests that were about to be sent, or were sent, and of which no outcome is known."
        ),
        "keys": by_name(
            check_text,
            lambda _: kind_of(KEPT, "kept"),
            {"propertyNames": UUID_PATTERN, "additionalProperties": kind_of(KEPT, "kept").schema},
        ).saying("Idempotency keys of requests that did not arrive: the connection was refused, or a person said so."),
        "reads": kind_of(READS, "reads"),
    },
    always=("sections", "forgotten", "pending"),
)
_FORMS: dict[str, Form[Any]] = {
    "record": SECTION_RECORD,
    "entry_record": ENTRY_RECORD,
    "forgotten": FORGOTTEN,
    "forgotten_entry": FORGOTTEN_ENTRY,
    "sending": SECTION_SENDING,
    "entry_sending": ENTRY_SENDING,
    "pending": PENDING,
    "kept": KEPT,
    "source": SOURCE,
    "look": LOOK,
    "reads": READS,
}
