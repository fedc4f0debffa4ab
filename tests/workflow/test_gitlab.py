"""What the pipelines of `init --gitlab` do, their scripts run in real repositories."""

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from reconciler.cli.workflows import NOWHERE
from tests.workflow.hub import MAIN, TOOL, Hub
from tests.workflow.lab import ME, TOKEN, job, notes
from tests.workflow.test_github import refuse_pushes
from tests.workflow.test_read import CLOCK
from tests.world import ACCOUNT, PNG

ACME = {"acme": {"role": "Founder", "company": "Acme"}}
SECRETS = {"POSTPRESS_API_KEY": "pp_live_secret", "STATE_TOKEN": "glpat-state"}
REFUSED = "the note cannot be written with NOTE_TOKEN: HTTP Error 401: Unauthorized\n"
PUSH = "https://gitlab.example:8443/git/me/profile.git"


@pytest.fixture
def lab(at: Hub) -> Hub:
    """Give a repository with the pipelines that init writes; what is pushed with the token reaches it."""
    at.here.cli("-C", str(at.desk), "init", "--gitlab", "--install", TOOL)
    at.commit()
    at.push()
    at.git("config", "--global", f"url.{at.origin}.insteadOf", PUSH)
    return at


def asked(lab: Hub, **variables: str) -> tuple[int, str]:
    """Run the plan of what lies at the desk, as a merge request; give the exit code and the note."""
    lab.git("checkout", "--quiet", "-B", "change")
    commit = lab.commit()
    lab.git("push", "--quiet", "--force", "origin", "HEAD:change")
    place = lab.folder / f"asked{lab.runs}"
    code, _ = job(lab, "profile-plan", commit, place, **variables)
    return code, (place / "note.md").read_text(encoding="utf-8")


def setting(lab: Hub, name: str, value: str) -> None:
    """Write a variable into the pipeline at the desk, whatever stood there."""
    path = lab.desk / ".gitlab" / "profile.gitlab-ci.yml"
    text = path.read_text(encoding="utf-8")
    text, count = re.subn(f'^    {name}: "[^"]*"', f'    {name}: "{value}"', text, flags=re.MULTILINE)
    assert count == 1
    path.write_text(text, encoding="utf-8")


def merged(lab: Hub) -> str:
    lab.git("checkout", "--quiet", "-B", "main")
    lab.commit()
    return lab.push()


def test_a_merge_request_is_planned_and_one_click_applies_it(lab: Hub, tmp_path: Path) -> None:
    lab.profile(headline="Baker", experience=ACME)
    code, note = asked(lab)
    assert (code, note.splitlines()[1]) == (0, "## Plan: 1 to add, 1 to set; 2 requests will be sent")

    commit, place = merged(lab), tmp_path / "plan"
    assert job(lab, "profile-merged-plan", commit, place)[0] == 0
    code, log = job(lab, "profile-apply", commit, place, **SECRETS)
    assert code == 0, log
    assert (lab.here.live()["sections"]["headline"], len(lab.here.live()["experience"])) == ("Baker", 1)
    assert lab.git("log", "-2", "--format=%an: %s", MAIN, at=lab.origin).splitlines() == [
        "profile-apply: Record the state after applying headline, experience.acme [skip ci]",
        "profile-apply: Record the state before a request that cannot be repeated [skip ci]",
    ]

    code, log = job(lab, "profile-apply", commit, place, **SECRETS)
    assert (code, len(lab.here.sent())) == (1, 2)
    assert "planned where there was no state" in log

    left = [path for path in lab.folder.glob("job*/**/*") if path.is_file()]
    assert [str(one) for one in left if SECRETS["STATE_TOKEN"].encode() in one.read_bytes()] == []


def test_what_was_applied_is_said_on_the_merge_request_that_was_merged(lab: Hub, tmp_path: Path) -> None:
    lab.profile(headline="Baker", experience=ACME)
    commit, place = merged(lab), tmp_path / "plan"
    job(lab, "profile-merged-plan", commit, place)
    lab.here.simulator.faults.add(["none", "error=limit_exceeded"])
    with notes() as server:
        server.merged = commit
        given = {**SECRETS, "NOTE_TOKEN": TOKEN, "CI_API_V4_URL": server.url}
        assert job(lab, "profile-apply", commit, place, **given)[0] == 1
        job(lab, "profile-merged-plan", commit, place)
        code, log = job(lab, "profile-apply", commit, place, **given)
        assert code == 0, log
        link = "[The job](https://gitlab.example/me/profile/-/jobs/4)"
        assert [note["body"] for note in server.kept] == [
            f"**Not everything was applied.** {link} says what to do. What was applied: headline",
            "**Applied**: experience.acme",
        ]


