"""Owns what to write in place of a value that a profile cannot hold."""

import re

from msgspec.structs import replace

from reconciler.profile.datewords import date_form, month_number, span_form
from reconciler.profile.source import quote_remedy, shortened, yaml_quoted
from reconciler.spec import ENTRY_SECTIONS, PROFILE, PROFILE_TYPE, Field, Kind, Use
from reconciler.values import Path, Plain, members

KEEP = "take the key out to stop managing it"
CLEARED = f'{KEEP}; only a text is cleared with ""'
DATE_FORM = "{month: 3, year: 2021}"
_MOST = 120
_NAMES_SHOWN = 5
_HEAD_REMEDIES: dict[Path, str] = {
    (): "begin with `type: LINKEDIN` and `account_id:`",
    ("type",): f"write {PROFILE_TYPE}",
    ("account_id",): "write the id that the API's dashboard shows",
}
_NAMES_OF_TEXT = {"name", "title", "label", "text", "value"}  # what holds a text in other formats
_ADDED = "write it: only an entry with an id can be without it"
_ENTRY_DEPTH = len(("experience", "KEY"))
_FIELD_WITHOUT_BLANK = r"(?s:([a-z_]+)[:=\uff1a]\s*(\S.*))"
_LIST_BREAK = r"[,;|•]"


def of_null(path: Path, above: Plain) -> str:
    """Say what to do about a null: `""` clears a text, unless it is needed or has a form; `above` holds the null."""
    if path and path[0] in ENTRY_SECTIONS and len(path) == 1 and (entries := unindented(str(path[0]), members(above))):
        named = ", ".join(shortened(entry.strip(), 40) for entry in entries[:_NAMES_SHOWN])
        left = f" and {len(entries) - _NAMES_SHOWN} more" if len(entries) > _NAMES_SHOWN else ""
        them = "it" if len(entries) == 1 else "them"
        return f"its entries go two blanks further in: indent {named}{left} and what is below {them}, or {KEEP}"
    if path and path[0] in ENTRY_SECTIONS and len(path) == _ENTRY_DEPTH:
        beside = [name for name in members(above) if name != path[1] and field_named(path, name) is not None]
        if beside:
            return f"its fields go two blanks further in: indent {', '.join(beside[:_NAMES_SHOWN])}"
    if len(path) > 1 and isinstance(path[-2], int) and field_at(path) is None:
        return "take the colon out"
    field = field_at(path)
    cleared = field is not None and field.kind is Kind.TEXT and field.add is not Use.REQUIRED and not field.length
    if cleared and field is not None and not (field.required or field.name == "id"):
        return f'write "" to clear it, or {KEEP}'
    return of_nothing(path)


def of_nothing(path: Path, optional: str = KEEP) -> str:
    """Say what to do about a value that cannot be empty; `optional` where its key can be left out."""
    if path in _HEAD_REMEDIES:
        return _HEAD_REMEDIES[path]
    if isinstance(path[-1], int):
        return "take it out"
    if path[-1] == "end_date":
        return f"leave it out while it goes on, or write it as {DATE_FORM}"
    if path[0] in ENTRY_SECTIONS and len(path) == _ENTRY_DEPTH:
        return f"write the fields of the entry below it, or {KEEP}"
    field = field_at(path)
    if field is None:
        return "take the key out"
    if field.add is Use.REQUIRED:
        return _ADDED
    return _needed(field) if field.required else optional


def of_number(value: Plain, field: Field) -> str:
    """Say what to write where a number is expected and another value stands."""
    if isinstance(value, str) and field.name == "month" and (month := month_number(value)) is not None:
        return f"write {month}"
    if isinstance(value, str) and re.fullmatch(r"[-+]?\d+(\.\d+)?", value, re.ASCII):
        return "write it without quotes"
    return "write a whole number" if field.kind is Kind.INTEGER else "write a number"


def of_boolean(value: Plain) -> str:
    """Say what to write where true or false is expected and another value stands."""
    word = str(value).lower()
    if word in ("true", "false"):
        return "write it without quotes"
    if word in ("yes", "on", "y", "1"):
        return "write true"
    return "write false" if word in ("no", "off", "n", "0") else "write true or false"


