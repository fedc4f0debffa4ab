"""Owns one change as Markdown: its fields, texts as word-level differences, lists, dates and pictures."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from reconciler.plain import Plain
from reconciler.planning.plan import Action, Change, FieldChange, FilePart
from reconciler.render.fields import shown_fields
from reconciler.render.markdown_budget import Detail
from reconciler.render.markdown_text import code, inline, pre, prose
from reconciler.render.value import list_change, short
from reconciler.render.words import Piece, words

LONG = 60  # a text of more characters, or of several lines, is shown in a block of its own
FOLD = 1200  # a block of more characters, or of more than FOLD_LINES lines, is folded away
FOLD_LINES = 12
LABEL = 80  # characters that are shown of what an entry is
VALUE = 1000  # characters that are shown of a value that is not a text
_SILENT = (Action.FORGET, Action.MOVE)  # they send nothing: no fields are shown
_EXPLAINED = (Action.FORGET, Action.BLOCKED)  # their reasons stand above, among what matters first
_LABELS = ("role", "company", "school", "degree")


def write_change(change: Change, files: Mapping[str, FilePart], detail: Detail) -> Iterator[str]:
    """Give the lines of one change: a heading, why, and its fields; none for what is told elsewhere already."""
    items = [prose(change.reason)] if change.reason and change.action not in _EXPLAINED else []
    blocks: list[str] = []
    if change.action not in _SILENT:
        for field in shown_fields(change):
            (blocks if _is_block(field) else items).append(_field(field, files, detail))
    if not (items or blocks):
        return
    yield f"<h4>{title(change)} · {change.action.value}</h4>"
    if items:
        yield "<ul>"
        yield from (f"<li>{one}</li>" for one in items)
        yield "</ul>"
    yield from blocks
    yield ""


def title(change: Change) -> str:
    """Give the address of a change, with where it comes from."""
    if change.moved_from is None:
        return code(change.address)
    return f"{code(change.moved_from)} → {code(change.address)}"


def named(change: Change) -> str:
    """Give the address of a change and, for an entry, what it is."""
    about = label(change)
    return f"{title(change)} {about}" if about else title(change)


def label(change: Change) -> str:
    """Say in a few words which entry this is; empty for a section."""
    value = change.before if change.after is None else change.after
    if not isinstance(value, dict):
        return ""
    found = [str(value[name]) for name in _LABELS if value.get(name)]
    return code(" · ".join(found), LABEL) if found else ""


def extent(change: Change, files: Mapping[str, FilePart]) -> str:
    """Say in a few words what of a section differs."""
    if change.action in _SILENT or not change.fields:
        return ""
    (first, *more) = shown_fields(change)
    if first.path:
        return code(", ".join(field.path for field in (first, *more)), LABEL)
    listed = list_change(first.before or [], first.after)
    if listed is not None:
        return ", ".join(f"{sign}{len(one)}" for sign, one in zip("+−", listed, strict=True) if one)
    if isinstance(first.after, str):
        return _counts(first.before, first.after)
    return code(short(first.after, files), LABEL)


def _counts(before: Plain, after: str) -> str:
    return f"{len(before)} → {len(after)} characters" if isinstance(before, str) else f"{len(after)} characters"


def longest_value(change: Change) -> int:
    """Give a number of characters that no value which a change shows is longer than."""
    sides = (side for field in change.fields for side in (field.before, field.after))
    return 2 * max(map(_length, sides), default=0)


def _length(value: Plain) -> int:
    if isinstance(value, list):
        return max(VALUE, sum(map(_length, value)))
    return len(value) if isinstance(value, str) else VALUE


def _is_block(field: FieldChange) -> bool:
    if not isinstance(field.after, str) or not isinstance(field.before, str | None):
        return False
    return any(len(text) > LONG or "\n" in text.removesuffix("\n") for text in (field.before or "", field.after))


def _field(field: FieldChange, files: Mapping[str, FilePart], detail: Detail) -> str:
    name = f"{code(field.path)}: " if field.path else ""
    if isinstance(field.after, str) and isinstance(field.before, str | None):
        if _is_block(field):
            return _block(name, field.before, field.after, detail)
        return f"{name}{_line(field.before, field.after)}"
    listed = list_change(field.before, field.after)
    if listed is not None:
        return f"{name}{_list(*listed, detail.longest)}"
    longest = VALUE if detail.longest is None else min(VALUE, detail.longest)
    after = code(short(field.after, files), longest)
    before = "" if field.before is None else f"<del>{code(short(field.before, files), longest)}</del> → "
    return f"{name}{before}{after}"


def _line(before: str | None, after: str) -> str:
    """Give a difference of two short texts."""
    if before is None:
        return code(after)
    pieces = words(before, after)
    if before and after and any(piece.kind == " " for piece in pieces):
        return inline(pieces)
    gone = code(before)  # where it was empty, it says so
    return f"{f'<del>{gone}</del>' if before else gone} → {code(after)}"


def _list(added: list[str], taken: list[str], longest: int | None) -> str:
    if not (added or taken):
        return "the same, in another order"
    lines = [(one, f"<li>added: {code(one)}</li>") for one in added]
    lines += [(one, f"<li>taken off: <del>{code(one)}</del></li>") for one in taken]
    shown, room = "", longest
    for place, (text, line) in enumerate(lines):
        if room is not None:
            room -= len(text)
            if room < 0:
                return f"<ul>{shown}<li>… cut: {len(lines) - place} more …</li></ul>"
        shown += line
    return f"<ul>{shown}</ul>"


def _block(name: str, before: str | None, after: str, detail: Detail) -> str:
    pieces: Sequence[Piece] = (Piece(" ", after),) if before is None else _difference(before, after)
    if not detail.folded:
        pieces = [Piece(" ", piece.text) if piece.kind == "…" else piece for piece in pieces]
    pieces, left = _cut(pieces, detail.longest)
    note = f"<i>… cut: {left} more characters …</i>" if left else ""
    body = pre(pieces, note)
    shown = sum(_shown(piece) for piece in pieces)
    lines = sum(piece.text.count("\n") for piece in pieces if piece.kind != "…")
    if shown > FOLD or lines > FOLD_LINES:
        return f"<details><summary>{name}{_counts(before, after)}</summary>{body}</details>"
    return f"<p>{name}{_counts(before, after)}</p>{body}"


@lru_cache(maxsize=4096)
def _difference(before: str, after: str) -> tuple[Piece, ...]:
    """Compare once: a document is written several times until it fits."""
    return words(before, after)


def _cut(pieces: Sequence[Piece], longest: int | None) -> tuple[Sequence[Piece], int]:
    """Keep the first `longest` characters that are shown; give how many are left out."""
    if longest is None:
        return pieces, 0
    kept: list[Piece] = []
    room = longest
    for place, piece in enumerate(pieces):
        if _shown(piece) > room:
            head = [Piece(piece.kind, piece.text[:room])] if room else []
            return [*kept, *head], sum(len(one.text) for one in pieces[place:]) - room
        kept.append(piece)
        room -= _shown(piece)
    return kept, 0


def _shown(piece: Piece) -> int:
    return 0 if piece.kind == "…" else len(piece.text)
