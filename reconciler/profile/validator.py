"""Owns what a profile may hold: one walk over the spec's table, which returns every problem of a document.

The profile's JSON Schema says the same. To ask jsonschema takes as long as all else that a plan does (its import alone
some 60 ms), so only `validate --strict` asks it too; a test holds both equal over thousands of mutated documents.
"""

from collections.abc import Generator, Iterator, Sequence

from reconciler.address import KEY, slug
from reconciler.problem import Problem
from reconciler.profile.document import Document
from reconciler.profile.remedies import (
    CLEARED,
    field_named,
    likely_choice,
    of_boolean,
    of_key,
    of_list,
    of_mapping,
    of_nothing,
    of_number,
    of_text,
    unindented,
)
from reconciler.profile.source import BLANKS, shortened, yaml_quoted
from reconciler.spec import ENTRY_SECTIONS, MENTION, PROFILE, Field, Kind, Use
from reconciler.values import Path, Plain, members

_VALUE_LENGTH = 60
_MAX_HINTS = 100  # nearest names that are looked for in one mapping
_KIND_NOUNS = {
    Kind.NUMBER: "a number",
    Kind.INTEGER: "a whole number",
    Kind.BOOLEAN: "true or false",
    Kind.TEXTS: "a list",
    Kind.ENUMS: "a list",
    Kind.OBJECTS: "a list",
    Kind.OBJECT: "a mapping",
    Kind.ENTRY: "a mapping",
    Kind.ATTACHMENT: "a mapping",
}
_ITEM_KINDS = {Kind.TEXTS: Kind.TEXT, Kind.ENUMS: Kind.ENUM, Kind.OBJECTS: Kind.OBJECT}

_Found = Iterator[Problem]


def problems_of(document: Document) -> _Found:
    """Return everything that the profile's schema does not allow in a document, in the table's order."""
    other = _other_file(document.value)
    if other is not None:
        yield document.problem((), *other)
    else:
        yield from _check_mapping(document, (), PROFILE, document.value)


def _other_file(value: Plain) -> tuple[str, str] | None:
    """Say which other file of this tool a document is; None where it is none."""
    first = value[0] if isinstance(value, list) and value else value
    if isinstance(first, dict) and first.keys() >= {"format_version", "changes", "requests"}:
        return "this is a saved plan, not a profile", "`reconciler show` shows it, `reconciler apply` applies it"
    if isinstance(first, dict) and first.keys() >= {"lineage", "serial", "sections"}:
        return "this is a state file, not a profile", "name the profile that it lies beside"
    return None


def _check_value(document: Document, path: Path, field: Field, value: Plain) -> _Found:
    match field.kind:
        case Kind.TEXT | Kind.FILE | Kind.ENUM:
            yield from _check_text_value(document, path, field, value)
        case Kind.NUMBER | Kind.INTEGER:
            yield from _check_number(document, path, field, value)
        case Kind.BOOLEAN:
            if not isinstance(value, bool):
                yield _unexpected(document, path, field, value, of_boolean(value))
        case Kind.TEXTS | Kind.ENUMS | Kind.OBJECTS:
            yield from _check_list(document, path, field, value)
        case Kind.ENTRY:
            yield from _check_entries(document, path, field, value)
        case Kind.MENTION:
            yield from _check_mention(document, path, value)
        case Kind.MENTIONS:
            yield from _check_mentions(document, path, field, value)
        case _:
            yield from _check_mapping(document, path, field, value)


def _check_text_value(document: Document, path: Path, field: Field, value: Plain) -> _Found:
    name = path[-1] if isinstance(path[-1], str) else ""
    if field.choices:
        if value not in field.choices or not isinstance(value, str):
            yield document.problem(path, *_choice_meant(document, path, field, value))
    elif not isinstance(value, str):
        raw = document.raw.get(path)
        if raw is None:
            remedy = of_text(value, name, document.written(path), field.kind)
            yield _unexpected(document, path, field, value, remedy)
        else:
            shown = shortened(raw, _VALUE_LENGTH)
            form = f"{name}: {yaml_quoted(shown)}" if name else yaml_quoted(shown)
            message = f"{shown} reads as {_noun(value)}, text is expected"
            yield document.problem(path, message, f"put it between quotes: {form}")
    elif not value and (field.length or field.kind is Kind.FILE or path == ("account_id",)):
        yield document.problem(path, '"" is not a value here', of_nothing(path, CLEARED))
    elif field.length and len(value) != field.length:
        message = f"{_value_shown(value)} has {len(value)} characters, {field.length} are wanted"
        yield document.problem(path, message, "correct the text")


def _check_mention(document: Document, path: Path, value: Plain) -> _Found:
    if not isinstance(value, str) or not MENTION.fullmatch(value):
        shown = _value_shown(value) if isinstance(value, str) else _noun(value)
        yield document.problem(path, f"{shown} stands here, KEY@HANDLE is expected", "paste it as `plan` printed it")


