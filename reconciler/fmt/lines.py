"""Owns what `fmt` changes: indentation, blanks after `:` and `-`, quotes around ids, and long texts after `|`.

It walks over the tokens of a file and notes edits. No key, comment or line changes its place, and what stands between
brackets or braces only moves with the line that it begins on.
"""

import re

from msgspec import Struct

from reconciler.profile.yaml import YamlToken, scalar_value, yaml_tokens

LINE_WIDTH = 100
STEP = 2
ID_FIELDS = ("id", "company_id", "postal_code")  # text, however much it looks like a number

_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*", re.ASCII)
_HEADER = re.compile(r"[|>]([-+0-9]*)")
_UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


class UnusualError(Exception):
    """A way of writing that is YAML, and that no profile needs; the arguments are what it is and its line."""

    def __init__(self, what: str, line: int) -> None:
        """Take what it is, and the line that it stands on."""
        super().__init__(what, line)
        self.what = what
        self.line = line


class _Block(Struct, frozen=True):
    """A mapping or list that is open: the column of its keys or dashes, before and after."""

    before: int
    after: int
    is_list: bool
    own: bool = True  # a list in the column of the key above it ends without a token


def formatted_text(text: str, file: str) -> str:
    """Return a text whose lines end with LF in its form. Raises UnusualError."""
    formatter = _Formatter(text if text.endswith("\n") else text + "\n", ends=text.endswith("\n"))
    for token in yaml_tokens(text, file):
        formatter.take(token)
    return formatter.result()


