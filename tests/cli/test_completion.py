"""Completion in a shell: commands, options, files, and the addresses of a profile and its state."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from reconciler.app.cache import cache_path
from tests.reliability.processes import COMMAND, environment
from tests.world import ACCOUNT, World

JOBS = {"acme": {"role": "Founder", "company": "Acme"}, "bank": {"role": "Clerk", "company": "Bank"}}


def completed(here: World, line: str, of: str = "bash") -> list[str]:
    """Give what a line is completed to, as bash gets it: `plain,TEXT` or `file,TEXT`; fish has a title behind a tab."""
    words = line.split(" ")
    number = str(len(words) - 1) if of == "bash" else words[-1]
    asked = {"_RECONCILER_COMPLETE": f"{of}_complete", "COMP_WORDS": line, "COMP_CWORD": number}
    asked["XDG_CACHE_HOME"] = str(here.folder / "cache")
    done = subprocess.run(
        [Path(COMMAND[0]).with_name("reconciler")],
        cwd=here.folder,
        env=environment(here, **asked),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout.strip().splitlines()


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
        ("reconciler plan @pro", ["plain,@profile.state.json", "plain,@profile.yaml"]),
        ("reconciler plan @./gone/", []),
        ("reconciler plan 'a/**/*.ya", ["file,a/**/*.ya"]),
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


def test_a_lookup_is_completed_by_what_was_found_before(here: World) -> None:
    here.write({"headline": "h", "experience": JOBS})
    hostile = "Paris; $(rm x)\n\x1b[2J" + "y" * 200
    titles = {"105015875": "Lyon, France", "9": "Lyon, Mississippi", "77": hostile, "a b": "no id"}
    path = here.folder / "cache" / "reconciler" / Path(cache_path(ACCOUNT)).name
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"titles": {"LOCATION": titles}}), encoding="utf-8")
    assert completed(here, "reconciler lookup location ") == ["plain,77", "plain,9", "plain,105015875"]
    assert completed(here, "reconciler lookup location 1") == ["plain,105015875"]
    assert completed(here, "reconciler lookup location paris") == ["plain,77"]
    assert completed(here, "reconciler lookup location Lyon") == []
    assert completed(here, "reconciler lookup company 1") == []
    told = completed(here, "reconciler lookup location 7", of="fish")
    assert len(told) == 1
    assert "\x1b" not in told[0]
    assert len(told[0].partition("\t")[2]) <= 80


def test_where_an_id_goes_is_completed(here: World) -> None:
    here.write({"headline": "h", "experience": JOBS})
    assert completed(here, "reconciler lookup location x --set l") == ["plain,location.id"]
    found = ["plain,experience.acme.company_id", "plain,experience.bank.company_id"]
    assert completed(here, "reconciler lookup company x --set ex") == found
    assert completed(here, "reconciler lookup skill x --set ") == []


def test_what_is_pulled_is_completed(here: World) -> None:
    here.write({"headline": "h", "experience": JOBS})
    found = ["plain,experience", "plain,experience.acme", "plain,experience.bank"]
    assert completed(here, "reconciler pull exp") == found
    assert completed(here, "reconciler pull headline h") == []


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
