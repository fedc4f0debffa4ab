"""What is written of a plan is read back whole, and what is damaged is refused with its reason."""

import json

import pytest

from reconciler.problem import StaleError
from reconciler.render.planfile import is_plan_file, plan_json, read_plans, saved_json
from reconciler.state.applied import Forgotten, Record
from reconciler.values import Plain
from tests.planning.test_plan import JOB, ME, NOW, applied, plan, profile

PDF: dict[str, Plain] = {"type": "media", "title": "t", "file": {"file": "cv.pdf", "sha256": "c" * 64, "size": 9}}
MADE = plan(
    profile(experience__b=JOB, picture=ME, education__mit={"school": "MIT", "attachment": PDF}),
    applied({"experience.a": Record(JOB, NOW, "apply", "7")}, forgotten={"headline": Forgotten("x", NOW)}),
)
SAVED = plan_json(MADE, NOW, "a" * 40)


def test_a_plan_with_a_move_files_and_a_commit_is_read_back_as_it_was_saved() -> None:
    (saved,) = read_plans(json.dumps(SAVED), "plan.json")
    assert saved_json(saved) == SAVED
    assert SAVED["changes"][1]["from"] == "experience.a"  # type: ignore[index,call-overload] # JSON
    assert (saved.commit, saved.plan.id) == ("a" * 40, MADE.id)


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        ({"changes": [{"address": "headline", "action": "delete"}]}, "there is no action 'delete'"),
        ({"state": {"path": "p", "lineage": "l", "serial": True}}, "serial is not a whole number"),
        ({"warnings": [1]}, "warnings is 1, not a text"),
        ({"account_id": ""}, "account_id is '', not a text"),
    ],
)
def test_a_damaged_plan_says_what_is_wrong_with_it(damage: dict[str, object], why: str) -> None:
    with pytest.raises(StaleError, match=why):
        read_plans(json.dumps({**SAVED, **damage}), "plan.json")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (json.dumps(SAVED), True),
        (json.dumps([SAVED]), True),
        ('{"format_version": ', True),
        ('{"headline": ', False),
        ("[" * 100_000, False),
        ("[]", True),
        ("headline: format_version", False),
    ],
)
def test_a_plan_file_is_told_by_what_it_holds_and_a_damaged_one_too(text: str, expected: bool) -> None:  # noqa: FBT001 - a case
    assert is_plan_file(text) is expected
