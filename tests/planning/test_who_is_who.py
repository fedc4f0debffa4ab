"""Who is who: the table of docs/entries.md row by row, then what contradicts itself, then ways to a second job.

Each test is a story: what state knows, what the file says now, and what the plan makes of it.
"""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from reconciler.planning.contradictions import Clash, contradictions
from reconciler.planning.identity import TELLING, KnownEntry, identify, known_entries
from reconciler.planning.plan import Plan
from reconciler.problem import StateError
from reconciler.profile.desired import Profile, Wanted
from reconciler.state.applied import Applied, Forgotten, Pending, Record, Sending, handles
from reconciler.values import Plain, members
from tests.planning.answers import answered, asked, codes
from tests.planning.test_plan import NOW, applied, brief, plan, profile

CHEF: dict[str, Plain] = {"role": "Chef", "company": "Beta"}
COOKS: dict[str, Plain] = {**CHEF, "description": "cooks"}
CLERK: dict[str, Plain] = {"role": "Clerk", "company": "Bank"}
COUNTS: dict[str, Plain] = {**CLERK, "description": "counts"}


def known(value: Plain, entry_id: str | None = None, by: str = "adopt") -> Record:
    return Record(value, NOW, "apply", entry_id, by if entry_id else None)


def called(state: Applied, key: str) -> str:
    """Give what the file calls a known entry of that key."""
    return f"{key}@{dict(handles(state))[f'experience.{key}']}"


def clashes(wanted: Profile, state: Applied) -> list[tuple[str, str]]:
    """Give what contradicts itself, by its kind and address; the plan is refused then, and names the address."""
    found = list(contradictions(identify("experience", wanted.desired.wanted, state)))
    if found:
        with pytest.raises(StateError, match=found[0].entry.address):
            plan(wanted, state)
    return [(each.clash.value, each.entry.address) for each in found]


def moves(made: Plan) -> list[tuple[str, str | None]]:
    return [(change.address, change.moved_from) for change in made.changes if change.moved_from is not None]


# Row 1: same_as says who it is


def test_row_1_an_entry_is_the_one_that_the_file_says_it_is() -> None:
    """Chef left years ago; the file brings the job back under another key, name and text, and says that it is that."""
    state = applied(forgotten={"experience.b": Forgotten(COOKS, NOW, "7", "adopt")})
    back = Wanted({"role": "Head of kitchen", "company": "Delta"}, 0, same_as=called(state, "b"))
    made = plan(profile(experience__kitchen=back), state)
    assert (moves(made), brief(made)[-1]) == (
        [("experience.kitchen", "experience.b")],
        ("experience.kitchen", "update"),
    )


def test_row_1_holds_whatever_the_key_before_the_handle_says() -> None:
    state = applied({"experience.b": known(COOKS, "7")})
    mention = called(state, "b").replace("b@", "any-other@")
    assert moves(plan(profile(experience__z=Wanted(CLERK, 0, same_as=mention)), state)) == [
        ("experience.z", "experience.b")
    ]


def test_row_1_an_answer_may_stay_in_the_file_when_keys_change_again() -> None:
    state = applied({"experience.b": known(COOKS, "7"), "experience.d": known(COUNTS, "8")})
    swapped = profile(
        experience__b=Wanted(CLERK, 0, same_as=called(state, "d")),
        experience__d=Wanted(CHEF, 1, same_as=called(state, "b")),
    )
    assert moves(plan(swapped, state)) == [("experience.b", "experience.d"), ("experience.d", "experience.b")]


# Row 2: an id that state knows


def test_row_2_an_id_proves_an_entry_whatever_its_key_and_name() -> None:
    state = applied({"experience.b": known(COOKS, "7")})
    made = plan(profile(experience__z=Wanted({"role": "Baker", "company": "Mill"}, 0, "7")), state)
    assert moves(made) == [("experience.z", "experience.b")]
    assert ("experience.z", "update") in brief(made)


# Row 3: exactly the content of one known entry


def test_row_3_content_proves_an_entry_whatever_its_key() -> None:
    state = applied({"experience.b": known(COOKS)})
    made = plan(profile(experience__kitchen=COOKS, experience__b=COUNTS), state)
    assert brief(made) == [("experience.kitchen", "move"), ("experience.b", "create")]


