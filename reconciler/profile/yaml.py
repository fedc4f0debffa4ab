"""Owns YAML: the parsing of a text into events (the fence around ruamel.yaml), and what an unquoted scalar means."""

import re
from collections.abc import Callable, Iterator
from typing import Any, NoReturn, TypeVar

from reconciler.limits import MAX_DIGITS
from reconciler.problem import Problem, ProblemsError
from reconciler.profile.source import Mark, mark_at

MAX_EXACT_BYTES = 128 * 1024  # the pure-Python parser words its errors better, and is too slow for more

_REMEDIES = (
    ("character '\\t'", "indent with spaces"),
    ("cannot start any token", "put the text between quotes"),
    ("mapping values are not allowed", "put a text that holds `: ` between quotes, or mend the indentation"),
    ("sequence entries are not allowed", "begin a list on the line below its key, or put it between brackets"),
    ("expected ',' or ']'", "close the bracket that opens on line {line}, or put a comma between its items"),
    ("expected ',' or '}'", "close the brace that opens on line {line}, or put a comma between its keys"),
    ("unexpected end of stream", "close the quote, bracket or brace that is open"),
    ("unknown escape character", "write the backslash twice, or put the text between single quotes"),
    ("invalid Unicode character", "write the character itself, or \\U and eight digits"),
    ("special characters", "take the control characters out"),
    ("", "look for indentation, quotes and colons just before this place"),
)


TAG = "tag:yaml.org,2002:"
MAX_BITS = 1023
EXACT = 2**53  # up to here a float holds every whole number

_SCALAR_WORDS: dict[str, bool | None] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
NOT_TEXT = _SCALAR_WORDS.keys()  # unquoted words that are no texts
_INTEGER = re.compile(r"[-+]?[0-9]+", re.ASCII)
_OCTAL = re.compile(r"0o[0-7]+", re.ASCII)
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+", re.ASCII)
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", re.ASCII)
_INFINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)", re.ASCII)

Scalar = str | int | float | bool | None
YamlEvent = Any  # ruamel's events share no type that says what they hold
YamlToken = Any  # nor do its tokens
T = TypeVar("T")


def parse_yaml(text: str, file: str, use: Callable[[Iterator[YamlEvent]], T]) -> T:
    """Return what `use` makes of the events, by the fast parser where it reads the same as the exact one.

    Raises ProblemsError where the text is not YAML.
    """
    from ruamel.yaml.error import YAMLError

    try:
        from ruamel.yaml.cyaml import CParser  # type: ignore[attr-defined] # compiled, without types
    except ImportError:
        CParser = None  # noqa: N806 - a class, or none
    if CParser is not None and not ("%" in text and _begins_with_directives(text)):
        try:
            return use(iter(CParser(text).get_event, None))
        except YAMLError as error:
            if len(text) > MAX_EXACT_BYTES:
                _refuse_text(error, file, text)
    return parse_exactly(text, file, use)


def _begins_with_directives(text: str) -> bool:
    """Tell whether lines like `%YAML 1.2` stand before the document."""
    return any(line.startswith("%") for line in text.split("\n---", 1)[0].splitlines())


def parse_exactly(text: str, file: str, use: Callable[[Iterator[YamlEvent]], T]) -> T:
    """Return what `use` makes of the events of the pure-Python parser. Raises ProblemsError where it is not YAML."""
    from ruamel.yaml.error import YAMLError

    try:
        return use(_exact(text))
    except (YAMLError, ValueError, IndexError) as error:
        _refuse_text(error, file, text)


def yaml_tokens(text: str, file: str) -> Iterator[YamlToken]:
    """Return the tokens of a text, whose marks hold offsets into it. Raises ProblemsError where it is not YAML."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        yield from YAML(typ="safe", pure=True).scan(text)
    except (YAMLError, ValueError, IndexError) as error:
        _refuse_text(error, file, text)


def scalar_tokens(text: str, file: str) -> list[YamlToken]:
    """Return the tokens of the scalars of a text that was read, whose marks hold offsets into it."""
    from ruamel.yaml.error import YAMLError

    tokens: Iterator[YamlToken] = yaml_tokens(text, file)
    try:
        from ruamel.yaml.cyaml import CParser  # type: ignore[attr-defined] # compiled, without types

        tokens = iter([*_fast_tokens(CParser(text))])
    except (ImportError, YAMLError):
        pass  # the exact parser reads it
    return [token for token in tokens if type(token).__name__ == "ScalarToken"]


def _fast_tokens(parser: Any) -> Iterator[YamlToken]:  # noqa: ANN401 - compiled, without types
    while parser.check_token():
        yield parser.get_token()


def fail(file: str, message: str, remedy: str = "", mark: Mark | None = None) -> NoReturn:
    """Raise the problem that makes reading on impossible."""
    raise ProblemsError(Problem(file, mark.line if mark else 0, mark.column if mark else 0, "", message, remedy))


def _exact(text: str) -> Iterator[YamlEvent]:
    from ruamel.yaml import YAML

    for event in YAML(typ="safe", pure=True).parse(text):
        if getattr(event, "style", None) == '"' and not event.value.isascii():
            event.value = _join_surrogates(event.value)
        yield event


def _join_surrogates(text: str) -> str:
    """Make one character of each surrogate pair, as JSON writes what is beyond U+FFFF; a half stays one."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def _refuse_text(error: Exception, file: str, text: str) -> NoReturn:
    from reconciler.profile.syntax import explain

    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    said = getattr(error, "problem", None) or getattr(error, "reason", None) or "it does not parse"
    offset = getattr(error, "position", None)
    place = Mark(mark.line + 1, mark.column + 1) if mark is not None else None
    if place is None and isinstance(offset, int):
        place = mark_at(text, offset)
    last = mark.line + 1 if mark is not None else place.line if place else 1
    if (fault := explain(text, last)) is not None:
        fail(file, fault.message, fault.remedy, Mark(fault.line, fault.column))
    remedy = next(to_do for words, to_do in _REMEDIES if words in str(said))
    begun = getattr(error, "context_mark", None) or mark
    fail(file, f"not readable as YAML: {said}", remedy.format(line=begun.line + 1) if begun else remedy, place)


def scalar_value(text: str) -> Scalar:
    """Return the value of an unquoted scalar; `yes`, dates and times are text."""
    if text in _SCALAR_WORDS:
        return _SCALAR_WORDS[text]
    if text[0] not in "+-.0123456789":
        return text
    if _INTEGER.fullmatch(text):
        return _integer(text, 10)
    if _OCTAL.fullmatch(text):
        return _integer(text, 8)
    if _HEXADECIMAL.fullmatch(text):
        return _integer(text, 16)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _INFINITE.fullmatch(text):
        return float(text.replace(".", "").lower())
    return text


def _integer(text: str, base: int) -> int | float:
    """Read a whole number; one beyond any float is infinite."""
    if len(text) > MAX_DIGITS:
        return float("inf")
    number = int(text, base)
    return number if number.bit_length() <= MAX_BITS else float("inf")


def tagged(text: str, tag: str) -> Scalar:
    """Return the value of a scalar with an explicit tag. Raises ValueError where the two do not fit."""
    name = tag.removeprefix(TAG)
    if tag == "!" or name == "str":
        return text
    found = scalar_value(text)
    if name == "float" and isinstance(found, int) and not isinstance(found, bool):
        return float(found)
    if tag.startswith(TAG) and name == kind(found):
        return found
    raise ValueError(tag)


def kind(value: Scalar) -> str:
    """Name the core schema's tag of a scalar."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "bool"
    return {int: "int", float: "float", str: "str"}[type(value)]
