"""Which entry is which: keys renamed, reused and swapped, ids given and changed, doubt that outlives a key."""

import re
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from msgspec.structs import replace

from reconciler.carry import carry
from reconciler.manual.accept import accept
from reconciler.manual.adopt import adopt
from reconciler.planning.plan import Plan
from reconciler.planning.planner import make_plan
from reconciler.problem import StateError
from reconciler.profile.desired import Wanted
from reconciler.render.wording import ways_out
from reconciler.state import transitions
from reconciler.state.applied import Applied, Forgotten, Pending, Record, Sending, handles
from reconciler.state.format import read_state, write_state
from reconciler.values import Plain
from tests.planning.answers import answered, asked, codes
from tests.planning.said import told
from tests.planning.test_plan import JOB, NOW, applied, brief, plan, profile, sent

AUTHOR: dict[str, Plain] = {"role": "Author", "company": "elsewhere"}
EDITOR: dict[str, Plain] = {"role": "Editor", "company": "elsewhere"}


def add_in_doubt(address: str, value: Plain) -> Pending:
    return Pending(f"add {address}", "k", (address,), {address: Sending(value)}, NOW)


def edit_unknown(address: str, value: Plain, entry_id: str, *fields: str) -> Pending:
    sending = Sending(value, entry_id, "file", fields or None)
    return Pending(f"edit {address} {entry_id}", "k", (address,), {address: sending}, NOW)


def settled(made: Plan, state: Applied) -> Applied:
    return transitions.give_ids(carry(state, made.changes, NOW), made.ids)


def landed(made: Plan, state: Applied) -> Applied:
    """Carry a whole plan out, as a run does of which every request arrives."""
    state = settled(made, state)
    for number, request in enumerate(made.requests):
        pending = Pending(f"r{number}", "k", request.addresses, request.sections, NOW)
        state = transitions.fold(transitions.begin(state, pending), pending.request, NOW)
    return state


def values(state: Applied) -> Mapping[str, Plain]:
    return {address: record.value for address, record in state.sections.items()}


def test_a_field_that_leaves_an_entry_whose_key_is_renamed_leaves_that_entry_at_once() -> None:
    state = applied({"experience.a": Record({**JOB, "description": "x"}, NOW, "apply", "7", "file")})
    wanted = profile(experience__b=Wanted(JOB, 0, "7"))
    made = plan(wanted, state)
    assert brief(made) == [("experience.b", "move"), ("experience.b.description", "forget")]
    after = settled(made, state)
    assert (values(after), list(after.forgotten)) == ({"experience.b": JOB}, ["experience.b.description"])
    assert plan(wanted, after).empty


def test_a_field_that_leaves_an_entry_is_not_taken_from_the_one_whose_key_it_gets() -> None:
    state = applied(
        {
            "experience.a": Record({**JOB, "description": "x"}, NOW, "apply", "7", "file"),
            "experience.b": Record({**AUTHOR, "description": "y"}, NOW, "apply", "8", "file"),
        }
    )
    wanted = profile(experience__b=Wanted(JOB, 0, "7"), experience__c=Wanted({**AUTHOR, "description": "y"}, 1, "8"))
    after = settled(plan(wanted, state), state)
    assert values(after) == {"experience.b": JOB, "experience.c": {**AUTHOR, "description": "y"}}
    assert plan(wanted, after).empty


def test_what_is_unknown_of_an_entry_follows_it_when_its_key_gets_another_id() -> None:
    state = applied(
        {"experience.a": Record(JOB, NOW, "apply", "7", "file")},
        pending=(edit_unknown("experience.a", {**JOB, "description": "x"}, "7", "description"),),
    )
    wanted = profile(experience__a=Wanted({**AUTHOR, "description": "y"}, 0, "8"))
    made = plan(wanted, state)
    assert brief(made) == [("experience.a", "set"), ("experience.a", "forget")]
    assert made.changes[0].reason is None
    after = landed(made, state)
    assert [pending.addresses for pending in after.pending] == [("experience.a-forgotten",)]
    assert plan(wanted, after).empty
    back = plan(profile(experience__old=Wanted({**JOB, "description": "x"}, 0, "7")), after)
    assert sent(back) == [[("experience[id]", "7"), ("experience[description]", "x")]]


def test_what_is_unknown_of_an_entry_is_settled_by_an_edit_of_it_under_another_key() -> None:
    state = applied(pending=(edit_unknown("experience.a", JOB, "7"),))
    wanted = profile(experience__b=Wanted(JOB, 0, "7"))
    after = landed(plan(wanted, state), state)
    assert (values(after), after.pending) == ({"experience.b": JOB}, ())


def test_an_idempotency_key_ends_once_something_else_was_sent_to_the_same_place() -> None:
    state = applied(pending=(Pending("r", "k", ("headline",), {"headline": Sending("A")}, NOW),))
    after = transitions.begin(state, Pending("r2", "k2", ("headline",), {"headline": Sending("B")}, NOW))
    assert [(pending.request, pending.answered) for pending in after.pending] == [("r", True), ("r2", False)]
    elsewhere = transitions.begin(state, Pending("r2", "k2", ("summary",), {"summary": Sending("B")}, NOW))
    assert [pending.answered for pending in elsewhere.pending] == [False, False]


def test_an_add_in_doubt_is_not_sent_again_when_its_key_holds_something_else() -> None:
    state = applied(pending=(add_in_doubt("experience.a", JOB),))
    made = plan(profile(experience__a=AUTHOR, experience__b=JOB, experience__c=EDITOR), state)
    assert brief(made) == [("experience.a", "blocked"), ("experience.b", "blocked"), ("experience.c", "create")]
    assert "waits for experience.a, which was sent" in told(made.changes[1])


def test_another_entry_that_resembles_an_add_in_doubt_is_added_while_that_one_keeps_its_key() -> None:
    state = applied(pending=(add_in_doubt("experience.a", JOB),))
    made = plan(profile(experience__a=JOB, experience__b={**JOB, "description": "again"}), state)
    assert brief(made) == [("experience.a", "blocked"), ("experience.b", "create")]


def test_an_edit_in_doubt_whose_key_is_gone_does_not_keep_entries_from_being_added() -> None:
    pending = Pending("r", "k", ("experience.a",), {"experience.a": Sending(JOB, "7", notify_network=True)}, NOW)
    made = plan(profile(experience__b=AUTHOR), applied(pending=(pending,)))
    assert (brief(made), made.in_doubt) == ([("experience.b", "create")], ("experience.a",))


