"""Owns a profile file as its author wrote it: nodes with their places, and the comments around them.

Comments are no part of YAML's data. Whatever stands between two nodes is taken apart here: what ends the
line of the one above is its note; the lines above a key lead to it, those indented deeper are the tail of
the mapping or list that ended there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NoReturn

from reconciler.profile.yaml import Event, parse_exactly

_PREAMBLE = re.compile(r"(?:[ \t]*(?:[#%].*)?\n)*---[ \t]*(?:(?<=\s)#.*)?(?=\n)")
_FOR_EDITORS = ("# yaml-language-server:", "# vim:", "# -*-", "#!")
_COLON = re.compile(r"[ \t]*:")
_HEADER = re.compile(r"((?:[&!]\S*[ \t]+)*[|>][-+0-9]*)([ \t]+#.*)?[ \t]*")


class UnusualError(Exception):
    """A way of writing that is YAML, and that no profile needs; the arguments are what it is and its line."""

    def __init__(self, what: str, line: int) -> None:
        """Take what it is, and the line that it stands on."""
        super().__init__(what, line)
        self.what = what
        self.line = line


class Form(StrEnum):
    """What a node is."""

    TEXT = "text"  # on its lines as written: plain or between quotes, also an alias
    BLOCK = "block"  # a text after | or >
    MAP = "map"
    LIST = "list"


@dataclass(slots=True)
class Node:
    """One node. `base` is the column of the mapping or list that holds it, `column` that of what it holds.

    `flow` tells braces and brackets; a flow collection that is `fixed` must stay on its lines as they are.
    `value` and `style` are those of a text; `content` holds a block's lines without their indentation.
    """

    form: Form
    start: int
    end: int
    base: int
    properties: str = ""
    value: str = ""
    style: str = ""
    content: list[str] = field(default_factory=list)
    flow: bool = False
    fixed: bool = False
    column: int = 0
    children: "list[Child]" = field(default_factory=list)
    note: str = ""
    tail: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Child:
    """One member: the lines that lead to it, its key in a mapping, and its value.

    `note` ends the key's line and `between` follows it where the value begins on a later line.
    """

    lead: list[str]
    key: Node | None
    value: Node
    note: str = ""
    between: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Tree:
    """A whole file: its text, the lines that are the file's own, and its mapping."""

    text: str
    head: list[str]
    root: Node


def read_tree(text: str, file: str) -> Tree:
    """Read a text whose line ends are LF. Raises UnusualError, and ProblemsError where it is not YAML."""
    return parse_exactly(text, file, lambda events: _Reader(text, events).tree())


