"""Owns one text of a profile on both sides: what is kept, gone and new in it, and what is said of it."""

from collections import Counter
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from reconciler.preview.model import Badge, Line, Pieces
from reconciler.preview.sides import SidePair, Standing
from reconciler.render.words import WordPiece, words
from reconciler.values import Plain, canonical, members

Sides = tuple[Line | None, Line | None]

_FIELD_BADGES = {
    Standing.BLOCKED: Badge(Standing.BLOCKED, "blocked: not sent"),
    Standing.LEFT: Badge(Standing.LEFT, "no longer in the file: stays on LinkedIn"),
}


def text_in(value: Plain) -> str:
    """Return a text as a visitor sees it; an empty one where there is none."""
    return value if isinstance(value, str) else ""


def word_of(value: Plain) -> str:
    """Return one of the API's words as a visitor sees it: `ON_SITE` as `On-site`."""
    text = text_in(value)
    return "On-site" if text == "ON_SITE" else text.replace("_", " ").capitalize()


def plain_pieces(text: str) -> Pieces:
    """Return a text in which nothing changed."""
    return (WordPiece(" ", text),) if text else ()


def differing(before: str | None, after: str | None) -> tuple[Pieces, Pieces]:
    """Return a text on both sides, with what is gone marked on the first and what is new on the second.

    None is a side that says nothing of it, against which nothing differs.
    """
    if before is None or after is None or before == after:
        return plain_pieces(before or ""), plain_pieces(after or "")
    pieces = [WordPiece(" ", piece.text) if piece.kind == "…" else piece for piece in words(before, after)]
    return _joined(pieces, "+"), _joined(pieces, "-")


def _joined(pieces: list[WordPiece], without: str) -> Pieces:
    """Return the pieces of one side, neighbours of a kind as one."""
    found: list[WordPiece] = []
    for piece in pieces:
        if piece.kind == without:
            continue
        if found and found[-1].kind == piece.kind:
            found[-1] = WordPiece(piece.kind, found[-1].text + piece.text)
        else:
            found.append(piece)
    return tuple(found)


class FieldForm(Struct, frozen=True):
    """How a field is set: its role, a label before it, how its value is written, and whether that is an address."""

    role: str
    label: str = ""
    shown: Callable[[Plain], str] = text_in
    is_link: bool = False


def unmarked(line: Line | None) -> Line | None:
    """Return a line of what stays as it is: nothing of it is marked as gone."""
    return None if line is None else replace(line, words=plain_pieces("".join(piece.text for piece in line.words)))


def field_lines(pair: SidePair, name: str, form: FieldForm) -> Sides:
    """Return a field of an entry or section as a line on each side; None where there is nothing to show."""
    before, after = (members(side).get(name) if side is not None else None for side in (pair.before, pair.after))
    standing = pair.field(name)
    both = pair.before is not None and pair.after is not None
    texts = (
        form.shown(before) if before is not None or (both and after is not None) else None,
        form.shown(after) if after is not None or (both and before is not None) else None,
    )
    badge = _FIELD_BADGES.get(standing)
    if standing is Standing.LEFT and after is None and texts[0]:
        kept = _line_of_field(form, plain_pieces(texts[0]))
        return kept, replace(kept, badge=badge)
    first, second = differing(*texts)
    left = _line_of_field(form, first) if first else None
    if standing is Standing.BLOCKED:
        left = unmarked(left)
    right = replace(_line_of_field(form, second), badge=badge) if second or badge else None
    return left, right


def _line_of_field(form: FieldForm, words: Pieces) -> Line:
    """Return a line; a link leads to what is shown of it, and nowhere else."""
    address = "".join(piece.text for piece in words) if form.is_link else ""
    return Line(form.role, words, form.label, safe_link(address))


def value_lines(before: str | None, after: str | None, role: str, label: str = "") -> Sides:
    """Return a text as a line on each side; None where there is nothing to show."""
    first, second = differing(before, after)
    return (Line(role, first, label) if first else None), (Line(role, second, label) if second else None)


def item_pieces(before: Plain, after: Plain) -> tuple[tuple[Pieces, ...], tuple[Pieces, ...]]:
    """Return the items of a list on both sides; None is a side that says nothing of it."""
    first, second = (value if isinstance(value, list) else [] for value in (before, after))
    if before is None or after is None:
        return tuple(_items_of_side(first, first, " ")), tuple(_items_of_side(second, second, " "))
    return tuple(_items_of_side(first, second, "-")), tuple(_items_of_side(second, first, "+"))


def _items_of_side(own: list[Plain], others: list[Plain], kind: str) -> Iterator[Pieces]:
    """Yield the items of one side; those that the other side lacks are of this kind."""
    left = Counter(map(canonical, others))
    for item in own:
        text = canonical(item)
        yield (WordPiece(" " if left[text] > 0 else kind, text_in(item)),)
        left[text] -= 1


def safe_link(address: str) -> str:
    """Return an address if a browser may open it: http or https, a host, no user, nothing that is not printed."""
    if not address.isprintable() or any(letter.isspace() or letter in '\\"<>' for letter in address):
        return ""
    try:
        parts = urlsplit(address)
        named = bool(parts.hostname) and "@" not in parts.netloc and (parts.port is None or parts.port > 0)
    except ValueError:
        return ""
    return address if parts.scheme in ("http", "https") and named else ""
