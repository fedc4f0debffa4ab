"""Owns the kinds of values that a state file is made of: how each is read, written and described."""

import re
from datetime import datetime

from reconciler.address import KEY, field_path, is_entry_section, is_unit, problem_with
from reconciler.decode import HOLDERS, DamageError, mapping, text
from reconciler.spec import ENTRY_SECTIONS, SECTIONS
from reconciler.state.form import FormKind, Schema
from reconciler.values import Plain

MAX_SERIAL = 2**53
ID_SOURCES = ("file", "given", "adopt", "resolve", "refresh")
READ_SOURCES = ("api", "archive")
_HANDLE = "[a-z0-9]{4,16}"
_NAME = "[A-Za-z][A-Za-z0-9_]*"
_TIME = r"2[0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})"
_UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_SECTION = "|".join(section.name for section in SECTIONS if section.name not in ENTRY_SECTIONS)
_ENTRY = rf"({'|'.join(ENTRY_SECTIONS)})\.{KEY.pattern}"
_ADDRESS = rf"({_ENTRY}|{_SECTION})(\.{_NAME})*"
_IS_TIME, _IS_HANDLE, _IS_FIELD = (re.compile(pattern).fullmatch for pattern in (_TIME, _HANDLE, _NAME))
_IS_UNIT = re.compile(f"{_ENTRY}|{_SECTION}").fullmatch
UUID_PATTERN: Schema = {"pattern": f"^{_UUID}$"}
ENTRY_PATTERN, SECTION_PATTERN, ADDRESS_PATTERN = f"^{_ENTRY}$", f"^({_SECTION})$", f"^{_ADDRESS}$"
ABSENT_PATTERN = f"^({_ENTRY}|{_SECTION}|{'|'.join(ENTRY_SECTIONS)})$"


def _as_it_is(value: Plain) -> Plain:
    return value


def ref(name: str) -> Schema:
    """Return the schema that refers to a definition."""
    return {"$ref": f"#/definitions/{name}"}


def _read_serial(value: Plain, name: str) -> int:
    if type(value) is not int or not 1 <= value <= MAX_SERIAL:
        raise DamageError(f"its {name} is not a whole number from 1 to {MAX_SERIAL}")
    return value


def _read_time(value: Plain, name: str) -> str:
    time = text(value, name)
    if not _IS_TIME(time) or not _is_on_calendar(time):
        raise DamageError(f"{name} is {time!r:.80}, not a time (RFC 3339)")
    return time


def _is_on_calendar(time: str) -> bool:
    """Tell whether a time of the right form is one: not the 30 February, nor an hour 25."""
    try:
        datetime.fromisoformat(time)
    except ValueError:
        return False
    return True


def _read_flag(value: Plain, name: str) -> bool:
    if not isinstance(value, bool):
        raise DamageError(f"{name} is {value!r:.80}, not true or false")
    return value


def _read_true(value: Plain, name: str) -> bool:
    if value is not True:
        raise DamageError(f"{name} is {value!r:.80}, not true")
    return True


def _read_id_source(value: Plain, name: str) -> str:
    if not isinstance(value, str) or value not in ID_SOURCES:
        raise DamageError(f"{name} is {value!r:.80}, not one of {', '.join(ID_SOURCES)}")
    return value


def _read_source(value: Plain, name: str) -> str:
    if not isinstance(value, str) or value not in READ_SOURCES:
        raise DamageError(f"{name} is {value!r:.80}, not one of {', '.join(READ_SOURCES)}")
    return value


def _read_handle(value: Plain, name: str) -> str:
    handle = text(value, name)
    if not _IS_HANDLE(handle):
        raise DamageError(f"{name} is {handle!r:.80}, which is none")
    return handle


def _read_content(value: Plain, name: str) -> Plain:
    """Read what a section, an entry or a field holds; names in it become part of an address, whose pieces dots part."""
    for field_name in value if isinstance(value, dict) else ():
        if not _IS_FIELD(field_name):
            raise DamageError(f"{name} holds {field_name!r:.80}, which is not the name of a field")
    for below in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        if isinstance(below, HOLDERS):
            _read_content(below, name)
    return value


def _read_entry(value: Plain, name: str) -> Plain:
    return _read_content(dict(mapping(value, name)), name)