def of_text(value: Plain, name: str, written: str, kind: Kind) -> str:
    """Say what to write where a text is expected and a list or a mapping stands; `written` is how it begins."""
    below = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    only = below[0] if len(below) == 1 and isinstance(below[0], str) else ""
    if kind is Kind.TEXT and isinstance(value, dict) and not value.keys() & _NAMES_OF_TEXT:
        only = ""
    brackets = written[:1] == "[" and written[-1:] == "]"
    if isinstance(value, dict) and written[-1:] == ":" and below == [None]:
        return "take the colon out"
    if kind is Kind.TEXT and (brackets or (isinstance(value, dict) and not only)):
        return quote_remedy(written, name)
    if only:
        text = shortened(only, _MOST)
        return f"write {name}: {text}" if name and re.fullmatch(r"[\w./][\w./ -]*", text) else "write the text alone"
    if kind is Kind.TEXT and name and len(below) > 1 and not isinstance(value, dict):
        return f"write one text: `{name}: |`, and its lines below that, indented"
    return "write one text"


def of_list(value: Plain, name: str, written: str, field: Field) -> str:
    """Say what to write where a list is expected and a text or a mapping stands; `written` is its first line."""
    known = _with_known_ids(field)
    if known is not None and isinstance(value, str) and value in written and len(value) < _MOST:
        return f"write {name}: [{_form_with_id(field, known, yaml_quoted(value))}], with {_looked_up(known)}"
    if field.kind is Kind.OBJECTS or (isinstance(value, str) and value not in written):
        return "begin each item on a line of its own with `- `"
    items = _listed_texts(value) if isinstance(value, str) else _items_in(value)
    items = [likely_choice(item, field.choices) or item for item in items]
    form = ", ".join(item if re.fullmatch(r"[A-Za-z][\w .+/-]*", item) else yaml_quoted(item) for item in items)
    if not form or len(form) > _MOST:
        return "put it between brackets, or each item on a line after `- `"
    return f"write {name}: [{form}]" if name else f"write [{form}]"


def _listed_texts(text: str) -> list[str]:
    """Return what stands between the commas of a text, or what people write for them."""
    return [piece for found in re.split(_LIST_BREAK, text) if (piece := found.strip())]


def _items_in(value: Plain) -> list[str]:
    """Return the texts of lists below keys that group them, or the keys themselves."""
    groups = [below for below in members(value).values() if isinstance(below, list)]
    return [str(item) for group in groups for item in group] or list(members(value))


def of_mapping(value: Plain, path: Path, field: Field) -> str:
    """Say what to write where a mapping is expected and another value stands."""
    if not path:
        return _HEAD_REMEDIES[()]
    if (
        isinstance(value, str)
        and (found := re.fullmatch(_FIELD_WITHOUT_BLANK, value))
        and field_named(path, found[1]) is not None
    ):
        return f"write a blank after the colon: `{found[1]}: {shortened(found[2].splitlines()[0], _MOST)}`"
    if value == []:
        return of_nothing(path, CLEARED)
    if path[0] in ENTRY_SECTIONS and len(path) <= _ENTRY_DEPTH:
        each = "in place of each dash " if isinstance(value, list) else ""
        return f"write a key of your choice {each}and below it the fields of the entry"
    if path[-1] == "seniority" or str(path[-1]).endswith("_date"):
        return _of_time(value, path)
    return _of_object(value, str(path[-1]) if isinstance(path[-1], str) else "", field)


def _of_time(value: Plain, path: Path) -> str:
    """Say what to write in place of a time that was given in another form."""
    if path[-1] == "seniority":
        return f"write it as {span_form(value) or f'{{start_date: {DATE_FORM}}}'}"
    form = date_form(value)
    return of_nothing(path) if form is None and path[-1] == "end_date" else f"write it as {form or DATE_FORM}"


