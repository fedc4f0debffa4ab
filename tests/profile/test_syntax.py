"""A mistake in the YAML is told at its own line, wherever in a profile it stands."""

import re
from pathlib import Path

import pytest

from reconciler.problem import Problem, ProblemsError
from reconciler.profile.document import read_document

PROFILES = Path(__file__).parents[2] / "profiles"
TEXTS = (PROFILES / "full.yaml", PROFILES / "long-career.yaml")
STEP = 20  # of the places, each mistake is tried at others
KEYED = re.compile(r"( *(?:- )?[a-z_-]+):( +)([A-Za-z][^\"'\[\]{}:#|>]*)")

# What stands after a key → what is wrong with it. `{}` is the key with its indentation.
MISTAKES = {
    "star": "{}: *Best* engineer",
    "at": "{}: @engineer",
    "backquote": "{}: `engineer`",
    "percent": "{}: %engineer",
    "pipe": "{}: | engineer",
    "greater than": "{}: > engineer",
    "colon": "{}: engineer: by heart",
    "after double quotes": '{}: "Best" engineer',
    "after single quotes": "{}: 'I'm an engineer'",
    "after brackets": "{}: [open] engineer",
    "after braces": "{}: {{open}} engineer",
    "open double quote": '{}: "engineer',
    "open single quote": "{}: 'engineer",
    "open bracket": "{}: [engineer",
    "open brace": "{}: {{engineer",
    "no blank": "{}:engineer",
    "equals sign": "{} = engineer",
    "full-width colon": "{}\uff1a engineer",
    "no-break space": "{}:\u00a0engineer",
    "dash": "{}: - engineer",
}


def _lines() -> list[tuple[list[str], int]]:
    found = []
    for path in TEXTS:
        lines = path.read_text("utf-8").splitlines()
        found += [(lines, place) for place, line in enumerate(lines) if KEYED.fullmatch(line)]
    return found


def _told(text: str) -> tuple[Problem, ...]:
    """Return the problems of a text that is not YAML; none where it is, and only its content is wrong."""
    try:
        read_document(text.encode(), "p.yaml")
    except ProblemsError as error:
        return error.problems
    return ()


@pytest.mark.parametrize(("number", "mistake"), [*enumerate(MISTAKES)])
def test_a_mistake_is_told_at_its_own_line(number: int, mistake: str) -> None:
    places = _lines()
    assert len(places) > 100
    told = 0
    for lines, place in places[number::STEP]:
        found = KEYED.fullmatch(lines[place])
        assert found is not None
        broken = [*lines]
        broken[place] = MISTAKES[mistake].format(found[1])
        for problem in _told("\n".join(broken)):
            assert (problem.line, problem.source) == (place + 1, broken[place]), str(problem)
            assert problem.remedy
            told += 1
    assert told


def test_text_that_goes_on_below_a_key_is_no_mistake() -> None:
    text = 'a: one\n  two\nb: "three\n  c: four"\nd: [five,\n  six]\ne: |\n  f:seven\ng: @\n'
    assert [(problem.line, problem.column) for problem in _told(text)] == [(9, 4)]
