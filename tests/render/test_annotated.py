"""Problems as a terminal shows them."""

import json

import pytest
from msgspec.structs import replace

from reconciler.problem import Problem
from reconciler.render.annotated import annotated
from reconciler.render.problems import told_once
from reconciler.render.sarif import sarif_problems
from reconciler.render.wrap import columns
from tests.world import World

WRONG = Problem("p.yaml", 3, 11, "headline", "this is wrong", "write `x`", "headline: &co stuff")


HEAD = "p.yaml:3:11: headline: this is wrong"


def test_the_line_stands_there_with_a_caret_under_the_place() -> None:
    assert annotated([WRONG], [], color=False, width=80).split("\n") == [
        f"error: {HEAD}",
        "   3 | headline: &co stuff",
        "     |           ^",
        "  write `x`",
        "1 error",
    ]


def test_one_without_a_place_is_not_counted() -> None:
    alone = Problem("", 0, 0, "", "there is no key", "set one")
    assert annotated([alone], [], color=False, width=80) == "error: there is no key\n  set one"


def test_a_blank_line_stands_between_problems() -> None:
    assert annotated([WRONG, WRONG], [], color=False, width=80).split("\n")[4:6] == ["", "error: " + HEAD]


def test_warnings_come_after_the_errors_and_both_are_counted() -> None:
    lines = annotated([WRONG, WRONG], [WRONG], color=False, width=80).split("\n")
    assert [line.split(":")[0] for line in lines if line.endswith("wrong")] == ["error", "error", "warning"]
    assert lines[-1] == "2 errors, 1 warning"


@pytest.mark.parametrize("width", [20, 40, 80])
@pytest.mark.parametrize("column", [1, 11, 150, 300])
@pytest.mark.parametrize("letter", ["x", "日", "\u202e"])
def test_a_long_line_is_cut_around_the_place(width: int, column: int, letter: str) -> None:
    source = letter * (column - 1) + "!" + letter * 299
    problem = Problem("p", 3, column, "", "m", "", source)
    _, line, caret, _ = annotated([problem], [], color=False, width=width).split("\n")
    assert columns(line) <= width
    assert columns(line.partition("!")[0]) == columns(caret) - 1
    assert "\u202e" not in line


def test_of_three_thousand_a_hundred_are_shown_and_all_are_counted() -> None:
    lines = annotated([WRONG] * 3000, [], color=False, width=80).split("\n")
    assert (len(lines), lines[-1]) == (500, "3,000 errors; the first 100 of each are shown")


def test_one_that_strikes_three_thousand_files_is_shown_whole() -> None:
    """It said that the first hundred are shown, of what stood there once."""
    problems = told_once(replace(WRONG, file=f"{number}.yaml") for number in range(3000))
    lines = annotated(problems, [], color=False, width=80).split("\n")
    assert (len(problems), lines[-1]) == (1, "3,000 errors")


def test_colour_marks_what_it_is_and_what_to_do() -> None:
    text = annotated([WRONG], [WRONG], color=True, width=80)
    assert "\x1b[31merror:\x1b[0m" in text
    assert "\x1b[33mwarning:\x1b[0m" in text
    assert "\x1b[1mwrite `x`\x1b[0m" in text


def test_validate_shows_warnings_beside_errors(here: World) -> None:
    here.write({"headline": "h" * 300, "skills": 3})
    done = here.cli("validate", "--color", "always")
    assert (done.code, done.out.splitlines()[-1]) == (1, "\x1b[1m1 error, 1 warning\x1b[0m")
    assert "warning: profile.yaml" in here.cli("validate").out
    assert "warning: profile.yaml" in here.cli("plan").err


@pytest.mark.parametrize("command", ["plan", "validate"])
def test_a_saved_plan_in_place_of_a_profile_is_pointed_to_show_and_apply(here: World, command: str) -> None:
    here.write({"headline": "h"})
    assert here.cli("plan", "--out", "plan.json").code == 0
    done = here.cli(command, "plan.json")
    assert done.code == 64
    assert "`reconciler show plan.json`" in done.err
    assert "`reconciler apply plan.json`" in done.err


def test_validate_writes_sarif(here: World) -> None:
    here.write({"headline": "h" * 300, "skills": 3})
    done = here.cli("validate", "--format", "sarif")
    (run,) = json.loads(done.out)["runs"]
    assert [found["level"] for found in run["results"]] == ["error", "warning"]
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "profile.yaml"
    assert place["region"]["startLine"] > 1
    assert json.loads(sarif_problems([], [], "0"))["runs"][0]["results"] == []
