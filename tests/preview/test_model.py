"""What the page is made of: sides, spans, settings, links and pictures."""

import io
import zlib
from struct import pack
from typing import Any

import pytest
from PIL import Image

from reconciler.preview.html import letters
from reconciler.preview.lines import differing, item_pieces, safe_link
from reconciler.preview.pictures import Decoded, UndecodedError
from reconciler.preview.settings import tuning
from reconciler.preview.span import duration, lasted, lasted_together, recency, span_text
from reconciler.values import Plain

TODAY = (2026, 11)


def job(start: tuple[int, int], end: tuple[int, int] | None = None) -> dict[str, Plain]:
    span: dict[str, Plain] = {"start_date": {"month": start[1], "year": start[0]}}
    if end is not None:
        span["end_date"] = {"month": end[1], "year": end[0]}
    return {"seniority": span}


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ((2020, 1), (2020, 1), "1 mo"),
        ((2020, 1), (2020, 12), "1 yr"),
        ((2020, 1), (2022, 3), "2 yrs 3 mos"),
        ((2019, 12), (2020, 12), "1 yr 1 mo"),
        ((2020, 5), (2020, 1), ""),
        (None, (2020, 1), ""),
    ],
)
def test_a_duration_counts_both_months(start: Any, end: Any, said: str) -> None:  # noqa: ANN401 - a month or None
    assert duration(start, end) == said


def test_a_job_that_goes_on_lasts_until_today() -> None:
    assert (span_text(job((2021, 4))), lasted(job((2021, 4)), TODAY)) == ("Apr 2021 – present", "5 yrs 8 mos")
    assert lasted_together([job((2021, 4)), job((2020, 1), (2021, 3))], TODAY) == "6 yrs 11 mos"
    assert span_text({"start_date": {"month": 8, "year": 2005}}) == "Aug 2005"


def test_what_goes_on_comes_first_and_what_has_no_date_last() -> None:
    jobs = [{}, job((2010, 1), (2014, 2)), job((2021, 4)), job((2020, 1), (2021, 3)), job((2022, 1))]
    ordered = sorted(jobs, key=recency, reverse=True)
    assert [span_text(each) for each in ordered] == [
        "Jan 2022 – present",
        "Apr 2021 – present",
        "Jan 2020 – Mar 2021",
        "Jan 2010 – Feb 2014",
        "",
    ]


def test_what_is_gone_and_what_is_new_make_both_texts() -> None:
    left, right = differing("I have spent fifteen years", "I have spent sixteen long years")
    assert "".join(piece.text for piece in left) == "I have spent fifteen years"
    assert "".join(piece.text for piece in right) == "I have spent sixteen long years"
    assert [piece.text for piece in right if piece.kind == "+"] == ["sixteen long"]
    left, right = differing(None, "x")
    assert (left, [piece.kind for piece in right]) == ((), [" "])


def test_items_of_a_list_are_marked_one_by_one() -> None:
    left, right = item_pieces(["a", "b", "b"], ["b", "c"])
    assert [piece[0].kind for piece in left] == ["-", " ", "-"]
    assert [piece[0].kind for piece in right] == [" ", "+"]


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JAVASCRIPT://example.com/%0aalert(1)",
        " https://example.com",
        "https://",
        "https:example.com",
        "//example.com",
        "ftp://example.com",
        "data:text/html,x",
        "https://user:password@example.com",
        "https://linkedin.com@evil.example",
        "https://evil.example\\@linkedin.com",
        "https://example.com/\u202e",
        "https://example.com:x/",
        "https://[::1",
        "http://exa mple.com",
    ],
)
def test_what_a_browser_must_not_open_is_text(address: str) -> None:
    assert safe_link(address) == ""


def test_http_and_https_are_links() -> None:
    for address in ("https://example.com/a?b=c&d=%20#e", "http://example.com:8080", "https://xn--e1aybc.example/ü"):
        assert safe_link(address) == address


