"""Every code and every condition has its words, whatever a reason holds."""

import pytest

from reconciler.planning.reason import Code, Edit, Reason, Way, When
from reconciler.render.wording import reason_text, when


@pytest.mark.parametrize("code", Code)
def test_every_code_has_its_sentence(code: Code) -> None:
    full = reason_text(Reason(code, ("experience.a.role", "experience.b"), values=("one", "two")))
    assert full
    assert "{" not in full
    assert reason_text(Reason(code)), "a plan file may leave out what a sentence names"


@pytest.mark.parametrize("condition", When)
def test_every_condition_has_its_words(condition: When) -> None:
    assert when(Way(condition, Edit("experience.a", "x")))
