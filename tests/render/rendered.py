"""A document as GitHub reads it (cmark-gfm, its extensions on, HTML let through): its tags, and text by its place."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import cmarkgfm
from cmarkgfm.cmark import Options

VOID = {"br", "hr", "img", "input", "wbr"}
OURS = {
    *("h2", "h3", "h4", "p", "sub", "ul", "li", "table", "thead", "tbody", "tr", "th", "td", "details", "summary"),
    *("pre", "div", "br", "code", "del", "ins", "b", "i", "strong", "a", "wbr"),
}
LINK = re.compile(r"https?://[A-Za-z0-9.:/_~%-]+")


@dataclass
class Rendered(HTMLParser):
    """What a reader gets."""

    markdown: str
    tags: list[str] = field(default_factory=list)
    attributes: list[tuple[str, str | None]] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    runs: list[tuple[tuple[str, ...], str]] = field(default_factory=list)
    blocks: list[list[tuple[tuple[str, ...], str]]] = field(default_factory=list)
    loose: str = ""
    open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        options = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES
        self.feed(cmarkgfm.github_flavored_markdown_to_html(self.markdown, options=options))
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag in VOID:
            return
        self.open.append(tag)
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self.headings.append("")
        if tag == "code":
            self.codes.append("")
        if tag == "pre":
            self.blocks.append([])

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes nothing in {self.markdown!r}"

    def handle_data(self, data: str) -> None:
        self.runs.append((tuple(self.open), data))
        if "pre" in self.open:
            self.blocks[-1].append((tuple(self.open), data))
        if "code" in self.open:
            self.codes[-1] += data
        else:
            self.loose += data
        if self.open and self.open[0].startswith("h"):
            self.headings[-1] += data

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def unknown_decl(self, data: str) -> None:
        self.comments.append(data)

    def handle_decl(self, decl: str) -> None:
        self.comments.append(decl)

    def handle_pi(self, data: str) -> None:
        self.comments.append(data)


def rendered(markdown: str) -> Rendered:
    """Render; fail where a tag, an attribute or a comment is there that we never write."""
    found = Rendered(markdown)
    assert set(found.tags) <= OURS
    assert [name for name, _ in found.attributes] == ["href"] * found.tags.count("a")
    assert [link for _, link in found.attributes if not LINK.fullmatch(link or "")] == []
    assert found.comments == []
    return found
