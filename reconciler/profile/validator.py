"""Owns what a profile may hold: one walk over the spec's table, which returns every problem of a document.

The profile's JSON Schema says the same. To ask jsonschema takes as long as all else that a plan does (its import alone
some 60 ms), so only `validate --strict` asks it too; a test holds both equal over thousands of mutated documents.
"""

from collections.abc import Callable, Sequence

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
_NUMBER_TYPES = (int, float)
_WHOLE = Kind.INTEGER  # to look a member up takes longer than the rest of a check (Python 3.11)


def problems_of(document: Document) -> list[Problem]:
    """Return everything that the profile's schema does not allow in a document, in the table's order."""
    walk = _Validation(document)
    other = _other_file(document.value)
    if other is not None:
        walk.tell((), *other)
    else:
        walk.mapping((), PROFILE, document.value)
    return walk.found


def _other_file(value: Plain) -> tuple[str, str] | None:
    """Say which other file of this tool a document is; None where it is none."""
    first = value[0] if isinstance(value, list) and value else value
    if isinstance(first, dict) and first.keys() >= {"format_version", "changes", "requests"}:
        return "this is a saved plan, not a profile", "`reconciler show` shows it, `reconciler apply` applies it"
    if isinstance(first, dict) and first.keys() >= {"lineage", "serial", "sections"}:
        return "this is a state file, not a profile", "name the profile that it lies beside"
    return None


