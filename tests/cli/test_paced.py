"""`[pacing]` through the public door: what is not due is named with its time, and nothing of it is sent."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.fleet import FleetWorld, fleet_world

DAILY = "[pacing]\nleast_hours = 24\n"


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[FleetWorld]:
    """Two profiles that were applied just now and changed since, and one that was never applied."""
    with fleet_world(tmp_path) as made:
        assert made.apply_to(*made.make(2)).code == 0
        made.make(3, headline="new")
        pace(made, DAILY)
        yield made


def pace(here: FleetWorld, text: str) -> None:
    (here.folder / "reconciler.toml").write_text(text, encoding="utf-8")


def due_at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_a_plan_says_when_each_goes_out(fleet: FleetWorld) -> None:
    done = fleet.cli("plan", ".")
    lines = done.out.splitlines()
    assert re.search(r"^p00\.yaml: 1 to change; .*, deferred until 20\S+Z$", lines[0]), lines[0]
    assert "deferred" not in lines[2]
    first, _, third = json.loads(fleet.cli("plan", ".", "--format", "json").out)
    there = due_at(first["deferred"]["until"]) - datetime.now(UTC)
    assert timedelta(hours=23) < there <= timedelta(hours=24)
    assert "deferred" not in third
    assert "deferred until 20" in fleet.cli("plan", ".", "--format", "markdown").out
    assert "deferred until 20" in fleet.cli("plan", "p00.yaml").out


def test_the_id_of_a_plan_is_the_same_whenever_it_goes_out(fleet: FleetWorld) -> None:
    before = json.loads(fleet.cli("plan", "p00.yaml", "--format", "json").out)
    pace(fleet, "")
    after = json.loads(fleet.cli("plan", "p00.yaml", "--format", "json").out)
    assert before.pop("deferred")
    assert before["id"] == after["id"]


@pytest.mark.parametrize(("more", "code"), [((), 0), (("--detailed-exitcode",), 2)])
def test_what_is_not_due_is_deferred_and_the_others_go(fleet: FleetWorld, more: tuple[str, ...], code: int) -> None:
    sent = len(fleet.sent())
    done = fleet.apply_to(".", "--parallel", "2", "--report", "report.jsonl", *more)
    assert done.code == code, done.err
    assert len(fleet.sent()) == sent + 1
    *lines, last = fleet.report()
    assert {line["profile"] for line in lines if line["event"] == "deferred"} == {"p00.yaml", "p01.yaml"}
    assert (last["counts"]["deferred"], last["counts"]["done"]) == (2, 1)
    assert "  deferred: p00.yaml, p01.yaml\n" in done.err


def test_one_profile_is_deferred_too(fleet: FleetWorld) -> None:
    sent = len(fleet.sent())
    done = fleet.apply_to("p00.yaml")
    assert (done.code, len(fleet.sent())) == (0, sent)
    assert "p00.yaml: deferred until 20" in done.err
    found = [json.loads(line) for line in fleet.apply_to("p00.yaml", "--format", "json").out.splitlines()]
    assert [event["event"] for event in found] == ["planned", "deferred", "done"]
    assert found[0]["plan"]["deferred"] == {"until": found[1]["until"]}


def test_a_saved_plan_is_deferred_too(fleet: FleetWorld) -> None:
    sent = len(fleet.sent())
    assert fleet.cli("plan", "p00.yaml", "--out", "plan.json").code == 0
    assert fleet.cli("apply", "plan.json").code == 0
    assert len(fleet.sent()) == sent


def test_what_is_due_after_the_limit_of_the_wait_is_an_error_that_names_the_time(fleet: FleetWorld) -> None:
    sent = len(fleet.sent())
    done = fleet.apply_to(".", "--wait", "--wait-limit", "3600")
    assert done.code == 1
    assert re.search(r"^p01\.yaml: deferred until 20\S+Z, later than --wait-limit lets it go$", done.err, re.MULTILINE)
    assert len(fleet.sent()) == sent + 1


def test_a_limit_of_the_wait_may_be_of_any_size(fleet: FleetWorld) -> None:
    fleet.fail(2, "error=account_restricted")
    done = fleet.apply_to(".", "--wait", "--wait-limit", "inf", "--max-failures", "1", "--report", "report.jsonl")
    assert done.code == 1
    assert [line["event"] for line in fleet.report()] == ["ended", "not-begun", "not-begun", "done"]


def test_what_is_due_is_not_waited_for(fleet: FleetWorld) -> None:
    pace(fleet, "[pacing]\nleast_hours = 0.000001\n")
    assert fleet.apply_to(".", "--wait").code == 0
    assert fleet.live_headlines() == {f"acc_{place:02}": "new" for place in range(3)}


def test_what_sends_nothing_waits_for_nothing(fleet: FleetWorld) -> None:
    fleet.one(0, headline="headline 0", experience={"a": {"role": "r", "company": "c"}})
    pace(fleet, "")
    assert fleet.apply_to("p00.yaml").code == 0
    pace(fleet, DAILY)
    fleet.one(0, headline="headline 0")
    done = fleet.apply_to("p00.yaml")
    assert done.code == 0
    assert "deferred" not in done.err


def test_a_wait_limit_alone_is_wrong_usage(fleet: FleetWorld) -> None:
    assert fleet.apply_to(".", "--wait-limit", "1").code == 64


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('time_zone = "Mars/Olympus"', "reconciler.toml:2:1: pacing.time_zone: there is no such time zone; "),
        ('time_zone = "../../etc/passwd"', "reconciler.toml:2:1: pacing.time_zone: there is no such time zone; "),
        ('hours = "9 to 5"', "reconciler.toml:2:1: pacing.hours: these are not two times of a day; "),
        ('hours = "17:00-09:00"', "reconciler.toml:2:1: pacing.hours: it ends before it begins; "),
        ('weekdays = ["monday", "sunnyday"]', "reconciler.toml:2:"),
        ("weekdays = []", "reconciler.toml:2:1: pacing.weekdays: the list is empty; "),
        ("least_hours = -1", "reconciler.toml:2:1: pacing.least_hours: -1 is out of bounds; "),
        (
            'hours = "09:00-10:00"\njitter_minutes = 60',
            "reconciler.toml:3:1: pacing.jitter_minutes: an account could go later than the hours last; ",
        ),
    ],
)
def test_a_pacing_that_cannot_be_is_an_error_at_its_place(fleet: FleetWorld, text: str, fault: str) -> None:
    pace(fleet, f"[pacing]\n{text}\n")
    sent = len(fleet.sent())
    for arguments in (("plan", "."), ("apply", ".", "--auto-approve", "--first-apply"), ("plan", "p00.yaml")):
        done = fleet.cli(*arguments)
        assert done.code == 1
        assert [line.startswith(fault) for line in done.err.splitlines()] == [True], done.err
    assert len(fleet.sent()) == sent
