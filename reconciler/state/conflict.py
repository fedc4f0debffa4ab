"""Owns a state file that holds a merge conflict of git's: the two sides of it, and what is said of it."""

import re
from typing import NoReturn

from reconciler.problem import StateError

_MARKER = re.compile(r"^(<{7,}|\|{7,}|={7,}|>{7,})(?: .*|)\r?$", re.MULTILINE)
_SERIAL = re.compile(r'^[ \t]*"serial": (\d+)', re.MULTILINE)


def holds_conflict(text: str) -> bool:
    """Tell whether a state's text holds the markers of a merge conflict."""
    return _MARKER.search(text) is not None


def refuse_conflict(text: str, name: str) -> NoReturn:
    """Raise the StateError of a state that holds a merge conflict; it names the serial of either side."""
    serials = [found[1] for side in sides(text) if (found := _SERIAL.search(side))]
    both = f" (serials {' and '.join(serials)})" if len(serials) > 1 else ""
    raise StateError.at(
        name,
        f"this state holds a merge conflict: two branches both applied{both}, and neither knows what the other did",
        "merge the two by address",
        command=("state", "merge"),
    )


def sides(text: str) -> tuple[str, str]:
    """Return what either side of a conflict holds, as git's styles `merge`, `diff3` and `zdiff3` mark them.

    The common ancestor, which the latter two show between the sides, is left out, with the conflicts of its own.
    """
    first = _MARKER.search(text)
    length = len(first[1]) if first else 0  # the marks within an ancestor are longer
    ours: list[str] = []
    theirs: list[str] = []
    both: tuple[list[str], ...] = (ours, theirs)
    written = both
    for line in text.splitlines(keepends=True):
        marker = _MARKER.match(line)
        if marker is not None and len(marker[1]) == length:
            written = {"<": (ours,), "|": (), "=": (theirs,), ">": both}[line[0]]
        else:
            for side in written:
                side.append(line)
    return "".join(ours), "".join(theirs)


def with_markers(ours: str, theirs: str) -> str:
    """Return two states as a conflict of git's: the whole of the one, and the whole of the other."""
    return f"<<<<<<< ours\n{_ended(ours)}=======\n{_ended(theirs)}>>>>>>> theirs\n"


def _ended(text: str) -> str:
    return text if text.endswith("\n") else f"{text}\n"
