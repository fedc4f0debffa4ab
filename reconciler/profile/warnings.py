"""Owns what is valid and yet hardly meant: the rules of lint that a plan shows too.

Above all LinkedIn's own limits, which the API's page does not state, and texts that YAML cuts short. They ask for
nothing but the document and the facts of its files; `reconciler.lint` has the others.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from reconciler.problem import Problem
from reconciler.profile.desired import FileFacts
from reconciler.profile.document import Document, in_file_order
from reconciler.profile.ignores import IGNORE_COMMENT, without_ignored
from reconciler.profile.remedies import field_at, of_id
from reconciler.profile.rules import FoundField
from reconciler.profile.source import quote_remedy, shortened
from reconciler.spec import BY_NAME, Kind, Use
from reconciler.values import Members, Path, Plain, members, value_at


class Subject(Struct, frozen=True):
    """What rules look at: a document, the facts of its files by path, and each field with its path and value."""

    document: Document
    files: dict[str, FileFacts]
    fields: Sequence[FoundField]

    @property
    def value(self) -> Members:
        """Return what the document holds; nothing where it is no mapping."""
        return members(self.document.value)


SubjectCheck = Callable[[Subject], Iterator[Problem]]

PICTURE_BYTES = 8 * 1000 * 1000
LEAST_PHOTO = (400, 400)  # pixels, width and height
MOST_PHOTO = (7680, 4320)

# Path → the most characters that LinkedIn takes, in UTF-16 units, and how sure that is: A several recent sources, B one
# or two, C what one client assumes. `*` is any entry's key.
MOST_CHARACTERS: dict[tuple[str, ...], tuple[int, str]] = {
    ("headline",): (220, "A"),
    ("summary",): (2600, "A"),
    ("experience", "*", "role"): (100, "A"),
    ("experience", "*", "company"): (100, "B"),
    ("experience", "*", "location"): (100, "C"),
    ("experience", "*", "description"): (2000, "A"),
    ("experience", "*", "attachment", "title"): (200, "C"),
    ("experience", "*", "attachment", "description"): (1000, "C"),
    ("experience", "*", "attachment", "url"): (2000, "C"),
    ("education", "*", "school"): (100, "C"),
    ("education", "*", "degree"): (100, "C"),
    ("education", "*", "field_of_study"): (100, "C"),
    ("education", "*", "grade"): (80, "C"),
    ("education", "*", "activities"): (500, "C"),
    ("education", "*", "role"): (100, "A"),
    ("education", "*", "company"): (100, "B"),
    ("education", "*", "description"): (1000, "C"),
    ("education", "*", "attachment", "title"): (200, "C"),
    ("education", "*", "attachment", "description"): (1000, "C"),
    ("education", "*", "attachment", "url"): (2000, "C"),
    ("custom_link", "url"): (250, "C"),
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

_UNLIKE_ID = re.compile(r"[@/\s]|^urn:|^www\.")
_MOST_SHOWN = 80
_UNCUT = ("type", "account_id", "id", "company_id", "postal_code")  # ids and choices: nobody means a # in them
SOURCES = {"A": "LinkedIn takes at most", "B": "LinkedIn seems to take at most", "C": "LinkedIn may take at most"}


def warnings_of(subject: Subject) -> tuple[Problem, ...]:
    """Return the warnings about a document, valid or not, in file order.

    What a comment of the file asks to be ignored is left out.
    """
    found = [problem for rule, check in CHECKS.items() for problem in ruled(rule, check(subject))]
    return in_file_order(without_ignored(subject.document, found))


def ruled(rule: str, problems: Iterable[Problem]) -> Iterator[Problem]:
    """Return problems as findings of a rule."""
    return (replace(problem, rule=rule) for problem in problems)


def _starter(subject: Subject) -> Iterator[Problem]:
    if subject.value.get("account_id") == STARTER_ACCOUNT:
        remedy = "put in the id that the API's dashboard shows"
        yield subject.document.problem(("account_id",), "this is the starter's, and no account's", remedy)


def unlikely_id(account_id: str) -> Iterator[Problem]:
    """Warn of what people take for the id of their account: an address, a link, a name."""
    if _UNLIKE_ID.search(account_id):
        message = f"{shortened(account_id, _MOST_SHOWN)!r} looks like an address, a link or a name, not like an id"
        remedy = "put in the id that the API's dashboard shows beside your LinkedIn account"
        yield Problem("", 0, 0, "account_id", message, remedy)


def _unlikely_account(subject: Subject) -> Iterator[Problem]:
    for found in unlikely_id(str(subject.value.get("account_id", ""))):
        yield subject.document.problem(("account_id",), found.message, found.remedy)


def _cut_texts(subject: Subject) -> Iterator[Problem]:
    """Warn of a comment after an unquoted text: it could be meant as a part of the text."""
    document = subject.document
    for path, written in document.cut.items():
        field = field_at(path)
        value = value_at(document.value, path)
        if field is None or field.kind not in (Kind.TEXT, Kind.TEXTS) or path[-1] in _UNCUT or field.search:
            continue
        if IGNORE_COMMENT.search(written) is not None:
            continue  # nobody means that as text
        message = f"what follows ` #` is a comment: {shortened(str(value), _MOST_SHOWN)!r} is the whole text"
        if "\n" in str(value) or document.written(path) != written:
            yield document.problem(path, message, "put the text between quotes, or the comment on a line of its own")
            continue
        form = quote_remedy(written, _key_in(path), "if it belongs to the text, write")
        yield document.problem(path, message, f"{form}; else put the comment on a line of its own")


def _dashed(subject: Subject) -> Iterator[Problem]:
    """Warn of a text that goes on with a dash on the next line: it looks like an item of a list, and is none."""
    for path, value in _texts_with(" - ", subject):
        first = subject.document.written(path)
        if len(first) > 1 and value.startswith(f"{first} - "):
            message = f"the next line belongs to this text: {shortened(value, _MOST_SHOWN)!r}"
            remedy = "indent its dash like that of the item above, or put the text after |"
            yield subject.document.problem(path, message, remedy)


def _texts_with(part: str, subject: Subject) -> Iterator[tuple[Path, str]]:
    """Return each text, and each item of a list of texts, that a part stands in."""
    for path, field, value in subject.fields:
        if isinstance(value, str):
            if part in value and field.kind is Kind.TEXT:
                yield path, value
        elif isinstance(value, list) and field.kind is Kind.TEXTS:
            for place, item in enumerate(value):
                if isinstance(item, str) and part in item:
                    yield (*path, place), item


def _anchors(subject: Subject) -> Iterator[Problem]:
    """Warn of an anchor that no alias names: it could be meant as the begin of a text."""
    document = subject.document
    for path, anchor in document.anchored.items():
        if not isinstance(value_at(document.value, path), str):
            yield document.problem(path, f"no alias names the anchor &{shortened(anchor)}", "take it out")
            continue
        text = shortened(str(value_at(document.value, path)), _MOST_SHOWN)
        message = f"&{shortened(anchor)} is an anchor that nothing uses: {text!r} is the whole text"
        yield document.problem(path, message, quote_remedy(document.written(path), _key_in(path)))


def _key_in(path: Path) -> str:
    return path[-1] if path and isinstance(path[-1], str) else ""


def _without_scheme(subject: Subject) -> Iterator[Problem]:
    """Warn of a URL that no browser would open."""
    for path, field, value in subject.fields:
        if field.name != "url" or not isinstance(value, str) or not value:
            continue
        if value.lower().startswith(("https://", "http://")):
            continue
        bare = value.partition("://")[2] or value
        form = (
            f"write https://{shortened(bare, _MOST_SHOWN)}"
            if "." in bare and " " not in bare
            else "write the whole URL"
        )
        yield subject.document.problem(path, "a URL begins with https://", form)


def _words_for_ids(subject: Subject) -> Iterator[Problem]:
    """Warn of a word where an id is wanted."""
    for path, field, value in subject.fields:
        if field.search is None or not isinstance(value, str) or not value:
            continue
        if not any(char.isdigit() for char in value):
            message = f"{shortened(value, _MOST_SHOWN)!r} is no id of LinkedIn's"
            yield subject.document.problem(path, message, of_id(field.search))


def _long_texts(*sources: str) -> SubjectCheck:
    """Return the check for texts that are longer than LinkedIn takes, as sure as one of these sources."""

    def check(subject: Subject) -> Iterator[Problem]:
        for pattern, (most, source) in MOST_CHARACTERS.items():
            if source in sources:
                for path, value in _matching(subject.value, pattern):
                    if isinstance(value, str) and (length := utf16_length(value)) > most:
                        message = _too_much(length, most, "characters", source)
                        yield subject.document.problem(path, message, "shorten it")

    return check


def _long_lists(subject: Subject) -> Iterator[Problem]:
    for pattern, most in MOST_ITEMS.items():
        for path, value in _matching(subject.value, pattern):
            if isinstance(value, list) and len(value) > most:
                message = _too_much(len(value), most, "items")
                yield subject.document.problem(path, message, "keep the most important ones")


def _long_skills(subject: Subject) -> Iterator[Problem]:
    yield from _long_texts("A", "B")(subject)
    for path, field, value in subject.fields:
        if field.name == "skills" and isinstance(value, list):
            for place, item in enumerate(value):
                if isinstance(item, str) and (length := utf16_length(item)) > MOST_OF_SKILL:
                    message = _too_much(length, MOST_OF_SKILL, "characters")
                    yield subject.document.problem((*path, place), message, "shorten it")


def _repeated_items(subject: Subject) -> Iterator[Problem]:
    """Warn of each text that stands in a list before, also in other case or form."""
    for path, field, value in subject.fields:
        if isinstance(value, list) and field.kind is Kind.TEXTS:
            for place, before in repeated(value):
                first, item = str(value[before]), str(value[place])
                same = "this item stands" if item == first else f"this item stands, as {first[:_MOST_SHOWN]!r},"
                message = f"{same} in the list already, as item {before + 1}"
                yield subject.document.problem((*path, place), message, "take it out")


def repeated(value: list[Plain]) -> Iterator[tuple[int, int]]:
    """Return the place of each text that stands in a list before, and the place where it does.

    Case, blanks, hyphens and Unicode form make no difference.
    """
    seen: dict[str, int] = {}
    for place, item in enumerate(value):
        if not isinstance(item, str):
            continue
        folded = item.casefold() if item.isascii() else unicodedata.normalize("NFKC", item).casefold()
        bare = folded.replace("-", " ").split()
        before = seen.setdefault("".join(bare), place)
        if before != place:
            yield place, before


def _small_pictures(subject: Subject) -> Iterator[Problem]:
    for path, facts in pictures(subject):
        if path == ("picture",) and _is_below(facts, LEAST_PHOTO):
            message = f"the picture has {facts.width}×{facts.height} pixels, too few for LinkedIn"
            yield subject.document.problem(path, message, f"name one of at least {LEAST_PHOTO[0]}×{LEAST_PHOTO[1]}")


def _is_below(facts: FileFacts, least: tuple[int, int]) -> bool:
    return facts.width is not None and facts.height is not None and (facts.width < least[0] or facts.height < least[1])


def _large_pictures(subject: Subject) -> Iterator[Problem]:
    for path, facts in pictures(subject):
        if facts.size > PICTURE_BYTES:
            message = _too_much(facts.size, PICTURE_BYTES, "bytes")
            yield subject.document.problem(path, message, "make the picture smaller")
        elif path == ("picture",) and ((facts.width or 0) > MOST_PHOTO[0] or (facts.height or 0) > MOST_PHOTO[1]):
            message = f"the picture has {facts.width}×{facts.height} pixels, too many for LinkedIn"
            yield subject.document.problem(path, message, f"name one of at most {MOST_PHOTO[0]}×{MOST_PHOTO[1]}")


def pictures(subject: Subject) -> Iterator[tuple[Path, FileFacts]]:
    """Return the photo and the cover, as far as they could be read."""
    for path, field, value in subject.fields:
        if len(path) == 1 and field.kind is Kind.FILE and (facts := subject.files.get(str(value))) is not None:
            yield path, facts


def _schools(subject: Subject) -> Iterator[Problem]:
    """Warn of fields that an education cannot be added with: the plan would block them."""
    fields = {field.name: field for field in BY_NAME["education"].fields}
    for key, entry in members(subject.value.get("education")).items():
        if not isinstance(entry, dict) or "id" in entry:
            continue
        for name in entry:
            if name in fields and fields[name].add is Use.ABSENT and not fields[name].directive:
                remedy = "write start_date and end_date" if name == "seniority" else "take it out"
                message = f"a new education takes no {name}: the plan blocks it until the id of the entry is known"
                place = ("education", key, name)
                yield subject.document.problem(place, message, f"{remedy}, or give its id", at_key=True)


# The id of a rule → what finds it, in the order of the rules' page.
CHECKS: Mapping[str, SubjectCheck] = {
    "starter-account": _starter,
    "account-unlikely": _unlikely_account,
    "text-too-long": _long_skills,
    "text-perhaps-too-long": _long_texts("C"),
    "list-too-long": _long_lists,
    "blocked-without-id": _schools,
    "id-without-digits": _words_for_ids,
    "picture-too-small": _small_pictures,
    "picture-too-large": _large_pictures,
    "link-incomplete": _without_scheme,
    "repeated-item": _repeated_items,
    "text-cut-by-comment": _cut_texts,
    "dash-in-text": _dashed,
    "anchor-unused": _anchors,
}


def utf16_length(text: str) -> int:
    """Count the characters of a text as LinkedIn does: one beyond U+FFFF is two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _too_much(count: int, most: int, unit: str, source: str = "A") -> str:
    return f"{count:,} {unit}, {SOURCES[source]} {most:,}"


def _matching(value: Plain, pattern: tuple[str, ...]) -> list[tuple[Path, Plain]]:
    """Return what stands in the document at a path, `*` being any key."""
    found: list[tuple[Path, Plain]] = [((), value)]
    for step in pattern:
        if step == "*":
            found = [((*path, key), below) for path, each in found for key, below in members(each).items()]
        else:
            found = [((*path, step), each[step]) for path, each in found if isinstance(each, dict) and step in each]
    return found
