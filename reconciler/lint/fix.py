"""Owns what `lint --fix` writes: small edits of a profile's text after which it says the same to whoever reads it.

Each fix is made only where reading the file anew gives just what was to be changed, and nothing else.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from reconciler.problem import ProblemsError
from reconciler.profile.document import Document, address_of, read_document
from reconciler.profile.warnings import repeated
from reconciler.profile.yaml import YamlToken, scalar_tokens
from reconciler.values import Path, Plain, same, value_at

_MOST_TRIES = 200  # readings of a file anew
Place = tuple[str, str]  # the rule, and the address of what it found
_BLANKS_AT_END = re.compile(r"(?<![ \t])[ \t]++(?=\r?$)", re.MULTILINE)
_ITEM_ALONE = re.compile(r"[ \t]*-[ \t]+\Z")
_REST = re.compile(r"[ \t]*(\r?\n|\Z)")
_COMMA = re.compile(r"[ \t]*,[ \t\r\n]*\Z")


class _Fix(Struct, frozen=True):
    """A piece of the text to replace, and what the document must hold after that."""

    start: int
    end: int
    text: str
    path: Path
    value: str | None  # None: the item of a list is taken out


def fix(text: str, file: str, places: Iterable[Place]) -> tuple[str, tuple[Place, ...]]:
    """Return a profile's text with what was found mended, and which of the places that was; `text` is valid YAML.

    What cannot be mended without touching more, as behind an anchor or beside a comment, stays as it is.
    """
    done: list[Place] = []
    for rule, make in _FIXES.items():
        wanted = {address for found, address in places if found == rule}
        if not wanted:
            continue
        document = read_document(text.encode(), file)
        fixes = [found for found in make(_TokenizedText(text, document)) if address_of(found.path) in wanted]
        text, made = _made(text, document, fixes)
        done.extend((rule, address_of(found.path)) for found in made)
    return text, tuple(done)


class _TokenizedText:
    """A text with its document, and the tokens of its scalars by the places where they begin."""

    def __init__(self, text: str, document: Document) -> None:
        self.text = text
        self.document = document
        self.scalars: dict[tuple[int, int], YamlToken] = {
            (token.start_mark.line + 1, token.start_mark.column + 1): token
            for token in scalar_tokens(text, document.file)
        }

    def texts(self) -> Iterator[tuple[Path, str, YamlToken]]:
        """Return each text of the document with its token."""
        for path, mark in self.document.values.items():
            token = self.scalars.get((mark.line, mark.column))
            value = value_at(self.document.value, path)
            if token is not None and isinstance(value, str):
                yield path, value, token


def _without_blanks(source: _TokenizedText) -> Iterator[_Fix]:
    """Take the blanks at the ends of lines out of texts after | or >."""
    for path, value, token in source.texts():
        bare = _BLANKS_AT_END.sub("", value)
        if token.style in ("|", ">") and bare != value:
            start = source.text.find("\n", token.start_mark.index) + 1
            end = token.end_mark.index
            yield _Fix(start, end, _BLANKS_AT_END.sub("", source.text[start:end]), path, bare)


def _composed(source: _TokenizedText) -> Iterator[_Fix]:
    """Write letters and accents as one."""
    for path, value, token in source.texts():
        composed = unicodedata.normalize("NFC", value)
        if composed != value:
            start, end = token.start_mark.index, token.end_mark.index
            yield _Fix(start, end, unicodedata.normalize("NFC", source.text[start:end]), path, composed)


def _without_repeated(source: _TokenizedText) -> Iterator[_Fix]:
    """Take out the skills that stand in their list before, but for case."""
    tokens = {path: token for path, _, token in source.texts()}
    for path in source.document.values:
        value = value_at(source.document.value, path)
        if path[-1:] != ("skills",) or not isinstance(value, list):
            continue
        for place, before in repeated(value):
            token, above = tokens.get((*path, place)), tokens.get((*path, place - 1))
            if token is None or above is None or str(value[place]).casefold() != str(value[before]).casefold():
                continue
            span = _item_span(source.text, token, above)
            if span is not None:
                yield _Fix(*span, "", (*path, place), None)


def _item_span(text: str, token: YamlToken, above: YamlToken) -> tuple[int, int] | None:
    """Return where an item of a list is taken out: its line, or from the item before it on; None beside a comment."""
    start, end = token.start_mark.index, token.end_mark.index
    line = text.rfind("\n", 0, start) + 1
    rest = _REST.match(text, end)
    if _ITEM_ALONE.fullmatch(text, line, start) and rest is not None and "\n" not in text[start:end]:
        return line, rest.end()
    return (above.end_mark.index, end) if _COMMA.fullmatch(text, above.end_mark.index, start) else None


_FIXES: Mapping[str, Callable[[_TokenizedText], Iterator[_Fix]]] = {
    "trailing-blanks": _without_blanks,
    "not-nfc": _composed,
    "repeated-item": _without_repeated,
}


def _made(text: str, document: Document, fixes: Sequence[_Fix]) -> tuple[str, Sequence[_Fix]]:
    """Return the text with fixes made, and which: all at once, or as many as hold, halved until they do."""
    kept: list[_Fix] = []
    groups = [fixes]
    for _ in range(_MOST_TRIES):
        if not groups:
            break
        group = groups.pop()
        tried = [*kept, *group]
        if _changes_nothing_else(_spliced(text, tried), document, tried):
            kept = tried
        elif len(group) > 1:
            middle = len(group) // 2
            groups += [group[middle:], group[:middle]]
    return _spliced(text, kept), kept


def _spliced(text: str, fixes: Iterable[_Fix]) -> str:
    pieces, place = [], 0
    for each in sorted(fixes, key=lambda found: found.start):
        if each.start >= place:
            pieces += [text[place : each.start], each.text]
            place = each.end
    return "".join([*pieces, text[place:]])


def _changes_nothing_else(after: str, document: Document, fixes: Sequence[_Fix]) -> bool:
    """Tell whether a text holds what the document does, with the fixes made and nothing else changed."""
    try:
        found = read_document(after.encode(), document.file)
    except ProblemsError:
        return False
    changed = {each.path: each for each in fixes}
    return found.problems == () and same(found.value, _value_after(document.value, (), changed))


def _value_after(value: Plain, path: Path, changed: Mapping[Path, _Fix]) -> Plain:
    if path in changed and changed[path].value is not None:
        return changed[path].value
    if isinstance(value, dict):
        return {key: _value_after(below, (*path, key), changed) for key, below in value.items()}
    if isinstance(value, list):
        return [
            _value_after(below, (*path, place), changed)
            for place, below in enumerate(value)
            if (*path, place) not in changed or changed[(*path, place)].value is not None
        ]
    return value
