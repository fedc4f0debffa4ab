"""A plan of many that is ended on its way: it exits as it was told to, and leaves no process and no file."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.reliability.processes import environment
from tests.world import World

PROFILES = 3  # two are at work, and one waits
PATIENCE = 60.0  # seconds until a test fails that would hang

# The main module is run in the processes beside it too. What looks at a profile says so, and waits for a byte.
PLAN = """
import os, sys
from reconciler.app import lookouts, processes

processes.MANY, processes._AT_A_TIME, processes._PATIENCE = 1, 1, 0.1
look = lookouts._look

def wait(*arguments):
    open(f"process-{os.getpid()}", "w").close()
    os.write(os.open("at-work", os.O_WRONLY), b".")  # and stays open as long as the process lives
    os.read(os.open("go", os.O_RDONLY), 1)
    return look(*arguments)

lookouts._look = wait
if __name__ == "__main__":
    from reconciler.cli.main import main
    sys.exit(main(sys.argv[1:]))
"""

# A process beside it hands over the first bytes of what it did, and is killed.
CUT_SHORT = """
import os, signal
from multiprocessing.connection import Connection

def cut_short(connection, content):
    os.write(connection.fileno(), len(content).to_bytes(4, "big") + bytes(content[:9]))
    os.kill(os.getpid(), signal.SIGKILL)

if __name__ != "__main__":
    Connection._send_bytes = cut_short
"""

BROKEN = """
from reconciler.app import lookouts

def broken(*_):
    raise RuntimeError("pp_live_secret")

if __name__ != "__main__":
    lookouts.prepare = broken
"""


class Planning:
    """A plan of many in a process group of its own, which waits in two processes; `go` lets these go on."""

    def __init__(self, process: "subprocess.Popen[str]", at_work: int, go: int) -> None:
        self.process, self.at_work, self.go = process, at_work, go

    def heard(self) -> bytes:
        """Wait for what the processes beside say next; nothing, once none of them is there any more."""
        assert select.select([self.at_work], [], [], PATIENCE)[0], "nothing happened"
        return os.read(self.at_work, 1)


@contextmanager
def planning(here: World, *command: str, script: str = PLAN) -> Iterator[Planning]:
    """Begin a plan of many, or another command that plans, and wait until two processes are at work on it."""
    (here.folder / "plan.py").write_text(script)
    for name in ("at-work", "go"):
        os.mkfifo(here.folder / name)
    (here.folder / "tmp").mkdir()
    for number in range(PROFILES):
        profile = f"type: LINKEDIN\naccount_id: acc_{number}\nheadline: h\n"
        (here.folder / f"p{number}.yaml").write_text(profile)
    at_work = os.open(here.folder / "at-work", os.O_RDONLY | os.O_NONBLOCK)
    go = os.open(here.folder / "go", os.O_RDWR)
    process = subprocess.Popen(
        [sys.executable, "plan.py", *(command or ("plan", "."))],
        cwd=here.folder,
        env=environment(here, TMPDIR=str(here.folder / "tmp")),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        begun = Planning(process, at_work, go)
        assert begun.heard() + begun.heard() == b".."
        yield begun
    finally:
        process.kill()
        process.communicate()
        os.close(at_work)
        os.close(go)


def files_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if "__pycache__" not in path.parts}


@pytest.mark.parametrize("to_all", [True, False], ids=["to the group, as a terminal does", "to the process"])
def test_an_interrupt_ends_a_plan_of_many_with_all_its_processes(here: World, *, to_all: bool) -> None:
    with planning(here) as plan:
        before = files_in(here.folder)
        (os.killpg if to_all else os.kill)(plan.process.pid, signal.SIGINT)
        os.write(plan.go, b"." * PROFILES)
        out, err = plan.process.communicate(timeout=PATIENCE)
        assert (plan.process.returncode, out) == (130, "")
        assert err.strip().startswith("interrupted")
        while plan.heard():  # what waited may have been begun
            pass
        assert files_in(here.folder) == before


def test_an_interrupt_waits_for_no_profile_at_work(here: World) -> None:
    with planning(here) as plan:
        os.kill(plan.process.pid, signal.SIGINT)
        out, err = plan.process.communicate(timeout=PATIENCE)
        assert (plan.process.returncode, out) == (130, "")
        assert err.strip().startswith("interrupted")
        assert plan.heard() == b""


def test_a_second_interrupt_while_many_are_planned_leaves_no_process(here: World) -> None:
    with planning(here) as plan:
        for _ in range(2):
            os.killpg(plan.process.pid, signal.SIGINT)
        os.write(plan.go, b"." * PROFILES)
        plan.process.communicate(timeout=PATIENCE)
        assert plan.process.returncode in (130, -signal.SIGINT)
        while plan.heard():
            pass


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM], ids=["its terminal is closed", "it is stopped"])
def test_a_group_that_is_ended_while_many_are_planned_says_so_in_one_line(here: World, number: signal.Signals) -> None:
    with planning(here, "apply", ".", "--auto-approve", "--first-apply") as plan:
        os.killpg(plan.process.pid, number)
        os.write(plan.go, b"." * PROFILES)
        out, err = plan.process.communicate(timeout=PATIENCE)
        assert (plan.process.returncode, out, err) == (128 + number, "", "terminated: nothing more was done\n")
        while plan.heard():  # what waited may have been begun
            pass


def test_a_process_that_the_system_ends_is_told_and_not_waited_for(here: World) -> None:
    with planning(here) as plan:
        beside = next(here.folder.glob("process-*"))
        os.kill(int(beside.name.partition("-")[2]), signal.SIGKILL)
        out, err = plan.process.communicate(timeout=PATIENCE)
        assert (plan.process.returncode, out) == (1, "")
        assert err.startswith("one of the processes that read profiles was ended by the system; ")


def test_a_process_that_is_killed_in_mid_result_is_not_waited_for(here: World) -> None:
    with planning(here, script=CUT_SHORT + PLAN) as plan:
        os.write(plan.go, b"." * PROFILES)
        out, err = plan.process.communicate(timeout=PATIENCE)
        assert (plan.process.returncode, out) == (1, "")
        assert err.startswith("one of the processes that read profiles was ended by the system; ")
        while plan.heard():
            pass


def test_the_processes_of_a_plan_of_many_end_where_it_is_killed(here: World) -> None:
    with planning(here) as plan:
        before = files_in(here.folder)
        plan.process.kill()
        assert plan.heard() == b""
        assert plan.process.wait(timeout=PATIENCE) == -signal.SIGKILL
        assert files_in(here.folder) == before


def test_an_internal_error_of_a_process_names_the_place_where_it_arose(here: World) -> None:
    """It named the lines in which what the process answered is read."""
    with planning(here, script=BROKEN + PLAN) as plan:
        os.write(plan.go, b"." * PROFILES)
        out, err = plan.process.communicate(timeout=PATIENCE)
        assert (plan.process.returncode, out) == (70, "")
        assert err.startswith("internal error: RuntimeError at ")
        assert " > plan.py:" in err.partition(" in reconciler ")[0]
        assert "pp_live_secret" not in err
