"""Small print of a plan: what is blocked in part, what travels along, what a plan's id is over."""

import subprocess
import sys
from pathlib import Path

import pytest

from reconciler.planning.plan import FieldChange
from reconciler.planning.reason import Code, Reason, doubted
from reconciler.planning.requests import split
from reconciler.problem import UsageError
from reconciler.profile.desired import Wanted
from reconciler.render.wording import reason_text
from reconciler.state.applied import Forgotten, Pending, Record, Sending
from reconciler.values import Plain
from tests.planning.test_plan import JOB, ME, NOW, applied, brief, plan, profile, sent

EDIT = Pending("r", "k", ("experience.a",), {"experience.a": Sending(JOB, "7", notify_network=True)}, NOW)
COOK: dict[str, Plain] = {"role": "Cook", "company": "a kitchen"}
KNOWN = Record(JOB, NOW, "apply", "7", "file")


def test_an_edit_in_doubt_keeps_its_entry_from_being_forgotten_or_renamed() -> None:
    state = applied({"experience.a": KNOWN}, pending=(EDIT,))
    assert brief(plan(profile(), state)) == [("experience.a", "blocked")]
    renamed = plan(profile(experience__b=Wanted(JOB, 0, "7")), state)
    assert brief(renamed) == [("experience.b", "blocked")]
    assert renamed.changes[0].reason == doubted("experience.a", Code.WAITS_FOR_DOUBT)


def test_an_edit_in_doubt_whose_attachment_changes_waits_and_then_sends_what_differs() -> None:
    first: dict[str, Plain] = {**JOB, "attachment": {"type": "link", "title": "t", "url": "https://example.com"}}
    pending = Pending("r", "k", ("experience.a",), {"experience.a": Sending(first, "7", "file", ("attachment",))}, NOW)
    other: dict[str, Plain] = {**JOB, "attachment": {"type": "media", "title": "m"}}
    wanted = profile(experience__a=Wanted(other, 0, "7"))
    assert brief(plan(wanted, applied({"experience.a": KNOWN}, pending=(pending,)))) == [("experience.a", "blocked")]
    settled = applied({"experience.a": Record(first, NOW, "resolve", "7", "file")})
    assert sent(plan(wanted, settled)) == [
        [
            ("experience[id]", "7"),
            ("experience[attachment][type]", "media"),
            ("experience[attachment][title]", "m"),
        ]
    ]


def test_a_blocked_date_stays_as_it_was_in_what_state_will_hold() -> None:
    before: dict[str, Plain] = {"school": "MIT", "start_date": {"month": 1, "year": 2020}, "description": "x"}
    after: dict[str, Plain] = {"school": "MIT", "start_date": {"month": 2, "year": 2020}, "description": "y"}
    made = plan(
        profile(education__a=Wanted(after, 0, "7")), applied({"education.a": Record(before, NOW, "apply", "7")})
    )
    assert brief(made) == [("education.a", "update"), ("education.a", "blocked")]
    assert made.requests[0].sections["education.a"].value == {**before, "description": "y"}


@pytest.mark.parametrize(
    "field", ["school", "degree", "grade", "field_of_study", "activities", "start_date", "end_date"]
)
def test_an_undocumented_field_is_blocked_where_it_changes_comes_or_is_first_and_forgotten_where_it_leaves(
    field: str,
) -> None:
    one: Plain = {"month": 1, "year": 2020} if field.endswith("date") else "x"
    other: Plain = {"month": 2, "year": 2020} if field.endswith("date") else "y"
    held: dict[str, Plain] = {"school": "MIT", field: one}
    state = applied({"education.a": Record(held, NOW, "apply", "7", "file")})
    changed = plan(profile(education__a=Wanted({**held, field: other}, 0, "7")), state)
    assert (brief(changed), changed.requests) == ([("education.a", "blocked")], ())
    fresh = plan(profile(education__a=Wanted({field: one}, 0, "7")), None)
    assert (brief(fresh), fresh.requests) == ([("education.a", "blocked")], ())
    rest = {name: value for name, value in held.items() if name != field}
    gone = plan(profile(education__a=Wanted(rest, 0, "7")), state)
    assert {change.action.value for change in gone.changes} == {"forget"}
    assert gone.requests == ()


def test_settings_that_leave_the_file_while_their_picture_changes_are_forgotten_and_do_not_travel() -> None:
    state = applied({"picture": {**ME, "sha256": "b" * 64}, "picture_settings": {"filter": "STUDIO"}})
    made = plan(profile(picture=ME), state)
    assert brief(made) == [("picture", "update"), ("picture_settings", "forget")]
    assert sent(made) == [[("picture", "@me.jpg")]]


def test_skills_take_their_switch_along_and_the_switch_travels_alone() -> None:
    state = applied({"skills": ["a"], "skills_follow": True})
    assert sent(plan(profile(skills=["a"], skills_follow=False), state)) == [[("skills_follow", "false")]]
    more = plan(profile(skills=["a", "b"], skills_follow=True), state)
    assert sent(more) == [[("skills", "a"), ("skills", "b"), ("skills_follow", "true")]]
    assert (more.requests[0].addresses, more.changes[0].warnings) == (("skills",), ())


def test_a_picture_is_in_the_id_by_its_content_and_not_by_its_folder() -> None:
    state = applied({"picture": {**ME, "sha256": "b" * 64}})
    one = plan(profile(picture=ME), state)
    assert one.id == plan(profile(picture=ME), state).id
    assert one.id != plan(profile(picture=ME), applied()).id


