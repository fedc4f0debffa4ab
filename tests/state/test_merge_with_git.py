"""Two clones both applied: git finds a conflict in their state, and `state merge` merges it by address."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from reconciler.app.folder import MERGE_DRIVER, MERGED
from reconciler.state.conflict import sides
from reconciler.state.format import read_state
from tests.world import World

STATE = "profile.state.json"
CHEF = {"role": "Chef", "company": "Beta"}
CLERK = {"role": "Clerk", "company": "Bank"}
ENVIRONMENT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.com",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.com",
}


def git(folder: Path, *arguments: str, code: int = 0) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env={**os.environ, **ENVIRONMENT}, capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def commit(here: World, message: str) -> None:
    git(here.folder, "add", "-A")
    git(here.folder, "commit", "-q", "-m", message)


def apply(here: World, **profile: object) -> None:
    here.write(profile)
    assert here.apply().code == 0


@pytest.fixture
def forked(here: World) -> World:
    """Give a repository on `main`, with a headline and a job applied there, and another job on `other`."""
    git(here.folder, "init", "-q", "-b", "main")
    apply(here, headline="x")
    commit(here, "base")
    git(here.folder, "switch", "-q", "-c", "other")
    apply(here, headline="x", experience={"clerk": CLERK})
    git(here.folder, "commit", "-q", "-m", "other", STATE)
    git(here.folder, "checkout", "-q", "-f", "main")
    apply(here, headline="y", experience={"chef": CHEF})
    git(here.folder, "commit", "-q", "-m", "main", STATE)
    return here


def serials(here: World) -> list[int]:
    return [json.loads(git(here.folder, "show", f"{branch}:{STATE}"))["serial"] for branch in ("main", "other")]


def jobs(here: World) -> list[str]:
    return sorted(job["role"] for job in here.live()["experience"])


def plan_of_both(here: World) -> list[dict[str, object]]:
    here.write({"headline": "y", "experience": {"chef": CHEF, "clerk": CLERK}})
    changes: list[dict[str, object]] = here.plan()["changes"]
    return changes


@pytest.mark.parametrize("style", ["merge", "diff3", "zdiff3"])
def test_a_conflict_is_told_with_the_serial_of_either_side_in_every_style_of_markers(forked: World, style: str) -> None:
    git(forked.folder, "-c", f"merge.conflictStyle={style}", "merge", "other", code=1)
    mine, others = serials(forked)
    for command in ("plan", "apply"):
        done = forked.cli(command)
        assert (done.code, "`reconciler state merge`" in done.err) == (1, True)
        assert f"(serials {mine} and {others})" in done.err


@pytest.mark.parametrize("style", ["merge", "diff3"])
def test_the_index_of_a_conflicted_state_is_merged_and_nothing_is_added_twice(forked: World, style: str) -> None:
    git(forked.folder, "-c", f"merge.conflictStyle={style}", "merge", "other", code=1)
    done = forked.cli("state", "merge")
    assert (done.code, "experience.clerk" in done.out, "experience.chef" in done.out) == (0, True, False)
    assert forked.state()["serial"] == 1 + max(serials(forked))
    assert plan_of_both(forked) == []
    assert jobs(forked) == ["Chef", "Clerk"]
    git(forked.folder, "add", STATE)
    git(forked.folder, "commit", "-q", "-m", "merged")
    again = forked.cli("state", "merge")
    assert (again.code, "no conflict" in again.err) == (1, True)


def test_git_runs_the_merge_driver_by_itself(forked: World) -> None:
    """The line for .gitattributes and the one for git's configuration are all that it needs."""
    (forked.folder / ".gitattributes").write_text(f"{MERGED[0]}\n", encoding="utf-8")
    commit(forked, "attributes")
    git(forked.folder, *_configured()[1:])
    before = serials(forked)
    said = git(forked.folder, "merge", "--no-edit", "other")
    assert "experience.clerk" in said
    assert forked.state()["serial"] == 1 + max(before)
    assert plan_of_both(forked) == []
    assert git(forked.folder, "status", "--porcelain", STATE) == ""


def _configured() -> list[str]:
    """Give the line that `init` prints, with this very tool in it."""
    words = shlex.split(MERGE_DRIVER)
    return [*words[:-1], words[-1].replace("reconciler", f"{shlex.quote(sys.executable)} -m reconciler", 1)]


def test_what_contradicts_stays_a_conflict_that_apply_refuses(here: World) -> None:
    """What a driver leaves is what git leaves in the folder: without markers, apply would go on with one side."""
    git(here.folder, "init", "-q", "-b", "main")
    (here.folder / ".gitattributes").write_text(f"{MERGED[0]}\n", encoding="utf-8")
    apply(here, experience={"chef": CHEF})
    commit(here, "base")
    git(here.folder, *_configured()[1:])
    git(here.folder, "branch", "other")
    for branch, entry_id in (("other", "7"), ("main", "8")):
        git(here.folder, "switch", "-q", branch)
        assert here.cli("state", "adopt", "experience.chef", entry_id).code == 0
        commit(here, entry_id)
    said = git(here.folder, "merge", "--no-edit", "other", code=1)
    assert "two ids for it: 7 and 8" in said
    text = here.state_path.read_text(encoding="utf-8")
    ids = [read_state(side, "side").sections["experience.chef"].id for side in sides(text)]
    assert (text.startswith("<<<<<<< ours\n"), ids) == (True, ["8", "7"])
    done = here.cli("apply", "--auto-approve")
    assert (done.code, "merge conflict" in done.err) == (1, True)
    by_hand = here.cli("state", "merge")
    assert (by_hand.code, "two ids" in by_hand.err) == (1, True)
    assert here.state_path.read_text(encoding="utf-8") == text


