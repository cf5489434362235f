"""Titles nest as deep as they are indented, by the workbook or by blanks."""

from __future__ import annotations

from ml_analyze.extraction.grid import Row, Sheet
from ml_analyze.extraction.understanding.levels import Titles, levels_of

INDENTED: list[Row] = [["Tools"], ["  Saws"], ["    Hand saw", 5], ["  Hammers"], ["    Claw hammer", 7]]


def test_blanks_before_the_first_text_are_depths() -> None:
    assert levels_of(Sheet("s", [list(row) for row in INDENTED])) == {1: 2, 2: 4, 3: 2, 4: 4}


def test_what_the_workbook_says_stands_above_blanks() -> None:
    assert levels_of(Sheet("s", INDENTED, levels={1: 1, 2: 2})) == {1: 1, 2: 2}


def test_one_depth_alone_says_nothing() -> None:
    assert levels_of(Sheet("s", [["Tools"], [" Saw"], [" Axe"], [" Pin"]])) == {}
    assert levels_of(Sheet("s", [["Tools"], ["Saw"]], levels={1: 3})) == {}


def test_blanks_in_different_columns_or_in_two_rows_only_are_chance() -> None:
    assert levels_of(Sheet("s", [[" a"], [None, "  b"], ["   c"], ["d"]])) == {}
    assert levels_of(Sheet("s", [["a"], [" b"], ["  c"]])) == {}


def test_a_title_closes_those_of_its_own_depth_and_deeper() -> None:
    titles = Titles({0: 0, 1: 1, 2: 2, 5: 1, 8: 0})
    assert titles.told
    assert titles.enter(0, "Tools") == ["Tools"]
    assert titles.enter(1, "Saws") == ["Tools", "Saws"]
    assert titles.enter(2, "Fine") == ["Tools", "Saws", "Fine"]
    assert titles.enter(5, "Hammers") == ["Tools", "Hammers"]
    assert titles.enter(8, "Garden") == ["Garden"]


def test_only_a_row_above_a_deeper_one_is_a_parent() -> None:
    titles = Titles({1: 1, 2: 1})
    assert [titles.is_parent(at) for at in (0, 1, 2, 99)] == [True, False, False, False]
    assert not Titles({}).told
