"""Small raised figures behind a number are its cents or the mark of a footnote."""

from __future__ import annotations

import pytest

from ml_analyze.extraction.formats.pdf.raised import with_raised
from ml_analyze.extraction.formats.pdf.text import Word


def number(text: str) -> Word:
    return Word(100.0, 120.0, 50.0, 60.0, text)


def small(text: str, *, left: float = 120.5, bottom: float = 56.0, size: float = 6.0) -> Word:
    return Word(left, left + 6, bottom - size, bottom, text)


@pytest.mark.parametrize(
    ("whole", "figures", "read"),
    [
        ("12", "50", "12.50"),
        ("1.299", "00", "1.299,00"),  # the point parts thousands here
        ("12,", "50", "12,50"),
        ("539.80", "1", "539.80¹"),
        ("539.80", "12)", "539.80¹²"),
    ],
)
def test_two_figures_behind_a_whole_number_are_cents_and_others_marks(whole: str, figures: str, read: str) -> None:
    (word,) = with_raised([number(whole), small(figures)])
    assert (word.text, word.right) == (read, 126.5)


@pytest.mark.parametrize(
    "behind",
    [small("50", bottom=60.0), small("50", left=140.0), small("50", size=9.5), small("abc")],
    ids=["on the line", "far away", "as large", "letters"],
)
def test_what_is_not_small_raised_near_and_a_figure_is_a_word_of_its_own(behind: Word) -> None:
    words = [number("12"), behind]
    assert [word.text for word in with_raised(words)] == ["12", behind.text]


def test_a_word_alone_and_no_words_stay() -> None:
    assert with_raised([]) == []
    assert [word.text for word in with_raised([number("12")])] == ["12"]
