"""Owns the way from YAML's events to nodes: what each scalar holds, and what anchors, aliases and merges join."""

import math
import re
import string
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from msgspec import Struct

from reconciler.decode import MAX_DEPTH
from reconciler.profile.source import Mark, quote_remedy_at, rest_of_line, shortened
from reconciler.profile.yaml import NOT_TEXT, TAG, Scalar, YamlEvent, fail, scalar_value, tagged

MAX_NODES = 100_000
SMALLER = "a profile is much smaller: name one, or shorten this one"
EMPTY = ("the file is empty", "`reconciler init` writes one to start from")
NULL = ("null is not a value here", "")  # what to do depends on where it stands
_LETTERS = frozenset(string.ascii_letters)
_COMMENT = re.compile(r"[ \t]+#")


class Node(Struct, gc=False):  # no alias stands inside what it names: nodes make no cycle
    """One node of the file as written: a scalar, or the nodes below it; an alias is the node that it names.

    `items` are those of a mapping, once it ends; `members` those of a list, and until it ends the keys and values of a
    mapping in turn. `size` counts nodes, with the node itself and with aliases written out.
    """

    mark: Mark
    value: Scalar = None
    raw: str | None = None
    cut: str | None = None
    anchor: str | None = None
    items: "list[tuple[Node, Node]] | None" = None
    members: "list[Node] | None" = None
    wrong: tuple[str, str] | None = None
    used: bool = False
    merge: bool = False
    open: bool = False
    size: int = 1


def compose(events: Iterator[YamlEvent], file: str, lines: Sequence[str]) -> Node:
    """Return the root of a file's nodes. Raises ProblemsError where there can be none."""
    return _Composer(file, lines).run(events)


