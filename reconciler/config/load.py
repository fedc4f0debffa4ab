"""Owns the finding and reading of `reconciler.toml`, from a profile's folder up to the one that holds `.git`."""

import os
import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from msgspec import Struct, field

from reconciler.config.find import find_config
from reconciler.config.tables import Tables
from reconciler.problem import Problem, ProblemsError
from reconciler.safefile import IrregularError, open_regular
from reconciler.values import Path

MAX_CONFIG = 64 * 1024  # bytes: what stands in it is looked at key by key
MAX_DOTS = 100  # of a line: the parser takes ever longer for a key of many pieces

_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)\Z")


class Config(Struct, frozen=True):
    """What holds for a profile: the declared tables, and the file that they were read from; empty without one."""

    tables: Tables = field(default_factory=Tables)
    file: str = ""
    marks: Mapping[Path, tuple[int, int]] = field(default_factory=dict)

    def problem(self, path: Path, message: str, remedy: str) -> Problem:
        """Make a problem about a key, at its line and column, or those of the nearest key above it."""
        near = path
        while near and near not in self.marks:
            near = near[:-1]
        line, column = self.marks.get(near, (1, 1))
        return Problem(self.file, line, column, written_key(path), message, remedy)


class Configs:
    """Reads each `reconciler.toml` once, however many profiles it holds for."""

    def __init__(self) -> None:
        """Begin with nothing read."""
        self._by_folder: dict[str, Config] = {}
        self._by_file: dict[str, Config] = {}

    def of(self, profile: str) -> Config:
        """Return what holds for a profile. Raises ProblemsError with all that is wrong in the file."""
        folder = os.path.dirname(profile)
        if folder not in self._by_folder:
            found = find_config(folder)
            if found is None:
                self._by_folder[folder] = Config()
            else:
                path, root = found
                if path not in self._by_file:
                    self._by_file[path] = read_config(path, root)
                self._by_folder[folder] = self._by_file[path]
        return self._by_folder[folder]


def load_config(profile: str) -> Config:
    """Return what holds for one profile. Raises ProblemsError with all that is wrong in the file."""
    return Configs().of(profile)


def read_config(path: str, root: str) -> Config:
    """Read a file that lies in the folder `root`, links followed. Raises ProblemsError with all that is wrong."""
    text = _decoded_text(_bytes_of_config(path, root), path)
    value, offsets = _parsed_toml(text, path)
    from reconciler.config.decode import read_declared

    begins = [0, *(found.end() for found in re.finditer("\n", text))]
    marks = {key: _line_and_column(begins, offset) for key, offset in offsets.items()}
    blank = Config(file=path, marks=marks)
    problems: list[Problem] = []
    tables = read_declared(Tables, value, (), lambda *told: problems.append(blank.problem(*told)))
    if problems:
        raise ProblemsError(*sorted(problems, key=lambda problem: (problem.line, problem.column, problem.address)))
    return Config(tables, path, marks)


def written_key(path: Path) -> str:
    """Write a path as a key of TOML: `lint.house.allowed_hosts[0]`; a key of any length is cut short."""
    from reconciler.profile.document import address_of

    return address_of(path)


def _bytes_of_config(path: str, root: str) -> bytes:
    target, within = os.path.realpath(path), os.path.realpath(root)
    if os.path.dirname(target) != within and not target.startswith(within.rstrip(os.sep) + os.sep):
        _fail(path, "this is a link that leads out of the repository", "put the file itself here")
    try:
        with open(open_regular(target, follow=False), "rb") as file:
            content = file.read(MAX_CONFIG + 1)
    except IrregularError as error:
        _fail(path, f"this is {error.strerror}", "put a file here, or rename this")
    except OSError as error:
        _fail(path, f"cannot be read: {(error.strerror or '').lower()}", "check its permissions, or where it leads")
    if len(content) > MAX_CONFIG:
        _fail(path, f"the file has more than {MAX_CONFIG:,} bytes (64 KiB)", "it needs a few lines: take the rest out")
    return content


def _decoded_text(content: bytes, path: str) -> str:
    try:
        text = content.decode().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line, column = _end_of_text(content[: error.start].decode().removeprefix("\ufeff"))
        _fail(path, f"the file is not UTF-8: byte 0x{content[error.start]:02x}", "save it as UTF-8", line, column)
    for number, line_text in enumerate(text.split("\n"), 1):
        if line_text.count(".") > MAX_DOTS:
            _fail(path, f"more than {MAX_DOTS} dots in one line", "write shorter keys, or a list over lines", number, 1)
    return text


def _parsed_toml(text: str, path: str) -> tuple[dict[str, Any], Mapping[Path, int]]:
    """Return what the text says, and the offset of each key. Raises ProblemsError where it is no TOML."""
    import tomllib

    from reconciler.config.places import places_in

    try:
        return tomllib.loads(text), places_in(text)
    except tomllib.TOMLDecodeError as error:
        found = _PLACE.search(str(error))
        said = str(error)[: found.start()] if found else str(error)
        line, column = (int(found[1]), int(found[2])) if found and found[1] else _end_of_text(text.rstrip())
        _fail(
            path,
            f"not readable as TOML: {said[:1].lower()}{said[1:]}",
            "look at the line, and just before",
            line,
            column,
        )
    except RecursionError:
        _fail(path, "brackets stand in brackets too deep", "write it flatter")
    except ValueError as error:  # a number of thousands of digits, a day that no month has
        _fail(path, f"not readable as TOML: {error}", "correct that value")


def _line_and_column(begins: Sequence[int], offset: int) -> tuple[int, int]:
    """Return line and column of an offset, given where the lines begin."""
    line = bisect_right(begins, offset)
    return line, offset - begins[line - 1] + 1


def _end_of_text(before: str) -> tuple[int, int]:
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def _fail(path: str, message: str, remedy: str, line: int = 1, column: int = 1) -> NoReturn:
    raise ProblemsError(Problem(path, line, column, "", message, remedy))
