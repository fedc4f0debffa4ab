"""When two texts are equal to a reader."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.reading.text import (
    Likeness,
    compare_texts,
    is_same_name,
    may_be_renamed,
    normalize,
    without_layout,
)

SAME = [
    ("a\r\nb", "a\nb"),
    ("caf\u00e9", "cafe\u0301"),
    ("a\u00a0b", "a b"),
    ("a\u2009b", "a b"),
    ("a\u200bb", "ab"),
    ("  a  \n b ", "a\nb"),
    ("\n\na\n\n\n\nb\n", "a\n\nb"),
    ("a\u2028b", "a\nb"),
]
LAYOUT = [
    ("a\nb", "a b"),
    ("a\n\nb", "a\nb"),
    ("• one\n• two", "- one\n- two"),
    ("it’s “fine”", 'it\'s "fine"'),
    ("a  b", "a b"),
]
DIFFERENT = [("a b", "ab"), ("a", "A"), ("a", ""), ("one two", "two one"), ("ﬁ", "fi")]


@pytest.mark.parametrize(("known", "seen"), SAME)
def test_same(known: str, seen: str) -> None:
    assert compare_texts(known, seen) is Likeness.SAME


@pytest.mark.parametrize(("known", "seen"), LAYOUT)
def test_layout(known: str, seen: str) -> None:
    assert compare_texts(known, seen) is Likeness.LAYOUT


@pytest.mark.parametrize(("known", "seen"), DIFFERENT)
def test_different(known: str, seen: str) -> None:
    assert compare_texts(known, seen) is Likeness.DIFFERENT


def test_names_are_equal_but_for_case() -> None:
    assert is_same_name("ACME  Inc.", "Acme Inc.")
    assert not is_same_name("Acme", "Acme Inc.")


@given(st.text())
def test_normal_forms_are_stable(text: str) -> None:
    assert normalize(normalize(text)) == normalize(text)
    assert without_layout(without_layout(text)) == without_layout(text)


@given(st.text(), st.text())
def test_comparing_has_no_direction(known: str, seen: str) -> None:
    assert compare_texts(known, seen) is compare_texts(seen, known)


@pytest.mark.parametrize(
    ("name", "shown", "may_be"),
    [
        ("x", "x, Inc.", True),
        ("Python", "Python (Programming Language)", True),
        ("Javascript", "JavaScripts", True),
        ("(", "( (Skill)", True),
        ("Go", "Cobol", False),
        ("Bank", "Beta", False),
        ("a" * 20_000, "b" * 20_000, False),
    ],
)
def test_a_name_may_be_linkedins_own_for_another(name: str, shown: str, may_be: bool) -> None:  # noqa: FBT001 - a table
    assert may_be_renamed(name, shown) is may_be
