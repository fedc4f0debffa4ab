"""What `state accept` records: what cannot be sent, what is named, and nothing that the plan asks about."""

import pytest
from msgspec.structs import replace

from reconciler.manual.accept import Accepted, accept
from reconciler.planning.planner import make_plan
from reconciler.problem import StateError
from reconciler.profile.desired import Desired, Profile, Wanted
from reconciler.state.applied import Applied, Record
from reconciler.values import Plain
from tests.world import World

NOW, LATER = "2026-01-02T03:04:05Z", "2026-02-02T03:04:05Z"
SCHOOL: dict[str, Plain] = {"school": "ETH", "activities": "rowing", "description": "d"}
CHANGED: dict[str, Plain] = {"school": "ETH", "activities": "chess", "description": "e"}
STATE = Applied("l", 1, "w", "acc", {"education.u": Record(SCHOOL, NOW, "apply", "7", "adopt", "uuuu")})
MIXED: dict[str, Plain] = {"education.u": CHANGED, "headline": "x"}


def accepted(
    *addresses: str, everything: bool = False, state: Applied = STATE, file: dict[str, Plain] = MIXED
) -> Accepted:
    wanted = {address: Wanted(value, place) for place, (address, value) in enumerate(file.items())}
    made = make_plan(Profile("p.yaml", "0" * 64, Desired("acc", wanted)), state, "p.state.json", "0")
    return accept(state, made, wanted, addresses, LATER, everything=everything)


def test_accept_without_a_name_records_what_cannot_be_sent_and_leaves_the_rest_to_be_sent() -> None:
    found = accepted()
    assert (found.recorded, found.left) == (("education.u.activities",), ("headline", "education.u"))
    record = found.applied.sections["education.u"]
    assert record.value == {**SCHOOL, "activities": "chess"}
    assert (record.id, record.id_by, record.handle, record.by) == ("7", "adopt", "uuuu", "accept")
    assert "headline" not in found.applied.sections


def test_the_name_of_an_entry_means_the_part_of_it_that_cannot_be_sent() -> None:
    """Done as the plan said, the part that could be sent was recorded as live, and never sent."""
    found = accepted("education.u")
    assert (found.recorded, found.left) == (("education.u.activities",), ("headline", "education.u"))


def test_a_field_that_is_named_is_recorded_also_where_it_could_be_sent() -> None:
    found = accepted("education.u.description")
    assert found.applied.sections["education.u"].value == {**SCHOOL, "description": "e"}
    assert accepted("education.u.description", "education.u.activities").left == ("headline",)


def test_all_means_the_whole_file() -> None:
    found = accepted(everything=True)
    assert (found.recorded, found.left) == (("education.u", "headline"), ())
    assert {address: record.value for address, record in found.applied.sections.items()} == MIXED


def test_what_state_knows_already_is_not_recorded_again() -> None:
    known = replace(STATE, sections={"headline": Record("x", NOW, "apply"), **STATE.sections})
    assert accepted("headline", state=known).recorded == ()


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("education.u.seniority", "holds nothing there"),
        ("education.u.description.x", "travels whole; name education.u.description"),
        ("headline.x", "travels whole; name headline"),
        ("education.new.description", "does not know education.new yet; name education.new"),
    ],
)
def test_a_field_that_cannot_be_recorded_alone_is_refused(address: str, message: str) -> None:
    with pytest.raises(StateError, match=message):
        accepted(address, file={**MIXED, "education.new": {"school": "MIT", "description": "d"}})


CHEF, CLERK = {"role": "Chef", "company": "Beta"}, {"role": "Clerk", "company": "Bank"}


def applied(here: World, **jobs: object) -> None:
    here.write({"experience": jobs})
    assert here.apply().code == 0


def test_entries_that_changed_keys_and_texts_at_once_are_not_accepted_while_the_plan_asks(here: World) -> None:
    """Each key held the other's id afterwards, and the next edit wrote over the wrong job."""
    applied(here, b=CHEF, d=CLERK)
    here.cli("state", "adopt", "experience.b", "7", "experience.d", "8")
    here.write({"experience": {"b": {**CLERK, "description": "files"}, "d": {**CHEF, "description": "cooks"}}})
    before = here.state_path.read_bytes()
    for words in ((), ("--all",), ("experience",), ("experience.b",)):
        done = here.cli("state", "accept", *words)
        assert (done.code, here.state_path.read_bytes()) == (1, before), done.err


def test_accept_under_the_key_of_another_entry_loses_no_record(here: World) -> None:
    """The record of the entry that had the key was gone, and it was added a second time."""
    applied(here, b={**CHEF, "description": "cooks"})
    here.write({"experience": {"b": CLERK, "d": {**CHEF, "description": "cooks well"}}})
    before = here.state()["sections"]["experience.b"]
    here.cli("state", "accept", "experience.b")
    state = here.state()
    assert before["handle"] in [
        known["handle"] for known in (*state["sections"].values(), *state["forgotten"].values())
    ]
    here.apply()
    assert sorted(job["role"] for job in here.live()["experience"]) in (["Chef"], ["Chef", "Clerk"])


def test_the_remedy_of_a_mixed_plan_loses_no_change(here: World) -> None:
    """A school with an editable and a blocked field changed: the remedy recorded both as live."""
    school = {"school": "ETH", "activities": "rowing", "description": "d"}
    here.write({"education": {"u": school}})
    assert here.apply().code == 0
    (entry,) = here.live()["education"]
    here.cli("state", "adopt", "education.u", entry["id"])
    here.write({"education": {"u": {**school, "activities": "chess", "description": "e"}}})
    (blocked,) = [change for change in here.plan()["changes"] if change["action"] == "blocked"]
    (command,) = [way["command"] for way in blocked["reason"]["ways"] if "accept" in way["command"]]
    assert here.cli(*command.split()[1:]).code == 0
    assert here.apply().code == 0
    assert here.live()["education"][0]["description"] == "e"
