"""What an output says to run can be run as it stands, also for a profile of another name."""

import re
import shlex

import pytest

from tests.world import Done, World

JOB = {"role": "Founder", "company": "postpress"}
OTHER = {"role": "Poet", "company": "Byron"}


@pytest.fixture(params=["profile.yaml", "ada's profile.yaml"])
def named(here: World, request: pytest.FixtureRequest) -> World:
    here.name = request.param
    return here


def follow(named: World, text: str, *words: str, **given: str) -> Done:
    """Run the first command of a text that begins with these words, with what is to be filled in."""
    found = next(one for one in re.findall("`reconciler ([^`]*)`", text) if shlex.split(one)[: len(words)] == [*words])
    return named.cli(*(given.get(word, word) for word in shlex.split(found)))


def test_the_command_of_a_first_apply_takes_the_entries_over_and_nothing_else(named: World) -> None:
    named.write({"headline": "x", "experience": {"a": JOB, "b": OTHER}, "education": {"c": {"school": "s"}}})
    refused = named.cli("apply", named.name, "--auto-approve")
    for text in (named.cli("plan", named.name).out, refused.err):
        done = follow(named, text, "state", "accept")
        said = "recorded as live, nothing was sent: experience.a, experience.b, education.c\n"
        assert (done.code, done.err) == (0, said)
    assert [one["address"] for one in named.plan()["changes"]] == ["headline"]


@pytest.mark.parametrize("saying", ["apply", "plan"])
def test_the_command_that_settles_a_doubt_settles_it(named: World, saying: str) -> None:
    named.write({"experience": {"a": JOB}})
    named.simulator.faults.add(["close=after-edit"])
    said = named.apply().err if saying == "apply" else (named.apply(), named.cli("plan", named.name))[1].out
    done = follow(named, said, "state", "resolve")
    assert (done.code, done.err) == (0, "experience.a: recorded as applied\n")


def test_the_commands_of_a_blocked_edit_open_it(named: World) -> None:
    named.write({"experience": {"a": JOB}})
    assert named.apply().code == 0
    named.write({"experience": {"a": {**JOB, "location": "Paris"}}})
    text = named.cli("plan", named.name).out
    assert follow(named, text, "state", "adopt", URL="2400000001").code == 0
    assert follow(named, text, "state", "accept").code == 0
    assert named.plan()["changes"] == []


def test_the_command_after_a_reconnection_gives_the_state_its_account(named: World) -> None:
    named.write({"headline": "x"})
    assert named.apply().code == 0
    named.write({"account_id": "acc_2", "headline": "x"})
    assert follow(named, named.cli("plan", named.name).err, "state", "account").code == 0
    assert named.cli("plan", named.name).out.startswith(f"{named.name}: no changes")


def test_accept_of_a_section_that_the_file_does_not_hold_is_told_what_to_name(here: World) -> None:
    here.write({"headline": "x"})
    done = here.cli("state", "accept", "experience")
    said = "experience: that is a whole section; name an entry of it as experience.KEY\n"
    assert (done.code, done.err) == (1, said)
