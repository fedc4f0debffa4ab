"""Owns the profile's JSON Schema and what it says of a document: the fence around jsonschema."""

import json
import os
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from reconciler.problem import Problem
from reconciler.profile.document import Document, Path, shortened
from reconciler.profile.remedies import KEEP, of_nothing
from reconciler.profile.validator import has_shape
from reconciler.profile.yaml import resolve
from reconciler.spec import ENTRY_SECTIONS
from reconciler.values import Plain

if TYPE_CHECKING:
    from jsonschema import Draft7Validator, ValidationError

NAME = "profile.schema.json"
_CLEARED = f'{KEEP}; only a text is cleared with ""'
_MAX_HINTS = 100
_SHOWN = 60
_TYPES = {
    "string": "text",
    "object": "a mapping",
    "array": "a list",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}


def schema_text() -> str:
    """Give the profile's JSON Schema as it is published."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    for folder in (os.path.join(package, "schemas"), os.path.join(os.path.dirname(package), "schemas")):
        path = os.path.join(folder, NAME)
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                return file.read()
    raise FileNotFoundError(NAME)


def schema_problems(document: Document) -> Iterator[Problem]:
    """Give everything about a document that the schema does not allow; the same thing once."""
    if has_shape(document.value):
        return
    seen: set[tuple[str, str]] = set()
    for error in _validator().iter_errors(document.value):
        for problem in _explained(document, error):
            if (problem.address, problem.message) not in seen:
                seen.add((problem.address, problem.message))
                yield problem


@cache
def _validator() -> "Draft7Validator":
    from jsonschema import Draft7Validator

    return Draft7Validator(json.loads(schema_text()))


def _explained(document: Document, error: "ValidationError") -> Iterator[Problem]:
    path: Path = tuple(error.absolute_path)
    if error.validator in ("anyOf", "oneOf") and error.context:
        yield from _unfolded(document, path, error)
    elif error.validator == "required":
        yield from _required(document, path, error)
    elif "propertyNames" in error.absolute_schema_path or error.validator in ("minimum", "maximum"):
        return  # the checks of keys and of dates say it better
    elif error.validator == "additionalProperties":
        if not (len(path) == 1 and path[0] in ENTRY_SECTIONS):
            yield from _unknown(document, path, error)
    else:
        yield document.problem(
            path, *_said(document, path, str(error.validator), error.instance, error.validator_value)
        )


def _unfolded(document: Document, path: Path, error: "ValidationError") -> Iterator[Problem]:
    """Explain the alternative that was meant: the one that fits best."""
    branches: dict[Any, list[ValidationError]] = {}
    for below in error.context or ():
        branches.setdefault(below.relative_schema_path[0], []).append(below)
    rivals = list(branches.values())
    if all(len(rival) == 1 and rival[0].validator == "required" and not rival[0].path for rival in rivals):
        names = ", ".join(name for rival in rivals for name in _missing(rival[0]))
        yield document.problem(path, f"one of {names} is needed", "add one", at_key=True)
        return
    choices = [_choice(rival) for rival in rivals]
    if all(choice is not None for choice in choices):
        allowed = [value for choice in choices if choice is not None for value in choice[1]]
        first = next(choice[0] for choice in choices if choice is not None)
        instance: Any = first.instance
        place = (*path, *first.relative_path)
        yield document.problem(place, *_enum(place, instance, allowed))
        return
    for below in min(rivals, key=_distance):
        yield from _explained(document, below)


def _choice(rival: "list[ValidationError]") -> "tuple[ValidationError, list[Plain]] | None":
    """Give the error that says that another alternative was meant: its `type` is another one."""
    for error in rival:
        if error.validator in ("const", "enum") and list(error.relative_path)[-1:] == ["type"]:
            allowed: Any = error.validator_value
            return error, list(allowed) if error.validator == "enum" else [allowed]
    return None


def _distance(rival: "list[ValidationError]") -> tuple[bool, bool, int]:
    wrong_type = any(error.validator == "type" and not error.relative_path for error in rival)
    return wrong_type, _choice(rival) is not None, len(rival)


def _missing(error: "ValidationError") -> list[str]:
    names: Any = error.validator_value
    return [name for name in names if isinstance(error.instance, dict) and name not in error.instance]


def _required(document: Document, path: Path, error: "ValidationError") -> Iterator[Problem]:
    if _is_entry(path):
        return  # the check of entries says what for
    for name in _missing(error):
        yield document.problem(path, f"{name} is missing", f"add {name}", at_key=True)


def _is_entry(path: Path) -> bool:
    return len(path) == len(("experience", "KEY")) and path[0] in ENTRY_SECTIONS


def _unknown(document: Document, path: Path, error: "ValidationError") -> Iterator[Problem]:
    if not isinstance(error.instance, dict) or not isinstance(error.schema, dict):
        return
    known = list(error.schema.get("properties", ()))
    extras = [key for key in error.instance if key not in known]
    for place, key in enumerate(extras):
        remedy = _nearest(key, known) if place < _MAX_HINTS else ""
        yield document.problem((*path, key), "there is no such key", remedy, at_key=True)


def _nearest(name: str, known: list[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name[:_SHOWN].lower(), [one.lower() for one in known], 1)
    if near:
        return f"did you mean {next(one for one in known if one.lower() == near[0])}?"
    return f"the keys here are {', '.join(known)}"


def _said(document: Document, path: Path, rule: str, value: Any, limit: Any) -> tuple[str, str]:  # noqa: ANN401
    """Say what is wrong with one value, and what to do."""
    match rule:
        case "type":
            return _type(document, path, value, limit)
        case "enum" | "const":
            return _enum(path, value, limit if rule == "enum" else [limit])
        case "minItems":
            return "an empty list cannot be sent", of_nothing(path, _CLEARED)
        case "minProperties":
            return "an empty mapping cannot be sent", of_nothing(path, _CLEARED)
        case "minLength" | "maxLength":
            return _length(path, rule, value, limit)
        case "pattern" if value != "":
            return f"{_shown(value)} does not look as it must ({limit})", "correct the text"
        case _:
            return ('"" is not a value here' if value == "" else f"{_shown(value)} is not allowed here"), of_nothing(
                path, _CLEARED
            )


def _length(path: Path, rule: str, value: Any, limit: Any) -> tuple[str, str]:  # noqa: ANN401
    if value == "":
        return '"" is not a value here', of_nothing(path, _CLEARED)
    bound = f"{'at least' if rule == 'minLength' else 'at most'} {limit}"
    return f"{_shown(value)} has {len(value)} characters, {bound} are allowed", "correct the text"


def _type(document: Document, path: Path, value: Plain, expected: str | list[str]) -> tuple[str, str]:
    names = [expected] if isinstance(expected, str) else expected
    wanted = " or ".join(_TYPES.get(name, name) for name in names)
    raw = document.raw.get(path)
    if "string" in names and raw is not None:
        last = path[-1] if path and isinstance(path[-1], str) else ""
        shown = shortened(raw, _SHOWN)
        quoted = f'{last}: "{shown}"' if last else f'"{shown}"'
        return f"{shown} reads as {_noun(value)}, {wanted} is expected", f"put it between quotes: {quoted}"
    if value == "":
        return f'"" is not {wanted}', of_nothing(path, _CLEARED)
    if not path:
        return f"the file holds {_noun(value)}, {wanted} is expected", "begin with `type: LINKEDIN` and `account_id:`"
    if names == ["boolean"] and str(value).lower() in ("yes", "no", "on", "off"):
        meant = "true" if str(value).lower() in ("yes", "on") else "false"
        return f"{_shown(value)} is text in YAML 1.2, {wanted} is expected", f"write {meant}"
    if isinstance(value, str) and {"number", "integer", "boolean"} & set(names):
        bare = isinstance(resolve(value), int | float)
        return (
            f"{_shown(value)} is text, {wanted} is expected",
            "write it without quotes" if bare else f"write {wanted}",
        )
    if names == ["array"] and isinstance(value, str):
        return (
            f"{_shown(value)} is text, {wanted} is expected",
            "put it between brackets, or each item on a line after `- `",
        )
    if "integer" in names and isinstance(value, float):
        return f"{raw or value} is not a whole number", "correct the number"
    return f"{_noun(value)} stands here, {wanted} is expected", _instead(path, names)


def _instead(path: Path, names: list[str]) -> str:
    """Say what to write where a mapping is expected."""
    if names != ["object"]:
        return "correct the value"
    if path[0] in ENTRY_SECTIONS and len(path) <= len(("experience", "KEY")):
        return "write a key of your choice, and below it the fields of the entry"
    if str(path[-1]).endswith("_date"):
        return "write it as {month: 3, year: 2021}"
    return "write its keys below it"


def _enum(path: Path, value: Plain, allowed: list[Any]) -> tuple[str, str]:
    listed = ", ".join(map(str, allowed))
    if isinstance(value, str) and value:
        from difflib import get_close_matches

        likely = {str(one).upper(): str(one) for one in allowed}
        near = get_close_matches(value[:_SHOWN].upper().replace("-", "_").replace(" ", "_"), list(likely), 1)
        return f"{_shown(value)} is not one of {listed}", f"did you mean {likely[near[0]]}?" if near else "choose one"
    if value == "":
        return f'"" is not one of {listed}', of_nothing(path, _CLEARED)
    return f"{_noun(value)} stands here, one of {listed} is expected", "choose one"


def _noun(value: Plain) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case list():
            return "a list"
        case _:
            return "a mapping"


def _shown(value: Plain) -> str:
    text = repr(value) if isinstance(value, str) else str(value)
    return shortened(text, _SHOWN)
