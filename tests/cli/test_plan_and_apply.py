"""plan and apply through the public door: exit codes, options, several profiles."""

import html
import json
import re
from pathlib import Path

import pytest

from reconciler.simulator.profile import seeded
from tests.world import ACCOUNT, PNG, Done, World

JOB = {"role": "Founder", "company": "postpress"}


def test_plan_exits_0_and_with_detail_2_for_changes_0_for_none(here: World) -> None:
    here.write({"headline": "x"})
    assert [here.cli("plan", *more).code for more in ([], ["--detailed-exitcode"])] == [0, 2]
    assert here.apply().code == 0
    assert here.cli("plan", "--detailed-exitcode").code == 0


def test_plan_and_apply_exit_3_while_something_is_in_doubt(here: World) -> None:
    here.write({"experience": {"a": JOB}})
    here.simulator.faults.add(["close=after-edit"])
    assert here.apply().code == 3
    assert here.cli("plan").code == 0
    assert here.cli("plan", "--detailed-exitcode").code == 3
    assert here.apply().code == 3
    assert len(here.live()["experience"]) == 1


def test_apply_with_something_blocked_does_the_rest_and_exits_1(here: World) -> None:
    here.write({"headline": "x", "experience": {"a": JOB}})
    assert here.apply().code == 0
    here.write({"headline": "y", "experience": {"a": {**JOB, "location": "Paris"}}})
    done = here.apply()
    assert done.code == 1
    assert done.err.splitlines()[-2] == "profile.yaml: 1 applied, 1 blocked"
    assert here.live()["sections"] == {"headline": "y"}
    assert here.cli("plan", "--detailed-exitcode").code == 2


def test_apply_without_a_terminal_refuses_and_names_the_flag(here: World) -> None:
    here.write({"headline": "x"})
    done = here.cli("apply", "--first-apply")
    assert (done.code, here.sent()) == (1, [])
    assert "--auto-approve" in done.err
    assert not here.state_path.exists()


def test_a_first_apply_of_entries_asks_and_auto_approve_is_no_answer(here: World) -> None:
    here.write({"headline": "x", "experience": {"a": JOB}})
    done = here.cli("apply", "--auto-approve")
    assert (done.code, here.sent()) == (1, [])
    assert "state accept" in done.err
    assert "--first-apply" in done.err


def test_after_accept_a_first_apply_has_nothing_to_ask(here: World) -> None:
    here.write({"headline": "x", "experience": {"a": JOB}})
    assert here.cli("state", "accept", "experience.a").code == 0
    assert here.cli("apply", "--auto-approve").code == 0
    assert here.live()["experience"] == []


def test_nothing_to_do_writes_nothing(here: World) -> None:
    here.write({"headline": "x"})
    assert here.apply().code == 0
    before = here.state_path.read_bytes()
    for arguments in (["apply"], ["-v", "apply"], ["plan"], ["-q", "plan"]):
        assert here.cli(*arguments).out.startswith("profile.yaml: no changes (compared with")
    assert here.state_path.read_bytes() == before


@pytest.mark.parametrize("options", [[], ["--target", "headline"], ["--state", "profile.state.json"]])
def test_a_quiet_apply_with_nothing_to_do_prints_nothing_however_that_is_found_out(
    here: World, options: list[str]
) -> None:
    here.write({"headline": "x"})
    assert here.apply().code == 0
    assert here.cli("-q", "apply", *options) == Done(0, "", "")


def test_a_target_applies_only_what_lies_in_it(here: World) -> None:
    here.write({"headline": "x", "summary": "y", "experience": {"a": JOB}})
    assert here.apply("--target", "headline").code == 0
    assert here.live()["sections"] == {"headline": "x"}
    assert {change["address"] for change in here.plan()["changes"]} == {"summary", "experience.a"}


