import contextlib
import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from reconciler.app.saved import plan_anew
from reconciler.render.planfile import read_plans
from reconciler.render.stale import moved_text
from reconciler.stale import Move, Moved, staleness
from tests.render.rendered import rendered
from tests.world import PNG, Done, World, world

JOB = {"role": "Founder", "company": "postpress"}
FIRST = {"headline": "Building", "picture": "me.png", "experience": {"postpress": JOB}}
OTHER_PNG = PNG[:-1] + b"\x00"

Edit = Callable[[dict[str, Any]], None]


@pytest.fixture
def saved(here: World) -> World:
    """A folder with a profile, a picture, and a first plan of them in plan.json."""
    (here.folder / "me.png").write_bytes(PNG)
    here.write(FIRST)
    assert save(here).code == 0
    return here


def save(here: World, *arguments: str) -> Done:
    return here.cli("plan", here.name, "--out", "plan.json", *arguments)


def plan_of(here: World) -> Any:  # noqa: ANN401 - JSON
    return json.loads((here.folder / "plan.json").read_text(encoding="utf-8"))


def edit(here: World, change: Edit) -> None:
    plan = plan_of(here)
    change(plan)
    (here.folder / "plan.json").write_text(json.dumps(plan), encoding="utf-8")


def refused(here: World, *arguments: str) -> str:
    """Apply the saved plan; it must be refused before anything is sent; give what was said."""
    before = list(here.sent())
    done = here.cli("apply", "plan.json", *arguments)
    assert (done.code, done.out, here.sent()) == (1, "", before)
    return done.err


def moved(here: World) -> list[Move]:
    """Apply the saved plan, which must be refused; give what moved since it was saved."""
    said = refused(here)
    with contextlib.chdir(here.folder):
        (saved_plan,) = read_plans((here.folder / "plan.json").read_text(encoding="utf-8"), "plan.json")
        (fresh,) = plan_anew((saved_plan,))
    found = list(staleness(saved_plan, fresh.plan))
    assert "; ".join(map(moved_text, found)) in said
    return found


def test_a_saved_plan_is_applied_without_a_question_and_once(saved: World) -> None:
    done = saved.cli("apply", "plan.json")
    assert (done.code, len(saved.sent())) == (0, 2)
    assert saved.live()["sections"]["headline"] == "Building"
    assert Move(Moved.STATE_MADE, "", str(saved.state()["serial"])) in moved(saved)


def test_a_saved_plan_says_what_is_planned(saved: World) -> None:
    plan, fresh = plan_of(saved), saved.plan()
    assert {**plan, "created_at": ""} == {**fresh, "created_at": ""}
    assert plan["first_apply"] == ["headline", "picture", "experience"]
    assert plan["state"] == {"path": "profile.state.json", "absent": True}


