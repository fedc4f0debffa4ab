"""`apply --format json`: an event a line, as things happen; and what `--detailed-exitcode` says."""

import json
from typing import Any

import pytest

from tests.world import World, hold

JOBS = {name: {"role": name, "company": "Acme"} for name in ("one", "two")}


def events(here: World, *arguments: str, code: int = 0) -> list[dict[str, Any]]:
    done = here.apply("--format", "json", *arguments)
    assert done.code == code, done.err
    return [json.loads(line) for line in done.out.splitlines()]


def test_an_apply_tells_what_it_does_line_by_line(here: World) -> None:
    here.write({"headline": "h", "experience": JOBS})
    found = events(here)
    assert [event["event"] for event in found] == ["planned", "sent", "sent", "sent", "ended", "done"]
    hold("plan", found[0]["plan"])
    assert [event["addresses"] for event in found[1:4]] == [["headline"], ["experience.one"], ["experience.two"]]
    assert found[-2]["applied"] == ["headline", "experience.one", "experience.two"]
    assert found[-1]["exit_code"] == 0


def test_nothing_to_do_is_told_too(here: World) -> None:
    here.write({"headline": "h"})
    events(here)
    found = events(here)
    assert [event["event"] for event in found] == ["planned", "ended", "done"]
    assert found[1]["applied"] == []


def test_a_rejection_and_what_was_not_tried_are_told(here: World) -> None:
    here.write({"headline": "h", "experience": JOBS})
    here.simulator.faults.add(["none", "error=limit_exceeded"])
    found = events(here, code=1)
    ended = found[-2]
    assert [failed["addresses"] for failed in ended["rejected"]] == [["experience.one"]]
    assert ended["rejected"][0]["outcome"]["type"] == "errors/limit_exceeded"
    assert (ended["untried"], ended["stopped"]["code"]) == (["experience.two"], "refused")
    assert found[-1]["exit_code"] == ended["exit_code"] == 1


def test_doubt_is_told(here: World) -> None:
    here.write({"experience": {"one": JOBS["one"]}})
    here.simulator.faults.add(["object=SomethingElse;after"])
    ended = events(here, code=3)[-2]
    assert ended["in_doubt"] == ["experience.one"]
    assert [failed["outcome"]["verdict"] for failed in ended["unknown"]] == ["unknown"]


@pytest.mark.parametrize(
    ("arguments", "code"), [(("--nonsense",), 64), (("--target", "nowhere"), 64), (("--plan-id", "0"), 1)]
)
def test_what_is_wrong_is_an_event_too(here: World, arguments: tuple[str, ...], code: int) -> None:
    here.write({"headline": "h"})
    found = events(here, *arguments, code=code)
    assert [event["event"] for event in found] == ["error", "done"]
    assert found[0]["errors"][0]["message"]
    assert found[1]["exit_code"] == code


def test_of_several_profiles_one_that_fails_is_named(here: World) -> None:
    here.write({"headline": "h"})
    assert here.apply().code == 0
    here.write({"headline": "i"})
    other = here.folder / "other.yaml"
    other.write_text('{type: LINKEDIN, account_id: "2", experience: {a: {role: r, company: c}}}', encoding="utf-8")
    done = here.cli("apply", here.name, "other.yaml", "--auto-approve", "--format", "json")
    found = [json.loads(line) for line in done.out.splitlines()]
    assert done.code == 1
    assert [event["profile"] for event in found if event["event"] == "error"] == ["other.yaml"]


def test_the_exit_code_tells_whether_something_was_sent(here: World) -> None:
    here.write({"headline": "h"})
    assert here.apply("--detailed-exitcode").code == 2
    assert here.apply("--detailed-exitcode").code == 0
    here.write({"headline": "i", "experience": JOBS})
    here.simulator.faults.add(["none", "error=unprocessable_entity"])
    assert here.apply("--detailed-exitcode").code == 1
    here.simulator.faults.add(["object=SomethingElse;after"])
    assert here.apply("--detailed-exitcode").code == 3
