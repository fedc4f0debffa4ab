"""Owns the rules about photo and cover, by their sizes: nothing of a picture is decoded."""

from collections.abc import Iterator

from reconciler.lint.rule import Judged
from reconciler.problem import Problem
from reconciler.profile.warnings import pictures

COVER_PIXELS = (1584, 396)  # pixels, in which LinkedIn shows it
COVER_RATIO = COVER_PIXELS[0] / COVER_PIXELS[1]
_PHOTO_RATIO = 2.0  # width to height, or height to width
_COVER_RATIOS = (3.0, 5.33)  # a quarter of the picture is cut off
_HALF = COVER_RATIO / 2


def blurred_cover(judged: Judged) -> Iterator[Problem]:
    """Find a cover with fewer pixels than LinkedIn shows."""
    for path, width, height in _sizes(judged, "cover_picture"):
        if width < COVER_PIXELS[0] or height < COVER_PIXELS[1]:
            message = f"the cover has {width}×{height} pixels, and is enlarged until it blurs"
            yield judged.document.problem((path,), message, f"name one of at least {COVER_PIXELS[0]}×{COVER_PIXELS[1]}")


def odd_ratio(judged: Judged) -> Iterator[Problem]:
    """Find a picture of which much is cut off, since its shape is another than that in which it is shown."""
    for path, width, height in _sizes(judged, "picture"):
        if max(width / height, height / width) > _PHOTO_RATIO:
            message = f"the photo has {width}×{height} pixels, and is shown in a circle: more than half is cut off"
            yield judged.document.problem((path,), message, "crop it to a square")
    for path, width, height in _sizes(judged, "cover_picture"):
        ratio = width / height
        if _HALF <= ratio < _COVER_RATIOS[0] or ratio > _COVER_RATIOS[1]:
            message = f"the cover has {width}×{height} pixels, and is shown as 4:1: {_percent_cut(ratio)} % are cut off"
            yield judged.document.problem((path,), message, f"crop it to {COVER_PIXELS[0]}×{COVER_PIXELS[1]}")


def hidden_middle(judged: Judged) -> Iterator[Problem]:
    """Find a cover so tall that only its middle is shown, the lower left of which the photo hides."""
    for path, width, height in _sizes(judged, "cover_picture"):
        if width / height < _HALF:
            shown = 100 - _percent_cut(width / height)
            message = (
                f"the cover has {width}×{height} pixels: only the middle {shown} % of its height "
                "is shown, and the photo hides the lower left of that"
            )
            yield judged.document.problem((path,), message, f"crop it to {COVER_PIXELS[0]}×{COVER_PIXELS[1]}")


def _percent_cut(ratio: float) -> int:
    """Return how much of a cover is cut off, in percent."""
    return round(100 - 100 * min(ratio / COVER_RATIO, COVER_RATIO / ratio))


def _sizes(judged: Judged, section: str) -> Iterator[tuple[str, int, int]]:
    for path, facts in pictures(judged.subject):
        if path == (section,) and facts.width and facts.height:
            yield section, facts.width, facts.height
