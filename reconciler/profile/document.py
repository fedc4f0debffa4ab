"""Owns the reading of YAML into plain data with places."""

import math
import re
import string
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from reconciler.decode import MAX_DEPTH
from reconciler.limits import MAX_PROFILE
from reconciler.problem import Problem, ProblemsError
from reconciler.profile.remedies import of_null
from reconciler.profile.source import Mark, line_at, lines_of, mark_at, quote_remedy, shortened
from reconciler.profile.yaml import NOT_TEXT, TAG, Scalar, YamlEvent, fail, parse_yaml, scalar_value, tagged
from reconciler.values import Path, Plain, value_at

MAX_NODES = 100_000
_LETTERS = frozenset(string.ascii_letters)

_SMALLER = "a profile is much smaller: name one, or shorten this one"
_BREAKS = {
    "\x85": ("U+0085 (next line)", "\\N"),
    "\u2028": ("U+2028 (line separator)", "\\L"),
    "\u2029": ("U+2029 (paragraph separator)", "\\P"),
}
_CONFLICT = re.compile("^(?:<{7}|>{7}) ", re.MULTILINE)  # in brackets and quotes it would be text
_KEY_BEFORE = re.compile(r"(?:^|[ {,-])([A-Za-z0-9_-]+) *: *$")
_LONGEST_KEY = 1024  # characters of a key on the line of its value
_COMMENT = re.compile(r"[ \t]+#")
_LITERAL = re.compile(r"(?:[&!]\S*[ \t]+)*\|")
_BREAK_OR_LINE_END = re.compile("\r\n?|[\n\x85\u2028\u2029]")


class Document(Struct, frozen=True):
    """A file as plain data, with the places of keys and values by path.

    `raw` is how unquoted values that are no texts were written, `cut` how texts were that end before a comment,
    `anchored` what has an anchor that no alias names.
    """

    file: str
    value: Plain
    keys: Mapping[Path, Mark]
    values: Mapping[Path, Mark]
    raw: Mapping[Path, str]
    problems: tuple[Problem, ...] = ()
    cut: Mapping[Path, str] = field(default_factory=dict)
    anchored: Mapping[Path, str] = field(default_factory=dict)
    lines: tuple[str, ...] = ()

    def problem(
        self, path: Path, message: str, remedy: str = "", *, at_key: bool = False, offset: int | None = None
    ) -> Problem:
        """Make a problem about what stands at a path, or at the nearest place above it; `offset` is into its text."""
        near = path
        while near and near not in self.values:
            near = near[:-1]
        mark = self.keys.get(near) if at_key or near != path else None
        mark = mark or self.values.get(near) or Mark(1, 1)
        mark = self._within(path, mark, offset) if offset is not None else mark
        source = line_at(self.lines, mark.line)
        return Problem(self.file, mark.line, mark.column, address_of(path), message, remedy, source)

    def _within(self, path: Path, mark: Mark, offset: int) -> Mark:
        """Return the place of an offset into a text: of one after | in the lines below, else where the text begins."""
        text = value_at(self.value, path)
        if not isinstance(text, str) or _LITERAL.match(self.written(path)) is None:
            return mark
        begin, below = text.rfind("\n", 0, offset) + 1, mark.line + text.count("\n", 0, offset)
        written = self.lines[below] if below < len(self.lines) else ""
        indent = len(written) - len(text[begin:].partition("\n")[0])
        return Mark(below + 1, max(indent, 0) + offset - begin + 1)

    def written(self, path: Path) -> str:
        """Return the rest of the line that a value begins on, as it is written; empty where it has no place."""
        mark = self.values.get(path)
        return _rest_of_line(self.lines, mark) if mark is not None else ""


def in_file_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return problems by their places."""
    return tuple(sorted(problems, key=lambda problem: (problem.line, problem.column)))


def address_of(path: Path) -> str:
    """Write a path as an address: `open_to_work.job_title[0].name`; a key of any length is cut short."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{shortened(step)}" for step in path)
    return text.removeprefix(".")


def read_document(content: bytes, file: str) -> Document:
    """Read one YAML document. Raises ProblemsError where it cannot be read to its end."""
    lines = lines_of(content.decode(errors="replace").removeprefix("\ufeff"))
    try:
        root = parse_yaml(decode(content, file), file, lambda events: _Composer(file, lines).run(events))
        return _Expansion(file, lines).document(root)
    except ProblemsError as error:
        located = (replace(problem, source=line_at(lines, problem.line)) for problem in error.problems)
        raise ProblemsError(*located) from error


