"""What a person does who follows to the letter what the tool says about a profile file."""

import re
from collections.abc import Iterable
from typing import Any

_LINE = re.compile(r"write `((?:not_)?same_as: [^`]*)` under ([\w.-]+)")


def paste(profile: dict[str, Any], address: str, line: str) -> None:
    """Put a line under an address, in place of the one of that name."""
    section, _, key = address.partition(".")
    name, _, value = line.partition(": ")
    profile[section][key][name] = value[1:-1].split(", ") if value.startswith("[") else value


def mend(profile: dict[str, Any], problems: Iterable[tuple[str, str]]) -> None:
    """Do away with contradictions, each by its address and its remedy: write the line, or take out what is too much."""
    for address, remedy in problems:
        section, key, *field = address.split(".")
        line = _LINE.search(remedy)
        if line is not None and line[2].partition(".")[2] in profile[section]:
            paste(profile, line[2], line[1])
        elif field and field[0] in ("same_as", "not_same_as"):
            profile[section].get(key, {}).pop(field[0], None)
        else:
            profile[section].pop(key, None)
            if not profile[section]:
                del profile[section]
                return


def mentions(entry: dict[str, Any]) -> list[str]:
    """Give the known entries that the file says an entry is not."""
    said = entry.get("not_same_as", [])
    return list(said) if isinstance(said, list) else [said]
