"""Owns how a user's text enters Markdown: as HTML that no Markdown parser reads, escaped, inside `<code>` or `<pre>`.

GitHub's own additions (mentions, references, emoji, mathematics) leave `<code>` and `<pre>` alone. Nothing here
holds a blank line, which would end the block of HTML that it stands in.
"""

import html
import re
import string
from collections.abc import Iterable

from reconciler.render.terminal import visible
from reconciler.render.wording import Theirs
from reconciler.render.words import WordPiece

NEWLINE = "⏎"  # a newline that is new or gone
_HARMLESS = " .,-+()?;=%'"
_ESCAPES = {ord(sign): f"&#{ord(sign)};" for sign in string.punctuation if sign not in _HARMLESS} | {
    ord("&"): "&amp;",
    ord("<"): "&lt;",
    ord(">"): "&gt;",
    ord('"'): "&quot;",
}
_BEFORE_BLANK = re.compile(r"\n(?= *(?:\n|\Z))")
_LONGEST = 1000  # characters that are shown of a text within a sentence
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.:/_~%-]+")  # nothing that HTML or Markdown would read
_PART = 16  # characters of a digest that stand in one piece
_INSTEAD = "<i> → </i>"
_LEAST = 8  # characters that a clipped text keeps


def escaped(text: str, *, newlines: bool = False) -> str:
    """Return a text with all that it holds made visible, and every sign that could mean anything as a reference."""
    return visible(text, newlines=newlines).translate(_ESCAPES)


def clipped(text: str, longest: int) -> str:
    """Return a text, or its beginning and how much more there is."""
    if len(text) <= longest:
        return text
    return f"{text[: max(_LEAST, longest)]}… ({len(text)} characters)"


def code(text: str, longest: int = 200) -> str:
    """Return a text of one line, for the running text of a block of HTML."""
    return f"<code>{escaped(clipped(text, longest))}</code>" if text else "<i>empty</i>"


def in_parts(text: str) -> str:
    """Return a digest as code that a narrow window may break; what is copied from there is whole."""
    parts = (escaped(text[start : start + _PART]) for start in range(0, len(text), _PART))
    return f"<code>{'<wbr>'.join(parts)}</code>"


def link_to(shown: str, address: str) -> str:
    """Return what is shown, as HTML, as a link; as it is where there is no address, or one with anything else in it."""
    return f'<a href="{address}">{shown}</a>' if _ADDRESS.fullmatch(address) else shown


def sentence(pieces: Iterable[str | Theirs]) -> str:
    """Return a sentence of ours as HTML: a user's texts in it, and addresses, are set as code."""
    return "".join(html.escape(piece) if isinstance(piece, str) else code(piece.text, _LONGEST) for piece in pieces)


def foreign(text: str) -> str:
    """Return a text that could be anybody's, whole, as code."""
    return code(text, _LONGEST)


def pre(pieces: Iterable[WordPiece], note: str = "") -> str:
    """Return a difference as a block that keeps its lines and wraps long ones; `note` stands at its end.

    The `<div>` is for GitHub's style sheet, which lets `<code>` wrap unless it is directly below `<pre>`.
    """
    text = _run(pieces)
    return f"<pre><div><code>{_BEFORE_BLANK.sub('&#10;', text)}{note}</code></div></pre>"


def inline(pieces: Iterable[WordPiece]) -> str:
    """Return a difference of texts of one line."""
    return f"<code>{_run(pieces)}</code>"


def _run(pieces: Iterable[WordPiece]) -> str:
    """Write a difference; between what is gone and what stands there instead an arrow keeps the two apart."""
    text, before = "", ""
    for piece in pieces:
        instead = before and not before.endswith("\n") and piece.kind == "+"
        text += f"{_INSTEAD if instead else ''}{_piece(piece)}"
        before = piece.text if piece.kind == "-" else ""
    return text


def _piece(piece: WordPiece) -> str:
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