def test_an_add_of_which_state_lost_what_was_sent_closes_its_section() -> None:
    made = plan(profile(experience__b=AUTHOR), applied(pending=(Pending("r", "k", ("experience.a",), {}, NOW),)))
    assert brief(made) == [("experience.b", "blocked")]


def test_a_key_is_not_taken_from_an_entry_that_doubt_keeps_from_being_renamed() -> None:
    """c → b and b → a, but what is in doubt is called a: neither can move, and neither is lost."""
    state = applied({"experience.b": JOB, "experience.c": AUTHOR}, pending=(add_in_doubt("experience.a", EDITOR),))
    wanted = profile(experience__a=JOB, experience__b=AUTHOR, experience__c={"role": "Chef", "company": "a kitchen"})
    made = plan(wanted, state)
    assert brief(made) == [("experience.a", "blocked"), ("experience.b", "blocked"), ("experience.c", "blocked")]
    assert values(settled(made, state)) == {"experience.b": JOB, "experience.c": AUTHOR}
    resolved = replace(state, pending=())
    assert brief(plan(wanted, resolved)) == [
        ("experience.a", "move"),
        ("experience.b", "move"),
        ("experience.c", "create"),
    ]


def test_an_id_is_given_to_the_entry_that_has_it_and_not_to_what_still_has_its_key() -> None:
    state = applied({"headline": "x", "experience.a": JOB})
    wanted = profile(headline="y", experience__c=JOB, experience__a=Wanted(AUTHOR, 2, "9"))
    only_headline = plan(wanted, state, targets=("headline",))
    assert brief(only_headline) == [("headline", "update")]
    assert settled(only_headline, state).sections["experience.a"].id is None
    after = landed(plan(wanted, state), state)
    assert {
        address: (record.value, record.id)
        for address, record in after.sections.items()
        if record.id or address == "experience.c"
    } == {
        "experience.a": (AUTHOR, "9"),
        "experience.c": (JOB, None),
    }


def test_an_id_goes_along_with_a_key_that_is_renamed_or_stays() -> None:
    state = applied({"experience.a": JOB, "experience.b": AUTHOR}, forgotten={"experience.x": Forgotten(EDITOR, NOW)})
    wanted = profile(
        experience__a=Wanted(JOB, 0, "1"), experience__c=Wanted(AUTHOR, 1, "2"), experience__d=Wanted(EDITOR, 2, "3")
    )
    made = plan(wanted, state)
    assert dict(made.ids) == {"experience.a": "1", "experience.c": "2", "experience.d": "3"}
    assert {address: record.id for address, record in settled(made, state).sections.items()} == dict(made.ids)
    assert plan(wanted, settled(made, state)).empty


def test_a_forgotten_entry_whose_key_is_used_again_gets_one_that_no_other_entry_has_by_chance() -> None:
    state = applied({"experience.a": Record(JOB, NOW, "apply", "7", "file")})
    after = landed(plan(profile(experience__a=Wanted(AUTHOR, 0, "8")), state), state)
    assert list(after.forgotten) == ["experience.a-forgotten"]
    wanted = {"experience__a": Wanted(AUTHOR, 0, "8"), "experience__a_DASH_2": EDITOR}
    assert brief(plan(profile(**wanted), after)) == [("experience.a-2", "create")]
    again = landed(plan(profile(experience__a=Wanted(EDITOR, 0, "9")), after), after)
    assert sorted(again.forgotten) == ["experience.a-forgotten", "experience.a-forgotten-2"]


@pytest.mark.parametrize("left_before", [True, False])
def test_a_forgotten_entry_whose_key_is_used_again_gets_none_that_another_one_gets_at_once(left_before: bool) -> None:  # noqa: FBT001 - a parameter
    """It got the key of an entry that was renamed to just that, and nobody could read the state."""
    known = {"experience.x": AUTHOR, "experience.y": EDITOR}
    gone = Forgotten(JOB, NOW)
    state = applied(known, forgotten={"experience.a": gone}) if left_before else applied({**known, "experience.a": JOB})
    after = landed(plan(profile(experience__a_DASH_forgotten=EDITOR, experience__a=AUTHOR), state), state)
    read_state(write_state(after), "profile.state.json")
    assert values(after) == {"experience.a": AUTHOR, "experience.a-forgotten": EDITOR}
    assert {address: forgotten.value for address, forgotten in after.forgotten.items()} == {
        "experience.a-forgotten-2": JOB
    }


def test_two_equal_entries_whose_keys_are_both_renamed_are_asked_after_until_one_is_told() -> None:
    state = applied({"experience.a": JOB, "experience.b": JOB})
    wanted = profile(experience__c=JOB, experience__d=JOB)
    made = plan(wanted, state)
    assert asked(made) == {
        "experience.c": ("experience.a", "experience.b"),
        "experience.d": ("experience.a", "experience.b"),
    }
    said = plan(answered(wanted, made, "experience.d", same=True), state)
    assert [(change.address, change.moved_from) for change in said.changes] == [
        ("experience.c", "experience.b"),
        ("experience.d", "experience.a"),
    ]


def test_two_entries_change_keys() -> None:
    state = applied({"experience.a": JOB, "experience.b": AUTHOR})
    wanted = profile(experience__a=AUTHOR, experience__b=JOB)
    made = plan(wanted, state)
    assert brief(made) == [("experience.a", "move"), ("experience.b", "move")]
    assert values(settled(made, state)) == {"experience.a": AUTHOR, "experience.b": JOB}


def test_an_entry_edited_and_renamed_is_not_added_while_its_old_key_holds_something_else() -> None:
    state = applied({"experience.a": JOB})
    wanted = profile(experience__a=AUTHOR, experience__b={**JOB, "description": "more"})
    made = plan(wanted, state)
    assert asked(made) == {"experience.a": ("experience.a",), "experience.b": ("experience.a",)}
    another = plan(answered(wanted, made, "experience.b", same=False), state)
    assert (brief(another), list(asked(another))) == (
        [("experience.a", "blocked"), ("experience.b", "create")],
        ["experience.a"],
    )
    same = plan(answered(wanted, made, "experience.b", same=True), state)
    assert brief(same) == [("experience.a", "create"), ("experience.b", "move"), ("experience.b", "blocked")]


