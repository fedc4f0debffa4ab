"""Owns what is valid and yet hardly meant: warnings, and errors with --strict.

Above all LinkedIn's own limits, which the API's page does not state, and texts that YAML cuts short.
"""

import unicodedata
from collections.abc import Iterator, Sequence

from reconciler.problem import Problem
from reconciler.profile.desired import FileFacts
from reconciler.profile.document import Document, in_file_order
from reconciler.profile.remedies import field_at, of_id
from reconciler.profile.rules import FoundField
from reconciler.profile.source import quote_remedy, shortened
from reconciler.spec import ENTRY_SECTIONS, SECTIONS, Field, Kind, Use
from reconciler.values import Path, Plain, value_at

PICTURE_BYTES = 8 * 1000 * 1000
PICTURE_SIDES = {"picture": (200, 200), "cover_picture": (600, 150)}  # pixels, width and height

# Path → the most characters that LinkedIn's own forms take. `*` is any entry's key.
MOST_CHARACTERS: dict[tuple[str, ...], int] = {
    ("headline",): 220,
    ("summary",): 2600,
    ("experience", "*", "role"): 100,
    ("experience", "*", "company"): 100,
    ("experience", "*", "location"): 100,
    ("experience", "*", "description"): 2000,
    ("education", "*", "school"): 100,
    ("education", "*", "degree"): 100,
    ("education", "*", "field_of_study"): 100,
    ("education", "*", "grade"): 80,
    ("education", "*", "activities"): 500,
    ("education", "*", "role"): 100,
    ("education", "*", "company"): 100,
    ("education", "*", "description"): 1000,
}
# Path → the most items of a list.
MOST_ITEMS: dict[tuple[str, ...], int] = {
    ("skills",): 100,
    ("experience", "*", "skills"): 5,
    ("education", "*", "skills"): 5,
    ("open_to_work", "job_title"): 5,
}
MOST_OF_SKILL = 80
STARTER_ACCOUNT = "acc_replace_me"  # what `reconciler init` writes

_MOST_SHOWN = 80
_UNCUT = ("type", "account_id", "id", "company_id", "postal_code")  # ids and choices: nobody means a # in them


def warnings_of(
    document: Document, files: dict[str, FileFacts], in_sections: Sequence[FoundField]
) -> tuple[Problem, ...]:
    """Return the warnings about a document, valid or not, in file order.

    `files` are those that could be read, `in_sections` the fields that the document's sections hold.
    """
    if not isinstance(document.value, dict):
        return ()
    found = [
        *_starter(document, document.value),
        *_cut_texts(document),
        *_anchors(document),
        *_long_texts(document),
        *_long_lists(document),
    ]
    for path, field, value in in_sections:
        found.extend(_odd_forms(document, path, field, value))
        if field.kind is Kind.TEXT:
            found.extend(_dashed(document, path, value))
        if isinstance(value, list) and field.kind is Kind.TEXTS:
            found.extend(_repeated_items(document, path, value))
            found.extend(
                problem for place, item in enumerate(value) for problem in _dashed(document, (*path, place), item)
            )
        if field.kind is Kind.FILE and (facts := files.get(str(value))) is not None and path[0] in PICTURE_SIDES:
            found.extend(_odd_picture(document, path, facts))
    return in_file_order([*found, *_schools(document, document.value.get("education"))])


def _starter(document: Document, value: dict[str, Plain]) -> Iterator[Problem]:
    if value.get("account_id") == STARTER_ACCOUNT:
        remedy = "put in the id that the API's dashboard shows"
        yield document.problem(("account_id",), "this is the starter's, and no account's", remedy)


def _cut_texts(document: Document) -> Iterator[Problem]:
    """Warn of a comment after an unquoted text: it could be meant as a part of the text."""
    for path, written in document.cut.items():
        field = field_at(path)
        value = value_at(document.value, path)
        if field is None or field.kind not in (Kind.TEXT, Kind.TEXTS) or path[-1] in _UNCUT or field.search:
            continue
        message = f"what follows ` #` is a comment: {shortened(str(value), _MOST_SHOWN)!r} is the whole text"
        if "\n" in str(value) or document.written(path) != written:
            yield document.problem(path, message, "put the text between quotes, or the comment on a line of its own")
            continue
        form = quote_remedy(written, _key_in(path), "if it belongs to the text, write")
        yield document.problem(path, message, f"{form}; else put the comment on a line of its own")


def _dashed(document: Document, path: Path, value: Plain) -> Iterator[Problem]:
    """Warn of a text that goes on with a dash on the next line: it looks like an item of a list, and is none."""
    if not isinstance(value, str) or " - " not in value:
        return
    first = document.written(path)
    if len(first) > 1 and value.startswith(f"{first} - "):
        message = f"the next line belongs to this text: {shortened(value, _MOST_SHOWN)!r}"
        yield document.problem(path, message, "indent its dash like that of the item above, or put the text after |")