def _check_mentions(document: Document, path: Path, field: Field, value: Plain) -> _Found:
    if not isinstance(value, list):
        yield from _check_mention(document, path, value)
    elif not value:
        yield document.problem(path, "an empty list says nothing", f"take {field.name} out")
    else:
        for place, mention in enumerate(value):
            yield from _check_mention(document, (*path, place), mention)


def _check_number(document: Document, path: Path, field: Field, value: Plain) -> _Found:
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield _unexpected(document, path, field, value, of_number(value, field))
        return
    written = shortened(document.raw.get(path, str(value)), 20)
    if field.kind is Kind.INTEGER and value != value // 1:
        yield document.problem(path, f"{written} is not a whole number", "correct the number")
    elif field.bounds is not None and not field.bounds[0] <= value <= field.bounds[1]:
        least, most = field.bounds
        remedy = "write 3 for March" if field.name == "month" else "write it with four digits"
        yield document.problem(path, f"{written} is not a {field.name} ({least} to {most})", remedy)


def _check_list(document: Document, path: Path, field: Field, value: Plain) -> _Found:
    if not isinstance(value, list):
        remedy = (
            of_nothing(path, CLEARED) if value == "" else of_list(value, str(path[-1]), document.written(path), field)
        )
        yield _unexpected(document, path, field, value, remedy)
    elif not value:
        yield document.problem(path, "an empty list cannot be sent", of_nothing(path, CLEARED))
    else:
        item = Field(field.name, _ITEM_KINDS[field.kind], choices=field.choices, fields=field.fields)
        for place, below in enumerate(value):
            if not _is_any_text(item, below):
                yield from _check_value(document, (*path, place), item, below)


def _check_entries(document: Document, path: Path, field: Field, value: Plain) -> _Found:
    if not _has_members(value):
        yield from _no_mapping(document, path, field, value)
        return
    assert isinstance(value, dict)
    for key, entry in value.items():
        below = (*path, key)
        if not isinstance(entry, dict) and _is_beside_its_entry(field, key, value):
            remedy = "indent it by two more blanks, or put it between the braces of its entry"
            yield document.problem(below, f"{key} belongs into an entry", remedy, at_key=True)
            continue
        if not KEY.fullmatch(key):
            message = f"{shortened(key, _VALUE_LENGTH)!r} is not a key for an entry"
            yield document.problem(below, message, of_key(key, slug(key[:_VALUE_LENGTH])), at_key=True)
        yield from _check_mapping(document, below, field, entry)


def _is_beside_its_entry(field: Field, key: str, entries: dict[str, Plain]) -> bool:
    """Tell whether a key among entries is the name of a field of one."""
    return any(below.name == key for below in field.fields) and any(isinstance(each, dict) for each in entries.values())


def _check_mapping(document: Document, path: Path, field: Field, value: Plain) -> _Found:
    if not _has_members(value):
        yield from _no_mapping(document, path, field, value)
        return
    assert isinstance(value, dict)
    fields = field.fields
    if field.kind is Kind.ATTACHMENT:
        variants = dict(field.variants)
        kind = value.get("type")
        if not isinstance(kind, str) or kind not in variants:
            yield from _variant(document, path, field, value)
            return
        fields = variants[kind]
    known = [below for below in fields if below.name in value]
    meant: set[str] = set()
    if len(known) != len(value):
        meant = yield from _unknown_keys(document, path, fields, value)
    if len(known) != len(fields):
        yield from _missing(document, path, field, fields, meant.union(value))
    for below in known:
        if not _is_any_text(below, value[below.name]):
            yield from _check_value(document, (*path, below.name), below, value[below.name])


def _is_any_text(field: Field, value: Plain) -> bool:
    """Tell whether a value is a text where any will do, as nearly all are: nothing is to be checked of it."""
    return isinstance(value, str) and value != "" and field.kind is Kind.TEXT and not field.length and not field.choices


def _missing(document: Document, path: Path, field: Field, fields: tuple[Field, ...], there: set[str]) -> _Found:
    """Report the fields that a mapping needs and that are not `there`, in one problem."""
    needs = (below for below in fields if below.required or below.add is Use.REQUIRED)
    lacking = [below for below in needs if below.name not in there]
    if required := [below.name for below in lacking if below.required]:
        yield document.problem(path, f"{_are(required)} missing", f"add {' and '.join(required)}", at_key=True)
    needed = [below.name for below in lacking if below.add is Use.REQUIRED]
    if field.kind is Kind.ENTRY and needed and "id" not in there:
        yield document.problem(path, *lacking_fields(needed, "missing"), at_key=True)


def lacking_fields(names: Sequence[str], lack: str) -> tuple[str, str]:
    """Say that an entry without an id lacks what it needs to be added, and what to do."""
    message = (
        f"{_are(names)} {lack}: an entry without an id is added, which needs {'it' if len(names) == 1 else 'them'}"
    )
    return message, f"add {' and '.join(names)}, or id if it is on LinkedIn already"


def _are(names: Sequence[str]) -> str:
    return f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'}"