def test_row_3_content_that_two_entries_have_proves_neither() -> None:
    state = applied({"experience.b": known(CHEF), "experience.d": known(CHEF)})
    made = plan(profile(experience__x=CHEF, experience__y=CHEF), state)
    assert asked(made).keys() == {"experience.x", "experience.y"}


def test_row_3_nothing_at_all_is_no_content() -> None:
    state = applied({"experience.b": known({}, "7")})
    assert brief(plan(profile(experience__z=Wanted({}, 0)), state)) == [
        ("experience.z", "create"),
        ("experience.b", "forget"),
    ]


@pytest.mark.parametrize("has_left", [True, False])
def test_row_3_content_is_asked_after_where_its_name_has_an_id_elsewhere(*, has_left: bool) -> None:
    """The id may be that of the known job: then the file has one job of LinkedIn twice, and the other is not there."""
    left, stays = applied(forgotten={"experience.b": Forgotten(COOKS, NOW)}), applied({"experience.b": known(COOKS)})
    state = left if has_left else stays
    wanted = profile(experience__c=Wanted({**CHEF, "location": "Bern"}, 0, "7"), experience__b=COOKS)
    assert asked(plan(wanted, state)) == {"experience.c": ("experience.b",), "experience.b": ("experience.b",)}


def test_row_3_content_that_stands_at_its_key_is_not_sought_elsewhere() -> None:
    """Two schools of one content: that under its key is the one, and so the renamed one can only be the other."""
    school: dict[str, Plain] = {"school": "ETH", "degree": "BSc"}
    state = applied({"education.b": known(school), "education.c": known(school)})
    made = plan(profile(education__a=school, education__c=school), state)
    assert moves(made) == [("education.a", "education.b")]


# Row 4: the key and the name


def test_row_4_the_key_and_the_name_are_enough_whatever_else_changes() -> None:
    state = applied({"experience.b": known(COOKS, "7")})
    other: dict[str, Plain] = {"role": " CHEF", "company": "beta", "description": "bakes", "location": "Bern"}
    assert brief(plan(profile(experience__b=other), state)) == [("experience.b", "update")]


def test_row_4_gives_the_id_that_the_file_gives_to_what_has_its_key_and_name() -> None:
    made = plan(
        profile(experience__b=Wanted({**CHEF, "location": "Bern"}, 0, "7")), applied({"experience.b": known(CHEF)})
    )
    assert (brief(made), dict(made.ids)) == ([("experience.b", "update")], {"experience.b": "7"})


def test_row_4_two_entries_without_a_name_do_not_have_the_same_name() -> None:
    state = applied({"experience.b": known({"description": "cooks"}, "7")})
    assert asked(plan(profile(experience__b={"description": "bakes"}), state)) == {"experience.b": ("experience.b",)}


def test_row_4_a_key_that_ends_as_those_of_the_tool_do_is_a_key_while_its_entry_is_not_forgotten() -> None:
    state = applied({"experience.b-forgotten": known(COOKS, "7")})
    wanted = profile(**{"experience__b-forgotten": {**CHEF, "description": "bakes"}})
    assert brief(plan(wanted, state)) == [("experience.b-forgotten", "update")]


def test_row_4_two_entries_of_one_name_that_keep_their_keys_are_not_asked_after() -> None:
    state = applied({"experience.b": known(COOKS), "experience.c": known({**CHEF, "description": "bakes"})})
    edited = profile(
        experience__b={**CHEF, "description": "cooks well"}, experience__c={**CHEF, "description": "bakes well"}
    )
    made = plan(edited, state)
    assert (asked(made), codes(made, "experience.b")) == ({}, ["id-unknown"])


# Row 5: the key, a part of the name and something that tells


def test_row_5_a_promotion_is_an_edit_where_the_text_stays() -> None:
    state = applied({"experience.b": known(COOKS, "7")})
    made = plan(profile(experience__b={**COOKS, "role": "Head chef"}, experience__d=CLERK), state)
    assert brief(made) == [("experience.b", "update"), ("experience.d", "create")]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"role": "Head chef", "company": "Beta"}, id="nothing tells it"),
        pytest.param({"role": "Head chef", "company": "Beta", "description": "bakes"}, id="something else tells it"),
        pytest.param({"role": "Head chef", "company": "Delta", "description": "cooks"}, id="no part of the name"),
    ],
)
def test_row_5_needs_a_part_of_the_name_and_something_that_tells(other: Plain) -> None:
    state = applied({"experience.b": known(COOKS, "7")})
    assert asked(plan(profile(experience__b=other), state)) == {"experience.b": ("experience.b",)}