def test_a_state_that_was_written_after_the_merge_began_is_left(forked: World) -> None:
    git(forked.folder, "merge", "other", code=1)
    git(forked.folder, "checkout", "--ours", STATE)
    forked.write({"headline": "z", "experience": {"chef": CHEF}})
    assert forked.cli("state", "accept", "headline").code == 0
    before = forked.state_path.read_bytes()
    done = forked.cli("state", "merge")
    assert (done.code, "written since" in done.err, forked.state_path.read_bytes()) == (1, True, before)


@pytest.mark.parametrize("side", ["--ours", "--theirs"])
def test_one_side_of_a_conflict_is_not_applied_as_if_it_were_all(forked: World, side: str) -> None:
    """The side that was kept, as git offers it, lacked the other clone's job, which was planned as new."""
    git(forked.folder, "merge", "other", code=1)
    git(forked.folder, "checkout", side, STATE)
    forked.write({"headline": "y", "experience": {"chef": CHEF, "clerk": CLERK}})
    done = forked.apply()
    assert (done.code, "`reconciler state merge`" in done.err) == (1, True)
    assert forked.cli("state", "merge").code == 0
    assert forked.apply().code == 0
    assert jobs(forked) == ["Chef", "Clerk"]


def test_a_driver_that_git_cannot_start_leaves_no_state_that_is_applied(forked: World) -> None:
    (forked.folder / ".gitattributes").write_text(f"{MERGED[0]}\n", encoding="utf-8")
    commit(forked, "attributes")
    git(forked.folder, "config", "merge.reconciler-state.driver", "no-such-command-here %O %A %B")
    git(forked.folder, "merge", "--no-edit", "other", code=1)
    forked.write({"headline": "y", "experience": {"chef": CHEF, "clerk": CLERK}})
    assert forked.apply().code == 1
    assert jobs(forked) == ["Chef", "Clerk"]


def test_what_comes_from_the_other_side_cannot_act_on_the_terminal(forked: World) -> None:
    git(forked.folder, "checkout", "-q", "-f", "other")
    text = forked.state_path.read_text(encoding="utf-8").replace("Clerk", "\\u001b]0;owned\\u0007")
    forked.state_path.write_text(text, encoding="utf-8")
    git(forked.folder, "commit", "-q", "-m", "hostile", STATE)
    git(forked.folder, "checkout", "-q", "-f", "main")
    git(forked.folder, "merge", "other", code=1)
    done = forked.cli("state", "merge")
    assert (done.code, "owned" in done.out, "\x1b" in done.out + done.err) == (0, True, False)


def test_a_merge_driver_gets_three_files_or_none(here: World) -> None:
    assert here.cli("state", "merge", "a", "b").code == 64


def test_one_side_alone_is_refused_after_it_was_committed_and_merged_then(forked: World) -> None:
    git(forked.folder, "merge", "other", code=1)
    git(forked.folder, "checkout", "--ours", STATE)
    commit(forked, "one side")
    forked.write({"headline": "y", "experience": {"chef": CHEF, "clerk": CLERK}})
    commit(forked, "both jobs")
    done = forked.apply()
    assert (done.code, jobs(forked)) == (1, ["Chef", "Clerk"])
    assert "state merge" in done.err
    assert forked.cli("state", "merge").code == 0
    assert forked.apply().code == 0
    assert jobs(forked) == ["Chef", "Clerk"]


def test_a_merge_in_which_one_side_alone_changed_the_state_is_none_to_ask_about(forked: World) -> None:
    git(forked.folder, "switch", "-q", "-c", "third", "other")
    (forked.folder / "notes.txt").write_text("x")
    commit(forked, "notes")
    git(forked.folder, "switch", "-q", "other")
    (forked.folder / "more.txt").write_text("y")
    commit(forked, "more")
    git(forked.folder, "merge", "-q", "--no-edit", "third")
    forked.write({"headline": "x", "experience": {"clerk": {**CLERK, "description": "counts"}}})
    assert "state merge" not in forked.apply().err


def test_what_both_sides_changed_is_not_said_to_be_gone_on_the_other_side(here: World) -> None:
    """Of a headline that either side has, it said that it is no longer here, as on the other side."""
    here.write({"headline": "x"})
    here.apply()
    texts = {"base": here.state_path.read_text()}
    for side in ("ours", "theirs"):
        here.state_path.write_text(texts["base"])
        here.write({"headline": side})
        here.apply()
        texts[side] = here.state_path.read_text()
    for side, text in texts.items():
        (here.folder / side).write_text(text)
    assert here.cli("state", "merge", *texts).out == (
        "the state: merged\nchanged by both sides, so that what is live is not known: headline\n"
    )