class _Validation:
    """The validation of a document: `found` is what is wrong with it, in the table's order."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.found: list[Problem] = []

    def tell(self, path: Path, message: str, remedy: str = "", *, at_key: bool = False) -> None:
        self.found.append(self.document.problem(path, message, remedy, at_key=at_key))

    def text(self, path: Path, field: Field, value: Plain) -> None:
        if isinstance(value, str):
            if not value and (field.length or field.kind is Kind.FILE or path == ("account_id",)):
                self.tell(path, '"" is not a value here', of_nothing(path, CLEARED))
            elif field.length and len(value) != field.length:
                message = f"{_value_shown(value)} has {len(value)} characters, {field.length} are wanted"
                self.tell(path, message, "correct the text")
            return
        name, raw = path[-1] if isinstance(path[-1], str) else "", self.document.raw.get(path)
        if raw is None:
            self.unexpected(path, field, value, of_text(value, name, self.document.written(path), field.kind))
        else:
            shown = shortened(raw, _VALUE_LENGTH)
            form = f"{name}: {yaml_quoted(shown)}" if name else yaml_quoted(shown)
            message = f"{shown} reads as {_noun(value)}, text is expected"
            self.tell(path, message, f"put it between quotes: {form}")

    def choice(self, path: Path, field: Field, value: Plain) -> None:
        if not isinstance(value, str) or value not in field.choices:
            self.tell(path, *_choice_meant(self.document, path, field, value))

    def boolean(self, path: Path, field: Field, value: Plain) -> None:
        if not isinstance(value, bool):
            self.unexpected(path, field, value, of_boolean(value))

    def number(self, path: Path, field: Field, value: Plain) -> None:
        if isinstance(value, bool) or not isinstance(value, _NUMBER_TYPES):
            self.unexpected(path, field, value, of_number(value, field))
        elif field.kind is _WHOLE and value != value // 1:
            self.tell(path, f"{self.written(path, value)} is not a whole number", "correct the number")
        elif field.bounds is not None and not field.bounds[0] <= value <= field.bounds[1]:
            least, most = field.bounds
            remedy = "write 3 for March" if field.name == "month" else "write it with four digits"
            self.tell(path, f"{self.written(path, value)} is not a {field.name} ({least} to {most})", remedy)

    def written(self, path: Path, value: float) -> str:
        return shortened(self.document.raw.get(path, str(value)), 20)

    def items(self, path: Path, field: Field, value: Plain) -> None:
        if not isinstance(value, list):
            remedy = of_nothing(path, CLEARED)
            if value != "":
                remedy = of_list(value, str(path[-1]), self.document.written(path), field)
            self.unexpected(path, field, value, remedy)
        elif not value:
            self.tell(path, "an empty list cannot be sent", of_nothing(path, CLEARED))
        else:
            item = field.item
            for place, below in enumerate(value):
                if not _is_any_text(item, below):
                    _CHECKS[item.kind](self, (*path, place), item, below)

    def entries(self, path: Path, field: Field, value: Plain) -> None:
        if not _has_members(value):
            self.no_mapping(path, field, value)
            return
        entries = members(value)
        for key, entry in entries.items():
            below = (*path, key)
            if not isinstance(entry, dict) and _is_beside_its_entry(field, key, entries):
                remedy = "indent it by two more blanks, or put it between the braces of its entry"
                self.tell(below, f"{key} belongs into an entry", remedy, at_key=True)
                continue
            if not KEY.fullmatch(key):
                message = f"{shortened(key, _VALUE_LENGTH)!r} is not a key for an entry"
                self.tell(below, message, of_key(key, slug(key[:_VALUE_LENGTH])), at_key=True)
            self.mapping(below, field, entry)

    def mention(self, path: Path, _: Field, value: Plain) -> None:
        if not isinstance(value, str) or not MENTION.fullmatch(value):
            shown = _value_shown(value) if isinstance(value, str) else _noun(value)
            self.tell(path, f"{shown} stands here, KEY@HANDLE is expected", "paste it as `plan` printed it")

    def mentions(self, path: Path, field: Field, value: Plain) -> None:
        if not isinstance(value, list):
            self.mention(path, field, value)
        elif not value:
            self.tell(path, "an empty list says nothing", f"take {field.name} out")
        else:
            for place, mention in enumerate(value):
                self.mention((*path, place), field, mention)

    def attachment(self, path: Path, field: Field, value: Plain) -> None:
        """Check an attachment, also one whose type is missing, or none of the known ones."""
        kinds = tuple(kind for kind, _ in field.variants)
        if not _has_members(value) or members(value).get("type") in kinds:
            self.mapping(path, field, value)
        elif "type" not in members(value):
            self.tell(path, "type is missing", "add type", at_key=True)
        else:
            choice = Field("type", Kind.ENUM, required=True, choices=kinds)
            self.choice((*path, "type"), choice, members(value)["type"])

    def mapping(self, path: Path, field: Field, value: Plain) -> None:
        if not isinstance(value, dict) or not value:
            self.no_mapping(path, field, value)
            return
        kind = value.get("type")
        fields = field.members(kind if isinstance(kind, str) else None)
        known = [below for below in fields if below.name in value]
        meant: set[str] = set() if len(known) == len(value) else self.unknown_keys(path, fields, value)
        if len(known) != len(fields):
            self.missing(path, field, fields, meant.union(value))
        for below in known:
            if not _is_any_text(below, value[below.name]):
                _CHECKS[below.kind](self, (*path, below.name), below, value[below.name])

    def missing(self, path: Path, field: Field, fields: tuple[Field, ...], there: set[str]) -> None:
        """Report the fields that a mapping needs and that are not `there`, in one problem."""
        lacking = [below for below in fields if below.is_needed and below.name not in there]
        if not lacking:
            return
        if required := [below.name for below in lacking if below.required]:
            self.tell(path, f"{_are(required)} missing", f"add {' and '.join(required)}", at_key=True)
        needed = [below.name for below in lacking if below.add is Use.REQUIRED]
        if field.kind is Kind.ENTRY and needed and "id" not in there:
            self.tell(path, *lacking_fields(needed, "missing"), at_key=True)

    def no_mapping(self, path: Path, field: Field, value: Plain) -> None:
        if not path:
            message = "the file is an empty mapping" if value == {} else f"the file holds {_noun(value)}"
            self.tell(path, message, of_nothing(path))
        elif value == {}:
            self.tell(path, "an empty mapping cannot be sent", of_nothing(path, CLEARED))
        else:
            remedy = of_nothing(path, CLEARED) if value == "" else of_mapping(value, path, field)
            self.unexpected(path, field, value, remedy)

    def unknown_keys(self, path: Path, fields: tuple[Field, ...], value: dict[str, Plain]) -> set[str]:
        """Tell what is wrong with keys that there are not, and return the keys that are meant by them."""
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
            self.tell((*path, key), "there is no such key", remedy, at_key=True)
        return meant

    def unexpected(self, path: Path, field: Field, value: Plain, remedy: str) -> None:
        """Tell that a value of another kind is expected."""
        expected = _KIND_NOUNS.get(field.kind, "text")
        if value == "":
            self.tell(path, f'"" is not {expected}', remedy)
            return
        scalar = isinstance(value, str) and field.kind not in (Kind.OBJECT, Kind.ENTRY, Kind.ATTACHMENT)
        stands = f"{_value_shown(value)} is text" if scalar else f"{_noun(value)} stands here"
        self.tell(path, f"{stands}, {expected} is expected", remedy)


_CHECKS: dict[Kind, Callable[[_Validation, Path, Field, Plain], None]] = {
    Kind.TEXT: _Validation.text,
    Kind.FILE: _Validation.text,
    Kind.ENUM: _Validation.choice,
    Kind.NUMBER: _Validation.number,
    Kind.INTEGER: _Validation.number,
    Kind.BOOLEAN: _Validation.boolean,
    Kind.TEXTS: _Validation.items,
    Kind.ENUMS: _Validation.items,
    Kind.OBJECTS: _Validation.items,
    Kind.OBJECT: _Validation.mapping,
    Kind.ENTRY: _Validation.entries,
    Kind.ATTACHMENT: _Validation.attachment,
    Kind.MENTION: _Validation.mention,
    Kind.MENTIONS: _Validation.mentions,
}


def _is_beside_its_entry(field: Field, key: str, entries: dict[str, Plain]) -> bool:
    """Tell whether a key among entries is the name of a field of one."""
    return any(below.name == key for below in field.fields) and any(isinstance(each, dict) for each in entries.values())


def _is_any_text(field: Field, value: Plain) -> bool:
    """Tell whether a value is a text where any will do, as nearly all are: nothing is to be checked of it."""
    return field.takes_any_text and isinstance(value, str) and value != ""


def lacking_fields(names: Sequence[str], lack: str) -> tuple[str, str]:
    """Say that an entry without an id lacks what it needs to be added, and what to do."""
    message = (
        f"{_are(names)} {lack}: an entry without an id is added, which needs {'it' if len(names) == 1 else 'them'}"
    )
    return message, f"add {' and '.join(names)}, or id if it is on LinkedIn already"


def _are(names: Sequence[str]) -> str:
    return f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'}"


def _has_members(value: Plain) -> bool:
    return isinstance(value, dict) and value != {}


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
