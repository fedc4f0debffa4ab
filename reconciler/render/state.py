"""Owns the pictures of a state: a line an address, all that it holds, or what a merge took from another one."""

import json
from collections.abc import Iterator, Mapping
from typing import NoReturn

from msgspec import Struct

from reconciler.address import is_set_aside, lies_in
from reconciler.decode import DamageError
from reconciler.problem import StateError
from reconciler.render.data import visible_json
from reconciler.render.problems import FORMAT_VERSION
from reconciler.render.terminal import visible
from reconciler.render.wording import form_of
from reconciler.state.applied import Applied, Forgotten, Pending, Record
from reconciler.state.form import Form, FormKind, Schema, many
from reconciler.state.format import state_json
from reconciler.state.kinds import ADDRESS, BY, DEFINITIONS, HANDLE, ID, SERIAL, TEXT, TIME
from reconciler.state.merge import Merged
from reconciler.state.queries import holdings, in_doubt
from reconciler.values import Plain, members, same


class _Row(Struct, frozen=True):
    """What a list says of one address."""

    address: str
    status: str
    since: str
    by: str | None = None
    id: str | None = None
    handle: str | None = None
    edit_form: str | None = None


class _List(Struct, frozen=True):
    format_version: str
    path: str
    account_id: str
    serial: int
    records: tuple[_Row, ...]


def _read_nothing(value: Plain, name: str) -> NoReturn:
    """Refuse to read what is only ever written."""
    raise DamageError(f"{name} is {value!r:.80}, which nothing reads")


_STATUS: FormKind[str] = FormKind(_read_nothing, str, {"enum": ["known", "forgotten", "in-doubt", "unknown"]})
_ROW = Form(
    _Row,
    {
        "address": ADDRESS,
        "status": _STATUS,
        "since": TIME,
        "by": BY,
        "id": ID,
        "handle": HANDLE,
        "edit_form": TEXT.saying("Where LinkedIn lets a person edit or delete the entry."),
    },
)
_LIST = Form(
    _List,
    {
        "format_version": TEXT,
        "path": TEXT,
        "account_id": TEXT,
        "serial": SERIAL,
        "records": many(FormKind(_ROW.read, _ROW.write, _ROW.schema)),
    },
)


def render_list(applied: Applied) -> str:
    """Return a line an address: what it is, since when, who said so, its id, and where it can be deleted."""
    rows = [
        (
            visible(row.address),
            visible(_row_words(row)),
            f"id {visible(row.id)}" if row.id else "",
            f"delete it at {visible(row.edit_form)}" if row.edit_form and row.status == "forgotten" else "",
        )
        for row in _rows(applied)
    ]
    width = max((len(row[0]) for row in rows), default=0)
    lines = [f"{address:{width}}  {'  '.join(rest)}".rstrip() for address, *rest in rows]
    return "\n".join(lines) or "state holds nothing"


def list_json(applied: Applied, path: str) -> str:
    """Return the rows of a list as JSON."""
    return visible_json(_LIST.write(_List(FORMAT_VERSION, path, applied.account_id, applied.serial, _rows(applied))))


def list_schema() -> Schema:
    """Return the JSON Schema of a list, as it is published in `schemas/`."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "What a state knows",
        "description": "The output of `reconciler state list --format json`.",
        **_LIST.schema,
        "definitions": DEFINITIONS,
    }


def _rows(applied: Applied) -> tuple[_Row, ...]:
    rows = []
    for address, known in holdings(applied).items():
        status, since = "known", known.applied_at if isinstance(known, Record) else known.forgotten_at
        if not isinstance(known, Record):
            status = "forgotten"
        rows.append(_Row(address, status, since, known.by, known.id, known.handle, _form(address, known.id)))
    doubted = in_doubt(applied)
    for pending in applied.pending:
        for address in pending.addresses:
            sending = pending.sections.get(address)
            status = "in-doubt" if address in doubted else "unknown"
            entry_id, handle = (sending.id, sending.handle) if sending is not None else (None, None)
            rows.append(_Row(address, status, pending.sent_at, None, entry_id, handle, _form(address, entry_id)))
    return tuple(sorted(rows, key=lambda row: (row.address, row.status, row.since)))


def _form(address: str, entry_id: str | None) -> str | None:
    return None if entry_id is None else form_of(address, entry_id)


def _row_words(row: _Row) -> str:
    """Return what a row is, in words."""
    if row.status == "known":
        return f"{row.by} {row.since}"
    if row.status == "forgotten":
        return f"forgotten {row.since}, stays on LinkedIn"
    return f"{'in doubt' if row.status == 'in-doubt' else 'unknown'}, sent {row.since}"


def render_merge(path: str, ours: Applied, merged: Merged) -> str:
    """Return what a merge took from the other side, whole: it is another's, and may be hostile."""
    lines = [f"{visible(path)}: merged"]
    aside = _set_aside(ours, merged.applied)
    taken, gone = _taken(ours, merged.applied, frozenset(aside.values()))
    if taken:
        lines += ["taken from the other side:", *(f"  {line}" for line in taken)]
    for address, free in aside.items():
        lines.append(f"set aside, since another entry has its key: {visible(address)} is {visible(free)} now")
    gone = [address for address in gone if address not in merged.contested]
    if gone:
        lines.append(f"no longer here, as on the other side: {visible(', '.join(gone))}")
    if merged.contested:
        contested = visible(", ".join(merged.contested))
        lines.append(f"changed by both sides, so that what is live is not known: {contested}")
    if merged.twice:
        lines.append(f"added by both sides, so that LinkedIn may show it twice: {visible(', '.join(merged.twice))}")
    return "\n".join(lines)