def test_what_was_applied_to_several_profiles_is_said_of_each(lab: Hub, tmp_path: Path) -> None:
    path = lab.desk / ".gitlab" / "profile.gitlab-ci.yml"
    path.write_text(path.read_text().replace("      profile.yaml\n", "      people/*.yaml\n"), encoding="utf-8")
    (lab.desk / "people").mkdir()
    for place, name in enumerate(("ada", "bob")):
        text = f"type: LINKEDIN\naccount_id: acc_{place}\nheadline: x\nsummary: |\n  applied\n\n  headline: applied\n"
        (lab.desk / "people" / f"{name}.yaml").write_text(text, encoding="utf-8")
    commit, place_of_plan = merged(lab), tmp_path / "plan"
    job(lab, "profile-merged-plan", commit, place_of_plan)
    with notes() as server:
        server.merged = commit
        given = {**SECRETS, "NOTE_TOKEN": TOKEN, "CI_API_V4_URL": server.url}
        code, log = job(lab, "profile-apply", commit, place_of_plan, **given)
        assert code == 0, log
        assert [note["body"].splitlines() for note in server.kept] == [
            ["**Applied**: 2 profiles (2 done)", "", "- `people/ada.yaml`: 2 applied", "- `people/bob.yaml`: 2 applied"]
        ]
    assert lab.git("log", "-1", "--format=%s", MAIN, at=lab.origin) == (
        "Record the state after applying 2 profiles: people/ada.yaml (2), people/bob.yaml (2) [skip ci]"
    )


def test_a_note_that_is_refused_fails_no_apply(lab: Hub, tmp_path: Path) -> None:
    lab.profile(headline="Baker")
    commit, place = merged(lab), tmp_path / "plan"
    job(lab, "profile-merged-plan", commit, place)
    with notes() as server:
        server.merged = commit
        given = {**SECRETS, "NOTE_TOKEN": "glpat-old", "CI_API_V4_URL": server.url}
        code, log = job(lab, "profile-apply", commit, place, **given)
        assert (code, server.kept) == (0, [])
    assert log.endswith(REFUSED)


def test_a_note_of_a_plan_that_is_refused_is_said_in_one_line(lab: Hub) -> None:
    lab.profile(headline="Baker")
    lab.git("checkout", "--quiet", "-B", "change")
    commit = lab.commit()
    lab.git("push", "--quiet", "--force", "origin", "HEAD:change")
    with notes() as server:
        given = {"NOTE_TOKEN": "glpat-old", "CI_API_V4_URL": server.url}
        code, log = job(lab, "profile-plan", commit, lab.folder / "refused", **given)
    assert (code, log.endswith(REFUSED), "Traceback" in log) == (1, True, False)


def test_where_the_state_cannot_be_pushed_nothing_is_added(lab: Hub, tmp_path: Path) -> None:
    lab.profile(experience=ACME)
    commit, place = merged(lab), tmp_path / "plan"
    job(lab, "profile-merged-plan", commit, place)
    lab.git("config", "--global", "--unset", f"url.{lab.origin}.insteadOf")
    lab.git("config", "--global", "url./nowhere.insteadOf", PUSH)
    code, log = job(lab, "profile-apply", commit, place, **SECRETS)
    assert code == 1
    assert "--on-save exited 1, so this was not sent" in log
    assert lab.here.sent() == []


def test_a_merge_request_cannot_lie_about_what_is_applied(lab: Hub) -> None:
    lab.profile(headline="Baker")
    (lab.desk / "profile.state.json").write_text("{}", encoding="utf-8")
    code, note = asked(lab)
    assert code == 0
    assert note.splitlines()[1].startswith("**This merge request changes state files.**")
    assert note.splitlines()[4] == "    profile.state.json"
    assert "Plan: 1 to set" in note


def test_a_merge_request_cannot_change_the_rules_that_it_is_judged_by(lab: Hub) -> None:
    lab.profile(headline="Baker")
    (lab.desk / "reconciler.toml").write_text("broken", encoding="utf-8")
    code, note = asked(lab)
    assert code == 0
    assert note.splitlines()[1].startswith("**This merge request changes reconciler.toml**")
    assert note.splitlines()[4] == "    reconciler.toml"
    assert "Plan: 1 to set" in note