class _Composer:
    """Turns events into nodes, without recursion: depth is the file's to choose."""

    def __init__(self, file: str, lines: Sequence[str]) -> None:
        self.file = file
        self.lines = lines
        self.anchors: dict[str, Node] = {}
        self.stack: list[tuple[Node, list[Node]]] = []  # what is open, and what it stands among
        self.roots: list[Node] = []
        self.below = self.roots  # where the next node goes
        self.count = 0
        self.aliased = False
        self.commented = {number for number, line in enumerate(lines) if "#" in line}  # as events count, from 0

    def run(self, events: Iterator[YamlEvent]) -> Node:
        takers: dict[type, Callable[[YamlEvent], object]] = {}  # by the class of an event: a file has very many
        for event in events:
            try:
                take = takers[type(event)]
            except KeyError:
                take = takers[type(event)] = self.taker(type(event).__name__)
            take(event)
        return self.roots[0] if self.roots else Node(Mark(1, 1), wrong=EMPTY)

    def taker(self, name: str) -> Callable[[YamlEvent], object]:
        """Return what takes events of a class; the begin and end of the stream, and documents' ends, say nothing."""
        match name:
            case "ScalarEvent":
                return self.scalar
            case "MappingStartEvent":
                return partial(self.begin, tag=TAG + "map")
            case "SequenceStartEvent":
                return partial(self.begin, tag=TAG + "seq")
            case "MappingEndEvent":
                return self.end_mapping
            case "SequenceEndEvent":
                return self.end
            case "AliasEvent":
                return self.alias
            case "DocumentStartEvent":
                return self.begin_document
            case _:
                return lambda _: None

    def scalar(self, event: YamlEvent) -> None:
        """Add the node of a text, number, word or null."""
        start, text, style = event.start_mark, event.value, event.style
        node = Node(Mark(start.line + 1, start.column + 1), text)
        if (style or text[:1] in _LETTERS) and text not in NOT_TEXT and event.ctag is None:
            if style == '"':  # no other text has escapes, which alone can write what no text can hold
                node.wrong = _unfit(text)
            elif not style and event.end_mark.line in self.commented:
                node.cut = self.cut(event)
        else:
            self.read_scalar(event, node)
        if event.anchor is None and self.count < MAX_NODES:  # as most are
            self.count += 1
            self.below.append(node)
        else:
            self.add(event, node)

    def read_scalar(self, event: YamlEvent, node: Node) -> None:
        """Give a node the value of a scalar that may be no text."""
        text, tag, plain = event.value, None if event.ctag is None else event.tag, not event.style
        try:
            if tag is not None:
                node.value = tagged(text, tag)
            elif plain:
                node.value = scalar_value(text)
        except ValueError:
            remedy = "take it out" if str(tag).startswith(TAG) else quote_remedy_at(self.lines, node.mark)
            node.wrong = (f"the tag {shortened(str(tag))} does not fit {text[:40]!r}", remedy)
        if isinstance(node.value, str):
            node.wrong = node.wrong or _unfit(text)
            node.merge = plain and text == "<<" and tag is None
            node.cut = self.cut(event) if plain else None
            return
        node.raw = text
        if node.value is None:
            node.wrong = NULL
        elif isinstance(node.value, float) and not math.isfinite(node.value):
            node.wrong = _infinite(text)

    def cut(self, event: YamlEvent) -> str | None:
        """Return an unquoted text as it is written, with the comment that ends its line; None where none does."""
        begin, end = event.start_mark, event.end_mark
        line = self.lines[end.line] if end.line < len(self.lines) else ""
        if _COMMENT.match(line, end.column) is None:
            return None
        return line[begin.column :].rstrip() if begin.line == end.line else line.strip()

    def begin_document(self, event: YamlEvent) -> None:
        if self.roots:
            fail(self.file, "a second document begins", "keep one profile in a file", _mark_of(event))
        version = getattr(event, "version", None)
        if version is not None and tuple(version) != (1, 2):
            said = ".".join(map(str, version))
            fail(
                self.file,
                f"the file says YAML {said}, profiles are YAML 1.2",
                "take out the %YAML line",
                _mark_of(event),
            )

    def end_mapping(self, event: YamlEvent) -> None:
        node = self.end(event)
        assert node.members is not None
        node.items, node.members = list(zip(node.members[::2], node.members[1::2], strict=True)), None
        if any(key.merge for key, _ in node.items):
            node.items = self.merged(node.items)

    def alias(self, event: YamlEvent) -> None:
        node = self.anchors.get(event.anchor)
        name = shortened(event.anchor)
        if node is None:
            mark = _mark_of(event)
            meant = rest_of_line(self.lines, mark) == f"*{name}" and name.isidentifier()
            other = f", or write &{name} above, at what it repeats" if meant else ""
            remedy = quote_remedy_at(self.lines, mark) + other
            fail(self.file, f"alias *{name} names no anchor above it", remedy, mark)
        if node.open:
            fail(self.file, f"alias *{name} stands inside what it names", "write the value out", _mark_of(event))
        self.aliased = node.used = True
        self.put(node, _mark_of(event))

    def begin(self, event: YamlEvent, tag: str) -> None:
        """Begin a mapping or list; the one tag that it may have is that of its kind."""
        node = Node(_mark_of(event))
        if event.tag not in (None, "!", tag):
            node.wrong = (f"the tag {shortened(str(event.tag))} means nothing here", "take it out")
        if len(self.stack) >= MAX_DEPTH:
            fail(self.file, f"more than {MAX_DEPTH} levels deep", "a profile needs six", _mark_of(event))
        before = self.count
        self.add(event, node)
        node.open, node.size = True, -before
        self.stack.append((node, self.below))
        self.below = node.members = []

    def end(self, _: YamlEvent) -> Node:
        node, self.below = self.stack.pop()
        node.open = False
        node.size += self.count
        return node

    def add(self, event: YamlEvent, node: Node) -> None:
        if event.anchor is not None:
            node.anchor = event.anchor
            self.anchors[event.anchor] = node
        self.put(node, node.mark)

    def put(self, node: Node, mark: Mark) -> None:
        self.count += node.size
        if self.count > MAX_NODES:
            if self.aliased:
                message = f"more than {MAX_NODES:,} values with aliases written out"
                fail(self.file, message, "a profile is much smaller: write fewer aliases", mark)
            fail(self.file, f"more than {MAX_NODES:,} values", SMALLER, mark)
        self.below.append(node)

    def merged(self, items: list[tuple[Node, Node]]) -> list[tuple[Node, Node]]:
        """Put what `<<` names below what the mapping says itself."""
        kept = [pair for pair in items if not pair[0].merge]
        there = {key.value for key, _ in kept if isinstance(key.value, str)}
        for key, node in items:
            if not key.merge:
                continue
            for source in [node] if node.members is None else node.members:
                if source.items is None:
                    fail(self.file, "<< merges mappings only", "name an anchored mapping: `<<: *name`", key.mark)
                fresh = [pair for pair in source.items if pair[0].value not in there]
                there.update(name.value for name, _ in fresh if isinstance(name.value, str))
                kept.extend(fresh)
        return kept


def _mark_of(event: YamlEvent) -> Mark:
    start = event.start_mark
    return Mark(start.line + 1, start.column + 1)


def _infinite(text: str) -> tuple[str, str]:
    """Say of a number that is none, or beyond any, what is wrong with it."""
    shown = shortened(text, 40)
    if shown == text:
        return f"{text} is not a finite number", "write a plain decimal number"
    return f"{shown} is too long for a number", "write fewer digits, or put it between quotes if it is text"


def _unfit(text: str) -> tuple[str, str] | None:
    """Say what no text of a profile can hold."""
    if "\0" in text:
        return "the text holds a NUL character", "take the \\0 out"
    if not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text):
        return "the text holds half of a surrogate pair", "write the character itself, or \\U and eight digits"
    return None
