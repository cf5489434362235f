"""A line's words in cells: parted by wide gaps, by leader dots, and before a price at the end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analyze.extraction.formats.pdf.segments import segments, without_leaders
from tests.unit.ml_analyze.extraction.formats.pdf.typeset import line, word, words


def cells(text: str) -> list[str]:
    """The cells of a line set with mere blanks."""
    return [each.text for each in segments(line(0, (0, text)))]


@pytest.mark.parametrize(("gap", "parted"), [(8.0, 1), (8.1, 2)])
def test_a_gap_wider_than_eight_tenths_of_the_letters_parts_cells(gap: float, parted: int) -> None:
    assert len(segments(line(0, (0, "Hammer"), (30 + gap, "steel")))) == parted


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Haircut 20.00 EUR", ["Haircut", "20.00 EUR"]),
        ("Haircut € 20", ["Haircut", "€ 20"]),
        ("Haircut 20,00", ["Haircut", "20,00"]),
        ("Haircut 1.250,00", ["Haircut", "1.250,00"]),
        ("Стрижка 500 руб.", ["Стрижка", "500 руб."]),
        ("Bread, 4,20", ["Bread", "4,20"]),
        ("- Bread, 4,20", ["Bread", "4,20"]),
        ("Bread - 4,20", ["Bread -", "4,20"]),
    ],
)
def test_a_price_at_the_end_of_a_line_is_a_cell_and_the_comma_before_it_goes(text: str, read: list[str]) -> None:
    assert cells(text) == read
    assert segments(line(0, (0, text)))[-1].tail


@pytest.mark.parametrize(
    "text", ["Pipe 20", "Version 1.2.3", "1 250,00", "EUR 1 250 300", "12,50", "Tax 19%", "Ø 8.5 mm"]
)
def test_a_number_that_is_no_price_and_a_price_alone_are_not_cut(text: str) -> None:
    assert cells(text) == [text]


def test_only_a_line_of_one_cell_is_cut_before_its_price() -> None:
    found = segments(line(0, (0, "A-1"), (60, "Haircut 20.00")))
    assert [each.text for each in found] == ["A-1", "Haircut 20.00"]
    assert not any(each.tail for each in found)


def test_leader_dots_part_cells_and_are_none() -> None:
    assert cells("Tea ........ 1,50") == ["Tea", "1,50"]
    assert cells("Tea ____ green") == ["Tea", "green"]
    assert cells("........") == []


@pytest.mark.parametrize("text", ["Tea.......1,50", "Tea . . . . . 1,50", "Tea·····1,50"])
def test_leader_dots_set_close_or_apart_are_words_of_their_own(text: str) -> None:
    found = without_leaders(words(0, text))
    assert [each.text for each in found if not set(each.text) <= set(".…·_ ")] == ["Tea", "1,50"]
    assert len(found) == 3
    assert found[0].right <= found[1].left <= found[1].right <= found[2].left


def test_a_few_dots_are_part_of_a_word() -> None:
    assert [each.text for each in without_leaders([word(0, "etc...")])] == ["etc..."]
    assert without_leaders([]) == []


@given(st.lists(st.text(alphabet="ab1.,-€ ", min_size=1, max_size=6).filter(str.strip), min_size=1, max_size=8))
def test_no_letter_or_digit_of_a_line_is_lost(texts: list[str]) -> None:
    text = " ".join(texts)
    assert [char for char in "".join(cells(text)) if char.isalnum()] == [char for char in text if char.isalnum()]