def test_an_entry_that_resembles_one_that_left_is_added_only_when_it_is_said_to_be_new(here: World) -> None:
    here.write({"experience": {"a": JOB}})
    assert here.apply().code == 0
    here.write({"experience": {"b": {**JOB, "location": "Paris"}}})
    assert [(change["address"], change["action"]) for change in here.plan()["changes"]] == [
        ("experience.b", "blocked"),
        ("experience.a", "forget"),
    ]
    shown = [here.cli("plan").out, here.cli("plan", "--format", "markdown").out]
    assert [("left-file-asked" in text, "to delete it there" in text) for text in shown] == [(False, False)] * 2
    assert here.plan()["changes"][1]["reason"]["code"] == "left-file-asked"
    done = here.apply()
    assert (done.code, "to delete it there" in done.out) == (1, False)
    (change,) = here.plan()["changes"]
    same, other = (way["edit"] for way in change["reason"]["ways"])
    assert (same.partition(": ")[0], other.partition(": ")[0]) == ("same_as", "not_same_as")
    here.write({"experience": {"b": {**JOB, "location": "Paris", "not_same_as": other.partition(": ")[2]}}})
    assert here.apply().code == 0
    assert len(here.live()["experience"]) == 2
    assert here.plan()["changes"] == []


def test_a_target_that_is_not_there_is_told_what_it_takes(here: World) -> None:
    here.write({"headline": "x", "experience": {"a": JOB}})
    done = here.cli("plan", "--target", "experience.b")
    said = "there is no such address in the profile or its state; name a section, or an entry"
    assert (done.code, done.err.startswith(f"--target: experience.b: {said}")) == (64, True)


def test_all_profiles_are_read_before_the_first_request(here: World) -> None:
    here.write({"headline": "x"})
    (here.folder / "other.yaml").write_text("type: LINKEDIN\naccount_id: b\nheadline: 1\n")
    done = here.cli("apply", "profile.yaml", "other.yaml", "--auto-approve", "--first-apply")
    assert (done.code, here.sent()) == (1, [])
    assert done.err.startswith("other.yaml:3:11: headline: ")


def test_one_profile_that_fails_does_not_stop_the_others(here: World) -> None:
    here.write({"headline": "x"})
    (here.folder / "other.yaml").write_text("type: LINKEDIN\naccount_id: b\nheadline: y\n")
    here.simulator.faults.add(["error=unprocessable_entity"])
    done = here.cli("apply", "profile.yaml", "other.yaml", "--auto-approve", "--first-apply")
    assert done.code == 1
    assert [request["applied"] for request in here.sent()] == [False, True]
    plans = json.loads(here.cli("plan", "profile.yaml", "other.yaml", "--format", "json").out)
    assert [plan["summary"]["requests"] for plan in plans] == [1, 0]


def test_a_state_of_the_same_account_under_another_name_is_refused_and_both_are_named(here: World) -> None:
    here.write({"headline": "x"})
    assert here.apply().code == 0
    here.state_path.rename(here.folder / "old.state.json")
    done = here.cli("apply", "--auto-approve")
    assert done.code == 1
    assert done.err.startswith("profile.state.json: there is no state here, but old.state.json is a state of the same")
    assert here.cli("plan", "--state", "old.state.json").out.startswith("profile.yaml: no changes")


def test_a_state_of_another_account_is_refused_and_left_as_it_is(here: World) -> None:
    here.write({"headline": "x"})
    assert here.apply().code == 0
    before = here.state_path.read_bytes()
    here.write({"headline": "x", "account_id": "acc_2"})
    done = here.cli("apply", "--auto-approve")
    assert (done.code, here.state_path.read_bytes()) == (1, before)
    assert f"this state is of account {ACCOUNT}, but profile.yaml is of acc_2" in done.err
    assert "state account acc_2" in done.err


@pytest.mark.parametrize("other", ["acc_2", "acc", "acc_12"])
def test_a_state_that_was_edited_to_be_another_accounts_is_refused_where_nothing_changed(
    here: World, other: str
) -> None:
    """The digests of profile and sections were enough to say that nothing changed."""
    here.write({"headline": "x"})
    here.apply()
    here.state_path.write_text(here.state_path.read_text().replace(f'"{ACCOUNT}"', f'"{other}"'))
    for command in (("plan",), ("apply", "--auto-approve")):
        done = here.cli(*command)
        assert (done.code, f"this state is of account {other}, but" in done.err) == (1, True)


