"""Owns the page as HTML: the templates, what is allowed to run in it, and how a user's text is written."""

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from importlib import resources

import jinja2
from msgspec import Struct

from reconciler.preview.model import ShownProfile
from reconciler.render.terminal import is_hidden, shapes, visible

GENERATOR = "reconciler preview"  # what a page says it was made by
_SEVERAL = "{number} profiles"


class Letters(Struct, frozen=True):
    """A run of a text; with `code`, one character that does something unseen, and its number for readers."""

    text: str
    code: str = ""


def render_page(profiles: Sequence[ShownProfile], *, plan_id: str, made_at: str, version: str) -> bytes:
    """Return the page of some profiles, whole, in UTF-8: it asks nothing of anywhere."""
    style, script = _packaged_text("page.css"), _packaged_text("page.js")
    policy = (
        f"default-src 'none'; img-src data:; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    html = _page_template().render(
        profiles=profiles,
        title=profiles[0].path if len(profiles) == 1 else _SEVERAL.format(number=len(profiles)),
        style=style,
        script=script,
        policy=policy,
        plan_id=plan_id,
        generator=GENERATOR,
        made_at=made_at,
        version=version,
    )
    return html.encode("utf-8", "replace")


def letters(text: str) -> list[Letters]:
    """Return a text in runs, so that a page can show each character that does something without being seen.

    Control characters and halves of characters are shown by their numbers alone: a page cannot hold them.
    """
    if text.isascii() and text.replace("\n", "").isprintable():
        return [Letters(text)]
    found: list[Letters] = []
    start = 0
    for place, letter in enumerate(text):
        if letter == "\n" or not _acts_unseen(letter) or shapes(text, place):
            continue
        if place > start:
            found.append(Letters(text[start:place]))
        held = "" if letter < " " or "\x7f" <= letter <= "\x9f" or "\ud800" <= letter <= "\udfff" else letter
        found.append(Letters(held, f"U+{ord(letter):04X}"))
        start = place + 1
    return [*found, Letters(text[start:])] if start < len(text) else found


@cache
def _acts_unseen(letter: str) -> bool:
    """Tell whether a character does something other than to be seen; a text holds the same ones again and again."""
    return is_hidden(letter)


@cache
def _page_template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_packaged_text),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"letters": letters, "visible": visible}
    return environment.get_template("page.html.j2")


@cache
def _packaged_text(name: str) -> str:
    return resources.files("reconciler.preview").joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """Return how a policy names a style or a script that is allowed."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}"
