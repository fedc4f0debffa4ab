"""An edit meets the entry that it was meant for, over stories in which entries change keys and fields at once.

A failing seed is named with the command that tells its story.
"""

from tests.planning.meanings import tell
from tests.reliability.seeds import batches, play


@batches(250, quick=4, long=80)
def test_an_edit_meets_the_entry_that_was_meant(seeds: range) -> None:
    play(tell, seeds)
