"""Makes the description that a package index shows: the README, with the names of pages in place of links to them."""

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

_PICTURE = re.compile(r"^!\[[^\]]*\]\((?![a-z]+:)[^)]*\)\n+", re.MULTILINE)
_LINK = re.compile(r"\[([^\]]*)\]\((?![a-z]+:)([^)#]*)[^)]*\)")
_WHERE = "Pages named like docs/state.md, and the changelog, are in the source distribution.\n\n"


def without_relative_links(text: str) -> str:
    """Return a page without the pictures beside it, and with the names of pages beside it in place of links.

    An index shows the page elsewhere, where both would lead nowhere.
    """
    title, blank, rest = _PICTURE.sub("", text).partition("\n\n")
    return title + blank + _WHERE + _LINK.sub(_named, rest)


def _named(link: re.Match[str]) -> str:
    """Return the words of a link, and the page that it leads to, unless these are its words."""
    return link[1] if link[1] == link[2] or not link[2] else f"{link[1]} ({link[2]})"


class Readme(MetadataHookInterface):
    """The hook that hatchling calls."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Give the project its description."""
        text = (Path(self.root) / "README.md").read_text(encoding="utf-8")
        metadata["readme"] = {"content-type": "text/markdown", "text": without_relative_links(text)}