class _Reader:
    """Walks over events and text side by side; `at` is how far the text was accounted for."""

    def __init__(self, text: str, events: Iterator[Event]) -> None:
        self.text = text if text.endswith("\n") else text + "\n"
        self.events = events
        self.at = 0
        self.last: Node | None = None
        self.closed: list[Node] = []

    def tree(self) -> Tree:
        next(self.events)
        next(self.events)
        head = self.preamble()
        event = next(self.events)
        if not _is(event, "MappingStart") or event.anchor is not None:
            raise UnusualError("a file that is not one plain mapping", event.start_mark.line + 1)
        if event.flow_style:
            head += self.gap(event.start_mark.index, 0)
        root = self.node(event, -1)
        root.tail += self.gap(len(self.text), -1)
        if not root.flow:
            lead = root.children[0].lead
            own = _count_own(lead)
            head, root.children[0].lead = [*head, *lead[:own]], lead[own:]
        return Tree(self.text, head, root)

    def preamble(self) -> list[str]:
        """Take what stands above `---`."""
        found = _PREAMBLE.match(self.text)
        if found is None:
            return []
        self.at = found.end()
        return [line.rstrip() for line in found[0].split("\n")]

    def node(self, event: Event, base: int) -> Node:
        """Read one node, `at` standing right before it."""
        if _is(event, "MappingStart") or _is(event, "SequenceStart"):
            return self.flow(event, base) if event.flow_style else self.block(event, base)
        return self.leaf(event, base)

    def leaf(self, event: Event, base: int) -> Node:
        if _is(event, "Scalar") and event.style in ("|", ">"):
            return self.literal(event, base)
        node = Node(Form.TEXT, event.start_mark.index, event.end_mark.index, base)
        if _is(event, "Alias"):
            node.style = "*"
        else:
            node.properties, node.value, node.style = _properties(event), event.value, event.style or ""
        self.at, self.last = node.end, node
        return node

    def literal(self, event: Event, base: int) -> Node:
        """Read a text after | or >; blank lines below it are its own only where the sign says so."""
        start = event.start_mark.index
        header, *lines = self.text[start:-1].split("\n")
        matched = _HEADER.fullmatch(header)
        if matched is None:
            self.unusual("a tag or an anchor on a line of its own")
        node = Node(Form.BLOCK, start, start, base, value=event.value, style=matched[1], note=matched[2] or "")
        indent = _content_indent(matched[1], lines, base)
        count = 0
        for place, line in enumerate(lines, 1):
            blank = not line.strip(" ")
            if not blank and _indent(line) < indent:
                break
            if not blank or len(line) > indent or "+" in matched[1].split()[-1]:
                count = place
        node.content = [line[indent:] for line in lines[:count]]
        self.at = node.end = start + sum(len(line) + 1 for line in (header, *lines[:count]))
        return node

    def block(self, event: Event, base: int) -> Node:
        form = Form.MAP if _is(event, "MappingStart") else Form.LIST
        if event.tag is not None:
            self.unusual("a tag on a mapping or list")
        node = Node(form, event.start_mark.index, 0, base, _properties(event))
        self.at += len(node.properties)
        self.last = node
        while not _ends(child := next(self.events)):
            node.children.append(self.pair(child, node) if form is Form.MAP else self.item(child, node))
        node.end = self.at
        self.closed.append(node)
        return node

    def pair(self, event: Event, above: Node) -> Child:
        if not _is(event, "Scalar") or event.style in ("|", ">"):
            self.unusual("a key that is not one line of text")
        above.column = event.start_mark.column
        lead = self.gap(event.start_mark.index, above.column)
        key = self.leaf(event, above.column)
        colon = _COLON.match(self.text, self.at)
        if colon is None or "\n" in self.text[key.start : key.end]:
            self.unusual("a key that is not one line of text")
        self.at = colon.end()
        return self.valued(lead, key, next(self.events), above.column)

    def item(self, event: Event, above: Node) -> Child:
        dash = self.dash(event.start_mark.index)
        above.column = dash - self.text.rfind("\n", 0, dash) - 1
        lead = self.gap(dash, above.column)
        self.at = dash + 1
        return self.valued(lead, None, event, above.column)

    def valued(self, lead: list[str], key: Node | None, event: Event, column: int) -> Child:
        """Read the value after a colon or a dash, and what stands before it."""
        if _opens_block(event) and event.anchor is None:
            return Child(lead, key, self.node(event, column))
        note, *rest = self.text[self.at : event.start_mark.index].split("\n")
        between = [line.strip() for line in rest if line.strip()]
        if note.strip() or between:
            block = _opens_block(event) or getattr(event, "style", None) in ("|", ">")
            if block or not all(line.startswith("#") for line in (note.strip() or "#", *between)):
                self.unusual("what stands between this key or dash and its value")
        self.at = event.start_mark.index
        return Child(lead, key, self.node(event, column), note.rstrip(), between)

    def flow(self, event: Event, base: int) -> Node:
        form = Form.MAP if _is(event, "MappingStart") else Form.LIST
        start = event.start_mark.index
        node = Node(form, start, start, base, _properties(event), flow=True)
        self.at = event.end_mark.index
        node.fixed = event.tag is not None or not self.text[start : self.at].endswith(("{", "["))
        while not _ends(child := next(self.events)):
            self.separate(node, child, r"\s*,\s*" if node.children else r"\s*")
            key = None
            if form is Form.MAP:
                key = self.node(child, self.line_indent(child))
                child = next(self.events)
                node.fixed |= key.form is not Form.TEXT or key.style == "*"
                self.separate(node, child, r"\s*:\s*")
            value = self.node(child, self.line_indent(child))
            lines = self.text[value.start : value.end]
            node.fixed |= value.fixed or (value.form is Form.TEXT and "\n" in lines)
            node.children.append(Child([], key, value))
        self.separate(node, child, r"\s*,?\s*" if node.children else r"\s*")
        self.at = node.end = child.end_mark.index
        self.last = node
        return node

    def separate(self, node: Node, event: Event, wanted: str) -> None:
        """Pass over what separates members; where it is more than that, they must stay as they are."""
        if not re.fullmatch(wanted, self.text[self.at : event.start_mark.index]):
            node.fixed = True
        self.at = event.start_mark.index

    def line_indent(self, event: Event) -> int:
        begin = self.text.rfind("\n", 0, event.start_mark.index) + 1
        return _indent(self.text[begin : event.start_mark.index] + "x")

    def gap(self, to: int, column: int) -> list[str]:
        """Take what stands above the next node or dash, and give the lines that lead to it."""
        lines = self.text[self.at : to].split("\n")
        if self.at and self.text[self.at - 1] != "\n":
            self.remark(lines.pop(0))
        if lines and (before := lines.pop()).strip(" "):
            self.unusual(f"{before.strip(' ')[:20]!r} before this")
        self.at, self.last = to, None
        return self.settled(lines, column)

    def dash(self, to: int) -> int:
        """Find the dash of the item that begins at `to`."""
        place = self.at
        for line in self.text[self.at : to].split("\n"):
            bare = line.lstrip()
            if bare.startswith("-"):
                break
            place += len(line) + 1
        return self.text.index("-", place)

    def remark(self, rest: str) -> None:
        """Note the comment that ends the line of the last node."""
        if not rest.strip():
            return
        if self.last is None or not rest.lstrip().startswith("#"):
            self.unusual(f"{rest.strip()[:20]!r} here")
        self.last.note = rest.rstrip()

    def settled(self, lines: list[str], column: int) -> list[str]:
        """Give each collection that ended here its tail, and what is left, without indentation."""
        lines = [line for line in lines if line.rstrip() != "..."]
        for line in lines:
            if line.strip() and not line.lstrip().startswith("#"):
                self.unusual(f"{line.strip()[:20]!r} here")
        closed, self.closed = self.closed, []
        for node in closed:
            count = 0
            for place, line in enumerate(lines, 1):
                if line.strip() and not column < _indent(line) >= node.column:
                    break
                count = place if line.strip() else count
            node.tail += [line.strip() for line in lines[:count]]
            lines = lines[count:]
        return [line.strip() for line in lines]

    def unusual(self, what: str) -> NoReturn:
        raise UnusualError(what, self.text.count("\n", 0, self.at) + 1)