def test_an_invalid_profile_fails_and_says_why(lab: Hub) -> None:
    lab.profile(headlin="Baker")
    code, note = asked(lab)
    assert code == 1
    assert note.splitlines()[3].startswith("    profile.yaml:4:2: headlin: ")


def test_with_a_token_one_note_is_kept_up_to_date(lab: Hub) -> None:
    with notes() as server:
        given = {"NOTE_TOKEN": TOKEN, "CI_API_V4_URL": server.url}
        forged = {"id": 1, "author": {"id": ME + 1}, "body": "<!-- reconciler-plan --> mine"}
        server.kept += [forged, {"id": 2, "author": {"id": ME}, "body": "nice"}]
        for headline in ("Baker", "Miller"):
            lab.profile(headline=headline)
            assert asked(lab, **given)[0] == 0
        assert [one["body"] for one in server.kept[:2]] == ["<!-- reconciler-plan --> mine", "nice"]
        (note,) = server.kept[2:]
        assert "Miller" in note["body"]


def test_pipelines_with_labels_have_a_note_each(lab: Hub) -> None:
    lab.profile(headline="Baker")
    with notes() as server:
        given = {"NOTE_TOKEN": TOKEN, "CI_API_V4_URL": server.url}
        for label in ("ada", "", "grace", "ada"):
            setting(lab, "LABEL", label)
            assert asked(lab, **given)[0] == 0
        marks = [note["body"].splitlines()[0].strip("<!-> ") for note in server.kept]
        assert marks == ["reconciler-plan(ada)", "reconciler-plan", "reconciler-plan(grace)"]
        setting(lab, "LABEL", "a)-->")
        lab.git("checkout", "--quiet", "-B", "change")
        commit = lab.commit()
        lab.git("push", "--quiet", "--force", "origin", "HEAD:change")
        code, log = job(lab, "profile-plan", commit, lab.folder / "odd", **given)
        assert (code, "a label is letters" in log, len(server.kept)) == (1, True, 3)


def test_where_nothing_changes_no_note_is_begun_if_that_is_wanted(lab: Hub) -> None:
    setting(lab, "COMMENT", "changes")
    with notes() as server:
        given = {"NOTE_TOKEN": TOKEN, "CI_API_V4_URL": server.url}
        assert asked(lab, **given)[0] == 0
        assert server.kept == []
        lab.profile(headline="Baker")
        assert asked(lab, **given)[0] == 0
        lab.profile()
        assert asked(lab, **given)[0] == 0
        (note,) = server.kept
        assert "no changes" in note["body"]


def test_a_change_of_state_files_is_noted_where_nothing_else_changes(lab: Hub) -> None:
    setting(lab, "COMMENT", "changes")
    with notes() as server:
        (lab.desk / "profile.state.json").write_text("{}", encoding="utf-8")
        assert asked(lab, NOTE_TOKEN=TOKEN, CI_API_V4_URL=server.url)[0] == 0
        (note,) = server.kept
        assert "changes state files" in note["body"]


def test_pictures_are_linked_at_the_commits_that_the_server_has(lab: Hub) -> None:
    (lab.desk / "me.png").write_bytes(PNG)
    lab.profile(picture="me.png")
    code, note = asked(lab)
    head = lab.git("rev-parse", "change", at=lab.origin)
    link = f"https://gitlab.example:8443/git/me/profile/-/blob/{head}/me.png"
    assert (code, f'href="{link}"' in note) == (0, True), note


def test_no_line_of_a_note_is_a_quick_action(lab: Hub) -> None:
    lab.profile(headline="/close", summary="/merge\n/approve\n\n/close\n" * 9)
    code, note = asked(lab)
    assert (code, [line for line in note.splitlines() if line.startswith("/")]) == (0, [])


def test_both_hubs_save_the_state_by_the_same_script(lab: Hub) -> None:
    read = YAML(typ="safe").load
    github = read((lab.desk / ".github" / "workflows" / "profile-apply.yml").read_text(encoding="utf-8"))
    gitlab = read((lab.desk / ".gitlab" / "profile.gitlab-ci.yml").read_text(encoding="utf-8"))
    for name in ("SAVE_STATE", "WHAT_WAS_APPLIED"):
        assert gitlab["profile-apply"]["variables"][name]["value"] == github["env"][name]


def test_the_template_of_this_repository_is_what_init_writes(lab: Hub) -> None:
    ours = Path(__file__).parents[2] / ".gitlab" / "profile.gitlab-ci.yml"
    written = (lab.desk / ".gitlab" / "profile.gitlab-ci.yml").read_text(encoding="utf-8")
    assert ours.read_text(encoding="utf-8") == written.replace(TOOL, NOWHERE)


