"""Owns the reading of YAML into plain data with places."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from reconciler.decode import MAX_DEPTH
from reconciler.limits import MAX_PROFILE
from reconciler.problem import Problem, ProblemsError
from reconciler.profile.compose import EMPTY, NULL, SMALLER, Node, compose
from reconciler.profile.remedies import of_null
from reconciler.profile.source import Mark, line_at, lines_of, mark_at, quote_remedy_at, rest_of_line, shortened
from reconciler.profile.yaml import fail, parse_yaml
from reconciler.values import Path, Plain, value_at

_BREAKS = {
    "\x85": ("U+0085 (next line)", "\\N"),
    "\u2028": ("U+2028 (line separator)", "\\L"),
    "\u2029": ("U+2029 (paragraph separator)", "\\P"),
}
_BEGUN_CONFLICT = ("<" * 7, ">" * 7)
_CONFLICT = re.compile("^(?:<{7}|>{7}) ", re.MULTILINE)  # in brackets and quotes it would be text
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
        return rest_of_line(self.lines, mark) if mark is not None else ""


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
        root = parse_yaml(decode(content, file), file, lambda events: compose(events, file, lines))
        return _Expansion(file, lines).document(root)
    except ProblemsError as error:
        located = (replace(problem, source=line_at(lines, problem.line)) for problem in error.problems)
        raise ProblemsError(*located) from error


def decode(content: bytes, file: str) -> str:
    """Return a file's text, without a byte order mark. Raises ProblemsError."""
    if len(content) > MAX_PROFILE:
        fail(file, f"the file has more than {MAX_PROFILE:,} bytes (1 MiB)", SMALLER, Mark(1, 1))
    try:
        text = content.decode().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode().removeprefix("\ufeff")
        message = f"the file is not UTF-8: byte 0x{content[error.start]:02x} at offset {error.start}"
        fail(file, message, "save it as UTF-8", mark_at(before, len(before)))
    conflict = _CONFLICT.search(text) if any(mark in text for mark in _BEGUN_CONFLICT) else None
    if conflict is not None:
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
        self.begun: list[tuple[Node, Path, list[Plain] | dict[str, Plain]]] = []
        self.problems: list[Problem] = []

    def document(self, root: Node) -> Document:
        whole = self.value(root, ())
        for node, path, value in self.begun:  # which grows meanwhile
            if isinstance(value, list):
                value += [self.value(member, (*path, place)) for place, member in enumerate(node.members or ())]
                continue
            for key, below in node.items or ():
                name = key.value
                if key.wrong is None and isinstance(name, str) and (there := (*path, name)) not in self.keys:
                    self.keys[there] = key.mark
                    value[name] = self.value(below, there)
                else:
                    self.refuse_key(key, path)
        for path, mark in self.nulls:
            said = (NULL[0], of_null(path, value_at(whole, path[:-1]))) if path else EMPTY
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

    def value(self, node: Node, path: Path) -> Plain:
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

    def begin(self, node: Node, path: Path) -> list[Plain] | dict[str, Plain]:
        value: list[Plain] | dict[str, Plain] = {} if node.members is None else []
        self.begun.append((node, path, value))
        return value

    def tell(self, mark: Mark, path: Path, wrong: tuple[str, str]) -> None:
        if wrong is NULL:
            self.nulls.append((path, mark))
        else:
            self.report(mark, path, *wrong)

    def refuse_key(self, key: Node, path: Path) -> None:
        """Tell what is wrong with a key of the mapping at a path."""
        name = key.value
        if not isinstance(name, str):
            shown = f"the key {shortened(key.raw, 40)}" if key.raw else "a key that is empty, a list or a mapping"
            braced = not key.raw and path and rest_of_line(self.lines, self.values[path]).startswith("{")
            remedy = quote_remedy_at(self.lines, self.values[path]) if braced else "put it between quotes"
            self.report(key.mark, path, f"{shown} is not text", remedy)
        elif (first := self.keys.get((*path, name))) is not None:
            message = f"this key stands on line {first.line} already"
            self.report(key.mark, (*path, name), message, "keep one of the two")
        elif key.wrong is not None:
            self.report(key.mark, path, *key.wrong)

    def report(self, mark: Mark, path: Path, message: str, remedy: str) -> None:
        source = line_at(self.lines, mark.line)
        self.problems.append(Problem(self.file, mark.line, mark.column, address_of(path), message, remedy, source))
