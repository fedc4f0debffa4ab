"""What a command is asked to write and cannot is an error that names the file, and leaves nothing half done."""

import errno
import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.reliability.processes import COMMAND, environment
from tests.world import World

RESUME = {"basics": {"label": "Founder"}}
OTHER = {"type": "LINKEDIN", "account_id": "acc_2", "headline": "y"}


@pytest.fixture(autouse=True)
def files(here: World) -> None:
    here.write({"headline": "x"})
    (here.folder / "resume.json").write_text(json.dumps(RESUME))
    (here.folder / "new").mkdir()
    (here.folder / "new" / "other.yaml").write_text(json.dumps(OTHER))


def left(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


WRITING = {
    "plan --out new/plan.json": "new/plan.json: cannot be written: {}",
    "init new/profile.yaml": "new/profile.yaml: cannot be written: {}",
    "import new/profile.yaml --account-id acc_1 --json-resume resume.json": "new/profile.yaml: cannot be written: {}",
    "import new/profile.yaml --account-id acc_1 --json-resume resume.json --record-as-live": (
        "new/profile.state.json: the state cannot be written: {}"
    ),
    "fmt new/other.yaml": "new/other.yaml: cannot be written: {}",
    "state accept --all --profile new/other.yaml": "new/other.state.json: the state cannot be written: {}",
}


@pytest.mark.parametrize("command", WRITING)
def test_a_full_disk_is_told_and_leaves_nothing_half_done(here: World, command: str) -> None:
    before = left(here.folder)
    done = subprocess.run(
        ["bash", "-c", f"ulimit -f 0; {' '.join(COMMAND)} {command}"],
        cwd=here.folder,
        env=environment(here),
        capture_output=True,
        text=True,
        check=False,
    )
    said = WRITING[command].format("file too large") + "; make room there\n"
    assert (done.returncode, done.stderr.lower().splitlines()[-1]) == (1, said.rstrip().lower())
    assert (left(here.folder), here.sent()) == (before, [])


@pytest.mark.parametrize(
    ("out", "said"),
    [
        ("none/plan.json", "cannot be written: no such file or directory; name a file in a folder that exists"),
        ("profile.yaml/p.json", "cannot be written: not a directory; name a file in a folder that exists"),
        ("/proc/plan.json", "cannot be written: no such file or directory; name a file in a folder that exists"),
        ("/dev/full", "this file is no saved plan, and is not written over; name another with --out"),
        ("new", "this is a folder; name another with --out"),
    ],
)
def test_a_plan_that_cannot_be_saved_is_told(here: World, out: str, said: str) -> None:
    done = here.cli("plan", "--out", out)
    assert (done.code, done.out, done.err) == (1, "", f"{out}: {said}\n")


@pytest.mark.parametrize(
    ("reason", "remedy"),
    [
        (errno.ENOSPC, "make room there"),
        (errno.EROFS, "make its folder writable"),
        (errno.EIO, "name another file"),
    ],
)
def test_what_to_do_follows_from_why_it_cannot_be_written(
    here: World, monkeypatch: pytest.MonkeyPatch, reason: int, remedy: str
) -> None:
    def refuse(descriptor: int) -> None:
        raise OSError(reason, os.strerror(reason), descriptor)

    monkeypatch.setattr(os, "fsync", refuse)
    done = here.cli("plan", "--out", "new/plan.json")
    said = f"new/plan.json: cannot be written: {os.strerror(reason).lower()}; {remedy}\n"
    assert (done.code, done.err, set(left(here.folder / "new"))) == (1, said, {here.folder / "new" / "other.yaml"})
