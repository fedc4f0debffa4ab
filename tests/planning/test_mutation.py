"""The planning tests notice small changes to the module that decides who is who."""

import re
import subprocess
import sys

import pytest

from tests.planning.mutation import COUNT, EQUIVALENT, ROOT, SEED, SOURCE, chosen, mutants

LEAST = 0.95


def said() -> int:
    """Return how many mutants the page on reliability says are noticed."""
    page = (ROOT / "docs" / "reliability.md").read_text("utf-8")
    found = re.search(rf"With seed {SEED} they notice at least (\d+) of {COUNT}\b", page)
    assert found is not None
    return int(found[1])


@pytest.mark.torture
def test_the_planning_tests_notice_as_many_mutants_as_the_page_says() -> None:
    command = [sys.executable, "-m", "tests.planning.mutation", str(SEED)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found = re.search(rf"(\d+) of {COUNT} live", done.stdout)
    assert found is not None, done.stdout
    assert COUNT - int(found[1]) >= said(), done.stdout


def test_the_page_says_that_nineteen_of_twenty_mutants_are_noticed() -> None:
    assert LEAST * COUNT <= said() <= COUNT


def test_every_mutant_is_another_module_and_every_equivalent_one_is_there() -> None:
    every, drawn = mutants(SOURCE.read_text("utf-8")), chosen(SEED)
    assert len(drawn) == COUNT == len({source for _, source in drawn})
    assert EQUIVALENT.keys() <= {what.partition(": ")[2] for what, _ in every}
