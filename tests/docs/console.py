"""Runs the commands of a documentation page as a reader would, and compares what they print.

A fenced block ```console holds commands, `$ ` before each, and below each what it prints, on either stream.
`…` stands for any text of a line, on a line of its own for any number of lines. A block that begins with an HTML
comment `<!-- file: NAME -->` on the line above it is written to that file before the commands that follow.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
_BLOCK = re.compile(
    r"(?:^<!-- file: (?P<file>\S+) -->\n+)?^```(?P<kind>\w*)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE
)
SECONDS = 60


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a reader does: writes a file, or runs a command and sees its output."""

    line: int
    file: str | None
    text: str
    expected: str = ""


def steps(page: str) -> Iterator[Step]:
    """Give what a page has its reader do, in order."""
    for block in _BLOCK.finditer(page):
        line = page.count("\n", 0, block.start("text")) + 1
        if block["file"]:
            yield Step(line, block["file"], block["text"])
        elif block["kind"] == "console":
            for command in re.split(r"^\$ ", block["text"], flags=re.MULTILINE)[1:]:
                first, _, rest = command.partition("\n")
                while first.endswith("\\"):
                    more, _, rest = rest.partition("\n")
                    first = f"{first}\n{more}"
                yield Step(line, None, first, rest)


def environment(home: Path, **more: str) -> dict[str, str]:
    """Give the environment of a reader who has this project's commands installed, and nothing else of ours."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    kept = {name: os.environ[name] for name in ("LANG", "LC_ALL", "TMPDIR") if name in os.environ}
    own = {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", "NO_COLOR": "1", "HOME": str(home)}
    return {**kept, "PATH": path, **own, **more}


def follow(page: Path, folder: Path, environ: Mapping[str, str]) -> int:
    """Do what a page says, in a folder; give the number of commands. Raises AssertionError where it is not so."""
    count = 0
    for step in steps(page.read_text(encoding="utf-8")):
        place = f"{page.name}:{step.line}"
        if step.file is not None:
            (folder / step.file).parent.mkdir(parents=True, exist_ok=True)
            (folder / step.file).write_text(step.text, encoding="utf-8")
            continue
        done = subprocess.run(
            ["bash", "-c", step.text],
            cwd=folder,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert done.returncode == 0, f"{place}: $ {step.text}\nexit {done.returncode}\n{done.stdout}"
        assert fits(step.expected, done.stdout), f"{place}: $ {step.text}\nprinted:\n{done.stdout}"
        count += 1
    return count


def fits(expected: str, printed: str) -> bool:
    """Tell whether a text is the expected one, `…` standing for anything; trailing blanks do not count."""
    if not expected.strip():
        return True
    lines = []
    for line in expected.rstrip().split("\n"):
        if line.strip() == "…":
            lines.append(r"(?:[^\n]*\n)*?")
        else:
            lines.append(".*?".join(map(re.escape, line.rstrip().split("…"))) + r"[ \t]*\n")
    return re.fullmatch("".join(lines), printed.rstrip() + "\n") is not None
