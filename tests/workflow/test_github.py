"""What the workflows of `init --github` do, their shell steps run in real repositories."""

import json
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from reconciler.app.many import Fate
from reconciler.cli.tally import Tally
from tests.workflow import gh
from tests.workflow.hub import MAIN, TOOL, Hub, Ran
from tests.workflow.serve_git import served
from tests.world import PNG

ACME = {"acme": {"role": "Founder", "company": "Acme"}}
LATER = {"later": {"role": "Baker", "company": "Corner Bakery"}}
ACME_LINE = "experience: {acme: {role: Founder, company: Acme}}"
SCHOOL_LINE = "education: {college: {school: State College}}"
MARK = "<!-- reconciler-plan:"
PASSED = {"plan": "success", "apply": "success"}
REFUSED = {"plan": "success", "apply": "failure"}
COMMENTED = {"plan": "success", "comment": "success"}


def roles(at: Hub) -> list[str]:
    return sorted(one["role"] for one in at.here.live()["experience"])


def subjects(at: Hub, number: int) -> list[str]:
    return at.git("log", f"-{number}", "--format=%s", MAIN, at=at.origin).splitlines()


def reviewed(at: Hub, **sections: Any) -> str:  # noqa: ANN401 - JSON
    """Have a change planned under a pull request, and merge it; give main's commit."""
    at.profile(**sections)
    number = at.open(f"change-{at.numbers}")
    assert at.plan(number).jobs == COMMENTED
    return at.merge(number)


def refuse_pushes(at: Hub) -> Path:
    hook = at.origin / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho no >&2\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    return hook


def test_a_change_is_planned_under_its_pull_request_and_applied_when_merged(at: Hub) -> None:
    at.profile(headline="Baker", experience=ACME)
    number = at.open()
    assert at.plan(number).jobs == COMMENTED
    (comment,) = at.comments(number)
    assert comment.splitlines()[1:5] == [
        "",
        "## Plan: 1 to add, 1 to set; 2 requests will be sent",
        "",
        "### First: are any of these on LinkedIn already?",
    ]

    done = at.apply(at.merge(number))
    assert done.jobs == PASSED, done.log
    assert (at.here.live()["sections"]["headline"], roles(at)) == ("Baker", ["Founder"])
    assert subjects(at, 3) == [
        "Record the state after applying headline, experience.acme [skip ci]",
        "Record the state before a request that cannot be repeated [skip ci]",
        "Merge pull request #1",
    ]
    assert (at.state()["pending"], sorted(at.state()["sections"])) == ([], ["experience.acme", "headline"])
    assert done.summary.startswith("The plan that was reviewed in #1:\n\n\n## Plan: ")


def test_the_comment_links_to_a_page_of_the_plan(at: Hub) -> None:
    at.profile(headline="Baker", experience=ACME)
    number = at.open()
    ran = at.plan(number)
    (comment,) = at.comments(number)
    assert "**[The profile before and after](https://github.example/me/profile/actions/runs/1/artifacts/1)**" in comment
    page = (ran.artifacts["preview.html"] / "preview.html").read_text(encoding="utf-8")
    plan = json.loads((ran.artifacts["profile-plan"] / "plan.json").read_text(encoding="utf-8"))
    assert plan["id"] in page
    assert "Baker" in page
    assert "apply refuses" not in page


