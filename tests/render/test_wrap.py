"""Lines in a narrow terminal."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.render.paint import Paint
from reconciler.render.wrap import columns, wrapped

COMMAND = "`reconciler state adopt experience.acme https://www.linkedin.com/in/me/ --profile ada.yaml`"
LINE = f"    it is not known which entry this is; run {COMMAND}, or edit the entry by hand"


def test_what_fits_stays_as_it_is() -> None:
    assert wrapped("a  b\n  c", 80) == "a  b\n  c"


def test_what_follows_hangs_under_the_first_line() -> None:
    assert wrapped("  one two three four five", 20) == "  one two three four\n    five"


@pytest.mark.parametrize("width", [20, 39, 40, 80, 120])
def test_a_command_is_never_broken(width: int) -> None:
    lines = wrapped(LINE, width).split("\n")
    assert sum(COMMAND in line for line in lines) == 1
    assert all(columns(line) <= width or COMMAND in line for line in lines)


@pytest.mark.parametrize("width", [0, 1, 19])
def test_a_terminal_that_is_too_narrow_gets_the_line_whole(width: int) -> None:
    assert wrapped(LINE, width) == LINE


def test_colours_take_no_columns_and_wide_letters_take_two() -> None:
    assert columns(Paint(color=True).bold("abc")) == 3
    assert columns("日本") == 4
    assert columns("e\u0301") == 1


@given(st.text(alphabet="ab `-日\u0301", max_size=80), st.integers(20, 60))
def test_no_word_is_lost_or_changed(line: str, width: int) -> None:
    assert re.sub(r"\s", "", wrapped(line, width)) == re.sub(r"\s", "", line)
