"""Owns the model of one profile on the page: made of a plan, what is known, what is wanted, and its pictures."""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from reconciler.planning.plan import Plan
from reconciler.preview.cards import cards_of
from reconciler.preview.cells import ProfileParts
from reconciler.preview.gallery import Gallery
from reconciler.preview.listing import listed_changes, unshown_fields
from reconciler.preview.model import Card, ShownProfile, Unshown
from reconciler.preview.sides import SidePair, of_plan_alone, sides_of
from reconciler.preview.span import YearMonth
from reconciler.render.counts import counted_plan
from reconciler.render.line import compared
from reconciler.render.wording import ids_given
from reconciler.values import Plain

_COMPANIONS = {"picture_settings": "picture", "cover_picture_settings": "cover_picture"}
_FIRST_APPLY = (
    "First apply of {}: are any of these on LinkedIn already? They would be added a second time, or written over. "
    "To approve this plan is to say that none of them is there."
)


class Previewed(Struct, frozen=True):
    """What a profile is shown from.

    `known` and `wanted` are the values of state and file by address; None where they are no longer those that the plan
    was made from. `doubted` is what was sent of what is in doubt. `notes` say what a reader must know first.
    """

    plan: Plan
    plan_id: str
    known: Mapping[str, Plain] | None = None
    wanted: Mapping[str, Plain] | None = None
    doubted: Mapping[str, Plain] | None = None
    saved_at: str = ""
    notes: tuple[str, ...] = ()


def shown_profile(previewed: Previewed, gallery: Gallery, today: YearMonth, anchor: str, name: str) -> ShownProfile:
    """Return a profile made ready for the page.

    `today` is year and month, `anchor` begins the ids of its parts, `name` is the person's: empty where nobody said it.
    """
    plan = previewed.plan
    known, wanted = previewed.known, previewed.wanted
    if known is None or wanted is None:
        known, wanted = of_plan_alone(plan)
    sides = sides_of(plan, known, wanted, previewed.doubted or {})
    pairs = _by_address(sides)
    parts = ProfileParts(pairs, gallery, today, anchor, name)
    cards = tuple(cards_of(parts))
    unshown = unshown_fields(plan, pairs, anchor)
    return ShownProfile(
        anchor=anchor,
        name=name,
        path=plan.profile.path,
        account_id=plan.account_id,
        plan_id=previewed.plan_id,
        counts=counted_plan(plan),
        compared=compared(plan.state.applied_at, plan.state.seen_at, str),
        saved_at=previewed.saved_at,
        notes=(*previewed.notes, *_first_apply_note(plan)),
        warnings=(*plan.warnings, *ids_given(plan)),
        changes=tuple(listed_changes(plan, pairs, _anchors_by_address(parts, cards, unshown))),
        cards=cards,
        unshown=unshown,
    )


def _first_apply_note(plan: Plan) -> Iterator[str]:
    """Ask what a plan asks of sections in which nothing was ever known."""
    if plan.first_apply:
        yield _FIRST_APPLY.format(", ".join(plan.first_apply))


def _by_address(sides: Iterable[SidePair]) -> dict[str, SidePair]:
    """Return pairs by address; where the file uses the key of what is known otherwise, that gets a name of its own."""
    found: dict[str, SidePair] = {}
    for pair in sides:
        address = pair.address
        while address in found:
            address += "--known"
        found[address] = pair
    return found


def _anchors_by_address(parts: ProfileParts, cards: Iterable[Card], unshown: Iterable[Unshown]) -> dict[str, str]:
    """Return where on the page each address is shown: of what is not shown, where it is listed."""
    there = set(_ids_on_page(cards))
    found = {}
    for address in parts.pairs:
        anchor = parts.at(_COMPANIONS.get(address, address))
        listed = [change.anchor for change in unshown if change.address.partition(".")[0] == address]
        found[address] = anchor if anchor in there else next(iter(listed), "")
    return found


def _ids_on_page(cards: Iterable[Card]) -> Iterator[str]:
    for card in cards:
        for row in card.rows:
            yield row.anchor
            for cell in (row.before, row.after):
                yield from (line.anchor for line in cell.lines)
                yield from (image.anchor for image in cell.images)
