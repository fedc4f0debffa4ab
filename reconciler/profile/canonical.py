"""Owns the way from a valid document to the desired values: one form for everything that means the same."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from reconciler.address import is_entry_section, section_rank
from reconciler.profile.desired import Desired, FileFacts, Wanted
from reconciler.profile.document import Document
from reconciler.profile.yaml import EXACT
from reconciler.spec import BY_NAME, Field, Kind
from reconciler.values import Plain

_OF_ENTRY = Kind.ENTRY  # to look a member up takes as long as to make a value (Python 3.11)
_NUMERIC = (int, float)


def canonicalise(document: Document, files: Mapping[str, FileFacts]) -> Desired:
    """Return what a valid document wants; `files` are the facts of the files that it names, by path."""
    assert isinstance(document.value, dict)
    wanted = {}
    for position, (address, field, value) in enumerate(_values_by_address(document.value)):
        wanted[address] = _wanted_value(field, value, position, files)
    ordered = dict(sorted(wanted.items(), key=lambda pair: section_rank(pair[0])))
    account_id = document.value["account_id"]
    assert isinstance(account_id, str)
    return Desired(account_id, MappingProxyType(ordered), MappingProxyType(dict(files)))


def _values_by_address(value: dict[str, Plain]) -> Iterator[tuple[str, Field, Plain]]:
    for name, below in value.items():
        field = BY_NAME.get(name)
        if field is None:
            continue
        if is_entry_section(name):
            assert isinstance(below, dict)
            yield from ((f"{name}.{key}", field, entry) for key, entry in below.items())
        else:
            yield name, field, below


def _wanted_value(field: Field, value: Plain, position: int, files: Mapping[str, FileFacts]) -> Wanted:
    if field.kind is not _OF_ENTRY:
        return Wanted(_canonical(field, value, files), position)
    assert isinstance(value, dict)
    entry_id, notify, same_as = value.get("id"), value.get("notify_network"), value.get("same_as")
    ruled_out = value.get("not_same_as", [])
    return Wanted(
        _canonical_members(field.held, value, files),
        position,
        entry_id if isinstance(entry_id, str) else None,
        notify if isinstance(notify, bool) else None,
        same_as if isinstance(same_as, str) else None,
        tuple(map(str, ruled_out if isinstance(ruled_out, list) else [ruled_out])),
    )


def _canonical(field: Field, value: Plain, files: Mapping[str, FileFacts]) -> Plain:
    if isinstance(value, str):
        return _canonical_scalar(value) if field.accepts is None else _canonical_file(files[value])
    if isinstance(value, list):
        if field.fields:
            return [_canonical_members(field.fields, item, files) for item in value]
        return [_canonical_scalar(item) for item in value]
    if isinstance(value, dict):
        value_type = value.get("type")
        return _canonical_members(field.members(value_type if isinstance(value_type, str) else None), value, files)
    return _canonical_scalar(value)


def _canonical_file(facts: FileFacts) -> dict[str, Plain]:
    return {"file": facts.path, "sha256": facts.sha256, "size": facts.size}


def _canonical_members(fields: tuple[Field, ...], value: Plain, files: Mapping[str, FileFacts]) -> dict[str, Plain]:
    assert isinstance(value, dict)
    return {field.name: _canonical(field, value[field.name], files) for field in fields if field.name in value}


def _canonical_scalar(value: Plain) -> Plain:
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n") if "\r" in value else value
    if isinstance(value, bool):
        return value
    if isinstance(value, _NUMERIC):
        return int(value) if abs(value) <= EXACT and value == int(value) else float(value)
    return value