def test_row_5_waits_where_another_entry_of_the_file_could_be_meant() -> None:
    state = applied({"experience.b": known(COOKS, "7")})
    made = plan(
        profile(experience__b={**COOKS, "role": "Head chef"}, experience__d={**CHEF, "location": "Bern"}), state
    )
    assert asked(made) == {"experience.b": ("experience.b",), "experience.d": ("experience.b",)}


def test_row_5_waits_where_another_known_entry_could_be_meant() -> None:
    state = applied(
        {"experience.b": known(COOKS, "7")}, forgotten={"experience.z": Forgotten({**COOKS, "role": "Cook"}, NOW)}
    )
    made = plan(profile(experience__b={**COOKS, "role": "Head chef"}), state)
    assert {key: set(some) for key, some in asked(made).items()} == {"experience.b": {"experience.b", "experience.z"}}


def test_row_5_does_not_wait_for_another_entry_that_is_said_not_to_be_meant() -> None:
    state = applied({"experience.b": known(COOKS, "7")})
    another = Wanted({**CHEF, "location": "Bern"}, 1, not_same_as=(called(state, "b"),))
    made = plan(profile(experience__b={**COOKS, "role": "Head chef"}, experience__x=another), state)
    assert brief(made) == [("experience.b", "update"), ("experience.x", "create")]


def test_row_5_does_not_wait_for_an_entry_that_is_another_known_one() -> None:
    state = applied({"experience.a": known(COOKS, "7"), "experience.b": known({**CHEF, "description": "bakes"}, "8")})
    made = plan(
        profile(experience__a=COOKS, experience__b={**CHEF, "role": "Head chef", "description": "bakes"}), state
    )
    assert brief(made) == [("experience.b", "update")]


def test_row_5_does_not_wait_for_another_entry_that_shares_one_of_two_things_that_tell() -> None:
    job: dict[str, Plain] = {**COOKS, "skills": ["knives"]}
    made = plan(
        profile(experience__b={**job, "role": "Head chef"}, experience__x={**CLERK, "description": "cooks"}),
        applied({"experience.b": known(job, "7")}),
    )
    assert brief(made) == [("experience.b", "update"), ("experience.x", "create")]


def test_row_5_an_empty_list_tells_nothing() -> None:
    chef: dict[str, Plain] = {**CHEF, "skills": []}
    made = plan(profile(experience__b={**chef, "role": "Head chef"}), applied({"experience.b": known(chef, "7")}))
    assert asked(made) == {"experience.b": ("experience.b",)}


# Row 6: a likeness, and a question


@pytest.mark.parametrize(
    ("key", "value"),
    [
        pytest.param("z", {**CHEF, "description": "bakes"}, id="its name"),
        pytest.param("z", {"role": "Baker", "company": "Mill", "description": "cooks"}, id="all that tells it"),
        pytest.param("b", {"role": "Baker", "company": "Mill"}, id="its key"),
        pytest.param("z", {"role": "Baker", "company": "Beta"}, id="a part of its name"),
    ],
)
def test_row_6_a_likeness_to_what_the_file_does_not_hold_is_a_question(key: str, value: Plain) -> None:
    state = applied({"experience.b": known(COOKS, "7")})
    wanted = profile(**{f"experience__{key}": value})
    made = plan(wanted, state)
    address = f"experience.{key}"
    assert (asked(made), made.requests) == ({address: ("experience.b",)}, ())
    assert asked(plan(answered(wanted, made, address, same=True), state)) == {}
    another = plan(answered(wanted, made, address, same=False), state)
    assert (asked(another), (address, "create") in brief(another)) == ({}, True)


