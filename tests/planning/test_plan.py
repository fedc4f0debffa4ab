from collections.abc import Mapping
from typing import Any

import pytest

from reconciler.planning.plan import Action, Plan, TextPart, joint_id
from reconciler.planning.planner import Options, make_plan
from reconciler.planning.reason import Code, Reason
from reconciler.problem import StateError, UsageError
from reconciler.profile.desired import Desired, FileFacts, Profile, Wanted
from reconciler.state.applied import Applied, Forgotten, Pending, Record, Sending
from reconciler.values import Plain
from tests.planning.answers import answered
from tests.planning.said import commands

NOW = "2026-01-02T03:04:05Z"
JOB: dict[str, Plain] = {"role": "Founder", "company": "postpress"}
ME: dict[str, Plain] = {"file": "me.jpg", "sha256": "a" * 64, "size": 3}
FILES = {
    "me.jpg": FileFacts("me.jpg", "a" * 64, 3, "image/jpeg", 1, 1),
    "cv.pdf": FileFacts("cv.pdf", "c" * 64, 9, "application/pdf"),
}


def profile(**wanted: Any) -> Profile:  # noqa: ANN401 - plain data, or Wanted
    found = {}
    for position, (name, value) in enumerate(wanted.items()):
        address = name.replace("__", ".").replace("_DASH_", "-")
        found[address] = value if isinstance(value, Wanted) else Wanted(value, position)
    return Profile("p.yaml", "0" * 64, Desired("acc", found, FILES))


def applied(sections: Mapping[str, Any] | None = None, **more: Any) -> Applied:  # noqa: ANN401 - any of Applied's
    records = {
        at: one if isinstance(one, Record) else Record(one, NOW, "apply") for at, one in (sections or {}).items()
    }
    return Applied("l", 1, "w", "acc", records, **more)


def plan(wanted: Profile, state: Applied | None, **options: Any) -> Plan:  # noqa: ANN401 - any of Options'
    return make_plan(wanted, state, "p.state.json", "0", Options(**options))


def brief(made: Plan) -> list[tuple[str, str]]:
    return [(change.address, change.action.value) for change in made.changes]


def sent(made: Plan) -> list[list[tuple[str, str]]]:
    return [
        [(part.name, part.value if isinstance(part, TextPart) else f"@{part.file}") for part in request.parts[2:]]
        for request in made.requests
    ]


def test_plan_of_what_is_applied_is_empty() -> None:
    made = plan(profile(headline="x", experience__a=JOB), applied({"headline": "x", "experience.a": JOB}))
    assert made.empty
    assert made.requests == ()


def test_first_plan_sets_sections_and_creates_entries_alone_and_last() -> None:
    made = plan(profile(experience__a=JOB, headline="x", skills=["b", "a"]), None)
    assert brief(made) == [("headline", "set"), ("experience.a", "create"), ("skills", "set")]
    assert sent(made) == [
        [("headline", "x"), ("skills", "b"), ("skills", "a")],
        [("experience[role]", "Founder"), ("experience[company]", "postpress")],
    ]
    assert [request.repeatable for request in made.requests] == [True, False]
    assert made.first_apply == ("headline", "experience", "skills")
    assert [change.replaces_unseen for change in made.changes] == [True, False, True]


def test_a_value_that_differs_in_type_alone_is_an_update_but_1_and_1_0_are_equal() -> None:
    layout: Plain = {"contrast": 1}
    assert plan(profile(picture_settings=layout), applied({"picture_settings": {"contrast": 1.0}})).empty
    made = plan(profile(skills_follow=True), applied({"skills_follow": 1}))
    assert brief(made) == [("skills_follow", "update")]


def test_a_renamed_picture_is_not_resent_and_a_changed_one_goes_with_its_settings() -> None:
    moved = {**ME, "file": "other.jpg"}
    assert plan(profile(picture=ME), applied({"picture": moved})).empty
    other = {**ME, "sha256": "b" * 64}
    settings: Plain = {"filter": "STUDIO"}
    made = plan(
        profile(picture=ME, picture_settings=settings), applied({"picture": other, "picture_settings": settings})
    )
    assert brief(made) == [("picture", "update")]
    assert sent(made) == [[("picture", "@me.jpg"), ("picture_settings[filter]", "STUDIO")]]


