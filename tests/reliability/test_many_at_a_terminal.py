"""Many profiles at a terminal: one question for all, one after the canary, one view, and signals at the questions."""

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fleet import FleetWorld, fleet_world
from tests.reliability.test_interruption import CODES, EACH, Terminal, until

REJECTED = "error=unprocessable_entity"


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[FleetWorld]:
    with fleet_world(tmp_path) as made:
        yield made


def test_all_are_asked_about_once_and_a_first_apply_before(fleet: FleetWorld) -> None:
    fleet.make(3)
    terminal = Terminal(fleet, "apply", ".", "--parallel", "2")
    terminal.wait_for("on LinkedIn already? Then these profiles are left out. [y/n]")
    terminal.type("n\n")
    terminal.wait_for("Apply these 3 plans? [y/n]")
    terminal.type("y\n")
    assert terminal.end() == 0, terminal.text
    assert len(fleet.sent()) == 3


def test_those_that_are_on_linkedin_already_are_left_out(fleet: FleetWorld) -> None:
    fleet.apply_to(*fleet.make(1))
    fleet.make(3, headline="new")
    terminal = Terminal(fleet, "apply", ".")
    terminal.asked()
    terminal.type("y\n")
    terminal.wait_for("Apply this? [y/n]")
    terminal.type("y\n")
    assert terminal.end() == 1
    assert [fleet.requests_by_account()[f"acc_{place:02}"] for place in range(3)] == [2, 0, 0]
    assert "run `reconciler refresh p01.yaml`" in terminal.text.replace("\r\n", " ").replace("  ", " ")


def test_a_state_of_the_account_that_appears_at_the_question_is_noticed(fleet: FleetWorld) -> None:
    """The plan that was kept was applied: it began the account anew, and would have added each entry again."""
    fleet.apply_to(*fleet.make(3))
    states = {place: (fleet.folder / f"p{place:02}.state.json") for place in range(2)}
    for place, path in states.items():
        path.rename(fleet.folder.parent / f"{place}.json")
    terminal = Terminal(fleet, "apply", ".", "--first-apply")
    terminal.wait_for("Apply these 2 plans? [y/n]")
    (fleet.folder.parent / "0.json").rename(fleet.folder / "moved.json")
    terminal.type("y\n")
    assert terminal.end() == 1, terminal.text
    assert "moved.json is a state of the same account acc_00" in " ".join(terminal.text.split())
    assert [fleet.requests_by_account()[f"acc_{place:02}"] for place in range(3)] == [1, 2, 1]


def at_canary(here: FleetWorld) -> Terminal:
    here.make(5)
    here.fail(1, REJECTED)
    terminal = Terminal(here, "apply", ".", "--first-apply", "--canary", "2", "--report", "report.jsonl")
    terminal.wait_for("Apply these 5 plans? [y/n]")
    terminal.type("y\n")
    terminal.wait_for("Apply the other 3? [y/n]")
    assert "rejected" in terminal.text
    return terminal


@pytest.mark.parametrize(("answer", "done"), [("y", 4), ("n", 1)])
def test_after_the_canary_a_person_says_whether_it_goes_on(fleet: FleetWorld, answer: str, done: int) -> None:
    terminal = at_canary(fleet)
    terminal.type(f"{answer}\n")
    assert terminal.end() == 1
    counts = fleet.report()[-1]["counts"]
    assert (counts["done"], counts["failed"], counts["not_begun"]) == (done, 1, 4 - done)


@EACH
def test_a_signal_at_the_canary_s_question_tells_what_was_done(fleet: FleetWorld, number: signal.Signals) -> None:
    terminal = at_canary(fleet)
    terminal.asked()
    terminal.process.send_signal(number)
    assert terminal.end() == CODES[number], terminal.text
    assert "5 profiles: 1 done, 1 failed, 3 not begun" in terminal.text
    assert fleet.report()[-1]["exit_code"] == CODES[number]


def test_a_terminal_that_is_closed_lets_all_in_flight_end(fleet: FleetWorld) -> None:
    fleet.make(4)
    fleet.simulator.faults.add(["delay=0.6"] * 4)
    terminal = Terminal(
        fleet, "apply", ".", "--auto-approve", "--first-apply", "--parallel", "2", "--report", "report.jsonl"
    )
    until(lambda: fleet.simulator.busy == 2)  # type: ignore[attr-defined] # a Watched one
    os.close(terminal.screen)
    assert terminal.process.wait(timeout=30) == 129
    counts = fleet.report()[-1]["counts"]
    assert (counts["done"], counts["not_begun"]) == (2, 2)
    assert fleet.apply_to(".").code == 0
    assert set(fleet.requests_by_account().values()) == {1}


def test_in_a_terminal_one_view_shows_what_is_at_work(fleet: FleetWorld) -> None:
    fleet.make(4)
    fleet.simulator.faults.add(["delay=0.6"] * 4)
    terminal = Terminal(
        fleet, "apply", ".", "--auto-approve", "--first-apply", "--parallel", "2", term="xterm-256color"
    )
    terminal.wait_for("0 of 4, 2 at work")
    terminal.wait_for("sending headline")
    assert terminal.end() == 0, terminal.text
    assert terminal.text.rindex("\x1b[?25h") > terminal.text.rindex("\x1b[?25l")  # the cursor is shown again
    assert "4 profiles: 4 done" in terminal.text


def test_what_became_of_each_profile_stays_on_the_screen(fleet: FleetWorld) -> None:
    names = fleet.make(6)
    fleet.fail(3, REJECTED)
    fleet.simulator.faults.add(["delay=0.3"] * 6)
    terminal = Terminal(
        fleet, "apply", ".", "--auto-approve", "--first-apply", "--parallel", "3", term="xterm-256color"
    )
    terminal.wait_for("3 at work")
    assert terminal.end() == 1, terminal.text
    lines = screen(terminal.text)
    assert sorted(line for line in lines if re.match(r"p0\d.yaml: \d applied", line)) == [
        f"{name}: 0 applied, 1 rejected" if name == names[3] else f"{name}: 1 applied" for name in names
    ]
    assert not any("at work" in line for line in lines)


def screen(text: str) -> list[str]:
    """Return the lines that a terminal shows in the end."""
    lines, row, column = [""], 0, 0
    for code, count, command, other in re.findall(r"(\x1b\[\??(\d*)[\d;]*([A-Za-z]))|([^\x1b])", text):
        if command == "A":
            row -= int(count or 1)
        elif command == "K":
            lines[row] = "" if count == "2" else lines[row][:column]
        elif other == "\r":
            column = 0
        elif other == "\n":
            row += 1
            lines += [""] * (row + 1 - len(lines))
        elif not code:
            lines[row] = lines[row][:column].ljust(column) + other + lines[row][column + 1 :]
            column += 1
    return [line.rstrip() for line in lines]