@pytest.mark.parametrize("field", sorted(TELLING))
def test_row_6_each_field_that_tells_is_a_likeness(field: str) -> None:
    section = "education" if field in ("activities", "start_date", "end_date") else "experience"
    names: tuple[dict[str, Plain], dict[str, Plain]] = ({"school": "ETH"}, {"school": "MIT"})
    before, after = names if section == "education" else (CHEF, CLERK)
    state = applied({f"{section}.b": known({**before, field: {"month": 1, "year": 2020}})})
    made = plan(profile(**{f"{section}__z": {**after, field: {"month": 1, "year": 2020}}}), state)
    assert asked(made) == {f"{section}.z": (f"{section}.b",)}


def test_row_6_the_likeliest_is_named_first_and_a_part_of_the_name_last() -> None:
    state = applied(
        {
            "experience.a": known({"role": "Waiter", "company": "Beta"}),
            "experience.b": known({"role": "Baker", "company": "Mill", "description": "fries"}),
            "experience.c": known({**CHEF, "description": "bakes"}),
            "experience.x": known(CLERK),
        }
    )
    made = plan(profile(experience__x={**CHEF, "description": "fries"}), state)
    assert asked(made) == {"experience.x": ("experience.c", "experience.b", "experience.x", "experience.a")}


def test_row_6_a_part_of_the_name_is_no_likeness_where_another_entry_has_the_key() -> None:
    state = applied({"experience.b": known(COOKS, "7")})
    made = plan(
        profile(experience__b={**COOKS, "role": "Head chef"}, experience__z={"role": "Waiter", "company": "Beta"}),
        state,
    )
    assert brief(made) == [("experience.b", "update"), ("experience.z", "create")]


def test_row_6_all_involved_wait_and_nobody_else() -> None:
    state = applied({"experience.b": known(COOKS, "7"), "experience.d": known(COUNTS, "8")})
    made = plan(
        profile(
            experience__b=CLERK,
            experience__d={**COUNTS, "location": "Bern"},
            experience__x={**CHEF, "location": "Rome"},
        ),
        state,
    )
    assert asked(made) == {"experience.b": ("experience.b",), "experience.x": ("experience.b",)}
    assert [change.address for change in made.changes if change.action.value == "update"] == ["experience.d"]


def test_row_6_a_second_answer_keeps_the_first() -> None:
    state = applied(
        {"experience.b": known(COOKS)}, forgotten={"experience.z": Forgotten({**CHEF, "description": "bakes"}, NOW)}
    )
    fries = {**CHEF, "description": "fries"}
    once = profile(experience__x=Wanted(fries, 0, not_same_as=(called(state, "b"),)))
    made = plan(once, state)
    assert asked(made) == {"experience.x": ("experience.z",)}
    twice = answered(once, made, "experience.x", same=False)
    assert twice.desired.wanted["experience.x"].not_same_as == (called(state, "b"), called(state, "z"))
    assert ("experience.x", "create") in brief(plan(twice, state))


def test_row_6_one_line_says_that_it_is_none_of_several() -> None:
    state = applied({f"experience.{key}": {**CHEF, "description": key} for key in "bcd"})
    wanted = profile(experience__x={**CHEF, "description": "fries"})
    made = plan(wanted, state)
    assert asked(made) == {"experience.x": ("experience.b", "experience.c", "experience.d")}
    said = answered(wanted, made, "experience.x", same=False)
    assert said.desired.wanted["experience.x"].not_same_as == tuple(called(state, key) for key in "bcd")
    assert ("experience.x", "create") in brief(plan(said, state))


@pytest.mark.parametrize("skills", [{}, {"skills": ["pens"]}], ids=["the other is gone", "the other changed"])
def test_row_6_one_of_two_things_that_tell_an_entry_is_no_likeness(skills: dict[str, Plain]) -> None:
    state = applied({"experience.b": known({**COOKS, "skills": ["knives"]}, "7")})
    made = plan(profile(experience__z={**CLERK, "description": "cooks", **skills}), state)
    assert brief(made) == [("experience.z", "create"), ("experience.b", "forget")]


def test_row_6_an_empty_list_tells_no_entry() -> None:
    state = applied({"experience.b": known({**COOKS, "skills": []}, "7")})
    baker: dict[str, Plain] = {"role": "Baker", "company": "Mill", "description": "cooks"}
    assert asked(plan(profile(experience__z=baker), state)) == {"experience.z": ("experience.b",)}