def test_the_folder_can_be_named_before_the_command(here: World) -> None:
    here.write({"headline": "x", "picture": "me.png"})
    (here.folder / "me.png").write_bytes(PNG)
    (here.folder / "elsewhere").mkdir()
    done = here.cli("-C", "elsewhere", "plan", "../profile.yaml")
    assert done.out.startswith("../profile.yaml → account acc_1\n")
    assert "me.png (70 bytes, 1×1, " in done.out


def test_the_last_line_of_several_profiles_names_those_that_are_not_done(here: World) -> None:
    for name in ("a", "b", "c"):
        profile = {"type": "LINKEDIN", "account_id": f"acc_{name}", "headline": name}
        (here.folder / f"{name}.yaml").write_text(json.dumps(profile))
    here.simulator.faults.add(["none", "error=unprocessable_entity"])
    done = here.cli("apply", "a.yaml", "b.yaml", "c.yaml", "--auto-approve", "--first-apply")
    assert done.code == 1
    assert done.err.splitlines()[-3:-1] == ["3 profiles: 2 done, 1 failed", "  rejected: b.yaml"]
    done = here.cli("apply", "a.yaml", "b.yaml", "c.yaml", "--auto-approve", "--first-apply")
    assert (done.code, done.err.splitlines()[-2]) == (0, "3 profiles: 1 done, 2 unchanged")


@pytest.mark.parametrize("way", [(), ("--target", "headline")], ids=["digests", "plans"])
def test_nothing_to_do_in_several_profiles_has_no_last_line_of_them_all(here: World, way: tuple[str, ...]) -> None:
    """It stood there where the profiles were planned, and not where their digests were enough."""
    for name in ("a", "b"):
        profile = {"type": "LINKEDIN", "account_id": f"acc_{name}", "headline": name}
        (here.folder / f"{name}.yaml").write_text(json.dumps(profile))
    here.cli("apply", "a.yaml", "b.yaml", "--auto-approve", "--first-apply")
    done = here.cli("apply", "a.yaml", "b.yaml", "--auto-approve", *way)
    assert (done.code, done.err) == (0, "")
    assert [line.partition(" (")[0] for line in done.out.splitlines()] == ["a.yaml: no changes", "b.yaml: no changes"]
    assert here.cli("-q", "apply", "a.yaml", "b.yaml", "--auto-approve", *way) == Done(0, "", "")


def test_several_profiles_have_no_common_state(here: World) -> None:
    here.write({"headline": "x"})
    done = here.cli("plan", "profile.yaml", "profile.yaml", "--state", "s.json")
    assert done.code == 64
    assert "it names one state" in done.err


def test_with_an_error_in_json_nothing_else_is_on_standard_output(here: World) -> None:
    (here.folder / "profile.yaml").write_text("headline: 1\n")
    done = here.cli("plan", "--format", "json")
    found = json.loads(done.out)
    assert (done.code, {error["address"] for error in found["errors"]}) == (1, {"", "headline"})


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://example.com/api", "plain http to example.com would show the key to the network"),
        ("ftp://127.0.0.1", "is not an http or https URL"),
        ("https://me:secret@example.com", "a user name or password in the URL is not sent"),
        ("https://example.com/?a=b", "a base URL has no query and no fragment"),
        ("https://example.com/api/v1?", "a base URL has no query and no fragment"),
        ("https://example.com/api/v1#", "a base URL has no query and no fragment"),
        ("https://[", "is not a URL"),
        ("https://example.com/a b", "this is not a URL: it holds whitespace or a control character; take it out"),
        ("https://exam\nple.com", "it holds whitespace or a control character"),
        ("https://exam\x9bple.com", "it holds whitespace or a control character"),
        ("https://api..invalid/api/v1", "nothing can be sent to the host 'api..invalid'"),
        (f"https://{'a' * 64}.invalid", "nothing can be sent to the host"),
        ("https://1.2.3.999", "nothing can be sent to the host '1.2.3.999'"),
        ("https://\u2603.invalid", "nothing can be sent to the host"),
    ],
)
def test_a_base_url_that_is_unsafe_is_refused(here: World, url: str, said: str) -> None:
    here.write({"headline": "x"})
    done = here.apply("--base-url", url)
    assert (done.code, here.state_path.exists()) == (1, False)
    assert said in done.err