def test_what_left_the_file_is_forgotten_and_sends_nothing() -> None:
    made = plan(profile(), applied({"headline": "x", "experience.a": JOB}))
    assert brief(made) == [("headline", "forget"), ("experience.a", "forget")]
    assert made.requests == ()


def test_an_edit_sends_id_and_changed_fields_only() -> None:
    known = Record({**JOB, "description": "old"}, NOW, "apply", "7", "file")
    wanted = Wanted({**JOB, "description": "new"}, 0, "7")
    made = plan(profile(experience__a=wanted), applied({"experience.a": known}))
    assert brief(made) == [("experience.a", "update")]
    assert sent(made) == [[("experience[id]", "7"), ("experience[description]", "new")]]


def test_an_edit_without_id_is_blocked() -> None:
    made = plan(profile(experience__a={**JOB, "location": "Bern"}), applied({"experience.a": JOB}))
    assert brief(made) == [("experience.a", "blocked")]
    assert ("state", "adopt", "experience.a", "URL") in commands(made.changes[0])


def test_an_undocumented_field_of_an_education_is_blocked_and_the_rest_is_sent() -> None:
    known = Record({"school": "MIT", "degree": "BSc"}, NOW, "apply", "7", "file")
    wanted = Wanted({"school": "MIT", "degree": "MSc", "description": "x"}, 0, "7")
    made = plan(profile(education__a=wanted), applied({"education.a": known}))
    assert brief(made) == [("education.a", "update"), ("education.a", "blocked")]
    assert sent(made) == [[("education[id]", "7"), ("education[description]", "x")]]


def test_a_renamed_key_moves() -> None:
    made = plan(profile(experience__b=JOB), applied({"experience.a": JOB}))
    assert [(change.action, change.moved_from, change.address) for change in made.changes] == [
        (Action.MOVE, "experience.a", "experience.b")
    ]


def test_a_create_that_resembles_what_left_is_blocked_until_it_is_said_to_be_new() -> None:
    state = applied({"experience.a": {**JOB, "description": "x"}})
    wanted = profile(experience__b={**JOB, "role": "FOUNDER "})
    made = plan(wanted, state)
    assert brief(made) == [("experience.b", "blocked"), ("experience.a", "forget")]
    assert brief(plan(answered(wanted, made, "experience.b", same=False), state)) == [
        ("experience.b", "create"),
        ("experience.a", "forget"),
    ]


def test_a_forgotten_entry_that_comes_back_is_taken_back_and_not_added() -> None:
    state = applied(forgotten={"experience.a": Forgotten(JOB, NOW)})
    assert brief(plan(profile(experience__a=JOB), state)) == [("experience.a", "move")]
    assert brief(plan(profile(experience__b=JOB), state)) == [("experience.b", "move")]


def test_a_repeatable_pending_makes_its_address_unknown_even_at_the_old_value() -> None:
    pending = Pending("r", "k", ("headline",), {"headline": Sending("new")}, NOW)
    made = plan(profile(headline="old"), applied({"headline": "old"}, pending=(pending,)))
    assert brief(made) == [("headline", "update")]
    assert sent(made) == [[("headline", "old")]]
    assert made.in_doubt == ()


def test_an_add_without_answer_is_in_doubt_and_closes_its_section_once_its_key_is_gone() -> None:
    pending = Pending("r", "k", ("experience.a",), {"experience.a": Sending(JOB)}, NOW)
    state = applied(pending=(pending,))
    made = plan(profile(experience__a=JOB), state)
    assert (brief(made), made.in_doubt, made.requests) == ([("experience.a", "blocked")], ("experience.a",), ())
    other: Plain = {"role": "Author", "company": "elsewhere"}
    assert brief(plan(profile(experience__b=other), state)) == [("experience.b", "blocked")]


def test_notify_network_alone_sends_nothing_and_makes_an_edit_unrepeatable() -> None:
    known = Record(JOB, NOW, "apply", "7", "file")
    assert plan(profile(experience__a=Wanted(JOB, 0, "7", notify_network=True)), applied({"experience.a": known})).empty
    wanted = Wanted({**JOB, "description": "x"}, 0, "7", notify_network=True)
    made = plan(profile(experience__a=wanted), applied({"experience.a": known}))
    assert made.requests[0].repeatable is False
    assert [warning.code for warning in made.changes[0].warnings] == [Code.NOTIFIES_NETWORK]
    assert made.changes[0].notifies


