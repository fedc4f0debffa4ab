"""What git says of many states at once is what it says of each."""

import os
import subprocess
from pathlib import Path

import pytest

from reconciler.app.git import Unkept, stages_of, unkept
from reconciler.app.repositories import Repositories

NAMES = ("same", "ours", "theirs", "both", "new", "ignored", "gone", "täglich")
SIGN = """#!/bin/sh
cat >/dev/null
echo "Good signature"
printf '\\n[GNUPG:] SIG_CREATED \\n' >&2
printf -- '-----BEGIN PGP SIGNATURE-----\\n\\nx\\n-----END PGP SIGNATURE-----\\n'
"""


def git(folder: Path, *arguments: str, code: int = 0) -> None:
    who = {f"GIT_{who}_{what}": "a@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    command = ["git", "-c", "init.defaultBranch=main", "-c", "merge.conflictStyle=merge", *arguments]
    done = subprocess.run(command, cwd=folder, env={**os.environ, **who}, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr


def write(folder: Path, *names: str, text: str) -> None:
    for name in names:
        (folder / f"{name}.state.json").write_text(f"{name} {text}\n", encoding="utf-8")


def commit(folder: Path, message: str) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", message)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A clone whose upstream is ahead in `theirs` and `both`, and that changed `ours` and `both` itself."""
    upstream, folder = tmp_path / "upstream", tmp_path / "clone"
    upstream.mkdir()
    git(upstream, "init", "-q")
    write(upstream, "same", "ours", "theirs", "both", "gone", "täglich", text="at first")
    (upstream / ".gitignore").write_text("ignored.*\n", encoding="utf-8")
    commit(upstream, "first")
    git(tmp_path, "clone", "-q", str(upstream), str(folder))
    write(upstream, "theirs", "both", "täglich", text="of theirs")
    commit(upstream, "theirs")
    write(folder, "ours", "both", text="of ours")
    commit(folder, "ours")
    git(folder, "fetch", "-q")
    write(folder, "new", "ignored", text="now")
    (folder / "gone.state.json").unlink()
    return folder


def check(folder: Path) -> set[str]:
    """Hold that both say the same, and give the states of which git is to be asked more."""
    paths = [str(folder / f"{name}.state.json") for name in NAMES]
    together = Repositories()
    together.look(paths)
    asked = {path for path in paths if together.may_conflict(path)}
    assert {path for path in paths if stages_of(path) is not None} <= asked
    singly = {path: unkept(path) for path in paths if os.path.exists(path)}
    for why in Unkept:
        expected = [path for path, found in singly.items() if why in found]
        assert [path for path in together.unkept(paths).get(why, []) if path in singly] == expected, why
    assert {path for path in singly if together.is_newer(path)} == {
        path for path, found in singly.items() if Unkept.BEHIND in found
    }
    return {os.path.basename(path).partition(".")[0] for path in asked}


def test_before_a_merge_nothing_is_in_conflict(folder: Path) -> None:
    assert check(folder) == set()


def test_in_a_merge_what_is_unmerged_is_in_conflict(folder: Path) -> None:
    git(folder, "merge", "-q", "origin/main", code=1)
    assert check(folder) == {"both"}


def test_after_a_merge_of_one_side_what_both_had_changed_is_asked_about(folder: Path) -> None:
    git(folder, "merge", "-q", "-s", "ours", "origin/main")
    assert check(folder) == {"both"}


def test_what_git_prints_of_signatures_is_no_name(folder: Path, tmp_path: Path) -> None:
    program = tmp_path / "sign"
    program.write_text(SIGN, encoding="utf-8")
    program.chmod(0o700)
    signing = ("-c", f"gpg.program={program}", "-c", "commit.gpgSign=true")
    write(tmp_path / "upstream", "same", text="signed")
    git(tmp_path / "upstream", *signing, "commit", "-qam", "signed")
    git(folder, "fetch", "-q")
    git(folder, "config", "gpg.program", str(program))
    git(folder, "config", "log.showSignature", "true")
    assert check(folder) == set()


def test_outside_of_a_repository_there_is_nothing_to_ask(tmp_path: Path) -> None:
    write(tmp_path, *NAMES, text="x")
    assert check(tmp_path) == set()


def test_in_a_repository_without_a_commit_nothing_is_in_conflict(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    write(tmp_path, *NAMES, text="x")
    assert check(tmp_path) == set()
