"""Rows that are no items are counted by kind, the first three of each kept to be shown."""

from __future__ import annotations

from ml_analyze.extraction.grid import Row
from ml_analyze.extraction.understanding.passed import Passed


def passed(*rows: tuple[str, Row]) -> Passed:
    made = Passed()
    for number, (kind, row) in enumerate(rows, 1):
        made.add(kind, row, sheet="s", number=number)
    return made


def test_each_kind_has_its_count_and_its_first_three_rows() -> None:
    notes: list[Row] = [[f"note {at}", None, " see  below "] for at in range(5)]
    (told,) = passed(*(("note", row) for row in notes)).told()
    assert (told.kind, told.count) == ("note", 5)
    assert [(each.sheet, each.row, each.text) for each in told.examples] == [
        ("s", 1, "note 0 | see below"),
        ("s", 2, "note 1 | see below"),
        ("s", 3, "note 2 | see below"),
    ]


def test_kinds_that_everybody_knows_are_counted_only() -> None:
    told = passed(("blank", [None]), ("header", ["Name"]), ("preamble", ["Dear customers"])).told()
    assert [(each.kind, each.count, each.examples) for each in told] == [
        ("blank", 1, []),
        ("header", 1, []),
        ("preamble", 1, []),
    ]


def test_a_long_row_is_cut() -> None:
    (told,) = passed(("note", ["x" * 1000])).told()
    assert told.examples[0].text == "x" * 120


def test_rows_with_a_number_beside_their_words_are_told_apart_from_mere_words() -> None:
    made = passed(("note", ["Zone 1", 12]), ("category", ["Tools"]), ("no_item", ["x", "12,50"]), ("total", ["Sum", 9]))
    assert made.priced == 2


def test_a_kind_that_never_came_is_not_told() -> None:
    made = Passed()
    made.counts["blank"] += 0
    assert made.told() == []


def test_rows_above_a_header_count_where_they_have_words_and_a_number_for_the_price() -> None:
    passed = Passed()
    rows: list[list[str | float | None]] = [
        ["Room", "Low"],
        ["Single", 45.0],
        ["Tel.:", 4512.0],
        [7.0, 8.0],
        [None, None],
    ]
    passed.add_above(rows, 1)
    assert (passed.above, passed.counts["preamble"]) == (1, 4)
    passed.add_above([["Double", 65.0]], None)
    assert passed.above == 1