def _anchors(document: Document) -> Iterator[Problem]:
    """Warn of an anchor that no alias names: it could be meant as the begin of a text."""
    for path, anchor in document.anchored.items():
        if not isinstance(value_at(document.value, path), str):
            yield document.problem(path, f"no alias names the anchor &{shortened(anchor)}", "take it out")
            continue
        text = shortened(str(value_at(document.value, path)), _MOST_SHOWN)
        message = f"&{shortened(anchor)} is an anchor that nothing uses: {text!r} is the whole text"
        yield document.problem(path, message, quote_remedy(document.written(path), _key_in(path)))


def _key_in(path: Path) -> str:
    return path[-1] if path and isinstance(path[-1], str) else ""


def _odd_forms(document: Document, path: Path, field: Field, value: Plain) -> Iterator[Problem]:
    """Warn of a URL that no browser would open, and of a word where an id is wanted."""
    if not isinstance(value, str) or not value:
        return
    if field.name == "url" and not value.lower().startswith(("https://", "http://")):
        bare = value.partition("://")[2] or value
        form = (
            f"write https://{shortened(bare, _MOST_SHOWN)}"
            if "." in bare and " " not in bare
            else "write the whole URL"
        )
        yield document.problem(path, "a URL begins with https://", form)
    if field.search is not None and not any(char.isdigit() for char in value):
        message = f"{shortened(value, _MOST_SHOWN)!r} is no id of LinkedIn's"
        yield document.problem(path, message, of_id(field.search))


def _long_texts(document: Document) -> Iterator[Problem]:
    for pattern, most in MOST_CHARACTERS.items():
        for path, value in _matching(document.value, pattern):
            if isinstance(value, str) and len(value) > most:
                yield document.problem(path, _too_much(len(value), most, "characters"), "shorten it")


def _long_lists(document: Document) -> Iterator[Problem]:
    for pattern, most in MOST_ITEMS.items():
        for path, value in _matching(document.value, pattern):
            if not isinstance(value, list):
                continue
            if len(value) > most:
                yield document.problem(path, _too_much(len(value), most, "items"), "keep the most important ones")
            for place, item in enumerate(value):
                if isinstance(item, str) and len(item) > MOST_OF_SKILL:
                    yield document.problem(
                        (*path, place), _too_much(len(item), MOST_OF_SKILL, "characters"), "shorten it"
                    )


def _repeated_items(document: Document, path: Path, value: list[Plain]) -> Iterator[Problem]:
    """Warn of each text that stands in a list before, also in other case or Unicode form."""
    seen: dict[str, tuple[int, str]] = {}
    for place, item in enumerate(value):
        if not isinstance(item, str):
            continue
        normal = item if item.isascii() else unicodedata.normalize("NFKC", item)
        folded = " ".join(normal.casefold().split())
        if folded in seen:
            before, first = seen[folded]
            same = (
                "this item stands"
                if item is first or item == first
                else f"this item stands, as {first[:_MOST_SHOWN]!r},"
            )
            yield document.problem((*path, place), f"{same} in the list already, as item {before + 1}", "take it out")
        else:
            seen[folded] = (place, item)


def _odd_picture(document: Document, path: Path, facts: FileFacts) -> Iterator[Problem]:
    if facts.size > PICTURE_BYTES:
        yield document.problem(path, _too_much(facts.size, PICTURE_BYTES, "bytes"), "make the picture smaller")
    width, height = PICTURE_SIDES[str(path[0])]
    if facts.width is not None and facts.height is not None and (facts.width < width or facts.height < height):
        message = f"the picture has {facts.width}×{facts.height} pixels, too few for LinkedIn"
        yield document.problem(path, message, f"name one of at least {width}×{height}")


def _schools(document: Document, entries: Plain) -> Iterator[Problem]:
    """Warn of fields that an education cannot be added with: the plan would block them."""
    fields = {field.name: field for section in SECTIONS if section.name == "education" for field in section.fields}
    for key, entry in entries.items() if isinstance(entries, dict) else ():
        if not isinstance(entry, dict) or "id" in entry:
            continue
        for name in entry:
            if name in fields and fields[name].add is Use.ABSENT and not fields[name].directive:
                remedy = "write start_date and end_date" if name == "seniority" else "take it out"
                message = f"a new education takes no {name}: the plan blocks it until the id of the entry is known"
                yield document.problem(("education", key, name), message, f"{remedy}, or give its id", at_key=True)


def _too_much(count: int, most: int, unit: str) -> str:
    return f"{count:,} {unit}, LinkedIn takes at most {most:,}"


def _matching(value: Plain, pattern: tuple[str, ...]) -> Iterator[tuple[Path, Plain]]:
    """Return what stands in the document at a path, `*` being any key."""
    found: list[tuple[Path, Plain]] = [((), value)]
    for step in pattern:
        found = [
            ((*path, key), below)
            for path, above in found
            if isinstance(above, dict)
            for key, below in above.items()
            if key == step or (step == "*" and path[-1] in ENTRY_SECTIONS)
        ]
    yield from found
