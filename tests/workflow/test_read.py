"""What the workflow that reads does, its shell steps run in real repositories against a simulator that shows."""

import sys
from typing import Any

import pytest

from tests.workflow import gh
from tests.workflow.hub import MAIN, Hub
from tests.workflow.test_github import ACME, refuse_pushes, reviewed, subjects
from tests.world import ACCOUNT

ALL = {"begin": "success", "read": "success", "record": "success", "issue": "success", "pull": "skipped"}
NONE = {"begin": "success", "read": "skipped", "record": "skipped", "issue": "skipped", "pull": "skipped"}
RECORDED = "Record what was seen [skip ci]"

CLOCK = f"""#!{sys.executable}
import datetime, pathlib, sys

class Later(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        hours = int(pathlib.Path(__file__).with_name("hours").read_text())
        return super().now(tz) + datetime.timedelta(hours=hours)

datetime.datetime = Later
from reconciler.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def at(at: Hub) -> Hub:
    """Give a hub whose profile was applied, with an environment to read, and a clock that `later` moves on."""
    programs = at.folder / "bin"
    for name, text in (
        ("sleep", f'#!/bin/sh\nprintf "%s\\n" "$@" >> {at.folder}/slept.txt\n'),
        ("reconciler", CLOCK),
    ):
        (programs / name).write_text(text, encoding="utf-8")
        (programs / name).chmod(0o755)
    (programs / "hours").write_text("0", encoding="utf-8")
    assert at.apply(reviewed(at, headline="Baker", experience=ACME)).jobs["apply"] == "success"
    at.tell(environments={"linkedin-read": {}})
    later(at)
    return at


def later(at: Hub) -> None:
    """Let a day go by."""
    path = at.folder / "bin" / "hours"
    path.write_text(str(int(path.read_text()) + 24), encoding="utf-8")


def issues(at: Hub) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = at.known().get("issues", [])
    return found


def browse(at: Hub, headline: str) -> None:
    """Change the headline in the browser."""
    at.here.simulator.memory.profile(ACCOUNT).sections["headline"] = headline


def test_without_its_environment_it_does_nothing_and_does_not_wait(at: Hub) -> None:
    at.tell(environments={"linkedin": {}})
    ran = at.read()
    assert ran.jobs == NONE
    assert "no environment linkedin-read" in ran.log
    assert not (at.folder / "slept.txt").exists()


@pytest.mark.parametrize("status", ["requested", "queued", "pending", "waiting", "in_progress"])
def test_while_an_apply_is_under_way_it_does_nothing(at: Hub, status: str) -> None:
    at.tell(applies={status: 1})
    assert at.read().jobs == NONE
    assert at.here.simulator.memory.reads == []


def test_another_branch_is_not_read(at: Hub) -> None:
    event = {
        "event_name": "workflow_dispatch",
        "ref": "refs/heads/other",
        "sha": at.git("rev-parse", MAIN, at=at.origin),
    }
    assert at.run("profile-read.yml", event, {}).jobs == dict.fromkeys(ALL, "skipped")


def test_each_day_it_waits_at_most_half_an_hour_and_by_hand_not_at_all(at: Hub) -> None:
    assert at.read().jobs == ALL
    assert at.read("workflow_dispatch").jobs["begin"] == "success"
    daily, by_hand = map(int, (at.folder / "slept.txt").read_text().split())
    assert (0 <= daily <= 1800, by_hand) == (True, 0)


def test_what_is_seen_is_pushed_and_nothing_is_opened_where_all_agrees(at: Hub) -> None:
    ran = at.read()
    assert ran.jobs == ALL, ran.log
    assert subjects(at, 1) == [RECORDED]
    assert at.state()["sections"]["headline"]["seen"]["from"] == "api"
    assert issues(at) == []
    later(at)
    before = at.git("rev-parse", MAIN, at=at.origin)
    assert at.read().jobs == ALL
    assert at.git("rev-parse", MAIN, at=at.origin) == before


def test_one_issue_is_opened_updated_closed_and_opened_again(at: Hub) -> None:
    for headline in ("Miller", "Smith"):
        browse(at, headline)
        ran = at.read()
        assert ran.jobs == ALL, ran.log
        (issue,) = issues(at)
        assert issue["state"] == "open"
        assert headline in issue["body"]
        assert (
            issue["body"].startswith("<!-- reconciler-read -->\n\n### profile&#46;yaml\n") or "profile" in issue["body"]
        )
        later(at)
    assert at.state()["sections"]["headline"]["value"] == "Smith"
    assert at.read().jobs == ALL
    assert issues(at)[0]["state"] == "open", "it was recorded, and nobody has dealt with it"
    for headline, state in (("Baker", "closed"), ("Miller", "open")):
        later(at)
        browse(at, headline)
        assert at.read().jobs == ALL
        assert [issue["state"] for issue in issues(at)] == [state]


def test_an_issue_or_pull_request_of_someone_else_is_left_alone(at: Hub) -> None:
    bot, mark = {"login": "github-actions[bot]"}, "<!-- reconciler-read -->"
    others: list[dict[str, Any]] = [
        {"number": 7, "state": "open", "user": {"login": "mallory"}, "body": f"{mark} mine"},
        {"number": 8, "state": "open", "user": bot, "body": None},
        {"number": 9, "state": "open", "user": bot, "body": mark, "pull_request": {"url": "x"}},
    ]
    at.tell(issues=others)
    browse(at, "Miller")
    assert at.read().jobs == ALL
    assert issues(at)[:3] == others
    assert len(issues(at)) == 4


def test_what_is_on_linkedin_only_is_counted_and_nothing_of_it_is_live_text(at: Hub) -> None:
    browse(at, "@everyone <!-- `x` | ::set-output name=outcome::same")
    memory = at.here.simulator.memory
    memory.profile(ACCOUNT).entries["experience"].append({"id": "7", "role": "Secret Clerk", "company": "Hidden"})
    ran = at.read()
    assert ran.jobs == ALL, ran.log
    (issue,) = issues(at)
    assert issue["state"] == "open"
    assert "Secret" not in issue["body"] + ran.log + ran.summary
    assert "experience&#58; 1" in issue["body"]
    assert "@everyone" not in issue["body"]
    assert issue["body"].count("<!--") == 1


def test_a_state_that_moved_meanwhile_is_not_overwritten_and_the_look_is_dropped(at: Hub) -> None:
    browse(at, "Miller")

    def meanwhile() -> None:
        at.pull()
        assert at.here.cli("-C", str(at.desk), "state", "accept", "headline").code == 0
        (at.desk / "profile.state.json").write_text(
            (at.desk / "profile.state.json").read_text().replace("Baker", "Smith"), encoding="utf-8"
        )
        at.commit("It is another")
        at.push()

    ran = at.read(before={"Push the state": meanwhile})
    assert ran.jobs == {**ALL, "issue": "skipped"}
    assert "the state moved meanwhile" in ran.log
    assert subjects(at, 1) == ["It is another"]


def test_an_apply_that_begins_meanwhile_goes_first(at: Hub) -> None:
    ran = at.read(before={"Push the state": lambda: at.tell(applies={"waiting": 1})})
    assert ran.jobs == {**ALL, "issue": "skipped"}
    assert subjects(at, 1) != [RECORDED]


def test_another_commit_meanwhile_is_kept(at: Hub) -> None:
    def meanwhile() -> None:
        at.pull()
        (at.desk / "notes.txt").write_text("", encoding="utf-8")
        at.commit("Take notes")
        at.push()

    assert at.read(before={"Push the state": meanwhile}).jobs == ALL
    assert subjects(at, 2) == [RECORDED, "Take notes"]
    assert at.git("show", f"{MAIN}:notes.txt", at=at.origin) == ""


def test_a_refused_push_fails_and_the_issue_is_kept_all_the_same(at: Hub) -> None:
    browse(at, "Miller")
    refuse_pushes(at)
    assert at.read().jobs == {**ALL, "record": "failure"}
    assert [issue["state"] for issue in issues(at)] == ["open"]


def test_what_was_not_seen_closes_nothing(at: Hub) -> None:
    browse(at, "Miller")
    assert at.read().jobs == ALL
    later(at)
    at.here.simulator.faults.add(["error=provider_error"] * 20)
    ran = at.read()
    assert ran.jobs == {**NONE, "read": "failure"}
    assert [issue["state"] for issue in issues(at)] == ["open"]


def test_the_key_is_in_no_log_and_no_artifact(at: Hub) -> None:
    browse(at, "Miller")
    ran = at.read()
    kept = b"".join(path.read_bytes() for path in ran.artifacts["profile-seen"].iterdir())
    assert "pp_live_secret" not in ran.log + ran.summary + kept.decode()
    assert at.here.sent()[2:] == [], "it sends no edit"


APP = {"PULL_APP_CLIENT_ID": "Iv23.app", "PULL_APP_KEY": "-----BEGIN"}


@pytest.mark.parametrize("token", [{}, {"PULL_TOKEN": gh.TOKEN}, APP], ids=["none", "token", "app"])
def test_a_pull_request_takes_over_what_changed_and_merging_it_sends_nothing(at: Hub, token: dict[str, str]) -> None:
    at.secrets |= token
    for headline in ("Miller", "Smith"):
        browse(at, headline)
        ran = at.read("workflow_dispatch", pull=True)
        assert ran.jobs == {**ALL, "pull": "success"}, ran.log
        later(at)
    (pull,) = at.known()["opened"]
    assert ("No plan will run" in pull["body"]) is not bool(token)
    changed = at.git("diff", "--name-only", MAIN, "refs/heads/profile-pull", at=at.origin)
    assert changed == "profile.yaml"
    at.pull()
    at.git("fetch", "--quiet", "origin", "profile-pull")
    at.git("merge", "--quiet", "--no-ff", "--message", "Merge", "FETCH_HEAD")
    assert at.apply(at.push()).jobs == {"plan": "success", "apply": "skipped"}
    assert at.read("workflow_dispatch", pull=True).jobs == {**ALL, "pull": "success"}
    assert [issue["state"] for issue in issues(at)] == ["closed"]


def test_what_changed_of_the_profiles_of_a_folder_is_taken_over(at: Hub) -> None:
    at.pull()
    people = {"ada's.yaml": "acc_people_1", "guests/grace.yaml": "acc_people_2"}
    for name in ("apply", "read"):
        path = at.desk / ".github" / "workflows" / f"profile-{name}.yml"
        text = path.read_text(encoding="utf-8").replace("    profile.yaml\n", "    people\n")
        path.write_text(text.replace("refresh --format", "refresh --pause 0 --format"), encoding="utf-8")
    for name, account in people.items():
        (at.desk / "people" / name).parent.mkdir(parents=True, exist_ok=True)
        text = f"type: LINKEDIN\naccount_id: {account}\nheadline: Baker\n"
        (at.desk / "people" / name).write_text(text, encoding="utf-8")
    at.commit("Two people")
    done = at.apply(at.push())
    assert at.by_hand(done.outputs["plan"]["plan_id"]).jobs["apply"] == "success"
    later(at)
    for account in people.values():
        at.here.simulator.memory.profile(account).sections["headline"] = "Miller"
    ran = at.read("workflow_dispatch", pull=True)
    assert ran.jobs == {**ALL, "pull": "success"}, ran.log
    changed = at.git("diff", "--name-only", MAIN, "refs/heads/profile-pull", at=at.origin).splitlines()
    assert changed == [f"people/{name}" for name in people]
    (issue,) = issues(at)
    assert (
        issue["body"]
        .splitlines()[2]
        .startswith("To take over what is on LinkedIn, run `reconciler pull --profile FILE`")
    )
    assert issue["body"].count("Miller") == len(people)


def test_what_no_pull_can_write_is_recorded_and_in_the_issue_all_the_same(at: Hub) -> None:
    """Pull exited 1, and with it the job that reads: nothing was recorded, and no issue opened."""
    start = {"start_date": {"month": 3, "year": 2021}}
    job = {"role": "Baker", "company": "Corner Bakery", "seniority": start}
    assert at.apply(reviewed(at, headline="Baker", experience={**ACME, "later": job})).jobs["apply"] == "success"
    later(at)
    assert at.read().jobs == ALL
    later(at)
    entry = at.here.simulator.memory.profile(ACCOUNT).entries["experience"][-1]
    entry["seniority"] = {"start_date": {"month": 3, "year": 2019}}
    at.here.simulator.behaviour.reading = "dates=YYYY"
    ran = at.read("workflow_dispatch", pull=True)
    assert ran.jobs == {**ALL, "pull": "success"}, ran.log
    assert subjects(at, 1) == [RECORDED]
    assert [issue["state"] for issue in issues(at)] == ["open"]
    assert "seniority" in issues(at)[0]["body"]
