"""What `make quick` leaves out is told by one story each."""

import subprocess
import sys
from pathlib import Path

from tests.quick import STORIES

ROOT = Path(__file__).parents[1]


def test_each_module_that_quick_leaves_out_has_its_story() -> None:
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-m", "quick and not torture"]
    done = subprocess.run(
        [*command, *(f"tests/{module}" for module in STORIES)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    found = [line.removeprefix("tests/") for line in done.stdout.splitlines() if "::" in line]
    assert sorted(line.partition("::")[0] for line in found) == sorted(STORIES)