def test_a_key_that_was_forgotten_can_be_said_to_be_new() -> None:
    state = applied(forgotten={"experience.a": Forgotten(JOB, NOW)})
    wanted = profile(experience__a=AUTHOR)
    made = plan(wanted, state)
    assert asked(made) == {"experience.a": ("experience.a",)}
    said = answered(wanted, made, "experience.a", same=False)
    made = plan(said, state)
    assert brief(made) == [("experience.a", "create")]
    after = landed(made, state)
    assert (values(after), list(after.forgotten)) == ({"experience.a": AUTHOR}, ["experience.a-forgotten"])
    assert plan(said, after).empty


def test_a_target_takes_along_the_moves_that_free_its_key() -> None:
    state = applied({"headline": "x", "experience.a": JOB, "experience.b": AUTHOR})
    wanted = profile(headline="y", experience__b=JOB, experience__c=AUTHOR)
    made = plan(wanted, state, targets=("experience.b",))
    assert brief(made) == [("experience.b", "move"), ("experience.c", "move")]


def test_an_entry_of_which_only_the_id_is_left_lets_go_of_its_fields() -> None:
    state = applied({"experience.a": Record(JOB, NOW, "apply", "7", "file")})
    wanted = profile(experience__a=Wanted({}, 0, "7"))
    made = plan(wanted, state)
    assert brief(made) == [("experience.a.company", "forget"), ("experience.a.role", "forget")]
    after = settled(made, state)
    assert values(after) == {"experience.a": {}}
    assert plan(wanted, after).empty
    assert plan(profile(experience__a=Wanted({}, 0, "7")), applied()).empty


def test_an_id_that_left_the_file_is_still_known() -> None:
    state = applied({"experience.a": Record(JOB, NOW, "apply", "7", "file")})
    made = plan(profile(experience__a={**JOB, "description": "x"}), state)
    assert sent(made) == [[("experience[id]", "7"), ("experience[description]", "x")]]


def test_a_section_that_was_forgotten_or_is_unknown_comes_back_as_set() -> None:
    state = applied(
        forgotten={"headline": Forgotten("x", NOW)},
        pending=(Pending("r", "k", ("summary",), {"summary": Sending("y")}, NOW),),
    )
    assert brief(plan(profile(headline="x", summary="y"), state)) == [("headline", "set"), ("summary", "set")]


def test_a_field_that_left_comes_back_as_it_was_without_being_sent_and_is_sent_where_it_changed() -> None:
    known = Record(JOB, NOW, "apply", "7", "file")
    state = applied({"experience.a": known}, forgotten={"experience.a.description": Forgotten("x", NOW)})
    same = plan(profile(experience__a=Wanted({**JOB, "description": "x"}, 0, "7")), state)
    assert (brief(same), same.requests) == ([("experience.a.description", "move")], ())
    after = settled(same, state)
    assert (values(after), dict(after.forgotten)) == ({"experience.a": {**JOB, "description": "x"}}, {})
    other = plan(profile(experience__a=Wanted({**JOB, "description": "y"}, 0, "7")), state)
    assert sent(other) == [[("experience[id]", "7"), ("experience[description]", "y")]]


def test_a_value_that_went_back_after_an_unknown_edit_is_sent() -> None:
    state = applied(
        {"experience.a": Record({**JOB, "description": "old"}, NOW, "apply", "7", "file")},
        pending=(edit_unknown("experience.a", {**JOB, "description": "new"}, "7", "description"),),
    )
    made = plan(profile(experience__a=Wanted({**JOB, "description": "old"}, 0, "7")), state)
    assert (brief(made), sent(made)) == (
        [("experience.a", "update")],
        [[("experience[id]", "7"), ("experience[description]", "old")]],
    )
    gone = plan(profile(experience__a=Wanted(JOB, 0, "7")), state)
    assert brief(gone) == [("experience.a.description", "forget")]
    after = settled(gone, state)
    assert sent(plan(profile(experience__a=Wanted({**JOB, "description": "old"}, 0, "7")), after)) == [
        [("experience[id]", "7"), ("experience[description]", "old")]
    ]


def test_an_education_whose_school_cannot_be_edited_is_not_added_again_under_another_key() -> None:
    school: dict[str, Plain] = {"school": "MIT"}
    state = applied({"education.a": Record(school, NOW, "apply", "7", "file")})
    wanted = profile(education__a=Wanted({"school": "ETH"}, 0, "7"), education__b=school)
    with pytest.raises(StateError, match=r"education\.a\.id: the id 7 is that of education\.a .* education\.b"):
        plan(wanted, state)
    unmanaged = profile(education__a=Wanted({"description": "x"}, 0, "7"), education__b=school)
    assert brief(plan(unmanaged, state)) == [
        ("education.a.school", "forget"),
        ("education.a", "update"),
        ("education.b", "create"),
    ]


def test_an_entry_whose_forgotten_key_comes_back_with_something_else_is_not_added_under_another() -> None:
    state = applied(forgotten={"experience.a": Forgotten({**JOB, "description": "x"}, NOW)})
    made = plan(profile(experience__a=AUTHOR, experience__b=JOB), state)
    assert brief(made) == [("experience.a", "blocked"), ("experience.b", "blocked")]


def test_an_id_given_to_a_key_waits_while_its_old_content_stands_under_another_key() -> None:
    """The id may be that of the old content, or the old content may have got the other key: a person knows."""
    before: dict[str, Plain] = {**JOB, "description": "x"}
    state = applied({"experience.a": before})
    wanted = profile(experience__a=Wanted({**JOB, "description": "y"}, 0, "7"), experience__b=before)
    made = plan(wanted, state)
    assert (asked(made), made.ids) == ({"experience.a": ("experience.a",), "experience.b": ("experience.a",)}, {})
    here = plan(answered(wanted, made, "experience.a", same=True), state)
    assert (brief(here), here.ids) == ([("experience.a", "update"), ("experience.b", "create")], {"experience.a": "7"})
    there = plan(answered(wanted, made, "experience.b", same=True), state)
    assert brief(there) == [("experience.a", "set"), ("experience.b", "move")]


def test_an_id_given_to_an_add_in_doubt_under_another_key_waits_until_the_doubt_is_settled() -> None:
    state = applied(pending=(add_in_doubt("experience.a", JOB),))
    made = plan(profile(experience__b=Wanted(JOB, 0, "7")), state)
    assert (brief(made), made.in_doubt) == ([("experience.b", "blocked")], ("experience.a",))


