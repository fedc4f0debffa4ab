import contextlib
import json
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from reconciler.problem import LockedError, StateError
from reconciler.state.applied import Applied, Forgotten, Kept, Look, Pending, Reads, Record, Sending, Source
from reconciler.state.format import read_state, write_state
from reconciler.state.kinds import MAX_SERIAL
from reconciler.state.paths import rescue_path, state_path
from reconciler.state.storage import (
    SaveError,
    load_state,
    locked,
    new_state,
    other_state,
    write,
    write_durably,
    write_rescue,
)

NOW = "2026-01-02T03:04:05Z"
WHOLE = Applied(
    "l",
    2,
    "w",
    "acc",
    {
        "headline": Record("x", NOW, "apply", seen=Look(NOW, "api", "0" * 64)),
        "experience.a": Record({"role": "é"}, NOW, "resolve", "7", "resolve"),
    },
    {"skills": Forgotten(["a"], NOW)},
    (
        Pending("r", "k", ("summary",), {"summary": Sending("y")}, NOW, answered=True),
        Pending(
            "r3",
            "k3",
            ("experience.a",),
            {"experience.a": Sending({"role": "é"}, "7", "file", ("role",), notify_network=True)},
            NOW,
        ),
    ),
    {"r2": Kept("k2", {"headline": None, "experience.a": "7"})},
    Source("p", {"me.jpg": "d"}, "0", "s"),
    Reads(NOW, {"experience": NOW, "experience.a": NOW}),
)


def test_a_state_reads_back_as_it_was_written() -> None:
    text = write_state(WHOLE)
    assert (read_state(text, "f"), text[-1]) == (WHOLE, "\n")


def test_a_state_is_0600_and_its_serial_grows(tmp_path: Path) -> None:
    path = str(tmp_path / "p.state.json")
    first = write(path, new_state("acc"))
    second = write(path, first)
    assert (first.serial, second.serial, first.write != second.write) == (1, 2, True)
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert load_state(path) == second
    assert os.listdir(tmp_path) == ["p.state.json"]


def test_a_write_that_fails_leaves_the_file_and_says_what_it_should_hold(tmp_path: Path) -> None:
    with pytest.raises(SaveError) as raised:
        write(str(tmp_path / "none" / "p.state.json"), new_state("acc"))
    assert json.loads(raised.value.text)["serial"] == 1


def test_a_text_that_cannot_be_encoded_leaves_no_temporary_file(tmp_path: Path) -> None:
    with pytest.raises(UnicodeEncodeError):
        write_durably(str(tmp_path / "x.json"), "\udcff")
    assert list(tmp_path.iterdir()) == []


def test_a_serial_that_cannot_grow_is_not_written_past_what_is_read(tmp_path: Path) -> None:
    path = str(tmp_path / "ada.state.json")
    with pytest.raises(SaveError, match="its serial cannot grow any more"):
        write(path, replace(new_state("acc_1"), serial=MAX_SERIAL))
    assert not os.path.exists(path)


def test_paths_of_state_and_rescue_file() -> None:
    assert state_path("d/ada.yaml") == "d/ada.state.json"
    assert rescue_path("d/ada.state.json") == "d/ada.rescue.json"


def test_a_state_that_is_a_link_or_a_pipe_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").write_text(write_state(WHOLE))
    os.symlink(tmp_path / "real", tmp_path / "link")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(StateError, match="symbolic link"):
        load_state(str(tmp_path / "link"))
    with pytest.raises(StateError, match="not a regular file"):
        load_state(str(tmp_path / "pipe"))


def test_a_lock_is_held_by_one_and_leaves_nothing_behind(tmp_path: Path) -> None:
    path = str(tmp_path / "p.state.json")
    holder = f"process {os.getpid()}, since {NOW}"
    with locked(path, NOW), pytest.raises(LockedError, match=holder), locked(path, NOW):
        pass
    assert os.listdir(tmp_path) == []
    with locked(path, NOW):
        pass


def test_a_lock_file_that_is_a_link_is_refused(tmp_path: Path) -> None:
    os.symlink(tmp_path / "victim", tmp_path / "p.state.json.lock")
    with pytest.raises(StateError, match="symbolic link"), locked(str(tmp_path / "p.state.json"), NOW):
        pass
    assert not (tmp_path / "victim").exists()


def test_a_rescue_file_takes_a_free_name(tmp_path: Path) -> None:
    path = str(tmp_path / "p.state.json")
    names = [write_rescue(path, "x"), write_rescue(path, "y")]
    assert [os.path.basename(name or "") for name in names] == ["p.rescue.json", "p.rescue-2.json"]


def test_another_state_of_the_account_is_found(tmp_path: Path) -> None:
    write(str(tmp_path / "other.state.json"), new_state("acc"))
    assert other_state(str(tmp_path / "p.state.json"), "acc") == str(tmp_path / "other.state.json")
    assert other_state(str(tmp_path / "p.state.json"), "acc2") is None


def test_a_merge_conflict_is_named_with_both_serials() -> None:
    text = write_state(WHOLE).replace(
        '  "serial": 2,\n', '<<<<<<< HEAD\n  "serial": 2,\n=======\n  "serial": 3,\n>>>>>>> other\n'
    )
    with pytest.raises(StateError, match=r"merge conflict.*serials 2 and 3"):
        read_state(text, "f")


def test_a_newer_state_is_refused() -> None:
    with pytest.raises(StateError, match="knows up to 1; install a newer reconciler"):
        read_state('{"version": 2}', "f")


@given(st.data())
def test_a_damaged_state_is_an_error_and_never_a_crash(data: st.DataObject) -> None:
    text = write_state(WHOLE)
    at = data.draw(st.integers(0, len(text) - 1))
    put = data.draw(st.sampled_from(["", "{", "}", '"', "null", "1", "[", "é", "\x00", "\ud800", "}" * 99]))
    broken = text[:at] + put + text[at + data.draw(st.integers(0, 9)) :]
    with contextlib.suppress(StateError):
        assert read_state(broken, "f").lineage