def test_row_6_an_entry_left_the_file_where_what_holds_its_key_is_asked_about_but_not_as_that() -> None:
    state = applied({"experience.b": known(COOKS), "experience.d": known({**CHEF, "description": "bakes"})})
    fries = Wanted({**CHEF, "description": "fries"}, 0, not_same_as=(called(state, "b"),))
    found = identify("experience", profile(experience__b=fries).desired.wanted, state)
    assert [known.address for known in found.entries[0].candidates] == ["experience.d"]
    assert found.left.keys() == {"experience.b", "experience.d"}


# Row 7: new


def test_row_7_what_is_like_nothing_is_added_or_edited_under_the_id_of_the_file() -> None:
    state = applied({"experience.b": known(COOKS, "7")})
    made = plan(
        profile(experience__b=COOKS, experience__d=COUNTS, experience__e=Wanted({"description": "x"}, 2, "9")), state
    )
    assert brief(made) == [("experience.d", "create"), ("experience.e", "set")]


# In doubt


def doubt(key: str, value: Plain) -> Pending:
    return Pending("r", "k", (f"experience.{key}",), {f"experience.{key}": Sending(value)}, NOW)


def test_an_entry_in_doubt_keeps_its_key_and_nothing_is_added_while_that_is_gone() -> None:
    state = applied(pending=(doubt("b", COOKS),))
    renamed = plan(profile(experience__z=COOKS, experience__d=CLERK), state)
    assert [codes(renamed, f"experience.{key}") for key in ("z", "d")] == [["waits-for-doubt"], ["section-in-doubt"]]
    kept = plan(profile(experience__b=COOKS, experience__d=CLERK), state)
    assert (codes(kept, "experience.b"), brief(kept)[-1]) == (["in-doubt"], ("experience.d", "create"))


def test_an_add_in_doubt_can_be_named_as_any_known_entry() -> None:
    state = applied(pending=(doubt("b", COOKS),))
    wanted = profile(experience__b=CLERK, experience__x={**CHEF, "location": "Bern"})
    made = plan(wanted, state)
    assert asked(made) == {"experience.x": ("experience.b",)}
    same = plan(answered(wanted, made, "experience.x", same=True), state)
    assert (codes(same, "experience.x"), same.requests) == (["waits-for-doubt"], ())


def test_an_add_in_doubt_is_known_in_its_own_section() -> None:
    state = applied(pending=(doubt("b", COOKS),))
    assert [entry.record.value for entry in known_entries("experience", state)] == [COOKS]
    assert known_entries("education", state) == ()


def test_an_id_of_an_entry_whose_move_waits_for_doubt_is_not_recorded_yet() -> None:
    state = applied({"experience.b": known(COOKS)}, pending=(doubt("x", CLERK),))
    made = plan(profile(experience__x=Wanted(COOKS, 0, "7")), state)
    assert (brief(made), dict(made.ids)) == ([("experience.x", "blocked")], {})


def test_an_id_of_an_add_in_doubt_is_not_recorded_yet() -> None:
    made = plan(profile(experience__b=Wanted(COOKS, 0, "7")), applied(pending=(doubt("b", COOKS),)))
    assert (brief(made), dict(made.ids)) == ([("experience.b", "blocked")], {})


# Contradictions


def test_two_entries_cannot_be_one_known_entry() -> None:
    state = applied({"experience.b": known(COOKS)})
    mention = called(state, "b")
    wanted = profile(experience__x=Wanted(CLERK, 0, same_as=mention), experience__y=Wanted(CHEF, 1, same_as=mention))
    assert clashes(wanted, state) == [(Clash.SAME_HANDLE.value, "experience.y")]


@pytest.mark.parametrize("field", ["same_as", "not_same_as"])
def test_a_handle_that_state_does_not_know_is_an_error(field: str) -> None:
    said = Wanted(CHEF, 0, same_as="b@zzzzz") if field == "same_as" else Wanted(CHEF, 0, not_same_as=("b@zzzzz",))
    state = applied()
    assert clashes(profile(experience__b=said), state) == [(Clash.UNKNOWN_HANDLE.value, "experience.b")]
    with pytest.raises(StateError, match=rf"experience\.b\.{field}: "):
        plan(profile(experience__b=said), state)