def test_keys_that_are_renamed_with_the_ids_in_the_file_are_moves_where_state_knows_the_ids_by_hand() -> None:
    state = applied(
        {
            "experience.a": Record(JOB, NOW, "apply", "7", "adopt"),
            "experience.b": Record(AUTHOR, NOW, "apply", "8", "adopt"),
        }
    )
    swapped = profile(experience__a=Wanted(AUTHOR, 0, "8"), experience__b=Wanted(JOB, 1, "7"))
    assert brief(plan(swapped, state)) == [("experience.a", "move"), ("experience.b", "move")]
    with pytest.raises(
        StateError, match=r"experience\.a\.id: the id 8 is that of experience\.b .* experience\.b of the file"
    ):
        plan(profile(experience__a=Wanted(JOB, 0, "8"), experience__b=AUTHOR), state)


def test_an_entry_that_comes_back_under_the_key_of_another_is_not_written_over_that_one() -> None:
    state = applied(
        {"experience.b": Record(AUTHOR, NOW, "apply", "3", "adopt")},
        forgotten={"experience.a": Forgotten(JOB, NOW, "2", "file")},
    )
    assert brief(plan(profile(experience__b=JOB), state)) == [("experience.b", "move"), ("experience.b", "forget")]


def test_an_entry_that_is_edited_to_be_like_a_forgotten_one_is_edited() -> None:
    state = applied(
        {"experience.a": Record({**JOB, "description": "x"}, NOW, "apply", "3", "file")},
        forgotten={"experience.z": Forgotten({**JOB, "description": "y"}, NOW)},
    )
    made = plan(profile(experience__a=Wanted({**JOB, "description": "y"}, 0, "3")), state)
    assert brief(made) == [("experience.a", "update")]


def test_two_entries_with_known_ids_change_keys_without_being_written_over_each_other() -> None:
    state = applied(
        {
            "experience.a": Record(JOB, NOW, "apply", "1", "adopt"),
            "experience.b": Record(AUTHOR, NOW, "apply", "2", "adopt"),
        }
    )
    made = plan(profile(experience__a=AUTHOR, experience__b=JOB), state)
    assert brief(made) == [("experience.a", "move"), ("experience.b", "move")]


def test_an_id_alone_does_not_take_the_key_of_an_entry_that_was_renamed() -> None:
    state = applied({"experience.a": JOB})
    exact = profile(experience__a=Wanted({}, 0, "7"), experience__b=JOB)
    assert brief(plan(exact, state)) == [("experience.b", "move")]
    more = profile(experience__a=Wanted({"description": "x"}, 0, "7"), experience__b=JOB)
    assert brief(plan(more, state)) == [("experience.a", "set"), ("experience.b", "move")]
    edited = profile(experience__a=Wanted({}, 0, "7"), experience__b={**JOB, "description": "x"})
    assert brief(plan(edited, state)) == [("experience.a", "blocked"), ("experience.b", "blocked")]


def test_two_entries_change_keys_and_are_given_ids_at_once() -> None:
    """The first is given an id together with other content under its key, the second has the old content."""
    first, second = {**JOB, "description": "x"}, {**JOB, "description": "y"}
    state = applied({"experience.a": first, "experience.b": second})
    wanted = profile(
        experience__a=Wanted({**second, "presence": "REMOTE"}, 0, "2"), experience__b=Wanted(first, 1, "1")
    )
    made = plan(wanted, state)
    assert (asked(made), made.ids) == ({"experience.a": ("experience.b",)}, {"experience.b": "1"})
    said = answered(wanted, made, "experience.a", same=True)
    after = landed(plan(said, state), state)
    assert {address: (record.value, record.id) for address, record in after.sections.items()} == {
        "experience.a": ({**second, "presence": "REMOTE"}, "2"),
        "experience.b": (first, "1"),
    }
    assert plan(said, after).empty


def test_an_entry_whose_content_goes_on_under_another_key_is_not_written_over() -> None:
    here, there = {**JOB, "company_id": "2"}, {**JOB, "company_id": "3"}
    state = applied({"experience.a": Record(here, NOW, "apply", "7", "adopt")})
    moved = plan(profile(experience__a=there, experience__b=here), state)
    assert brief(moved) == [("experience.a", "create"), ("experience.b", "move")]
    edited = profile(experience__a=there, experience__b={**here, "presence": "REMOTE"})
    assert brief(plan(edited, state)) == [("experience.a", "update"), ("experience.b", "create")]


@pytest.mark.parametrize("sign", ["e", "n"])
def test_a_thousand_entries_and_a_thousand_that_state_knows_are_matched_in_seconds(sign: str) -> None:
    entries = {f"experience.n{number}": {"role": f"R{number}", "company": "C"} for number in range(1000)}
    records = {
        f"experience.{sign}{number}": Record({"role": f"X{number}", "company": "C"}, NOW, "apply")
        for number in range(1000)
    }
    began = time.process_time()
    made = plan(profile(**entries), applied(records))
    assert (len(made.changes), time.process_time() - began < 10) == (1000 if sign == "n" else 2000, True)


def test_an_id_and_other_content_at_once_do_not_write_one_record_over_another() -> None:
    here, there = {**JOB, "company_id": "1"}, {**AUTHOR, "company_id": "2"}
    state = applied({"experience.a": here, "experience.b": there})
    wanted = profile(experience__b=Wanted({**here, "presence": "REMOTE"}, 0, "7"))
    made = plan(wanted, state)
    assert (asked(made), made.ids) == ({"experience.b": ("experience.a", "experience.b")}, {})
    said = plan(answered(wanted, made, "experience.b", same=True), state)
    assert brief(said) == [("experience.b", "move"), ("experience.b", "update"), ("experience.b", "forget")]
    assert said.ids == {"experience.b": "7"}
    said = plan(wanted, adopt(state, [("experience.b", "7")]))
    assert brief(said) == [("experience.b", "update"), ("experience.a", "forget")]


@pytest.mark.parametrize("gone", [False, True])
def test_an_entry_whose_id_is_that_of_another_known_one_cannot_be_said_to_be_new(gone: bool) -> None:  # noqa: FBT001 - a parameter
    """It was written over the other, and state had two entries of one id."""
    here, left = Record(JOB, NOW, "apply", "7", "adopt"), Forgotten(JOB, NOW, "7", "adopt")
    state = applied(forgotten={"experience.a": left}) if gone else applied({"experience.a": here})
    handle = dict(handles(state))["experience.a"]
    made = plan(profile(experience__b=Wanted(AUTHOR, 0, "7", not_same_as=(f"a@{handle}",))), state)
    assert brief(made) == [("experience.b", "move"), ("experience.b", "update")]
    assert {record.id for record in landed(made, state).sections.values()} == {"7"}


