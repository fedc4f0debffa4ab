from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from reconciler.render.words import WordPiece, excerpt, pieces_told_apart, told_apart, words

TEXTS = st.lists(st.sampled_from(["a", "b", "c", " ", "\n", "  ", "é", "\t", ". "]), max_size=60).map("".join)


def _side(pieces: tuple[WordPiece, ...], hidden: str) -> str:
    return "".join(piece.text for piece in pieces if piece.kind != hidden)


@given(TEXTS, TEXTS)
def test_the_pieces_make_both_texts(before: str, after: str) -> None:
    pieces = words(before, after)
    assert (_side(pieces, "+"), _side(pieces, "-")) == (before, after)


def test_a_changed_word_is_marked_without_the_spaces_around_it() -> None:
    assert words("I take Fridays off.", "I take Mondays off.") == (
        WordPiece(" ", "I take "),
        WordPiece("-", "Fridays"),
        WordPiece("+", "Mondays"),
        WordPiece(" ", " off."),
    )


def test_words_that_change_side_by_side_are_one_change() -> None:
    assert words("x one two y", "x uno due y")[1:3] == (WordPiece("-", "one two"), WordPiece("+", "uno due"))


def test_the_unchanged_middle_and_both_ends_are_folded() -> None:
    before = " ".join(f"w{number}" for number in range(100))
    pieces = words(before, before.replace("w30", "x").replace("w70", "y"))
    assert [piece.kind for piece in pieces] == ["…", " ", "-", "+", " ", "…", " ", "-", "+", " ", "…"]
    assert pieces[1].text == "w24 w25 w26 w27 w28 w29 "


def test_texts_with_too_much_in_common_to_compare_by_words_are_compared_by_lines() -> None:
    before, after = "one two " * 400, "two one " * 400
    assert words(f"x\n{before}\ny\n", f"z\n{after}\ny\n") == (
        WordPiece("-", f"x\n{before}\n"),
        WordPiece("+", f"z\n{after}\n"),
        WordPiece(" ", "y\n"),
    )


def test_texts_with_too_much_in_common_to_compare_by_lines_are_not_compared() -> None:
    before, after = "a\nb\n" * 1000, "b\nb\na\n" * 700
    assert words(before, after) == (WordPiece("-", before), WordPiece("+", after))


def test_a_small_change_in_a_long_text_is_marked_however_long_that_is() -> None:
    pieces = words("word " * 50_000 + "one", "word " * 50_000 + "two")
    assert pieces[-2:] == (WordPiece("-", "one"), WordPiece("+", "two"))
    assert [piece.kind for piece in pieces] == ["…", " ", "-", "+"]


def test_texts_of_thousands_of_words_with_each_space_of_its_own_are_not_compared_by_words() -> None:
    spaces = ["".join(one) for one in product(" \t\u00a0\u2003\u2002", repeat=6)][:8000]
    before, after = ("".join(f"{sign}{at}{space}" for at, space in enumerate(spaces)) for sign in "ab")
    assert words(before, after) == (WordPiece("-", before), WordPiece("+", after))


def test_scripts_without_spaces_are_compared_letter_by_letter() -> None:
    assert words("私は東京で働く", "私は大阪で働く") == (
        WordPiece(" ", "私は"),
        WordPiece("-", "東京"),
        WordPiece("+", "大阪"),
        WordPiece(" ", "で働く"),
    )
    assert WordPiece("-", "ที่") in words("ผมอยู่ที่นี่", "ผมอยู่นี่")  # a vowel sign goes with its letter
    assert words("naïve Zürich", "naïve Zurich")[1:] == (WordPiece("-", "Zürich"), WordPiece("+", "Zurich"))


def test_texts_that_look_the_same_are_written_out() -> None:
    pieces = pieces_told_apart(words("un caf\u00e9 noir", "un cafe\u0301 noir"))
    assert pieces[1:3] == (WordPiece("-", r"caf\xe9"), WordPiece("+", r"cafe\u0301"))
    pieces = pieces_told_apart(words("a b", "a\u00a0b"))
    assert (_side(pieces, "+"), _side(pieces, "-")) == ("a b", r"a\xa0b")
    assert told_apart("ab", "a\u200bb") == ("ab", r"a\u200bb")
    assert told_apart("caf\u00e9", "th\u00e9") == ("caf\u00e9", "th\u00e9")


@given(TEXTS, TEXTS)
def test_an_excerpt_makes_both_texts_too(before: str, after: str) -> None:
    pieces = excerpt(words(before, after))
    assert (_side(pieces, "+"), _side(pieces, "-")) == (before, after)
