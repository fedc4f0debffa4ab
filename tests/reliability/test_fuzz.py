"""Profile, state and plan files damaged at random: an error or a success, in bounded time and memory."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

BATCH = 250
BATCHES = 6
LONG = 80


@pytest.mark.parametrize("batch", range(BATCHES))
def test_a_damaged_file_is_an_error_or_a_success(batch: int) -> None:
    fuzz(batch)


@pytest.mark.torture
@pytest.mark.parametrize("batch", range(BATCHES, LONG))
def test_a_damaged_file_is_an_error_or_a_success_in_the_long_form(batch: int) -> None:
    fuzz(batch)


def fuzz(batch: int) -> None:
    command = [sys.executable, "-m", "tests.reliability.fuzz", str(batch * BATCH), str(BATCH)]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["inputs"] == BATCH