def _of_object(value: Plain, name: str, field: Field) -> str:
    """Say what to write in place of an object; a text that was given is put where it belongs."""
    text = yaml_quoted(shortened(value, _MOST)) if isinstance(value, str) and value else ""
    if field.kind is Kind.ATTACHMENT and isinstance(value, list):
        return "take the dash out: an entry has one"
    if field.kind is Kind.ATTACHMENT:
        link = f"write {field.name}: {{type: link, title: …, url: {text}}}"
        return link if "://" in text else "write its keys below it, `type: link` or `type: media` first"
    if text and field.name == "custom_link":
        return f"write its keys below it: type, and url: {text}"
    if (known := _with_known_ids(field)) is not None:
        return f"write {f'{name}: ' if name else ''}{_form_with_id(field, known, text)}, with {_looked_up(known)}"
    names = ", ".join(below.name for below in field.fields)
    return f"write its keys below it: {names}" if names else "write its keys below it"


def _with_known_ids(field: Field) -> Field | None:
    """Return the field of an object that holds an id which can be looked up."""
    return next((below for below in field.fields if below.search is not None), None)


def _form_with_id(field: Field, known: Field, text: str) -> str:
    """Write an object with an id that is looked up, and the text where it has a name."""
    named = f"name: {text}, " if text and any(below.name == "name" for below in field.fields) else ""
    return f"{{{named}{known.name}: …}}"


def of_id(search: str) -> str:
    """Say how an id of LinkedIn's is found; `search` is the type of the API's search parameters that it is of."""
    words = "" if search == "EMPLOYMENT_TYPE" else " TEXT"
    return f"write the id that `reconciler lookup {search.lower().replace('_', '-')}{words}` finds"


def _looked_up(field: Field) -> str:
    return of_id(str(field.search)).removeprefix("write ")


def likely_choice(written: str, choices: tuple[str, ...]) -> str | None:
    """Return which of some choices is meant by a text; None where none is near."""
    from difflib import get_close_matches

    likely = {choice.upper(): choice for choice in choices}
    word = written[:_MOST].upper().strip().replace("-", "_").replace(" ", "_")
    squeezed = {choice.replace("_", ""): choice for choice in likely}
    near = squeezed.get(word.replace("_", "")) or next(iter(get_close_matches(word, list(likely), 1)), None)
    return likely[near] if near else None


def of_key(key: str, slug: str) -> str:
    """Say what to write for the key of an entry that cannot be one."""
    rule = "use lower-case letters, digits and hyphens"
    return f"{rule}; did you mean {slug}?" if slug and slug != key else rule


def unindented(section: str, above: dict[str, Plain]) -> list[str]:
    """Return the keys after a section without a value that hold fields of an entry, up to the next key of a profile."""
    keys = list(above)
    found = []
    for key in keys[keys.index(section) + 1 :] if above.get(section, "") is None else ():
        if field_at((key,)) is not None:
            break
        if any(field_named((section, key), name) is not None for name in members(above[key])):
            found.append(key)
    return found


def field_at(path: Path) -> Field | None:
    """Return the field at a path, of an attachment in any of its variants; None where there is none."""
    found: Field | None = PROFILE
    for place, step in enumerate(path):
        if isinstance(step, int) or (place == 1 and path[0] in ENTRY_SECTIONS):
            continue
        assert found is not None
        found = _field_below(found, step)
        if found is None:
            return None
    return found if path else None


def field_named(path: Path, name: str) -> Field | None:
    """Return the field of a name below a path; None where there is none."""
    holder = field_at(path)
    if holder is None or (len(path) == 1 and path[0] in ENTRY_SECTIONS):
        return None
    return _field_below(holder, name)


def _field_below(holder: Field, name: str) -> Field | None:
    fields = (*holder.fields, *(below for _, variant in holder.variants for below in variant))
    same = [field for field in fields if field.name == name]
    if not same:
        return None
    return replace(same[0], choices=tuple(choice for field in same for choice in field.choices))


def _needed(field: Field) -> str:
    """Say what to write where a key cannot be left out."""
    if field.choices:
        listed = ", ".join(field.choices)
        return f"write {'one or more' if field.kind is Kind.ENUMS else 'one'} of {listed}"
    if field.name.endswith("_date"):
        return f"write it as {DATE_FORM}"
    match field.kind:
        case Kind.NUMBER | Kind.INTEGER:
            return "write a number"
        case Kind.OBJECT:
            return "write its keys below it"
        case Kind.OBJECTS:
            return "write its items below it"
        case _:
            return of_id(field.search) if field.search is not None else "write it"
