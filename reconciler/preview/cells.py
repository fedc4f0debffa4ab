"""Owns one row of a profile: both sides of a section or entry, and what is said of each as a whole."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from reconciler.planning.plan import Action
from reconciler.preview.gallery import Gallery
from reconciler.preview.lines import Sides, plain_pieces, unmarked
from reconciler.preview.model import Badge, Cell, PageRow, Pieces
from reconciler.preview.sides import SidePair, Standing
from reconciler.preview.span import YearMonth

BEFORE, AFTER = 0, 1
_RIGHT = {
    Standing.NEW: "new: will be added",
    Standing.CHANGED: "changed",
    Standing.UNSEEN: "replaces the unseen",
    Standing.UNKNOWN: "sent again",
    Standing.BLOCKED: "blocked: not sent",
    Standing.DOUBT: "in doubt: left alone",
    Standing.LEFT: "no longer in the file: stays on LinkedIn",
}
_LEFT = {
    Standing.UNKNOWN: "an earlier request had no clear answer: this may not be live",
    Standing.BLOCKED: "stays as it is",
    Standing.DOUBT: "in doubt: sent, no clear answer",
    Standing.LEFT: "stays on LinkedIn",
}
_STAYS = (Standing.BLOCKED, Standing.DOUBT)  # nothing of these is sent
_ABSENT_LEFT = {
    Standing.NEW: "Not there yet, as far as is known.",
    Standing.UNSEEN: "Never seen: whatever is on LinkedIn now is replaced.",
    Standing.UNKNOWN: "Not known: an earlier request ended without a clear answer.",
    Standing.BLOCKED: "It is not certain what this is on LinkedIn, if anything: see the list of changes.",
    Standing.DOUBT: "In doubt: it was sent and got no clear answer. Look whether it is on LinkedIn.",
}
_ABSENT_RIGHT = {
    Standing.LEFT: "Not in the file. It stays on LinkedIn: nothing is deleted there.",
    Standing.BLOCKED: "Perhaps in the file, under this or another key: left alone until the question is answered.",
    Standing.DOUBT: "Not in the file, and in doubt: left alone until that is settled.",
}


class ProfileParts(Struct, frozen=True):
    """What all cards of a profile need: their pairs by address, pictures, the month of today, and where ids begin."""

    pairs: Mapping[str, SidePair]
    gallery: Gallery
    today: YearMonth
    anchor: str
    name: str

    def at(self, address: str) -> str:
        """Return the id of an address on the page."""
        return f"{self.anchor}-{address.replace('.', '-')}"


Contents = tuple[Cell, Cell]


def both_cells(pair: SidePair, contents: Contents) -> Contents:
    """Return both sides of a pair with what is said of them as a whole."""
    standing = pair.standing
    left, right = contents
    if pair.before is None:
        left = Cell(standing, absent=_ABSENT_LEFT.get(standing, _ABSENT_LEFT[Standing.UNSEEN]))
    elif standing in _LEFT:
        if standing in _STAYS:
            left = replace(
                left,
                lines=tuple(line for each in left.lines if (line := unmarked(each)) is not None),
                items=tuple(plain_pieces("".join(piece.text for piece in item)) for item in left.items),
            )
        left = replace(left, standing=standing, badges=(*left.badges, Badge(standing, _LEFT[standing])))
    if pair.after is None:
        right = Cell(standing, absent=_ABSENT_RIGHT.get(standing, _ABSENT_RIGHT[Standing.LEFT]))
    elif standing in _RIGHT:
        right = replace(
            right, standing=standing, badges=(*right.badges, Badge(standing, _RIGHT[standing]), *_parts(pair))
        )
    return left, right


def _parts(pair: SidePair) -> Iterator[Badge]:
    """Say which fields of an entry are not sent, where others are."""
    blocked = [change for change in pair.changes if change.action is Action.BLOCKED]
    if blocked and pair.standing not in (Standing.BLOCKED, Standing.DOUBT):
        names = dict.fromkeys(field.path.partition(".")[0] for change in blocked for field in change.fields)
        yield Badge(Standing.BLOCKED, f"blocked, not sent: {', '.join(names)}")


def row_of(parts: ProfileParts, pair: SidePair, kind: str, about: str, contents: Contents) -> PageRow:
    """Return a row of both sides; `about` says in words what it is."""
    left, right = both_cells(pair, contents)
    anchor = parts.at(pair.address) if pair.after is not None or not pair.known_at else _known(parts, pair)
    return PageRow(kind, anchor, about, left, right, changed=bool(pair.changes) or pair.in_doubt or pair.asked)


def _known(parts: ProfileParts, pair: SidePair) -> str:
    """Return the id of what is known and not in the file; the file may have another entry under that key."""
    taken = parts.pairs.get(pair.address)
    return parts.at(pair.address) + ("" if taken is None or taken is pair else "_known")


def cells_of_lines(sides: Sequence[Sides], items: tuple[tuple[Pieces, ...], tuple[Pieces, ...]] = ((), ())) -> Contents:
    """Return the cells of lines, and of items of a list."""
    left, right = (tuple(line for side in sides if (line := side[place]) is not None) for place in (BEFORE, AFTER))
    return Cell(lines=left, items=items[BEFORE]), Cell(lines=right, items=items[AFTER])
