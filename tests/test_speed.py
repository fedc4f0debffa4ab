import json
import subprocess
import sys
from pathlib import Path

RUN = Path(__file__).parents[1] / "benchmarks" / "run.py"
NAMES = [
    "`python -c pass`",
    "`--help`",
    "`plan`, nothing changed",
    "`plan`, a text changed",
    "`plan`, a field of an entry changed",
    "`validate`",
    "`apply` of one change",
]


def test_the_benchmark_measures_every_command() -> None:
    done = subprocess.run([sys.executable, RUN, "--rounds", "1", "--json"], capture_output=True, text=True, check=True)
    rows = json.loads(done.stdout)
    assert [row["name"] for row in rows] == NAMES
    assert all(row["ratio"] > 0 and row["milliseconds"] > 0 for row in rows)  # one round says no more


def test_the_benchmark_prints_a_table() -> None:
    done = subprocess.run([sys.executable, RUN, "--rounds", "1"], capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    assert lines[:2] == ["| command | ms | × `python -c pass` | at most |", "| --- | ---: | ---: | ---: |"]
    assert [line.split(" | ")[0].removeprefix("| ") for line in lines[2:]] == NAMES
