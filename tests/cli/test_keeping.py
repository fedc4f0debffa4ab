"""An apply ends by saying where git has not got the state, so that the next machine would add again."""

from pathlib import Path

import pytest

from tests.state.test_merge_with_git import git
from tests.world import Done, World

STATE = "profile.state.json"


@pytest.fixture
def kept(here: World) -> World:
    """Give a repository whose state is committed, and whose headline then changed."""
    git(here.folder, "init", "-q", "-b", "main")
    applied(here, "x")
    git(here.folder, "add", "-A")
    git(here.folder, "commit", "-q", "-m", "first")
    return here


def applied(here: World, headline: str, *arguments: str) -> Done:
    here.write({"headline": headline})
    done = here.apply(*arguments)
    assert done.code == 0
    return done


def notes(done: Done) -> list[str]:
    return [line for line in done.err.splitlines() if line.startswith("note: ")]


def test_outside_of_git_nothing_is_said_of_it(here: World) -> None:
    assert notes(applied(here, "x")) == []


def test_a_state_that_changed_wants_to_be_committed(kept: World) -> None:
    (note,) = notes(applied(kept, "y"))
    assert f"commit {STATE}" in note
    assert notes(kept.apply()) == []  # nothing was written, and nothing is said again


def test_a_state_that_git_tracks_is_not_said_to_be_ignored(kept: World) -> None:
    (kept.folder / ".gitignore").write_text("*.state.json\n", encoding="utf-8")
    (note,) = notes(applied(kept, "y"))
    assert f"commit {STATE}" in note


def test_who_commits_with_on_save_is_not_told_to_commit(kept: World) -> None:
    """The log of a workflow said to commit what its next line committed."""
    assert notes(applied(kept, "y", "--on-save", "true")) == []


def test_an_ignored_state_is_told(here: World) -> None:
    git(here.folder, "init", "-q", "-b", "main")
    (here.folder / ".gitignore").write_text("*.state.json\n", encoding="utf-8")
    (note,) = notes(applied(here, "x", "--on-save", "true"))
    assert f"git ignores {STATE}" in note


@pytest.fixture
def behind(kept: World, tmp_path: Path) -> World:
    """Give a repository whose upstream has the state of another apply, and that knows so."""
    upstream = tmp_path / "upstream.git"
    git(tmp_path, "clone", "-q", "--bare", str(kept.folder), str(upstream))
    git(kept.folder, "remote", "add", "origin", str(upstream))
    git(kept.folder, "fetch", "-q", "origin")
    git(kept.folder, "branch", "-q", "--set-upstream-to=origin/main")
    applied(kept, "y")
    git(kept.folder, "commit", "-q", "-a", "-m", "elsewhere")
    git(kept.folder, "push", "-q")
    git(kept.folder, "reset", "-q", "--hard", "HEAD~1")
    return kept


def test_a_state_of_which_the_upstream_has_a_newer_one_is_told(behind: World) -> None:
    said = notes(applied(behind, "z"))
    assert [f"commit {STATE}" in said[0], "upstream" in said[1]] == [True, True]


def test_nothing_is_added_where_the_upstream_is_known_to_have_a_newer_state(behind: World) -> None:
    """The job that the other apply had added was added again, and the note about it came after that."""
    behind.write({"experience": {"a": {"role": "Chef", "company": "Inn"}}})
    done = behind.apply("--first-apply")
    assert (done.code, "upstream branch" in done.err) == (1, True)


def test_git_runs_no_command_of_the_repository(kept: World) -> None:
    """A filter or a monitor that the folder's configuration names would run with what the apply has."""
    for key in ("filter.x.clean", "core.fsmonitor"):
        git(kept.folder, "config", key, f"touch {kept.folder / 'ran.txt'}; cat")
    (kept.folder / ".gitattributes").write_text("*.json filter=x\n", encoding="utf-8")
    assert notes(applied(kept, "y"))
    assert not (kept.folder / "ran.txt").exists()
