"""What `init --github` and `init --gitlab` write, and where."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from reconciler import __version__
from reconciler.app import origin
from reconciler.cli.workflows import NOWHERE
from tests.workflow.hub import TOOL
from tests.world import World

PLAN, APPLY = ".github/workflows/profile-plan.yml", ".github/workflows/profile-apply.yml"
READ = ".github/workflows/profile-read.yml"


def read(path: Path) -> Any:  # noqa: ANN401 - YAML
    return YAML(typ="safe").load(path.read_text(encoding="utf-8"))


def test_without_asking_for_workflows_there_are_none(here: World) -> None:
    assert here.cli("init").code == 0
    names = [".gitattributes", ".gitignore", "profile.schema.json", "profile.yaml"]
    assert sorted(os.listdir(here.folder)) == names


def test_workflows_stand_beside_the_profile_where_there_is_no_repository(here: World) -> None:
    done = here.cli("init", "--github", "--install", TOOL)
    assert (done.code, done.err) == (0, "")
    written = [PLAN, APPLY, READ, ".github/profile-requirements.txt"]
    assert [line for line in done.out.splitlines() if ".github" in line] == [f"wrote: {path}" for path in written]
    for name in (PLAN, APPLY, READ):
        env = read(here.folder / name)["env"]
        assert (env["INSTALL"], env["PROFILES"]) == (TOOL, "profile.yaml")
        assert "@INSTALL@" not in (here.folder / name).read_text()


def test_workflows_stand_at_the_root_of_the_repository(here: World) -> None:
    (here.folder / ".git").mkdir()
    below = here.folder / "people" / "ada"
    below.mkdir(parents=True)
    done = here.cli("-C", str(below), "init", "--github", "me.yaml")
    assert f"wrote: ../../{PLAN}" in done.out.splitlines()
    plan = read(here.folder / PLAN)
    assert plan["env"]["PROFILES"] == "people/ada/me.yaml"
    assert plan["on"]["pull_request"]["paths"][0] == "people/ada/**"
    assert read(here.folder / APPLY)["on"]["push"]["paths"] == plan["on"]["pull_request"]["paths"]


COMMIT, DIGEST = "0123456789" * 4, "0123456789abcdef" * 4


@pytest.mark.parametrize(
    "url",
    [
        f"git+https://git.example/me/reconciler@{COMMIT}",
        f"git+ssh://git@git.example/me/a%22b@{COMMIT}#egg=x",
        f"https://git.example/reconciler-1-py3-none-any.whl#sha256={DIGEST}",
    ],
)
@pytest.mark.parametrize("before", ["", "profile-reconciler @ ", "profile-reconciler[simulator] @ "])
def test_what_is_installed_is_one_content_for_ever(here: World, url: str, before: str) -> None:
    assert here.cli("init", "--github", "--install", f"{before}{url}").code == 0
    assert read(here.folder / APPLY)["env"]["INSTALL"] == url


@pytest.mark.parametrize(
    "install",
    [
        "reconciler",
        "reconciler==0.1.0",
        "profile-reconciler",
        f"profile-reconciler=={__version__}",
        f"reconciler @ git+https://git.example/me/reconciler@{COMMIT}",
        "git+https://git.example/me/reconciler@v0.1.0",
        f"git+https://git.example/me/reconciler@{COMMIT[:12]}",
        "https://git.example/reconciler-1-py3-none-any.whl",
        f"git+https://git.example/me/reconciler@{COMMIT} reconciler",
        "",
    ],
)
def test_what_could_be_another_project_or_change_is_not_installed(here: World, install: str) -> None:
    done = here.cli("init", "--github", "--install", install)
    assert (done.code, os.listdir(here.folder)) == (64, [])
    assert "40 digits of the commit" in done.err


def test_once_it_is_published_a_release_is_installed_by_name(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(origin, "PUBLISHED", True)
    release = f"profile-reconciler=={__version__}"
    assert here.cli("init", "--github", "--install", release).code == 0
    assert read(here.folder / APPLY)["env"]["INSTALL"] == release
    assert here.cli("init", "other.yaml", "--github", "--install", f"reconciler=={__version__}").code == 64
    assert origin.install_with("simulator") == "pip install 'profile-reconciler[simulator]'"


def test_a_name_with_spaces_and_quotes_is_one_name(here: World) -> None:
    assert here.cli("init", "--github", 'my "own" profile.yaml').code == 0
    assert read(here.folder / PLAN)["env"]["PROFILES"] == 'my "own" profile.yaml'


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--install", "x"), "--install says what --github and --gitlab install: give one of them too"),
        (("--github", "${{ secrets.X }}.yaml"), "a workflow would not take this literally"),
        (("--gitlab", "a\nb.yaml"), "a workflow would not take this literally"),
        (("--github", "--install", f"git+https://x/$X@{'0' * 40}"), "a workflow would not take this literally"),
        (("--gitlab", "\udcff.yaml"), "\\udcff.yaml: a workflow cannot hold this: it is not UTF-8"),
        (("--github", "../profile.yaml"), "the workflows' folder does not hold it"),
    ],
)
def test_what_a_workflow_cannot_hold_is_refused_before_anything_is_written(
    here: World, arguments: tuple[str, ...], said: str
) -> None:
    below = here.folder / "below"
    below.mkdir()
    done = here.cli("-C", str(below), "init", *arguments)
    assert done.code == 64
    assert said in done.err
    assert os.listdir(here.folder) == ["below"]
    assert os.listdir(below) == []


@pytest.mark.parametrize(
    ("line", "profile", "known"),
    [
        ("people", "people/guests/eve.yaml", True),
        ("./people/", "people/eve.yaml", True),
        (".", "people/eve.yaml", True),
        ("people/*.yaml", "people/eve.yaml", True),
        ("people/*.yaml", "people/guests/eve.yaml", False),
        ("people/*", "people/guests/eve.yaml", True),
        ("**/*.yaml", "eve.yaml", True),
        ("people/**/*.yaml", "people/guests/of/eve.yaml", True),
        ("people/**/*.yaml", "others/eve.yaml", False),
        ("people/a", "people/ab/eve.yaml", False),
        ("people/eve.yaml", "eve.yaml", False),
    ],
)
def test_a_further_profile_is_known_by_its_folder_or_a_pattern(
    here: World, line: str, profile: str, *, known: bool
) -> None:
    assert here.cli("init", "--github", "--install", TOOL).code == 0
    for name in (PLAN, APPLY, READ):
        path = here.folder / name
        path.write_text(path.read_text().replace("    profile.yaml\n", f"    {line}\n"), encoding="utf-8")
    said = here.cli("init", profile)
    assert (said.code, "add to PROFILES" not in said.err) == (0, known)


@pytest.mark.parametrize(
    ("profile", "paths"),
    [("profile.yaml", ["**", "!**.md"]), ("a [b]/x.yaml", ["**", "!**.md"]), ("a/b c/x.yaml", ["a/b c/**"])],
)
def test_a_plan_is_made_for_whatever_it_could_depend_on(here: World, profile: str, paths: list[str]) -> None:
    assert here.cli("init", "--github", profile).code == 0
    assert read(here.folder / PLAN)["on"]["pull_request"]["paths"][: len(paths)] == paths


def test_a_further_profile_gets_the_line_to_add_and_then_none(here: World) -> None:
    here.cli("init", "--github", "--gitlab", "people/ada.yaml")
    added = here.cli("init", "--github", "--gitlab", "teams/grace.yaml")
    lines = [line for line in added.err.splitlines() if line.startswith("add ") and "PROFILES" in line]
    line = "on a line of its own: teams/grace.yaml"
    assert lines == [
        f"add to PROFILES in {PLAN}, {line}, and to its paths: teams/**",
        f"add to PROFILES in {APPLY}, {line}, and to its paths: teams/**",
        f"add to PROFILES in {READ}, {line}",
        f"add to PROFILES in .gitlab/profile.gitlab-ci.yml, {line}",
    ]
    for name in (PLAN, APPLY, READ, ".gitlab/profile.gitlab-ci.yml"):
        text = (here.folder / name).read_text(encoding="utf-8")
        (here.folder / name).write_text(re.sub("( +)people/ada.yaml\n", r"\g<0>\1teams/*.yaml\n", text))
    again = here.cli("init", "--github", "--gitlab", "teams/joan.yaml")
    assert "PROFILES" not in again.err


def test_no_workflow_that_exists_is_touched(here: World) -> None:
    path = here.folder / PLAN
    path.parent.mkdir(parents=True)
    path.write_text("mine\n", encoding="utf-8")
    done = here.cli("init", "--github")
    assert f"left as it is: {PLAN}" in done.out.splitlines()
    assert path.read_text(encoding="utf-8") == "mine\n"
    assert (here.folder / APPLY).exists()


@pytest.mark.parametrize(
    ("recorded", "remote", "wanted"),
    [
        (None, "", NOWHERE),
        ({"url": "https://x.example/reconciler-1-py3-none-any.whl", "archive_info": {}}, "", NOWHERE),
        ({"url": "https://x.example/r.whl", "archive_info": {"hashes": {"sha256": "ab"}}}, "", "URL#sha256=ab"),
        (
            {"url": "https://x.example/a/b", "vcs_info": {"vcs": "git", "commit_id": "c0ffee"}},
            "",
            "git+URL@c0ffee",
        ),
        (
            {"url": "CLONE", "dir_info": {}},
            "https://key@x.example/a/b.git",
            "git+https://x.example/a/b@HEAD",
        ),
        ({"url": "CLONE", "dir_info": {}}, "git@x.example:a/b.git", "git+https://x.example/a/b@HEAD"),
        (
            {"url": "CLONE", "dir_info": {}},
            "https://git.example:8443/me/r.git",
            "git+https://git.example:8443/me/r@HEAD",
        ),
        (
            {"url": "CLONE", "dir_info": {}},
            "ssh://git@git.example/me/r.git",
            "git+https://git.example/me/r@HEAD",
        ),
        ({"url": "CLONE", "dir_info": {}}, "ssh://git@git.example:2222/me/r.git", NOWHERE),
        ({"url": "CLONE", "dir_info": {}}, "/srv/b.git", NOWHERE),
        ({"url": "file:///nowhere/at%20all", "dir_info": {}}, "", NOWHERE),
    ],
)
def test_runners_install_this_very_tool_and_never_a_bare_name(
    here: World, monkeypatch: pytest.MonkeyPatch, recorded: dict[str, Any] | None, remote: str, wanted: str
) -> None:
    clone = here.folder / "a clone"
    git = ["git", "-C", str(clone), "-c", "user.name=Ada", "-c", "user.email=a@example.com"]
    clone.mkdir()
    subprocess.run([*git, "init", "--quiet"], check=True)
    subprocess.run([*git, "commit", "--quiet", "--allow-empty", "--message", "x"], check=True)
    subprocess.run([*git, "remote", "add", "origin", remote], check=True)
    head = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()
    made = here.folder / "site" / f"profile_reconciler-{__version__}.dist-info"
    made.mkdir(parents=True)
    (made / "METADATA").write_text(f"Name: profile-reconciler\nVersion: {__version__}\n", encoding="utf-8")
    if recorded is not None:
        text = json.dumps(recorded).replace("CLONE", clone.as_uri())
        (made / "direct_url.json").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(str(made.parent))

    done = here.cli("init", "--github")
    url = str((recorded or {}).get("url"))
    assert read(here.folder / PLAN)["env"]["INSTALL"] == wanted.replace("URL", url).replace("HEAD", head)
    assert ("say after INSTALL" in done.err) is (wanted == NOWHERE)


def test_a_further_profile_is_told_where_the_workflows_that_are_there_do_not_know_it(here: World) -> None:
    assert here.cli("init", "--github", "--install", TOOL).code == 0
    said = here.cli("init", "bob.yaml").err
    assert f"add to PROFILES in {PLAN}, on a line of its own: bob.yaml" in said
    assert f"add to PROFILES in {APPLY}, on a line of its own: bob.yaml" in said
    (here.folder / "resume.json").write_text('{"skills": ["Go"]}')
    done = here.cli("import", "--json-resume", "resume.json", "--account-id", "acc_2", "eve.yaml")
    assert f"add to PROFILES in {PLAN}, on a line of its own: eve.yaml" in done.err


def test_a_profile_that_is_in_no_workflow_is_told_nothing_where_there_is_none(here: World) -> None:
    (here.folder / ".gitlab-ci.yml").write_text("mine: {}\n")
    assert here.cli("init", "bob.yaml").err == ""


def test_each_account_is_read_at_an_hour_of_its_own(here: World) -> None:
    times = []
    for account_id in ("acc_1", "acc_2", "acc_1"):
        (here.folder / "profile.yaml").write_text(f"type: LINKEDIN\naccount_id: {account_id}\n", encoding="utf-8")
        assert here.cli("init", "--github").code == 0
        times.append(read(here.folder / READ)["on"]["schedule"][0]["cron"])
        (here.folder / READ).unlink()
    assert times[0] == times[2] != times[1]
    assert all(re.fullmatch(r"\d+ \d+ \* \* \*", time) for time in times)


def test_what_comes_next_is_about_the_profile_that_was_written(here: World) -> None:
    """The import that it advised wrote another profile."""
    said = here.cli("init", "people/ada l.yaml").out
    for command in ("import --linkedin-export ZIP --account-id ID", "validate", "plan"):
        assert f"`reconciler {command} 'people/ada l.yaml'`" in said


def test_a_job_may_take_longer_than_apply_waits(here: World) -> None:
    """It waited for five hours in a job of one."""
    assert here.cli("init", "--github", "--install", TOOL).code == 0
    job = read(here.folder / APPLY)["jobs"]["apply"]
    (waits,) = re.findall(r"--wait-limit (\d+)", str(job["steps"]))
    assert int(waits) + 30 * 60 <= int(job["timeout-minutes"]) * 60
