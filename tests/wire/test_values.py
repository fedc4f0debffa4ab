"""What other servers understand of generated profiles is what the profiles say, in the order of the plan."""

import hashlib
import json
import re
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings

from reconciler.spec import BY_NAME, SECTIONS, Field, Kind, Use
from tests.strategies import FILES, profiles
from tests.wire.parsers import PARSERS, Read
from tests.wire.recorder import recording
from tests.world import ACCOUNT, PNG, World

IDS: dict[str, tuple[str, ...]] = {"experience": ("11", "12"), "education": ("21", "22")}
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?")


def nested(parts: list[Read]) -> dict[str, Any]:
    """Nest parts by their names as the page's example does; every value is a list, in the order of the parts."""
    body: dict[str, Any] = {}
    for part in parts:
        *above, last = re.findall(r"[^\[\]]+", part.name)
        holder = body
        for key in above:
            holder = holder.setdefault(key, {})
        holder.setdefault(last, []).append(part)
    return body


def value(field: Field, found: Any) -> Any:  # noqa: ANN401 - one case a kind
    """Read what arrived as the kind that the spec's table names."""
    match field.kind:
        case Kind.FILE:
            (part,) = found
            assert part.filename is not None
            return part.content
        case Kind.TEXTS | Kind.ENUMS:
            return [_text(part) for part in found]
        case Kind.OBJECTS:
            assert list(found) == [str(place) for place in range(len(found))]
            return [members(field.fields, one) for one in found.values()]
        case Kind.OBJECT | Kind.ENTRY:
            return members(field.fields, found)
        case Kind.ATTACHMENT:
            (kind,) = found["type"]
            return members(field.members(_text(kind)), found)
    (part,) = found
    text = _text(part)
    match field.kind:
        case Kind.NUMBER | Kind.INTEGER:
            assert NUMBER.fullmatch(text), text
            return float(Decimal(text))
        case Kind.BOOLEAN:
            return {"true": True, "false": False}[text]
        case _:
            return text


def members(fields: tuple[Field, ...], found: dict[str, Any]) -> dict[str, Any]:
    known = {field.name: field for field in fields}
    assert found.keys() <= known.keys()
    return {name: value(known[name], below) for name, below in found.items()}


def _text(part: Read) -> str:
    assert part.filename is None
    return part.content.decode("utf-8")


def _planned(part: dict[str, Any]) -> tuple[str, str]:
    return part["name"], part["sha256"] if "file" in part else part["value"]


def _arrived(part: Read) -> tuple[str, str]:
    return part.name, _text(part) if part.filename is None else hashlib.sha256(part.content).hexdigest()


def _said(given: Any) -> Any:  # noqa: ANN401
    """Write a profile's value as `value` reads it: files by content, all numbers as floats."""
    if isinstance(given, dict):
        return {key: _said(below) for key, below in given.items()}
    if isinstance(given, list):
        return [_said(below) for below in given]
    if isinstance(given, str) and given in FILES:
        return PNG + bytes([FILES[given]])
    return given if isinstance(given, bool | str) else float(given)


@settings(
    max_examples=25,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(profiles(IDS))
def test_every_parser_reads_what_the_profile_says(profile: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder, recording() as api:
        here = World(Path(folder), None, api.base_url)  # type: ignore[arg-type] # the recorder stands in for it
        for name, number in FILES.items():
            (here.folder / name).write_bytes(PNG + bytes([number]))
        here.write(profile)
        plan = here.plan()
        if "errors" in plan:
            assert _has_twins(profile), plan  # they are one entry, as far as the file says
            assert (here.apply().code, api.requests) == (1, [])
            return
        planned = plan["requests"]
        done = here.apply()
        assert "rejected" not in done.err, done.err
        assert [[_planned(part) for part in one["parts"]] for one in planned] == [
            [_arrived(part) for part in PARSERS["email"](request)] for request in api.requests
        ]
        sections: dict[str, Any] = {}
        entries: dict[str, list[Any]] = {"experience": [], "education": []}
        for request in api.requests:
            read, *others = (parse(request) for parse in PARSERS.values())
            assert all(other == read for other in others)
            assert read[:2] == [Read("type", b"LINKEDIN"), Read("account_id", ACCOUNT.encode())]
            for name, below in members(SECTIONS, nested(read[2:])).items():
                if name in entries:
                    entries[name].append(below)
                else:
                    assert name not in sections, "a section travelled twice"
                    sections[name] = below
        wanted = _said(profile)
        for name, found in entries.items():
            variants = [_of_variant(name, one) for one in wanted.pop(name, {}).values()]
            there = [variant for variant in variants if variant.keys() - {"id", "notify_network"}]
            assert sorted(map(_ordered, found)) == sorted(map(_ordered, there))
        assert sections == wanted


def _has_twins(profile: dict[str, Any]) -> bool:
    """Tell whether two entries of a section have the same content."""
    for section in IDS:
        contents = [
            {name: below for name, below in entry.items() if name not in ("id", "notify_network")}
            for entry in profile.get(section, {}).values()
        ]
        if any(content in contents[:place] for place, content in enumerate(contents)):
            return True
    return False


def _of_variant(section: str, entry: dict[str, Any]) -> dict[str, Any]:
    """Leave out what the variant to be sent does not take: that is blocked."""
    use = {field.name: field.edit if "id" in entry else field.add for field in BY_NAME[section].fields}
    return {name: below for name, below in entry.items() if use[name] is not Use.ABSENT}


def _ordered(entry: dict[str, Any]) -> str:
    """Write an entry as one text, whatever the order of its keys."""
    return json.dumps(entry, sort_keys=True, default=repr)
