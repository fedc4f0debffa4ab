"""Owns the explanation of a text that is not YAML: the line where it went wrong, and what to write there.

A parser stops where it can go no further, often lines after the mistake. This reads the lines before that
place as people write them, and returns the first that no YAML has.
"""

import re
from collections.abc import Iterator

from msgspec import Struct

from reconciler.profile.source import BLANKS, lines_of, quote_remedy, shortened

_LINE = re.compile(
    r"(?P<lead> *(?:- +)*)(?P<name>[A-Za-z0-9_][A-Za-z0-9_-]*|\"[^\"]*\"|'[^']*') *:(?:[ \t]+(?P<rest>.*))?$"
)
_ITEM = re.compile(r"(?P<lead> *)-(?:[ \t]+(?P<rest>.*))?$")
_BLOCK = re.compile(r"(?:[&!]\S*[ \t]+)*[|>][-+0-9]*(?:[ \t]+#.*)?")
_PROPERTY = re.compile(r"(?:&[^\s,\[\]{}]+|!\S*)[ \t]+")
_KEY_WITHOUT_BLANK = re.compile(
    r"(?P<lead> *(?:- +)*)(?P<name>[A-Za-z_][A-Za-z0-9_-]*)(?P<mark>\s*(?:[:\uff1a\ufe55=]|=>)\s*)(?P<rest>.*)"
)
_COLONS = {"\uff1a": "a full-width colon (U+FF1A)", "\ufe55": "a small colon (U+FE55)"}
_CLOSED_BY = {"[": "]", "{": "}"}
_BRACKET_NAMES = {"[": "bracket", "{": "brace", '"': "quote", "'": "quote"}
_COMMENTS = ("//", "/*", ";", "--")  # of other languages
_QUOTE_ALL = "put the whole text between quotes"
MAX_FORM = 300


class Mistake(Struct, frozen=True):
    """Where a text stops being YAML, what is wrong there, and what to do; line and column count from 1."""

    line: int
    column: int
    message: str
    remedy: str


def explain(text: str, last: int) -> Mistake | None:
    """Return the first mistake at or before line `last`, where the parser gave up; None if none is recognised."""
    return next((fault for fault in _Lines(lines_of(text), last).faults() if fault.line <= last), None)


