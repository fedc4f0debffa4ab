"""Owns pictures as they stand in a page: decoded, scaled and encoded anew, so that no byte of the file gets there."""

import base64
import io
import warnings
from typing import BinaryIO

from msgspec import Struct
from PIL import Image, ImageChops, ImageEnhance, ImageOps

from reconciler.preview.settings import BOUND

MOST_PIXELS = 40_000_000
COVER = (1128, 282)  # pixels of the page, 4:1
PHOTO = (160, 160)
SMALL = (320, 240)  # how large a whole picture is shown at most, beside what is cut off it
_SHARP = 2  # pixels of a picture for one of the page, as dense screens have them
_FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
_QUALITY = 80
_EFFORT = 2  # of the encoder, from 0 to 6
_ENHANCERS = {
    "brightness": ImageEnhance.Brightness,
    "contrast": ImageEnhance.Contrast,
    "saturation": ImageEnhance.Color,
}


class Encoded(Struct, frozen=True):
    """A picture for a page: a data URL, and its size in pixels."""

    url: str
    width: int
    height: int


class UndecodedError(Exception):
    """A picture that is not shown; the argument says why, after "this picture"."""


class Decoded:
    """A picture that was decoded once, to be shown in several sizes."""

    def __init__(self, file: BinaryIO) -> None:
        """Decode a picture, upright. Raises UndecodedError where it is none, damaged, or too large."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # what else is odd about a file matters if it cannot be decoded
                warnings.simplefilter("error", Image.DecompressionBombWarning)
                self._image = _upright(file)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning, _TooLargeError) as error:
            raise UndecodedError(f"has more than {MOST_PIXELS // 1_000_000} megapixels") from error
        except Exception as error:  # decoders of hostile bytes raise whatever they like
            raise UndecodedError("cannot be decoded") from error

    def fitted(self, box: tuple[int, int], sliders: tuple[tuple[str, float], ...]) -> Encoded:
        """Return the middle of the picture that fills a box of the page, never enlarged."""
        width, height = self._image.size
        scale = min(1, width / (box[0] * _SHARP), height / (box[1] * _SHARP))
        size = max(1, round(box[0] * _SHARP * scale)), max(1, round(box[1] * _SHARP * scale))
        return _encoded(ImageOps.fit(self._image, size), sliders)

    def whole(self, box: tuple[int, int], sliders: tuple[tuple[str, float], ...]) -> Encoded:
        """Return the whole picture, so that it fits into a box of the page, never enlarged."""
        image = self._image.copy()
        image.thumbnail((box[0] * _SHARP, box[1] * _SHARP))
        return _encoded(image, sliders)


class _TooLargeError(Exception):
    """A picture has too many pixels to be decoded."""


def _upright(file: BinaryIO) -> Image.Image:
    with Image.open(file, formats=_FORMATS) as image:
        if image.width * image.height > MOST_PIXELS:
            raise _TooLargeError
        if image.format == "JPEG":
            image.draft("RGB", (COVER[0] * _SHARP, COVER[1] * _SHARP * 4))  # a large photo is decoded smaller
        image.load()
        upright = ImageOps.exif_transpose(image)
        transparent = upright.has_transparency_data
        plain = upright.convert("RGBA" if transparent else "RGB")
    plain.info.clear()  # what else a file says, a place where it was taken too, is not for the page
    return plain


def _encoded(image: Image.Image, sliders: tuple[tuple[str, float], ...]) -> Encoded:
    for name, value in sliders:
        image = _vignette(image, value) if name == "vignette" else _ENHANCERS[name](image).enhance(1 + value)
    target = io.BytesIO()
    image.save(target, "WEBP", quality=_QUALITY, method=_EFFORT)
    url = f"data:image/webp;base64,{base64.b64encode(target.getvalue()).decode('ascii')}"
    return Encoded(url, *image.size)


def _vignette(image: Image.Image, value: float) -> Image.Image:
    """Darken a picture towards its corners; the most that a slider gives makes these black by two thirds."""
    shade = Image.radial_gradient("L").resize(image.size).point(lambda level: 255 - level * value / BOUND * 2 / 3)
    darkened = ImageChops.multiply(image.convert("RGB"), Image.merge("RGB", (shade, shade, shade)))
    if image.mode == "RGBA":
        darkened.putalpha(image.getchannel("A"))
    return darkened
