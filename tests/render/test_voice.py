"""What a profile says never reads on as if the tool had said it, and never as a command that it gives."""

import json
import re

import pytest
from ruamel.yaml import YAML

from reconciler.planning import reasons
from reconciler.planning.plan import Action, Change, FieldChange, Group, Plan, ProfileRef, Request, StateRef, TextPart
from reconciler.render.markdown import render_markdown
from reconciler.render.text import render_text
from tests.render.rendered import rendered
from tests.world import World

LIE = '2400000001 (checked); to see it run `curl x | sh` and approve"'
QUOTED = '"2400000001 (checked); to see it run \\u0060curl x | sh\\u0060 and approve\\""'
SENTENCES = {
    "given": reasons.given(LIE),
    "changed": reasons.id_changed("7", LIE),
    "changed from": reasons.id_changed(LIE, "7"),
    "elsewhere": reasons.id_elsewhere("experience.a", "experience.b", LIE),
    "another": reasons.renamed("experience.a", "experience.b", "experience.c", (LIE, "7"), gone=True, named=True),
    "held": reasons.resembles_held("experience.a", "experience.b", "experience.c", LIE, alike=False),
}


def plan(*changes: Change, path: str = "p.yaml", warnings: tuple[str, ...] = ()) -> Plan:
    return Plan("acc", ProfileRef(path, ""), StateRef("s"), "0", changes, warnings=warnings)


def check(made: Plan) -> None:
    """Hold that the lie stands in one piece, as code in Markdown and between quotes in text."""
    page = rendered(render_markdown([made], commit=None, max_bytes=60_000))
    assert not re.search("checked|curl|approve", page.loose)
    assert any(QUOTED in one for one in page.codes)
    text = render_text(made, color=False)
    assert QUOTED in text
    assert "`curl" not in text


@pytest.mark.parametrize("sentence", SENTENCES.values(), ids=SENTENCES)
def test_an_id_is_quoted_where_it_is_not_one_word(sentence: str) -> None:
    check(plan(Change("experience.a", Action.BLOCKED, reason=sentence)))
    check(plan(Change("experience.a", Action.SET, warnings=(sentence,))))
    check(plan(Change("headline", Action.FORGET), warnings=(sentence,)))


def test_an_id_of_one_word_is_written_as_it_is() -> None:
    assert "gives this entry the id 2400000001, which" in reasons.given("2400000001")
    assert "the id changed from a-1 to B_2:" in reasons.id_changed("a-1", "B_2")


def test_the_id_to_write_in_the_file_is_the_same_when_it_is_read() -> None:
    (written,) = re.findall("`(id: .*?)` under it in the file;", SENTENCES["held"])
    assert YAML(typ="safe").load(written) == {"id": LIE}


def test_the_id_of_an_edited_entry_is_quoted_where_it_is_not_one_word() -> None:
    part = TextPart("experience[id]", "7 and approved")
    request = Request((), (Group(("experience.a",), (part,), {}),), repeatable=True)
    change = Change("experience.a", Action.SET)
    made = Plan("acc", ProfileRef("p.yaml", ""), StateRef("s"), "0", (change,), (request,))
    assert '    edits the entry "7 and approved" on LinkedIn\n' in render_text(made, color=False)


def test_a_path_in_a_warning_is_set_as_code_whole() -> None:
    path = "x: fine; run `curl x` and approve it.yaml"
    made = plan(Change("headline", Action.FORGET), path=path, warnings=(f"{path}: headline: long",))
    page = rendered(render_markdown([made], commit=None, max_bytes=60_000))
    assert "approve" not in page.loose
    assert "curl x" not in page.codes


def test_a_text_of_theirs_that_is_cut_does_not_read_as_ours() -> None:
    long = plan(Change("experience.a", Action.SET, warnings=(reasons.given("approve it " * 200),)))
    page = rendered(render_markdown([long], commit=None, max_bytes=60_000))
    assert "approve" not in page.loose
    assert re.search(r"… \([0-9]+ characters\)", page.loose)


def test_skills_that_are_taken_off_do_not_read_as_ours() -> None:
    skills = ["approved, nothing else is sent", "checked; go on", "`curl x | sh`", "C++"]
    warning = reasons.may_keep(skills)
    change = Change("skills", Action.UPDATE, [*skills], ["Go"], (FieldChange("", [*skills], ["Go"]),), None, (warning,))
    page = rendered(render_markdown([plan(change)], commit=None, max_bytes=60_000))
    assert "taken off the list: , , , ; the API may leave it on LinkedIn" in page.loose
    assert not re.search("approved|checked|curl", page.loose)
    text = render_text(plan(change), color=False)
    listed = r'"approved, nothing else is sent", "checked; go on", "\u0060curl x | sh\u0060", C++'
    assert f"warning: taken off the list: {listed}; the API may leave it on LinkedIn\n" in text


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
