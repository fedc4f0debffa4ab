"""Random episodes of edit, apply under faults, kill, resolve, rename, forget, bring back: nothing lost, nothing twice.

A failing seed is named with the command that plays it again.
"""

from reconciler.simulator.app import Simulator
from reconciler.simulator.serve import running
from tests.reliability.episodes import play
from tests.reliability.seeds import batches


@batches(10, quick=12, long=1000)
def test_nothing_is_lost_and_nothing_is_twice(seeds: range) -> None:
    simulator = Simulator()
    with running(simulator) as base_url:
        for seed in seeds:
            play(seed, simulator, base_url, lambda _: None)
