"""Completion in a shell: commands, options, files, and the addresses of a profile and its state."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.reliability.processes import COMMAND, environment
from tests.world import World

JOBS = {"acme": {"role": "Founder", "company": "Acme"}, "bank": {"role": "Clerk", "company": "Bank"}}


def completed(here: World, line: str) -> list[str]:
    """Give what a line is completed to, as bash gets it: `plain,TEXT` or `file,TEXT`."""
    words = line.split(" ")
    asked = {"_RECONCILER_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
    done = subprocess.run(
        [Path(COMMAND[0]).with_name("reconciler")],
        cwd=here.folder,
        env=environment(here, **asked),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout.split()


@pytest.fixture
def applied(here: World) -> World:
    here.write({"headline": "h", "experience": JOBS})
    assert here.apply().code == 0
    here.write({"headline": "h", "skills": ["a"], "experience": {"cafe": JOBS["acme"]}})
    return here


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("reconciler va", ["plain,validate"]),
        ("reconciler state acc", ["plain,accept", "plain,account"]),
        ("reconciler apply --auto", ["plain,--auto-approve"]),
        ("reconciler plan --format m", ["plain,markdown"]),
        ("reconciler plan pro", ["file,pro"]),
        ("reconciler plan --out ", ["file,"]),
        ("reconciler state restore x", ["file,x"]),
        ("reconciler -C x", ["dir,x"]),
        (
            "reconciler state rm experience.",
            ["plain,experience.acme", "plain,experience.bank", "plain,experience.cafe"],
        ),
        ("reconciler plan --target s", ["plain,skills"]),
        ("reconciler state accept headline h", []),
        ("reconciler state mv experience.acme experience.c", ["plain,experience.cafe"]),
    ],
)
def test_a_line_is_completed(applied: World, line: str, found: list[str]) -> None:
    assert completed(applied, line) == found


def test_addresses_come_from_the_files_that_are_named(applied: World) -> None:
    folder = applied.folder / "elsewhere"
    folder.mkdir()
    applied.state_path.rename(folder / "a.state.json")
    (folder / "a.yaml").write_text("{type: LINKEDIN, account_id: a, summary: s}", encoding="utf-8")
    assert completed(applied, "reconciler state rm --profile elsewhere/a.yaml s") == ["plain,summary"]
    assert completed(applied, "reconciler -C elsewhere plan a.yaml --target experience.b") == ["plain,experience.bank"]


def test_files_that_cannot_be_read_complete_nothing(here: World) -> None:
    here.folder.joinpath("profile.yaml").write_text("{", encoding="utf-8")
    here.state_path.write_text('{"sections": [], "pending": [3]}', encoding="utf-8")
    assert completed(here, "reconciler state rm ") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_reads_its_script(here: World, tmp_path: Path, shell: str) -> None:
    script = here.cli("completion", shell)
    assert script.code == 0
    assert "_RECONCILER_COMPLETE" in script.out
    if shutil.which(shell) is None:
        return
    path = tmp_path / "script"
    path.write_text(script.out, encoding="utf-8")
    subprocess.run([shell, "-n", path], check=True)


def test_bash_completes_by_the_script(applied: World) -> None:
    folder = Path(COMMAND[0]).parent
    line = (
        'eval "$(reconciler completion bash)"; COMP_WORDS=(reconciler state rm experience.b); COMP_CWORD=3; '
        '_reconciler_completion reconciler; echo "${COMPREPLY[@]}"'
    )
    environ = environment(applied, PATH=f"{folder}{os.pathsep}{os.environ['PATH']}")
    done = subprocess.run(
        ["bash", "-c", line], cwd=applied.folder, env=environ, capture_output=True, text=True, check=True
    )
    assert done.stdout == "experience.bank\n"
