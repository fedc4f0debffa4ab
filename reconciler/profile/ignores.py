"""Owns the comments that ask for findings to be ignored: `# reconciler: ignore[rule-id] because …` on a key's line."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from reconciler.problem import Problem
from reconciler.profile.document import Document, address_of
from reconciler.profile.yaml import YamlToken, scalar_tokens

_IGNORE_WORDS = "reconciler: ignore"
IGNORE_COMMENT = re.compile(r"#[ \t]*reconciler: ignore\b")
_IGNORE_FORM = re.compile(r"#[ \t]*reconciler: ignore\[([^\]\r\n]*)\](?:[ \t]+because[ \t]+(\S[^\r\n]*))?")
_ITEM_INDEX = re.compile(r"(?:\[\d+\])+\Z")


class Ignore(Struct, frozen=True):
    """One such comment: its place, the ids of the rules, and the reason; either is empty where it is not given."""

    line: int
    column: int
    rules: tuple[str, ...]
    reason: str


def ignores_in(document: Document) -> tuple[Ignore, ...]:
    """Return the comments of a document that ask for findings to be ignored, in file order.

    What stands in a text, between quotes or after |, is none.
    """
    text = "\n".join(document.lines)
    if _IGNORE_WORDS not in text:
        return ()
    begins = [0, *(found.end() for found in re.finditer("\n", text))]
    found = []
    for comment in _comments(text, document.file):
        form = _IGNORE_FORM.match(text, comment.start())
        rules = tuple(filter(None, (rule.strip() for rule in form[1].split(",")))) if form else ()
        reason = (form[2] or "").strip() if form else ""
        line = bisect_right(begins, comment.start())
        found.append(Ignore(line, comment.start() - begins[line - 1] + 1, rules, reason))
    return tuple(found)


def by_line(ignores: Iterable[Ignore]) -> Mapping[int, Ignore]:
    """Return the comments by their lines; none goes on to the next, so that a line has one at most."""
    return {ignore.line: ignore for ignore in ignores}


def key_lines(document: Document) -> Mapping[str, int]:
    """Return the line of each key, and of each item of a list, by its address."""
    items = {path: mark for path, mark in document.values.items() if path and isinstance(path[-1], int)}
    return {address_of(path): mark.line for path, mark in (*items.items(), *document.keys.items())}


def ignored_by(problem: Problem, ignores: Mapping[int, Ignore], lines: Mapping[str, int]) -> Ignore | None:
    """Return the comment that asks for a finding to be ignored: on its line, or that of the item or key it is under."""
    above = (lines.get(address, problem.line) for address in (problem.address, _ITEM_INDEX.sub("", problem.address)))
    for line in (problem.line, *above):
        ignore = ignores.get(line)
        if ignore is not None and ignore.reason and problem.rule in ignore.rules:
            return ignore
    return None


def without_ignored(document: Document, problems: Iterable[Problem]) -> list[Problem]:
    """Return findings without those that a comment asks to be ignored."""
    ignores = by_line(ignores_in(document))
    if not ignores:
        return list(problems)
    lines = key_lines(document)
    return [problem for problem in problems if ignored_by(problem, ignores, lines) is None]


def _comments(text: str, file: str) -> Iterator[re.Match[str]]:
    """Return what reads as such a comment and lies in no token of the file."""
    taken = list(_scalar_spans(scalar_tokens(text, file), text))
    place = line_end = 0
    for found in IGNORE_COMMENT.finditer(text):
        while place < len(taken) and taken[place][1] <= found.start():
            place += 1
        inside = place < len(taken) and taken[place][0] <= found.start()
        if found.start() >= line_end and not inside and (found.start() == 0 or text[found.start() - 1] in " \t\n"):
            line_end = text.find("\n", found.start()) + 1 or len(text)
            yield found


def _scalar_spans(tokens: Iterable[YamlToken], text: str) -> Iterator[tuple[int, int]]:
    """Return where the scalars of a file stand; of one after | or > the lines below that sign."""
    for token in tokens:
        start, end = token.start_mark.index, token.end_mark.index
        if token.style in ("|", ">"):
            start = text.find("\n", start)
            start = end if start < 0 else start
        if start < end:
            yield start, end
