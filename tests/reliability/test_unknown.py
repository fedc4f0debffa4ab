"""What a lost answer leaves uncertain stays so until it is settled, whatever happens to the file in between."""

from typing import Any

import pytest

from tests.reliability.laws import pending_addresses
from tests.world import ACCOUNT, World

JOB: dict[str, Any] = {"role": "Founder", "company": "postpress"}


def lost(here: World, profile: dict[str, Any]) -> None:
    """Apply a profile whose first request arrives, and whose answer does not."""
    here.write(profile)
    here.simulator.faults.add(["close=after-edit"])
    here.apply("--max-wait", "0")


def a_job(here: World, **more: Any) -> str:  # noqa: ANN401 - any fields
    """Apply a job, and record its id."""
    here.write({"experience": {"a": {**JOB, **more}}})
    assert here.apply().code == 0
    (there,) = here.live()["experience"]
    assert here.cli("state", "adopt", "experience.a", there["id"]).code == 0
    return str(there["id"])


@pytest.mark.parametrize("left_before", [False, True])
def test_a_field_that_left_while_it_was_unknown_is_sent_when_it_comes_back(here: World, left_before: bool) -> None:  # noqa: FBT001 - a parameter
    """It was taken back as it had been earlier, without a request, while something else was live."""
    a_job(here, description="first")
    if left_before:
        here.write({"experience": {"a": JOB}})
        assert here.apply().code == 0
    lost(here, {"experience": {"a": {**JOB, "description": "second"}}})
    here.write({"experience": {"a": JOB}})
    assert here.apply().code == 0
    assert here.plan()["changes"] == []
    assert (here.state()["pending"], here.state()["forgotten"]) == ([], {})
    here.write({"experience": {"a": {**JOB, "description": "first"}}})
    assert here.apply().code == 0
    assert here.live()["experience"][0]["description"] == "first"


def test_a_section_that_left_while_it_was_unknown_is_let_go_of(here: World) -> None:
    """It stayed pending for ever, and no command could end that without forgetting the section."""
    here.write({"headline": "first", "summary": "s"})
    assert here.apply().code == 0
    lost(here, {"headline": "second", "summary": "s"})
    here.write({"summary": "s"})
    assert here.apply().code == 0
    assert here.state()["pending"] == []
    here.write({"headline": "first", "summary": "s"})
    assert here.apply().code == 0
    assert here.live()["sections"]["headline"] == "first"


def test_what_is_unknown_of_an_entry_that_left_is_sent_when_it_comes_back(here: World) -> None:
    a_job(here, description="first")
    lost(here, {"experience": {"a": {**JOB, "description": "second"}}})
    here.write({"headline": "h"})
    assert here.apply().code == 0
    here.write({"headline": "h", "experience": {"a": {**JOB, "description": "first"}}})
    assert here.apply().code == 0
    assert here.live()["experience"][0]["description"] == "first"
    assert pending_addresses(here.state()) == set()


def test_a_key_ends_where_a_person_says_what_is_live_at_a_part_of_its_request(here: World) -> None:
    """The same request went out under it later; the old answer came back, and nothing had changed."""
    here.write({"headline": "first", "summary": "first"})
    assert here.apply().code == 0
    lost(here, {"headline": "second", "summary": "second"})
    here.simulator.memory.profile(ACCOUNT).sections["headline"] = "by hand"
    here.write({"headline": "by hand", "summary": "second"})
    assert here.cli("state", "accept", "headline").code == 0
    here.write({"headline": "second", "summary": "second"})
    assert here.apply().code == 0
    assert here.live()["sections"] == {"headline": "second", "summary": "second"}


def test_a_kept_key_ends_where_a_person_says_what_is_live(here: World) -> None:
    """Who said too early that an edit had not arrived, and undid it by hand, could not apply it again."""
    a_job(here, description="first")
    again = {"experience": {"a": {**JOB, "description": "second", "notify_network": True}}}
    lost(here, again)
    assert here.cli("state", "resolve", "experience.a", "--not-applied").code == 0
    here.simulator.memory.profile(ACCOUNT).entries["experience"][0]["description"] = "by hand"
    here.write({"experience": {"a": {**JOB, "description": "by hand"}}})
    assert here.cli("state", "accept", "experience.a").code == 0
    here.write(again)
    assert here.apply().code == 0
    assert here.live()["experience"][0]["description"] == "second"
