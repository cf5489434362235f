"""Headings set with gaps between their letters are the words that they are; sizes and initials stay."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ml_analyze.extraction.formats.pdf.spaced import spaced_out
from ml_analyze.extraction.formats.pdf.text import Word
from tests.unit.ml_analyze.extraction.formats.pdf.typeset import word


def spread(text: str, *, gap: float = 4.0, left: float = 0.0) -> list[Word]:
    """Each letter as a word, ``gap`` behind the one before; a blank makes it twice as wide and a half."""
    made: list[Word] = []
    for char in text:
        if char == " ":
            left += 1.5 * gap
            continue
        made.append(word(left, char))
        left += 5.0 + gap
    return made


def texts(words: list[Word]) -> list[str]:
    return [each.text for each in spaced_out(words)]


def test_single_letters_evenly_apart_are_one_word_over_all_of_them() -> None:
    (whole,) = spaced_out(spread("PRICE"))
    assert (whole.text, whole.left, whole.right) == ("PRICE", 0.0, 41.0)
    assert texts(spread("Цена")) == ["Цена"]


def test_a_wider_gap_parts_two_words() -> None:
    assert texts(spread("PRICE LIST", gap=3.0)) == ["PRICE", "LIST"]


def test_three_letters_are_too_few() -> None:
    assert texts(spread("ABC")) == ["A", "B", "C"]


def test_sizes_are_no_words() -> None:
    assert texts(spread("LxBxH")) == ["L", "x", "B", "x", "H"]


def test_letters_as_far_apart_as_columns_stay_columns() -> None:
    assert texts(spread("SMLX", gap=7.1)) == ["S", "M", "L", "X"]


def test_gaps_that_differ_are_those_of_no_word() -> None:
    uneven = [word(left, char) for left, char in zip((0, 7, 16, 23, 32), "ABCDE", strict=True)]
    assert texts(uneven) == ["A", "B", "C", "D", "E"]


def test_letters_of_other_lines_and_digits_are_no_part_of_a_word() -> None:
    letters = spread("PRICE")
    letters[2:] = [Word(each.left, each.right, 20.0, 30.0, each.text) for each in letters[2:]]
    assert texts(letters) == ["P", "R", "I", "C", "E"]
    assert texts(spread("1234")) == ["1", "2", "3", "4"]


def test_other_words_keep_their_place_beside_it() -> None:
    assert texts([word(0, "Our"), *spread("PRICE", left=60), word(120, "2024")]) == ["Our", "PRICE", "2024"]


@given(st.text(alphabet="ABCxyz1 ", max_size=20), st.floats(0.1, 9.0))
def test_no_letter_is_lost_or_turned(text: str, gap: float) -> None:
    assert "".join(texts(spread(text, gap=gap))) == text.replace(" ", "")