class _Lines:
    """Walks over the lines of a file, one key or item after the other."""

    def __init__(self, lines: list[str], last: int) -> None:
        self.lines = lines
        self.last = last
        self.place = 0
        self.indent = -1  # of the key that a line of text would go on from
        self.name = ""
        self.plain = False  # whether the value above is text that may go on
        self.comment: int | None = None  # the line of the first comment since then
        self.levels: list[int] = []  # the columns that keys and dashes above stand in
        self.dashes: set[int] = set()  # those of dashes
        self.opened = True  # whether the key above has nothing on its line, so that its value may follow
        self.braced = False  # whether its value is a mapping between braces

    def faults(self) -> Iterator[Mistake]:
        while self.place < min(len(self.lines), self.last):
            line = self.lines[self.place]
            bare = line.strip(" \t")
            if not bare or bare.startswith("#") or (bare in ("---", "...") and line == bare) or line.startswith("%"):
                if bare.startswith("#") and self.plain and self.comment is None:
                    self.comment = self.place
                self.place += 1
                continue
            if (fault := self.indentation(line)) is not None:
                yield fault
            found = _LINE.fullmatch(line) or _ITEM.fullmatch(line)
            if found is None and bare[0] in _CLOSED_BY:
                self.indent = -1
                fault = self.between_brackets("", bare, line.index(bare))
                self.place += 1
            elif found is None:
                fault = self.without_blank(line) or self.without_key(line)
                self.place += 1
            else:
                fault = self.valued(found)
            if fault is not None:
                yield fault

    def fault(self, column: int, message: str, remedy: str) -> Mistake:
        return Mistake(self.place + 1, column + 1, message, remedy)

    def indentation(self, line: str) -> Mistake | None:
        """Find a character that does not indent."""
        for column, char in enumerate(line):
            if char == "\t":
                return self.fault(column, "a tab stands in the indentation", "indent with spaces")
            if char in BLANKS:
                return self.fault(column, f"{BLANKS[char]} stands in the indentation", "write a blank in its place")
            if char != " ":
                break
        return None

    def without_blank(self, line: str) -> Mistake | None:
        """Find an item whose dash no blank follows, among others of its list."""
        indent, item = _indent(line), line.strip()[1:]
        if indent in self.dashes and line[indent] == "-" and item and item[0] != "-":
            return self.fault(indent + 1, "there is no blank after this dash", f"write `- {shortened(item, 120)}`")
        return None

    def without_key(self, line: str) -> Mistake | None:
        """Explain a line that is neither a key with its value nor an item, unless it goes on the text above it."""
        indent = _indent(line)
        if self.plain and indent > self.indent:
            if self.comment is None:
                return None
            remedy = "put the comment above the text; if it is part of it, begin the text with | on the line of its key"
            return Mistake(
                self.comment + 1, _indent(self.lines[self.comment]) + 1, "a comment ends the text above it", remedy
            )
        found = _KEY_WITHOUT_BLANK.fullmatch(line)
        if line.lstrip().startswith(_COMMENTS):
            return self.fault(
                indent, f"{shortened(line.strip(), 40)!r} is no key with a value", "begin a comment with #"
            )
        if found is None:
            remedy = "write `key: value`"
            if self.name:
                remedy += f", or indent it by two more blanks than {self.name} if it is part of the text above"
            first, _, rest = line.strip().partition(" ")
            if first in ("type", "account_id") and rest:
                remedy = f"write `{first}: {shortened(rest.strip(), 120)}`"
            return self.fault(indent, f"{shortened(line.strip(), 40)!r} is no key with a value", remedy)
        form = f"write `{found['name']}: {shortened(found['rest'], 120)}`".rstrip()
        column, mark = found.start("mark"), found["mark"]
        if (odd := next((char for char in mark if char in _COLONS), None)) is not None:
            return self.fault(column + mark.index(odd), f"{_COLONS[odd]} stands here in place of a colon", form)
        if "=" in mark:
            return self.fault(column, "a key ends with a colon, not with =", form)
        if (odd := next((char for char in mark if char in BLANKS), None)) is not None:
            message = f"{BLANKS[odd]} stands after the colon, where YAML wants a blank"
            return self.fault(column + mark.index(odd), message, form)
        return self.fault(column, "there is no blank after this colon", form)

    def valued(self, found: re.Match[str]) -> Mistake | None:
        """Explain what stands after a key or dash, and go on to the line after it."""
        name = (found.groupdict().get("name") or "").strip("\"'")
        rest = (found["rest"] or "").rstrip()
        column = found.start("rest") if found["rest"] is not None else len(found[0])
        lead = found["lead"]
        dashed = found[0].lstrip(" ")[:1] == "-" and not found[0].lstrip(" ").startswith("---")
        if (fault := self.level(lead, name, dashed=dashed)) is not None:
            self.place += 1
            return fault
        self.indent, self.name, self.plain, self.comment = len(lead), name or self.name, False, None
        if properties := re.match(f"(?:{_PROPERTY.pattern})+", rest):
            bare = rest[properties.end() :]
            if bare[:1] in ("'", '"', "|", ">", "[", "{", "*"):
                rest, column = bare, column + properties.end()
        self.opened, self.braced = not rest or rest.startswith("#"), rest.startswith("{")
        fault = self.value(name, rest, column)
        if fault is None:
            self.place += 1
        return fault

    def level(self, lead: str, name: str, *, dashed: bool) -> Mistake | None:
        """Explain a key or dash that stands deeper than the one above it, and not in a column of its own mapping."""
        column = len(lead) - len(lead.lstrip(" "))
        deeper = [level for level in self.levels if level > column]
        self.levels = [level for level in self.levels if level <= column]
        if not (self.levels and self.levels[-1] == column):
            if deeper or (self.levels and not self.opened):
                where = sorted({*self.levels[-1:], *deeper[:1]})
                blanks = " or ".join(map(str, where))
                message = f"{shortened(name, 40) or 'this item'} is indented by {column}, unlike what is above it"
                remedy = f"indent it by {blanks} blanks, like what it belongs to"
                if self.braced and not deeper:
                    remedy = f"put it between the braces above if it belongs there, else {remedy}"
                return self.fault(column, message, remedy if where != [0] else "take its indentation out")
            self.levels.append(column)
            self.dashes -= {level for level in self.dashes if level >= column}
        elif dashed and column not in self.dashes and not self.opened:
            remedy = "take the dash out, or put the list below a key of its own"
            return self.fault(column, "an item of a list stands among keys", remedy)
        if dashed and column not in self.dashes:
            self.dashes.add(column)
        self.levels.extend(place for place in (found.end() for found in re.finditer("- +", lead)) if place > column)
        return None

    def value(self, name: str, rest: str, column: int) -> Mistake | None:
        first = rest[:1]
        if first in ("'", '"'):
            return self.between_quotes(name, rest, column)
        if first in _CLOSED_BY:
            return self.between_brackets(name, rest, column)
        if _BLOCK.fullmatch(rest):
            return self.block(name, column)
        if not first or first == "#":
            return None
        self.plain = True
        text = re.split(r"[ \t]#", rest, maxsplit=1)[0].rstrip()
        wrong = self.unquoted(rest, text)
        if wrong is None:
            return None
        listed = ", or begin a list on the line below its key" if rest[:2] == "- " else ""
        return self.fault(column + wrong[0], wrong[1], quote_remedy(rest, name) + listed)

    def unquoted(self, rest: str, text: str) -> tuple[int, str] | None:
        """Find what a text without quotes cannot hold: how far into it, and what it is."""
        first = rest[0]
        if first in ("|", ">"):
            return 0, f"a text cannot begin with {first} and go on on its line"
        if first in "@`%]},":
            return 0, f"a text without quotes cannot begin with {first}"
        if first in "*&!" and self.place + 1 == self.last:
            return 0, f"a text without quotes cannot begin with {first}"
        if re.match(r"[-?:](?:[ \t]|$)", rest):
            return 0, f"a text without quotes cannot begin with {first} and a blank"
        colon = re.search(r":(?:[ \t]|$)", text)
        return (colon.start(), "a text that holds `: ` needs quotes") if colon is not None else None

    def between_quotes(self, name: str, rest: str, column: int) -> Mistake | None:
        """Find the end of a text between quotes, and what is wrong behind it."""
        mark, begin = rest[0], self.place
        text, offset = rest, 1
        while True:
            end = _quote_end(text, mark, offset)
            if end is not None:
                break
            below = self.lines[self.place + 1] if self.place + 1 < len(self.lines) else None
            if below is None or (self.starts_key(below) and _indent(below) <= self.indent):
                self.place = begin
                closed = rest + mark if _quote_end(rest, mark, 1) is None and not rest.endswith("\\") else rest
                remedy = f"close it: {name}: {closed}" if name and len(closed) <= MAX_FORM else "close it"
                return self.fault(column, "the quote that opens here is never closed", remedy)
            self.place += 1
            text, offset = below, 0
        after = text[end + 1 :]
        if after.strip() and not re.match(r"[ \t]+#|[ \t]*:(?:[ \t]|$)", after):
            if self.place != begin:
                where = shortened(after.strip(), 20)
                self.place = begin
                message = f"the quote that opens here closes before {where!r}"
                return self.fault(column, message, "close it where its text ends, or write a quote in it twice")
            if after.strip() == ",":
                return self.fault(column + end + 1, "a comma stands after the closing quote", "take it out")
            whole = rest[1:-1] if rest.endswith(mark) else rest
            message = f"the text goes on after its closing quote: {shortened(after.strip(), 40)!r}"
            return self.fault(column + end + 1, message, quote_remedy(whole, name, _QUOTE_ALL))
        return None

    def between_brackets(self, name: str, rest: str, column: int) -> Mistake | None:
        """Find the end of a list or mapping between brackets or braces, and what is wrong behind it."""
        opened, begin = rest[0], self.place
        closed, noun = _CLOSED_BY[opened], _BRACKET_NAMES[opened]
        depth, text, hidden, inside = 0, rest, False, ""
        while True:
            if not re.search("[\"']", text) and (twice := re.search(r"[\[,][ \t]*,", text)) is not None:
                where = twice.end() - 1 + (column if self.place == begin else 0)
                return self.fault(where, "nothing stands before this comma", "take it out")
            depth, end, inside = _flow_end(text, depth, inside)
            hidden |= end is None and re.search(r"[ \t]#", text) is not None
            if end is not None:
                break
            below = self.lines[self.place + 1] if self.place + 1 < len(self.lines) else None
            if below is None or (self.starts_key(below) and _indent(below) <= self.indent):
                self.place = begin
                left_out = "; what follows ` #` on a line is a comment" if hidden else ""
                return self.fault(
                    column, f"the {noun} that opens here is never closed{left_out}", f"close it with {closed}"
                )
            self.place += 1
            text = below
        after = text[end + 1 :]
        if not after.strip() or re.match(r"[ \t]+#", after):
            return None
        if self.place != begin:
            message = f"{shortened(after.strip(), 40)!r} stands after the closing {noun}"
            return self.fault(text.index(after.strip()), message, "take it out")
        if not after.strip("]} \t"):
            return self.fault(column + end + 1, f"nothing is open that this {after.strip()[0]} closes", "take it out")
        message = f"the text goes on after its closing {noun}: {shortened(after.strip(), 40)!r}"
        return self.fault(column + end + 1, message, quote_remedy(rest, name, _QUOTE_ALL))

    def block(self, name: str, column: int) -> Mistake | None:
        """Pass over the lines of a text after | or >; there have to be some, and none less indented than the first."""
        begin, depth = self.place, 0
        while self.place + 1 < len(self.lines):
            below = self.lines[self.place + 1]
            indent = _indent(below)
            if below.strip() and indent <= max(self.indent, 0):
                break
            self.place += 1
            if below.strip() and indent < depth and not below.lstrip().startswith("#"):
                return self.fault(indent, "this line is less indented than the first of its text", "indent it likewise")
            depth = depth or (indent if below.strip() else 0)
        if depth or self.place + 1 >= len(self.lines):
            return None
        below = self.lines[self.place + 1]
        if below.startswith("\t"):
            self.place += 1
            return self.fault(0, "a tab stands in the indentation", "indent with spaces")
        if self.starts_key(below) or below.lstrip().startswith("#"):
            return None
        self.place = begin
        message = "no text is indented below this sign"
        return self.fault(column, message, f"indent the text below {name or 'it'} by two blanks")

    def starts_key(self, line: str) -> bool:
        return _LINE.fullmatch(line) is not None


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _quote_end(text: str, mark: str, begin: int) -> int | None:
    """Return where the quote closes; None where it does not on this line."""
    place = begin
    while place < len(text):
        if mark == '"' and text[place] == "\\":
            place += 2
        elif text[place] != mark:
            place += 1
        elif mark == "'" and text[place : place + 2] == "''":
            place += 2
        else:
            return place
    return None


def _flow_end(text: str, depth: int, inside: str) -> tuple[int, int | None, str]:
    """Return the depth of brackets after a line, where the outermost closed, and the quote that is still open."""
    before = " "
    for place, char in enumerate(text):
        if inside:
            inside = "" if char == inside else inside
        elif char in "\"'" and before in " \t[{,:":
            inside = char
        elif char in "[{":
            depth += 1
        elif char in "]}":
            depth -= 1
            if depth == 0:
                return 0, place, ""
        elif char == "#" and before in " \t":
            break
        before = char
    return depth, None, inside
