from hypothesis import given
from hypothesis import strategies as st

from reconciler.render.words import MAX_WORDS, Piece, words

TEXTS = st.lists(st.sampled_from(["a", "b", "c", " ", "\n", "  ", "é", "\t"]), max_size=60).map("".join)


def _side(pieces: tuple[Piece, ...], hidden: str) -> str:
    return "".join(piece.text for piece in pieces if piece.kind != hidden)


@given(TEXTS, TEXTS)
def test_the_pieces_make_both_texts(before: str, after: str) -> None:
    pieces = words(before, after)
    assert (_side(pieces, "+"), _side(pieces, "-")) == (before, after)


def test_a_changed_word_is_marked_without_the_spaces_around_it() -> None:
    assert words("I take Fridays off.", "I take Mondays off.") == (
        Piece(" ", "I take "),
        Piece("-", "Fridays"),
        Piece("+", "Mondays"),
        Piece(" ", " off."),
    )


def test_words_that_change_side_by_side_are_one_change() -> None:
    assert words("x one two y", "x uno due y")[1:3] == (Piece("-", "one two"), Piece("+", "uno due"))


def test_the_unchanged_middle_and_both_ends_are_folded() -> None:
    before = " ".join(f"w{number}" for number in range(100))
    pieces = words(before, before.replace("w30", "x").replace("w70", "y"))
    assert [piece.kind for piece in pieces] == ["…", " ", "-", "+", " ", "…", " ", "-", "+", " ", "…"]
    assert pieces[1].text == "w24 w25 w26 w27 w28 w29 "


def test_texts_that_are_too_long_to_compare_by_words_are_compared_by_lines() -> None:
    line = "word " * MAX_WORDS
    pieces = words(f"{line}\na\n", f"{line}\nb\n")
    assert [piece.kind for piece in pieces] == [" ", "-", "+"]
    whole = words("a\n" * MAX_WORDS, "b\n" * MAX_WORDS)
    assert whole == (Piece("-", "a\n" * MAX_WORDS), Piece("+", "b\n" * MAX_WORDS))
