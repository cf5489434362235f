"""Text of pages comes out in the order in which it is read, from whichever side it runs."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ml_analyze.extraction.formats.pdf.direction import (
    has_rtl,
    in_reading_order,
    is_rtl,
    runs_rtl,
    word_in_reading_order,
)


def drawn(text: str) -> tuple[list[str], list[tuple[float, float]]]:
    """Letters as a page has them from left to right, each ten wide."""
    return list(text), [(at * 10.0, at * 10.0 + 9) for at in range(len(text))]


def test_a_hebrew_word_drawn_from_left_to_right_is_turned_round() -> None:
    assert word_in_reading_order(*drawn("םולש")) == "שלום"


def test_letters_that_run_as_ours_stay_as_they_are_given() -> None:
    assert word_in_reading_order(["b", "a"], [(10.0, 19.0), (0.0, 9.0)]) == "ba"
    assert word_in_reading_order([], []) == ""


def test_digits_beside_letters_from_the_right_keep_their_order() -> None:
    assert word_in_reading_order(*drawn("12א")) == "א12"
    assert word_in_reading_order(*drawn("50%א")) == "א50%"


def test_a_stroke_stays_between_the_letter_and_the_digits_it_parts() -> None:
    assert word_in_reading_order(*drawn("12-א")) == "א-12"
    assert word_in_reading_order(*drawn("ב-12/5-א")) == "א-12/5-ב"
    assert word_in_reading_order(*drawn("א-12")) == "12-א"


def test_drawn_forms_of_arabic_letters_are_the_letters() -> None:
    assert word_in_reading_order(*drawn("\ufe91")) == "\u0628"


def test_a_mark_stays_with_the_letter_it_stands_over() -> None:
    letters = ["ש", "\u05b8", "ל"]
    assert word_in_reading_order(letters, [(10.0, 19.0), (0.0, 1.0), (0.0, 9.0)]) == "ש\u05b8ל"


def test_words_of_a_cell_are_turned_round_where_most_letters_run_so() -> None:
    assert in_reading_order(["כחול", "עט"]) == ["עט", "כחול"]
    assert in_reading_order(["LG", "TV", "מסך", "גדול"]) == ["גדול", "מסך", "LG", "TV"]
    assert in_reading_order(["Monitor", "of", "size", "א"]) == ["Monitor", "of", "size", "א"]


def test_arabic_digits_run_as_ours() -> None:
    assert not is_rtl(ord("٣")) and not is_rtl(ord("۳")) and not is_rtl(ord("٫"))
    assert is_rtl(ord("ع")) and is_rtl(ord("א")) and not is_rtl(ord("a"))
    assert not has_rtl("١٢٣") and has_rtl("١٢٣ ريال")


def test_as_many_letters_of_either_side_run_from_the_right() -> None:
    assert runs_rtl("אב ab") and not runs_rtl("אב abc") and not runs_rtl("") and not runs_rtl("12")


@given(st.text(max_size=20))
def test_what_has_a_letter_from_the_right_is_told_letter_by_letter(text: str) -> None:
    assert has_rtl(text) is any(is_rtl(ord(char)) for char in text)


@given(st.lists(st.text(alphabet="abאבع١2", min_size=1, max_size=4), max_size=6))
def test_no_word_is_lost_or_made(words: list[str]) -> None:
    assert sorted(in_reading_order(list(words))) == sorted(words)
