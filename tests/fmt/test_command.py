"""The command `fmt`: what it says, what it writes, and what it leaves alone."""

import os
import stat
from pathlib import Path

import pytest

from tests.world import World

RAW = "headline:  x # mine\ntype: LINKEDIN\naccount_id: a\n"
FORM = "headline: x # mine\ntype: LINKEDIN\naccount_id: a\n"


@pytest.fixture
def profile(here: World) -> Path:
    path = here.folder / "profile.yaml"
    path.write_text(RAW)
    return path


def test_fmt_formats_the_profile_and_then_has_nothing_to_do(here: World, profile: Path) -> None:
    done = here.cli("fmt")
    assert (done.code, done.out, done.err) == (0, "formatted: profile.yaml\n", "")
    assert profile.read_text() == FORM
    before = profile.stat()
    done = here.cli("fmt")
    assert (done.code, done.out, done.err) == (0, "", "")
    assert profile.stat() == before


def test_check_names_the_files_and_changes_nothing(here: World, profile: Path) -> None:
    (here.folder / "good.yaml").write_text(FORM)
    done = here.cli("fmt", "--check", "profile.yaml", "good.yaml")
    assert (done.code, done.out, done.err) == (1, "would format: profile.yaml\n", "")
    assert profile.read_text() == RAW
    assert here.cli("fmt", "--check", "good.yaml").code == 0


def test_a_link_stays_a_link_and_the_mode_stays(here: World, profile: Path) -> None:
    (here.folder / "real").mkdir()
    real = profile.rename(here.folder / "real" / "me.yaml")
    real.chmod(0o640)
    profile.symlink_to("real/me.yaml")
    assert here.cli("fmt").code == 0
    assert (profile.is_symlink(), real.read_text(), stat.S_IMODE(real.stat().st_mode)) == (True, FORM, 0o640)
    assert sorted(os.listdir(here.folder / "real")) == ["me.yaml"]


def test_one_file_that_cannot_be_read_does_not_stop_the_others(here: World, profile: Path) -> None:
    (here.folder / "bad.yaml").write_text("a: b: c\n")
    done = here.cli("fmt", "bad.yaml", "gone.yaml", "profile.yaml")
    assert (done.code, done.out) == (1, "formatted: profile.yaml\n")
    assert [line.split(": ")[0] for line in done.err.splitlines()] == ["bad.yaml:1:5", "gone.yaml"]
    assert profile.read_text() == FORM


@pytest.mark.parametrize("text", ["headline: a\nheadline: b\n", "headline:\n", "a: *b\n", "", "\xff\n"])
def test_a_file_with_problems_of_yaml_is_left_alone(here: World, profile: Path, text: str) -> None:
    profile.write_bytes(text.encode("latin-1"))
    assert here.cli("fmt").code == 1
    assert profile.read_bytes() == text.encode("latin-1")


def test_a_profile_that_is_not_valid_is_formatted_all_the_same(here: World, profile: Path) -> None:
    profile.write_text("headlin:   1\ntype: x\n")
    assert here.cli("fmt").code == 0
    assert profile.read_text() == "headlin: 1\ntype: x\n"


@pytest.mark.usefixtures("profile")
def test_a_link_out_of_the_folder_is_not_written_through(here: World) -> None:
    outside = here.folder / "outside.yaml"
    outside.write_text(RAW)
    inner = here.folder / "inner"
    inner.mkdir()
    (inner / "profile.yaml").symlink_to("../outside.yaml")
    done = here.cli("fmt", "inner/profile.yaml")
    assert (done.code, done.out, outside.read_text()) == (1, "", RAW)
    assert done.err.startswith("inner/profile.yaml: is a link out of its folder, to ")


def test_what_fmt_does_not_write_is_left_with_a_word(here: World, profile: Path) -> None:
    profile.write_text("? type\n: LINKEDIN\n")
    done = here.cli("fmt", "--check")
    assert (done.code, done.out) == (0, "")
    assert done.err == "profile.yaml:1: left as it is: fmt has no form for a key after ?\n"


def test_a_file_that_cannot_be_written_is_an_error(here: World, profile: Path) -> None:
    (here.folder / ".profile.yaml.tmp").mkdir()
    done = here.cli("fmt")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("profile.yaml: cannot be written: ")
    assert profile.read_text() == RAW


def test_fmt_shows_the_first_hundred_problems_and_counts_the_others(here: World, profile: Path) -> None:
    profile.write_text("type: LINKEDIN\n# " + "\u2028" * 1234)
    lines = here.cli("fmt").err.splitlines()
    assert (len(lines), lines[-1]) == (101, "1,234 problems, the first 100 shown; mend these first")
