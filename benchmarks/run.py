"""Measure how long the commands of an installed wheel take, as ratios to starting Python with nothing to do.

Whole processes, in rounds: each round starts every command once, beside `python -c pass`, and a command's ratio is
the median over the rounds of its own time to that of `python -c pass` in the same round. So a machine that is busy,
or slow, or changes its mind, changes times more than ratios. Files lie on tmpfs where there is one, and the time in
which the server works on a request is taken off `apply`: it is not ours.

What is measured is a wheel that was built and installed for this, with its bytecode: a checkout that may not write
bytecode (PYTHONDONTWRITEBYTECODE) takes half as long again. It fails where a ratio is more than twice README.md's.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, cast

from starlette.requests import Request
from starlette.responses import Response

from reconciler.profile.desired import Desired
from reconciler.profile.load import load
from reconciler.simulator.app import Simulator
from reconciler.simulator.profile import seeded
from reconciler.simulator.serve import running
from reconciler.spec import ENTRY_SECTIONS

if TYPE_CHECKING:
    from reconciler.values import Plain

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
ROUNDS = 30
TOO_SLOW = 2  # times what README.md says: less is the machine's mood
TMPFS = "/dev/shm"  # noqa: S108 - a folder of our own is made in it


@dataclass(frozen=True)
class Case:
    """One command to measure; `ready` puts its files in place before each start, `environ` goes to its environment."""

    name: str
    arguments: tuple[str, ...]
    ready: Callable[[int], None] = lambda _: None
    environ: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """What was measured: medians over the rounds, and the ratio that README.md says."""

    name: str
    milliseconds: float
    ratio: float
    promised: float | None = None

    @property
    def too_slow(self) -> bool:
        """Tell whether the command takes more than twice what README.md says."""
        return self.promised is not None and self.ratio > TOO_SLOW * self.promised


@dataclass(slots=True)
class Timed(Simulator):
    """A simulator that knows how long it worked."""

    spent: float = field(default=0.0, init=False)

    async def edit(self, request: Request) -> Response:
        """Answer, and add up the time that it took."""
        began = time.perf_counter()
        response = await Simulator.edit(self, request)
        self.spent += time.perf_counter() - began
        return response


class Folder:
    """A folder with the full example profile, applied once; its first job's role is that of `plan` and `apply`."""

    def __init__(self, place: Path, command: Path, environ: dict[str, str], api: Timed) -> None:
        """Copy the example into a new folder, and apply it."""
        self.command = command
        shutil.copytree(ROOT / "profiles", place, dirs_exist_ok=True)
        self.profile, self.state = place / "full.yaml", place / "full.state.json"
        self.environ, self.api = environ, api
        self.text = self.profile.read_text("utf-8")
        self.run("apply", str(self.profile), "--auto-approve", "--first-apply")
        self.applied = self.state.read_text("utf-8")

    def run(self, *arguments: str, **environ: str) -> float:
        """Run a command to its end, and give the seconds that it took without the server's."""
        before = self.api.spent
        began = time.perf_counter()
        env = {**self.environ, **environ}
        done = subprocess.run([self.command, *arguments], env=env, check=False, capture_output=True, text=True)
        took = time.perf_counter() - began
        if done.returncode:
            raise SystemExit(f"reconciler {' '.join(arguments)}: exit {done.returncode}\n{done.stderr}")
        return took - (self.api.spent - before)

    def unchanged(self, number: int) -> None:
        """Put the profile and its state as they were after the apply."""
        del number
        self.profile.write_text(self.text, "utf-8")
        self.state.write_text(self.applied, "utf-8")

    def headline(self, number: int) -> None:
        """Change a text, each time to another."""
        self.unchanged(number)
        self.profile.write_text(_changed(self.text, "headline: ", f"round {number}"), "utf-8")

    def role(self, number: int) -> None:
        """Change a field of an entry that has an id."""
        self.unchanged(number)
        before, found, after = self.text.partition(" id: ")
        assert found
        self.profile.write_text(before + found + _changed(after, " role: ", f"role {number}"), "utf-8")


def _changed(text: str, key: str, value: str) -> str:
    before, found, after = text.partition(key)
    assert found, key
    return before + found + value + "\n" + after.partition("\n")[2]