def _quote_remedy(lines: Sequence[str], mark: Mark) -> str:
    """Say that what begins at a place has to stand between quotes, with its key where that is on the same line."""
    before = lines[mark.line - 1][: mark.column - 1] if mark.line <= len(lines) else ""
    key = _KEY_BEFORE.search(before[-_LONGEST_KEY:])
    return quote_remedy(_rest_of_line(lines, mark), key[1] if key is not None else "")


def _rest_of_line(lines: Sequence[str], mark: Mark) -> str:
    return lines[mark.line - 1][mark.column - 1 :].rstrip() if mark.line <= len(lines) else ""


def decode(content: bytes, file: str) -> str:
    """Return a file's text, without a byte order mark. Raises ProblemsError."""
    if len(content) > MAX_PROFILE:
        fail(file, f"the file has more than {MAX_PROFILE:,} bytes (1 MiB)", _SMALLER, Mark(1, 1))
    try:
        text = content.decode().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode().removeprefix("\ufeff")
        message = f"the file is not UTF-8: byte 0x{content[error.start]:02x} at offset {error.start}"
        fail(file, message, "save it as UTF-8", mark_at(before, len(before)))
    if (conflict := _CONFLICT.search(text)) is not None:
        remedy = (
            "keep one side of it, or what is right of both, and take the lines with <<<<<<<, ======= and >>>>>>> out"
        )
        fail(file, "a merge conflict stands here, not resolved", remedy, mark_at(text, conflict.start()))
    if not text.isascii() and (problems := tuple(_old_breaks(text, file))):
        raise ProblemsError(*problems)
    return text


def _old_breaks(text: str, file: str) -> Iterator[Problem]:
    """Find what ends a line in YAML 1.1, and so for the parsers, but not in YAML 1.2, nor for git and editors.

    A comment could go on as a key after it, seen by no reviewer.
    """
    line, begin = 1, 0
    for found in _BREAK_OR_LINE_END.finditer(text):
        if found[0] not in _BREAKS:
            line, begin = line + 1, found.end()
            continue
        name, escape = _BREAKS[found[0]]
        message = f"{name} stands here, a line break to some readers of YAML and not to others"
        remedy = f"write a line break as Enter makes it, or {escape} in a text between double quotes"
        yield Problem(file, line, found.start() - begin + 1, "", message, remedy)


class _YamlNode(Struct, gc=False):  # no alias stands inside what it names: nodes make no cycle
    """One node of the file as written: a scalar, or the nodes below it; an alias is the node that it names.

    `items` are those of a mapping, once it ends; `members` those of a list, and until it ends the keys and values of a
    mapping in turn. `size` counts nodes, with the node itself and with aliases written out.
    """

    mark: Mark
    value: Scalar = None
    raw: str | None = None
    cut: str | None = None
    anchor: str | None = None
    items: "list[tuple[_YamlNode, _YamlNode]] | None" = None
    members: "list[_YamlNode] | None" = None
    wrong: tuple[str, str] | None = None
    used: bool = False
    merge: bool = False
    open: bool = False
    size: int = 1


_EMPTY = ("the file is empty", "`reconciler init` writes one to start from")
_NULL = ("null is not a value here", "")  # what to do depends on where it stands


