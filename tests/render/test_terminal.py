import json
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
    made = Change("headline", Action.UPDATE, text, "approved", (FieldChange("", text, "approved"),), text)
    plan = Plan("acc", ProfileRef("p.yaml", ""), StateRef("s"), "0", (made,))
    for shown in (render_text(plan, color=False), render_markdown([plan], commit=None, max_bytes=10_000)):
        assert one not in shown
        assert written(one)[1:] in shown
    as_json = visible_json({"headline": text})
    assert as_json.isascii()
    assert json.loads(as_json) == {"headline": text}


def test_what_has_no_glyph_yet_is_shown_as_it_is() -> None:
    """A font draws a box for it; to a newer one it is an emoji."""
    young = [one for one in map(chr, range(0x1FA00, 0x1FB00)) if unicodedata.category(one) == "Cn"]
    assert [visible(one) for one in young] == young
    assert visible("é 中 \U0001f389") == "é 中 \U0001f389"


def test_every_character_without_a_glyph_is_known_by_its_category_or_its_number() -> None:
    kinds = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    raw = [one for one in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(one) in kinds]
    assert [one for one in raw if visible(one) == one] == []
