"""Files and answers of reads damaged at random: an error or a success, in bounded time and memory.

A failing seed is named with the command that plays it again.
"""

import json
import subprocess
import sys
from pathlib import Path

from tests.reliability.seeds import batches


def play(seeds: range, *what: str) -> None:
    command = [sys.executable, "-m", "tests.reliability.fuzz", str(seeds[0]), str(len(seeds)), *what]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["inputs"] == len(seeds)


@batches(125, quick=6, long=160)
def test_a_damaged_file_is_an_error_or_a_success(seeds: range) -> None:
    play(seeds)


@batches(125, quick=2, long=42)
def test_a_damaged_answer_of_a_read_is_an_error_or_not_seen(seeds: range) -> None:
    play(seeds, "reads")