def test_a_base_url_with_whitespace_around_it_is_the_one_without(here: World) -> None:
    here.write({"experience": {"one": {"role": "R", "company": "C"}}})
    assert here.apply("--base-url", f" {here.base_url}/\n").code == 0
    assert (len(here.sent()), here.state()["pending"]) == (1, [])


def test_the_key_can_come_from_a_file_and_what_is_no_key_is_refused(here: World, tmp_path: Path) -> None:
    here.write({"headline": "x"})
    key = tmp_path / "key"
    key.write_text(" \n")
    assert "there is no API key" in here.apply("--api-key-file", str(key)).err
    key.write_text("a\nb")
    assert "this is not an API key" in here.apply("--api-key-file", str(key)).err
    assert "cannot be read" in here.apply("--api-key-file", str(tmp_path / "gone")).err
    assert "not a regular file" in here.apply("--api-key-file", "/dev/null").err
    key.write_text("k\n")
    assert here.apply("--api-key-file", str(key)).code == 0


@pytest.mark.parametrize("seconds", ["nan", "-1", "soon"])
@pytest.mark.parametrize("option", ["--max-wait", "--lock-timeout"])
def test_what_is_no_number_of_seconds_is_wrong_usage(here: World, option: str, seconds: str) -> None:
    here.write({"headline": "x"})
    assert (here.apply(option, seconds).code, here.sent()) == (64, [])


def test_the_length_of_a_text_is_written_as_people_write_numbers(here: World) -> None:
    here.write({"headline": "x", "summary": "word " * 300})
    markdown, text = here.cli("plan", "--format", "markdown").out, here.cli("plan").out
    assert "<summary>1,500 characters</summary>" in markdown
    assert "    1,500 characters\n" in text


def test_a_plan_shows_the_id_of_each_entry_that_it_edits(here: World) -> None:
    job = {"role": "R", "company": "C"}
    here.write({"experience": {"a": job}})
    here.apply()
    here.write({"experience": {"a": {**job, "id": "999", "description": "new"}}, "location": {"id": "105015875"}})
    assert "    edits the entry 999 on LinkedIn\n" in here.cli("plan").out
    assert "<li>edits the entry <code>999</code> on LinkedIn</li>" in here.cli("plan", "--format", "markdown").out
    assert here.cli("plan").out.count("edits the entry") == 1


STATE_USERS = [
    *("plan", "plan --format json", "apply --auto-approve", "state list", "state show", "state accept"),
    *("state mv experience.a experience.b", "state rm headline", "state adopt experience.a 1", "state account b"),
    *("state resolve experience.a --applied", "state restore profile.state.json"),
]


@pytest.mark.parametrize("command", STATE_USERS)
@pytest.mark.parametrize("folder", ["nowhere", "profile.yaml"])
def test_a_state_in_a_folder_that_is_not_there_is_a_slip_and_no_first_run(
    here: World, command: str, folder: str
) -> None:
    here.write({"headline": "x"})
    assert here.apply().code == 0
    done = here.cli(*command.split(), "--state", f"{folder}/a.state.json")
    said = f"{folder}/a.state.json: there is no folder {folder}; make it, or name another state\n"
    assert (done.code, done.err, len(here.sent())) == (1, said, 1)


def test_a_state_that_is_not_there_in_a_folder_that_is_begins(here: World) -> None:
    here.write({"headline": "x"})
    (here.folder / "states").mkdir()
    assert [change["action"] for change in here.plan("--state", "states/a.json")["changes"]] == ["set"]
    assert here.apply("--state", "states/a.json").code == 0
    assert here.plan("--state", "states/a.json")["changes"] == []


def test_a_newer_state_is_told_from_a_damaged_one(here: World) -> None:
    here.write({"headline": "x"})
    here.state_path.write_text('{"version": 2}')
    said = (
        "profile.state.json: this state has version 2, and this reconciler knows up to 1; install a newer reconciler\n"
    )
    assert here.cli("plan").err == said


def test_a_linked_profile_does_not_begin_anew_where_its_state_lies_behind_the_link(here: World) -> None:
    (here.folder / "real").mkdir()
    here.name = "real/profile.yaml"
    here.write({"headline": "x"})
    assert here.apply().code == 0
    here.name = "link.yaml"
    (here.folder / "link.yaml").symlink_to("real/profile.yaml")
    done = here.apply()
    there = str(here.folder / "real/profile.state.json")
    assert (done.code, len(here.sent())) == (1, 1)
    assert done.err.startswith(f"link.state.json: there is no state here, but {there} is a state of the same account")
    assert here.apply("--state", there).out.startswith("link.yaml: no changes")


