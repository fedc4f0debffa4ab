import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reconciler.address import KEY, slug
from reconciler.importing.dates import Date, read_date
from reconciler.importing.entries import numbered
from reconciler.importing.texts import clean, decoded, may_be_flattened, unfit, unique
from reconciler.importing.yaml_text import comment, commented, member
from reconciler.profile import document

ANY = st.text(st.characters(), max_size=30)
HELD = ANY.map(clean)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("Mar 2020", Date(2020, 3)),
        ("September 2025", Date(2025, 9)),
        ("Sept 2025", Date(2025, 9)),
        ("  may  2019 ", Date(2019, 5)),
        ("Dec. 2019", Date(2019, 12)),
        ("2024", Date(2024)),
        ("Aug 5, 2026", Date(2026, 8, 5)),
        ("5 Aug 2026", Date(2026, 8, 5)),
        ("2020-03", Date(2020, 3)),
        ("2020-3-1", Date(2020, 3, 1)),
        ("2020-03-01T00:00:00Z", Date(2020, 3, 1)),
        ("3/2020", Date(2020, 3)),
        ("", None),
        ("Ju 2020", None),
        ("mars 2020", None),
        ("Mar-20", None),
        ("2020-13", None),
        ("0999", None),
        ("2020-03-01 and more", None),
        ("Present", None),
        ("٢٠٢٠", None),
    ],
)
def test_dates_are_read_as_far_as_they_go(text: str, date: Date | None) -> None:
    assert read_date(text) == date


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Acme Staff Engineer", "acme-staff-engineer"),
        ("École & Søn: Straße", "ecole-son-strasse"),
        ("L'Oréal", "loreal"),
        ("C++ / C#", "c-c"),
        ("Ａcme™ Łódź", "acmetm-lodz"),
        ("株式会社", ""),
        ("Яндекс (Yandex)", "yandex"),
        ("word " * 20, "word-word-word-word-word-word-word-word-word-word-word-word"),
        ("x" * 100, "x" * 60),
    ],
)
def test_keys_are_readable(text: str, key: str) -> None:
    assert slug(text) == key


@given(ANY)
def test_a_key_is_a_key_or_nothing(text: str) -> None:
    key = slug(text)
    assert key == "" or KEY.fullmatch(key)


def test_keys_are_unique_also_where_a_number_is_taken() -> None:
    assert numbered(["a", "a-2", "a", "a"]) == ["a", "a-2", "a-3", "a-4"]


@pytest.mark.parametrize(
    ("text", "flattened"),
    [
        ("One short paragraph, as it was written.", False),
        ("Two lines,\nkept.", False),
        ("Long, " * 40 + "\nand with a break.", False),
        ("Built it.  Ran it.", True),
        ("• Built it • Ran it", True),
        ("Tasks: • Built it", True),
        ("- Built it - Ran it", True),
        ("- Built it", True),
        ("1. Built it 2. Ran it", True),
        ("From 2019 - 2020 on loan", False),
        ("x" * 160, False),
        ("x" * 161, True),
    ],
)
def test_prose_may_have_lost_its_line_breaks(text: str, flattened: bool) -> None:  # noqa: FBT001 - a table
    assert may_be_flattened(text) is flattened


def test_entities_are_decoded_once_and_only_whole_ones() -> None:
    assert decoded("R&D &amp; &quot;x&quot; &#39;y&#x27; &lt;b&gt; &amp;amp; a&copy=b &nosuch;") == (
        "R&D & \"x\" 'y' <b> &amp; a&copy=b &nosuch;"
    )


def test_texts_lose_what_no_profile_holds_and_it_is_counted() -> None:
    odd = "a\r\nb\rc\x00\x07\x85\ud800\ufffe\td\u2028é\u200d"
    assert (clean(odd), unfit(odd)) == ("a\nb\nc\td\u2028é\u200d", 5)


def test_repeated_texts_are_told_apart_from_first_ones() -> None:
    assert unique(["Python", "Go", "python", "Go", "C  Sharp", "c sharp"]) == (
        ("Python", "Go", "C  Sharp"),
        ("python", "Go", "c sharp"),
    )


@pytest.mark.parametrize("exact", [True, False], ids=["libyaml", "pure"])
@given(text=st.one_of(HELD, HELD.map(lambda text: text * 9), st.lists(HELD, min_size=2).map("\n".join)))
@example(text="one\u2028two\u2029three")
def test_what_is_written_is_read_back(exact: bool, text: str) -> None:  # noqa: FBT001 - a table
    lines = member("a", {"b": text, "c": [text], "d": {"e": text, "f": 1}})
    head = "" if exact else "%YAML 1.2\n---\n"
    read = document.read_document((head + "\n".join(lines) + "\n").encode(), "x").value
    assert read == {"a": {"b": text, "c": [text], "d": {"e": text, "f": 1}}}


@given(HELD, st.sampled_from(["", "  "]))
@example("one\u2028two\u2029three", "")
def test_what_is_commented_out_is_a_comment_and_comes_back(text: str, indent: str) -> None:
    lines = member("a", text, indent)
    hidden = "\n".join(["x: 1", *commented(lines, indent)]) + "\n"
    assert document.read_document(hidden.encode(), "x").value == {"x": 1}
    shown = re.sub(rf"^{indent}# ?", indent, hidden, flags=re.MULTILINE).partition("\n")[2]
    assert document.read_document(shown.encode(), "x").value == {"a": text}


@given(ANY)
def test_nothing_breaks_out_of_a_comment(text: str) -> None:
    lines = "\n".join(["x: 1", *comment(text), "y: 2"]) + "\n"
    assert document.read_document(lines.encode(), "x").value == {"x": 1, "y": 2}