CLUB: dict[str, Plain] = {"role": "Founder", "company": "Club", "description": "all that it was"}
RETITLED: dict[str, Plain] = {**CLUB, "role": "Co-Founder"}


@pytest.mark.parametrize("entry_id", [None, "7"])
def test_a_job_whose_title_and_numbered_key_change_at_once_is_asked_after(entry_id: str | None) -> None:
    """It was added a second time, and without its name the new one on top was written over it."""
    state = applied({"experience.job1": Record(CLUB, NOW, "apply", entry_id, "adopt" if entry_id else None)})
    made = plan(profile(experience__job1=AUTHOR, experience__job2=RETITLED), state)
    assert asked(made) == {"experience.job1": ("experience.job1",), "experience.job2": ("experience.job1",)}


def test_two_jobs_that_move_down_and_get_other_titles_are_asked_after() -> None:
    other = {**EDITOR, "description": "another text"}
    state = applied({"experience.job1": CLUB, "experience.job2": other})
    made = plan(
        profile(experience__job1=AUTHOR, experience__job2=RETITLED, experience__job3={**other, "role": "Chief"}), state
    )
    assert [change.action.value for change in made.changes] == ["blocked"] * 3
    assert "looks like experience.job1 (" in told(made.changes[1])


def test_a_job_in_doubt_that_gets_another_title_and_key_is_not_added_again() -> None:
    state = replace(applied(), pending=(add_in_doubt("experience.job1", CLUB),))
    wanted = profile(experience__job1=AUTHOR, experience__job2=RETITLED)
    made = plan(wanted, state)
    assert (brief(made), asked(made)) == (
        [("experience.job1", "blocked"), ("experience.job2", "blocked")],
        {"experience.job2": ("experience.job1",)},
    )
    same = plan(answered(wanted, made, "experience.job2", same=True), state)
    assert [codes(same, address) for address in ("experience.job1", "experience.job2")] == [
        ["in-doubt"],
        ["waits-for-doubt"],
    ]
    other = plan(answered(wanted, made, "experience.job2", same=False), state)
    assert brief(other) == [("experience.job1", "blocked"), ("experience.job2", "create")]


def test_a_job_that_gets_another_title_under_its_key_is_edited_though_another_is_new() -> None:
    state = applied({"experience.job1": Record(CLUB, NOW, "apply", "7", "adopt")})
    made = plan(profile(experience__job1=RETITLED, experience__job2=AUTHOR), state)
    assert brief(made) == [("experience.job1", "update"), ("experience.job2", "create")]


def test_an_id_that_is_given_to_something_of_another_name_under_the_same_key_waits() -> None:
    state = applied({"education.a": {"school": "ETH", "degree": "BSc"}})
    wanted = profile(education__a=Wanted({"school": "MIT", "location": "x"}, 0, "7"))
    made = plan(wanted, state)
    assert (asked(made), made.ids) == ({"education.a": ("education.a",)}, {})
    same = plan(answered(wanted, made, "education.a", same=True), state)
    assert brief(same) == [("education.a.degree", "forget"), ("education.a", "update"), ("education.a", "blocked")]
    said = answered(wanted, made, "education.a", same=False)
    new = plan(said, state)
    assert brief(new) == [("education.a", "set"), ("education.a", "blocked"), ("education.a", "forget")]
    after = landed(new, state)
    assert brief(plan(said, after)) == [("education.a", "blocked")]
    assert after.sections["education.a"].id == "7"
    assert after.forgotten["education.a-forgotten"].value == {"school": "ETH", "degree": "BSc"}


@pytest.mark.parametrize("text", [None, "all that it was"])
def test_a_role_that_changes_while_its_entry_is_given_an_id_is_edited_where_something_tells_it(
    text: str | None,
) -> None:
    told: dict[str, Plain] = {} if text is None else {"description": text}
    state = applied({"experience.a": {**JOB, **told}})
    made = plan(profile(experience__a=Wanted({**JOB, **told, "role": "Chair"}, 0, "7")), state)
    expected = ([("experience.a", "update")], {"experience.a": "7"}) if text else ([("experience.a", "blocked")], {})
    assert (brief(made), made.ids) == expected


@pytest.mark.parametrize("entry_id", [None, "7"])
def test_content_goes_on_where_it_stands_whole_and_what_has_its_key_is_new(entry_id: str | None) -> None:
    edited: dict[str, Plain] = {**JOB, "presence": "REMOTE"}
    state = applied({"experience.b": JOB})
    wanted = profile(experience__a=Wanted(JOB, 0, entry_id), experience__b=edited)
    made = plan(wanted, state)
    assert brief(made) == [("experience.a", "move"), ("experience.b", "create")]
    assert made.ids == ({"experience.a": "7"} if entry_id else {})
    assert plan(wanted, landed(made, state)).empty


def test_an_id_of_a_second_entry_of_one_name_waits_until_it_is_said_whose_it_is() -> None:
    """The file holds the known one still, as it was: the id is that of the second, or the known one was copied."""
    state = applied({"experience.a": AUTHOR, "experience.b": JOB})
    second = profile(
        experience__c=Wanted({**JOB, "presence": "REMOTE"}, 0, "7"), experience__b=JOB, experience__a=AUTHOR
    )
    made = plan(second, state)
    assert asked(made) == {"experience.c": ("experience.b",), "experience.b": ("experience.b",)}
    assert brief(plan(answered(second, made, "experience.c", same=False), state)) == [("experience.c", "set")]
    same = plan(answered(second, made, "experience.c", same=True), state)
    assert brief(same) == [("experience.c", "move"), ("experience.c", "update"), ("experience.b", "create")]
    reused = profile(experience__a=Wanted({**JOB, "presence": "REMOTE"}, 0, "7"), experience__b=JOB)
    made = plan(reused, state)
    assert asked(made) == {"experience.a": ("experience.b", "experience.a"), "experience.b": ("experience.b",)}
    mine = adopt(state, [("experience.b", "7")])
    with pytest.raises(
        StateError, match=r"experience\.a\.id: the id 7 is that of experience\.b .* experience\.b of the file"
    ):
        plan(reused, mine)


