"""Owns the form that `fmt` gives a profile file: order, indentation and quotes, and never another meaning."""

import re
from collections.abc import Iterator
from dataclasses import replace

from reconciler.fmt.tree import Child, Form, Node, Tree, UnusualError, read_tree
from reconciler.problem import ProblemsError
from reconciler.profile.document import Document, decode, read_document
from reconciler.profile.yaml import resolve
from reconciler.spec import ENTRY_SECTIONS, SECTIONS, Field, Kind
from reconciler.values import Plain, canonical

WIDTH = 100
STEP = 2
_MARK = "\ufeff"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*", re.ASCII)
_HIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_PROFILE = Field("", Kind.OBJECT, fields=(Field("type", Kind.ENUM), Field("account_id", Kind.TEXT), *SECTIONS))


def formatted(content: bytes, file: str) -> bytes:
    """Give a profile file's content in its one form; line ends and byte order mark stay as the file has them.

    Raises ProblemsError where the file cannot be read, UnusualError where it has to stay as it is.
    """
    before = read_document(content, file)
    if before.problems:
        raise ProblemsError(*before.problems)
    text = decode(content, file)
    mark = _MARK if content.startswith(_MARK.encode()) else ""
    end = "\r\n" if text.partition("\n")[0].endswith("\r") else "\n"
    tree = read_tree(text.replace("\r\n", "\n").replace("\r", "\n"), file)
    for ordered in (True, False):
        after = (mark + end.join([*_Layout(tree.text, ordered=ordered).file(tree), ""])).encode("utf-8")
        if _reads_the_same(before, after):
            return after
    raise UnusualError("something that no other form says in the same way", 1)


def _reads_the_same(before: Document, after: bytes) -> bool:
    try:
        found = read_document(after, before.file)
    except ProblemsError:
        return False  # in another order an alias may stand above its anchor
    return not found.problems and _meaning(before) == _meaning(found)


def _meaning(document: Document) -> list[str]:
    """Give what a file says: its values, ids as they are written, and the order of its entries."""
    value = _with_ids(document, document.value, ())
    entries = [value.get(name) for name in ENTRY_SECTIONS] if isinstance(value, dict) else []
    return [canonical(value), *(canonical(list(one)) for one in entries if isinstance(one, dict))]


def _with_ids(document: Document, value: Plain, path: tuple[str | int, ...]) -> Plain:
    if isinstance(value, dict):
        return {key: _with_ids(document, below, (*path, key)) for key, below in value.items()}
    if isinstance(value, list):
        return [_with_ids(document, below, (*path, place)) for place, below in enumerate(value)]
    return document.raw.get(path, value) if path and _is_id(str(path[-1])) else value


def _is_id(name: str) -> bool:
    """Tell whether a field is an id or a code: text, however much it looks like a number."""
    return name in ("id", "company_id", "postal_code")


