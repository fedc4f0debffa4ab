"""Owns what is safe to print: control characters and escapes made visible, and colour where it is wanted."""

import re
import unicodedata

_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
_MARK_CATEGORIES = {"Mn", "Me"}
_MOST_MARKS = 4  # on one letter: more would be drawn over other lines
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
# Patterns are compiled where they are first needed, by re itself: most that is printed is ASCII.
_BLANK_NAME = r"\b(BLANK|FILLER|INHERENT|JOINER|NULL|SELECTOR)\b"  # of characters that are drawn as nothing
_NEW_EMOJI = range(0x1F000, 0x1FB00)  # numbers that an older Unicode does not know are emoji here
_ZWNJ, _ZWJ, _AS_EMOJI = "\u200c", "\u200d", "\ufe0f"  # joiners, and the sign that what stands before it is an emoji
# What is drawn as an emoji, or can be (Unicode, emoji-variation-sequences).
_EMOJI = (
    r"[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u2199\u21a9-\u21aa\u231a-\u231b\u2328\u23cf\u23e9-\u23f3"
    r"\u23f8-\u23fa\u24c2\u25aa-\u25ab\u25b6\u25c0\u25fb-\u25fe\u2600-\u2604\u260e\u2611\u2614-\u2615\u2618\u261d"
    r"\u2620\u2622-\u2623\u2626\u262a\u262e-\u262f\u2638-\u263a\u2640\u2642\u2648-\u2653\u265f-\u2660\u2663"
    r"\u2665-\u2666\u2668\u267b\u267e-\u267f\u2692-\u2697\u2699\u269b-\u269c\u26a0-\u26a1\u26a7\u26aa-\u26ab"
    r"\u26b0-\u26b1\u26bd-\u26be\u26c4-\u26c5\u26c8\u26ce-\u26cf\u26d1\u26d3-\u26d4\u26e9-\u26ea\u26f0-\u26f5"
    r"\u26f7-\u26fa\u26fd\u2702\u2705\u2708-\u270d\u270f\u2712\u2714\u2716\u271d\u2721\u2728\u2733-\u2734\u2744"
    r"\u2747\u274c\u274e\u2753-\u2755\u2757\u2763-\u2764\u2795-\u2797\u27a1\u27b0\u27bf\u2934-\u2935\u2b05-\u2b07"
    r"\u2b1b-\u2b1c\u2b50\u2b55\u3030\u303d\u3297\u3299\U0001f004\U0001f0cf\U0001f170-\U0001f171"
    r"\U0001f17e-\U0001f17f\U0001f18e\U0001f191-\U0001f19a\U0001f201-\U0001f202\U0001f21a\U0001f22f"
    r"\U0001f232-\U0001f23a\U0001f250-\U0001f251\U0001f300-\U0001f64f\U0001f680-\U0001f6ff\U0001f900-\U0001f9ff"
    r"\U0001fa70-\U0001faff]"
)
# Scripts whose letters join: Arabic, Syriac, N'Ko, Mandaic, Mongolian, Phags-pa, Adlam.
_CURSIVE = r"[\u0600-\u077f\u07c0-\u07ff\u0840-\u08ff\u1800-\u18af\ua840-\ua87f\U0001e900-\U0001e95f]"
_VIRAMA = 9  # the combining class of the signs that join the letters of Indic scripts


def visible(text: str, *, newlines: bool = False) -> str:
    r"""Write a text so that it shows all that it holds: controls, escapes, bidi marks and surrogates as `\\x1b`."""
    if text.isascii() and text.isprintable():
        return text
    shown = []
    marks = 0
    for place, character in enumerate(text):
        if " " <= character <= "~":  # as nearly all are
            marks = 0
            shown.append(character)
            continue
        if character not in (_ZWNJ, _ZWJ):  # with one between them, marks are drawn over each other all the same
            marks = marks + 1 if not character.isascii() and unicodedata.category(character) in _MARK_CATEGORIES else 0
        plain = (
            (character == "\n" and newlines)
            or (marks <= _MOST_MARKS and not is_hidden(character))
            or shapes(text, place)
        )
        shown.append(character if plain else written(character))
    return "".join(shown)


def is_hidden(character: str) -> bool:
    """Tell whether a character does something other than to be seen."""
    if character.isascii():
        return not character.isprintable()
    category = unicodedata.category(character)
    if category == "Cn":
        return ord(character) not in _NEW_EMOJI
    return category in _HIDDEN or re.search(_BLANK_NAME, unicodedata.name(character, "")) is not None


def shapes(text: str, place: int) -> bool:
    """Tell whether a joiner or the emoji sign changes how what stands around it is drawn, and so is seen."""
    character, before, after = text[place], text[max(0, place - 2) : place], text[place + 1 : place + 2]
    if character == _AS_EMOJI:
        keycap = re.search(r"[0-9#*]\Z", before) and after == "\u20e3"
        return bool(keycap or re.search(rf"{_EMOJI}\Z", before))
    if character not in (_ZWNJ, _ZWJ) or not before or not after:
        return False
    if character == _ZWJ and re.match(_EMOJI, after):
        return re.search(rf"{_EMOJI}{_AS_EMOJI}?\Z", before) is not None
    around = (before[-1], after)
    if any(unicodedata.category(each)[0] not in "LM" for each in around):
        return False
    if any(unicodedata.combining(each) == _VIRAMA for each in around):
        return True
    return character == _ZWNJ and all(re.match(_CURSIVE, each) for each in around)


def written(character: str) -> str:
    r"""Write a character by its number, or as `\n`, `\r` or `\t`, as YAML and Python read it between quotes."""
    if character in _SHORT:
        return _SHORT[character]
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"  # noqa: PLR2004
