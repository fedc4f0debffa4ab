"""A state file as a person keeps it: its mode, its encoding, its place, and what lies beside it."""

import os
import shutil
import stat
import subprocess

import pytest

from tests.reliability.processes import COMMAND, environment
from tests.world import World


def applied(here: World) -> World:
    here.write({"headline": "x"})
    assert here.apply().code == 0
    return here


def mode(here: World) -> int:
    return stat.S_IMODE(here.state_path.stat().st_mode)


def test_a_new_state_is_its_owners_alone_and_the_mode_that_one_gives_it_is_kept(here: World) -> None:
    applied(here)
    assert mode(here) == 0o600
    here.state_path.chmod(0o644)
    here.write({"headline": "y"})
    assert (here.apply().code, mode(here)) == (0, 0o644)
    assert (here.cli("state", "rm", "headline").code, mode(here)) == (0, 0o644)


def test_a_state_that_an_editor_saved_with_a_byte_order_mark_is_read(here: World) -> None:
    applied(here)
    here.state_path.write_bytes(b"\xef\xbb\xbf" + here.state_path.read_bytes())
    done = here.cli("plan")
    assert (done.code, "no changes" in done.out) == (0, True)
    here.write({"headline": "y"})
    assert here.apply().code == 0
    assert here.state_path.read_bytes()[:1] == b"{"


def test_a_state_is_read_in_as_much_memory_as_it_takes(here: World) -> None:
    """A buffer of the largest size allowed was made for every state, and failed where memory is short."""
    applied(here)
    command = f"ulimit -v 80000; exec {' '.join(COMMAND)} state list"
    done = subprocess.run(
        ["bash", "-c", command], cwd=here.folder, env=environment(here), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_state_that_was_named_once_is_named_again_where_that_is_forgotten(here: World) -> None:
    """All was planned as new where the state had another name than the usual one."""
    here.write({"headline": "x"})
    here.apply("--state", "s.json")
    (here.folder / "other.json").write_text('{"account_id": "acc_1"}', encoding="utf-8")  # no state, whatever it is
    for command in ("plan", "apply"):
        done = here.cli(command)
        assert (done.code, "s.json" in done.err, "profile.state.json" in done.err) == (1, True, True)


def test_a_rescue_file_without_its_state_is_said_to_be_put_back(here: World) -> None:
    applied(here)
    here.state_path.rename(here.folder / "profile.rescue.json")
    done = here.cli("plan")
    assert (done.code, "`reconciler state restore profile.rescue.json`" in done.err) == (1, True)
    assert here.cli("state", "restore", "profile.rescue.json").code == 0
    assert here.cli("plan").code == 0


def test_restore_of_what_the_state_holds_exits_as_done(here: World) -> None:
    """Where the fsync of the folder fails, the state is in place, and the rescue file beside it says the same."""
    applied(here)
    shutil.copy(here.state_path, here.folder / "profile.rescue.json")
    before = here.state_path.read_bytes()
    assert (here.cli("state", "restore", "profile.rescue.json").code, here.state_path.read_bytes()) == (0, before)


@pytest.mark.parametrize("name", ["profile.state.json", "./profile.state.json"])
def test_a_plan_is_not_saved_where_the_state_belongs(here: World, name: str) -> None:
    here.write({"headline": "x"})
    done = here.cli("plan", "--out", name)
    assert (done.code, here.state_path.exists()) == (1, False)


def test_a_state_is_not_kept_among_the_systems_files(here: World) -> None:
    """As root, the state of a profile that came through standard input was written to /dev."""
    here.write({"headline": "x"})
    with (here.folder / here.name).open("rb") as profile:
        for command in ("plan", "apply"):
            done = subprocess.run(
                [*COMMAND, command, "/dev/stdin"],
                cwd=here.folder,
                env=environment(here),
                stdin=profile,
                capture_output=True,
                text=True,
                check=False,
            )
            assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stderr


def test_an_empty_file_of_pairs_is_said_to_hold_none(here: World) -> None:
    applied(here)
    (here.folder / "pairs.txt").write_text("# none yet\n", encoding="utf-8")
    assert "holds no pairs" in here.cli("state", "adopt", "--from", "pairs.txt").err
    assert "holds no pairs" in here.cli("state", "adopt", "--from", "/dev/null").err
    os.mkfifo(here.folder / "pipe")
    assert "or - and pipe it in" in here.cli("state", "adopt", "--from", "pipe").err


@pytest.mark.parametrize("account", [" acc_2", "acc_2 ", "\tacc_2"])
def test_an_account_id_with_blanks_at_its_ends_is_refused(here: World, account: str) -> None:
    applied(here)
    assert here.cli("state", "account", account).code == 1
