"""Owns what to do where a value is null or empty: clear it, take it out, or write what is needed there."""

from dataclasses import replace

from reconciler.spec import ENTRY_SECTIONS, PROFILE_TYPE, SECTIONS, Field, Kind, Use

Path = tuple[str | int, ...]

KEEP = "take the key out to stop managing it"
_HEAD: dict[Path, str] = {
    (): "begin with `type: LINKEDIN` and `account_id:`",
    ("type",): f"write {PROFILE_TYPE}",
    ("account_id",): "write the id that the API's dashboard shows",
}
_ADDED = "write it: only an entry with an id can be without it"


def of_null(path: Path) -> str:
    """Say what to do about a null: `""` clears a text, unless it is needed or has a form."""
    field = _field(path)
    cleared = field is not None and field.kind is Kind.TEXT and field.add is not Use.REQUIRED and not field.length
    if cleared and field is not None and not (field.required or field.name == "id"):
        return f'write "" to clear it, or {KEEP}'
    return of_nothing(path)


def of_nothing(path: Path, optional: str = KEEP) -> str:
    """Say what to do about a value that cannot be empty; `optional` where its key can be left out."""
    if path in _HEAD:
        return _HEAD[path]
    if isinstance(path[-1], int):
        return "take it out"
    if path[0] in ENTRY_SECTIONS and len(path) == len(("experience", "KEY")):
        return f"write the fields of the entry below it, or {KEEP}"
    field = _field(path)
    if field is None:
        return "take the key out"
    if field.add is Use.REQUIRED:
        return _ADDED
    return _needed(field) if field.required else optional


def _needed(field: Field) -> str:
    """Say what to write where a key cannot be left out."""
    if field.choices:
        listed = ", ".join(field.choices)
        return f"write {'one or more' if field.kind is Kind.ENUMS else 'one'} of {listed}"
    if field.name.endswith("_date"):
        return "write it as {month: 3, year: 2021}"
    match field.kind:
        case Kind.NUMBER | Kind.INTEGER:
            return "write a number"
        case Kind.OBJECT:
            return "write its keys below it"
        case Kind.OBJECTS:
            return "write its items below it"
        case _:
            return "write it"


def _field(path: Path) -> Field | None:
    """Find the field at a path, of an attachment in any of its variants; None where there is none."""
    found: Field | None = None
    fields = SECTIONS
    for place, step in enumerate(path):
        if isinstance(step, int) or (place == 1 and path[0] in ENTRY_SECTIONS):
            continue
        same = [one for one in fields if one.name == step]
        if not same:
            return None
        found = replace(same[0], choices=tuple(choice for one in same for choice in one.choices))
        fields = (*found.fields, *(member for _, members in found.variants for member in members))
    return found