def _variant(document: Document, path: Path, field: Field, value: dict[str, Plain]) -> _Found:
    """Report an attachment whose type is missing, or none of the known ones."""
    if "type" not in value:
        yield document.problem(path, "type is missing", "add type", at_key=True)
        return
    choice = Field("type", Kind.ENUM, required=True, choices=tuple(kind for kind, _ in field.variants))
    yield from _check_text_value(document, (*path, "type"), choice, value["type"])


def _has_members(value: Plain) -> bool:
    return isinstance(value, dict) and value != {}


def _no_mapping(document: Document, path: Path, field: Field, value: Plain) -> _Found:
    if not path:
        message = "the file is an empty mapping" if value == {} else f"the file holds {_noun(value)}"
        yield document.problem(path, message, of_nothing(path))
    elif value == {}:
        yield document.problem(path, "an empty mapping cannot be sent", of_nothing(path, CLEARED))
    else:
        remedy = of_nothing(path, CLEARED) if value == "" else of_mapping(value, path, field)
        yield _unexpected(document, path, field, value, remedy)


def _unknown_keys(
    document: Document, path: Path, fields: tuple[Field, ...], value: dict[str, Plain]
) -> Generator[Problem, None, set[str]]:
    """Yield what is wrong with keys that there are not, and return the keys that are meant by them."""
    known = [field.name for field in fields]
    sections = [] if path else [section for section in ENTRY_SECTIONS if section in value]
    told = {key for section in sections for key in unindented(section, value) if key[:1] not in BLANKS}
    hints, meant = 0, set()
    for key, below in value.items():
        if key in known or key in told:
            continue
        remedy = ""
        if inner := [name for name in members(below) if not path and name in known]:
            remedy = f"take it out, and the indentation of what is below it: {', '.join(inner)}"
        elif hints < _MAX_HINTS:
            hints += 1
            remedy, name = _instead_of(key, known, path)
            meant.add(name)
        yield document.problem((*path, key), "there is no such key", remedy, at_key=True)
    return meant


def _instead_of(key: str, known: list[str], path: Path) -> tuple[str, str]:
    """Say which key was meant: ours for a word of LinkedIn's, the nearest one, or where it belongs; and that key."""
    from difflib import get_close_matches

    from reconciler.profile.vocabulary import key_spelling, place_of, words_of

    context = tuple(step for place, step in enumerate(path) if isinstance(step, str) and not _is_key(path, place))
    word, words = key_spelling(key.strip("".join(BLANKS))[:_VALUE_LENGTH]), words_of(context)
    if (blank := BLANKS.get(key[:1]) or BLANKS.get(key[-1:])) is not None:
        return f"{blank} stands before or after it: write a blank in its place, or take it out", word
    near = [word] if word in known or word in words else []
    if not near and (place := place_of(word, context)) is not None:
        return place, ""
    near = near or get_close_matches(word, [name for name in (*known, *words) if len(name) > 1], 1, 0.7)
    if not near and path[-1:] == ("attachment",) and (other := field_named(path, key)) is not None:
        return f"{other.name} belongs to the other type of attachment", ""
    if not near:
        return f"the keys here are {', '.join(known)}", ""
    name = near[0] if near[0] in known else words[near[0]]
    holder, _, inner = name.partition(".")
    if near[0] in known or near[0] != word:
        return f"did you mean {name}?", holder
    said = f"write {holder}: {{{inner}: …}}" if inner else f"{shortened(key, _VALUE_LENGTH)} is called {name} here"
    return said, holder


def _is_key(path: Path, place: int) -> bool:
    return place == 1 and path[0] in ENTRY_SECTIONS


def _choice_meant(document: Document, path: Path, field: Field, value: Plain) -> tuple[str, str]:
    """Say that a value is none of those that can be chosen, and which was meant."""
    listed = ", ".join(field.choices)
    if value == "":
        return f'"" is not one of {listed}', of_nothing(path, CLEARED)
    if not isinstance(value, str):
        shown = shortened(document.raw.get(path, _noun(value)), _VALUE_LENGTH)
        only = value[0] if isinstance(value, list) and len(value) == 1 else None
        meant = likely_choice(only, field.choices) if isinstance(only, str) else None
        return f"{shown} stands here, one of {listed} is expected", f"write {meant}" if meant else "choose one"
    likely = likely_choice(value, field.choices)
    return f"{_value_shown(value)} is not one of {listed}", f"did you mean {likely}?" if likely else "choose one"


def _unexpected(document: Document, path: Path, field: Field, value: Plain, remedy: str) -> Problem:
    """Make the problem that a value of another kind is expected."""
    expected = _KIND_NOUNS.get(field.kind, "text")
    if value == "":
        return document.problem(path, f'"" is not {expected}', remedy)
    scalar = isinstance(value, str) and field.kind not in (Kind.OBJECT, Kind.ENTRY, Kind.ATTACHMENT)
    stands = f"{_value_shown(value)} is text" if scalar else f"{_noun(value)} stands here"
    return document.problem(path, f"{stands}, {expected} is expected", remedy)


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


def _value_shown(value: Plain) -> str:
    return shortened(repr(value) if isinstance(value, str) else str(value), _VALUE_LENGTH)
