"""Amounts with a line through their middle do not hold any more; underlines and rules of tables strike nothing."""

from __future__ import annotations

import pytest

from ml_analyze.extraction.formats.pdf.rulings import Ruling
from ml_analyze.extraction.formats.pdf.struck import without_struck
from ml_analyze.extraction.formats.pdf.text import Word

NAME, OLD, NEW = (
    Word(10.0, 60.0, 50.0, 60.0, "Hammer"),
    Word(100.0, 130.0, 50.0, 60.0, "20.00"),
    Word(140.0, 170.0, 50.0, 60.0, "15.00"),
)


@pytest.mark.parametrize(
    ("stroke", "left"),
    [
        (Ruling(55.0, 99.0, 131.0), ["Hammer", "15.00"]),
        (Ruling(56.9, 99.0, 131.0), ["Hammer", "15.00"]),
        (Ruling(60.0, 99.0, 131.0), ["Hammer", "20.00", "15.00"]),  # an underline
        (Ruling(55.0, 0.0, 500.0), ["Hammer", "20.00", "15.00"]),  # a table's line
        (Ruling(55.0, 100.0, 115.0), ["Hammer", "20.00", "15.00"]),  # half of it
        (Ruling(55.0, 9.0, 61.0), ["Hammer", "20.00", "15.00"]),  # a name stays
    ],
)
def test_only_a_line_through_the_middle_of_an_amount_strikes_it(stroke: Ruling, left: list[str]) -> None:
    assert [word.text for word in without_struck([NAME, OLD, NEW], [stroke])] == left


def test_one_line_through_two_amounts_strikes_both() -> None:
    assert [word.text for word in without_struck([NAME, OLD, NEW], [Ruling(55.0, 98.0, 172.0)])] == ["Hammer"]


def test_no_strokes_and_no_words_change_nothing() -> None:
    assert without_struck([NAME, OLD], []) == [NAME, OLD]
    assert without_struck([], [Ruling(55.0, 0.0, 9.0)]) == []
