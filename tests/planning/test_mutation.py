"""The planning tests notice small changes to the module that decides who is who."""

import re
import subprocess
import sys

import pytest

from tests.planning.mutation import COUNT, EQUIVALENT, ROOT, SEED, SOURCE, chosen, mutants

MOST = 0.05


@pytest.mark.torture
def test_the_planning_tests_notice_nineteen_of_twenty_mutants() -> None:
    command = [sys.executable, "-m", "tests.planning.mutation", str(SEED)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found = re.search(r"(\d+) of (\d+) live", done.stdout)
    assert found is not None, done.stdout
    alive, of = map(int, found.groups())
    assert (alive <= MOST * of, of) == (True, COUNT), done.stdout


def test_every_mutant_is_another_module_and_every_equivalent_one_is_there() -> None:
    every = mutants(SOURCE.read_text("utf-8"))
    assert len(chosen(SEED)) == COUNT == len({source for _, source in chosen(SEED)})
    assert EQUIVALENT.keys() <= {what.partition(": ")[2] for what, _ in every}