def test_an_entry_cannot_be_and_not_be_a_known_one() -> None:
    state = applied({"experience.b": known(COOKS)})
    mention = called(state, "b")
    said = Wanted(CHEF, 0, same_as=mention, not_same_as=(mention,))
    assert clashes(profile(experience__b=said), state) == [(Clash.BOTH_ANSWERS.value, "experience.b")]


def test_the_same_content_twice_is_an_error_unless_one_says_that_it_is_not_the_other() -> None:
    """Row 9 of the safety cases: a merge kept both sides."""
    state = applied({"experience.b": known(COOKS)})
    assert clashes(profile(experience__b=COOKS, experience__x=COOKS), state) == [
        (Clash.SAME_CONTENT.value, "experience.x")
    ]
    told = profile(experience__b=COOKS, experience__x=Wanted(COOKS, 1, not_same_as=(called(state, "b"),)))
    assert (clashes(told, state), brief(plan(told, state))) == ([], [("experience.x", "create")])


def test_two_new_entries_of_one_content_are_an_error_and_two_known_ones_or_two_ids_are_not() -> None:
    assert clashes(profile(experience__x=COOKS, experience__y=COOKS), applied()) == [
        (Clash.SAME_CONTENT.value, "experience.y")
    ]
    both = applied({"experience.x": known(COOKS), "experience.y": known(COOKS)})
    assert plan(profile(experience__x=COOKS, experience__y=COOKS), both).empty
    assert clashes(profile(experience__x=Wanted(COOKS, 0, "1"), experience__y=Wanted(COOKS, 1, "2")), applied()) == []


def test_an_entry_that_is_edited_to_say_what_another_says_is_an_error() -> None:
    state = applied({"experience.x": known(COOKS), "experience.y": known({**CHEF, "description": "bakes"}, "7")})
    assert clashes(profile(experience__x=COOKS, experience__y=COOKS), state) == [
        (Clash.SAME_CONTENT.value, "experience.y")
    ]
    told = Wanted(COOKS, 1, not_same_as=(called(state, "x"),))
    assert brief(plan(profile(experience__x=COOKS, experience__y=told), state)) == [("experience.y", "update")]


@pytest.mark.parametrize("kept", [COOKS, {**CHEF, "description": "bakes"}])
def test_an_id_of_another_entry_that_the_file_still_has_is_an_error(kept: Plain) -> None:
    state = applied({"experience.b": known(COOKS, "7"), "experience.d": known(COUNTS)})
    pasted = profile(experience__b=kept, experience__x=Wanted({"role": "Baker", "company": "Mill"}, 1, "7"))
    assert clashes(pasted, state) == [(Clash.ID_OF_ANOTHER.value, "experience.x")]


def test_an_id_of_another_entry_under_known_content_is_an_error() -> None:
    state = applied({"experience.b": known(COOKS, "7"), "experience.d": known(COUNTS)})
    assert clashes(profile(experience__d=Wanted(COUNTS, 0, "7")), state) == [
        (Clash.CONTENT_OF_ANOTHER.value, "experience.d")
    ]


@pytest.mark.parametrize("by", ["adopt", "resolve"])
def test_another_id_than_a_person_gave_to_the_key_is_an_error(by: str) -> None:
    state = applied({"experience.b": known(COOKS, "7", by)})
    assert clashes(profile(experience__b=Wanted(COOKS, 0, "8")), state) == [(Clash.ANOTHER_ID.value, "experience.b")]


@pytest.mark.parametrize("by", ["file", "given"])
def test_an_id_that_changed_in_the_file_is_another_entry(by: str) -> None:
    state = applied({"experience.b": known(COOKS, "7", by)})
    assert brief(plan(profile(experience__b=Wanted(COOKS, 0, "8")), state)) == [
        ("experience.b", "set"),
        ("experience.b", "forget"),
    ]


def test_an_answer_and_an_id_cannot_name_two_entries() -> None:
    state = applied({"experience.b": known(COOKS, "7"), "experience.d": known(COUNTS, "8")})
    both = profile(experience__b=COOKS, experience__x=Wanted(CLERK, 1, "8", same_as=called(state, "b")))
    assert (Clash.ANOTHER_ID.value, "experience.x") in clashes(both, state)


def test_an_entry_keeps_its_place_where_the_same_is_copied_and_only_its_own_gets_an_id() -> None:
    state = applied({"experience.b": known(COOKS)})
    assert clashes(profile(experience__b=Wanted(COOKS, 0, "7"), experience__x=COOKS), state) == [
        (Clash.SAME_CONTENT.value, "experience.x")
    ]