def test_an_id_is_recorded_for_an_entry_that_left_the_file_and_comes_back_with_it(here: World) -> None:
    job = {"role": "R", "company": "C"}
    here.write({"experience": {"a": job}})
    here.apply()
    here.write({"experience": {"b": {**job, "id": "2400000001", "description": "new"}}})
    done = here.apply()
    assert (done.code, len(here.sent())) == (1, 1)
    assert "experience.b  blocked: entry-identity" in done.out
    assert "compared with what was last applied at 2" in here.cli("plan").out
    assert here.cli("state", "adopt", "experience.a", "2400000001").code == 1  # what the plan asks, the file answers
    (change,) = (change for change in here.plan()["changes"] if change["action"] == "blocked")
    answer = change["reason"]["ways"][0]["edit"].removeprefix("same_as: ")
    here.write({"experience": {"b": {**job, "id": "2400000001", "description": "new", "same_as": answer}}})
    assert here.apply().code == 0
    assert [job["description"] for job in here.live()["experience"]] == ["new"]
    assert here.plan()["changes"] == []


def test_a_profile_from_which_all_was_taken_out_says_when_it_was_applied(here: World) -> None:
    here.write({"headline": "x"})
    here.apply()
    here.write({})
    assert here.apply().code == 0
    for _ in range(2):
        assert re.search(r"no changes \(compared with what was last applied at 2\S+,", here.cli("plan").out)


def test_an_id_that_the_file_gives_is_recorded_by_an_apply_that_sends_nothing(here: World) -> None:
    job = {"role": "Engineer", "company": "Acme"}
    here.write({"experience": {"a": job}})
    here.apply()
    here.write({"experience": {"a": {**job, "id": "2400000001"}}})
    done = here.apply()
    assert (done.code, done.err, len(here.sent())) == (0, "profile.yaml: 1 id recorded\n", 1)
    written = here.state_path.read_bytes()
    assert (here.apply().err, here.state_path.read_bytes()) == ("", written)
    here.write({"experience": {"acme": {**job, "role": "Senior engineer", "id": "2400000001"}}})
    assert here.apply().code == 0
    assert [job["role"] for job in here.live()["experience"]] == ["Senior engineer"]


def test_an_id_that_linkedin_does_not_know_is_let_go_of_and_can_be_corrected(here: World) -> None:
    job = {"role": "Engineer", "company": "Acme"}
    here.write({"experience": {"a": job}})
    here.apply()
    here.write({"experience": {"a": {**job, "id": "9", "description": "z"}}})
    assert here.apply().code == 1
    here.write({"experience": {"a": {**job, "id": "2400000001", "description": "z"}}})
    done = here.apply()
    assert (done.code, here.state()["forgotten"]) == (0, {})
    assert here.state()["sections"]["experience.a"]["id_by"] == "file"
    here.write({"experience": {"a": {**job, "id": "2400000001", "description": "z"}, "b": job}})
    assert here.apply().code == 0
    assert len(here.live()["experience"]) == 2


def test_an_id_that_was_let_go_of_is_not_counted_as_recorded(here: World) -> None:
    job, other = {"role": "Engineer", "company": "Acme"}, {"role": "Poet", "company": "Byron"}
    here.write({"experience": {"a": job, "b": other}})
    here.apply()
    here.write({"experience": {"a": {**job, "id": "9", "description": "z"}, "b": {**other, "id": "2400000002"}}})
    assert here.apply().err.splitlines()[-2] == "profile.yaml: 0 applied, 1 rejected, 1 id recorded"
    assert [record.get("id") for record in here.state()["sections"].values()] == [None, "2400000002"]
    assert here.apply().err.splitlines()[-2] == "profile.yaml: 0 applied, 1 rejected"


