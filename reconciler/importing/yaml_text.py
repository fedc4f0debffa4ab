"""Owns YAML as text: values in the style that reads best, and comments that nothing can break out of."""

import json
import re
import textwrap
import unicodedata
from collections.abc import Iterator, Mapping

from reconciler.fmt.lines import LINE_WIDTH
from reconciler.profile.yaml import scalar_value
from reconciler.render.terminal import visible, written
from reconciler.values import Plain

INDENT = "  "
_PLAIN = re.compile(r"[^\W\d_](?:[\w ,.()/&+'–—’-]*[\w.)+])?")
_YAML_1_1 = {"y", "n", "yes", "no", "on", "off"}
_JOINERS = {"\u200c", "\u200d"}


def comment(text: str, indent: str = "") -> Iterator[str]:
    """Write a text as comment lines."""
    for line in textwrap.wrap(
        visible(text), LINE_WIDTH - len(indent) - 2, break_long_words=False, break_on_hyphens=False
    ):
        yield f"{indent}# {line}"


def commented(lines: list[str], indent: str = "") -> Iterator[str]:
    """Comment lines out: without the `# ` after the indent they are what they were."""
    yield from (f"{indent}# {line[len(indent) :]}".rstrip() for line in lines)


def member(name: str, value: Plain, indent: str = "") -> list[str]:
    """Write one key of a mapping with its value."""
    name = key(name)
    if isinstance(value, Mapping):
        if all(not isinstance(below, Mapping) for below in value.values()):
            return [f"{indent}{name}: {flow(value)}"]
        below = (line for under, item in value.items() for line in member(under, item, indent + INDENT))
        return [f"{indent}{name}:", *below]
    if isinstance(value, list):
        items = (line for item in value for line in _leaf(f"{indent}{INDENT}-", item, indent + INDENT))
        return [f"{indent}{name}:", *items]
    return _leaf(f"{indent}{name}:", value, indent)


def _leaf(head: str, value: Plain, indent: str) -> list[str]:
    """Write a value after its key or dash: beside it, or as a literal block below it, as `fmt` does."""
    line = f"{head} {scalar(value)}"
    if not isinstance(value, str) or not survives_a_block(value):
        return [line]
    if "\n" not in value and (len(line) <= LINE_WIDTH or " " not in value):
        return [line]
    first, *lines = literal_block(value, indent + INDENT)
    return [f"{head} {first}", *lines]


def literal_block(text: str, indent: str) -> list[str]:
    """Write a text as a literal block: its sign, and the lines below it."""
    chomping, kept = ("", text[:-1]) if text.endswith("\n") else ("-", text)
    return [f"|{chomping}", *(f"{indent}{line}" if line else "" for line in kept.split("\n"))]


def key(name: str) -> str:
    """Write a key; one that would not read as text is double_quoted."""
    return name if _PLAIN.fullmatch(name) and scalar_value(name) == name else double_quoted(name)


def flow(value: Plain) -> str:
    """Write a value on one line, between braces or brackets."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key(name)}: {flow(below)}" for name, below in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    return double_quoted(value) if isinstance(value, str) else scalar(value)


def scalar(value: Plain) -> str:
    """Write a value on its key's line: a text without quotes where it reads as itself."""
    if isinstance(value, str):
        return value if is_plain(value) else double_quoted(value)
    return json.dumps(value)


def double_quoted(text: str) -> str:
    """Write a text between double quotes, with escapes for what does not show."""
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(letter: str) -> str:
    if letter in '"\\':
        return "\\" + letter
    return letter if _shows(letter) else written(letter)


def _shows(letter: str) -> bool:
    return letter.isprintable() or letter in _JOINERS or unicodedata.category(letter) == "Zs"


def is_plain(text: str) -> bool:
    """Tell whether a text reads as itself without quotes, for every reader of YAML 1.1 or 1.2."""
    return bool(_PLAIN.fullmatch(text)) and scalar_value(text) == text and text.lower() not in _YAML_1_1


def survives_a_block(text: str) -> bool:
    """Tell whether a text comes back from a literal block as it was."""
    lines = text.removesuffix("\n").split("\n")
    if not lines[0].strip() or not lines[-1].strip() or lines[0][0].isspace():
        return False
    return all(line == line.rstrip() and all(map(_shows, line)) for line in lines)