class _Layout:
    """Writes nodes as lines; `indent` is that of the mapping or list that they stand in."""

    def __init__(self, text: str, *, ordered: bool) -> None:
        self.text = text
        self.ordered = ordered

    def file(self, tree: Tree) -> list[str]:
        root = tree.root
        if root.flow and (root.fixed or not root.children):
            lines = [*tree.head, *self.fixed(root, 0, "")]
            lines[-1] += root.note
        else:
            lines = [*tree.head, *self.mapping(root, 0, _PROFILE), *([root.note.strip()] if root.note else [])]
        tail = "\n".join(root.tail).rstrip("\n")
        return [*lines, *(tail.split("\n") if tail else [])]

    def mapping(self, node: Node, indent: int, field: Field | None) -> list[str]:
        lines: list[str] = []
        for child, lead in self.members(node, field):
            assert child.key is not None
            lines += _indented(lead, indent)
            prefix = " " * indent + self.key(child.key) + ":"
            lines += self.value(prefix, child, indent, _below(field, node, child.key.value))
        return lines

    def items(self, node: Node, indent: int, field: Field | None) -> list[str]:
        lines: list[str] = []
        for child in node.children:
            lines += _indented(child.lead, indent)
            lines += self.value(" " * indent + "-", child, indent, field)
        return lines

    def members(self, node: Node, field: Field | None) -> Iterator[tuple[Child, list[str]]]:
        """Give a mapping's members in their order, with the lines that lead to each.

        The first one has the blank lines that the first one had: they separate it from what is above.
        """
        order = _order(field, node) if self.ordered else ()
        ranks = {name: place for place, name in enumerate(order)}

        def rank(child: Child) -> int:
            assert child.key is not None
            return -1 if child.key.value == "<<" else ranks.get(child.key.value, len(ranks))

        members = sorted(node.children, key=rank) if order else node.children
        for child in members:
            other = {id(members[0]): node.children[0], id(node.children[0]): members[0]}.get(id(child), child)
            yield child, [*_blank(other.lead), *child.lead[len(_blank(child.lead)) :]]

    def value(self, prefix: str, child: Child, indent: int, field: Field | None) -> list[str]:
        """Write a value after its key or dash."""
        node, name = child.value, child.key.value if child.key else ""
        if child.note or child.between:
            above = [prefix + child.note, *_indented(child.between, indent + STEP)]
            text = self.one_line(node, field, name) or self.text[node.start : node.end]
            return [*above, *_continued(" " * (indent + STEP) + text + node.note, indent)]
        if node.form is Form.TEXT:
            return self.written(prefix, node, indent, name)
        if node.form is Form.BLOCK:
            return self.block(prefix, node, indent)
        if node.flow:
            line = self.one_line(node, field, name)
            if line is None:
                return self.fixed(node, indent, prefix + " ")
            if not node.children or len(prefix) + 1 + len(line) <= WIDTH:
                return [f"{prefix} {line}{node.note}"]
            if node.form is Form.LIST and all(one.value.form is Form.TEXT for one in node.children):
                return self.filled(prefix, node, indent, name)
        return self.collection(prefix, node, indent, field)

    def collection(self, prefix: str, node: Node, indent: int, field: Field | None) -> list[str]:
        """Write a mapping or a list below its key, the first line beside its dash."""
        write = self.mapping if node.form is Form.MAP else self.items
        body = [*write(node, indent + STEP, field), *_indented(node.tail, indent + STEP)]
        if prefix.endswith("-") and not node.properties and not node.note and body[0].lstrip()[:1] not in ("", "#"):
            return [f"{prefix} {body[0].lstrip()}", *body[1:]]
        return [" ".join(filter(None, (prefix, node.properties))) + node.note, *body]

    def written(self, prefix: str, node: Node, indent: int, name: str) -> list[str]:
        """Write a text as it is written, or after | where it has several lines or is too long for one."""
        if self.is_long(node, len(prefix) + 1, name):
            body = node.value.removesuffix("\n")
            sign = "|" if node.value.endswith("\n") else "|-"
            return [f"{prefix} {sign}{node.note}", *_indented(body.split("\n"), indent + STEP)]
        return _continued(f"{prefix} {self.text_of(node, name)}{node.note}", indent)

    def block(self, prefix: str, node: Node, indent: int) -> list[str]:
        """Write a text after | or >, indented by as much as all else."""
        properties, _, sign = node.style.rpartition(" ")
        first = next((line for line in node.content if line), "")
        sign = re.sub("[0-9]", str(STEP) if first.startswith(" ") else "", sign)
        if node.value and not node.value.endswith("\n"):
            sign = re.sub(r"[-+]", "", sign) + "-"  # also where it only ended with the file
        header = " ".join(filter(None, (prefix, properties, sign)))
        return [header + node.note, *_indented(node.content, indent + STEP)]

    def filled(self, prefix: str, node: Node, indent: int, name: str) -> list[str]:
        """Write a list between brackets on as few lines as it needs."""
        lines = [f"{prefix} {' '.join(filter(None, (node.properties, '[')))}"]
        for place, child in enumerate(node.children):
            last = place == len(node.children) - 1
            text = self.text_of(child.value, name) + ("]" if last else ",")
            if len(lines[-1]) + 1 + len(text) > WIDTH:
                lines.append(" " * (indent + STEP) + text)
            else:
                lines[-1] += text if lines[-1].endswith("[") else f" {text}"
        return [*lines[:-1], lines[-1] + node.note]

    def one_line(self, node: Node, field: Field | None, name: str) -> str | None:
        """Write a text, or a collection between braces or brackets, on one line; None where it must stay as it is."""
        if node.form is Form.TEXT:
            return self.text_of(node, name)
        if node.fixed:
            return None
        pieces = []
        for child, _ in self.members(node, field if node.form is Form.MAP else None):
            key = child.key.value if child.key else ""
            below = _below(field, node, key) if child.key else field
            text = self.one_line(child.value, below, key)
            if text is None:
                return None
            pieces.append(f"{self.key(child.key)}: {text}" if child.key else text)
        text = ", ".join(pieces)
        return " ".join(filter(None, (node.properties, f"{{{text}}}" if node.form is Form.MAP else f"[{text}]")))

    def fixed(self, node: Node, indent: int, prefix: str) -> list[str]:
        """Write a collection on its lines as they are, moved as a whole; its ids between quotes."""
        text, at = "", node.start
        for below, name in _texts(node, ""):
            text += self.text[at : below.start] + self.text_of(below, name)
            at = below.end
        first, *rest = (text + self.text[at : node.end]).split("\n")
        shift = indent - max(node.base, 0)
        moved = [" " * max(len(line) - len(line.lstrip(" ")) + shift, 0) + line.lstrip(" ") for line in rest]
        lines = [prefix + first, *(line if line.strip() else "" for line in moved)]
        return [*lines[:-1], lines[-1] + node.note] if prefix else lines

    def key(self, node: Node) -> str:
        """Write a key, without quotes that it does not need."""
        bare = node.style in ("'", '"') and not node.properties and _NAME.fullmatch(node.value)
        return node.value if bare and isinstance(resolve(node.value), str) else self.text[node.start : node.end]

    def text_of(self, node: Node, name: str) -> str:
        """Write a text as it is written, an id between quotes."""
        source = self.text[node.start : node.end]
        if node.style or node.properties or not _is_id(name) or "\n" in source:
            return source
        escaped = source.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'

    def is_long(self, node: Node, used: int, name: str) -> bool:
        """Tell whether a text belongs after |: it has several lines, or words that do not fit on one."""
        source, value = self.text[node.start : node.end], node.value
        if node.style == "*" or node.properties or _is_id(name):
            return False
        if not ("\n" in value or ("\n" not in source and " " in value and used + len(source) > WIDTH)):
            return False
        lines = value.removesuffix("\n").split("\n")
        first = next((line for line in lines if line), " ")
        shown = all(one in source or one.isprintable() for one in value if one != "\n")
        return (
            shown
            and bool(lines[-1])
            and not first.startswith(" ")
            and all(line == line.rstrip() for line in lines)
            and not _HIDDEN.search(value)
        )


