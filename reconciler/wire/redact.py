"""Owns keeping secrets out of everything that is shown, in whatever form a server or a library gives them back."""

import re
from base64 import b64encode
from collections.abc import Iterable
from functools import cache
from urllib.parse import quote

HIDDEN = "<key>"
SHORTEST = 6  # letters; a shorter key, as people give a simulator, is no secret, and a piece of many words


def hide(text: str, key: str) -> str:
    """Return a text with the key replaced, also where it is quoted, escaped, percent-encoded or in base64."""
    if len(key) < SHORTEST:
        return text
    return _pattern(key).sub(HIDDEN, text)


def hide_identifiers(text: str, identifiers: Iterable[str]) -> str:
    """Return a text without what tells who a person is, as it is and as a URL holds it."""
    for identifier in identifiers:
        text = text.replace(identifier, "<identifier>").replace(quote(identifier, safe=""), "<identifier>")
    return text


@cache
def _pattern(key: str) -> re.Pattern[str]:
    """Return a pattern of every form of a key; capitals do not matter."""
    forms = ["".join(map(_letter_pattern, key)), *map(re.escape, _base64(key)), key.encode().hex()]
    return re.compile("|".join(forms), re.IGNORECASE)


def _letter_pattern(letter: str) -> str:
    """Return a pattern of one letter as it is, or escaped by JSON, Python, a URL or HTML."""
    code = ord(letter)
    escaped = rf"%{code:02x}|\\+u00{code:02x}|\\+x{code:02x}|&#0*{code};|&#x0*{code:x};"
    return rf"(?:\\*{re.escape(letter)}|{escaped})"


def _base64(key: str) -> set[str]:
    """Return what is sure to stand in the base64 of any text that holds the key, which may begin at three places."""
    found = set()
    for before in range(3):
        whole = b64encode(b"\0" * before + key.encode()).decode()
        first = -(-before * 8 // 6)  # letters that the text before the key has a part in
        last = (before + len(key)) * 8 // 6  # and those that the text after it has a part in
        found |= {whole[first:last], whole[first:last].replace("+", "-").replace("/", "_")}
    return found