def _is(event: Event, name: str) -> bool:
    return type(event).__name__ == f"{name}Event"


def _ends(event: Event) -> bool:
    return type(event).__name__ in ("MappingEndEvent", "SequenceEndEvent")


def _opens_block(event: Event) -> bool:
    return type(event).__name__ in ("MappingStartEvent", "SequenceStartEvent") and not event.flow_style


def _properties(event: Event) -> str:
    pieces = [f"&{event.anchor}" if event.anchor is not None else "", str(event.tag) if event.tag else ""]
    return " ".join(piece for piece in pieces if piece)


def _count_own(lead: list[str]) -> int:
    """Tell how many of the lines above the first key are the file's: those above a blank one, or for editors."""
    if "" in lead:
        return len(lead) - lead[::-1].index("")
    return next((place for place, line in enumerate(lead) if not line.startswith(_FOR_EDITORS)), len(lead))


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _content_indent(sign: str, lines: list[str], base: int) -> int:
    """Tell how far the lines of a block text are indented; where it has none, farther than any line is."""
    given = re.search(r"[0-9]", sign.rsplit(maxsplit=1)[-1])
    if given is not None:
        return max(base, 0) + int(given[0])
    first = next((_indent(line) for line in lines if line.strip(" ")), -1)
    return first if first > base else max(map(len, lines), default=0) + 1
