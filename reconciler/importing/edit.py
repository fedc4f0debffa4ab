"""Owns small edits of a profile's text: one value changes, and every other byte stays as its author wrote it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from msgspec import Struct

from reconciler.importing.yaml_text import (
    double_quoted,
    flow,
    is_plain,
    key,
    literal_block,
    member,
    scalar,
    survives_a_block,
)
from reconciler.problem import ProblemsError
from reconciler.profile.document import read_document
from reconciler.profile.yaml import YamlEvent, parse_exactly
from reconciler.spec import ENTRY_SECTIONS
from reconciler.values import Plain, members, same, value_at

Keys = tuple[str, ...]
_INDENT_WIDTH = 2
_BLOCK_SIGN = re.compile(r"[|>][-+0-9]*")
_REST_OF_LINE = re.compile(r"([ \t,}\]]*)(?:(?<=\s)#[^\r\n]*)?(?=\r?\n|\Z)")
_REST_OF_ITEM = re.compile(r"[ \t]*,?[ \t]*(?:(?<=\s)#[^\r\n]*)?\r?\n")
_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)*")


class Put(Struct, frozen=True):
    """Write a value at a path of keys, in place of what stands there or below the last key of its mapping."""

    path: Keys
    value: Plain


class Take(Struct, frozen=True):
    """Take out the key at a path, with its value."""

    path: Keys


class Note(Struct, frozen=True):
    """Write a comment at the end of the line that a value ends on, in place of one that stands there."""

    path: Keys
    text: str


TextEdit = Put | Take | Note


def edit_profile(text: str, edits: Sequence[TextEdit], file: str) -> str:
    """Return the text with the edits made, one after the other.

    Raises ProblemsError where the text is no YAML, or an edit would change something else too, as where the value
    stands under an anchor that other places use.
    """
    for edit in edits:
        for step in _steps(edit, read_document(text.encode(), file).value):
            text = _edited(text, step, file)
    return text


def _steps(edit: TextEdit, before: Plain) -> Iterator[TextEdit]:
    """Give the smallest edits that together make one: of a mapping those keys that differ, of a list item by item."""
    held = value_at(before, edit.path)
    if not isinstance(edit, Put):
        yield edit
    elif isinstance(held, dict) and isinstance(edit.value, dict) and held:
        for name, value in edit.value.items():
            if not same(held.get(name), value):
                yield from _steps(Put((*edit.path, name), value), before)
        yield from (Take((*edit.path, name)) for name in held if name not in edit.value)
    elif isinstance(held, list) and isinstance(edit.value, list):
        kept = [item for item in held if item in edit.value]
        added = [item for item in edit.value if item not in held]
        if kept and kept + added == edit.value:
            left = list(held)
            for item in (item for item in held if item not in edit.value):
                left = [other for other in left if other != item]
                yield Put(edit.path, left)
        yield edit
    else:
        yield edit


def _edited(text: str, edit: TextEdit, file: str) -> str:
    before = read_document(text.encode(), file).value
    if isinstance(edit, Put) and same(value_at(before, edit.path), edit.value):
        return text
    after = _Editor(text, parse_exactly(text, file, _root), file).make(edit)
    expected = before if isinstance(edit, Note) else _expected(before, edit)
    if not same(read_document(after.encode(), file).value, expected):
        remedy = "write the value out at each place that names it, and pull again"
        raise ProblemsError.at(
            file, "this cannot be written without changing other values", remedy, ".".join(edit.path)
        )
    return after


def _expected(value: Plain, edit: Put | Take) -> Plain:
    """Return the data that a text must hold after an edit."""
    name, *below = edit.path
    rest = dict(members(value))
    if below:
        rest[name] = _expected(rest.get(name), type(edit)(tuple(below), *_values_put(edit)))
    elif isinstance(edit, Put):
        rest[name] = edit.value
    else:
        rest.pop(name, None)
    return rest


def _values_put(edit: Put | Take) -> tuple[Plain, ...]:
    return (edit.value,) if isinstance(edit, Put) else ()


# The text as nodes with offsets


@dataclass(slots=True)
class _Node:
    """One node of the text: `start` and `end` are offsets, of a block collection those of its first and last part."""

    kind: str
    start: int
    end: int
    column: int
    style: str | None = None
    is_flow: bool = False
    has_properties: bool = False
    text: str = ""
    items: list["tuple[_Node, _Node]"] = field(default_factory=list)
    parts: list["_Node"] = field(default_factory=list)

    def find(self, name: str) -> "tuple[_Node, _Node] | None":
        """Return the key and the value of that name in this mapping."""
        return next(((key, value) for key, value in self.items if key.text == name and key.kind == "scalar"), None)


def _root(events: Iterator[YamlEvent]) -> _Node:
    for event in events:
        if type(event).__name__ in ("MappingStartEvent", "SequenceStartEvent", "ScalarEvent", "AliasEvent"):
            return _node(event, events)
    return _Node("scalar", 0, 0, 0)


def _node(event: Any, events: Iterator[YamlEvent]) -> _Node:  # noqa: ANN401 - ruamel's events share no type
    """Build the node that begins with an event; a profile is at most 64 levels deep, which reading has checked."""
    start, end = event.start_mark, event.end_mark
    name = type(event).__name__
    if name == "AliasEvent":
        return _Node("alias", start.index, end.index, start.column)
    has_properties = event.anchor is not None or event.tag is not None
    if name == "ScalarEvent":
        return _Node(
            "scalar", start.index, end.index, start.column, event.style, text=event.value, has_properties=has_properties
        )
    node = _Node(
        "mapping" if name == "MappingStartEvent" else "sequence",
        start.index,
        end.index,
        start.column,
        is_flow=bool(event.flow_style),
        has_properties=has_properties,
    )
    below: list[_Node] = []
    for following in events:
        if type(following).__name__ in ("MappingEndEvent", "SequenceEndEvent"):
            node.end = following.end_mark.index if node.is_flow else below[-1].end if below else node.end
            break
        below.append(_node(following, events))
    if node.kind == "mapping":
        node.items = list(zip(below[::2], below[1::2], strict=True))
    else:
        node.parts = below
    return node


# The edits


class _Editor:
    """Makes one edit of a text whose nodes are known."""

    def __init__(self, text: str, root: _Node, file: str) -> None:
        self.text, self.root, self.file = text, root, file
        self.is_in_flow = False  # what is edited stands between braces
        self.line_end = "\r\n" if "\r\n" in text else "\n"

    def make(self, edit: TextEdit) -> str:
        """Return the text with the edit made."""
        above, depth = self.root, 0
        while depth < len(edit.path) - 1:
            found = above.find(edit.path[depth])
            if found is None or found[1].kind != "mapping":
                break
            above, depth = found[1], depth + 1
        self.is_in_flow = above.is_flow
        name, below = edit.path[depth], edit.path[depth + 1 :]
        if isinstance(edit, Note):
            return self.text if above.find(name) is None or below else self.note(above, name, edit.text)
        found = above.find(name)
        if isinstance(edit, Take):
            return self.text if found is None or below else self.take(above, name)
        value = edit.value
        for missing in reversed(below):
            value = {missing: value}
        return self.add(above, edit.path[: depth + 1], value) if found is None else self.replace(*found, value)

    def replace(self, key: _Node, node: _Node, value: Plain) -> str:
        """Write another value in place of a node."""
        if isinstance(value, list) and node.kind == "sequence":
            return self.replace_items(key, node, value)
        is_block = node.kind == "scalar" and node.style in ("|", ">")
        fits_block = isinstance(value, str) and survives_a_block(value)
        if is_block and isinstance(value, str) and fits_block:
            return self.replace_block(node, literal_block(value, " " * self.block_indent(key, node)))
        if is_block:
            return self.replace_block(node, [self.written(value, node)])
        if isinstance(value, dict | list) or (fits_block and "\n" in str(value) and not self.is_in_flow):
            return self.rewrite(key, node, value)
        return self.splice(self.value_start(node), self.content_end(node), self.written(value, node))

    def replace_block(self, node: _Node, lines: list[str]) -> str:
        """Write a value in place of a block scalar; a comment beside the sign of the block stays."""
        start = self.value_start(node)
        found = _BLOCK_SIGN.match(self.text, start)
        assert found is not None
        comment = self.text[found.end() : self.line_stop(start)].rstrip()
        end = max(self.content_end(node), self.line_stop(start))
        first, *below = lines
        return self.splice(start, end, self.joined([first + comment, *below]))

    def value_start(self, node: _Node) -> int:
        """Return where a value begins, behind its anchor and tag."""
        found = _PROPERTIES.match(self.text, node.start)
        return found.end() if found is not None and node.has_properties else node.start

    def rewrite(self, key: _Node, node: _Node, value: Plain) -> str:
        """Write a key and its value anew, as the tool writes them."""
        if self.is_in_flow:
            return self.splice(node.start, self.content_end(node), flow(value))
        lines = member(key.text, value, " " * key.column)
        if node.kind == "scalar" and node.style not in ("|", ">"):
            comment = self.text[self.content_end(node) : self.line_stop(self.content_end(node))].rstrip()
            lines[0] += comment
            return self.splice(key.start, self.line_stop(self.content_end(node)), self.joined(lines).lstrip(" "))
        return self.splice(key.start, self.content_end(node), self.joined(lines).lstrip(" "))

    def written(self, value: Plain, node: _Node) -> str:
        """Write a scalar in the style of the one that stands there, where that style can hold it."""
        if isinstance(value, str) and node.style == "'" and value.isprintable():
            return "'" + value.replace("'", "''") + "'"
        if isinstance(value, str) and (node.style == '"' or not is_plain(value)):
            return double_quoted(value)
        return scalar(value)

    def replace_items(self, key: _Node, node: _Node, value: list[Plain]) -> str:
        """Take out the items that are not wanted, and add those that are not there, in that order."""
        texts = [part.text if part.kind == "scalar" else None for part in node.parts]
        kept = [part for part, text in zip(node.parts, texts, strict=True) if text in value]
        added = [item for item in value if item not in texts]
        if [part.text for part in kept] + added != value or not kept:
            return self.rewrite(key, node, value)
        dropped = [part for part in node.parts if part not in kept]
        if node.is_flow:
            return self.replace_flow_items(node, kept, dropped, added)
        place = self.line_stop(self.content_end(kept[-1]))
        lines = ["", *(f"{' ' * node.column}- {self.written(item, kept[-1])}" for item in added)]
        splices = [(place, place, self.joined(lines) if added else "")]
        splices += [(self.line_start(part.start), self.next_line(self.content_end(part)), "") for part in dropped]
        return self.spliced(splices)

    def replace_flow_items(
        self, node: _Node, kept: Sequence[_Node], dropped: Sequence[_Node], added: Sequence[Plain]
    ) -> str:
        """Take items out of a list between brackets, of which no two follow each other, and add others."""
        last = kept[-1]
        between = f",{self.line_end}{' ' * last.column}" if self.begins_line(last) else ", "
        splices = [(last.end, last.end, "".join(between + self.flow_item(item, last) for item in added))]
        for part in dropped:
            place = node.parts.index(part)
            before, after = node.parts[max(place - 1, 0)], node.parts[min(place + 1, len(node.parts) - 1)]
            if self.begins_line(part) and _REST_OF_ITEM.match(self.text, part.end):
                splices.append((self.line_start(part.start), self.next_line(part.end), ""))
            elif after is not part:
                splices.append((part.start, after.start, ""))
            else:
                is_noted = "#" in self.text[before.end : part.start]
                splices.append((part.start if is_noted else before.end, part.end, ""))
        return self.spliced(splices)

    def flow_item(self, item: Plain, beside: _Node) -> str:
        """Write an item of a list between brackets in the style of the one beside it, where that can hold it."""
        is_safe = beside.style is None and isinstance(item, str) and is_plain(item) and "," not in item
        return str(item) if is_safe else flow(item)

    def begins_line(self, node: _Node) -> bool:
        """Tell whether nothing but spaces stands before a node on its line."""
        return not self.text[self.line_start(node.start) : node.start].strip()

    def add(self, above: _Node, path: Keys, value: Plain) -> str:
        """Write a key that is not there below the last one of its mapping; `path` ends with the key."""
        if above.is_flow:
            entry = f"{key(path[-1])}: {flow(value)}"
            if not above.items:
                return self.splice(above.start, above.end, "{" + entry + "}")
            place = self.content_end(above.items[-1][1])
            return self.splice(place, place, ", " + entry)
        place = self.behind_comments(self.content_end(above), above.column)
        return self.splice(place, place, self.joined(["", *_yaml_lines(path, value, " " * above.column)]))

    def note(self, above: _Node, name: str, text: str) -> str:
        """Write a comment behind a value, unless more than closing brackets stands on its line."""
        found = above.find(name)
        assert found is not None
        end = self.content_end(found[1])
        rest = _REST_OF_LINE.match(self.text, end)
        if rest is None:
            return self.text
        return self.splice(end, rest.end(), f"{rest[1].rstrip()}  # {text}" if text else rest[1].rstrip())

    def take(self, above: _Node, name: str) -> str:
        """Take out a key with its value, and its line with them in a block."""
        names = [key.text for key, _ in above.items]
        place = names.index(name)
        key, node = above.items[place]
        if not above.is_flow:
            return self.splice(self.line_start(key.start), self.next_line(self.content_end(node)), "")
        if place > 0:
            return self.splice(self.content_end(above.items[place - 1][1]), self.content_end(node), "")
        end = above.items[1][0].start if len(names) > 1 else self.content_end(node)
        return self.splice(key.start, end, "")

    def content_end(self, node: _Node) -> int:
        """Return the offset behind the last character of a node that is no white space."""
        return node.start + len(self.text[node.start : node.end].rstrip())

    def block_indent(self, key: _Node, node: _Node) -> int:
        """Return how far the lines of a block scalar are indented."""
        lines = self.text[node.start : self.content_end(node)].split("\n")[1:]
        depths = [len(line) - len(line.lstrip(" ")) for line in lines if line.strip()]
        return min(depths, default=key.column + _INDENT_WIDTH)

    def line_stop(self, offset: int) -> int:
        """Return the offset of the end of the line that an offset is in."""
        found = self.text.find("\n", offset)
        end = len(self.text) if found < 0 else found
        return end - 1 if self.text[:end].endswith("\r") else end

    def behind_comments(self, offset: int, column: int) -> int:
        """Return the end of the line of an offset, or of the last comment below it that stands deeper than a column."""
        found = re.compile(rf"[^\n]*(?:\n[ \t\r]*)*\n {{{column + 1},}}#[^\n]*").match(self.text, offset)
        while found is not None:
            offset = found.end()
            found = found.re.match(self.text, offset)
        return self.line_stop(offset)

    def line_start(self, offset: int) -> int:
        """Return where the line begins that an offset is in."""
        return self.text.rfind("\n", 0, offset) + 1

    def next_line(self, offset: int) -> int:
        """Return where the next line begins."""
        found = self.text.find("\n", offset)
        return len(self.text) if found < 0 else found + 1

    def joined(self, lines: Sequence[str]) -> str:
        """Join lines as the file ends them."""
        return self.line_end.join(line for whole in lines for line in whole.split("\n"))

    def splice(self, start: int, end: int, text: str) -> str:
        """Put a text in place of what stands between two offsets."""
        return self.text[:start] + text + self.text[end:]

    def spliced(self, splices: Sequence[tuple[int, int, str]]) -> str:
        """Make several splices, whose offsets are all of the text as it is."""
        text = self.text
        for start, end, put in sorted(splices, reverse=True):
            text = text[:start] + put + text[end:]
        return text


def _yaml_lines(path: Keys, value: Plain, indent: str) -> list[str]:
    """Write a key and its value; sections of entries and entries go over lines of their own."""
    if len(path) > 2 or path[0] not in ENTRY_SECTIONS or not isinstance(value, dict) or not value:  # noqa: PLR2004 - section, key
        return member(path[-1], value, indent)
    below = (
        line
        for name, inner in value.items()
        for line in _yaml_lines((*path, name), inner, indent + " " * _INDENT_WIDTH)
    )
    return [f"{indent}{key(path[-1])}:", *below]
