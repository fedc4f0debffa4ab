"""Owns the pictures of a state: a line an address, or all that it holds."""

import json

from reconciler.address import lies_in
from reconciler.problem import StateError
from reconciler.render.data import visible_json
from reconciler.render.terminal import visible
from reconciler.state.applied import Applied
from reconciler.state.format import state_json
from reconciler.state.queries import in_doubt
from reconciler.values import Plain


def render_list(applied: Applied) -> str:
    """Give a line an address: what it is, since when, who said so, and its id."""
    rows = [
        (at, f"{one.by} {one.applied_at}", f"id {one.id}" if one.id else "") for at, one in applied.sections.items()
    ]
    rows += [
        (at, f"forgotten {one.forgotten_at}", f"id {one.id}" if one.id else "") for at, one in applied.forgotten.items()
    ]
    doubted = in_doubt(applied)
    for pending in applied.pending:
        for at in pending.addresses:
            word = "in doubt" if at in doubted else "unknown"
            rows.append((at, f"{word}, sent {pending.sent_at}", ""))
    width = max((len(at) for at, _, _ in rows), default=0)
    lines = [
        f"{visible(at):{width}}  {visible(what)}  {visible(entry_id)}".rstrip() for at, what, entry_id in sorted(rows)
    ]
    return "\n".join(lines) or "state holds nothing"


def render_json(applied: Applied, path: str, address: str | None) -> str:
    """Give a state, or what it holds at and below an address, as JSON. Raises StateError."""
    return visible_json(_chosen(applied, path, address), sort_keys=True)


def render_state(applied: Applied, path: str, address: str | None) -> str:
    """Give a state, or what it holds at and below an address, to be read. Raises StateError."""
    chosen = _chosen(applied, path, address)
    lines = [] if address else [f"{visible(path)}: account {visible(applied.account_id)}, serial {applied.serial}"]
    for title in ("sections", "forgotten"):
        held = chosen[title]
        assert isinstance(held, dict)
        for at, one in held.items():
            assert isinstance(one, dict)
            since = f"{one.get('by', 'forgotten')} {one.get('applied_at', one.get('forgotten_at'))}"
            entry_id = f", id {one['id']}" if "id" in one else ""
            lines += [f"{visible(at)}  ({visible(since + entry_id)})", *_value(one["value"], "  ")]
    pending = chosen["pending"]
    assert isinstance(pending, list)
    for request in pending:
        assert isinstance(request, dict)
        lines.append(f"pending since {visible(str(request['sent_at']))}")
        sections = request["sections"]
        assert isinstance(sections, dict)
        for at, sending in sections.items():
            assert isinstance(sending, dict)
            word = "in doubt" if at in in_doubt(applied) else "unknown whether applied"
            lines += [f"  {visible(at)}  ({word})", *_value(sending["value"], "    ")]
    return "\n".join(lines)


def _chosen(applied: Applied, path: str, address: str | None) -> dict[str, Plain]:
    whole = state_json(applied)
    if address is None:
        return whole
    sections, forgotten = whole["sections"], whole["forgotten"]
    assert isinstance(sections, dict)
    assert isinstance(forgotten, dict)
    pending: list[Plain] = [
        one
        for one, held in zip(_list(whole["pending"]), applied.pending, strict=True)
        if any(lies_in(at, address) for at in held.addresses)
    ]
    found: dict[str, Plain] = {
        "sections": {at: one for at, one in sections.items() if lies_in(at, address)},
        "forgotten": {at: one for at, one in forgotten.items() if lies_in(at, address)},
        "pending": pending,
    }
    if not any(found.values()):
        raise StateError.at(path, "state holds nothing there", "see `reconciler state list`", address)
    return found


def _list(value: Plain) -> list[Plain]:
    return value if isinstance(value, list) else []


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
