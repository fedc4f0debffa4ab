"""Reads page.txt: what the page says of each field, to compare the table and the schemas with."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from reconciler.spec import SECTIONS, Field, Kind, Use

LINE = re.compile(r"( *)(.+?) (array of strings|array of objects|string|number|boolean|binary|object)((?: \S+)*)")
ADD, EDIT = "Add a new {}", "Edit an existing {}"
ATTACHMENTS = {"link": "Link variant", "media": "Media variant"}
TYPES = {
    **dict.fromkeys((Kind.TEXT, Kind.ENUM), "string"),
    **dict.fromkeys((Kind.NUMBER, Kind.INTEGER), "number"),  # dates are whole numbers by our reading
    **dict.fromkeys((Kind.OBJECT, Kind.ENTRY, Kind.ATTACHMENT), "object"),
    **dict.fromkeys((Kind.TEXTS, Kind.ENUMS), "array of strings"),
    Kind.BOOLEAN: "boolean",
    Kind.FILE: "binary",
    Kind.OBJECTS: "array of objects",
}
HEAD = (
    Field("type", Kind.ENUM, required=True, choices=("LINKEDIN",)),
    Field("account_id", Kind.TEXT, required=True),
)

Path_ = tuple[str, ...]


@dataclass(frozen=True)
class Said:
    """What one line of the page says; `length` is the shortest and the longest that a text may be."""

    type: str
    required: bool = False
    choices: tuple[str, ...] = ()
    length: tuple[int | None, int | None] = (None, None)


@cache
def page() -> dict[Path_, Said]:
    """Give what the page says of each field, by path, in its order."""
    found: dict[Path_, Said] = {}
    above: list[str] = []
    for line in Path(__file__).with_name("page.txt").read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        matched = LINE.fullmatch(line)
        assert matched is not None, line
        above[len(matched[1]) // 2 :] = [matched[2]]
        found[tuple(above)] = _said(matched[3], matched[4].split())
    return found


def _said(kind: str, words: list[str]) -> Said:
    lengths = {"length≥1": (1, None), "length=5": (5, 5)}
    length = next((lengths[word] for word in words if word in lengths), (None, None))
    choices = tuple(word.removeprefix("=") for word in words if word != "required" and word not in lengths)
    return Said(kind, "required" in words, choices, length)


def table() -> dict[Path_, Said]:
    """Give what the package's table says, in the page's form: the variants of an entry apart."""
    return dict(_table((*HEAD, *SECTIONS), ()))


def _table(fields: tuple[Field, ...], above: Path_) -> Iterator[tuple[Path_, Said]]:
    for field in fields:
        path = (*above, field.name)
        length = (1, None) if path == ("account_id",) else (field.length, field.length)
        yield path, Said(TYPES[field.kind], field.required, field.choices, length)
        if field.kind is Kind.ENTRY:
            for name, uses in ((ADD, "add"), (EDIT, "edit")):
                variant = (*path, name.format(field.name))
                yield variant, Said("object")
                yield from _variant(field.fields, variant, uses)
        else:
            yield from _below(field, path)


def _variant(fields: tuple[Field, ...], above: Path_, uses: str) -> Iterator[tuple[Path_, Said]]:
    for field in fields:
        use = getattr(field, uses)
        if use is not Use.ABSENT:
            path = (*above, field.name)
            yield path, Said(TYPES[field.kind], use is Use.REQUIRED, field.choices)
            yield from _below(field, path)


def _below(field: Field, path: Path_) -> Iterator[tuple[Path_, Said]]:
    yield from _table(field.fields, path)
    for name, fields in field.variants:
        variant = (*path, ATTACHMENTS[name])
        yield variant, Said("object")
        yield from _table(fields, variant)
