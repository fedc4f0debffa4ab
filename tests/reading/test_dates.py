"""What the dates that LinkedIn shows say about the months that were sent."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.reading.dates import (
    Agreement,
    SeenDate,
    compare_end,
    compare_start,
    end_to_write,
    read_date,
    start_to_write,
)


@pytest.mark.parametrize(
    ("text", "year", "month", "day"),
    [
        ("11/1/2021", 2021, 11, 1),
        ("2021-11-01", 2021, 11, 1),
        ("2021-11", 2021, 11, None),
        ("11/2021", 2021, 11, None),
        ("2021", 2021, None, None),
        (" 2/1/2018 ", 2018, 2, 1),
    ],
)
def test_every_form_is_read(text: str, year: int, month: int | None, day: int | None) -> None:
    assert read_date(text) == SeenDate(text, year, month, day)


@pytest.mark.parametrize(
    "text", ["", "Present", "13/1/2021", "2/30/2021", "0/0/2021", "1/1/0001", "Nov 2021", "١/١/٢٠٢١", "2021-1"]
)
def test_what_is_no_date_is_not_read(text: str) -> None:
    assert read_date(text) is None


def seen(text: str) -> SeenDate:
    found = read_date(text)
    assert found is not None
    return found


@given(st.dates(date(1950, 1, 1), date(2090, 12, 1)))
def test_an_end_is_equal_as_the_first_of_its_month_and_29_days_later(end: date) -> None:
    first = end.replace(day=1)
    for shown in (first, first + timedelta(days=29)):
        answer = compare_end(
            {"month": first.month, "year": first.year}, seen(f"{shown.month}/{shown.day}/{shown.year}")
        )
        assert answer is Agreement.EQUAL


def test_another_month_is_different() -> None:
    assert compare_start({"month": 3, "year": 2021}, seen("4/1/2021")) is Agreement.DIFFERENT
    assert compare_end({"month": 3, "year": 2021}, seen("2021-05")) is Agreement.DIFFERENT


@pytest.mark.parametrize("text", ["2021", "1/1/2021"])
def test_a_year_alone_says_nothing_about_the_month(text: str) -> None:
    assert compare_start({"month": 3, "year": 2021}, seen(text)) is Agreement.CANNOT_TELL
    assert compare_start({"month": 3, "year": 2020}, seen(text)) is Agreement.DIFFERENT


def test_january_is_equal_where_january_was_sent() -> None:
    assert compare_start({"month": 1, "year": 2021}, seen("1/1/2021")) is Agreement.EQUAL


def test_only_a_month_that_is_sure_is_written() -> None:
    assert start_to_write(seen("11/1/2021")) == {"month": 11, "year": 2021}
    assert start_to_write(seen("1/1/2021")) is None
    assert start_to_write(seen("2021")) is None
    assert end_to_write(seen("10/30/2021")) == {"month": 10, "year": 2021}
    assert end_to_write(seen("3/2/2021")) is None  # 1 February and 29 days, or March
    assert end_to_write(seen("2021-10")) == {"month": 10, "year": 2021}