class _Composer:
    """Turns events into nodes, without recursion: depth is the file's to choose."""

    def __init__(self, file: str, lines: Sequence[str]) -> None:
        self.file = file
        self.lines = lines
        self.anchors: dict[str, _YamlNode] = {}
        self.stack: list[tuple[_YamlNode, list[_YamlNode]]] = []  # what is open, and what it stands among
        self.roots: list[_YamlNode] = []
        self.below = self.roots  # where the next node goes
        self.count = 0
        self.aliased = False
        self.commented = {number for number, line in enumerate(lines) if "#" in line}  # as events count, from 0

    def run(self, events: Iterator[YamlEvent]) -> _YamlNode:
        takers: dict[type, Callable[[YamlEvent], object]] = {}  # by the class of an event: a file has very many
        for event in events:
            kind = type(event)
            if kind not in takers:
                takers[kind] = self.taker(kind.__name__)
            takers[kind](event)
        if self.roots:
            return self.roots[0]
        empty = _YamlNode(Mark(1, 1))
        empty.wrong = _EMPTY
        return empty

    def taker(self, name: str) -> Callable[[YamlEvent], object]:
        """Return what takes events of a class; the begin and end of the stream, and documents' ends, say nothing."""
        match name:
            case "ScalarEvent":
                return self.scalar
            case "MappingStartEvent":
                return self.begin_mapping
            case "SequenceStartEvent":
                return self.begin_sequence
            case "MappingEndEvent":
                return lambda _: self.end_mapping()
            case "SequenceEndEvent":
                return lambda _: self.end()
            case "AliasEvent":
                return self.alias
            case "DocumentStartEvent":
                return self.begin_document
            case _:
                return lambda _: None

    def scalar(self, event: YamlEvent) -> None:
        """Add the node of a text, number, word or null."""
        start, text, style = event.start_mark, event.value, event.style
        node = _YamlNode(Mark(start.line + 1, start.column + 1))
        if (style or text[:1] in _LETTERS) and text not in NOT_TEXT and event.ctag is None:
            node.value = text
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

    def read_scalar(self, event: YamlEvent, node: _YamlNode) -> None:
        """Give a node the value of a scalar that may be no text."""
        text, tag, plain = event.value, _tag_of(event), not event.style
        try:
            if tag is not None:
                node.value = tagged(text, tag)
            else:
                node.value = scalar_value(text) if plain else text
        except ValueError:
            node.value = text
            remedy = "take it out" if str(tag).startswith(TAG) else _quote_remedy(self.lines, node.mark)
            node.wrong = (f"the tag {shortened(str(tag))} does not fit {text[:40]!r}", remedy)
        if node.value is None:
            node.wrong = _NULL
        elif isinstance(node.value, float) and not math.isfinite(node.value):
            node.wrong = _infinite(text)
        elif isinstance(node.value, str):
            node.wrong = node.wrong or _unfit(text)
            node.merge = plain and text == "<<" and tag is None
            node.cut = self.cut(event) if plain else None
        if not isinstance(node.value, str):
            node.raw = text

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

    def end_mapping(self) -> None:
        node = self.end()
        assert node.members is not None
        node.items, node.members = list(zip(node.members[::2], node.members[1::2], strict=True)), None
        for key, _ in node.items:
            if key.merge:
                node.items = self.merged(node.items)
                break

    def alias(self, event: YamlEvent) -> None:
        node = self.anchors.get(event.anchor)
        name = shortened(event.anchor)
        if node is None:
            mark = _mark_of(event)
            meant = _rest_of_line(self.lines, mark) == f"*{name}" and name.isidentifier()
            other = f", or write &{name} above, at what it repeats" if meant else ""
            remedy = _quote_remedy(self.lines, mark) + other
            fail(self.file, f"alias *{name} names no anchor above it", remedy, mark)
        if node.open:
            fail(self.file, f"alias *{name} stands inside what it names", "write the value out", _mark_of(event))
        self.aliased = node.used = True
        self.put(node, _mark_of(event))

    def begin_mapping(self, event: YamlEvent) -> None:
        self.begin(event, "map")

    def begin_sequence(self, event: YamlEvent) -> None:
        self.begin(event, "seq")

    def begin(self, event: YamlEvent, kind: str) -> None:
        node, tag = _YamlNode(_mark_of(event)), _tag_of(event)
        if tag not in (None, "!", TAG + kind):
            node.wrong = (f"the tag {shortened(str(tag))} means nothing here", "take it out")
        if len(self.stack) >= MAX_DEPTH:
            fail(self.file, f"more than {MAX_DEPTH} levels deep", "a profile needs six", _mark_of(event))
        before = self.count
        self.add(event, node)
        node.open, node.size = True, -before
        self.stack.append((node, self.below))
        self.below = node.members = []

    def end(self) -> _YamlNode:
        node, self.below = self.stack.pop()
        node.open = False
        node.size += self.count
        return node

    def add(self, event: YamlEvent, node: _YamlNode) -> None:
        if event.anchor is not None:
            node.anchor = event.anchor
            self.anchors[event.anchor] = node
        self.put(node, node.mark)

    def put(self, node: _YamlNode, mark: Mark) -> None:
        self.count += node.size
        if self.count > MAX_NODES:
            if self.aliased:
                message = f"more than {MAX_NODES:,} values with aliases written out"
                fail(self.file, message, "a profile is much smaller: write fewer aliases", mark)
            fail(self.file, f"more than {MAX_NODES:,} values", _SMALLER, mark)
        self.below.append(node)

    def merged(self, items: list[tuple[_YamlNode, _YamlNode]]) -> list[tuple[_YamlNode, _YamlNode]]:
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


