"""Owns what can go wrong: problems, which are collected, and errors, which are raised.

ReconcilerError            shown to the user without a traceback
├── UsageError             wrong usage of the command line (exit 64)
├── ProblemsError          one or more problems with places, shown together
├── StateError             a state file that cannot be used, or a change to it that makes no sense
├── LockedError            another apply holds the state's lock
├── StaleError             a saved plan no longer fits what it was made from
├── WireError              the API cannot be addressed at all: key, URL or TLS set-up
└── FileChangedError       a file is no longer the one that was planned
"""

import errno
import os
from typing import Self

from msgspec import Struct
from msgspec.structs import replace

_TO_WRITE = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), "make room there"),
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), "make its folder writable"),
    **dict.fromkeys((errno.ENOENT, errno.ENOTDIR), "name a file in a folder that exists"),
}
_PLACES = r"[\w.]+:\d+(?: > [\w.]+:\d+)*"


def to_write(error: OSError) -> str:
    """Say what to do where the system does not let a file be written."""
    return _TO_WRITE.get(error.errno or 0, "name another file")


def traced_lines(error: BaseException) -> str:
    """Say in which lines an error arose, the last four; of one that another process raised, a note says it."""
    import re

    for note in getattr(error, "__notes__", ()):
        if re.fullmatch(_PLACES, note):  # another one may hold anything
            return str(note)
    frame, places = error.__traceback__, []
    while frame is not None:
        places.append(f"{os.path.basename(frame.tb_frame.f_code.co_filename)}:{frame.tb_lineno}")
        frame = frame.tb_next
    return " > ".join(places[-4:])


class Problem(Struct, frozen=True):
    """One thing that is wrong in a file; line and column count from 1, 0 where there is no place.

    `source` is the line of the file that the problem is about, as far as it is known; `rule` the id of the rule of lint
    that found it, where one did; `command` the words after `reconciler` of what does as the remedy says, if it is one.
    `others` are the places in other files where the same is wrong, where that is told once.
    """

    file: str
    line: int
    column: int
    address: str
    message: str
    remedy: str = ""
    source: str = ""
    rule: str = ""
    command: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """Return `file:line:column`, as far as there is one."""
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file

    @property
    def way_out(self) -> str:
        """Return what to do, with the command that does it."""
        return f"{self.remedy}: `reconciler {' '.join(self.command)}`" if self.command else self.remedy

    def __str__(self) -> str:
        """Return `file:line:column: address: what is wrong; what to do`, unescaped."""
        text = f"{self.message}; {self.way_out}" if self.remedy else self.message
        return ": ".join(piece for piece in (self.place, self.address, text) if piece)


def without_place(problem: Problem) -> str:
    """Return `address: what is wrong; what to do`: what stays true wherever in the file it stands."""
    return str(replace(problem, file="", line=0, column=0))


class ReconcilerError(Exception):
    """Something that a user can cause and mend; the message says what and how."""

    def __init__(self, *problems: Problem, warnings: tuple[Problem, ...] = ()) -> None:
        """Take the problems to report, in the order to report them in, and the warnings to show beside them."""
        super().__init__(*problems)
        self.problems = problems
        self.warnings = warnings

    @classmethod
    def at(cls, file: str, message: str, remedy: str = "", address: str = "", command: tuple[str, ...] = ()) -> Self:
        """Make an error of this class about a whole file or address."""
        return cls(Problem(file, 0, 0, address, message, remedy, command=command))

    @classmethod
    def unwritable(cls, file: str, error: OSError) -> Self:
        """Make an error of this class about a file that the system does not let be written."""
        return cls.at(file, f"cannot be written: {str(error.strerror or error).lower()}", to_write(error))

    def __str__(self) -> str:
        """Return one line a problem."""
        return "\n".join(map(str, self.problems))


class UsageError(ReconcilerError):
    """The command line asks for something that does not exist or does not go together."""


class ProblemsError(ReconcilerError):
    """A profile that is not valid; all its problems at once."""


class StateError(ReconcilerError):
    """A state file that is damaged, newer, another account's, or asked for what makes no sense."""


class LockedError(ReconcilerError):
    """Another apply holds the lock."""


class StaleError(ReconcilerError):
    """A saved plan that no longer fits the profile, its files, the state or the tool."""


class WireError(ReconcilerError):
    """The API cannot be addressed: no key, an unsafe URL, an unreadable CA bundle."""


class FileChangedError(ReconcilerError):
    """A file whose content is no longer what was planned."""