def test_where_no_page_can_be_made_the_plan_is_commented_all_the_same(at: Hub) -> None:
    program = at.folder / "bin" / "reconciler"
    real = shutil.which("reconciler", path=at.environment()["PATH"])
    program.write_text(f'#!/bin/sh\n[ "$1" = preview ] && exit 1\nexec {real} "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    at.profile(headline="Baker")
    number = at.open()
    ran = at.plan(number)
    assert (ran.jobs, list(ran.artifacts)) == (COMMENTED, ["profile-plan"])
    assert "before and after" not in at.comments(number)[0]


def test_running_again_finds_nothing_to_do(at: Hub) -> None:
    merged = reviewed(at, headline="Baker", experience=ACME)
    at.apply(merged)
    before = at.git("rev-parse", MAIN, at=at.origin)
    assert at.apply(merged).jobs == {"plan": "success", "apply": "skipped"}
    assert (len(at.here.sent()), at.git("rev-parse", MAIN, at=at.origin)) == (2, before)


def test_pushing_again_updates_the_one_comment(at: Hub) -> None:
    at.profile(headline="Baker")
    number = at.open()
    talk = [{"id": one, "user": {"login": "grace"}, "body": "nice"} for one in (90, 91, 92)]
    at.tell(comments={str(number): talk})
    at.plan(number)
    at.profile(headline="Miller")
    at.plan(at.open(number=number))
    *others, comment = at.comments(number)
    assert others == ["nice", "nice", "nice"]
    assert "Miller" in comment
    assert "Baker" not in comment


def test_a_comment_of_someone_else_with_the_marker_is_left_alone(at: Hub) -> None:
    at.profile(headline="Baker")
    number = at.open()
    forged = {"id": 90, "user": {"login": "mallory"}, "body": f"{MARK} {'a' * 64} -->"}
    at.tell(comments={str(number): [forged]})
    at.plan(number)
    first, second = at.comments(number)
    assert first == forged["body"]
    assert "Baker" in second


def test_a_comment_of_someone_else_is_no_review(at: Hub) -> None:
    at.profile(headline="Baker")
    number = at.open()
    at.plan(number)
    (known,) = at.known()["comments"][str(number)]
    at.tell(comments={str(number): [{**known, "user": {"login": "mallory"}}]})
    done = at.apply(at.merge(number))
    assert done.jobs == REFUSED
    assert "nobody has reviewed this plan" in done.log
    assert done.summary.startswith("> [!WARNING]\n> **Nobody has reviewed this plan in a pull request.**")
    assert at.here.sent() == []


def test_where_the_comments_cannot_be_read_none_is_added(at: Hub) -> None:
    at.profile(headline="Baker")
    number = at.open()
    at.plan(number)
    program = at.folder / "bin" / "gh"
    program.write_text(
        program.read_text().replace("exec", 'case "$*" in *paginate*) exit 1;; esac; exec'), encoding="utf-8"
    )
    assert at.plan(number).jobs == {"plan": "success", "comment": "failure"}
    assert len(at.comments(number)) == 1


def test_an_invalid_profile_is_annotated_and_said_in_the_comment(at: Hub) -> None:
    at.profile(headline="Baker")
    number = at.open()
    at.plan(number)
    at.profile(headlin="Baker")
    ran = at.plan(at.open(number=number))
    assert ran.jobs == {"plan": "failure", "comment": "success"}
    assert "::error file=profile.yaml,line=4,col=2,title=headlin::" in ran.log
    (comment,) = at.comments(number)
    assert comment.splitlines()[:3] == [f"{MARK}  -->", "", "## No plan: 1 problem"]
    assert "headlin" in comment
    assert comment == ran.summary


def test_a_fork_gets_the_summary_and_an_artifact_and_no_comment(at: Hub) -> None:
    at.profile(headline="Baker")
    number = at.open()
    ran = at.plan(number, fork=True)
    assert ran.jobs == {"plan": "success", "comment": "skipped"}
    assert at.comments(number) == []
    assert "Baker" in ran.summary
    assert sorted(path.name for path in ran.artifacts["profile-plan"].iterdir()) == ["comment.md", "plan.json"]


def test_what_came_from_a_fork_is_applied_when_a_reviewer_lets_it(at: Hub) -> None:
    at.profile(headline="Baker")
    number = at.open()
    at.plan(number, fork=True)
    merged = at.merge(number)
    done = at.apply(merged)
    assert done.jobs == REFUSED
    assert "**Nobody has reviewed this plan in a pull request.**" in done.summary
    at.tell(environments={"linkedin": {"protection_rules": [{"type": "required_reviewers"}]}})
    assert at.apply(merged).jobs == PASSED
    assert at.here.live()["sections"]["headline"] == "Baker"


def test_dependabot_may_not_comment_and_does_not_try(at: Hub) -> None:
    number = at.open()
    assert at.plan(number, author="dependabot[bot]").jobs == {"plan": "success", "comment": "skipped"}


def test_a_pull_request_cannot_lie_about_what_is_applied(at: Hub) -> None:
    at.apply(reviewed(at, headline="Baker"))
    at.pull()
    at.profile(headline="Miller")
    state = at.desk / "profile.state.json"
    state.write_text(state.read_text().replace("Baker", "Miller"), encoding="utf-8")
    (at.desk / "other.state.json").write_text("{}", encoding="utf-8")
    number = at.open()
    ran = at.plan(number)
    (comment,) = at.comments(number)
    assert comment.splitlines()[1] == "> [!CAUTION]"
    assert comment.splitlines()[5:7] == ["    other.state.json", "    profile.state.json"]
    assert "## Plan: 1 to change; 1 request will be sent" in comment
    assert ran.summary == comment


def test_a_pull_request_cannot_change_the_rules_that_it_is_judged_by(at: Hub) -> None:
    at.profile(headline="Baker")
    (at.desk / "sub").mkdir()
    for path in ("reconciler.toml", "sub/reconciler.toml"):
        (at.desk / path).write_text("broken", encoding="utf-8")
    (at.desk / "my-reconciler.toml").write_text("another's", encoding="utf-8")
    number = at.open()
    assert at.plan(number).jobs == COMMENTED
    (comment,) = at.comments(number)
    assert comment.splitlines()[1] == "> [!WARNING]"
    assert comment.splitlines()[5:8] == ["    reconciler.toml", "    sub/reconciler.toml", ""]
    assert "## Plan: 1 to set" in comment


def test_a_pull_request_that_deletes_the_state_is_planned_with_it(at: Hub) -> None:
    at.apply(reviewed(at, headline="Baker", experience=ACME))
    at.pull()
    (at.desk / "profile.state.json").unlink()
    number = at.open()
    at.plan(number)
    (comment,) = at.comments(number)
    assert comment.splitlines()[1] == "> [!CAUTION]"
    assert ": no changes" in comment.lower()


def test_what_was_accepted_in_a_pull_request_is_not_sent_when_it_is_merged(at: Hub) -> None:
    at.profile(experience=ACME)
    assert at.here.cli("-C", str(at.desk), "state", "accept", "--all").code == 0
    number = at.open()
    at.plan(number)
    (comment,) = at.comments(number)
    assert comment.splitlines()[1] == "> [!CAUTION]"
    assert "## Plan: 1 to add" in comment
    assert at.apply(at.merge(number)).jobs == {"plan": "success", "apply": "skipped"}
    assert at.here.sent() == []


def test_several_profiles_are_planned_in_one_comment_and_applied_each(at: Hub) -> None:
    name_profiles(at, "ada.yaml", "the other.yaml")
    people = (("ada.yaml", "acc_1", "Baker"), ("the other.yaml", "acc_2", "Miller"))
    for name, account, headline in people:
        text = f"type: LINKEDIN\naccount_id: {account}\nheadline: {headline}\n"
        (at.desk / name).write_text(text, encoding="utf-8")
    number = at.open()
    assert at.plan(number).jobs == COMMENTED
    (comment,) = at.comments(number)
    joint = comment.splitlines()[0].split()[2]
    assert "## Plan: 2 of 2 profiles change" in comment
    assert f"All of these together are plan <code>{joint}</code>" in comment.replace("<wbr>", "")

    done = at.apply(at.merge(number))
    assert done.jobs == PASSED, done.log
    lives = [at.here.simulator.memory.profile(account).described()["sections"] for _, account, _ in people]
    assert lives == [{"headline": headline} for _, _, headline in people]
    assert at.git("diff", "--name-only", f"{MAIN}^", MAIN, at=at.origin).splitlines() == [
        "ada.state.json",
        "the other.state.json",
    ]
    assert subjects(at, 1) == ["Record the state after applying 2 profiles: ada.yaml (1), the other.yaml (1) [skip ci]"]
    assert at.comments(number)[1] == (
        "**Applied**: 2 profiles (2 done)\n\n- `ada.yaml`: 1 applied\n- `the other.yaml`: 1 applied"
    )
    assert "ada.yaml: 1 applied\n  headline: applied\nthe other.yaml: 1 applied\n  headline: applied\n" in done.log


def name_profiles(at: Hub, *patterns: str) -> None:
    """Have both workflows know these profiles."""
    for name in ("plan", "apply"):
        path = at.desk / ".github" / "workflows" / f"profile-{name}.yml"
        lines = "".join(f"    {pattern}\n" for pattern in patterns)
        path.write_text(path.read_text(encoding="utf-8").replace("    profile.yaml\n", lines), encoding="utf-8")


def test_several_profiles_of_which_some_fail_are_told_each_and_no_name_is_markdown(at: Hub) -> None:
    name_profiles(at, "people")
    odd = "`@everyone` <b> Fixes #1.yaml"
    (at.desk / "people").mkdir()
    for place, name in enumerate((odd, "bob.yaml", "eve.yaml")):
        text = f"type: LINKEDIN\naccount_id: acc_{place}\nheadline: x\nsummary: 'x: applied'\n{ACME_LINE}\n"
        (at.desk / "people" / name).write_text(text, encoding="utf-8")
    number = at.open()
    assert at.plan(number).jobs == COMMENTED
    at.here.simulator.faults.add(["none", "none", "none", "error=limit_exceeded"])
    done = at.apply(at.merge(number))
    assert done.jobs == REFUSED
    names = "people/__everyone_ _b_ Fixes _1.yaml (3), people/bob.yaml (2), people/eve.yaml (3)"
    assert subjects(at, 1) == [f"Record the state after applying 3 profiles: {names} [skip ci]"]
    run = "[The run](https://github.example/me/profile/actions/runs/2)"
    total = "3 profiles (2 done, 1 failed)"
    assert at.comments(number)[1].splitlines() == [
        f"**Not everything was applied.** {run} says what to do. What was applied: {total}",
        "",
        "- `people/_@everyone_ <b> Fixes #1.yaml`: 3 applied",
        "- `people/bob.yaml`: 2 applied, 1 rejected",
        "- `people/eve.yaml`: 3 applied",
    ]


def told_of(at: Hub, log: str, form: str) -> str:
    """Return what the workflow says of a log."""
    workflow = YAML(typ="safe").load((at.desk / ".github" / "workflows" / "profile-apply.yml").read_text("utf-8"))
    (at.desk / ".git" / "apply.log").write_text(log, encoding="utf-8")
    command = [sys.executable, "-P", "-c", workflow["env"]["WHAT_WAS_APPLIED"], form]
    return subprocess.run(command, cwd=at.desk, capture_output=True, text=True, check=True).stdout


def test_what_is_said_of_a_log_is_short_whatever_files_are_called_and_answers_say(at: Hub) -> None:
    names = [f"{'`<!-- x `' * 100}{place}: 3 applied, 1 x.yaml" for place in range(60)]
    log = "".join(f"{name}: 2 applied, 1 rejected\n  summary, headline: applied\n" for name in names)
    log += "  headline: not applied: Bad: 5 applied (400)\nheadline: rejected: x: 1 applied; trying again in 2.0 s\n"
    subject, comment = (told_of(at, f"{log}60 profiles: 60 failed\n", form) for form in ("subject", "comment"))
    assert (len(subject) < 300, subject.count("\n"), len(comment) < 20_000) == (True, 1, True)
    lines = comment.splitlines()
    assert (lines[0], lines[-1], len(lines)) == ("60 profiles (60 failed)", "- and 10 more", 53)
    assert {line.count("`") for line in lines[2:-1]} == {2}
    many = "".join(f"experience.job-{place}: applied\n" for place in range(60))
    assert told_of(at, f"{many}profile.yaml: 60 applied\n", "subject") == (
        "experience.job-0, experience.job-1, experience.job-2, experience.job-3, experience.job-4, experience.job-5, "
        "experience.job-6, and more\n"
    )
    assert told_of(at, "", "comment") == "\n"


def test_the_comment_names_profiles_that_never_began_and_why(at: Hub) -> None:
    """Those that were locked or changed meanwhile were in its total alone."""
    tally = Tally()
    for place, fate in enumerate((Fate.DONE, Fate.LOCKED, Fate.STALE, Fate.UNDONE, Fate.DEFERRED, Fate.NOT_BEGUN)):
        tally.add(f"p{place}.yaml", fate, 0)
    for place in range(20):
        tally.add(f"{'x`' * 100}{place}", Fate.LOCKED, 1)
    total = "".join(f"{line}\n" for line in tally.lines())
    comment = told_of(at, f"p0.yaml: 1 applied\n  not begun: p9.yaml\n{total}", "comment").splitlines()
    assert comment[2:3] + comment[4:] == [
        "- `p0.yaml`: 1 applied",
        "- changed since it was planned: `p2.yaml`",
        "- could not be begun: `p3.yaml`",
        "- deferred: `p4.yaml`",
        "- not begun: `p5.yaml`",
    ]
    assert comment[3].startswith("- held by another apply: `p1.yaml, x_x_")
    assert (comment[3].count("`"), len(comment[3]) < 600) == (2, True)


def test_hostile_names_and_titles_do_nothing(at: Hub) -> None:
    evil = "$(touch${IFS}pwned)`touch${IFS}pwned`;touch${IFS}pwned"
    at.profile(headline="$(touch pwned) ${{ secrets.POSTPRESS_API_KEY }} <!-- --> @everyone")
    (at.desk / f"{evil}\n## <b>@everyone.state.json").write_text("{}", encoding="utf-8")
    number = at.open(f"x;{evil}".replace("`", "").replace(" ", ""))
    ran = at.plan(number, title=f'"; {evil} #')
    assert ran.jobs == COMMENTED, ran.log
    (comment,) = at.comments(number)
    assert comment.splitlines()[5] == f'    "{evil}\\n## <b>@everyone.state.json"'
    done = at.apply(at.merge(number))
    assert done.jobs == PASSED, done.log
    assert list(at.folder.rglob("pwned")) == []


def test_a_profile_cannot_command_the_runner_through_the_log(at: Hub) -> None:
    lines = [f"::set-output name=plan_id::{'f' * 64}", f"##[set-output name=outcome;]empty {'a' * 64}"]
    for sections in ({"summary": "\n".join(lines)}, {lines[1]: "x"}):
        at.profile(headline=lines[1], **sections)
        number = at.open(f"change-{at.numbers}")
        ran = at.plan(number)
        (comment,) = at.comments(number)
        assert comment.splitlines()[0] == f"{MARK} {plan_id_of(ran)} -->"
    done = at.apply(at.merge(1))
    assert done.outputs["plan"]["outcome"] == "changes"
    assert done.jobs == PASSED, done.log


def plan_id_of(ran: Ran) -> str:
    """Give the id in the saved plan of a run; none where it failed."""
    saved = ran.artifacts["profile-plan"] / "plan.json"
    return str(json.loads(saved.read_text(encoding="utf-8"))["id"]) if saved.exists() else ""


def test_the_largest_plan_fits_into_a_comment(at: Hub) -> None:
    text = {"company": "&" * 900, "description": "@" * 9000}
    jobs = {f"job-{place}": {"role": f"{place}{'x' * 500}", **text} for place in range(60)}
    for number in range(30):
        (at.desk / ("s" * 200 + f"{number}.state.json")).write_text("{}", encoding="utf-8")
    at.profile(summary="<" * 50_000, experience=jobs)
    number = at.open()
    assert at.plan(number).jobs == COMMENTED  # the stand-in takes what GitHub takes
    assert len(at.comments(number)) == 1


def test_a_refused_push_keeps_what_cannot_be_repeated_from_being_sent(at: Hub) -> None:
    merged = reviewed(at, headline="Baker", experience=ACME)
    hook = refuse_pushes(at)
    done = at.apply(merged)
    assert done.jobs == REFUSED
    assert "--on-save exited 1, so this was not sent" in done.log
    assert (len(at.here.sent()), roles(at)) == (1, [])
    kept = (done.artifacts["profile-state"] / "profile.state.json").read_text()
    assert '"headline"' in kept

    hook.unlink()
    assert at.apply(merged).jobs == PASSED
    assert (at.here.live()["sections"]["headline"], roles(at)) == ("Baker", ["Founder"])


def test_a_runner_killed_after_a_send_leaves_doubt_and_never_a_second_add(at: Hub) -> None:
    merged = reviewed(at, experience={**ACME, **LATER})
    at.when_sent(2, signal.SIGKILL)
    assert at.apply(merged).jobs == {"plan": "success", "apply": "killed"}
    assert [one["addresses"] for one in at.state()["pending"]] == [["experience.later"]]
    assert sorted(at.state()["sections"]) == ["experience.acme"]

    again = at.apply(merged)
    assert again.jobs == REFUSED
    assert "experience.later" in again.summary
    assert "These were sent and no clear answer came." in again.summary
    assert "state resolve" in again.summary
    assert roles(at) == ["Baker", "Founder"]

    at.pull()
    assert at.here.cli("-C", str(at.desk), "state", "resolve", "experience.later", "--applied").code == 0
    at.commit("Both are there")
    assert at.apply(at.push()).jobs == {"plan": "success", "apply": "skipped"}
    assert roles(at) == ["Baker", "Founder"]


def test_a_cancelled_run_ends_after_the_request_in_flight_and_saves(at: Hub) -> None:
    merged = reviewed(at, headline="Baker", experience=ACME)
    at.when_sent(1, signal.SIGINT)
    done = at.apply(merged)
    assert done.jobs == REFUSED
    assert "not tried: experience.acme" in done.log
    assert subjects(at, 1) == ["Record the state after applying headline [skip ci]"]
    assert sorted(at.state()["sections"]) == ["headline"]


def test_two_merges_in_one_go_are_refused_until_their_common_plan_is_reviewed(at: Hub) -> None:
    text = "type: LINKEDIN\naccount_id: acc_1\n# jobs\n\n# schools\n"
    profile = at.desk / "profile.yaml"
    profile.write_text(text, encoding="utf-8")
    at.commit()
    begin = at.push()
    numbers = []
    for line, entry in (("# jobs", ACME_LINE), ("# schools", SCHOOL_LINE)):
        at.git("checkout", "--quiet", "--detach", begin)
        profile.write_text(text.replace(line, entry), encoding="utf-8")
        numbers.append(at.open(f"change-{at.numbers}"))
        assert at.plan(numbers[-1]).jobs == COMMENTED
    first, second = (at.merge(number) for number in numbers)
    refused = {number: at.apply(sha) for number, sha in zip(numbers, (first, second), strict=True)}
    for number, done in refused.items():
        assert done.jobs == REFUSED
        assert "something changed since the review" in done.log
        assert f"**This is not the plan that was reviewed in #{number}:**" in done.summary
    assert at.here.sent() == []

    assert at.by_hand(refused[numbers[-1]].outputs["plan"]["plan_id"]).jobs == PASSED
    for sha in (first, second):
        assert at.apply(sha).jobs == {"plan": "success", "apply": "skipped"}
    assert (roles(at), len(at.here.live()["education"]), len(at.here.sent())) == (["Founder"], 1, 2)


def test_a_merge_while_another_is_applied_is_applied_after_it(at: Hub) -> None:
    first = reviewed(at, experience=ACME)
    moved: list[str] = []
    done = at.apply(first, before={"Apply": lambda: moved.append(reviewed(at, experience=ACME, headline="Baker"))})
    assert done.jobs == PASSED, done.log
    assert subjects(at, 3) == [
        "Record the state after applying experience.acme [skip ci]",
        "Record the state before a request that cannot be repeated [skip ci]",
        "Merge pull request #2",
    ]
    again = at.apply(moved[0])
    assert again.jobs == REFUSED, "its plan was made when the first was not applied yet"
    assert at.by_hand(again.outputs["plan"]["plan_id"]).jobs == PASSED
    assert (at.here.live()["sections"]["headline"], roles(at)) == ("Baker", ["Founder"])


def test_a_plan_that_was_reviewed_before_another_merge_is_applied_after_it(at: Hub) -> None:
    at.apply(reviewed(at, headline="Baker", experience=ACME))
    at.pull()
    at.profile(headline="Miller", experience=ACME)
    number = at.open("waiting")
    at.plan(number)
    at.pull()
    (at.desk / "notes.txt").write_text("", encoding="utf-8")
    at.apply(at.merge(at.open("other")))
    assert at.apply(at.merge(number)).jobs == PASSED
    assert (at.here.live()["sections"]["headline"], roles(at)) == ("Miller", ["Founder"])


def test_a_state_that_someone_else_changed_meanwhile_is_not_overwritten(at: Hub) -> None:
    at.apply(reviewed(at, headline="Baker"))
    merged = reviewed(at, headline="Miller", experience=ACME)

    def meanwhile() -> None:
        at.pull()
        assert at.here.cli("-C", str(at.desk), "state", "accept", "headline").code == 0
        at.commit("It is there")
        at.push()

    done = at.apply(merged, before={"Apply": meanwhile})
    assert done.jobs == REFUSED
    assert "is no longer the one that this run began with" in done.log
    assert roles(at) == []
    assert subjects(at, 1) == ["It is there"]
    assert (done.artifacts["profile-state"] / "profile.state.json").exists()


def test_a_look_that_landed_meanwhile_does_not_keep_the_state_from_being_saved(at: Hub) -> None:
    """It was taken for a state that someone else had applied to, and what was applied reached no branch."""
    at.apply(reviewed(at, headline="Baker"))
    merged = reviewed(at, headline="Miller", experience=ACME)

    def look() -> None:
        at.pull()
        assert at.here.cli("-C", str(at.desk), "refresh", "--again").code == 0
        assert "seen" in json.loads((at.desk / "profile.state.json").read_text())["sections"]["headline"]
        at.commit("Record what was seen")
        at.push()

    done = at.apply(merged, before={"Apply": look})
    assert done.jobs == PASSED, done.log
    assert subjects(at, 3)[2] == "Record what was seen"
    assert at.state()["sections"]["headline"]["value"] == "Miller"
    assert roles(at) == ["Founder"]


def test_a_value_that_a_look_found_meanwhile_is_not_written_over(at: Hub) -> None:
    at.apply(reviewed(at, headline="Baker", summary="Bread."))
    merged = reviewed(at, headline="Miller", summary="Bread.")

    def look() -> None:
        at.pull()
        path = at.desk / "profile.state.json"
        path.write_text(path.read_text().replace("Bread.", "Cake."), encoding="utf-8")
        at.commit("Record what was seen")
        at.push()

    done = at.apply(merged, before={"Save the state": look})
    assert done.jobs == REFUSED
    assert "is no longer the one that this run began with" in done.log
    assert at.state()["sections"]["summary"]["value"] == "Cake."


def test_a_push_without_a_pull_request_waits_for_a_person(at: Hub) -> None:
    at.profile(headline="Baker", experience=ACME)
    at.commit()
    sha = at.push()
    done = at.apply(sha)
    assert done.jobs == REFUSED
    assert done.summary.startswith("> [!WARNING]\n> **Nobody has reviewed this plan in a pull request.**")
    assert at.here.sent() == []
    assert at.by_hand("").jobs == {"plan": "success", "apply": "skipped"}
    assert at.by_hand("f" * 64).jobs == REFUSED
    assert at.here.sent() == []
    at.tell(environments={"linkedin": {"protection_rules": [{"type": "wait_timer"}]}})
    assert at.apply(sha).jobs == REFUSED
    at.tell(environments={"linkedin": {"protection_rules": [{"type": "required_reviewers"}]}})
    assert at.apply(sha).jobs == PASSED
    assert (at.here.live()["sections"]["headline"], roles(at)) == ("Baker", ["Founder"])


def test_what_was_approved_for_a_run_is_applied_only_while_it_is_the_plan(at: Hub) -> None:
    at.tell(environments={"linkedin": {"protection_rules": [{"type": "required_reviewers"}]}})
    at.profile(headline="Baker")
    at.commit()
    sha = at.push()

    def meanwhile() -> None:
        at.profile(headline="Mallory")
        at.commit()
        at.push()

    done = at.apply(sha, before={"Choose the plan that may be applied": meanwhile})
    assert done.jobs == PASSED  # the branch was taken before
    assert at.here.live()["sections"]["headline"] == "Baker"


def test_a_push_after_the_review_is_not_applied(at: Hub) -> None:
    at.profile(headline="Baker")
    number = at.open()
    at.plan(number)
    at.profile(headline="Miller")
    at.open(number=number)
    done = at.apply(at.merge(number))
    assert done.jobs == REFUSED
    assert "something changed since the review" in done.log
    assert at.here.sent() == []


def test_what_was_applied_is_pushed_also_where_the_rest_was_rejected(at: Hub) -> None:
    merged = reviewed(at, headline="Baker", experience=ACME)
    at.here.simulator.faults.add(["none", "error=limit_exceeded"])
    done = at.apply(merged)
    assert done.jobs == REFUSED
    assert "experience.acme: not applied" in done.log
    assert subjects(at, 1) == ["Record the state after applying headline [skip ci]"]
    assert (at.state()["pending"], sorted(at.state()["sections"])) == ([], ["headline"])


def test_no_step_but_apply_is_given_the_key_and_git_never_is(at: Hub) -> None:
    merged = reviewed(at, experience=ACME)
    git = at.folder / "bin" / "git"
    git.write_text(f'#!/bin/sh\nenv >> {at.folder}/seen.txt\nexec /usr/bin/env -u _ {_git()} "$@"\n', encoding="utf-8")
    git.chmod(0o755)
    done = at.apply(merged)
    assert done.jobs == PASSED, done.log
    seen = (at.folder / "seen.txt").read_text()
    assert "WHEN=before" in seen
    assert "pp_live_secret" not in seen + done.log + done.summary


def _git() -> str:
    found = shutil.which("git")
    assert found is not None
    return found


def test_the_push_token_reaches_the_git_that_saves_and_no_file(at: Hub) -> None:
    merged = reviewed(at, headline="Baker", experience=ACME)
    at.secrets |= {"STATE_TOKEN": "ghp_of_ada"}
    at.git("config", "http.receivepack", "true", at=at.origin)
    at.git("config", "uploadpack.allowAnySHA1InWant", "true", at=at.origin)
    with served(at.folder, {gh.TOKEN, "ghp_of_ada"}) as address:
        at.url = f"{address}/origin.git"
        done = at.apply(merged)
    assert done.jobs == PASSED, done.log
    assert subjects(at, 1) == ["Record the state after applying headline, experience.acme [skip ci]"]
    left = [path for path in at.folder.glob("run*/**/*") if path.is_file()]
    assert [path for path in left if b"ghp_of_ada" in path.read_bytes()] == []
    assert "ghp_of_ada" not in done.log + done.summary


def test_without_a_token_that_may_push_nothing_is_added(at: Hub) -> None:
    merged = reviewed(at, experience=ACME)
    at.secrets |= {"STATE_TOKEN": "ghp_too_old"}
    with served(at.folder, {gh.TOKEN}) as address:
        at.url = f"{address}/origin.git"
        assert at.apply(merged).jobs == REFUSED
    assert at.here.sent() == []


def test_pip_installs_by_hashes_and_a_commit(at: Hub) -> None:
    at.apply(reviewed(at, headline="Baker"))
    locked = ["--require-hashes", "--only-binary", ":all:", "--requirement", ".github/profile-requirements.txt"]
    assert at.installed() == [locked, ["--no-deps", "--no-build-isolation", TOOL]] * 3


def test_what_was_applied_is_said_on_the_pull_request(at: Hub) -> None:
    merged = reviewed(at, headline="Baker", experience=ACME)
    assert at.apply(merged).report == "success"
    assert at.comments(1)[1:] == ["**Applied**: headline, experience.acme"]
    assert at.apply(merged).report == "skipped"
    assert len(at.comments(1)) == 2


def test_what_was_not_applied_is_said_on_the_pull_request(at: Hub) -> None:
    merged = reviewed(at, headline="Baker", experience=ACME)
    at.here.simulator.faults.add(["none", "error=limit_exceeded"])
    assert at.apply(merged).report == "success"
    (said,) = at.comments(1)[1:]
    run = "https://github.example/me/profile/actions/runs/2"
    assert said == f"**Not everything was applied.** [The run]({run}) says what to do. What was applied: headline"


def test_a_kept_folder_of_an_earlier_run_does_not_keep_the_state_from_being_saved(at: Hub) -> None:
    at.keeps = True
    at.apply(reviewed(at, experience=ACME))
    at.pull()
    (at.desk / "profile.state.json").write_text(json.dumps(at.state() | {"serial": 99}), encoding="utf-8")
    at.commit("Someone else wrote it")
    at.push()
    done = at.apply(reviewed(at, experience={**ACME, **LATER}))
    assert done.jobs == PASSED, done.log
    assert subjects(at, 1) == ["Record the state after applying experience.later [skip ci]"]


def label(at: Hub, name: str, value: str) -> None:
    path = at.desk / ".github" / "workflows" / "profile-plan.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(f'{name}: ""', f'{name}: "{value}"').replace(f'{name}: "true"', f'{name}: "{value}"'))


def test_plans_with_labels_have_a_comment_and_an_artifact_each(at: Hub) -> None:
    at.profile(headline="Baker")
    number = at.open()
    for name in ("ada", "grace"):
        label(at, "LABEL", name)
        at.open(number=number)
        ran = at.plan(number)
        assert list(ran.artifacts) == [f"preview-{name}.html", f"profile-plan-{name}"]
        at.git("checkout", "--quiet", f"{MAIN.removeprefix('refs/heads/')}", "--", ".github")
    assert [comment.split(":")[0] for comment in at.comments(number)] == [
        "<!-- reconciler-plan(ada)",
        "<!-- reconciler-plan(grace)",
    ]
    at.plan(number)
    assert len(at.comments(number)) == 2
    assert at.apply(at.merge(number)).jobs == PASSED


def test_where_nothing_changes_no_comment_is_begun_if_that_is_wanted(at: Hub) -> None:
    label(at, "COMMENT", "changes")
    number = at.open()
    assert (at.plan(number).jobs, at.comments(number)) == (COMMENTED, [])
    at.profile(headline="Baker")
    at.plan(at.open(number=number))
    at.profile()
    at.plan(at.open(number=number))
    (comment,) = at.comments(number)
    assert "no changes" in comment.lower()


def test_a_picture_is_linked_as_it_was_and_as_it_would_be(at: Hub) -> None:
    (at.desk / "me.png").write_bytes(PNG)
    at.apply(reviewed(at, picture="me.png"))
    at.pull()
    base = at.git("rev-parse", "HEAD")
    (at.desk / "pic tures").mkdir()
    (at.desk / "pic tures" / "é.png").write_bytes(PNG + b"x")
    at.profile(picture="pic tures/é.png")
    number = at.open("another")
    at.plan(number)
    (comment,) = at.comments(number)
    merged = at.git("rev-parse", f"refs/pull/{number}/merge", at=at.origin)
    server = "https://github.example/me/profile/blob"
    after = "pic%20tures/%C3%A9.png"
    assert re.findall('href="([^"]*)"', comment)[:2] == [f"{server}/{base}/me.png", f"{server}/{merged}/{after}"]

    merged = at.merge(number)
    summary = at.apply(merged).summary
    assert re.findall('href="([^"]*)"', summary)[:2] == [f"{server}/{base}/me.png", f"{server}/{merged}/{after}"]


def test_a_merge_queue_is_planned_and_gets_no_comment(at: Hub) -> None:
    at.profile(headline="Baker")
    number = at.open()
    sha = at.git("rev-parse", f"refs/pull/{number}/merge", at=at.origin)
    ran = at.run("profile-plan.yml", {"event_name": "merge_group", "ref": "refs/heads/queue/main", "sha": sha}, {})
    assert ran.jobs == {"plan": "success", "comment": "skipped"}
    assert "Baker" in ran.summary


def test_a_hundred_profiles_named_by_a_pattern_fit_into_one_comment_and_are_applied(at: Hub) -> None:
    name_profiles(at, "profile.yaml", "peo ple/*.yaml")
    (at.desk / "peo ple").mkdir()
    for place in range(100):
        text = f"type: LINKEDIN\naccount_id: acc_{place + 2}\nheadline: Baker {place}\n"
        (at.desk / "peo ple" / f"p{place:02}.yaml").write_text(text, encoding="utf-8")
    number = at.open()
    assert at.plan(number).jobs == COMMENTED
    (comment,) = at.comments(number)
    assert len(comment.splitlines()[0]) < 120
    done = at.apply(at.merge(number))
    assert done.jobs == PASSED, done.log
    assert len(at.here.sent()) == 100
    some = ", ".join(f"peo ple/p{place:02}.yaml (1)" for place in range(3))
    assert subjects(at, 1) == [f"Record the state after applying 100 profiles: {some} and 97 more [skip ci]"]
    said = at.comments(number)[1].splitlines()
    assert (len(said), said[0], said[-1]) == (53, "**Applied**: 101 profiles (100 done, 1 unchanged)", "- and 50 more")