def test_an_id_that_is_new_to_state_is_shown_in_a_plan_of_other_things(here: World) -> None:
    job = {"role": "Engineer", "company": "Acme"}
    here.write({"headline": "x", "experience": {"a": job}})
    here.apply()
    here.write({"headline": "y", "experience": {"a": {**job, "id": "2400000001"}}})
    said = "profile.yaml: the file gives experience.a the id 2400000001"
    assert said in here.cli("plan").out
    assert [said in warning for warning in here.plan()["warnings"]] == [True]
    assert (
        "gives <code>experience.a</code> the id <code>2400000001</code>" in here.cli("plan", "--format", "markdown").out
    )
    assert here.apply().code == 0
    assert here.plan()["warnings"] == []


def test_ids_that_are_all_there_is_to_record_are_shown_before_they_are(here: World) -> None:
    job = {"role": "Engineer", "company": "Acme"}
    here.write({"experience": {"a": job}})
    here.apply()
    here.write({"experience": {"a": {**job, "id": "2400000001"}}})
    warning = "the file gives experience.a the id 2400000001, which state did not know: "
    done = here.cli("plan", "--detailed-exitcode", "--out", "plan.json")
    assert done.code == 0
    for text in (done.out, here.cli("show", "plan.json").out, here.cli("-q", "plan").out):
        shown = text.splitlines()
        assert shown[0].startswith(f"warning: profile.yaml: {warning}")
        assert shown[1].startswith("profile.yaml: no changes, 1 id to record (compared with ")
    for command in (("plan", "profile.yaml"), ("show", "plan.json")):
        page = here.cli(*command, "--format", "markdown").out
        assert page.startswith("## Plan: no changes, 1 id to record\n\n### Warnings\n\n<ul>\n<li>")
        assert "gives <code>experience.a</code> the id <code>2400000001</code>" in page
    assert here.plan()["ids"] == {"experience.a": "2400000001"}
    applied = here.cli("-q", "apply", "plan.json")
    assert (applied.code, warning in applied.out, len(here.sent())) == (0, True, 1)
    assert applied.err.splitlines()[-1] == "profile.yaml: 1 id recorded"
    assert here.cli("plan").out.startswith("profile.yaml: no changes (compared with ")
    assert len(here.cli("plan", "--format", "markdown").out.splitlines()) == 1


def test_a_warning_alone_is_nothing_to_do(here: World) -> None:
    here.write({"headline": "x" * 230})
    assert here.apply().code == 0
    assert here.plan()["warnings"] != []
    assert len(here.cli("plan", "--state", "profile.state.json").out.splitlines()) == 1


TOLD = {"id": "7", "notify_network": True, "description": "A"}


def known_to_linkedin(here: World) -> None:
    here.simulator.memory.profiles[ACCOUNT] = seeded({"experience": [{"id": "7"}]}, here.simulator.memory.new_id)


def test_an_edit_in_doubt_is_not_sent_again_under_another_key(here: World) -> None:
    known_to_linkedin(here)
    here.write({"experience": {"a": TOLD}})
    here.simulator.faults.add(["close=after-edit"])
    assert here.apply().code == 3
    here.write({"experience": {"b": TOLD}})
    done = here.apply()
    assert (done.code, len(here.sent())) == (3, 1)
    assert "experience.b  blocked: waits-for-doubt\n" in done.err + done.out
    assert here.cli("state", "resolve", "experience.a", "--applied").code == 0
    assert [(change["action"], change["address"]) for change in here.plan()["changes"]] == [("move", "experience.b")]


def test_a_target_below_an_entry_takes_the_entry_whole(here: World) -> None:
    known_to_linkedin(here)
    link = {"type": "link", "url": "https://example.com/a", "title": "T"}
    here.write({"experience": {"a": {"id": "7", "description": "A", "attachment": link}}})
    assert here.apply().code == 0
    here.write({"experience": {"a": {"id": "7", "description": "B"}}})
    assert here.apply("--target", "experience.a.description").code == 0
    assert list(here.state()["forgotten"]) == ["experience.a.attachment"]
    here.write({"experience": {"a": {"id": "7", "description": "B", "attachment": link}}})
    assert here.apply().code == 0
    assert len(here.live()["experience"][0]["attachments"]) == 1


