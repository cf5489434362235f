"""What kind of line each is: rows of a table, running text, conditions that count themselves."""

from __future__ import annotations

import pytest

from ml_analyze.extraction.formats.pdf.lines import (
    NUMBERISH,
    Part,
    home_of,
    is_prose,
    is_sentence,
    is_tabled,
    numbered,
    stretches,
)
from tests.unit.ml_analyze.extraction.formats.pdf.typeset import part, texts_of

PROSE = "we deliver all of our goods within a few days to every place of the land"


def kinds(*parts: Part) -> list[tuple[bool, int]]:
    return [(prose, len(own)) for prose, own in stretches(list(parts))]


@pytest.mark.parametrize("text", ["12.50", "1'250.00", "€ 12,50", "12,50 EUR", "(3)", "№ 5", "-4", "5%", "12 pcs."])
def test_numbers_with_their_signs_and_units_are_numberish(text: str) -> None:
    assert NUMBERISH.fullmatch(text)


@pytest.mark.parametrize("text", ["", "Hammer", "M8x20", "12 metres", "A12", "12.50 and 13"])
def test_texts_and_codes_are_not_numberish(text: str) -> None:
    assert not NUMBERISH.fullmatch(text)


def test_a_row_of_a_table_has_two_cells_and_a_number_that_counts_no_pages() -> None:
    assert is_tabled(part(0, (0, "Hammer"), (100, "12.50"))[1])
    assert not is_tabled(part(0, (0, "Hammer"), (100, "steel"))[1])
    assert not is_tabled(part(0, (0, "Page"), (100, "3/12"))[1])
    assert not is_tabled(part(0, (100, "12.50"))[1])


@pytest.mark.parametrize(("rows", "parted"), [(5, True), (4, False)])
def test_numbers_that_count_rows_stand_apart_from_the_text_close_behind_them(rows: int, parted: bool) -> None:
    made = numbered([part(12 * at, (0, f"{at + 1} Hammer"), (100, "12.50")) for at in range(rows)])
    expected = ["1", "Hammer", "12.50"] if parted else ["1 Hammer", "12.50"]
    assert texts_of(made)[0] == expected


def test_numbers_that_do_not_follow_each_other_stay_with_their_names() -> None:
    made = numbered([part(12 * at, (0, f"{2 * at} Hammer"), (100, "12.50")) for at in range(9)])
    assert texts_of(made)[0] == ["0 Hammer", "12.50"]


def test_running_text_is_long_and_holds_no_table() -> None:
    assert is_prose(part(0, (0, PROSE)))
    assert not is_prose(part(0, (0, "we deliver all of our goods")))
    assert not is_prose(
        part(0, (0, "hexagonalheadedscrewsofstainlesssteel withnylonlockingrings ofallsizes and lengths"))
    )
    assert not is_prose(part(0, (0, PROSE), (600, "12.50")))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Prices are without tax.", True),
        ("prices are without tax.", False),
        ("Prices are without tax", False),
        ("Prices without tax.", False),
        ("", False),
    ],
)
def test_a_sentence_runs_from_a_capital_to_a_full_stop(text: str, sentence: bool) -> None:
    assert is_sentence(text) is sentence


def test_an_extent_is_at_home_where_it_overlaps_most_else_nearest() -> None:
    columns = [(0.0, 40.0), (60.0, 100.0), (120.0, 140.0)]
    assert [home_of(*extent, columns) for extent in ((30, 90), (41, 45), (52, 58), (200, 210), (-9, -1))] == [
        1,
        0,
        1,
        2,
        0,
    ]
    assert home_of(0, 1, []) == 0


def test_three_lines_of_prose_are_a_text_and_two_are_not() -> None:
    row = part(100, (0, "Hammer"), (100, "12.50"))
    lines = [part(12 * at, (0, PROSE)) for at in range(3)]
    assert kinds(*lines, row) == [(True, 3), (False, 1)]
    assert kinds(*lines[:2], row) == [(False, 3)]
    assert kinds() == []


def test_a_heading_between_lines_of_prose_belongs_to_them_and_a_row_does_not() -> None:
    heading, row = part(24, (0, "Delivery")), part(24, (0, "Hammer"), (100, "12.50"))
    above, below = [part(12 * at, (0, PROSE)) for at in (0, 1)], [part(12 * at, (0, PROSE)) for at in (3, 4)]
    assert kinds(*above, heading, *below) == [(True, 5)]
    assert kinds(*above, row, *below) == [(False, 5)]
    names = [part(24, (30, "Delivery"))] * 3
    assert kinds(*above, *names, *below) == [(False, 7)]  # three are more than a heading


def test_the_short_last_line_of_a_paragraph_is_its_own_only_where_it_goes_on_there() -> None:
    lines = [part(12 * at, (0, PROSE)) for at in range(3)]
    assert kinds(*lines, part(36, (0, "and beyond"))) == [(True, 4)]
    assert kinds(*lines, part(36, (30, "and beyond"))) == [(True, 3), (False, 1)]
    assert kinds(*lines, part(60, (0, "and beyond"))) == [(True, 3), (False, 1)]


def test_clauses_that_count_themselves_are_conditions_where_one_is_a_sentence() -> None:
    clauses = [part(12 * at, (0, f"{at + 1}. Delivery is free of charge.")) for at in range(3)]
    names = [part(12 * at, (0, f"{at + 1}. Hammer")) for at in range(3)]
    assert kinds(*clauses) == [(True, 3)]
    assert kinds(*clauses[:2]) == [(False, 2)]
    assert kinds(*names) == [(False, 3)]
