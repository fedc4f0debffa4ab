"""Measure how long commands take, as ratios to starting Python with nothing to do.

Whole processes, in rounds: each round starts every command once, beside `python -c pass`, and a command's ratio is
the median over the rounds of its own time to that of `python -c pass` in the same round. So a machine that is busy,
or slow, or changes its mind, changes times more than ratios. Files lie on tmpfs where there is one, and the time in
which the server works on a request is taken off `apply`: it is not ours.
"""

import argparse
import json
import os
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
COMMAND = Path(sys.executable).with_name("reconciler")
ROUNDS = 30
TMPFS = "/dev/shm"  # noqa: S108 - a folder of our own is made in it


@dataclass(frozen=True)
class Case:
    """One command to measure; `ready` puts its files in place before each start."""

    name: str
    arguments: tuple[str, ...]
    most: float | None
    ready: Callable[[int], None] = lambda _: None


@dataclass(frozen=True)
class Row:
    """What was measured: medians over the rounds, and the ratio that is aimed at."""

    name: str
    milliseconds: float
    ratio: float
    most: float | None


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

    def __init__(self, place: Path, environ: dict[str, str], api: Timed) -> None:
        """Copy the example into a new folder, and apply it."""
        shutil.copytree(ROOT / "profiles", place, dirs_exist_ok=True)
        self.profile, self.state = place / "full.yaml", place / "full.state.json"
        self.environ, self.api = environ, api
        self.text = self.profile.read_text("utf-8")
        self.run("apply", str(self.profile), "--auto-approve", "--first-apply")
        self.applied = self.state.read_text("utf-8")

    def run(self, *arguments: str) -> float:
        """Run a command to its end, and give the seconds that it took without the server's."""
        before = self.api.spent
        began = time.perf_counter()
        done = subprocess.run([COMMAND, *arguments], env=self.environ, check=False, capture_output=True, text=True)
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
    """List what is measured, with the ratio that each is to keep within."""
    profile = str(folder.profile)
    return [
        Case("`--help`", ("--help",), 5),
        Case("`plan`, nothing changed", ("plan", profile), 5, folder.unchanged),
        Case("`plan`, a text changed", ("plan", profile), 16, folder.headline),
        Case("`plan`, a field of an entry changed", ("plan", profile), 16, folder.role),
        Case("`validate`", ("validate", profile), 14, folder.unchanged),
        Case("`apply` of one change", ("apply", profile, "--auto-approve"), 23, folder.headline),
    ]


def measure(folder: Folder, rounds: int) -> Iterator[Row]:
    """Run every command once a round, in turn, and give the medians."""
    measured = cases(folder)
    pairs: dict[str, list[tuple[float, float]]] = {case.name: [] for case in measured}
    for number in range(rounds + 1):
        for case in measured:
            case.ready(number)
            nothing = _nothing()
            took = folder.run(*case.arguments)
            if number:  # the first round warms the machine's caches
                pairs[case.name].append((took, nothing))
    nothings = [nothing for found in pairs.values() for _, nothing in found]
    yield Row("`python -c pass`", median(nothings) * 1000, 1, None)
    for case in measured:
        found = pairs[case.name]
        ratio = median(took / nothing for took, nothing in found)
        yield Row(case.name, median(took for took, _ in found) * 1000, ratio, case.most)


def _nothing() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True, capture_output=True)
    return time.perf_counter() - began


@contextmanager
def prepared() -> Iterator[Folder]:
    """Give the folder to measure in, with a server beside it."""
    api = Timed()
    fast = TMPFS if os.path.isdir(TMPFS) and os.access(TMPFS, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=fast) as place, running(api) as base_url:
        environ = {**os.environ, "POSTPRESS_BASE_URL": base_url, "POSTPRESS_API_KEY": "of-no-worth"}
        environ.pop("GITHUB_ACTIONS", None)
        _seed(api, load(str(ROOT / "profiles" / "full.yaml")).desired)
        yield Folder(Path(place), environ, api)


def _seed(api: Timed, desired: Desired) -> None:
    """Let the entries that have an id exist already."""
    live: dict[str, list[dict[str, str]]] = {section: [] for section in ENTRY_SECTIONS}
    for address, wanted in desired.wanted.items():
        if wanted.id is not None:
            live[address.partition(".")[0]].append({"id": wanted.id})
    api.memory.profiles[desired.account_id] = seeded(cast("Plain", live), api.memory.new_id)


def markdown(rows: list[Row]) -> Iterator[str]:
    """Write the rows as a table."""
    yield "| command | ms | × `python -c pass` | at most |"
    yield "| --- | ---: | ---: | ---: |"
    for row in rows:
        most = "" if row.most is None else f"{row.most:g}"
        yield f"| {row.name} | {row.milliseconds:.0f} | {row.ratio:.1f} | {most} |"


def main() -> None:
    """Measure, and print a table or JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how often each command is started (%(default)s)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args()
    with prepared() as folder:
        rows = list(measure(folder, given.rounds))
    print(json.dumps([asdict(row) for row in rows], indent=2) if given.json else "\n".join(markdown(rows)))


if __name__ == "__main__":
    main()