def test_a_target_limits_the_ids_that_are_recorded(here: World) -> None:
    job = {"role": "Engineer", "company": "Acme"}
    here.write({"headline": "x", "experience": {"a": job}})
    here.apply()
    here.write({"headline": "y", "experience": {"a": {**job, "id": "7"}}})
    done = here.apply("--target", "headline")
    assert "id" not in here.state()["sections"]["experience.a"]
    assert "the id 7" not in done.out


def test_an_answer_that_stood_in_the_plan_is_right_after_the_apply_too(here: World) -> None:
    first, second = {"role": "r", "company": "c"}, {"role": "q", "company": "d"}
    here.write({"experience": {"a": first, "b": second}})
    here.apply()
    here.write({"experience": {"a": second, "b": {**first, "location": "Rome"}}})
    done = here.apply()  # state has other keys then: what was `a` stands under another one
    handle = here.state()["forgotten"]["experience.a-forgotten"]["handle"]
    (answer,) = set(re.findall(f"`same_as: ([a-z-]+@{handle})`", done.out))
    here.write({"experience": {"a": second, "b": {**first, "location": "Rome", "same_as": answer}}})
    assert [change["action"] for change in here.plan()["changes"]] == ["move", "blocked"]
    assert "entry-identity" not in here.cli("plan").out


def test_a_plan_shows_what_is_sent_again_though_the_file_is_back_to_what_was_applied(here: World) -> None:
    here.simulator.memory.profile("acc_1").entries["experience"].append({"id": "7"})
    since = {"start_date": {"month": 3, "year": 2021}}
    job = {"id": "7", "role": "R", "company": "C", "skills": ["x"], "seniority": since}
    first = {"headline": "one", "skills": ["a", "b"], "experience": {"a": job}}
    here.write(first)
    assert here.apply().code == 0
    later = {**job, "skills": ["y"], "seniority": {"start_date": {"month": 4, "year": 2021}}}
    here.write({"headline": "two", "skills": ["b", "a"], "experience": {"a": later}})
    here.simulator.faults.add(["close=after-edit"])
    assert here.apply("--max-wait", "0").code == 1
    here.write({**first, "experience": {"a": {**job, "role": "Boss"}}})
    text, markdown = here.cli("plan").out, here.cli("plan", "--format", "markdown").out
    again = "    an earlier request ended without a clear answer, so what is live is not known; it is sent again"
    assert f'~ headline  update\n    "one"\n{again}' in text
    assert f"~ skills  update\n    a, b\n{again}" in text
    assert '~ experience.a  update\n    role: "R" → "Boss"\n    seniority: Mar 2021 – present\n    skills: x\n' in text
    assert "company" not in text
    assert "<td><code>headline</code><br>update</td><td><code>one</code></td>" in markdown
    assert "<td><code>skills</code><br>update</td><td><code>+ a, + b</code></td>" in markdown
    for line in ("one", "a, b"):
        assert f"it is sent again, which is safe</li>\n<li><code>{line}</code></li>" in markdown
    assert "<li><code>seniority</code>: <code>Mar 2021 – present</code></li>\n<li><code>skills</code>:" in markdown
    sent = {name for request in here.plan()["requests"] for name in (part["name"] for part in request["parts"])}
    assert "experience[company]" not in sent
    assert {"headline", "skills", "experience[role]", "experience[skills]"} < sent


def test_a_part_of_an_object_that_is_sent_again_is_shown_beside_the_part_that_differs(here: World) -> None:
    place = {"id": "1", "postal_code": "75001"}
    here.write({"location": place})
    assert here.apply().code == 0
    here.write({"location": {**place, "postal_code": "75002"}})
    here.simulator.faults.add(["close=after-edit"])
    assert here.apply("--max-wait", "0").code == 1
    here.write({"location": {**place, "id": "2"}})
    assert '~ location  update\n    id: "1" → "2"\n    postal_code: "75001"\n' in here.cli("plan").out


def test_a_plan_shows_what_goes_along_with_a_section_though_it_did_not_change(here: World) -> None:
    here.write({"skills": ["a"], "skills_follow": False})
    assert here.apply().code == 0
    here.write({"skills": ["a", "b"], "skills_follow": False})
    along = "sent along, as it is: skills_follow = false"
    assert f"~ skills  update\n    + b\n    {along}" in here.cli("plan", "--out", "plan.json").out
    marked = "<li>sent along, as it is: <code>skills_follow = false</code></li>"
    for command in (["plan"], ["show", "plan.json"]):
        assert marked in html.unescape(here.cli(*command, "--format", "markdown").out)
    here.write({"skills": ["a", "b"], "skills_follow": True})
    assert "sent along" not in here.cli("plan").out


