"""Random episodes of edit, apply under faults, kill, resolve, rename, forget, bring back: nothing lost, nothing twice.

A failing seed is named with the command that plays it again.
"""

import pytest

from reconciler.simulator.app import Simulator
from reconciler.simulator.serve import running
from tests.reliability.episodes import play

BATCH = 50
BATCHES = 20
LONG = 200


@pytest.mark.parametrize("batch", range(BATCHES))
def test_nothing_is_lost_and_nothing_is_twice(batch: int) -> None:
    play_batch(batch)


@pytest.mark.torture
@pytest.mark.parametrize("batch", range(BATCHES, LONG))
def test_nothing_is_lost_and_nothing_is_twice_in_the_long_form(batch: int) -> None:
    play_batch(batch)


def play_batch(batch: int) -> None:
    simulator = Simulator()
    with running(simulator) as base_url:
        for seed in range(batch * BATCH, (batch + 1) * BATCH):
            play(seed, simulator, base_url, lambda _: None)