def test_an_id_that_could_be_of_an_entry_which_left_the_file_waits_until_it_is_said_whose_it_is() -> None:
    gone = applied(forgotten={"experience.b": Forgotten(JOB, NOW)})
    wanted = profile(experience__c=Wanted({**JOB, "presence": "REMOTE"}, 0, "7"))
    made = plan(wanted, gone)
    assert asked(made) == {"experience.c": ("experience.b",)}
    said = plan(answered(wanted, made, "experience.c", same=True), gone)
    assert (brief(said), said.ids) == ([("experience.c", "move"), ("experience.c", "update")], {"experience.c": "7"})
    assert brief(plan(answered(wanted, made, "experience.c", same=False), gone)) == [("experience.c", "set")]


def test_an_id_of_an_entry_with_a_new_key_and_role_waits_where_one_of_its_company_leaves_the_file() -> None:
    wanted = profile(experience__c=Wanted({**JOB, "role": "Chair"}, 0, "7"))
    assert brief(plan(wanted, applied({"experience.b": JOB}))) == [
        ("experience.c", "blocked"),
        ("experience.b", "forget"),
    ]


@pytest.mark.parametrize(
    ("rest", "waits"),
    [({}, False), ({"presence": "REMOTE"}, False), ({"description": "x", "presence": "REMOTE"}, True)],
)
def test_an_id_of_an_entry_with_a_new_key_and_name_waits_where_the_rest_is_that_of_one_which_left_the_file(
    rest: dict[str, Plain], *, waits: bool
) -> None:
    wanted = profile(experience__c=Wanted({"role": "Chair", "company": "Club", **rest, "location": "Bern"}, 0, "7"))
    made = plan(wanted, applied({"experience.b": {**JOB, **rest}}))
    assert brief(made) == [("experience.c", "blocked" if waits else "set"), ("experience.b", "forget")]
    assert asked(made) == ({"experience.c": ("experience.b",)} if waits else {})


def test_an_id_of_an_entry_that_is_named_otherwise_is_edited_for_the_first_time() -> None:
    wanted = profile(experience__c=Wanted({"role": "Chair", "company": "Club"}, 0, "7"))
    assert brief(plan(wanted, applied({"experience.b": JOB}))) == [("experience.c", "set"), ("experience.b", "forget")]


def test_an_entry_of_which_the_name_left_the_file_is_not_added_again() -> None:
    record = Record({}, NOW, "apply", "7", "file")
    state = applied({"education.a": record}, forgotten={"education.a.school": Forgotten("ETH", NOW)})
    assert brief(plan(profile(education__b={"school": "ETH"}), state)) == [
        ("education.b", "blocked"),
        ("education.a", "forget"),
    ]


def test_an_entry_of_which_no_name_is_known_is_not_added_where_all_that_is_known_of_it_is_the_same() -> None:
    state = applied({"education.a": Record({"location": "Bern"}, NOW, "apply", "7", "file")})
    alike = profile(education__b={"school": "ETH", "location": "Bern"})
    assert brief(plan(alike, state)) == [("education.b", "blocked"), ("education.a", "forget")]
    assert ("education.b", "create") in brief(plan(profile(education__b={"school": "ETH"}), state))


def test_two_entries_of_one_name_change_keys_and_the_id_of_one_goes_along() -> None:
    state = applied(
        {"education.a": Record({"school": "ETH"}, NOW, "apply", "7", "file"), "education.b": {"school": "ETH"}}
    )
    wanted = profile(education__a={"school": "ETH"}, education__b=Wanted({"school": "ETH"}, 1, "7"))
    made = plan(wanted, state)
    assert brief(made) == [("education.a", "move"), ("education.b", "move")]
    assert plan(wanted, landed(made, state)).empty


def test_a_key_that_the_tool_gave_to_a_forgotten_entry_says_nothing_about_one_of_the_file() -> None:
    state = applied({"experience.a": AUTHOR, "experience.c": EDITOR}, forgotten={"experience.d": Forgotten(JOB, NOW)})
    wanted = profile(experience__a=EDITOR, **{"experience__a-forgotten": {**JOB, "presence": "REMOTE"}})
    made = plan(wanted, state)
    assert ("experience.a-forgotten", "blocked") in brief(made)
    after = landed(made, state)
    assert after.forgotten["experience.a-forgotten"].value == AUTHOR
    assert brief(plan(wanted, after)) == [("experience.a-forgotten", "blocked")]


def test_an_entry_named_otherwise_waits_while_an_id_could_be_that_of_what_had_its_key() -> None:
    state = applied({"education.c": {"school": "MIT", "degree": "1"}})
    wanted = profile(education__c={"school": "ETH"}, education__d=Wanted({"school": "MIT"}, 1, "7"))
    made = plan(wanted, state)
    assert brief(made) == [("education.c", "blocked"), ("education.d", "blocked")]
    assert brief(plan(wanted, landed(made, state))) == brief(made)


@pytest.mark.parametrize("entry_id", [None, "3"])
def test_an_entry_that_is_named_as_one_that_left_the_file_is_not_written_over_the_one_of_its_key(
    entry_id: str | None,
) -> None:
    author = Record(AUTHOR, NOW, "apply", entry_id, "adopt" if entry_id else None)
    state = applied({"experience.a": author, "experience.b": JOB})
    wanted = profile(experience__a={**JOB, "presence": "REMOTE"})
    made = plan(wanted, state)
    assert brief(made) == [("experience.a", "blocked"), ("experience.b", "forget")]
    assert asked(made) == {"experience.a": ("experience.b", "experience.a")}
    other = plan(answered(wanted, made, "experience.a", same=True), state)
    assert brief(other) == [("experience.a", "move"), ("experience.a", "blocked"), ("experience.a", "forget")]
    before = plan(answered(wanted, made, "experience.a", same=True, number=1), adopt(state, [("experience.a", "3")]))
    assert brief(before) == [("experience.a", "update"), ("experience.b", "forget")]


def test_an_id_given_with_other_content_waits_while_an_add_in_doubt_could_be_that_entry() -> None:
    state = applied(
        {"education.a": {"school": "ETH", "degree": "1"}}, pending=(add_in_doubt("education.b", {"school": "ETH"}),)
    )
    made = plan(profile(education__a=Wanted({"school": "ETH"}, 0, "7")), state)
    assert (codes(made, "education.a"), made.ids) == (["waits-for-doubt"], {})
    same = plan(profile(education__a=Wanted({"school": "ETH", "degree": "1"}, 0, "7")), state)
    assert (brief(same), same.ids) == ([], {"education.a": "7"})


