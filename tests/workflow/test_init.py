"""What `init --github` and `init --gitlab` write, and where."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from reconciler import __version__
from reconciler.cli.workflows import NOWHERE
from tests.world import World

PLAN, APPLY = ".github/workflows/profile-plan.yml", ".github/workflows/profile-apply.yml"


def read(path: Path) -> Any:  # noqa: ANN401 - YAML
    return YAML(typ="safe").load(path.read_text(encoding="utf-8"))


def test_without_asking_for_workflows_there_are_none(here: World) -> None:
    assert here.cli("init").code == 0
    assert sorted(os.listdir(here.folder)) == [".gitignore", "profile.schema.json", "profile.yaml"]


def test_workflows_stand_beside_the_profile_where_there_is_no_repository(here: World) -> None:
    done = here.cli("init", "--github", "--install", "reconciler==9")
    assert (done.code, done.err) == (0, "")
    assert [line for line in done.out.splitlines() if "workflows" in line] == [f"wrote: {PLAN}", f"wrote: {APPLY}"]
    for name in (PLAN, APPLY):
        env = read(here.folder / name)["env"]
        assert (env["INSTALL"], env["PROFILES"]) == ("reconciler==9", "profile.yaml")
        assert "@INSTALL@" not in (here.folder / name).read_text()


def test_workflows_stand_at_the_root_of_the_repository(here: World) -> None:
    (here.folder / ".git").mkdir()
    below = here.folder / "people" / "ada"
    below.mkdir(parents=True)
    done = here.cli("-C", str(below), "init", "--github", "me.yaml")
    assert f"wrote: ../../{PLAN}" in done.out.splitlines()
    assert read(here.folder / PLAN)["env"]["PROFILES"] == "people/ada/me.yaml"


@pytest.mark.parametrize("install", ["reconciler @ git+https://x/y@v1", 'a "b" \\ c: # d', ". --pre", "@PROFILE@"])
def test_what_is_installed_is_text_whatever_it_holds(here: World, install: str) -> None:
    assert here.cli("init", "--github", "--install", install).code == 0
    assert read(here.folder / APPLY)["env"]["INSTALL"] == install


def test_a_name_with_spaces_and_quotes_is_one_name(here: World) -> None:
    assert here.cli("init", "--github", 'my "own" profile.yaml').code == 0
    assert read(here.folder / PLAN)["env"]["PROFILES"] == 'my "own" profile.yaml'


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--install", "x"), "--install says what --github and --gitlab install: give one of them too"),
        (("--github", "--install", "${{ secrets.X }}"), "a workflow would not take this literally"),
        (("--gitlab", "--install", "a\nb"), "a workflow would not take this literally"),
        (("--github", "--install", "\udcff"), "\\udcff: a workflow cannot hold this: it is not UTF-8"),
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
        (None, "", f"reconciler=={__version__}"),
        ({"url": "https://x.example/reconciler-1-py3-none-any.whl", "archive_info": {}}, "", "reconciler @ URL"),
        (
            {"url": "https://x.example/a/b", "vcs_info": {"vcs": "git", "commit_id": "c0ffee"}},
            "",
            "reconciler @ git+URL@c0ffee",
        ),
        (
            {"url": "CLONE", "dir_info": {}},
            "https://key@x.example/a/b.git",
            "reconciler @ git+https://x.example/a/b@HEAD",
        ),
        ({"url": "CLONE", "dir_info": {}}, "git@x.example:a/b.git", "reconciler @ git+https://x.example/a/b@HEAD"),
        (
            {"url": "CLONE", "dir_info": {}},
            "https://git.example:8443/me/r.git",
            "reconciler @ git+https://git.example:8443/me/r@HEAD",
        ),
        (
            {"url": "CLONE", "dir_info": {}},
            "ssh://git@git.example/me/r.git",
            "reconciler @ git+https://git.example/me/r@HEAD",
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
    made = here.folder / "site" / f"reconciler-{__version__}.dist-info"
    made.mkdir(parents=True)
    (made / "METADATA").write_text(f"Name: reconciler\nVersion: {__version__}\n", encoding="utf-8")
    if recorded is not None:
        text = json.dumps(recorded).replace("CLONE", clone.as_uri())
        (made / "direct_url.json").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(str(made.parent))

    done = here.cli("init", "--github")
    url = str((recorded or {}).get("url"))
    assert read(here.folder / PLAN)["env"]["INSTALL"] == wanted.replace("URL", url).replace("HEAD", head)
    assert ("say after INSTALL" in done.err) is (wanted == NOWHERE)