def cases(folder: Folder) -> list[Case]:
    """List what is measured, by the names of README.md."""
    profile = str(folder.profile)
    line = f"reconciler plan {profile} --target exp"
    completing = {"_RECONCILER_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_CWORD": "4"}
    return [
        Case("`--help`", ("--help",)),
        Case("`plan`, nothing changed", ("plan", profile), folder.unchanged),
        Case("`plan`, a text changed", ("plan", profile), folder.headline),
        Case("`plan`, a field of an entry changed", ("plan", profile), folder.role),
        Case("`validate`", ("validate", profile), folder.unchanged),
        Case("completion of an address", (), folder.unchanged, completing),
        Case("`apply` of one change, less the server's time", ("apply", profile, "--auto-approve"), folder.headline),
    ]


def promises() -> dict[str, float]:
    """Return the ratios that README.md says, by command."""
    table = README.read_text("utf-8").partition("| command | × `python -c pass` |")[2]
    return {name: float(ratio) for name, ratio in re.findall(r"^\| (.*) \| ([0-9.]+) \|$", table, re.MULTILINE)}


def measure(folder: Folder, rounds: int) -> Iterator[Row]:
    """Run every command once a round, in turn, and give the medians."""
    measured, promised = cases(folder), promises()
    python = folder.command.with_name("python")
    pairs: dict[str, list[tuple[float, float]]] = {case.name: [] for case in measured}
    for number in range(rounds + 1):
        for case in measured:
            case.ready(number)
            nothing = _nothing(python)
            took = folder.run(*case.arguments, **case.environ)
            if number:  # the first round warms the machine's caches
                pairs[case.name].append((took, nothing))
    nothings = [nothing for found in pairs.values() for _, nothing in found]
    yield Row("`python -c pass`", median(nothings) * 1000, 1)
    for case in measured:
        found = pairs[case.name]
        ratio = median(took / nothing for took, nothing in found)
        yield Row(case.name, median(took for took, _ in found) * 1000, ratio, promised[case.name])


def _nothing(python: Path) -> float:
    began = time.perf_counter()
    subprocess.run([python, "-c", "pass"], check=True, capture_output=True)
    return time.perf_counter() - began


@contextmanager
def installed() -> Iterator[Path]:
    """Build the wheel and install it into an environment of its own; give its command."""
    with tempfile.TemporaryDirectory() as place:
        build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", place, str(ROOT)]
        subprocess.run(build, check=True, capture_output=True)
        (wheel,) = Path(place).glob("*.whl")
        subprocess.run([sys.executable, "-m", "venv", f"{place}/installed"], check=True, capture_output=True)
        install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--compile", str(wheel)]
        subprocess.run([f"{place}/installed/bin/python", *install], check=True)
        yield Path(place, "installed", "bin", "reconciler")


@contextmanager
def prepared(command: Path) -> Iterator[Folder]:
    """Give the folder to measure in, with a server beside it."""
    api = Timed()
    fast = TMPFS if os.path.isdir(TMPFS) and os.access(TMPFS, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=fast) as place, running(api) as base_url:
        environ = {**os.environ, "POSTPRESS_BASE_URL": base_url, "POSTPRESS_API_KEY": "of-no-worth"}
        environ.pop("GITHUB_ACTIONS", None)
        _seed(api, load(str(ROOT / "profiles" / "full.yaml")).desired)
        yield Folder(Path(place), command, environ, api)


def _seed(api: Timed, desired: Desired) -> None:
    """Let the entries that have an id exist already."""
    live: dict[str, list[dict[str, str]]] = {section: [] for section in ENTRY_SECTIONS}
    for address, wanted in desired.wanted.items():
        if wanted.id is not None:
            live[address.partition(".")[0]].append({"id": wanted.id})
    api.memory.profiles[desired.account_id] = seeded(cast("Plain", live), api.memory.new_id)


def markdown(rows: list[Row]) -> Iterator[str]:
    """Write the rows as a table."""
    yield "| command | ms | × `python -c pass` | README.md |"
    yield "| --- | ---: | ---: | ---: |"
    for row in rows:
        promised = "" if row.promised is None else f"{row.promised:g}"
        yield f"| {row.name} | {row.milliseconds:.0f} | {row.ratio:.1f} | {promised} |"


def main() -> int:
    """Measure, print a table or JSON, and return 1 where something is too slow."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how often each command is started (%(default)s)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args()
    with installed() as command, prepared(command) as folder:
        rows = list(measure(folder, given.rounds))
    print(json.dumps([asdict(row) for row in rows], indent=2) if given.json else "\n".join(markdown(rows)))
    slow = [row for row in rows if row.too_slow]
    for row in slow:
        print(f"{row.name} takes {row.ratio:.1f} × `python -c pass`: README.md says {row.promised}", file=sys.stderr)
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
