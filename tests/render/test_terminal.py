import json
import re
import sys
import unicodedata

import pytest

from reconciler.planning.plan import Action, Change, FieldChange, Plan, ProfileRef, StateRef
from reconciler.render.data import visible_json
from reconciler.render.markdown import render_markdown
from reconciler.render.terminal import visible
from reconciler.render.text import render_text

NOTHING = (
    *("\u2065", "\ufff0", "\ufff8", "\ufdd0", "\ufffe", "\U0001fffe", "\U0010ffff", "\U000e0000", "\U000e0002"),
    *("\U000e0080", "\U000e01f0", "\U000e0fff", "\U0001d159", "\u034f", "\u00ad", "\u200b", "\u2800", "\ufe0f"),
)


def written(one: str) -> str:
    return (
        f"\\x{ord(one):02x}" if one < "\u0100" else f"\\u{ord(one):04x}" if one < "\U00010000" else f"\\U{ord(one):08x}"
    )


@pytest.mark.parametrize("one", NOTHING)
def test_what_is_drawn_as_nothing_is_written_by_its_number_in_every_form(one: str) -> None:
    text = f"approve{one}d"
    made = Change("headline", Action.UPDATE, text, "approved", (FieldChange("", text, "approved"),))
    plan = Plan("acc", ProfileRef("p.yaml", ""), StateRef("s"), "0", (made,))
    for shown in (render_text(plan, color=False), render_markdown([plan], commit=None, max_bytes=10_000)):
        assert one not in shown
        assert written(one)[1:] in shown
    as_json = visible_json({"headline": text})
    assert as_json.isascii()
    assert json.loads(as_json) == {"headline": text}


def test_what_has_no_glyph_yet_is_shown_as_it_is() -> None:
    """A font draws a box for it; to a newer one it is an emoji."""
    young = [letter for letter in map(chr, range(0x1FA00, 0x1FB00)) if unicodedata.category(letter) == "Cn"]
    assert [visible(letter) for letter in young] == young
    assert visible("é 中 \U0001f389") == "é 中 \U0001f389"


def test_every_character_without_a_glyph_is_known_by_its_category_or_its_number() -> None:
    kinds = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    raw = [letter for letter in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(letter) in kinds]
    assert [letter for letter in raw if visible(letter) == letter] == []


SEEN = {
    "Persian, not joined": "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    "Persian, after a vowel sign": "\u0628\u064e\u200c\u0647\u0627",
    "Hindi, a half letter": "\u0915\u094d\u200d\u0937",
    "Hindi, a whole letter": "\u0915\u094d\u200c\u0937",
    "Bengali, before the sign that joins": "\u09b0\u200d\u09cd\u09af\u09be\u09ac",
    "Sinhala": "\u0dc1\u0dca\u200d\u0dbb\u0dd3",
    "a family": "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "a heart on fire": "\u2764\ufe0f\u200d\U0001f525",
    "a rainbow flag": "\U0001f3f3\ufe0f\u200d\U0001f308",
    "with a skin tone": "\U0001f469\U0001f3fd\u200d\U0001f4bb",
    "signs as emoji": "\u2764\ufe0f \u00a9\ufe0f \u2b50\ufe0f \U0001f5d3\ufe0f 1\ufe0f\u20e3 #\ufe0f\u20e3",
    "a few marks": "e\u0301\u0323 \u0e01\u0e35\u0e48",
}
UNSEEN = {
    "after a dash": "\u2013\u200d",
    "between Chinese letters": "\u4e2d\u200c\u6587",
    "between Latin letters": "\u00e9\u200dt",
    "Arabic letters that join anyway": "\u0633\u200d\u0644",
    "after an Arabic comma": "\u060c\u200c\u0633",
    "at the end": "\u0645\u200c",
    "at the beginning": "\u200d\u0915",
    "twice": "\u0645\u200c\u200c\u062e",
    "an emoji and a letter": "\U0001f468\u200dx",
    "a letter and an emoji": "\u4e2d\u200d\U0001f468",
    "not joined emoji": "\U0001f468\u200c\U0001f469",
    "an accent as emoji": "\u00e9\ufe0f",
    "Chinese as emoji": "\u4e2d\ufe0f",
    "a digit as emoji": "1\ufe0f",
    "the emoji sign twice": "\u2764\ufe0f\ufe0f",
    "the emoji sign in a line of its own": "\u2764\n\ufe0f",
    "the emoji sign alone": "\ufe0f",
}


@pytest.mark.parametrize("text", SEEN.values(), ids=SEEN)
def test_joiners_and_the_emoji_sign_stand_where_they_are_seen(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize("text", UNSEEN.values(), ids=UNSEEN)
def test_joiners_and_the_emoji_sign_are_written_out_where_nothing_shows_them(text: str) -> None:
    assert visible(text) != text
    assert visible(text) != visible(re.sub("[\u200c\u200d\ufe0f]", "", text))


@pytest.mark.parametrize("between", ["", "\u200c", "\u200d", "\ufe0f", "\u034f"])
def test_marks_are_not_stacked_without_end_whatever_stands_between_them(between: str) -> None:
    shown = visible("e" + ("\u1ab0" * 4 + between) * 30)
    assert shown.count("\u1ab0") < 120
    assert visible("e" + ("\u1ab0" * 4 + "\u200d") * 30).count("\u1ab0") == 4