def test_of_two_that_an_entry_could_be_the_one_that_left_the_file_is_named() -> None:
    first, second = {**JOB, "description": "x"}, {**JOB, "description": "y"}
    state = applied({"experience.a": first, "experience.b": second})
    made = plan(profile(experience__a={**second, "presence": "REMOTE"}, experience__b=first), state)
    assert brief(made) == [("experience.a", "blocked"), ("experience.b", "move"), ("experience.b", "forget")]
    assert "looks like experience.b (" in told(made.changes[0])


def test_an_entry_of_which_nothing_can_be_sent_is_asked_after_with_an_answer_that_lasts() -> None:
    state = applied({"education.a": {"school": "ETH", "degree": "1"}})
    wanted = profile(education__a={"school": "MIT"}, education__b=Wanted({"school": "ETH"}, 1, "7"))
    made = plan(wanted, state)
    assert asked(made) == {"education.a": ("education.a",), "education.b": ("education.a",)}
    with pytest.raises(StateError, match="the plan asks"):
        accept(state, made, wanted.desired.wanted, ("education.b",), NOW)
    said = answered(wanted, made, "education.b", same=False)
    made = plan(said, state)
    assert asked(made) == {"education.a": ("education.a",)}
    after = landed(made, state)
    assert brief(plan(said, after)) == [("education.a", "blocked"), ("education.b", "blocked")]
    assert codes(plan(said, after), "education.b") == ["not-in-edit"]


def test_what_left_the_file_is_asked_after_also_once_it_is_forgotten() -> None:
    state = applied({"experience.a": JOB})
    wanted = profile(experience__b=Wanted({**JOB, "role": "Chair"}, 0, "7"))
    made = plan(wanted, state)
    assert brief(made) == [("experience.b", "blocked"), ("experience.a", "forget")]
    assert brief(plan(wanted, landed(made, state))) == [("experience.b", "blocked")]


@pytest.mark.parametrize("id_by", ["adopt", "file"])
def test_an_id_that_stands_at_another_entry_by_mistake_writes_nothing_over_and_adds_nothing(id_by: str) -> None:
    state = applied({"experience.a": Record(JOB, NOW, "apply", "1", id_by), "experience.b": AUTHOR})
    wanted = profile(experience__a=JOB, experience__b=Wanted(AUTHOR, 1, "1"))
    with pytest.raises(
        StateError, match=r"experience\.b\.id: the id 1 is that of experience\.a .* experience\.a of the file"
    ):
        plan(wanted, state)


@pytest.mark.parametrize("name", ["Zu\u0308rich AG", "Zürich\u00a0 AG", "ZÜ\u200bRICH AG"])
def test_a_name_that_reads_the_same_is_the_same(name: str) -> None:
    state = applied({"experience.a": {"role": "Founder", "company": "Zürich AG"}})
    made = plan(profile(experience__b={"role": "Founder", "company": name, "description": "x"}), state)
    assert brief(made) == [("experience.b", "blocked"), ("experience.a", "forget")]


def test_what_leaves_the_file_now_is_asked_after_before_what_left_it_long_ago() -> None:
    state = applied(
        {"experience.b": {**JOB, "description": "y"}},
        forgotten={"experience.a": Forgotten(JOB, NOW), "experience.z": Forgotten(JOB, "2027-01-01T00:00:00Z")},
    )
    wanted = profile(experience__c={**JOB, "description": "x"})
    assert "looks like experience.b (" in told(plan(wanted, state).changes[0])
    later = plan(wanted, replace(state, sections={}))
    assert "looks like experience.z (" in told(later.changes[0])


def test_what_has_the_key_and_the_name_is_edited_and_another_of_that_name_is_new() -> None:
    state = applied({"experience.a": Record({**JOB, "description": "x"}, NOW, "apply", "7", "adopt")})
    wanted = profile(
        experience__a={**JOB, "description": "y"}, experience__b={**JOB, "description": "x", "presence": "REMOTE"}
    )
    assert brief(plan(wanted, state)) == [("experience.a", "update"), ("experience.b", "create")]


def test_a_key_of_the_tools_own_is_no_sign_even_where_the_name_is_the_same() -> None:
    gone = {"experience.a-forgotten": Forgotten(JOB, NOW, "1", "file")}
    made = plan(profile(**{"experience__a-forgotten": {**JOB, "description": "x"}}), applied(forgotten=gone))
    assert brief(made) == [("experience.a-forgotten", "blocked")]
    assert "looks like experience.a-forgotten" in told(made.changes[0])


def test_an_edit_that_leaves_nothing_of_the_name_is_asked_after_unless_an_id_says_who_it_is() -> None:
    state = applied({"experience.a": Record(JOB, NOW, "apply", "7", "adopt")})
    assert asked(plan(profile(experience__a=AUTHOR), state)) == {"experience.a": ("experience.a",)}
    assert brief(plan(profile(experience__a=Wanted(AUTHOR, 0, "7")), state)) == [("experience.a", "update")]


def test_an_id_given_under_its_own_key_is_taken_while_another_of_that_name_keeps_its_own() -> None:
    first, second = {**JOB, "description": "x"}, {**JOB, "description": "y"}
    wanted = profile(experience__a=Wanted({**JOB, "description": "z"}, 0, "7"), experience__b=second)
    made = plan(wanted, applied({"experience.a": first, "experience.b": second}))
    assert (brief(made), made.ids) == ([("experience.a", "update")], {"experience.a": "7"})


def test_an_id_is_not_asked_after_where_the_entry_of_that_name_is_given_another() -> None:
    wanted = profile(
        experience__a=Wanted({**JOB, "description": "x"}, 0, "7"),
        experience__c=Wanted({**JOB, "description": "y"}, 1, "8"),
    )
    made = plan(wanted, applied({"experience.a": JOB}))
    assert (brief(made), made.ids) == ([("experience.a", "update"), ("experience.c", "set")], {"experience.a": "7"})


LEAD: dict[str, Plain] = {"role": "Lead", "company": "Acme", "description": "lead"}
ENGINEER: dict[str, Plain] = {"role": "Engineer", "company": "Acme", "description": "engineer"}
CTO: dict[str, Plain] = {"role": "CTO", "company": "Cyan", "description": "cto"}


def numbered(*values: Plain) -> Applied:
    """Give a state with one entry of an id each, under the keys a, b and so on."""
    records = {
        f"experience.{'abc'[place]}": Record(value, NOW, "apply", str(place + 1), "adopt")
        for place, value in enumerate(values)
    }
    return applied(records)