def _set_aside(ours: Applied, merged: Applied) -> dict[str, str]:
    """Return the addresses of our entries that a merge set aside, each with the one under which it is now."""
    former = {known.handle: address for address, known in holdings(ours).items() if isinstance(known, Record)}
    aside = {}
    for address, known in sorted(holdings(merged).items()):
        if isinstance(known, Forgotten) and known.handle is not None and is_set_aside(address):
            before = former.get(known.handle)
            if before is not None and same(ours.sections[before].value, known.value):
                aside[before] = address
    return aside


def _taken(ours: Applied, merged: Applied, aside: frozenset[str]) -> tuple[list[str], list[str]]:
    """Return lines on what a merged state holds and ours does not, and the addresses that only ours holds."""
    before, after = holdings(ours), holdings(merged)
    lines: list[str] = []
    for address, known in sorted(after.items()):
        if before.get(address) != known and address not in aside:
            lines += _known_lines(address, members(_record_value(merged, address)))
    for pending in merged.pending:
        if pending not in ours.pending:
            lines += _pending_lines(pending, in_doubt(merged))
    return lines, sorted(before.keys() - after.keys())


def render_json(applied: Applied, path: str, address: str | None) -> str:
    """Return a state, or what it holds at and below an address, as JSON. Raises StateError."""
    return visible_json(_chosen(applied, path, address), sort_keys=True)


def render_state(applied: Applied, path: str, address: str | None) -> str:
    """Return a state, or what it holds at and below an address, to be read. Raises StateError."""
    lines = [] if address else [f"{visible(path)}: account {visible(applied.account_id)}, serial {applied.serial}"]
    chosen = _chosen(applied, path, address)
    for held in (members(chosen["sections"]), members(chosen["forgotten"])):
        for below, known in held.items():
            lines += _known_lines(below, members(known))
    for pending in _pending_at(applied, address):
        lines += _pending_lines(pending, in_doubt(applied))
    return "\n".join(lines)


def _known_lines(address: str, known: Mapping[str, Plain]) -> Iterator[str]:
    """Return lines on one record, given as plain data."""
    since = f"{known.get('by', 'apply')} {known['applied_at']}" if "applied_at" in known else ""
    since = since or f"forgotten {known['forgotten_at']}"
    entry_id = f", id {known['id']}" if "id" in known else ""
    yield f"{visible(address)}  ({visible(since + entry_id)})"
    yield from _value(known["value"], "  ")


def _pending_lines(pending: Pending, doubted: tuple[str, ...]) -> Iterator[str]:
    yield f"pending since {visible(pending.sent_at)}"
    for address, sending in pending.sections.items():
        word = "in doubt" if address in doubted else "unknown whether applied"
        yield f"  {visible(address)}  ({word})"
        yield from _value(sending.value, "    ")


def _pending_at(applied: Applied, address: str | None) -> list[Pending]:
    return [
        pending
        for pending in applied.pending
        if address is None or any(lies_in(sent, address) for sent in pending.addresses)
    ]


def _chosen(applied: Applied, path: str, address: str | None) -> dict[str, Plain]:
    """Return a state as plain data, or what lies in an address. Raises StateError where nothing does."""
    whole = state_json(applied)
    if address is None:
        return whole
    requests = whole["pending"]
    assert isinstance(requests, list)
    chosen = _pending_at(applied, address)
    found: dict[str, Plain] = {
        title: {below: known for below, known in members(whole[title]).items() if lies_in(below, address)}
        for title in ("sections", "forgotten")
    }
    found["pending"] = [
        request for request, pending in zip(requests, applied.pending, strict=True) if pending in chosen
    ]
    if not any(found.values()):
        raise StateError.at(path, "state holds nothing there", "look what it holds", address, ("state", "list"))
    return found


def _record_value(applied: Applied, address: str) -> Plain:
    """Return a record as plain data."""
    whole = state_json(applied)
    return members(whole["sections"]).get(address) or members(whole["forgotten"])[address]


def _value(value: Plain, indent: str) -> list[str]:
    if isinstance(value, dict):
        lines = []
        for key, below in value.items():
            if isinstance(below, dict | list) and below:
                lines += [f"{indent}{visible(key)}:", *_value(below, indent + "  ")]
            else:
                first, *more = _value(below, "") or [""]
                lines += [f"{indent}{visible(key)}: {first}".rstrip(), *(f"{indent}{line}" for line in more)]
        return lines
    if isinstance(value, list):
        return [line for below in value for line in _bullet(below, indent)]
    text = value if isinstance(value, str) else json.dumps(value)
    first, *more = text.split("\n")
    return [f"{indent}{visible(first)}", *(f"{indent}  {visible(line)}" for line in more)]


def _bullet(value: Plain, indent: str) -> list[str]:
    first, *more = _value(value, "") or [""]
    return [f"{indent}- {first}".rstrip(), *(f"{indent}  {line}" for line in more)]