def test_packing_takes_one_experience_and_one_education_a_request() -> None:
    def edit(number: int) -> Wanted:
        return Wanted({"description": "x"}, number, str(number))

    made = plan(profile(headline="x", experience__a=edit(1), experience__b=edit(2), education__c=edit(3)), None)
    assert [request.addresses for request in made.requests] == [
        ("headline", "experience.a", "education.c"),
        ("experience.b",),
    ]


def test_another_id_in_file_and_state_is_an_error_that_names_both() -> None:
    known = Record(JOB, NOW, "apply", "7", "adopt")
    with pytest.raises(StateError, match=r"the file says id 8, p\.state\.json says 7"):
        plan(profile(experience__a=Wanted(JOB, 0, "8")), applied({"experience.a": known}))


def test_an_id_that_changed_in_the_file_is_another_entry() -> None:
    known = Record(JOB, NOW, "apply", "7", "file")
    made = plan(profile(experience__a=Wanted(JOB, 0, "8")), applied({"experience.a": known}))
    assert brief(made) == [("experience.a", "set"), ("experience.a", "forget")]
    assert made.changes[0].warnings[1:] == (Reason(Code.ID_CHANGED, values=("7", "8")),)


def test_a_target_that_names_nothing_is_wrong_usage() -> None:
    with pytest.raises(UsageError, match="no such address"):
        plan(profile(headline="x"), None, targets=("experience.nope",))


def test_a_target_keeps_other_changes_out() -> None:
    made = plan(profile(headline="x", summary="y"), None, targets=("summary",))
    assert (brief(made), sent(made)) == ([("summary", "set")], [[("summary", "y")]])


def test_the_id_is_of_the_change_and_not_of_keys_serials_or_paths() -> None:
    first = plan(profile(experience__a=JOB, headline="x"), None)
    second = make_plan(profile(experience__z=JOB, headline="x"), applied(), "elsewhere", "9")
    assert first.id == second.id
    assert plan(profile(experience__a=JOB, headline="y"), None).id != first.id


def test_plans_have_one_id_together_whatever_their_order_and_those_that_are_empty() -> None:
    first, second = plan(profile(headline="x"), None), plan(profile(headline="y"), None)
    nothing = plan(profile(), None)
    assert joint_id([first, second]) == joint_id([second, nothing, first])
    assert len({joint_id([first, second]), joint_id([first]), joint_id([second])}) == 3
    assert (joint_id([first]), joint_id([nothing, second])) == (first.id, second.id)


def test_a_state_of_another_account_is_refused() -> None:
    with pytest.raises(StateError, match="this state is of account other"):
        plan(profile(), Applied("l", 1, "w", "other"))


def test_a_first_set_says_that_it_replaces_what_was_never_seen() -> None:
    wanted = profile(headline="x", skills=["a"], experience__a=Wanted(JOB, 2, "7"))
    for state in (None, applied({"summary": "y"})):
        codes = {
            change.address: [warning.code for warning in change.warnings] for change in plan(wanted, state).changes
        }
        assert codes["headline"] == codes["experience.a"] == [Code.REPLACES_UNSEEN]
        assert codes["skills"] == [Code.REPLACES_UNSEEN, Code.MAY_ADD]


def test_a_section_that_comes_back_replaces_what_was_known() -> None:
    state = applied(forgotten={"headline": Forgotten("x", NOW)})
    assert [change.replaces_unseen for change in plan(profile(headline="y"), state).changes] == [False]


def test_without_a_state_a_first_apply_asks_after_all_that_is_sent() -> None:
    wanted = profile(headline="x", education__a={"school": "MIT"}, experience__a=Wanted({**JOB, "degree": "x"}, 2, "7"))
    assert plan(wanted, None).first_apply == ("headline", "experience", "education")
    assert plan(wanted, applied()).first_apply == ("education",)
    assert plan(profile(headline="x"), applied()).first_apply == ()


def test_what_is_let_go_of_keeps_its_id_and_what_was_stays_known() -> None:
    known = Record(JOB, NOW, "apply", "7", "file")
    state = applied({"experience.a": known}, forgotten={"education.b": Forgotten({}, NOW)})
    made = plan(profile(headline="x"), state)
    assert [(change.address, change.entry_id) for change in made.changes if change.action is Action.FORGET] == [
        ("experience.a", "7")
    ]
    assert made.stays == {"education.b": None}
