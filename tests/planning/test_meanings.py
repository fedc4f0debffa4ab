"""An edit meets the entry that it was meant for, over stories in which entries change keys and fields at once.

A failing seed is named with the command that tells its story.
"""

import pytest

from tests.planning.meanings import tell
from tests.reliability.seeds import batches


@batches(250, quick=4, long=80)
def test_an_edit_meets_the_entry_that_was_meant(seeds: range) -> None:
    for seed in seeds:
        try:
            tell(seed)
        except AssertionError as broken:
            pytest.fail(f"`python -m tests.planning.meanings {seed}` tells how: {broken}")
