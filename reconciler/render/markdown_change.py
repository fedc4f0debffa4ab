"""Owns one change as Markdown: its fields, texts as word-level differences, lists, dates and pictures."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from reconciler.planning.plan import Action, Change, FieldChange, FilePart
from reconciler.render.fields import shown_fields
from reconciler.render.line import known_since
from reconciler.render.markdown_budget import Detail
from reconciler.render.markdown_text import code, inline, link_to, pre, sentence
from reconciler.render.value import ListChange, along, is_long, lengths, list_change, short
from reconciler.render.wording import pieces
from reconciler.render.words import WordPiece, excerpt, pieces_told_apart, told_apart, words
from reconciler.values import Plain, is_file, members

FOLD = 1200  # a block of more characters, or of more than FOLD_LINES lines, is folded away
FOLD_LINES = 12
MOST_FIELDS = 3  # that the table names of one change
WORDS = 40  # characters that the table shows of what is gone or new
LABEL = 80  # characters that are shown of what an entry is
_SILENT = (Action.FORGET, Action.MOVE)  # they send nothing: no fields are shown
_EXPLAINED = (Action.FORGET, Action.BLOCKED)  # their reasons stand above, among what matters first
_LABELS = ("role", "company", "school", "degree")


class Files(Struct, frozen=True):
    """What is known of files by their digests: how they are sent, and the address where each can be looked at."""

    parts: Mapping[str, FilePart]
    links: Mapping[str, str]

    def link(self, value: Plain) -> str:
        """Return where a value can be looked at; empty where that is not known, or where it is no file."""
        return self.links.get(str(members(value)["sha256"]), "") if is_file(value) else ""


class Value(Struct, frozen=True):
    """A field in one line; `before` is None where there was nothing. `name` is HTML.

    `links` say where what was and what is can be looked at, where that is known.
    """

    name: str
    before: str | None
    after: str
    links: tuple[str, str] = ("", "")


class Items(Struct, frozen=True):
    """A list that changed: of each item added or taken off, its length and its line of HTML.

    `order` is the whole list where these do not tell its order, `lead` says so.
    """

    name: str
    lines: tuple[tuple[int, str], ...]
    lead: str
    order: str


class Text(Struct, frozen=True):
    """A text, or the difference of two, in a block of its own; `counts` say how long it is.

    `excerpt` holds what changed with the sentences around it.
    """

    name: str
    counts: str
    pieces: tuple[WordPiece, ...]
    excerpt: tuple[WordPiece, ...]


class ShownChange(Struct, frozen=True):
    """One change, made ready: a heading and sentences as HTML, and the fields in the order of the change."""

    heading: str
    said: tuple[str, ...]
    fields: tuple[Value | Items | Text | str, ...]

    @property
    def longest(self) -> int:
        """Return a number of characters that no field of it is longer than."""
        return max(map(_length, self.fields), default=0)


def title(change: Change) -> str:
    """Return the address of a change, with where it comes from."""
    if change.moved_from is None:
        return code(change.address)
    return f"{code(change.moved_from)} → {code(change.address)}"


def named(change: Change) -> str:
    """Return the address of a change and, for an entry, what it is."""
    about = label(change)
    return f"{title(change)} {about}" if about else title(change)


def label(change: Change) -> str:
    """Say in a few words which entry this is; empty for a section."""
    value = change.before if change.after is None else change.after
    if not isinstance(value, dict):
        return ""
    found = [str(value[name]) for name in _LABELS if value.get(name)]
    return code(" · ".join(found), LABEL) if found else ""


def extent(change: Change, files: Files) -> str:
    """Say in a few words what of a section differs."""
    shown = () if change.action in _SILENT else shown_fields(change)
    if not shown:
        return ""
    first, *more = shown
    told = [_in_words(field, files) for field in (first, *more)[:MOST_FIELDS]]
    return ", ".join([*told, *([f"{len(more) + 1 - MOST_FIELDS} more"] if len(more) >= MOST_FIELDS else [])])


def _in_words(field: FieldChange, files: Files) -> str:
    """Say what differs of one field: the first words of it that changed."""
    name = f"{code(field.path)}: " if field.path else ""
    before, after = field.before, field.after
    listed = list_change(before or [], after)
    if listed is not None:
        signed = [f"+ {item}" for item in listed.added] + [f"− {item}" for item in listed.taken]
        order = ["another order"] if listed.order else []
        return name + ", ".join([*([code(", ".join(signed), LABEL)] if signed else []), *order])
    if isinstance(before, str) and isinstance(after, str):
        return name + _first_change(pieces_told_apart(words(before, after)))
    old = "" if before is None else link_to(code(short(before, files.parts), WORDS), files.link(before))
    gone = f"<del>{old}</del> → " if old else ""
    new = code(after if isinstance(after, str) else short(after, files.parts), LABEL)
    return f"{name}{gone}{link_to(new, files.link(after))}"


def _first_change(pieces: Sequence[WordPiece]) -> str:
    """Return the first words of a text that changed: what is gone, and what is new; and at how many places more."""
    start = next((place for place, piece in enumerate(pieces) if piece.kind in "-+"), 0)
    changed = [piece for piece in pieces[start : start + 2] if piece.kind in "-+"]
    shown = [code(piece.text.strip() or piece.text, WORDS) for piece in changed]
    marked = [f"<del>{text}</del>" if piece.kind == "-" else text for piece, text in zip(changed, shown, strict=True)]
    kinds = "".join("x" if piece.kind in "-+" else " " for piece in pieces)
    more = len(kinds.split()) - 1
    return " → ".join(marked) + (f", {more} more" if more > 0 else "")


def shown_change(change: Change, files: Files, *, dated: bool) -> ShownChange:
    """Make a change ready to be written, once for however much detail; `dated` says since when its value is known."""
    said = (sentence(pieces(change.reason)),) if change.reason and change.action not in _EXPLAINED else ()
    if change.along:
        said = (f"sent along, as it is: {code(along(change), len(along(change)))}", *said)
    if change.entry_id is not None and change.action is not Action.FORGET:
        said = (f"edits the entry {code(change.entry_id, len(change.entry_id))} on LinkedIn", *said)
    fields = () if change.action in _SILENT else shown_fields(change)
    heading = f"<h4>{title(change)} · {change.action.value}</h4>"
    if dated and change.known_at is not None:
        heading = f"{heading}<p><sub>compared with what was {known_since(change.known_at, code)}</sub></p>"
    return ShownChange(heading, said, tuple(_shown_field(field, files) for field in fields))


def write_change(change: ShownChange, detail: Detail) -> Iterator[str]:
    """Yield the lines of one change; none where all of it is told elsewhere already."""
    if not (change.said or change.fields):
        return
    yield change.heading
    lines = [f"<li>{said}</li>" for said in change.said]
    lines += [_line(field, detail.longest) for field in change.fields if not isinstance(field, Text)]
    if lines:
        yield from ("<ul>", *lines, "</ul>")
    yield from (_text_block(field, detail) for field in change.fields if isinstance(field, Text))
    yield ""


def _shown_field(field: FieldChange, files: Files) -> Value | Items | Text | str:
    name = f"{code(field.path)}: " if field.path else ""
    before, after = field.before, field.after
    if isinstance(after, str) and isinstance(before, str | None):
        return _text(name, before, after)
    listed = list_change(before, after)
    if listed is not None:
        return _items(name, listed)
    was = None if before is None else short(before, files.parts)
    return Value(name, was, short(after, files.parts), (files.link(before), files.link(after)))


def _text(name: str, before: str | None, after: str) -> Text | str:
    if any(map(is_long, (before or "", after))):
        pieces = (WordPiece(" ", after),) if before is None else pieces_told_apart(words(before, after))
        return Text(name, _counts(before, after), pieces, excerpt(pieces))
    if before is None:
        return f"{name}{code(after)}"
    pieces = pieces_told_apart(words(before, after))
    before, after = told_apart(before, after)
    if before and after and any(piece.kind == " " for piece in pieces):
        return f"{name}{inline(pieces)}"
    gone = code(before)  # where it was empty, it says so
    return f"{name}{f'<del>{gone}</del>' if before else gone} → {code(after)}"


def _counts(before: Plain, after: str) -> str:
    return lengths(before, after) if isinstance(before, str) else lengths(after)


def _items(name: str, listed: ListChange) -> Items:
    lines = [(len(item), f"<li>added: {code(item, len(item))}</li>") for item in listed.added]
    lines += [(len(item), f"<li>taken off: <del>{code(item, len(item))}</del></li>") for item in listed.taken]
    return Items(name, tuple(lines), listed.lead, listed.order)


def _length(field: Value | Items | Text | str) -> int:
    match field:
        case Value():
            return max(len(field.before or ""), len(field.after))
        case Items():
            return max(sum(length for length, _ in field.lines), len(field.order))
        case Text():
            return sum(len(piece.text) for piece in field.pieces)
        case _:
            return 0


def _line(field: Value | Items | str, longest: int | None) -> str:
    if isinstance(field, str):
        return f"<li>{field}</li>"
    if isinstance(field, Items):
        lines = "".join(_cut_lines(field.lines, longest))
        if field.order:
            lines += f"<li>{field.lead}: {code(field.order, len(field.order) if longest is None else longest)}</li>"
        return f"<li>{field.name}<ul>{lines}</ul></li>" if field.name else lines
    most = _length(field) if longest is None else longest
    old, new = field.links
    before = "" if field.before is None else f"<del>{link_to(code(field.before, most), old)}</del> → "
    return f"<li>{field.name}{before}{link_to(code(field.after, most), new)}</li>"


def _cut_lines(lines: Sequence[tuple[int, str]], longest: int | None) -> Iterator[str]:
    room = longest
    for place, (length, line) in enumerate(lines):
        if room is not None:
            room -= length
            if room < 0:
                yield f"<li>… cut: {len(lines) - place} more …</li>"
                return
        yield line


def _text_block(text: Text, detail: Detail) -> str:
    pieces, left = _cut_pieces(text.excerpt, detail.longest)
    body = pre(pieces, f"<i>… cut: {left} more characters …</i>" if left else "")
    seen = [piece.text for piece in pieces if piece.kind != "…"]
    if sum(map(len, seen)) > FOLD or sum(part.count("\n") for part in seen) > FOLD_LINES:
        shown = f"<details><summary>{text.name}{text.counts}</summary>{body}</details>"
    else:
        shown = f"<p>{text.name}{text.counts}</p>{body}"
    if detail.folded or all(piece.kind != "…" for piece in text.excerpt):
        return shown
    whole = [WordPiece(" ", piece.text) if piece.kind == "…" else piece for piece in text.pieces]
    return f"{shown}<details><summary>{text.name}the whole text</summary>{pre(whole)}</details>"


def _cut_pieces(pieces: Sequence[WordPiece], longest: int | None) -> tuple[Sequence[WordPiece], int]:
    """Keep the first `longest` characters that are shown; give how many are left out."""
    if longest is None:
        return pieces, 0
    kept: list[WordPiece] = []
    room = longest
    for place, piece in enumerate(pieces):
        length = 0 if piece.kind == "…" else len(piece.text)
        if length > room:
            head = [WordPiece(piece.kind, piece.text[:room])] if room else []
            return [*kept, *head], sum(len(piece.text) for piece in pieces[place:]) - room
        kept.append(piece)
        room -= length
    return kept, 0
