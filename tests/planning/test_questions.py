"""The page on reliability says how many questions are asked."""

import pytest

from tests.planning.mutation import ROOT
from tests.planning.questions import HISTORIES, KEY_ALONE, PART_ALONE, STORIES, in_histories, in_stories


@pytest.mark.torture
def test_as_many_questions_are_asked_as_the_page_says() -> None:
    counts = in_histories(range(HISTORIES)), in_stories(range(STORIES))
    alone = [found[KEY_ALONE] + found[PART_ALONE] for found in counts]
    others = [f"{found.total() - few:,}" for found, few in zip(counts, alone, strict=True)]
    page = " ".join((ROOT / "docs" / "reliability.md").read_text("utf-8").split())
    assert f"{others[0]} and {others[1]} changes are blocked by a question" in page
    assert f"a part of the name, is the same: {alone[0]} and {alone[1]} more" in page