def test_a_plan_asks_no_id_of_a_school_whose_id_is_known(here: World) -> None:
    """It warned of `seniority`, and said to write start_date, which it then blocked and said to put under seniority."""
    school = {"school": "s", "seniority": {"start_date": {"month": 9, "year": 2010}}}
    here.write({"education": {"a": school}})
    planned = here.cli("plan").out
    assert planned.count("a new education cannot carry seniority") == planned.count("a new education") == 1
    assert here.apply().code == 1
    assert here.cli("state", "adopt", "education.a", "2400000001").code == 0
    assert "a new education" not in here.cli("plan").out + here.apply().out
    assert here.cli("plan").out.startswith("profile.yaml: no changes")


def test_an_edit_that_the_api_lacks_asks_for_no_id(here: World) -> None:
    """It asked for LinkedIn's id, and with that said that there is no such edit."""
    here.write({"education": {"a": {"school": "s", "degree": "BSc"}}})
    here.apply()
    here.write({"education": {"a": {"school": "s", "degree": "MSc"}}})
    (change,) = here.plan()["changes"]
    assert (change["reason"]["code"], [way["when"] for way in change["reason"]["ways"]]) == (
        "not-in-edit",
        ["edited-by-hand"],
    )
    here.write({"education": {"a": {"school": "s", "degree": "MSc", "description": "d"}}})
    (change,) = here.plan()["changes"]
    assert change["reason"]["code"] == "id-unknown"


def test_what_a_person_is_told_of_an_older_state_is_told_in_a_terminal_too(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where colours are shown a plan took its own warnings for those of the file, and dropped them."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(here.folder / "cache"))
    here.write({"headline": "x"})
    here.apply()
    older = here.state_path.read_bytes()
    here.write({"headline": "x", "experience": {"a": {"role": "Founder", "company": "postpress"}}})
    here.apply()
    here.state_path.write_bytes(older)
    for color in ("never", "always"):
        assert "profile.state.json is older than one" in here.cli("--color", color, "plan").out


def test_a_warning_that_a_plan_leaves_out_takes_no_other_along(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a terminal that of a school stood there although its id was known, and the one of an older state did not."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(here.folder / "cache"))
    school = {"school": "s", "seniority": {"start_date": {"month": 9, "year": 2010}}}
    here.write({"education": {"a": school}})
    here.apply()
    here.cli("state", "adopt", "education.a", "2400000001")
    here.apply()
    older = here.state_path.read_bytes()
    here.write({"education": {"a": school}, "experience": {"a": {"role": "Founder", "company": "postpress"}}})
    here.apply()
    here.state_path.write_bytes(older)
    for color in ("never", "always"):
        said = here.cli("--color", color, "plan").out
        assert ("profile.state.json is older than one" in said, "a new education" in said) == (True, False)


def test_what_was_found_by_no_read_is_not_said_to_be_applied_never(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The refusal said that nothing was ever applied to the section, which holds another entry."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(here.folder / "cache"))
    jobs = {"a": {"role": "Founder", "company": "postpress"}, "b": {"role": "Poet", "company": "Byron"}}
    here.write({"experience": jobs})
    here.simulator.faults.add(["none", "close=before-edit"])
    here.apply()
    for _ in range(2):
        state = here.state()
        state["pending"][0]["sent_at"] = "2020-01-01T00:00:00Z"
        if "reads" in state:
            state["reads"]["absent"] = {"experience.b": "2020-01-01T00:00:00Z"}
        here.state_path.write_text(json.dumps(state))
        here.cli("refresh", "--again")
    refused = here.cli("apply", "--auto-approve")
    assert "apply asks about experience: are any of these on LinkedIn already?" in refused.out
    said = "profile.yaml: what this sends to experience may be on LinkedIn already, and would be added twice"
    assert (refused.code, refused.err.startswith(said)) == (1, True)
