"""The planning tests notice small changes to the module that decides who is who."""

import pytest

from tests.planning.mutation import SEED, chosen, survivors

LEAST = 0.95


@pytest.mark.torture
def test_the_planning_tests_notice_nineteen_of_twenty_mutants() -> None:
    alive = list(survivors(SEED))
    print(*alive, sep="\n")  # noqa: T201 - shown where the test fails
    assert len(alive) <= (1 - LEAST) * len(chosen(SEED)), f"seed {SEED}: {len(alive)} live"


def test_every_mutant_is_another_module() -> None:
    what = [text for text, _ in chosen(SEED)]
    assert len(what) == len(chosen(SEED + 1)) >= 250
