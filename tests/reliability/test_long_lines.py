"""Texts of as many characters as a file may have, at which a pattern that looks back would work for hours."""

import signal
from collections.abc import Iterator
from types import FrameType

import pytest

from tests.app.test_selection import git
from tests.world import ACCOUNT, World

LONG = 900_000
SECONDS = 30
HEAD = f"type: LINKEDIN\naccount_id: {ACCOUNT}\n"
JOB = "experience:\n  acme:\n    role: x\n    company: y\n"


@pytest.fixture(autouse=True)
def _in_time() -> Iterator[None]:
    """Fail a test that takes longer than any of these may."""

    def end(number: int, frame: FrameType | None) -> None:
        del number, frame
        raise AssertionError(f"it takes more than {SECONDS} s")

    before = signal.signal(signal.SIGALRM, end)
    signal.alarm(SECONDS)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize(
    "text",
    [
        f'skills: "a{" " * LONG}b"\n',
        f'{JOB}    seniority: "a{" " * LONG}b"\n',
        f'experience: {{acme: {{role: "{"-" * LONG}", company: *x}}}}\n',
    ],
    ids=["text for a list", "text for a time", "an alias behind a text"],
)
def test_a_long_line_is_told_as_wrong(here: World, text: str) -> None:
    here.write_text(HEAD + text)
    done = here.cli("validate", here.name)
    assert done.code == 1
    assert done.out.startswith(f"{here.name}:")


def test_a_name_of_any_length_is_read(here: World) -> None:
    here.write_text(f"# name: Ada{' ' * LONG}Lovelace   \n{HEAD}headline: x\n")
    assert here.cli("preview", here.name, "--out", "page.html").code == 0
    assert f"Ada{' ' * LONG}Lovelace<" in (here.folder / "page.html").read_text(encoding="utf-8")


def test_blank_lines_of_any_number_are_looked_through_for_what_changed(here: World) -> None:
    here.write_text(HEAD + "headline: x\n" + "\n" * LONG)
    for arguments in (("init", "-q"), ("add", here.name), ("commit", "-qm", "x")):
        git("-C", str(here.folder), *arguments)
    done = here.cli("validate", "--changed", here.name)
    assert (done.code, done.out) == (0, "")


def test_a_conflict_of_any_length_is_told(here: World) -> None:
    here.write({"headline": "x"})
    here.state_path.write_text(f"<<<<<<< a\n{chr(10) * LONG}=======\n>>>>>>> b\n", encoding="utf-8")
    done = here.cli("plan", here.name)
    assert done.code == 1
    assert "merge conflict" in done.err
