"""Writes a value as YAML the way people do: odd indentation, any style, comments, anchors, aliases and merges."""

import json
import random
import re
from typing import Any, TypeVar

from reconciler.profile.yaml import scalar_value
from tests.world import written

PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9.-]*( [A-Za-z0-9.-]+)*", re.ASCII)
T = TypeVar("T")


class Hand:
    """One file being written; `above` is every comment that stands above a key, with that key."""

    def __init__(self, chance: random.Random, *, shared: bool) -> None:
        self.chance = chance
        self.shared = shared
        self.comments: list[str] = []
        self.above: list[tuple[str, str]] = []
        self.anchors: dict[str, str] = {}

    def file(self, value: dict[str, Any]) -> str:
        head = ["# yaml-language-server: $schema=x", "#", ""] if self.often(3) else []
        lines = [*head, *self.mapping(value, self.pick([0, 0, 0, 2])), *self.lines_between(0)]
        return "\n".join(lines) + self.pick(["\n", "\n", "", "\n\n"])

    def pick(self, choices: list[T]) -> T:
        return self.chance.choice(choices)

    def often(self, one_in: int) -> bool:
        return self.chance.randrange(one_in) == 0

    def comment(self) -> str:
        self.comments.append(f"# c{len(self.comments)}c")
        return self.comments[-1]

    def lines_between(self, indent: int) -> list[str]:
        lines = []
        while self.often(4):
            lines.append("" if self.often(2) else " " * indent + self.comment())
        return lines

    def note(self) -> str:
        return self.pick([" ", "   "]) + self.comment() if self.often(5) else ""

    def mapping(self, value: dict[str, Any], indent: int) -> list[str]:
        pairs = list(value.items())
        self.chance.shuffle(pairs)
        merged = pairs[: self.chance.randrange(len(pairs))] if self.shared and self.often(6) else []
        lines: list[str] = []
        if merged and indent:
            lines.append(" " * indent + f"<<: {self.flow(dict(merged))}{self.note()}")
            pairs = pairs[len(merged) :]
        for key, below in pairs:
            gap = self.lines_between(indent)
            name = self.key(key)
            self.above += [(line.strip(), name) for line in gap if line.strip()]
            lines += gap
            lines += self.member(" " * indent + name + self.pick(["", " "]) + ":", below, indent)
        return lines

    def key(self, key: str) -> str:
        bare = PLAIN.fullmatch(key) and isinstance(scalar_value(key), str)
        return key if bare and not self.often(8) else json.dumps(key)

    def items(self, value: list[Any], indent: int) -> list[str]:
        lines: list[str] = []
        for below in value:
            lines += self.lines_between(indent)
            if isinstance(below, dict) and self.often(2):
                step = self.pick([2, 2, 4])
                first, *rest = self.mapping(below, indent + step)
                if first.strip() and not first.lstrip().startswith("#"):
                    lines += [" " * indent + "-" + " " * (step - 1) + first.lstrip(), *rest]
                else:
                    lines += [" " * indent + "-", first, *rest]
            else:
                lines += self.member(" " * indent + "-", below, indent)
        return lines

    def member(self, prefix: str, value: Any, indent: int) -> list[str]:  # noqa: ANN401 - any plain data
        anchor, alias = self.anchor(value)
        if alias is not None:
            return [f"{prefix} {alias}{self.note()}"]
        prefix = f"{prefix} {anchor}" if anchor else prefix
        if isinstance(value, dict | list) and value and not self.often(3):
            below = indent + self.pick([2, 2, 1, 4])
            if isinstance(value, dict):
                return [prefix + self.note(), *self.mapping(value, below), *self.tail(below)]
            dash = self.pick([below, indent]) if prefix.rstrip().endswith(":") else below
            return [prefix + self.note(), *self.items(value, dash), *(self.tail(dash) if dash > indent else [])]
        if isinstance(value, dict | list):
            return self.flow_lines(prefix, value, indent)
        return self.scalar(prefix, value, indent)

    def tail(self, indent: int) -> list[str]:
        return [" " * indent + self.comment()] if self.often(8) else []

    def anchor(self, value: Any) -> tuple[str, str | None]:  # noqa: ANN401 - any plain data
        if not self.shared:
            return "", None
        text = json.dumps(value)
        if text in self.anchors and self.often(2):
            return "", f"*{self.anchors[text]}"
        if text in self.anchors or not self.often(4):
            return "", None
        self.anchors[text] = f"a{len(self.anchors)}"
        return f"&{self.anchors[text]}", None

    def flow_lines(self, prefix: str, value: Any, indent: int) -> list[str]:  # noqa: ANN401 - any plain data
        if self.often(3) and value:
            pieces = self.flow_pieces(value)
            inner = " " * (indent + self.pick([1, 3, 4]))
            opened, closed = "{}" if isinstance(value, dict) else "[]"
            lines = [f"{prefix} {opened}"]
            for place, piece in enumerate(pieces):
                comma = "," if place < len(pieces) - 1 or self.often(2) else ""
                lines.append(inner + piece + comma + self.note())
            return [*lines, " " * (indent + 1) + closed + self.note()]
        return [f"{prefix} {self.flow(value)}{self.note()}"]

    def flow_pieces(self, value: Any) -> list[str]:  # noqa: ANN401 - any plain data
        if isinstance(value, list):
            return [self.flow(one) for one in value]
        return [f"{self.key(key)}: {self.flow(one)}" for key, one in value.items()]

    def flow(self, value: Any) -> str:  # noqa: ANN401 - any plain data
        if isinstance(value, dict | list):
            space = self.pick(["", " "])
            text = self.pick([", ", ",  "]).join(self.flow_pieces(value))
            opened, closed = "{}" if isinstance(value, dict) else "[]"
            return opened + space + text + space + closed
        return self.inline(value)

    def inline(self, value: Any) -> str:  # noqa: ANN401 - any plain data
        if not isinstance(value, str):
            return json.dumps(value)
        styles = [written(value)]
        if PLAIN.fullmatch(value) and isinstance(scalar_value(value), str):
            styles += [value] * 3
        if not set(value) & {"\n", "\x85", "\u2028", "\u2029"}:
            styles.append("'" + value.replace("'", "''") + "'")
        return str(self.pick(styles))

    def scalar(self, prefix: str, value: Any, indent: int) -> list[str]:  # noqa: ANN401 - any plain data
        lines = value.split("\n") if isinstance(value, str) else []
        inner = indent + self.pick([1, 2, 4])
        if value and lines and all(line == line.strip() and line.isprintable() for line in lines) and self.often(2):
            body = [" " * inner + line if line else "" for line in lines]
            if lines[-1] and lines[0]:
                given = self.pick(["", str(inner - indent)])
                return [f"{prefix} |{given}-{self.note()}", *body]
        if isinstance(value, str) and PLAIN.fullmatch(value) and isinstance(scalar_value(value), str) and " " in value:
            first, rest = value.split(" ", 1)
            if self.often(3):
                return [f"{prefix} {first}", " " * inner + rest + self.note()]
            if self.often(3):
                return [f"{prefix} >-{self.note()}", " " * inner + first, " " * inner + rest]
        return [f"{prefix} {self.inline(value)}{self.note()}"]
