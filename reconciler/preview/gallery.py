"""Owns the pictures of a page: found by what they hold, made ready once for each way in which they are shown."""

from collections.abc import Callable
from typing import BinaryIO

from reconciler.preview.model import Badge, Cut, Image
from reconciler.preview.pictures import COVER, PHOTO, SMALL, Decoded, Encoded, UndecodedError
from reconciler.preview.settings import Tuning, tuning
from reconciler.render.value import size_in_words
from reconciler.values import Members, Plain, members

OpenPicture = Callable[[Members], BinaryIO | None]

THUMBNAIL = (160, 120)
PHONE = 3.0  # a phone shows the middle of a cover, of this width to a height of 1
_RADIUS, _LEFT, _DOWN = 84.0, 24.0, 30.0  # of the round photo on a cover: with its rim, from the left, below the edge
_BOXES = {"cover": COVER, "photo": PHOTO, "thumbnail": THUMBNAIL}
_ALTS = {"cover": "Cover picture", "photo": "Profile picture, cut round", "thumbnail": "Picture of an attachment"}


class Gallery:
    """Pictures by what they hold; `open_file` gives the file of that content, or None where it is not at hand."""

    def __init__(self, open_file: OpenPicture) -> None:
        """Take how a file is opened."""
        self._open = open_file
        self._ready: dict[tuple[str, str, Tuning], tuple[Encoded, Encoded] | str] = {}

    def image(self, role: str, file: Plain, settings: Plain = None, badge: Badge | None = None) -> Image:
        """Return a file as a picture of the page, or why it is not shown; `settings` are the API's."""
        facts = members(file)
        tuned = tuning(settings)
        key = (str(facts["sha256"]), role, tuned)
        if key not in self._ready:
            self._ready[key] = self._made(role, facts, tuned)
        made = self._ready[key]
        if isinstance(made, str):
            return Image(role, _ALTS[role], missing=f"{_name_of_file(facts)} {made}", badge=badge)
        fitted, whole = made
        cut = None if role == "thumbnail" else _what_is_cut_off(role, whole, tuned)
        return Image(role, f"{_ALTS[role]}: {facts['file']}", fitted, "", tuned.notes, tuned.brief, badge, cut)

    def _made(self, role: str, facts: Members, tuned: Tuning) -> tuple[Encoded, Encoded] | str:
        file = self._open(facts)
        if file is None:
            return "is not at hand: only its digest is known"
        try:
            with file:
                decoded = Decoded(file)
                whole = decoded.whole(SMALL, tuned.sliders)
                return (whole if role == "thumbnail" else decoded.fitted(_BOXES[role], tuned.sliders)), whole
        except UndecodedError as error:
            return str(error)


def _name_of_file(facts: Members) -> str:
    return f"{facts['file']} ({size_in_words(facts['size'])}, {str(facts['sha256'])[:8]})"


def _what_is_cut_off(role: str, whole: Encoded, tuned: Tuning) -> Cut:
    """Say what is cut off a picture, in its own pixels."""
    frame = " ".join(f"{x * whole.width:g},{y * whole.height:g}" for x, y in tuned.frame)
    ratio = COVER[0] / COVER[1] if role == "cover" else 1.0
    width, height = min(whole.width, whole.height * ratio), min(whole.height, whole.width / ratio)
    left, top = (whole.width - width) / 2, (whole.height - height) / 2
    if role == "photo":
        circle = (whole.width / 2, whole.height / 2, width / 2)
        return Cut(whole, (left, top, width, height), None, circle, frame, "What the circle shows of the picture")
    scale = width / COVER[0]
    phone = (left + (width - height * PHONE) / 2, top, height * PHONE, height)
    circle = (left + (_LEFT + _RADIUS) * scale, top + height - (_RADIUS - _DOWN) * scale, _RADIUS * scale)
    text = "What is shown of the cover, what a phone cuts off at both sides, and where the photo covers it"
    return Cut(whole, (left, top, width, height), phone, circle, frame, text)
