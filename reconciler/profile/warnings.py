"""Owns what is valid and yet hardly meant: warnings, and errors with --strict.

Above all LinkedIn's own limits, which the API's page does not state.
"""

from collections.abc import Iterator

from reconciler.problem import Problem
from reconciler.profile.desired import FileFacts
from reconciler.profile.document import Document, Path
from reconciler.spec import ENTRY_SECTIONS
from reconciler.values import Plain

PICTURE_BYTES = 8 * 1000 * 1000

# Path → the most characters that LinkedIn's own forms take. `*` is any entry's key.
TEXTS: dict[tuple[str, ...], int] = {
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
LISTS: dict[tuple[str, ...], int] = {
    ("skills",): 100,
    ("experience", "*", "skills"): 5,
    ("education", "*", "skills"): 5,
    ("open_to_work", "job_title"): 5,
}
SKILL = 80
STARTER_ACCOUNT = "acc_replace_me"  # what `reconciler init` writes


def over_limits(document: Document, files: dict[str, FileFacts]) -> tuple[Problem, ...]:
    """Warn of everything that LinkedIn's own forms would not take, and of what is left of the starter."""
    assert isinstance(document.value, dict)
    found = [*_starter(document), *_texts(document), *_lists(document), *_pictures(document, files)]
    return tuple(sorted(found, key=lambda one: (one.line, one.column)))


def _starter(document: Document) -> Iterator[Problem]:
    assert isinstance(document.value, dict)
    if document.value.get("account_id") == STARTER_ACCOUNT:
        yield document.problem(
            ("account_id",), "this is the starter's, and no account's", "put in the id that the API's dashboard shows"
        )


def _texts(document: Document) -> Iterator[Problem]:
    for pattern, most in TEXTS.items():
        for path, value in _matching(document.value, pattern):
            if isinstance(value, str) and len(value) > most:
                yield document.problem(path, _said(len(value), most, "characters"), "shorten it")


def _lists(document: Document) -> Iterator[Problem]:
    for pattern, most in LISTS.items():
        for path, value in _matching(document.value, pattern):
            if not isinstance(value, list):
                continue
            if len(value) > most:
                yield document.problem(path, _said(len(value), most, "items"), "keep the most important ones")
            yield from _items(document, path, value)


def _items(document: Document, path: Path, value: list[Plain]) -> Iterator[Problem]:
    """Warn of each text of a list that is too long, or stands in it before."""
    seen: set[str] = set()
    for place, one in enumerate(value):
        if not isinstance(one, str):
            continue
        if len(one) > SKILL:
            yield document.problem((*path, place), _said(len(one), SKILL, "characters"), "shorten it")
        if one in seen:
            yield document.problem((*path, place), "this item stands in the list already", "take it out")
        seen.add(one)


def _pictures(document: Document, files: dict[str, FileFacts]) -> Iterator[Problem]:
    assert isinstance(document.value, dict)
    for name in ("picture", "cover_picture"):
        facts = files.get(str(document.value.get(name)))
        if facts is not None and facts.size > PICTURE_BYTES:
            yield document.problem((name,), _said(facts.size, PICTURE_BYTES, "bytes"), "make the picture smaller")


def _said(count: int, most: int, unit: str) -> str:
    return f"{count:,} {unit}, LinkedIn takes at most {most:,}"


def _matching(value: Plain, pattern: tuple[str, ...]) -> Iterator[tuple[Path, Plain]]:
    """Give what stands in the document at a path, `*` being any key."""
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