def _order(field: Field | None, node: Node) -> tuple[str, ...]:
    """Give the order of a mapping's keys; none for entries, whose order is the author's."""
    if field is None or field.kind is Kind.ENTRY:
        return ()
    return tuple(one.name for one in field.members(_type_of(node)))


def _below(field: Field | None, node: Node, name: str) -> Field | None:
    """Give the field that a key of a mapping names."""
    if field is None:
        return None
    return replace(field, kind=Kind.OBJECT) if field.kind is Kind.ENTRY else field.field(name, _type_of(node))


def _type_of(node: Node) -> str | None:
    return next((one.value.value for one in node.children if one.key is not None and one.key.value == "type"), None)


def _texts(node: Node, name: str) -> Iterator[tuple[Node, str]]:
    """Give the texts of a collection, in the order in which they stand, with the key of each."""
    for child in node.children:
        key = child.key.value if child.key is not None else name
        if child.value.form is Form.TEXT:
            yield child.value, key
        else:
            yield from _texts(child.value, key)


def _blank(lead: list[str]) -> list[str]:
    """Give the blank lines at the head of the lines that lead to a member."""
    count = next((place for place, line in enumerate(lead) if line), len(lead))
    return lead[:count]


def _indented(lines: list[str], indent: int) -> list[str]:
    return [" " * indent + line if line else "" for line in lines]


def _continued(text: str, indent: int) -> list[str]:
    """Give the lines of a text that goes on over several: all but the first are indented anew."""
    first, *rest = text.split("\n")
    return [first, *_indented([line.lstrip() for line in rest], indent + STEP)]