def test_an_entry_that_holds_nothing_does_not_contradict_an_id() -> None:
    state = applied({"experience.b": known(COOKS, "7")})
    assert clashes(profile(experience__x=Wanted(CLERK, 0, "7"), experience__y=Wanted({}, 1)), state) == []


def test_an_id_under_its_own_key_is_no_contradiction_where_another_entry_holds_what_was_there() -> None:
    state = applied({"experience.b": known(COOKS, "7")})
    edited = profile(experience__b=Wanted({**CHEF, "description": "bakes"}, 0, "7"), experience__x=COOKS)
    assert clashes(edited, state) == []


# Ways to a second job, or to the wrong one (the rows of the safety cases)


def test_safety_1_two_jobs_that_change_keys_and_texts_are_asked_after() -> None:
    state = applied({"experience.b": known(COOKS, "1"), "experience.d": known(COUNTS, "2")})
    made = plan(
        profile(experience__b={**CLERK, "description": "audits"}, experience__d={**CHEF, "description": "bakes"}), state
    )
    assert (list(asked(made)), made.requests) == (["experience.b", "experience.d"], ())
    assert not [change for change in made.changes if change.moved_from is not None]


def test_safety_2_a_key_that_holds_another_job_is_asked_after_with_where_the_job_went() -> None:
    state = applied({"experience.b": known(COOKS)})
    made = plan(profile(experience__b=CLERK, experience__d={**CHEF, "description": "cooks well"}), state)
    assert asked(made) == {"experience.b": ("experience.b",), "experience.d": ("experience.b",)}


@pytest.mark.parametrize("section", ["experience", "education"])
def test_safety_3_an_id_under_a_reused_key_hides_nobody(section: str) -> None:
    if section == "experience":
        before, over, on = COOKS, CLERK, {**COOKS, "role": "Head chef"}
    else:
        before = {"school": "ETH", "description": "physics"}
        over, on = {"school": "MIT"}, {"school": "ETH Zürich", "description": "physics"}
    state = applied({f"{section}.b": known(before)})
    made = plan(profile(**{f"{section}__b": Wanted(over, 0, "777"), f"{section}__d": on}), state)
    assert (list(asked(made)), made.requests) == ([f"{section}.b", f"{section}.d"], ())


def test_safety_4_the_error_about_two_ids_says_that_the_key_may_hold_another_entry_now() -> None:
    state = applied({"experience.b": known(COOKS, "5")})
    wanted = profile(experience__b=Wanted(CLERK, 0, "777"), experience__d={**CHEF, "description": "cooks well"})
    assert clashes(wanted, state) == [(Clash.ANOTHER_ID.value, "experience.b")]
    line = f"not_same_as: {called(state, 'b')}"
    with pytest.raises(StateError, match=rf"write `{line}` under experience\.b"):
        plan(wanted, state)
    told = profile(
        experience__b=Wanted(CLERK, 0, "777", not_same_as=(called(state, "b"),)),
        experience__d={**CHEF, "description": "cooks well"},
    )
    made = plan(told, state)
    assert (asked(made), ("experience.b", "set") in brief(made)) == ({"experience.d": ("experience.b",)}, True)


def test_safety_7_a_title_and_a_text_that_changed_before_the_key_did_are_asked_after() -> None:
    state = applied({"experience.acme": known({"role": "Engineer", "company": "Acme", "description": "builds"})})
    made = plan(
        profile(**{"experience__acme-now": {"role": "Senior engineer", "company": "Acme", "description": "leads"}}),
        state,
    )
    assert asked(made) == {"experience.acme-now": ("experience.acme",)}


def test_safety_8_a_company_that_is_called_otherwise_under_another_key_is_asked_after() -> None:
    state = applied({"experience.acme": known({"role": "Founder", "company": "Acme"})})
    made = plan(profile(**{"experience__acme-inc": {"role": "Founder", "company": "Acme Inc."}}), state)
    assert asked(made) == {"experience.acme-inc": ("experience.acme",)}


