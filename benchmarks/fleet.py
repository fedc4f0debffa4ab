"""Measure a plan of many profiles: all unchanged, one in a hundred changed, all changed.

Whole processes, in rounds, in a folder on tmpfs: each round runs every case once, and beside them Python that reads and
hashes the same files. What is compared is the medians of one run: a machine that is busy changes seconds more than it
changes ratios. Memory is the most that any one process of a case holds.
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
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from msgspec.structs import replace

from reconciler.digests import sha256
from reconciler.state.applied import Applied
from reconciler.state.format import sealed
from reconciler.state.storage import load_state

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "profiles" / "long-career.yaml"
TMPFS = "/dev/shm"  # noqa: S108 - a folder of our own is made in it
COMMAND = (sys.executable, "-m", "reconciler")
READ_AND_HASH = """
import hashlib, os, sys
for name in sorted(os.listdir(sys.argv[1])):
    with open(os.path.join(sys.argv[1], name), "rb") as file:
        hashlib.sha256(file.read()).hexdigest()
"""


@dataclass(frozen=True)
class Limit:
    """What a case may take: seconds, or times of reading and hashing, or seconds more than all unchanged; MB."""

    seconds: float | None = None
    times: float | None = None
    more: float | None = None
    megabytes: float | None = None


@dataclass(frozen=True)
class FleetCase:
    """One command to measure; every so many profiles is changed."""

    name: str
    arguments: tuple[str, ...]
    limit: Limit
    changed: int | None = None


@dataclass(frozen=True)
class Taken:
    """What one run took: seconds, those of the processors it ran on, and MB of its largest process."""

    seconds: float
    processor: float
    megabytes: float


class Fleet:
    """A folder of profiles, each applied, and the text of each as it was applied."""

    def __init__(self, folder: Path, profiles: int) -> None:
        """Write the profiles and their states: one is recorded as live, the others are made like it."""
        self.folder, self.profiles = folder, profiles
        self.text = EXAMPLE.read_text("utf-8")
        self.restore()
        accept = ("state", "accept", "--all", "--profile", str(self.path(0)))
        subprocess.run([*COMMAND, *accept], check=True, capture_output=True)
        first = load_state(str(self.path(0).with_suffix(".state.json")))
        assert first is not None
        for number in range(profiles):
            self.path(number).with_suffix(".state.json").write_text(self.state(number, first), "utf-8")

    def path(self, number: int) -> Path:
        """Return the path of a profile."""
        return self.folder / f"p{number:06}.yaml"

    def content(self, number: int) -> str:
        """Return what a profile holds as it is applied."""
        return re.sub(r"(?m)^account_id: .*$", f"account_id: acc_{number:06}", self.text)

    def state(self, number: int, like: Applied) -> str:
        """Return the text of a profile's state."""
        assert like.source is not None
        source = replace(like.source, profile=sha256(self.content(number).encode()).hexdigest())
        return sealed(replace(like, account_id=f"acc_{number:06}", source=source))[1]

    def restore(self) -> None:
        """Write every profile as it was applied."""
        for number in range(self.profiles):
            self.path(number).write_text(self.content(number), "utf-8")

    def change(self, every: int) -> None:
        """Change a text and a field of an entry in some profiles."""
        for number in range(0, self.profiles, every):
            text = self.content(number).replace("headline: |-\n  ", "headline: |-\n  New. ", 1)
            self.path(number).write_text(text.replace("role: Operating Partner", "role: Partner", 1), "utf-8")


def cases(folder: Path) -> list[FleetCase]:
    """List what is measured, with its limit."""
    plan = (*COMMAND, "plan", str(folder))
    return [
        FleetCase("Python that reads and hashes them", (sys.executable, "-c", READ_AND_HASH, str(folder)), Limit()),
        FleetCase("`plan`, all unchanged", plan, Limit(times=4, megabytes=60)),
        FleetCase("`plan`, 1 % changed", plan, Limit(more=1.5), changed=100),
        FleetCase("`plan`, all changed", plan, Limit(seconds=25, megabytes=120), changed=1),
    ]


def run(arguments: tuple[str, ...]) -> Taken:
    """Run a command to its end, its output thrown away."""
    environ = {name: value for name, value in os.environ.items() if name != "GITHUB_ACTIONS"}
    began = time.perf_counter()
    with subprocess.Popen(arguments, env=environ, stdout=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(arguments)}: exit {process.returncode}")
    return Taken(time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def measure(fleet: Fleet, rounds: int) -> dict[str, list[Taken]]:
    """Run every case once a round, in turn."""
    found: dict[str, list[Taken]] = {}
    for _ in range(rounds):
        for case in cases(fleet.folder):
            if case.changed is not None:
                fleet.change(case.changed)
            found.setdefault(case.name, []).append(run(case.arguments))
            fleet.restore()
    return found


@dataclass(frozen=True)
class FleetRow:
    """A case with its medians."""

    case: FleetCase
    seconds: float
    processor: float
    megabytes: float
    times: float
    more: float

    @property
    def over(self) -> list[str]:
        """Say which limits it is over."""
        limit = self.case.limit
        held: list[tuple[str, float, float | None]] = [
            ("s", self.seconds, limit.seconds),
            ("× reading and hashing", self.times, limit.times),
            ("s more than all unchanged", self.more, limit.more),
            ("MB", self.megabytes, limit.megabytes),
        ]
        return [f"{value:.1f} {unit}, over {most:g}" for unit, value, most in held if most is not None and value > most]


def rows(fleet: Fleet, found: dict[str, list[Taken]]) -> list[FleetRow]:
    """Return the medians of each case, and how they relate."""
    seconds = {name: median(taken.seconds for taken in all_) for name, all_ in found.items()}
    read, unchanged, *_ = seconds.values()
    return [
        FleetRow(
            case,
            seconds[case.name],
            median(taken.processor for taken in found[case.name]),
            max(taken.megabytes for taken in found[case.name]),
            seconds[case.name] / read,
            seconds[case.name] - unchanged,
        )
        for case in cases(fleet.folder)
    ]


def markdown(measured: list[FleetRow]) -> Iterator[str]:
    """Write the rows as a table."""
    yield "| 10,000 profiles | s | of processors | × reading and hashing | MB of the largest process |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for row in measured:
        took = f"{row.seconds:.1f} | {row.processor:.1f} | {row.times:.1f}"
        yield f"| {row.case.name} | {took} | {row.megabytes:.0f} |"


def main() -> int:
    """Measure, print a table or JSON, and return 1 where something is over its limit."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--profiles", type=int, default=10_000, help="how many (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each case is run (%(default)s)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args()
    fast = TMPFS if os.path.isdir(TMPFS) and os.access(TMPFS, os.W_OK) else None
    folder = Path(tempfile.mkdtemp(dir=fast))
    try:
        fleet = Fleet(folder, given.profiles)
        measured = rows(fleet, measure(fleet, given.rounds))
    finally:
        shutil.rmtree(folder)
    if given.json:
        print(json.dumps([{"name": row.case.name, "seconds": row.seconds, "MB": row.megabytes} for row in measured]))
    else:
        print("\n".join(markdown(measured)).replace("10,000", f"{given.profiles:,}"))
    for row in measured:
        for said in row.over:
            print(f"{row.case.name} takes {said}", file=sys.stderr)
    return 1 if any(row.over for row in measured) else 0


if __name__ == "__main__":
    sys.exit(main())
