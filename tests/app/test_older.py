"""An older state in place of a later one: what the later one knew is not added a second time unasked."""

from pathlib import Path
from typing import Any

import pytest

from tests.world import ACCOUNT, World

CHEF = {"role": "Chef", "company": "Beta", "seniority": {"start_date": {"month": 3, "year": 2020}}}
CLERK = {"role": "Clerk", "company": "Bank", "seniority": {"start_date": {"month": 5, "year": 2015}}}
PILOT = {"role": "Pilot", "company": "Sky", "seniority": {"start_date": {"month": 6, "year": 2010}}}


@pytest.fixture
def older(here: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Give a world whose state is that of before its second job was added, as after `git checkout HEAD~1`."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(here.folder / "cache"))
    here.write({"experience": {"clerk": CLERK}})
    assert here.apply().code == 0
    before = here.state_path.read_text()
    here.write({"experience": {"clerk": CLERK, "chef": CHEF}})
    assert here.apply().code == 0
    here.state_path.write_text(before)
    return here


def roles(here: World) -> list[str]:
    return sorted(entry["role"] for entry in here.live()["experience"])


def test_what_a_later_state_knew_is_not_added_again_unasked(older: World) -> None:
    """The job was added twice."""
    plan = older.plan()
    assert plan["first_apply"] == ["experience"]
    (warning,) = plan["warnings"]
    assert "serial" in warning
    assert "experience.chef" in warning
    assert older.cli("apply", older.name, "--auto-approve").code == 1
    assert roles(older) == ["Chef", "Clerk"]


def test_a_refresh_is_a_way_out(older: World) -> None:
    assert older.cli("refresh", older.name, "--again").code == 0
    plan: dict[str, Any] = older.plan()
    assert (plan["changes"], plan["warnings"], "first_apply" in plan) == ([], [], False)


def test_who_says_that_it_is_not_there_adds_it(older: World) -> None:
    older.simulator.memory.profile(ACCOUNT).entries["experience"].pop()
    assert older.apply().code == 0
    assert roles(older) == ["Chef", "Clerk"]


def test_a_branch_that_adds_something_else_is_not_asked(older: World) -> None:
    older.write({"experience": {"clerk": CLERK, "pilot": PILOT}})
    plan = older.plan()
    assert (plan["warnings"], "first_apply" in plan) == ([], False)
    assert older.cli("apply", older.name, "--auto-approve").code == 0


def test_a_branch_that_adds_another_job_of_a_name_that_both_know_is_not_asked(older: World) -> None:
    again = {**CLERK, "seniority": {"start_date": {"month": 1, "year": 2024}}}
    older.write({"experience": {"clerk": CLERK, "back": again}})
    assert "first_apply" not in older.plan()


def test_what_was_taken_out_of_the_state_is_added_again_without_a_question(older: World) -> None:
    older.write({"experience": {"clerk": CLERK}})
    assert older.cli("state", "rm", "experience.clerk").code == 0
    assert older.cli("apply", older.name, "--auto-approve", "--first-apply").code == 0
    older.write({"experience": {"clerk": CLERK, "pilot": PILOT}})
    assert "first_apply" not in older.plan()


def test_where_nothing_is_remembered_nothing_is_asked(older: World, tmp_path: Path) -> None:
    older.environ["XDG_CACHE_HOME"] = str(tmp_path / "elsewhere")
    assert "first_apply" not in older.plan()
