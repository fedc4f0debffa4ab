"""Owns how a user's text enters Markdown: as HTML that no Markdown parser reads, escaped, inside `<code>` or `<pre>`.

GitHub's own additions (mentions, references, emoji, mathematics) leave `<code>` and `<pre>` alone. Nothing here
holds a blank line, which would end the block of HTML that it stands in.
"""

import re
import string
from collections.abc import Collection, Iterable

from reconciler.render.terminal import visible
from reconciler.render.words import Piece

NEWLINE = "⏎"  # a newline that is new or gone
_HARMLESS = " .,-+()?;=%'"
_ESCAPES = {ord(one): f"&#{ord(one)};" for one in string.punctuation if one not in _HARMLESS} | {
    ord("&"): "&amp;",
    ord("<"): "&lt;",
    ord(">"): "&gt;",
    ord('"'): "&quot;",
}
_PLAIN_WORD = re.compile(r"\(?(?![a-f]{7,}\b)(?:[A-Za-z]+(?:['-][A-Za-z]+)*|[0-9]{1,6}|[–→…])?\)?[.,;:]?", re.ASCII)
_CORE = re.compile(r"(\(?)(.*?)(\)?[.,;:]?)", re.DOTALL)
_BEFORE_BLANK = re.compile(r"\n(?= *(?:\n|\Z))")
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_LEAST = 8  # characters that a clipped text keeps


def escaped(text: str, *, newlines: bool = False) -> str:
    """Give a text with all that it holds made visible, and every sign that could mean anything as a reference."""
    return visible(text, newlines=newlines).translate(_ESCAPES)


def clipped(text: str, longest: int) -> str:
    """Give a text, or its beginning and how much more there is."""
    if len(text) <= longest:
        return text
    return f"{text[: max(_LEAST, longest)]}… ({len(text)} characters)"


def code(text: str, longest: int = 200) -> str:
    """Give a text of one line, for the running text of a block of HTML."""
    return f"<code>{escaped(clipped(text, longest))}</code>" if text else "<i>empty</i>"


def prose(text: str, theirs: Collection[str] = (), longest: int = 1000) -> str:
    """Give a sentence of ours; what could be a user's in it, and what is between backticks or quotes, is set as code.

    `theirs` are a user's texts that it may hold: plain words in them must not read as if they were ours, and a
    backtick in them is none of ours.
    """
    quoted = "|".join([_QUOTED, *map(re.escape, sorted(filter(str.strip, theirs), key=len, reverse=True))])
    shown, room = [], longest
    for place, piece in enumerate(re.split(f"`([^`]+)`|({quoted})", text)):
        if piece and room > 0:
            kept = piece[:room]
            shown.append(code(kept, room) if place % 3 else _plain(kept))
        room -= len(piece or "")
    return "".join(shown) + (_plain(f"… ({len(text)} characters)") if room < 0 else "")


def _plain(text: str) -> str:
    return " ".join(map(_word, text.split(" ")))


def _word(word: str) -> str:
    if not word or _PLAIN_WORD.fullmatch(word):
        return word
    found = _CORE.fullmatch(word)
    assert found is not None
    before, core, after = found.groups()
    return f"{before}{code(core, len(core))}{after}" if core else code(word)


def pre(pieces: Iterable[Piece], note: str = "") -> str:
    """Give a difference as a block that keeps its lines and wraps long ones; `note` stands at its end.

    The `<div>` is for GitHub's style sheet, which lets `<code>` wrap unless it is directly below `<pre>`.
    """
    text = "".join(map(_piece, pieces))
    return f"<pre><div><code>{_BEFORE_BLANK.sub('&#10;', text)}{note}</code></div></pre>"


def inline(pieces: Iterable[Piece]) -> str:
    """Give a difference of texts of one line."""
    return f"<code>{''.join(map(_piece, pieces))}</code>"


def _piece(piece: Piece) -> str:
    match piece.kind:
        case "-":
            return _marked("<del>", piece.text, "</del>")
        case "+":
            return _marked("<ins><b>", piece.text, "</b></ins>")
        case "…":
            return f"<i> … {len(piece.text)} unchanged characters … </i>"
        case _:
            return escaped(piece.text, newlines=True)


def _marked(start: str, text: str, end: str) -> str:
    """Mark a run of text; its newlines are shown."""
    shown = escaped(text, newlines=True).replace("\n", f"{NEWLINE}\n")
    return f"{start}{shown}{end}"
