"""Where the pictures of a plan can be looked at."""

import hashlib
import os
import subprocess
from pathlib import Path

import pytest

from reconciler.app.pictures import picture_links
from reconciler.planning.plan import Action, Change, Plan, ProfileRef, StateRef
from reconciler.values import Plain

GITHUB = {"GITHUB_SERVER_URL": "https://git.example:8443", "GITHUB_REPOSITORY": "me/profile"}
GITLAB = {"CI_PROJECT_URL": "https://gitlab.example/git/me/profile"}
OLD, NEW = b"old", b"new"


def git(*arguments: str) -> str:
    who = ("-c", "user.name=ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgsign=false")
    return subprocess.run(["git", *who, *arguments], capture_output=True, text=True, check=True).stdout.strip()


def commit(path: str, content: bytes) -> str:
    Path(path).write_bytes(content)
    git("add", "--force", path)
    git("commit", "--quiet", "--message", "x")
    return git("rev-parse", "HEAD")


def file(path: str, content: bytes) -> Plain:
    return {"file": path, "sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}


def plan(before: Plain, after: Plain) -> Plan:
    changes = (Change("picture", Action.UPDATE, before, after),)
    return Plan("acc", ProfileRef("people/ada.yaml", ""), StateRef("s"), "0", changes)


@pytest.fixture
def commits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """Give a repository with a picture, and its two commits."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(("GIT", "CI_"))]:
        monkeypatch.delenv(name)
    git("init", "--quiet")
    Path("people").mkdir()
    return commit("people/a b#?.png", OLD), commit("people/a b#?.png", NEW)


@pytest.mark.parametrize(
    ("server", "names", "begin"),
    [
        (GITHUB, ("RECONCILER_BASE_COMMIT", "GITHUB_SHA"), "https://git.example:8443/me/profile/blob/"),
        (GITLAB, ("CI_MERGE_REQUEST_DIFF_BASE_SHA", "CI_COMMIT_SHA"), f"{GITLAB['CI_PROJECT_URL']}/-/blob/"),
        (GITLAB, ("RECONCILER_BASE_COMMIT", "CI_COMMIT_SHA"), f"{GITLAB['CI_PROJECT_URL']}/-/blob/"),
    ],
)
def test_each_hub_has_its_addresses(
    commits: tuple[str, str],
    monkeypatch: pytest.MonkeyPatch,
    server: dict[str, str],
    names: tuple[str, str],
    begin: str,
) -> None:
    named = dict(zip(names, commits, strict=True))
    changed = plan(file("a b#?.png", OLD), file("a b#?.png", NEW))
    assert picture_links([changed]) == {}
    for name, value in {**server, **named}.items():
        monkeypatch.setenv(name, value)
    assert list(picture_links([changed]).values()) == [f"{begin}{each}/people/a%20b%23%3F.png" for each in commits]
    for name in named:
        monkeypatch.setenv(name, "--upload-pack=x")
    assert picture_links([changed]) == {}


@pytest.mark.parametrize(
    "strange", [{"GITHUB_SERVER_URL": 'https://x"><b>'}, {"GITHUB_SERVER_URL": ""}, {"GITHUB_REPOSITORY": "a/b/../c"}]
)
def test_a_server_with_an_odd_name_gets_no_link(
    commits: tuple[str, str], monkeypatch: pytest.MonkeyPatch, strange: dict[str, str]
) -> None:
    for name, value in {**GITHUB, "GITHUB_SHA": commits[1], **strange}.items():
        monkeypatch.setenv(name, value)
    assert picture_links([plan(None, file("a b#?.png", NEW))]) == {}


@pytest.mark.parametrize(
    "path", ["a b#?.png\0", "../../../etc/passwd", "\udcff.png", "none.png", "/etc/passwd", "", ".", "../.git/HEAD"]
)
def test_what_git_does_not_hold_so_gets_no_link(
    commits: tuple[str, str], monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    for name, value in {**GITHUB, "GITHUB_SHA": commits[1]}.items():
        monkeypatch.setenv(name, value)
    assert picture_links([plan(None, file(path, NEW)), plan(None, file("a b#?.png", OLD))]) == {}


def test_a_picture_in_git_lfs_is_known_by_its_pointer(
    commits: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    del commits
    digest = hashlib.sha256(NEW).hexdigest()
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize 3\n"
    sha = commit("people/me.png", pointer.encode())
    for name, value in {**GITHUB, "GITHUB_SHA": sha}.items():
        monkeypatch.setenv(name, value)
    link = f"https://git.example:8443/me/profile/blob/{sha}/people/me.png"
    assert picture_links([plan(None, file("me.png", NEW))]) == {digest: link}