def _tag_of(event: YamlEvent) -> str | None:
    tag = event.tag
    return None if tag is None else str(tag)


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


class _Expansion:
    """Turns nodes into plain data, aliases written out."""

    def __init__(self, file: str, lines: Sequence[str]) -> None:
        self.file = file
        self.lines = lines
        self.keys: dict[Path, Mark] = {}
        self.values: dict[Path, Mark] = {}
        self.raw: dict[Path, str] = {}
        self.cut: dict[Path, str] = {}
        self.anchored: dict[Path, str] = {}
        self.nulls: list[tuple[Path, Mark]] = []
        self.begun: list[tuple[_YamlNode, Path, list[Plain] | dict[str, Plain]]] = []
        self.problems: list[Problem] = []

    def document(self, root: _YamlNode) -> Document:
        whole = self.value(root, ())
        for node, path, value in self.begun:  # which grows meanwhile
            if isinstance(value, list):
                value.extend(self.value(member, (*path, place)) for place, member in enumerate(node.members or ()))
            else:
                for name, there, below in self.pairs(node.items or (), path):
                    value[name] = self.value(below, there)
        for path, mark in self.nulls:
            said = (_NULL[0], of_null(path, value_at(whole, path[:-1]))) if path else _EMPTY
            self.report(mark, path, *said)
        return Document(
            self.file,
            whole,
            self.keys,
            self.values,
            self.raw,
            in_file_order(self.problems),
            self.cut,
            self.anchored,
            tuple(self.lines),
        )

    def value(self, node: _YamlNode, path: Path) -> Plain:
        """Return the value of a node; a list or mapping is filled in its turn."""
        self.values[path] = node.mark
        if node.wrong is not None:
            self.tell(node.mark, path, node.wrong)
        if node.cut is not None:
            self.cut[path] = node.cut
        if node.anchor is not None and not node.used:
            self.anchored[path] = node.anchor
        if node.members is None and node.items is None:
            if node.raw is not None:
                self.raw[path] = node.raw
            value: Plain = node.value
        else:
            value = self.begin(node, path)
        if len(path) > MAX_DEPTH:
            deep = f"more than {MAX_DEPTH} levels deep with aliases written out"
            fail(self.file, deep, "a profile needs six", node.mark)
        return value

    def begin(self, node: _YamlNode, path: Path) -> list[Plain] | dict[str, Plain]:
        value: list[Plain] | dict[str, Plain] = {} if node.members is None else []
        self.begun.append((node, path, value))
        return value

    def tell(self, mark: Mark, path: Path, wrong: tuple[str, str]) -> None:
        if wrong is _NULL:
            self.nulls.append((path, mark))
        else:
            self.report(mark, path, *wrong)

    def pairs(self, items: Sequence[tuple[_YamlNode, _YamlNode]], path: Path) -> Iterator[tuple[str, Path, _YamlNode]]:
        """Yield the name, the path and the node of each member of a mapping."""
        for key, node in items:
            name = key.value
            if not isinstance(name, str):
                shown = f"the key {shortened(key.raw, 40)}" if key.raw else "a key that is empty, a list or a mapping"
                braced = not key.raw and path and _rest_of_line(self.lines, self.values[path]).startswith("{")
                remedy = _quote_remedy(self.lines, self.values[path]) if braced else "put it between quotes"
                self.report(key.mark, path, f"{shown} is not text", remedy)
                continue
            there = (*path, name)
            if there in self.keys:
                first = self.keys[there].line
                self.report(key.mark, there, f"this key stands on line {first} already", "keep one of the two")
            elif key.wrong is not None:
                self.report(key.mark, path, *key.wrong)
            else:
                self.keys[there] = key.mark
                yield name, there, node

    def report(self, mark: Mark, path: Path, message: str, remedy: str) -> None:
        source = line_at(self.lines, mark.line)
        self.problems.append(Problem(self.file, mark.line, mark.column, address_of(path), message, remedy, source))
