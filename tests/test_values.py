"""Plain data: what counts as equal, and what a value says whatever it was written like."""

import pytest

from reconciler.values import Plain, content, digest, members, same, value_at

FILE: Plain = {"file": "me.jpg", "sha256": "a", "size": 1}
MOVED: Plain = {"file": "you.jpg", "sha256": "a", "size": 1}


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [(1, 1.0, True), (True, 1, False), (FILE, MOVED, True), ([FILE], [MOVED], True), ({"a": 1}, {"b": 1}, False)],
)
def test_equal_values_say_the_same_and_others_do_not(one: Plain, other: Plain, equal: bool) -> None:  # noqa: FBT001 - a case
    assert same(one, other) is equal
    assert (digest(content(one)) == digest(content(other))) is equal


def test_what_stands_at_a_path_is_found_and_nothing_is_none() -> None:
    value: Plain = {"seniority": {"start_date": {"year": 2020}}}
    assert value_at(value, ("seniority", "start_date", "year")) == 2020
    assert value_at(value, ("seniority", "end_date", "year")) is None
    assert members("text") == {}