def test_a_job_put_on_top_of_numbered_ones_that_are_edited_too_writes_over_none_of_them() -> None:
    state = numbered(LEAD, ENGINEER)
    lead, engineer = {**LEAD, "location": "Rome"}, {**ENGINEER, "location": "Rome"}
    made = plan(profile(experience__a=CTO, experience__b=lead, experience__c=engineer), state)
    assert asked(made) == {
        "experience.a": ("experience.a",),
        "experience.b": ("experience.a", "experience.b"),
        "experience.c": ("experience.b",),
    }
    said = profile(experience__a=CTO, experience__b=Wanted(lead, 1, "1"), experience__c=Wanted(engineer, 2, "2"))
    assert brief(plan(said, state)) == [
        ("experience.a", "create"),
        ("experience.b", "move"),
        ("experience.b", "update"),
        ("experience.c", "move"),
        ("experience.c", "update"),
    ]


def test_a_job_taken_from_the_top_of_numbered_ones_that_are_edited_too_writes_over_none_of_them() -> None:
    wanted = profile(experience__a={**LEAD, "description": "2"}, experience__b={**ENGINEER, "description": "2"})
    made = plan(wanted, numbered(CTO, LEAD, ENGINEER))
    assert brief(made) == [("experience.a", "blocked"), ("experience.b", "blocked"), ("experience.c", "forget")]


def test_two_jobs_that_change_keys_and_are_both_edited_are_not_written_over_each_other() -> None:
    state = numbered(LEAD, ENGINEER)
    engineer, lead = {**ENGINEER, "description": "2"}, {**LEAD, "description": "2"}
    made = plan(profile(experience__a=engineer, experience__b=lead), state)
    assert brief(made) == [("experience.a", "blocked"), ("experience.b", "blocked")]
    said = plan(profile(experience__a=Wanted(engineer, 0, "2"), experience__b=Wanted(lead, 1, "1")), state)
    assert [(change.address, change.action.value, change.moved_from) for change in said.changes] == [
        ("experience.a", "move", "experience.b"),
        ("experience.a", "update", None),
        ("experience.b", "move", "experience.a"),
        ("experience.b", "update", None),
    ]


def test_a_role_that_another_job_of_the_company_had_is_edited_where_that_one_stays() -> None:
    wanted = profile(experience__a={**ENGINEER, "description": "lead"}, experience__b=ENGINEER)
    assert brief(plan(wanted, numbered(LEAD, ENGINEER))) == [("experience.a", "update")]


@pytest.mark.parametrize("rest", ["description", "location"])
def test_a_name_corrected_together_with_its_key_is_no_new_entry(rest: str) -> None:
    state = applied({"experience.gogle": {"role": "Engineer", "company": "Gogle", rest: "x"}})
    wanted = profile(experience__google={"role": "Engineer", "company": "Google", rest: "x"})
    made = plan(wanted, state)
    assert asked(made) == {"experience.google": ("experience.gogle",)}
    assert brief(plan(answered(wanted, made, "experience.google", same=False), state))[0] == (
        "experience.google",
        "create",
    )


def test_what_is_known_goes_on_under_its_key_and_name_and_what_left_long_ago_is_asked_after() -> None:
    state = applied({"experience.b": LEAD}, forgotten={"experience.a": Forgotten(LEAD, NOW)})
    wanted = profile(experience__b={**LEAD, "description": "2"}, experience__c=LEAD, experience__a=ENGINEER)
    made = plan(wanted, state)
    assert brief(made) == [("experience.b", "blocked"), ("experience.c", "move"), ("experience.a", "create")]
    assert codes(made, "experience.b") == ["id-unknown"]


@pytest.mark.parametrize("name", ["profile.yaml", "a$(touch pwned) `touch pwned`.yaml"])
def test_a_command_to_paste_is_the_one_that_was_meant_whatever_paths_hold(tmp_path: Path, name: str) -> None:
    made = make_plan(
        replace(profile(experience__a={**JOB, "location": "x"}), path=name),
        applied({"experience.a": JOB}),
        "s.json",
        "0",
    )
    reason = made.changes[0].reason
    assert reason is not None
    lines = ways_out(reason, made)
    (command,) = re.findall("`(reconciler state accept [^`]*)`", "\n".join(lines))
    script = f"reconciler() {{ printf '%s\\n' \"$@\"; }}; {command}"
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    words = done.stdout.splitlines()
    assert words[:3] == ["state", "accept", "experience.a.location"]
    assert words[3:] == [*(["--profile", name] if name != "profile.yaml" else []), "--state", "s.json"]
    assert list(tmp_path.iterdir()) == []


def test_what_may_have_arrived_and_left_the_file_is_let_go_of_in_the_plan() -> None:
    first = Pending("r", "k", ("summary",), {"summary": Sending("y")}, NOW)
    whole = edit_unknown("experience.b", {"role": "r"}, "8")
    some = edit_unknown("experience.a", {**JOB, "description": "x", "location": "y"}, "7", "description", "location")
    state = applied({"experience.a": Record(JOB, NOW, "apply", "7", "file")}, pending=(first, whole, some))
    wanted = profile(experience__c=Wanted({**JOB, "location": "y"}, 0, "7"))
    made = plan(wanted, state)
    assert [
        (change.address, change.action.value, change.before)
        for change in made.changes
        if change.action.value == "forget"
    ] == [
        ("summary", "forget", "y"),
        ("experience.c.description", "forget", "x"),
        ("experience.b", "forget", {"role": "r"}),
    ]
    assert "it may be on LinkedIn" in told(made.changes[0])
    after = landed(made, state)
    assert (after.pending, plan(wanted, after).empty) == ((), True)
    assert brief(plan(profile(summary="y"), after))[0] == ("summary", "set")


def test_an_entry_is_not_written_over_where_what_it_was_could_be_one_that_left_the_file_too() -> None:
    state = replace(
        numbered(LEAD), forgotten={"experience.d": Forgotten({**LEAD, "description": "2"}, NOW, "9", "adopt")}
    )
    made = plan(profile(experience__a=CTO, experience__b={**LEAD, "location": "Rome"}), state)
    assert brief(made) == [("experience.a", "blocked"), ("experience.b", "blocked")]


def test_values_that_no_other_text_of_json_can_hold_are_compared_too() -> None:
    odd: dict[str, Plain] = {**JOB, "skills": ["\ud800"], "seniority": {"start_date": {"year": 10**40}}}
    assert brief(plan(profile(experience__b=odd), applied({"experience.a": odd}))) == [("experience.b", "move")]
