"""Every code and every condition has its words, whatever a reason holds."""

import pytest

from reconciler.planning.reason import Code, Edit, Reason, Way, When
from reconciler.render.wording import conditions, joined, reason_text


@pytest.mark.parametrize("code", Code)
def test_every_code_has_its_sentence(code: Code) -> None:
    full = reason_text(Reason(code, ("experience.a.role", "experience.b"), values=("one", "two")))
    assert full
    assert "{" not in full
    assert reason_text(Reason(code)), "a plan file may leave out what a sentence names"


@pytest.mark.parametrize("code", [Code.CHANGED_ON_LINKEDIN, Code.ADD_NOT_SEEN])
def test_a_time_stands_as_it_is_and_what_is_none_between_quotes(code: Code) -> None:
    assert " 2026-11-26T08:00:00Z" in reason_text(Reason(code, values=("2026-11-26T08:00:00Z",)))
    assert ' "yesterday; run x"' in reason_text(Reason(code, values=("yesterday; run x",)))


@pytest.mark.parametrize("condition", When)
def test_every_condition_has_its_words(condition: When) -> None:
    assert words(Way(condition, Edit("experience.a", "x"))) != [""]


def words(*ways: Way, about: tuple[str, ...] = ("experience.a",)) -> list[str]:
    return [joined(said) for said, _ in conditions(Reason(Code.ENTRY_IDENTITY, about, ways))]


def test_a_question_about_several_entries_names_each_and_none_of_them() -> None:
    same, other = (Way(when, Edit("experience.a", "x")) for when in (When.SAME_ENTRY, When.ANOTHER_ENTRY))
    about = ("experience.a", "experience.b", "experience.c d")
    assert words(same, same, other, about=about) == [
        "if it is experience.b",
        'if it is "experience.c d"',
        "if it is none of these",
    ]
    assert words(same, other, about=about[:2]) == ["if it is the same", "if it is another one"]
    assert words(same, same, other)[0] == "if it is the same", "a plan file may leave out what a sentence names"
