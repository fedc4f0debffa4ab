"""Which entry is which, over small histories in which everything resembles everything.

A failing seed is named with the command that tells its history.
"""

from tests.planning.histories import tell
from tests.reliability.seeds import batches, play


@batches(250, quick=4, long=240)
def test_small_histories_converge_and_lose_nothing(seeds: range) -> None:
    play(tell, seeds)