@pytest.mark.parametrize("name", ["Zu\u0308rich AG", "Zürich\u00a0 AG", "ZÜ\u200bRICH AG"])
def test_row_4_a_name_that_reads_the_same_is_the_same(name: str) -> None:
    state = applied({"experience.b": known({"role": "Chef", "company": "Zürich AG"}, "7")})
    made = plan(profile(experience__b={"role": "Chef", "company": name, "location": "Bern"}), state)
    assert brief(made) == [("experience.b", "update")]


def test_row_4_names_of_letters_beyond_ascii_differ_where_they_read_otherwise() -> None:
    state = applied({"experience.b": known({"role": "Küchenchef", "company": "Zürich AG"}, "7")})
    made = plan(profile(experience__b={"role": "Bäcker", "company": "Genève SA"}), state)
    assert asked(made) == {"experience.b": ("experience.b",)}


def test_row_7_another_text_under_another_key_and_name_is_no_likeness() -> None:
    state = applied({"experience.b": known(COOKS, "7")})
    made = plan(profile(experience__z={**CLERK, "description": "counts"}), state)
    assert brief(made) == [("experience.z", "create"), ("experience.b", "forget")]


def test_a_moved_job_is_not_added_again_while_the_edit_of_what_took_its_key_cannot_be_sent() -> None:
    """Chef moves to another key and changes; a new Chef takes the key, and no id is known: which is which is asked."""
    moved: dict[str, Plain] = {**CHEF, "description": "cooks well"}
    wanted = profile(experience__c=moved, experience__b={**CHEF, "description": "returns"})
    state = applied({"experience.b": known(COOKS)})
    assert asked(plan(wanted, state)) == {"experience.c": ("experience.b",), "experience.b": ("experience.b",)}
    with_id = applied({"experience.b": known(COOKS, "7")})  # LinkedIn shows in the end what the file says
    assert brief(plan(wanted, with_id)) == [("experience.c", "create"), ("experience.b", "update")]


@pytest.mark.parametrize("degree", [{"degree": "BSc"}, {}], ids=["what is new and what changed", "what changed"])
def test_a_moved_school_is_not_added_again_while_what_took_its_key_differs_in_what_no_edit_takes(degree: Plain) -> None:
    school: dict[str, Plain] = {"school": "ETH", "activities": "choir"}
    took: dict[str, Plain] = {"school": "ETH", "activities": "chess", **members(degree)}
    wanted = profile(education__f={**school, "skills": ["b"]}, education__e=took)
    state = applied({"education.e": known({**school, "skills": ["a"]}, "7")})
    assert asked(plan(wanted, state)) == {"education.f": ("education.e",), "education.e": ("education.e",)}


def test_a_moved_school_is_no_question_where_all_that_changed_under_its_key_can_be_edited() -> None:
    school: dict[str, Plain] = {"school": "ETH", "activities": "choir", "skills": ["a"]}
    wanted = profile(education__f={**school, "skills": ["b"]}, education__e={**school, "skills": ["c"]})
    state = applied({"education.e": known(school, "7")})
    assert brief(plan(wanted, state)) == [("education.f", "create"), ("education.e", "update")]


def test_a_job_of_the_same_name_that_is_said_to_be_another_does_not_contest_a_key() -> None:
    state = applied({"experience.b": known(COOKS)})
    another = Wanted({**CHEF, "description": "cooks well"}, 0, not_same_as=(called(state, "b"),))
    made = plan(profile(experience__c=another, experience__b={**CHEF, "description": "returns"}), state)
    assert (asked(made), codes(made, "experience.b")) == ({}, ["id-unknown"])


def test_only_for_an_answer_is_all_that_state_knows_looked_through() -> None:
    """It was for each entry: a plan of thousands of jobs of which none had changed took most of its time for that."""
    looks: list[int] = []

    class Known(tuple[KnownEntry, ...]):
        __slots__ = ()

        def __iter__(self) -> Iterator[KnownEntry]:
            looks.append(len(self))
            return super().__iter__()

    state = applied({"experience.a": known(COOKS), "experience.b": known(COUNTS)})
    another = Wanted(CHEF, 0, not_same_as=(called(state, "a"),))
    wanted = profile(experience__a=COOKS, experience__b=COUNTS, experience__c=another).desired.wanted
    found = identify("experience", wanted, state)
    assert list(contradictions(replace(found, known=Known(found.known)))) == []
    assert looks == [2]
