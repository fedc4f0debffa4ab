"""A large picture passes through apply without being in memory whole, and what is sent is what was looked at."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.world import PNG, World

MEBIBYTE = 1024 * 1024
SIZE = 50 * MEBIBYTE
ROOM = 25 * MEBIBYTE


def _peak(here: World, *arguments: str) -> int:
    """Run a command in a process of its own to its success, and give the most memory that it had, in bytes."""
    environ = {**os.environ, "POSTPRESS_BASE_URL": here.base_url, "POSTPRESS_API_KEY": "key"}
    command = [sys.executable, "-m", "reconciler", *arguments]
    with subprocess.Popen(command, cwd=here.folder, env=environ, stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _picture(path: Path, size: int) -> None:
    path.write_bytes(PNG)
    os.truncate(path, size)


@pytest.mark.parametrize("command", [("apply", "--auto-approve", "--first-apply"), ("plan",)], ids=lambda one: one[0])
def test_a_picture_of_50_mib_is_not_in_memory_whole(here: World, command: tuple[str, ...]) -> None:
    _picture(here.folder / "small.png", len(PNG))
    here.write({"picture": "small.png"})
    without = _peak(here, *command)
    _picture(here.folder / "large.png", SIZE)
    here.write({"picture": "large.png"})
    assert _peak(here, *command) - without < ROOM
    if command[0] == "apply":
        assert [request["parts"][-1].get("size") for request in here.sent()] == [len(PNG), SIZE]


def test_what_is_sent_is_a_copy_without_a_name(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = here.folder / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    _picture(here.folder / "large.png", MEBIBYTE)
    here.write({"picture": "large.png"})
    assert here.apply().code == 0
    assert list(folder.iterdir()) == []


def test_no_room_for_the_copy_is_said_and_nothing_is_sent(here: World) -> None:
    _picture(here.folder / "large.png", MEBIBYTE)
    here.write({"picture": "large.png"})
    environ = {**os.environ, "POSTPRESS_BASE_URL": here.base_url, "POSTPRESS_API_KEY": "key"}
    command = f"ulimit -f 200; exec {shlex.quote(sys.executable)} -m reconciler apply --auto-approve --first-apply"
    done = subprocess.run(
        ["sh", "-c", command], cwd=here.folder, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert (
        "large.png: picture: cannot be copied, as it is before it is sent: file too large; "
        "make room where temporary files go, or name another folder in TMPDIR"
    ) in done.stderr
    assert here.sent() == []
    assert here.state()["pending"] == []


def test_no_folder_for_the_copy_is_said_too(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(here.folder / "missing"))
    _picture(here.folder / "large.png", MEBIBYTE)
    here.write({"picture": "large.png"})
    done = here.apply()
    assert done.code == 1
    assert "cannot be copied, as it is before it is sent: no such file or directory" in done.err
    assert here.sent() == []
