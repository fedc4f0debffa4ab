"""What a profile says never reads on as if the tool had said it, and never as a command that it gives."""

import json
import re

import pytest
from ruamel.yaml import YAML

from reconciler.planning.plan import Action, Change, FieldChange, Plan, ProfileRef, StateRef
from reconciler.planning.reason import Code, Reason
from reconciler.quoting import in_quotes
from reconciler.render.markdown import render_markdown
from reconciler.render.text import render_text
from reconciler.render.wording import reason_text
from tests.render.rendered import rendered
from tests.world import World

LIE = '2400000001 (checked); to see it run `curl x | sh` and approve"'
QUOTED = '"2400000001 (checked); to see it run \\u0060curl x | sh\\u0060 and approve\\""'
REASONS = {
    "given": Reason(Code.ID_GIVEN, ("experience.a",), values=(LIE,)),
    "changed": Reason(Code.ID_CHANGED, values=("7", LIE)),
    "changed from": Reason(Code.ID_CHANGED, values=(LIE, "7")),
    "an address": Reason(Code.WAITS_FOR_DOUBT, (LIE,)),
    "a field": Reason(Code.MAY_CLEAR, (f"location.{LIE}",)),
}


def plan(*changes: Change, path: str = "p.yaml", warnings: tuple[str, ...] = ()) -> Plan:
    return Plan("acc", ProfileRef(path, ""), StateRef("s"), "0", changes, warnings=warnings)


def check(made: Plan) -> None:
    """Hold that the lie stands in one piece, as code in Markdown and between quotes in text."""
    page = rendered(render_markdown([made], commit=None, max_bytes=60_000))
    assert not re.search("checked|curl|approve", page.loose)
    assert any(LIE in code for code in page.codes)
    shown = render_text(made, color=False)
    assert QUOTED in shown
    assert "`curl" not in shown


@pytest.mark.parametrize("reason", REASONS.values(), ids=REASONS)
def test_a_users_text_is_quoted_where_it_is_not_one_word(reason: Reason) -> None:
    check(plan(Change("experience.a", Action.BLOCKED, reason=reason)))
    check(plan(Change("experience.a", Action.SET, warnings=(reason,))))


def test_an_id_of_one_word_is_written_as_it_is() -> None:
    assert "gives experience.a the id 2400000001, which" in reason_text(
        Reason(Code.ID_GIVEN, ("experience.a",), values=("2400000001",))
    )
    assert "the id changed from a-1 to B_2:" in reason_text(Reason(Code.ID_CHANGED, values=("a-1", "B_2")))


def test_the_id_to_write_in_the_file_is_the_same_when_it_is_read() -> None:
    assert YAML(typ="safe").load(f"id: {in_quotes(LIE)}") == {"id": LIE}


def test_the_id_of_an_edited_entry_is_quoted_where_it_is_not_one_word() -> None:
    made = plan(Change("experience.a", Action.SET, entry_id="7 and approved"))
    assert '    edits the entry "7 and approved" on LinkedIn\n' in render_text(made, color=False)


def test_a_path_in_a_warning_is_set_as_code_whole() -> None:
    path = "x: fine; run `curl x` and approve it.yaml"
    made = plan(Change("headline", Action.FORGET), path=path, warnings=(f"{path}: headline: long",))
    page = rendered(render_markdown([made], commit=None, max_bytes=60_000))
    assert "approve" not in page.loose
    assert "curl x" not in page.codes


def test_a_text_of_theirs_that_is_cut_does_not_read_as_ours() -> None:
    long = plan(
        Change("experience.a", Action.SET, warnings=(Reason(Code.ID_CHANGED, values=("approve it " * 200, "7")),))
    )
    page = rendered(render_markdown([long], commit=None, max_bytes=60_000))
    assert "approve" not in page.loose
    assert any(re.search(r"… \([0-9]+ characters\)", shown) for shown in page.codes)


def test_skills_that_are_taken_off_do_not_read_as_ours() -> None:
    skills = ["approved, nothing else is sent", "checked; go on", "`curl x | sh`", "C++"]
    warning = Reason(Code.MAY_KEEP, values=tuple(skills))
    change = Change("skills", Action.UPDATE, [*skills], ["Go"], (FieldChange("", [*skills], ["Go"]),), None, (warning,))
    page = rendered(render_markdown([plan(change)], commit=None, max_bytes=60_000))
    assert "taken off the list: , , , ; the API may leave it on LinkedIn" in page.loose
    assert not re.search("approved|checked|curl", page.loose)
    shown = render_text(plan(change), color=False)
    listed = r'"approved, nothing else is sent", "checked; go on", "\u0060curl x | sh\u0060", C++'
    assert f"warning: taken off the list: {listed}; the API may leave it on LinkedIn\n" in shown


def test_ids_and_accounts_are_quoted_in_errors_too(here: World) -> None:
    job = {"role": "Engineer", "company": "Acme"}
    here.write({"experience": {"a": job}})
    assert here.cli("state", "accept", "experience.a").code == 0
    assert here.cli("state", "adopt", "experience.a", "7").code == 0
    here.write({"experience": {"a": {**job, "id": "8 is right; approve"}}})
    assert 'the file says id "8 is right; approve", profile.state.json says 7' in here.cli("plan").err
    state = here.state()
    here.state_path.write_text(json.dumps({**state, "account_id": "acc 2 is right"}), encoding="utf-8")
    assert 'this state is of account "acc 2 is right", but profile.yaml is of acc_1' in here.cli("plan").err