def test_leaving_a_section_and_leaving_one_of_its_fields_are_different_plans() -> None:
    fields = applied({"experience.a": Record({**JOB, "description": "x"}, NOW, "apply", "7", "file")})
    field = plan(profile(experience__a=Wanted(JOB, 0, "7")), fields)
    whole = plan(profile(), fields)
    assert (brief(field), brief(whole)) == ([("experience.a.description", "forget")], [("experience.a", "forget")])
    assert field.id != whole.id


def test_a_packed_request_is_taken_apart_by_what_must_travel_together() -> None:
    made = plan(profile(headline="x", skills=["a"], skills_follow=True, experience__a=Wanted(JOB, 3, "7")), None)
    assert [request.addresses for request in made.requests] == [("headline", "skills", "skills_follow", "experience.a")]
    assert [one.addresses for one in split(made.requests[0])] == [
        ("headline",),
        ("skills", "skills_follow"),
        ("experience.a",),
    ]


def test_the_first_apply_is_one_of_sections_that_state_never_held_an_entry_of() -> None:
    wanted = profile(experience__a=JOB, education__b={"school": "MIT"})
    assert plan(wanted, applied()).first_apply == ("experience", "education")
    assert plan(wanted, applied(forgotten={"experience.z": Forgotten(COOK, NOW)})).first_apply == ("education",)
    doubt = Pending("r", "k", ("education.z",), {"education.z": Sending({"school": "ETH"})}, NOW)
    assert plan(wanted, applied(pending=(doubt,))).first_apply == ("experience",)


def test_a_plan_does_not_depend_on_the_hash_seed(tmp_path: Path) -> None:
    profiles = Path(__file__).parents[2] / "profiles"
    command = [sys.executable, "-m", "reconciler", "plan", str(profiles / "full.yaml"), "--format", "json"]
    state = str(tmp_path / "none.state.json")
    found = []
    for seed in ("0", "1", "2"):
        done = subprocess.run(
            [*command, "--state", state], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        )
        found.append([line for line in done.stdout.splitlines() if '"created_at"' not in line])
    assert found[0] == found[1] == found[2]


def test_what_a_new_entry_cannot_carry_is_blocked_and_the_rest_is_added() -> None:
    made = plan(profile(education__a={"school": "MIT", "role": "Tutor"}), None)
    assert brief(made) == [("education.a", "create"), ("education.a", "blocked")]
    assert (made.changes[1].after, made.changes[1].fields[0].path) == ({"role": "Tutor"}, "role")
    assert sent(made) == [[("education[school]", "MIT")]]


def test_a_blocked_field_that_is_new_is_not_in_what_state_will_hold() -> None:
    before: dict[str, Plain] = {"school": "MIT", "description": "x"}
    wanted = Wanted({**before, "description": "y", "degree": "BSc"}, 0, "7")
    made = plan(profile(education__a=wanted), applied({"education.a": Record(before, NOW, "apply", "7")}))
    assert brief(made) == [("education.a", "update"), ("education.a", "blocked")]
    assert made.requests[0].sections["education.a"].value == {**before, "description": "y"}


def test_a_field_that_left_a_section_is_forgotten_and_the_section_that_travels_warns_of_it() -> None:
    state = applied({"location": {"id": "1", "postal_code": "75001"}})
    left = plan(profile(location={"id": "1"}), state)
    assert (brief(left), left.requests) == ([("location.postal_code", "forget")], ())
    changed = plan(profile(location={"id": "2"}), state)
    assert brief(changed) == [("location.postal_code", "forget"), ("location", "update")]
    assert changed.changes[1].warnings == (Reason(Code.MAY_CLEAR, ("location.postal_code",)),)


def test_skills_taken_off_the_list_may_stay_and_the_first_five_are_named() -> None:
    state = applied({"skills": ["a", "b", "c", "d", "e", "f", "g"]})
    (change,) = plan(profile(skills=["g"]), state).changes
    assert change.warnings == (Reason(Code.MAY_KEEP, values=("a", "b", "c", "d", "e", "f")),)
    assert (
        reason_text(change.warnings[0])
        == "taken off the list: a, b, c, d, e and 1 more; the API may leave it on LinkedIn"
    )


def test_a_target_with_a_key_that_is_none_is_refused() -> None:
    with pytest.raises(UsageError, match="'A_B' is not a local key"):
        plan(profile(), None, targets=("experience.A_B",))


def test_a_title_that_changes_below_the_same_kind_of_attachment_is_a_change_of_the_title() -> None:
    link: dict[str, Plain] = {"type": "link", "title": "t", "url": "https://example.com"}
    state = applied({"experience.a": Record({**JOB, "attachment": link}, NOW, "apply", "7", "file")})
    (change,) = plan(
        profile(experience__a=Wanted({**JOB, "attachment": {**link, "title": "u"}}, 0, "7")), state
    ).changes
    assert change.fields == (FieldChange("attachment.title", "t", "u"),)


def test_a_number_travels_in_plain_digits() -> None:
    settings: dict[str, Plain] = {"contrast": 1e-07, "vignette": 2.0, "saturation": -0.5, "brightness": 3}
    assert sent(plan(profile(picture_settings=settings), None)) == [
        [
            ("picture_settings[contrast]", "0.0000001"),
            ("picture_settings[vignette]", "2"),
            ("picture_settings[saturation]", "-0.5"),
            ("picture_settings[brightness]", "3"),
        ]
    ]
