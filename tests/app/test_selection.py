"""Which profiles a command line means."""

import hashlib
import os
import subprocess
from pathlib import Path

import pytest

from reconciler.app import git as app_git
from reconciler.app.selection import ANY, Only, select
from reconciler.problem import UsageError

PROFILE = "type: LINKEDIN\naccount_id: {}\n"


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder with profiles at three depths, and with much that is none."""
    monkeypatch.chdir(tmp_path)
    for path in ("p/x.yaml", "p/a/y.yml", "p/a/b/z.yaml", "p/.hidden/h.yaml", "p/.dot.yaml"):
        write(path, PROFILE.format(path))
    write("p/other.yaml", "on: push\n")
    write("p/x.state.json", "{}")
    os.symlink("..", "p/a/loop")
    os.symlink("/etc", "p/out")
    return tmp_path


def write(path: str, text: str) -> str:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, encoding="utf-8")
    return path


def refused(*names: str, only: Only = ANY) -> list[str]:
    with pytest.raises(UsageError) as caught:
        select(names, only)
    return list(map(str, caught.value.problems))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("p", ["p/a/b/z.yaml", "p/a/y.yml", "p/x.yaml"]),
        (".", ["p/a/b/z.yaml", "p/a/y.yml", "p/x.yaml"]),
        ("p/a/loop", ["p/a/loop/a/b/z.yaml", "p/a/loop/a/y.yml", "p/a/loop/x.yaml"]),
        ("p/*.yaml", ["p/other.yaml", "p/x.yaml"]),
        ("p/*", ["p/other.yaml", "p/x.yaml"]),
        ("**/*.y*ml", ["p/a/b/z.yaml", "p/a/y.yml", "p/other.yaml", "p/x.yaml"]),
        ("p/**", ["p/a/b/z.yaml", "p/a/y.yml", "p/other.yaml", "p/x.yaml"]),
        ("p/**/**/[yz].*", ["p/a/b/z.yaml", "p/a/y.yml"]),
        ("p/.hid*/*", ["p/.hidden/h.yaml"]),
        ("p/*/../x.yaml", ["p/a/../x.yaml"]),
        ("gone.yaml", ["gone.yaml"]),
    ],
)
@pytest.mark.usefixtures("tree")
def test_a_name_means(name: str, expected: list[str]) -> None:
    assert select([name]) == tuple(expected)


@pytest.mark.usefixtures("tree")
def test_a_file_is_taken_as_it_is_named_and_once() -> None:
    write("odd[1]*.yaml", "x")
    write("@list", "x")
    assert select(["odd[1]*.yaml", "@list", "p/x.yaml", "./p/x.yaml", "p/a/loop/x.yaml", "p"]) == (
        "odd[1]*.yaml",
        "@list",
        "p/x.yaml",
        "p/a/b/z.yaml",
        "p/a/y.yml",
    )


@pytest.mark.usefixtures("tree")
def test_two_names_of_one_file_on_disk_are_two_profiles_since_each_has_a_state() -> None:
    os.link("p/x.yaml", "p/twin.yaml")
    assert select(["p/x.yaml", "p/twin.yaml"]) == ("p/x.yaml", "p/twin.yaml")


@pytest.mark.usefixtures("tree")
def test_two_profiles_of_one_state_are_refused() -> None:
    write("p/x.yml", PROFILE.format("another"))
    wrong = "p/x.yml: its state is p/x.state.json, and that is the state of p/x.yaml too"
    assert [problem.partition(";")[0] for problem in refused("p")] == [wrong]
    assert select(["p/x.yml", "p/a"]) == ("p/x.yml", "p/a/b/z.yaml", "p/a/y.yml")


@pytest.mark.usefixtures("tree")
def test_what_means_nothing_is_named_all_at_once() -> None:
    Path("empty").mkdir()
    told = refused("q/*.yaml", "empty", "@gone", "p/x.yaml", "@p/other.yaml")
    assert [line.partition(":")[0] for line in told] == ["q/*.yaml", "empty", "gone", "p/other.yaml"]


@pytest.mark.parametrize(
    "text",
    [
        "type: LINKEDIN\n",
        '{"type": "LINKEDIN"}',
        "# mine\nheadline: x\ntype: 'LINKEDIN'\n",
        "type: Linkedin\naccount_id: x\n",
        "\ufefftype: LINKEDIN\n",
        '{\n "account_id": "x",\n "type": "LINKEDIN"\n}',
    ],
)
def test_a_folder_is_searched_for_what_is_meant_to_be_a_profile(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "utf16.yaml").write_text(text.replace("\ufeff", ""), encoding="utf-16")
    assert select([str(tmp_path)]) == (str(tmp_path / "a.yaml"), str(tmp_path / "utf16.yaml"))


@pytest.mark.usefixtures("tree")
def test_a_list_holds_paths_patterns_folders_and_comments_in_any_line_ends() -> None:
    Path("list").write_bytes(b"\xef\xbb\xbf# whose\r\n\r\n  p/x.yaml\r\np/a\r\n# p/other.yaml\r\np/*.yaml")
    assert select(["@list"]) == ("p/x.yaml", "p/a/b/z.yaml", "p/a/y.yml", "p/other.yaml")


@pytest.mark.usefixtures("tree")
def test_what_is_wrong_in_a_list_is_told_with_its_line() -> None:
    write("list", "p/x.yaml\ngone.yaml\n@other\nq/*\nbad\0name\n")
    assert [line.partition(": ")[0] for line in refused("@list")] == ["list:2:1", "list:3:1", "list:4:1", "list:5:1"]
    Path("list").write_bytes(b"\xff")
    assert refused("@list")[0].startswith("list: ")
    write("list", "# nothing\n")
    assert refused("@list")[0].startswith("list: ")


@pytest.mark.usefixtures("tree")
def test_a_link_makes_no_list_of_a_repository_one_of_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "p" / ".git").mkdir()
    write("others/list", "outside.yaml\n")
    write("outside.yaml", PROFILE.format("o"))
    os.symlink("../others/list", "p/list")
    os.symlink("../others", "p/lists")
    for name in ("p/list", "p/lists/list"):
        assert refused(f"@{name}")[0].startswith(f"{name}: this list is a link that leads out of its repository; ")
    write("p/own", "p/x.yaml\n")
    os.symlink("own", "p/same")
    os.symlink("p", "q")
    os.symlink("p/own", "elsewhere")
    for name in ("p/same", "q/own", "elsewhere"):
        assert select([f"@{name}"]) == ("p/x.yaml",)


@pytest.mark.usefixtures("tree")
def test_a_list_in_a_repository_names_nothing_outside_of_it(tmp_path: Path) -> None:
    (tmp_path / "p" / ".git").mkdir()
    write("outside.yaml", PROFILE.format("o"))
    os.symlink("../outside.yaml", "p/link.yaml")
    write("p/list", "p/x.yaml\noutside.yaml\np/link.yaml\n")
    assert [line.partition(": ")[0] for line in refused("@p/list")] == ["p/list:2:1", "p/list:3:1"]
    assert select(["outside.yaml"]) == ("outside.yaml",)


@pytest.mark.usefixtures("tree")
def test_where_keeps_the_profiles_of_accounts_and_names_one_that_is_not_there() -> None:
    write("p/quoted.yaml", 'type: LINKEDIN\naccount_id: "\\x61cc"\nheadline: p/x.yaml\n')
    assert select(["p"], Only(accounts=("p/x.yaml",))) == ("p/x.yaml",)
    assert select(["p"], Only(accounts=("acc", "p/a/y.yml"))) == ("p/a/y.yml", "p/quoted.yaml")
    assert "nobody" in refused("p", only=Only(accounts=("nobody", "acc")))[0]


@pytest.mark.usefixtures("tree")
def test_where_keeps_a_broken_profile_of_an_account_that_is_found_in_no_other() -> None:
    write("p/broken.yaml", PROFILE.format("lost") + "headline: [p/x.yaml\n")
    assert select(["p"], Only(accounts=("lost",))) == ("p/broken.yaml",)
    assert select(["p"], Only(accounts=("p/x.yaml",))) == ("p/x.yaml",)
    assert "nobody" in refused("p", only=Only(accounts=("nobody",)))[0]


def git(*arguments: str) -> None:
    who = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *who, *arguments], check=True, capture_output=True)


@pytest.fixture
def committed(tree: Path) -> Path:
    """Give the folder as a repository in which all is committed; one profile names files in three ways."""
    write("p/x.yaml", PROFILE.format("x") + "picture: 'me.png'\ncover_picture: a/cover.png # mine\n")
    write("p/a/y.yml", PROFILE.format("y") + 'picture:\n  "../me.png"\n')
    for name in ("p/me.png", "p/a/cover.png", "p/a/unused.png"):
        write(name, name)
    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "x")
    return tree


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (None, "", []),
        ("p/a/unused.png", "new", []),
        ("p/x.state.json", "new", []),
        ("p/x.yaml", PROFILE.format("new"), ["p/x.yaml"]),
        ("p/new.yaml", PROFILE.format("new"), ["p/new.yaml"]),
        ("p/me.png", "new", ["p/a/y.yml", "p/x.yaml"]),
        ("p/a/cover.png", "new", ["p/x.yaml"]),
        ("p/a/reconciler.toml", "new", ["p/a/b/z.yaml", "p/a/y.yml"]),
        ("p/a/b/reconciler.toml", "new", ["p/a/b/z.yaml"]),
        ("reconciler.toml", "new", ["p/a/b/z.yaml", "p/a/y.yml", "p/x.yaml"]),
    ],
)
@pytest.mark.usefixtures("committed")
def test_changed_keeps_what_differs_from_a_revision(path: str | None, text: str, expected: list[str]) -> None:
    if path is not None:
        write(path, text)
    assert select(["p"], Only(since="HEAD")) == tuple(expected)


def test_a_repository_that_is_reached_through_a_link_holds_the_same(committed: Path) -> None:
    os.symlink(committed, committed / "link")
    assert select([str(committed / "link" / "p")], Only(since="HEAD")) == ()
    write("p/a/cover.png", "new")
    assert select([str(committed / "link" / "p")], Only(since="HEAD")) == (str(committed / "link" / "p" / "x.yaml"),)


@pytest.mark.usefixtures("tree")
def test_a_repository_may_be_the_root_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app_git, "repository", lambda _: "/")
    monkeypatch.setattr(app_git, "stored", lambda *_: {os.path.abspath("p/x.yaml")[1:]: blob_of("p/x.yaml")})
    assert select(["p/x.yaml", "p/a/y.yml"], Only(since="HEAD")) == ("p/a/y.yml",)


def blob_of(path: str) -> str:
    return app_git.blob_name(Path(path).read_bytes(), 40)


@pytest.mark.usefixtures("committed")
def test_changed_sees_what_is_gone_and_what_was_committed_since() -> None:
    Path("p/me.png").unlink()
    assert select(["p"], Only(since="HEAD")) == ("p/a/y.yml", "p/x.yaml")
    git("commit", "-qam", "y")
    assert select(["p"], Only(since="HEAD~1")) == ("p/a/y.yml", "p/x.yaml")
    assert select(["p/a/b", "p/x.yaml"], Only(since="HEAD~1")) == ("p/x.yaml",)


@pytest.mark.usefixtures("committed")
def test_line_ends_of_a_checkout_and_lfs_are_no_changes() -> None:
    write("p/x.yaml", Path("p/x.yaml").read_text("utf-8").replace("\n", "\r\n"))
    digest = "4c2b7c6d2ab0e9c27a8f8a1df1c8e3e6f0c3c1b8d2d4f5c62f5e5b2f2a9c0d1e"
    write("p/me.png", f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize 3\n")
    git("commit", "-qam", "lfs")
    write("p/me.png", "not that")
    assert select(["p"], Only(since="HEAD")) == ("p/a/y.yml", "p/x.yaml")
    oid = hashlib.sha256(b"picture").hexdigest()
    write("p/me.png", f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize 7\n")
    git("commit", "-qam", "lfs")
    write("p/me.png", "picture")
    assert select(["p"], Only(since="HEAD")) == ()


@pytest.mark.usefixtures("committed")
def test_git_is_asked_no_more_the_more_profiles_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trace = tmp_path / "trace"
    monkeypatch.setenv("GIT_TRACE", str(trace))
    asked = []
    for name in ("p/x.yaml", "p/a/y.yml", "p/a/b/z.yaml"):
        write(name, PROFILE.format(f"{name} of another"))
        assert name in select(["p"], Only(since="HEAD"))
        asked.append(trace.read_text("utf-8").count("built-in: git "))
        trace.unlink()
    assert asked == [2, 2, 2]


@pytest.mark.usefixtures("tree")
def test_why_git_does_not_say_what_changed_is_told() -> None:
    git("init", "-q")
    assert "there is no commit in this repository yet" in refused("p", only=Only(since="HEAD"))[0]
    write(".git/config", "[core]\nrepositoryformatversion = 99\n")
    assert "git does not answer about this repository" in refused("p", only=Only(since="HEAD"))[0]


@pytest.mark.usefixtures("committed")
def test_changed_needs_a_revision_and_a_repository(tmp_path_factory: pytest.TempPathFactory) -> None:
    for revision in ("nowhere", "--help", "HEAD:p/x.yaml", "a\0b", ""):
        assert refused("p", only=Only(since=revision))[0].startswith("--since: ")
    outside = tmp_path_factory.mktemp("outside") / "o.yaml"
    outside.write_text(PROFILE.format("o"))
    assert refused("p", str(outside), only=Only(since="HEAD"))[0].startswith(f"{outside}: ")
