"""Owns the model of the page: all that the template lays out, in words, and nothing that it has to decide."""

from msgspec import Struct

from reconciler.preview.pictures import Encoded
from reconciler.preview.sides import Standing
from reconciler.render.words import WordPiece

Pieces = tuple[WordPiece, ...]


class Badge(Struct, frozen=True):
    """What is said of a part of the page: how it looks, a sign, and a few words."""

    standing: Standing
    text: str

    @property
    def sign(self) -> str:
        """Return the sign that stands before the words."""
        return _SIGNS[self.standing]


_SIGNS = {
    Standing.SAME: "=",
    Standing.NEW: "+",
    Standing.CHANGED: "~",
    Standing.UNSEEN: "!",
    Standing.UNKNOWN: "?",
    Standing.LEFT: "−",
    Standing.BLOCKED: "×",
    Standing.DOUBT: "?",
}


class Line(Struct, frozen=True):
    """One text of a profile: `role` says how it is set, `label` what it is; `link` is an address that may be opened."""

    role: str
    words: Pieces
    label: str = ""
    link: str = ""
    badge: Badge | None = None
    anchor: str = ""


class Cut(Struct, frozen=True):
    """A whole picture with what is cut off it: `window` is what is shown (left, top, width, height), in its pixels.

    `phone` is what a phone shows of it, `circle` the round photo: centre and radius. `frame` holds the corners of a
    layout as it may be meant.
    """

    picture: Encoded
    window: tuple[float, float, float, float]
    phone: tuple[float, float, float, float] | None = None
    circle: tuple[float, float, float] | None = None
    frame: str = ""
    text: str = ""


class Image(Struct, frozen=True):
    """A picture, or why it is not shown; neither where none is managed.

    `notes` are on its settings, `brief` says in a few words what of them is missing.
    """

    role: str
    alt: str
    picture: Encoded | None = None
    missing: str = ""
    notes: tuple[str, ...] = ()
    brief: str = ""
    badge: Badge | None = None
    cut: Cut | None = None
    anchor: str = ""


class Cell(Struct, frozen=True):
    """One side of a row. `absent` says in words why nothing is shown, where nothing is; `note` is on what is shown."""

    standing: Standing = Standing.SAME
    badges: tuple[Badge, ...] = ()
    absent: str = ""
    company: tuple[Line, ...] = ()  # the heading of several jobs at one company, over the first of them
    is_grouped: bool = False  # it is one of several jobs at one company
    note: str = ""
    lines: tuple[Line, ...] = ()
    items: tuple[Pieces, ...] = ()
    images: tuple[Image, ...] = ()


class PageRow(Struct, frozen=True):
    """One part of a profile on both sides. `about` names it; the first row of a card has the card's title."""

    kind: str
    anchor: str
    about: str
    before: Cell
    after: Cell
    title: str = ""
    changed: bool = False


class Card(Struct, frozen=True):
    """A part of the page that visitors know as one: title and rows."""

    title: str
    rows: tuple[PageRow, ...]


class WayOut(Struct, frozen=True):
    """What to do about a change: under which condition, what, and what to copy."""

    when: str
    lead: str
    copied: str


class Listed(Struct, frozen=True):
    """One change in the list on top. `fields` are pairs of a field's name and what becomes of it."""

    badge: Badge
    action: str
    address: str
    anchor: str
    about: str
    fields: tuple[tuple[str, str, str | None], ...] = ()
    said: tuple[str, ...] = ()
    ways: tuple[WayOut, ...] = ()
    code: str = ""


class Unshown(Struct, frozen=True):
    """A field that no visitor sees: its address, what is known, what is wanted, and why it cannot be shown."""

    address: str
    before: str | None
    after: str | None
    why: str
    changed: bool
    anchor: str


class ShownProfile(Struct, frozen=True):
    """One profile on the page."""

    anchor: str
    name: str
    path: str
    account_id: str
    plan_id: str
    counts: str
    compared: str
    saved_at: str = ""
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    changes: tuple[Listed, ...] = ()
    cards: tuple[Card, ...] = ()
    unshown: tuple[Unshown, ...] = ()
