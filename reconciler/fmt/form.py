"""Owns the form of a profile file: what `fmt` writes, and that it says the same as before."""

from reconciler.fmt.lines import ID_FIELDS, UnusualError, formatted_text
from reconciler.problem import ProblemsError
from reconciler.profile.document import Document, decode, read_document
from reconciler.spec import ENTRY_SECTIONS
from reconciler.values import Path, Plain, canonical

_MARK = "\ufeff"


def formatted(content: bytes, file: str) -> bytes:
    """Return a profile file's content in its form; line ends and byte order mark stay as the file has them.

    Raises ProblemsError where the file cannot be read, UnusualError where it has to stay as it is.
    """
    before = read_document(content, file)
    if before.problems:
        raise ProblemsError(*before.problems)
    text = decode(content, file)
    mark = _MARK if content.startswith(_MARK.encode()) else ""
    end = "\r\n" if text.partition("\n")[0].endswith("\r") else "\n"
    made = formatted_text(text.replace("\r\n", "\n").replace("\r", "\n"), file)
    after = (mark + made.replace("\n", end)).encode()
    if not _says_the_same(before, after):
        raise UnusualError("something that no other form says in the same way", 1)
    return after


def _says_the_same(before: Document, after: bytes) -> bool:
    try:
        found = read_document(after, before.file)
    except ProblemsError:
        return False
    return not found.problems and _meaning(before) == _meaning(found)


def _meaning(document: Document) -> list[str]:
    """Return what a file says: its values, ids as they are written, and the order of its entries."""
    value = _with_ids(document, document.value, ())
    entries = [value.get(name) for name in ENTRY_SECTIONS] if isinstance(value, dict) else []
    return [canonical(value), *(canonical(list(keys)) for keys in entries if isinstance(keys, dict))]


def _with_ids(document: Document, value: Plain, path: Path) -> Plain:
    if isinstance(value, dict):
        return {key: _with_ids(document, below, (*path, key)) for key, below in value.items()}
    if isinstance(value, list):
        return [_with_ids(document, below, (*path, place)) for place, below in enumerate(value)]
    return document.raw.get(path, value) if path and path[-1] in ID_FIELDS else value