def test_a_pipeline_that_exists_is_left_and_the_line_to_add_is_shown(at: Hub) -> None:
    (at.desk / ".gitlab-ci.yml").write_text("mine: {}\n", encoding="utf-8")
    done = at.here.cli("-C", str(at.desk), "init", "--gitlab")
    assert done.err.endswith("add to .gitlab-ci.yml:\ninclude:\n  - local: .gitlab/profile.gitlab-ci.yml\n")
    assert (at.desk / ".gitlab-ci.yml").read_text(encoding="utf-8") == "mine: {}\n"


@pytest.fixture
def seen_later(lab: Hub, tmp_path: Path) -> tuple[Hub, str, Path]:
    """Give a repository whose profile was applied a day ago and edited in the browser, its tip, and what a read saw."""
    lab.profile(headline="Baker")
    commit, place = merged(lab), tmp_path / "plan"
    assert job(lab, "profile-merged-plan", commit, place)[0] == 0
    assert job(lab, "profile-apply", commit, place, **SECRETS)[0] == 0
    programs = lab.folder / "bin"
    for name, text in (("sleep", "#!/bin/sh\n"), ("reconciler", CLOCK), ("hours", "24")):
        (programs / name).write_text(text, encoding="utf-8")
        (programs / name).chmod(0o755)
    lab.here.simulator.memory.profile(ACCOUNT).sections["headline"] = "Miller <!-- `x` -->\n/close"

    seen = tmp_path / "seen"
    tip = lab.git("rev-parse", MAIN, at=lab.origin)
    code, log = job(lab, "profile-read", tip, seen, kept="profile-seen", POSTPRESS_API_KEY="pp_live_secret")
    assert (code, "Miller" in log) == (2, True), log
    return lab, tip, seen


def recorded(lab: Hub, tip: str, seen: Path) -> tuple[int, str]:
    return job(lab, "profile-record", tip, seen, kept="profile-seen", STATE_TOKEN="glpat-state")  # noqa: S106


def test_a_schedule_records_what_is_seen_unless_the_state_moved(seen_later: tuple[Hub, str, Path]) -> None:
    lab, tip, seen = seen_later
    for said in ("", "the state moved meanwhile"):
        code, log = recorded(lab, tip, seen)
        assert (code, said in log) == (0, True), log
        subjects = lab.git("log", "-2", "--format=%an: %s", MAIN, at=lab.origin).splitlines()
        assert subjects[0] == "profile-read: Record what was seen [skip ci]"
        assert subjects[1].startswith("profile-apply: ")
    assert lab.state()["sections"]["headline"]["value"].startswith("Miller")


def test_what_a_schedule_saw_is_pushed_onto_another_commit_and_holds_no_secret(
    seen_later: tuple[Hub, str, Path],
) -> None:
    lab, tip, seen = seen_later
    lab.pull()
    (lab.desk / "notes.txt").write_text("", encoding="utf-8")
    lab.commit("Take notes")
    lab.push()
    code, log = recorded(lab, tip, seen)
    assert code == 0, log
    subjects = lab.git("log", "-2", "--format=%s", MAIN, at=lab.origin).splitlines()
    assert subjects == ["Record what was seen [skip ci]", "Take notes"]
    kept = b"".join(path.read_bytes() for path in seen.iterdir())
    assert b"pp_live_secret" not in kept
    assert [
        line for line in (seen / "report.md").read_text(encoding="utf-8").splitlines() if line.startswith("/")
    ] == []


def test_a_push_of_what_was_seen_that_is_refused_fails(seen_later: tuple[Hub, str, Path]) -> None:
    lab, tip, seen = seen_later
    refuse_pushes(lab)
    code, log = recorded(lab, tip, seen)
    assert (code, "the push was refused (try 3)" in log) == (1, True), log
    assert lab.git("rev-parse", MAIN, at=lab.origin) == tip


def test_a_schedule_plans_and_applies_nothing(lab: Hub) -> None:
    whole = YAML(typ="safe").load((lab.desk / ".gitlab" / "profile.gitlab-ci.yml").read_text(encoding="utf-8"))
    for name in ("profile-merged-plan", "profile-apply"):
        assert whole[name]["rules"][0] == {"if": '$CI_PIPELINE_SOURCE == "schedule"', "when": "never"}
    assert (whole["profile-read"]["environment"], whole["profile-record"]["environment"]) == (
        "linkedin-read",
        "linkedin-state",
    )
    assert whole["profile-record"]["before_script"] == []