EDITS: dict[str, Edit] = {
    "its id": lambda plan: plan.update(id="0" * 64),
    "a value that is sent": lambda plan: plan["requests"][0]["parts"][2].update(value="Evil"),
    "a value that is shown": lambda plan: plan["changes"][0].update(after="Harmless"),
    "a field that is shown": lambda plan: plan["changes"][0]["fields"][0].update(after="Harmless"),
    "a part that is hidden": lambda plan: plan["requests"][0]["parts"].pop(),
    "a part more": lambda plan: plan["requests"][0]["parts"].append({"name": "summary", "value": "Evil"}),
    "a request that is hidden": lambda plan: plan["requests"].pop(),
    "a change that is hidden": lambda plan: plan["changes"].pop(),
    "that a request is repeatable": lambda plan: plan["requests"][1].update(repeatable=True),
    "the first apply that is hidden": lambda plan: plan.pop("first_apply"),
    "a warning": lambda plan: plan["warnings"].append("all is well"),
    "a doubt": lambda plan: plan["in_doubt"].append("experience.postpress"),
    "the account": lambda plan: plan.update(account_id="acc_2"),
    "the tool": lambda plan: plan.update(tool_version="9.9.9"),
    "the state": lambda plan: plan.update(state={"path": "profile.state.json", "lineage": "l", "serial": 1}),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edited_plan_sends_nothing_and_is_shown_with_a_warning(saved: World, name: str) -> None:
    edit(saved, EDITS[name])
    assert "no longer fits" in refused(saved)
    done = saved.cli("show", "plan.json")
    assert done.code == 0
    assert "apply refuses this plan: " in done.err
    assert "\nplan: " in done.out


def test_an_edited_plan_whose_id_was_made_to_fit_is_not_what_would_be_planned(saved: World) -> None:
    edit(saved, EDITS["a value that is sent"])
    (found,) = read_plans((saved.folder / "plan.json").read_text(encoding="utf-8"), "plan.json")
    edit(saved, lambda plan: plan.update(id=found.plan.id))
    assert moved(saved) == [Move(Moved.PLAN_CONTENT)]


def test_a_refusal_says_that_the_profile_moved(saved: World) -> None:
    saved.write({**FIRST, "headline": "Built"})
    assert moved(saved) == [Move(Moved.PROFILE)]


def test_a_refusal_says_which_file_moved(saved: World) -> None:
    (saved.folder / "me.png").write_bytes(OTHER_PNG)
    assert moved(saved) == [Move(Moved.FILE, "me.png")]


def test_a_file_that_is_back_to_what_was_applied_moved_too(saved: World) -> None:
    assert saved.cli("apply", "plan.json").code == 0
    (saved.folder / "me.png").write_bytes(OTHER_PNG)
    save(saved)
    (saved.folder / "me.png").write_bytes(PNG)
    assert moved(saved) == [Move(Moved.FILE, "me.png")]


def test_a_refusal_says_that_the_state_moved(saved: World) -> None:
    assert saved.cli("apply", "plan.json").code == 0
    saved.write({**FIRST, "headline": "Built"})
    save(saved)
    serial = saved.state()["serial"]
    assert saved.cli("state", "accept", "headline").code == 0
    assert Move(Moved.STATE_CHANGED, str(serial), str(serial + 1)) in moved(saved)


def test_a_refusal_says_that_the_state_is_another_or_gone(saved: World) -> None:
    assert saved.cli("apply", "plan.json").code == 0
    saved.write({**FIRST, "headline": "Built"})
    save(saved)
    state = saved.state()
    saved.state_path.write_text(json.dumps({**state, "lineage": "00000000-0000-4000-8000-000000000000"}))
    assert moved(saved) == [Move(Moved.STATE_REPLACED)]
    saved.state_path.unlink()
    assert Move(Moved.STATE_GONE, str(state["serial"]), "") in moved(saved)


def test_a_refusal_says_that_the_tool_is_another(saved: World) -> None:
    edit(saved, EDITS["the tool"])
    assert Moved.TOOL in [move.what for move in moved(saved)]


def test_a_profile_that_is_only_written_in_another_way_still_fits(saved: World) -> None:
    path = saved.folder / saved.name
    path.write_text("# a comment\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert saved.cli("apply", "plan.json").code == 0


def test_a_plan_with_targets_is_applied_with_its_targets(saved: World) -> None:
    save(saved, "--target", "headline")
    assert plan_of(saved)["targets"] == ["headline"]
    assert saved.cli("apply", "plan.json").code == 0
    assert [change["address"] for change in saved.plan()["changes"]] == ["picture", "experience.postpress"]
    assert "source" not in saved.state()


def test_other_targets_than_the_saved_ones_are_refused(saved: World) -> None:
    done = saved.cli("apply", "plan.json", "--target", "headline")
    assert (done.code, saved.sent()) == (64, [])
    assert "a saved plan holds its own --target" in done.err


def test_a_plan_file_need_not_be_named_json(saved: World) -> None:
    (saved.folder / "plan.json").rename(saved.folder / "reviewed")
    assert saved.cli("apply", "reviewed").code == 0
    assert saved.live()["sections"]["headline"] == "Building"


def test_a_profile_may_be_json(saved: World) -> None:
    (saved.folder / saved.name).rename(saved.folder / "ada.json")
    assert saved.cli("apply", "ada.json", "--auto-approve", "--first-apply").code == 0


def test_a_saved_plan_is_applied_alone(saved: World) -> None:
    done = saved.cli("apply", "plan.json", saved.name)
    assert (done.code, done.err) == (
        64,
        "plan.json: a saved plan is applied alone; name one plan file, or profiles\n",
    )


def test_a_plan_made_in_another_folder_is_applied_there(saved: World) -> None:
    away = saved.folder / "away"
    away.mkdir()
    saved.cli("plan", "--out", "away/plan.json")
    missing = saved.cli("-C", "away", "apply", "plan.json")
    assert (missing.code, saved.sent()) == (1, [])
    assert missing.err == (
        "profile.yaml: there is no such file; a saved plan names its profile from the folder where it was made: "
        "apply it there, or with -C\n"
    )
    assert saved.cli("apply", "away/plan.json").code == 0


def test_a_plan_made_with_another_folder_is_applied_with_it(saved: World) -> None:
    inner = saved.folder / "inner"
    inner.mkdir()
    for name in ("me.png", saved.name):
        (saved.folder / name).rename(inner / name)
    (saved.folder / "plan.json").unlink()
    assert saved.cli("-C", "inner", "plan", "--out", "plan.json").code == 0
    assert saved.cli("-C", "inner", "apply", "plan.json").code == 0
    assert (inner / "profile.state.json").exists()


@pytest.fixture
def two(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path) as made:
        for name, account in (("ada", "acc_1"), ("bob", "acc_2")):
            profile = {"type": "LINKEDIN", "account_id": account, "headline": name}
            (tmp_path / f"{name}.yaml").write_text(json.dumps(profile))
        assert made.cli("plan", "ada.yaml", "bob.yaml", "--out", "plan.json").code == 0
        yield made


def test_several_profiles_are_saved_shown_and_applied_as_one(two: World) -> None:
    assert [one["profile"]["path"] for one in plan_of(two)] == ["ada.yaml", "bob.yaml"]
    shown = two.cli("show", "plan.json")
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.count("\nplan: 1 to set; 1 request will be sent\n") == 2
    assert two.cli("apply", "plan.json").code == 0
    assert len(two.sent()) == 2


def test_if_one_of_several_moved_nothing_is_sent_at_all(two: World) -> None:
    profile = {"type": "LINKEDIN", "account_id": "acc_2", "headline": "other"}
    (two.folder / "bob.yaml").write_text(json.dumps(profile))
    assert refused(two).startswith("bob.yaml: ")
    shown = two.cli("show", "plan.json", "--format", "markdown")
    assert rendered(shown.out).headings == [
        "Plan: 2 of 2 profiles change",
        "ada.yaml: 1 to set; 1 request will be sent",
        "First: are any of these on LinkedIn already?",
        "Changes",
        "headline · set",
        "bob.yaml: 1 to set; 1 request will be sent",
        "This saved plan will be refused",
        "First: are any of these on LinkedIn already?",
        "Changes",
        "headline · set",
    ]


def test_show_gives_back_what_was_saved(saved: World) -> None:
    done = saved.cli("show", "plan.json", "--format", "json")
    assert (done.code, done.err) == (0, "")
    assert json.loads(done.out) == plan_of(saved)
    text = saved.cli("show", "plan.json")
    assert text.out == saved.cli("plan").out + f"plan {plan_of(saved)['id']}, saved at {plan_of(saved)['created_at']}\n"
    markdown = saved.cli("show", "plan.json", "--format", "markdown")
    assert markdown.out == saved.cli("plan", "--format", "markdown").out


def test_show_of_a_stale_plan_warns_on_stderr_and_in_markdown_and_shows(saved: World) -> None:
    saved.write({**FIRST, "headline": "Built"})
    done = saved.cli("show", "plan.json", "--format", "markdown")
    warning = moved_text(Move(Moved.PROFILE))
    assert (done.code, done.err) == (0, f"warning: plan.json: profile.yaml: apply refuses this plan: {warning}\n")
    assert rendered(done.out).headings[1] == "This saved plan will be refused"
    assert f"<li><code>{warning}</code></li>" in done.out
    assert "Building" in done.out
    assert saved.cli("show", "plan.json", "--format", "json").err == done.err


def test_show_of_a_plan_whose_profile_is_gone_warns_and_shows(saved: World) -> None:
    (saved.folder / saved.name).unlink()
    done = saved.cli("show", "plan.json")
    assert done.code == 0
    assert "apply refuses this plan: profile.yaml: there is no such file" in done.err
    assert '"Building"' in done.out


def test_show_makes_everything_of_a_plan_file_visible(saved: World) -> None:
    evil = "\x1b[2J\u202e\x9b"
    reason: dict[str, Any] = {
        "code": "id-changed",
        "addresses": [evil],
        "text": evil,
        "ways": [],
        "values": [evil, evil],
    }
    reason["ways"] = [{"when": "same-entry", "edit": evil, "address": evil}]

    def change(plan: dict[str, Any]) -> None:
        plan.update(id=evil, created_at=evil, commit=evil, account_id=evil, tool_version=evil, warnings=[evil])
        plan["profile"].update(path=f"{evil}.yaml")
        plan["changes"][0].update(address=evil, after=evil, reason=reason, warnings=[reason])
        plan["changes"][0]["fields"][0].update(path=evil, after=evil)
        plan["requests"][0]["addresses"] = [evil]
        plan["requests"][0]["parts"][0].update(name=evil, value=evil)
        plan.update(in_doubt=[evil], first_apply=[evil], targets=[evil], add=[evil])

    edit(saved, change)
    for form in ("text", "json", "markdown"):
        done = saved.cli("-v", "show", "plan.json", "--format", form)
        assert done.code == 0
        assert not set("\x1b\u202e\x9b") & set(done.out + done.err)


NOT_PLANS = {
    "": "it is not JSON at line 1, column 1",
    "[[]]": "the plan is not a mapping",
    "{}": "it has no format_version",
    '{"format_version": "2.0"}': "its format_version is '2.0', not '1.0'",
    '{"format_version": "1.0"}': "profile is not a mapping",
    '{"format_version": "1.0", "format_version": "1.0"}': "it holds the key 'format_version' twice",
    '{"format_version": NaN}': "it holds NaN, which is not a number",
    '{"format_version": 1e999}': "it holds a number that is too large",
    f'{{"format_version": 1{"0" * 400}}}': "it holds a number that is too large",
    '{"format_version": "\\ud800"}': "it holds a text that is not valid Unicode",
    "[" * 100 + "]" * 100: "it is nested too deep",
    "[" * 100_000: "it is nested too deep",
}


@pytest.mark.parametrize("text", NOT_PLANS, ids=lambda text: text[:30])
def test_show_says_why_a_file_is_not_a_plan(here: World, text: str) -> None:
    (here.folder / "plan.json").write_text(text)
    done = here.cli("show", "plan.json")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith(f"plan.json: this is not a saved plan: {NOT_PLANS[text]}")
    assert done.err.endswith("; save one with `reconciler plan --out FILE`\n")


@pytest.mark.parametrize("whose", ["state", "profile"])
def test_show_of_a_plan_that_names_no_path_warns_and_shows(saved: World, whose: str) -> None:
    edit(saved, lambda plan: plan[whose].update(path="a\0b"))
    done = saved.cli("show", "plan.json")
    assert (done.code, "apply refuses this plan: " in done.err, "* headline" in done.out) == (0, True, True), done.err


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_show_of_a_change_to_nothing_at_all_shows_the_rest(saved: World, form: str) -> None:
    edit(saved, lambda plan: plan["changes"][0].update(fields=[{"path": "", "before": None, "after": {}}]))
    done = saved.cli("show", "plan.json", "--format", form)
    assert (done.code, "picture" in done.out) == (0, True), done.err


def test_show_of_what_is_no_file_says_so(here: World) -> None:
    (here.folder / "folder").mkdir()
    (here.folder / "link").symlink_to("folder")
    remedy = "save a plan with `reconciler plan --out FILE`"
    assert here.cli("show", "none").err == f"none: there is no such file; {remedy}\n"
    assert here.cli("apply", "none.json").err == f"none.json: there is no such file; {remedy}\n"
    for name in ("folder", "link"):
        done = here.cli("show", name)
        assert (done.code, done.out) == (1, "")
        assert done.err.startswith(f"{name}: this is not a saved plan: ")
    failed = here.cli("show", "none", "--format", "json")
    assert json.loads(failed.out)["errors"][0]["file"] == "none"


def test_a_folder_is_no_state(saved: World) -> None:
    (saved.folder / "folder").mkdir()
    done = saved.cli("plan", "--state", "folder")
    assert (done.code, done.err) == (1, "folder: this is a folder; name a state file\n")


def test_a_plan_is_not_saved_over_what_is_no_plan(saved: World) -> None:
    assert save(saved).code == 0  # an older plan is written over
    before = (saved.folder / saved.name).read_bytes()
    done = saved.cli("plan", "--out", saved.name)
    assert (done.code, done.out) == (1, "")
    assert done.err == "profile.yaml: this file is no saved plan, and is not written over; name another with --out\n"
    assert (saved.folder / saved.name).read_bytes() == before


def test_a_plan_of_a_profile_whose_name_is_no_text_is_not_saved(saved: World) -> None:
    name = os.fsdecode(b"\xff.yaml")
    (saved.folder / saved.name).rename(saved.folder / name)
    done = saved.cli("plan", name, "--out", "other.json")
    assert (done.code, done.out) == (1, "")
    assert done.err == "\\udcff.yaml: a saved plan cannot hold this name: it is not UTF-8; rename it\n"
    assert json.loads(saved.cli("plan", name, "--format", "json").out)["profile"]["path"] == name


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgsign=false")
    done = subprocess.run(["git", *who, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_a_plan_names_the_commit_of_its_profile_unless_that_was_changed_since(saved: World) -> None:
    assert "commit" not in plan_of(saved)
    git(saved.folder, "init", "-q")
    git(saved.folder, "add", saved.name)
    git(saved.folder, "commit", "-qm", "x")
    commit = git(saved.folder, "rev-parse", "HEAD")
    save(saved)
    assert plan_of(saved)["commit"] == commit
    for command in (("plan",), ("show", "plan.json")):
        assert f"commit <code>{commit}</code>" in saved.cli(*command, "--format", "markdown").out
    saved.write({**FIRST, "headline": "not committed"})
    assert "commit" not in saved.plan()


def committed(world: World, *names: str) -> str:
    """Commit files of the world's folder; give the commit."""
    git(world.folder, "init", "-q")
    git(world.folder, "add", "-f", *names)
    git(world.folder, "commit", "-qm", "x")
    return git(world.folder, "rev-parse", "HEAD")


def look_like_a_repository(folder: Path, trace: Path) -> None:
    """Put files in a folder as a pull request can: git takes it for a bare repository whose filter leaves a trace."""
    git(folder, "init", "-q", "--bare", "made")
    for path in (folder / "made").iterdir():
        path.rename(folder / path.name)
    config = "[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = .\n"
    config += f"\tfsmonitor = env > '{trace}'\n[filter \"x\"]\n\tclean = env > '{trace}'; cat\n"
    (folder / "config").write_text(config, encoding="utf-8")
    (folder / ".gitattributes").write_text("* filter=x\n", encoding="utf-8")
    git(folder, "--git-dir=.", "-c", "filter.x.clean=cat", "-c", "core.fsmonitor=false", "add", "profile.yaml")
    git(folder, "--git-dir=.", "commit", "-qm", "x")
    os.utime(folder / "profile.yaml", (0, 0))  # git would read it anew, through the filter


@pytest.mark.parametrize("inside", [False, True])
def test_a_folder_that_looks_like_a_repository_runs_nothing(saved: World, tmp_path: Path, *, inside: bool) -> None:
    trace = tmp_path / "trace"
    below = saved.folder / "below"
    below.mkdir()
    for name in (saved.name, "me.png"):
        (below / name).write_bytes((saved.folder / name).read_bytes())
    look_like_a_repository(below, trace)
    trace.unlink(missing_ok=True)
    commit = committed(saved, "below/profile.yaml") if inside else None
    for options in (("--format", "json"), ("--format", "markdown"), ("--out", "p.json")):
        assert saved.cli("-C", str(below), "plan", *options).code == 0
    assert not trace.exists()
    assert json.loads((below / "p.json").read_text(encoding="utf-8")).get("commit") == commit


def test_git_is_asked_without_the_key(saved: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    committed(saved, saved.name)
    fake = tmp_path / "bin" / "git"
    fake.parent.mkdir()
    fake.write_text(f"#!/bin/sh\nenv >> '{tmp_path}/seen'\nexit 1\n", encoding="utf-8")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(fake.parent), prepend=os.pathsep)
    saved.plan()
    seen = (tmp_path / "seen").read_text(encoding="utf-8")
    assert "PATH=" in seen
    assert "pp_live_secret" not in seen


def test_the_runner_s_commit_counts_only_where_there_is_no_git_or_no_repository(
    saved: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = "c0ffee" * 6 + "0000"
    saved.environ = {"GITHUB_SHA": named}
    assert saved.plan()["commit"] == named
    commit = committed(saved, saved.name)
    assert saved.plan()["commit"] == commit
    (saved.folder / ".git" / "HEAD").write_text("broken\n", encoding="utf-8")
    assert "commit" not in saved.plan()
    monkeypatch.setenv("PATH", str(saved.folder / "empty"))
    assert saved.plan()["commit"] == named


def test_the_commit_of_a_link_is_that_of_what_it_leads_to(saved: World) -> None:
    (saved.folder / saved.name).rename(saved.folder / "real.yaml")
    (saved.folder / saved.name).symlink_to("real.yaml")
    commit = committed(saved, saved.name, "real.yaml")
    assert saved.plan()["commit"] == commit
    saved.write({**FIRST, "headline": "not committed"})
    assert "commit" not in saved.plan()


def test_profiles_of_two_repositories_have_no_commit_together(saved: World) -> None:
    committed(saved, saved.name)
    other = saved.folder / "other"
    other.mkdir()
    git(other, "init", "-q")
    (other / "profile.yaml").write_text("type: LINKEDIN\naccount_id: acc_2\nheadline: x\n", encoding="utf-8")
    done = saved.cli("plan", saved.name, "other/profile.yaml", "--format", "json")
    assert ["commit" in plan for plan in json.loads(done.out)] == [False, False]


def test_a_plan_id_is_for_merging_serial_and_lineage_do_not_matter(saved: World) -> None:
    assert saved.cli("apply", "plan.json").code == 0
    saved.write({**FIRST, "headline": "Built"})
    reviewed = saved.plan()["id"]
    state = saved.state()
    saved.state_path.write_text(
        json.dumps({**state, "serial": 99, "lineage": "00000000-0000-4000-8000-000000000000"}), encoding="utf-8"
    )
    assert saved.cli("apply", "--plan-id", reviewed).code == 0
    assert saved.live()["sections"]["headline"] == "Built"


def test_another_plan_id_sends_nothing_and_none_is_needed_where_nothing_is_to_do(saved: World) -> None:
    done = saved.cli("apply", "--plan-id", "0" * 64)
    assert (done.code, saved.sent()) == (1, [])
    assert "something changed since the review" in done.err
    assert saved.cli("apply", "plan.json", "--plan-id", "0" * 64).code == 1
    assert saved.sent() == []
    assert saved.cli("apply", "plan.json", "--plan-id", plan_of(saved)["id"]).code == 0
    assert saved.cli("apply", "--plan-id", "0" * 64).code == 0


@pytest.fixture
def actions(saved: World) -> World:
    """The same folder, in GitHub Actions."""
    files = {name: str(saved.folder / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    saved.environ = {"GITHUB_ACTIONS": "true", **files}
    return saved


def outputs(here: World) -> dict[str, str]:
    text = (here.folder / "GITHUB_OUTPUT").read_text(encoding="utf-8")
    (here.folder / "GITHUB_OUTPUT").unlink()
    return dict(line.split("=", 1) for line in text.splitlines())


def summary(here: World) -> str:
    text = (here.folder / "GITHUB_STEP_SUMMARY").read_text(encoding="utf-8")
    (here.folder / "GITHUB_STEP_SUMMARY").unlink()
    return text


COUNTS = dict.fromkeys(("create", "set", "update", "forget", "move", "blocked", "in_doubt", "requests"), "0")


def test_in_github_actions_plan_tells_the_outcome_the_counts_and_the_id(actions: World) -> None:
    made = actions.plan()
    assert outputs(actions) == {
        **COUNTS,
        "outcome": "changes",
        "plan_id": made["id"],
        "create": "1",
        "set": "2",
        "requests": "2",
        "first_apply": "experience headline picture",
    }
    assert summary(actions) == "\n" + actions.cli("plan", "--format", "markdown").out
    assert actions.cli("apply", "plan.json").code == 0
    outputs(actions)
    empty = actions.plan()
    assert outputs(actions) == {**COUNTS, "outcome": "empty", "plan_id": empty["id"], "first_apply": ""}


def test_in_github_actions_an_error_is_an_outcome_too(actions: World) -> None:
    actions.write({**FIRST, "headline": 1, "@octocat <b>": "x"})
    done = actions.cli("plan")
    assert done.code == 1
    assert outputs(actions) == {"outcome": "error"}
    text = summary(actions)
    assert rendered(text).headings == ["No plan: 2 problems"]
    assert "@" not in text
    assert "profile.yaml:4:14:" in "".join(data for _, data in rendered(text).runs)


def test_no_profile_can_write_an_output_of_its_own(actions: World) -> None:
    name = "a\noutcome=empty\nb.yaml"
    (actions.folder / actions.name).rename(actions.folder / name)
    assert actions.cli("plan", name).code == 0
    assert outputs(actions)["outcome"] == "changes"
    found = rendered(summary(actions))
    assert "a\\noutcome=empty\\nb.yaml" in found.codes


def test_a_summary_stays_within_what_github_takes(actions: World) -> None:
    path = actions.folder / "GITHUB_STEP_SUMMARY"
    path.write_text("x" * (1024 * 1024 - 2000), encoding="utf-8")
    actions.write({**FIRST, "summary": "word " * 2000})
    assert actions.cli("plan", "--max-bytes", "2000000").code == 0
    assert 1024 * 1024 - 2000 < path.stat().st_size <= 1024 * 1024
    assert "Shortened to fit" in path.read_text(encoding="utf-8")


def test_a_plan_that_cannot_be_saved_is_an_error_of_the_step(actions: World) -> None:
    assert actions.cli("plan", "--out", "none/plan.json").code == 1
    assert (actions.folder / "GITHUB_OUTPUT").read_text(encoding="utf-8") == "outcome=error\n"
    assert "cannot be written&#58; no such file or directory" in (actions.folder / "GITHUB_STEP_SUMMARY").read_text(
        encoding="utf-8"
    )


def test_a_file_of_github_that_cannot_be_written_does_not_fail_the_plan(actions: World) -> None:
    actions.environ["GITHUB_OUTPUT"] = str(actions.folder / "none" / "x")
    done = actions.cli("plan")
    assert (done.code, done.err) == (0, "note: GITHUB_OUTPUT cannot be written: No such file or directory\n")


def test_a_plan_file_edited_to_name_another_state_adds_nothing_twice(saved: World) -> None:
    assert saved.cli("apply", "plan.json").code == 0
    (saved.folder / "elsewhere").mkdir()
    edit(saved, lambda plan: plan["state"].update(path="elsewhere/profile.state.json"))
    assert "it names this state, which is not the one beside profile.yaml" in refused(saved)


def test_a_plan_made_with_a_state_elsewhere_is_applied_where_that_is_said_again(saved: World) -> None:
    assert save(saved, "--state", "mine.json").code == 0
    assert "say so with --state" in saved.cli("show", "plan.json").err
    assert "say so with --state" in refused(saved)
    assert saved.cli("apply", "plan.json", "--state", "mine.json").code == 0
    assert (saved.folder / "mine.json").exists()
