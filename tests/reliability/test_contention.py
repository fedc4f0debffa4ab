"""Several applies at once on one state: one works, the others say who does."""

import errno
import fcntl
import json
import os
import re
from collections import Counter

import pytest

from tests.reliability.laws import check_no_debris, check_nothing_twice, check_truth
from tests.reliability.processes import APPLY, start
from tests.world import PNG, World

PROCESSES = 8
ENTRIES = {f"job-{number}": {"role": f"Role {number}", "company": "c"} for number in range(4)}
HELD = re.compile(r"another apply holds this state: (process \d+, since \S+|a process that has just started)")


def check(here: World) -> None:
    counts = Counter(job["role"] for job in here.live()["experience"])
    assert counts == dict.fromkeys((entry["role"] for entry in ENTRIES.values()), 1)
    check_nothing_twice(here)
    check_truth(here)
    check_no_debris(here)


@pytest.mark.parametrize("rounds", [1, pytest.param(20, marks=pytest.mark.torture)])
def test_eight_applies_at_once_add_everything_once_and_the_losers_say_who_holds_the_lock(
    here: World, rounds: int
) -> None:
    for _ in range(rounds):
        here.simulator.memory.clear()
        here.state_path.unlink(missing_ok=True)
        here.write({"headline": "h", "experience": ENTRIES})
        for _ in range(2):
            running = [start(here, *APPLY) for _ in range(PROCESSES)]
            ended = [(process, process.communicate(timeout=120)[1]) for process in running]
            for process, err in ended:
                assert process.returncode == 0 or (process.returncode == 1 and HELD.search(err)), err
            assert any(process.returncode == 0 for process, _ in ended)
        check(here)
        assert len(here.sent()) == 1 + len(ENTRIES)


def test_those_that_wait_for_the_lock_find_nothing_to_do(here: World) -> None:
    here.write({"headline": "h", "experience": ENTRIES})
    here.simulator.faults.add(["delay=0.3"])
    running = [start(here, *APPLY, "--lock-timeout", "100") for _ in range(PROCESSES)]
    ended = [(process, *process.communicate(timeout=120)) for process in running]
    assert [process.returncode for process, _, _ in ended] == [0] * PROCESSES
    assert sum("applied" in err for _, _, err in ended) == 1
    assert all("waiting for the lock" in err or "no changes" in out or "applied" in err for _, out, err in ended)
    check(here)
    assert len(here.sent()) == 1 + len(ENTRIES)


def test_what_waited_for_the_lock_reads_the_profile_anew(here: World) -> None:
    here.write({"headline": "before", "picture": "me.png"})
    here.folder.joinpath("me.png").write_bytes(PNG)
    with open(f"{here.state_path}.lock", "w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        process = start(here, *APPLY, "--lock-timeout", "60")
        assert process.stderr is not None
        assert "waiting for the lock" in process.stderr.readline()
        here.write({"headline": "after", "picture": "me.png"})
        here.folder.joinpath("me.png").write_bytes(PNG + b"2")
        os.unlink(held.name)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert "before" not in out
    assert here.live()["sections"]["headline"] == "after"
    assert here.live()["sections"]["picture"]["size"] == len(PNG) + 1
    assert len(here.sent()) == 1
    here.write({"headline": "before"})
    assert here.apply().code == 0  # what it recorded is what it sent
    assert here.live()["sections"]["headline"] == "before"


def test_planning_and_showing_need_no_lock(here: World) -> None:
    here.write({"headline": "h"})
    assert here.apply().code == 0
    here.write({"headline": "i"})
    with open(f"{here.state_path}.lock", "w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        json.dump({"pid": os.getpid(), "since": "2026-01-02T03:04:05Z"}, held)
        held.flush()
        assert here.cli("plan").code == 0
        assert here.cli("state", "show").code == 0
        done = here.apply()
        assert done.code == 1
        assert f"process {os.getpid()}, since 2026-01-02T03:04:05Z" in done.err
        waited = here.apply("--lock-timeout", "0.05")
        assert waited.code == 1
        assert "waiting for the lock: process" in waited.err
        verb = here.cli("state", "rm", "headline")
        assert verb.code == 1
        assert "another apply holds this state" in verb.err
    assert here.apply().code == 0
    check_no_debris(here)


def test_a_lock_file_that_a_crash_left_is_in_nobodys_way(here: World) -> None:
    here.write({"headline": "h"})
    here.folder.joinpath("profile.state.json.lock").write_text("{half a")
    here.folder.joinpath(".profile.state.json.tmp").write_text("{half a")
    assert here.apply().code == 0
    check_no_debris(here)


def test_a_file_system_without_locks_is_said_to_be_one(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_locks(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    here.write({"headline": "h"})
    monkeypatch.setattr(fcntl, "flock", no_locks)
    done = here.apply()
    assert (done.code, here.sent()) == (1, [])
    assert "profile.state.json.lock" in done.err
    assert os.strerror(errno.ENOLCK) in done.err
