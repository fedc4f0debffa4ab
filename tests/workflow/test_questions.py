"""A question of a plan is answered in the pull request that raised it, without anybody running a command."""

import html
import re
from typing import Any

import pytest

from tests.workflow.hub import Hub
from tests.workflow.test_github import COMMENTED, PASSED, reviewed, roles

KNOWN = {"acme": {"id": "7", "role": "Founder", "company": "Acme"}}
LOOKS_LIKE_IT = {"later": {"role": "Chair", "company": "Acme"}}


@pytest.fixture
def asked(at: Hub) -> Hub:
    """Give a repository whose one job is live, with an id."""
    at.here.simulator.memory.profile("acc_1").entries["experience"].append({"id": "7"})
    assert at.apply(reviewed(at, experience=KNOWN)).jobs == PASSED
    at.pull()
    return at


@pytest.mark.parametrize(("answer", "wanted"), [("same_as", ["Chair"]), ("not_same_as", ["Chair", "Founder"])])
def test_a_question_is_answered_by_a_line_in_the_same_pull_request(asked: Hub, answer: str, wanted: list[str]) -> None:
    entry: dict[str, Any] = dict(LOOKS_LIKE_IT["later"])
    asked.profile(experience={"later": entry})
    number = asked.open("promotion")
    assert asked.plan(number).jobs == COMMENTED
    (question,) = asked.comments(number)
    assert "entry-identity" in question
    line = re.search(rf"(?<!not_){answer}: ([\w-]+@\w+)", html.unescape(question))
    assert line is not None, question

    asked.profile(experience={"later": {**entry, answer: line[1]}})
    asked.open("promotion", number)
    assert asked.plan(number).jobs == COMMENTED
    (comment,) = asked.comments(number)
    assert "entry-identity" not in comment
    done = asked.apply(asked.merge(number))
    assert done.jobs == PASSED, done.log
    assert roles(asked) == wanted

    asked.pull()
    asked.plan(asked.open("later"))
    assert "no changes" in asked.comments(asked.numbers)[0].lower()


def test_an_unanswered_question_sends_nothing_for_it_and_the_rest(asked: Hub) -> None:
    asked.profile(headline="Baker", experience=LOOKS_LIKE_IT)
    number = asked.open("promotion")
    asked.plan(number)
    done = asked.apply(asked.merge(number))
    assert done.jobs["apply"] == "failure"
    assert (asked.here.live()["sections"]["headline"], roles(asked)) == ("Baker", ["Founder"])
    said = asked.comments(number)[-1]
    assert (said.startswith("**Not everything was applied.** "), said.split(" ")[-1]) == (True, "headline")