def test_characters_that_nobody_sees_are_shown_by_their_numbers() -> None:
    assert [(run.text, run.code) for run in letters("a\u202eb\x1bc\ud800")] == [
        ("a", ""),
        ("\u202e", "U+202E"),
        ("b", ""),
        ("", "U+001B"),
        ("c", ""),
        ("", "U+D800"),
    ]
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert [(run.text, run.code) for run in letters(family)] == [(family, "")]
    assert [(run.text, run.code) for run in letters("one\ntwo")] == [("one\ntwo", "")]


SQUARE: dict[str, tuple[float, float]] = {
    "bottomLeft": (0, 1),
    "bottomRight": (1, 1),
    "topLeft": (0, 0),
    "topRight": (1, 0),
}


def layout(corners: dict[str, tuple[float, float]]) -> dict[str, Plain]:
    return {name: {"x": x, "y": y} for name, (x, y) in corners.items()}


def test_settings_whose_meaning_is_known_are_applied() -> None:
    tuned = tuning({"filter": "ORIGINAL", "layout": layout(SQUARE), "contrast": 0.1, "brightness": 0, "vignette": 0.3})
    assert tuned.sliders == (("contrast", 0.1), ("vignette", 0.3))
    assert (len(tuned.notes), tuned.frame) == (1, ())
    assert tuning({"filter": "ORIGINAL", "contrast": 0}).notes == ()
    assert tuning(None).notes == ()


def test_settings_whose_meaning_is_not_known_are_noted() -> None:
    inside = {name: (0.1 + 0.8 * x, 0.1 + 0.8 * y) for name, (x, y) in SQUARE.items()}
    tuned = tuning({"filter": "STUDIO", "layout": layout(inside), "contrast": 12, "vignette": -0.1})
    assert tuned.sliders == ()
    assert tuned.brief == "shown without its filter and layout and vignette and contrast" or len(tuned.notes) == 4
    assert len(tuned.frame) == 4
    assert tuning({"layout": layout({**SQUARE, "topLeft": (1.25, 0)})}).frame == ()


def encoded(image: Image.Image, form: str, **more: Any) -> io.BytesIO:  # noqa: ANN401 - Pillow's own options
    target = io.BytesIO()
    image.save(target, form, **more)
    target.seek(0)
    return target


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP"])
def test_each_kind_of_picture_is_decoded(form: str) -> None:
    shown = Decoded(encoded(Image.new("RGB", (1200, 500), (200, 30, 30)), form)).fitted((160, 160), ())
    assert (shown.width, shown.height, shown.url[:23]) == (320, 320, "data:image/webp;base64,")


def test_a_small_picture_is_not_enlarged_and_keeps_its_form() -> None:
    shown = Decoded(encoded(Image.new("RGBA", (64, 16)), "PNG")).fitted((1128, 282), ())
    assert (shown.width, shown.height) == (64, 16)


def test_a_picture_is_turned_as_its_camera_says() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    whole = Decoded(encoded(Image.new("RGB", (400, 200)), "JPEG", exif=exif)).whole((320, 240), ())
    assert (whole.width, whole.height) == (200, 400)


def png_of(width: int, height: int) -> io.BytesIO:
    """Return a PNG that says to be of this size, and holds hardly anything."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return pack(">I", len(content)) + kind + content + pack(">I", zlib.crc32(kind + content))

    head = chunk(b"IHDR", pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b""))


@pytest.mark.parametrize("size", [(8000, 5001), (20_000, 20_000), (1, 2_000_000_000)])
def test_a_picture_of_more_than_40_megapixels_is_not_decoded(size: tuple[int, int]) -> None:
    with pytest.raises(UndecodedError, match="40 megapixels"):
        Decoded(png_of(*size))


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n", b"GIF89a" + b"\xff" * 40, b"%PDF-1.4"])
def test_what_is_no_picture_is_not_shown(content: bytes) -> None:
    with pytest.raises(UndecodedError, match="cannot be decoded"):
        Decoded(io.BytesIO(content))


def test_sliders_change_a_picture() -> None:
    decoded = Decoded(encoded(Image.new("RGB", (64, 64), (120, 60, 60)), "PNG"))
    plain = decoded.whole((64, 64), ()).url
    for name in ("brightness", "contrast", "saturation", "vignette"):
        assert decoded.whole((64, 64), ((name, 0.2),)).url != plain or name == "contrast"