class _Formatter:
    """Takes the tokens of a file in their order."""

    def __init__(self, text: str, *, ends: bool) -> None:
        self.text = text
        self.ends = ends  # whether the file ends with a line end
        self.lines = text.split("\n")
        self.begins = [0]
        for line in self.lines:
            self.begins.append(self.begins[-1] + len(line) + 1)
        self.edits: list[tuple[int, int, str]] = []
        self.blocks: list[_Block] = []
        self.closed: list[_Block] = []
        self.next_line = 0  # the first line that no token before begins or spans
        self.spanned: set[int] = set()  # lines that end within a text
        self.shift = 0  # how much the line that began last moves to the right
        self.depth = 0  # of brackets and braces
        self.flow_shift = 0
        self.last = ""
        self.last_end = 0
        self.key = ""
        self.is_key = False
        self.begins_line = False  # whether the last token is the first of its line
        self.value_column = 0  # after formatting
        self.keeps_end = False

    def result(self) -> str:
        for number, line in enumerate(self.lines):
            bare = len(line.rstrip())
            if number not in self.spanned and bare and bare < len(line):
                self.edits.append((self.begins[number] + bare, self.begins[number] + len(line), ""))
        pieces, place = [], 0
        for start, end, text in sorted(self.edits):
            pieces += [self.text[place:start], text]
            place = end
        made = "".join([*pieces, self.text[place:]])
        return made if self.keeps_end else made.rstrip("\n") + "\n"

    def take(self, token: YamlToken) -> None:
        name = type(token).__name__.removesuffix("Token")
        if name == "BlockEnd":
            self.close()
        elif name != "StreamStart":
            self.place(name, token)
            self.last, self.last_end = name, token.end_mark.index
            if name == "Scalar":
                self.scalar(token)

    def place(self, name: str, token: YamlToken) -> None:
        """Indent a token that begins a line, or set it one blank behind the colon or dash before it."""
        mark = token.start_mark
        if name == "Key" and self.depth == 0:
            if self.text[mark.index : mark.index + 2] in ("? ", "?\n", "?\t"):
                raise UnusualError("a key after ?", mark.line + 1)
            if not self.blocks[-1].own:
                self.closed.append(self.blocks.pop())
        column = self.column(name, mark.column)
        self.begins_line = mark.line >= self.next_line
        if self.begins_line:
            self.begin_line(name, mark.line, mark.column, column)
        elif self.last in ("Value", "BlockEntry") and self.depth == 0:
            self.replace(self.last_end, mark.index, " ")
        self.next_line = max(self.next_line, mark.line + 1)
        self.is_key |= name == "Key"
        if name == "BlockEntry":
            self.value_column = column + STEP
        elif name in ("FlowMappingStart", "FlowSequenceStart"):
            self.flow_shift = self.flow_shift if self.depth else self.shift
            self.depth += 1
        elif name in ("FlowMappingEnd", "FlowSequenceEnd"):
            self.depth -= 1

    def column(self, name: str, before: int) -> int:
        """Return the column that a token stands in after formatting, were it the first of its line; open its block."""
        outer = self.blocks[-1] if self.blocks else _Block(-1, -STEP, is_list=False)
        if self.depth:
            return before
        if name in ("BlockMappingStart", "BlockSequenceStart"):
            self.blocks.append(_Block(before, outer.after + STEP, is_list=name == "BlockSequenceStart"))
            return outer.after + STEP
        if name == "BlockEntry" and not outer.is_list:
            self.blocks.append(_Block(before, outer.after + STEP, is_list=True, own=False))
            return outer.after + STEP
        return outer.after if name in ("Key", "BlockEntry") else outer.after + STEP

    def close(self) -> None:
        while not (block := self.blocks.pop()).own:
            self.closed.append(block)
        self.closed.append(block)

    def begin_line(self, name: str, line: int, before: int, after: int) -> None:
        """Indent the first token of a line, and the comments above it."""
        if self.depth:
            after = self.shifted(before)
        elif name in ("StreamEnd", "DocumentStart", "DocumentEnd", "Directive"):
            after = 0
        if name == "Value" and self.depth == 0:
            raise UnusualError("a colon that begins a line", line + 1)
        self.comments(line, -1 if name == "StreamEnd" else before, after)
        self.closed.clear()
        if line < len(self.lines):
            self.indent(line, after)
        self.shift = after - before

    def comments(self, end: int, before: int, after: int) -> None:
        """Indent the comments above a line: like it, or like what ended above them and stood as deep as they do."""
        for number in range(self.next_line, min(end, len(self.lines))):
            line = self.lines[number]
            if not line.strip():
                if line:
                    self.edits.append((self.begins[number], self.begins[number] + len(line), ""))
                continue
            depth = len(line) - len(line.lstrip())
            ended = [block for block in self.closed if before < block.before <= depth]
            if not ended:
                self.closed.clear()
            column = self.shifted(depth) if self.depth else max(ended, key=_depth).after if ended else after
            self.indent(number, column)

    def indent(self, number: int, column: int) -> None:
        line = self.lines[number]
        begin = self.begins[number]
        self.replace(begin, begin + len(line) - len(line.lstrip()), " " * column)

    def shifted(self, before: int) -> int:
        """Return the column of what begins a line between brackets: it moves with the first line."""
        outer = self.blocks[-1] if self.blocks else _Block(-1, -1, is_list=False)
        return max(before + self.flow_shift, outer.after + (before > outer.before))

    def replace(self, start: int, end: int, text: str) -> None:
        if self.text[start:end] != text:
            self.edits.append((start, end, text))

    def scalar(self, token: YamlToken) -> None:
        start, end = token.start_mark, token.end_mark
        source = self.text[start.index : end.index]
        bare = self.text[: start.index].rstrip(" ")[-1:] in (":", "-", "\n", "", ",", "{", "[", "?")  # no tag or anchor
        if self.is_key:
            self.key, self.is_key = token.value, False
            if self.depth == 0:
                self.key_of_block(token, source, bare=bare)
        elif token.style in ("|", ">"):
            self.literal(token)
        elif token.style is None and bare and self.key in ID_FIELDS and "\n" not in source:
            escaped = source.replace("\\", "\\\\").replace('"', '\\"')
            self.replace(start.index, end.index, f'"{escaped}"')
        elif bare and self.depth == 0 and not self.begins_line and self.is_long(token.value, source):
            body = token.value.removesuffix("\n").split("\n")
            column = " " * ((self.blocks[-1].after if self.blocks else -STEP) + STEP)
            self.replace(start.index, end.index, "|" if token.value.endswith("\n") else "|-")
            line_end = self.begins[end.line] + len(self.lines[end.line])
            self.edits.append((line_end, line_end, "".join(f"\n{column}{line}" if line else "\n" for line in body)))
            self.spanned.update(range(start.line, end.line))
            self.next_line = end.line + 1
        else:
            self.continued(start.line, end.line)

    def key_of_block(self, token: YamlToken, source: str, *, bare: bool) -> None:
        """Write a key without quotes that it does not need, its colon right behind it."""
        written, end = source, token.end_mark.index
        if token.style and bare and _PLAIN_NAME.fullmatch(token.value) and isinstance(scalar_value(token.value), str):
            written = token.value
            self.replace(token.start_mark.index, end, written)
        self.value_column = self.blocks[-1].after + len(written) + len(": ")
        colon = self.text.index(":", end)
        if not self.text[end:colon].strip(" \t"):
            self.replace(end, colon, "")

    def continued(self, first: int, last: int) -> None:
        """Indent the lines that a text goes on over."""
        self.spanned.update(range(first, last))
        self.next_line = last + 1
        for number in range(first + 1, last + 1):
            line = self.lines[number]
            depth = len(line) - len(line.lstrip())
            outer = self.blocks[-1].after if self.blocks else -STEP
            if line.strip():
                self.indent(number, self.shifted(depth) if self.depth else outer + STEP)

    def literal(self, token: YamlToken) -> None:
        """Indent a text after | or > by as much as all else."""
        start = token.start_mark
        header = _HEADER.match(self.text, start.index)
        assert header is not None
        outer = self.blocks[-1] if self.blocks else _Block(0, -STEP, is_list=False)
        below = self.lines[start.line + 1 : -1]
        given = re.search("[0-9]", header[1])
        depth = outer.before + int(given[0]) if given else _content_depth(below, outer.before)
        count = 0
        for number, line in enumerate(below, 1):
            if line.strip(" ") and len(line) - len(line.lstrip(" ")) < depth:
                break
            if line.strip(" ") or len(line) > depth or "+" in header[1]:
                count = number
        first = next((line[depth:] for line in below[:count] if line[depth:]), "")
        chomp = header[1].replace(given[0], "") if given else header[1]
        if token.value and not token.value.endswith("\n"):
            chomp = "-"  # also where it only ended with the file
        self.replace(*header.span(), f"{header[0][0]}{STEP if first.startswith(' ') else ''}{chomp}")
        for number in range(start.line + 1, start.line + 1 + count):
            line = self.lines[number]
            column = outer.after + STEP if len(line) > depth else 0
            self.replace(self.begins[number], self.begins[number] + min(depth, len(line)), " " * column)
        self.spanned.update(range(start.line + 1, start.line + 1 + count))
        self.next_line = start.line + 1 + count
        self.keeps_end = "+" in chomp and self.next_line >= len(self.lines) - 1

    def is_long(self, value: str, source: str) -> bool:
        """Tell whether a text belongs after |: it has several lines, or words that do not fit on one."""
        wide = "\n" not in source and " " in value and self.value_column + len(source) > LINE_WIDTH
        if self.key in ID_FIELDS or not ("\n" in value or wide):
            return False
        lines = value.removesuffix("\n").split("\n")
        first = next((line for line in lines if line), " ")
        shown = all(char in source or char.isprintable() for char in value if char != "\n")
        trimmed = bool(lines[-1]) and not first.startswith(" ") and all(line == line.rstrip() for line in lines)
        return shown and trimmed and not _UNSEEN.search(value)


def _depth(block: _Block) -> int:
    return block.before


def _content_depth(lines: list[str], outer: int) -> int:
    """Return how far the lines of a block text are indented; where it has none, farther than any line is."""
    first = next((len(line) - len(line.lstrip(" ")) for line in lines if line.strip(" ")), -1)
    return first if first > outer else max(map(len, lines), default=0) + 1