def _read_address(value: Plain, name: str) -> str:
    address = text(value, name)
    check_address(address, name)
    return address


def check_address(address: str, name: str) -> None:
    """Raise DamageError for what is not the address of a section, an entry or a field of one."""
    problem = problem_with(address)
    below = field_path(address)
    if problem is None and below and not all(re.fullmatch(_NAME, piece) for piece in below.split(".")):
        problem = "that is no field"
    if problem is not None or is_entry_section(address):
        raise DamageError(f"{name} holds {address!r:.80}: {problem or 'that is not one entry'}")


def check_unit(address: str, name: str) -> None:
    """Raise DamageError for what is not the address of a section or an entry."""
    if _IS_UNIT(address):
        return
    check_address(address, name)
    if not is_unit(address):
        raise DamageError(f"{name} holds {address!r:.80}, which is neither a section nor an entry")


def check_absent(address: str, name: str) -> None:
    """Raise DamageError for what is not the address of a section, of entries or not, or of an entry."""
    if not is_entry_section(address):
        check_unit(address, name)


def check_text(name: str, above: str) -> None:
    """Raise DamageError for an empty name."""
    text(name, f"a name in {above}")


TEXT = FormKind(text, _as_it_is, ref("text"))
UUID = FormKind(text, _as_it_is, ref("uuid"))
DIGEST = FormKind(text, _as_it_is, ref("digest"))
SERIAL = FormKind(_read_serial, _as_it_is, {"type": "integer", "minimum": 1, "maximum": MAX_SERIAL})
TIME = FormKind(_read_time, _as_it_is, ref("time"))
FLAG = FormKind(_read_flag, _as_it_is, {"type": "boolean"})
TRUE = FormKind(_read_true, _as_it_is, {"const": True})
ADDRESS = FormKind(_read_address, _as_it_is, ref("address"))
HANDLE = FormKind(_read_handle, _as_it_is, ref("handle")).saying(
    "The entry's own for ever, by which `same_as` and `not_same_as` name it."
)
ID = TEXT.saying("LinkedIn's own id of the entry.")
ID_SOURCE = FormKind(_read_id_source, _as_it_is, {"type": "string", "enum": list(ID_SOURCES)}).saying(
    "Where the id is known from; given: the profile file gave it, and no edit has confirmed it yet."
)
READ_SOURCE = FormKind(_read_source, _as_it_is, {"type": "string", "enum": list(READ_SOURCES)})
CONTENT = FormKind(_read_content, _as_it_is, ref("value"))
ENTRY_CONTENT = FormKind(_read_entry, _as_it_is, {"allOf": [ref("value"), {"type": "object"}]})
BY = TEXT.saying("Who says so: `apply`, or the person's command (`accept`, `resolve`, `import`, `refresh`).")
IDS = {"id": ID, "id_by": ID_SOURCE, "handle": HANDLE}
WITH_ID: Schema = {"dependencies": {"id_by": ["id"]}}


DEFINITIONS: Schema = {
    "text": {"type": "string", "minLength": 1},
    "address": {
        "description": "A section, an entry, or a field of one.",
        "type": "string",
        "pattern": ADDRESS_PATTERN,
    },
    "digest": {"description": "A SHA-256, in hex.", "type": "string", "pattern": "^[0-9a-f]{64}$"},
    "uuid": {"type": "string", **UUID_PATTERN},
    "handle": {"type": "string", "pattern": f"^{_HANDLE}$"},
    "time": {"description": "A time, as RFC 3339.", "type": "string", "pattern": f"^{_TIME}$"},
    "file": {
        "description": "What stands for a file's content.",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "file": {"description": "The path below the profile's folder.", **ref("text")},
            "sha256": ref("digest"),
            "size": {"description": "In bytes.", "type": "integer", "minimum": 1},
        },
        "required": ["file", "sha256", "size"],
    },
    "value": {
        "description": "What a section, an entry or a field holds. A file is its path, digest and size; there are no "
        "nulls.",
        "type": ["string", "number", "boolean", "array", "object"],
        "minItems": 1,
        "items": ref("value"),
        "if": {"type": "object", "required": ["sha256"]},
        "then": ref("file"),
        "else": {"propertyNames": {"pattern": f"^{_NAME}$"}, "additionalProperties": ref("value")},
    },
}
