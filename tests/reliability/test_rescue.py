"""The disk fails in the middle of a run: what is live is rescued, and put back."""

import errno
import io
import json
import os
import sys
from collections.abc import Callable
from typing import Any

import pytest

from reconciler.state.paths import rescue_path
from tests.reliability.laws import check_nothing_twice, check_truth, pending_addresses, state_of
from tests.world import ACCOUNT, World

JOBS = {"one": {"role": "Founder", "company": "One"}, "two": {"role": "Author", "company": "Two"}}
PROFILE = {"headline": "h", "experience": JOBS}


class Disk:
    """Fails the renames of the state from the Nth on, and whatever else it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.monkeypatch = monkeypatch
        self.renames = 0

    def fail(self, name: str, when: Callable[..., bool], reason: int = errno.ENOSPC) -> None:
        real = getattr(os, name)

        def failing(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - whatever the call takes
            if when(*arguments):
                raise OSError(reason, os.strerror(reason))
            return real(*arguments, **options)

        self.monkeypatch.setattr(os, name, failing)

    def fail_renames(self, *numbers: int) -> None:
        def mine(*arguments: Any) -> bool:  # noqa: ANN401 - whatever the call takes
            if str(arguments[1]).endswith("profile.state.json"):
                self.renames += 1
            return self.renames in numbers

        self.fail("rename", mine)

    def mend(self) -> None:
        self.monkeypatch.undo()


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


EVER = range(1, 1000)


def test_nothing_is_sent_that_cannot_be_recorded_first(here: World, disk: Disk) -> None:
    here.write(PROFILE)
    disk.fail_renames(*EVER)
    done = here.apply()
    assert (done.code, here.sent(), here.state_path.exists()) == (1, [], False)
    assert f"profile.state.json: {os.strerror(errno.ENOSPC)}" in done.err
    assert "not tried: headline, experience.one, experience.two" in done.err
    assert [path.name for path in here.folder.iterdir()] == ["profile.yaml"]


@pytest.mark.parametrize("write", [2, 4, 6])
def test_what_is_live_and_cannot_be_recorded_is_rescued_and_restored(here: World, disk: Disk, write: int) -> None:
    here.write(PROFILE)
    disk.fail_renames(write)
    done = here.apply()
    disk.mend()
    assert done.code == 1
    assert len(here.sent()) == write // 2
    assert "`reconciler state restore profile.rescue.json" in done.err
    check_truth(here)
    assert pending_addresses(here.state())
    restored = here.cli("state", "restore", "profile.rescue.json")
    assert restored.code == 0, restored.err
    assert pending_addresses(here.state()) == set()
    check_truth(here)
    assert here.apply().code == 0
    assert here.plan()["changes"] == []
    check_nothing_twice(here)
    assert len(here.sent()) == 3
    twice = here.cli("state", "restore", "profile.rescue.json")
    assert twice.code == 1


def test_a_rescue_file_is_private_and_follows_no_link(here: World, disk: Disk) -> None:
    here.write(PROFILE)
    victim = here.folder / "victim"
    (here.folder / "profile.rescue.json").symlink_to(victim)
    disk.fail_renames(2)
    assert "profile.rescue-2.json" in here.apply().err
    assert not victim.exists()
    assert (here.folder / "profile.rescue-2.json").stat().st_mode & 0o777 == 0o600


def test_without_a_rescue_file_the_text_goes_to_the_terminal_and_restores_from_there(
    here: World, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = {"type": "LINKEDIN", "account_id": ACCOUNT, "headline": "\x9b\u202e\x7f é", "experience": JOBS}
    (here.folder / "profile.yaml").write_text(json.dumps(profile).replace("\x7f", "\\u007f"))
    disk.fail_renames(6)
    disk.fail("open", lambda path, *_: "rescue" in str(path), errno.EROFS)
    done = here.apply()
    disk.mend()
    assert done.code == 1
    assert "what is live stands nowhere on disk" in done.err
    text = done.err[done.err.index("{") :]
    assert text.isascii()
    assert "\x7f" not in text
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert here.cli("state", "restore", "-").code == 0
    assert here.apply().code == 0
    assert here.plan()["changes"] == []
    assert len(here.sent()) == 3


def test_a_rescue_file_that_cannot_be_finished_is_taken_away(here: World, disk: Disk) -> None:
    here.write(PROFILE)
    disk.fail_renames(2)
    disk.fail("fsync", lambda descriptor: os.readlink(f"/proc/self/fd/{descriptor}").endswith("rescue.json"))
    done = here.apply()
    assert "what is live stands nowhere on disk" in done.err
    assert not list(here.folder.glob("*rescue*"))


def test_a_refusal_that_cannot_be_recorded_leaves_the_add_in_doubt_and_the_rescue_file_knows_better(
    here: World, disk: Disk
) -> None:
    here.write({"experience": {"one": JOBS["one"]}})
    here.simulator.faults.add(["error=unprocessable_entity"])
    disk.fail_renames(2)
    done = here.apply()
    disk.mend()
    assert done.code == 1
    assert "experience.one: not applied" in done.err
    assert here.plan()["in_doubt"] == ["experience.one"]
    assert here.cli("state", "restore", "profile.rescue.json").code == 0
    assert here.plan()["in_doubt"] == []
    assert here.apply().code == 0
    assert len(here.live()["experience"]) == 1


def test_a_folder_that_cannot_be_synced_sends_nothing_and_leaves_nothing_pending(here: World, disk: Disk) -> None:
    here.write({"experience": {"one": JOBS["one"]}})
    failed: list[bool] = []

    def first(descriptor: int) -> bool:
        if os.path.isdir(f"/proc/self/fd/{descriptor}") and not failed:
            failed.append(True)
            return True
        return False

    disk.fail("fsync", first, errno.EIO)
    done = here.apply()
    assert (done.code, here.sent()) == (1, [])
    assert pending_addresses(state_of(here)) == set()
    assert here.apply().code == 0


def test_a_file_system_without_syncing_of_folders_will_do(here: World, disk: Disk) -> None:
    here.write(PROFILE)
    disk.fail("fsync", lambda descriptor: os.path.isdir(f"/proc/self/fd/{descriptor}"), errno.EINVAL)
    assert here.apply().code == 0


def test_a_full_disk_under_the_lock_is_no_internal_error(here: World, disk: Disk) -> None:
    here.write(PROFILE)
    disk.fail("pwrite", lambda *_: True)
    assert here.apply().code == 0


def test_a_verb_whose_write_fails_changes_nothing(here: World, disk: Disk) -> None:
    here.write(PROFILE)
    assert here.apply().code == 0
    before = here.state_path.read_bytes()
    disk.fail_renames(*EVER)
    done = here.cli("state", "rm", "headline")
    assert (done.code, here.state_path.read_bytes()) == (1, before)
    assert "the state cannot be written: No space left on device" in done.err


def test_the_last_answer_and_the_digests_that_make_the_next_apply_quick_are_written_at_once(
    here: World, disk: Disk
) -> None:
    here.write({"headline": "h"})
    disk.fail_renames(3)
    done = here.apply()
    assert (done.code, disk.renames) == (0, 2)
    assert "source" in here.state()


def test_what_is_only_recorded_is_written_at_once(here: World, disk: Disk) -> None:
    here.write({"headline": "h", "summary": "s"})
    assert here.apply().code == 0
    here.write({"headline": "h"})
    disk.fail_renames(2)
    done = here.apply()
    assert (done.code, disk.renames) == (0, 1)
    assert "source" in here.state()


def test_restore_refuses_what_is_of_another_state_or_no_state(here: World) -> None:
    here.write(PROFILE)
    assert here.apply().code == 0
    other = {**here.state(), "lineage": "another", "serial": 99}
    (here.folder / "other.json").write_text(json.dumps(other))
    (here.folder / "none.json").write_text("{}")
    for name, why in (("other.json", "another state"), ("none.json", "its version is None"), ("gone", "no such file")):
        done = here.cli("state", "restore", name)
        assert (done.code, why in done.err) == (1, True), done.err


def test_a_rescue_file_lies_beside_its_state_whatever_the_folder_is_called() -> None:
    names = [rescue_path("my.rescue.d/p.state.json", number) for number in (1, 2)]
    assert names == ["my.rescue.d/p.rescue.json", "my.rescue.d/p.rescue-2.json"]
