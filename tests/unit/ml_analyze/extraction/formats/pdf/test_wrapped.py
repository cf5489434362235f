"""Cells of several lines are joined to their row: by their steps, their count, or how close they stand."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analyze.extraction.formats.pdf.lines import Part
from ml_analyze.extraction.formats.pdf.rivers import Columns
from ml_analyze.extraction.formats.pdf.wrapped import unwrapped
from tests.unit.ml_analyze.extraction.formats.pdf.typeset import part, texts_of

COLUMNS: Columns = [(0.0, 25.0), (50.0, 180.0), (200.0, 230.0)]
NAMES = ("Hammer of steel", "Saw for wood", "Chisel and case", "Mallet of rubber")


def row(top: float, at: int, name: str = "") -> Part:
    return part(top, (0, f"A-{at}"), (50, name or NAMES[at]), (200, f"{at}.50"))


def test_a_second_line_close_below_a_name_is_its_own() -> None:
    block = [row(0, 0), row(30, 1), part(42, (50, "with a blade")), row(60, 2), row(90, 3)]
    assert texts_of(unwrapped(block, COLUMNS))[1] == ["A-1", "Saw for wood with a blade", "1.50"]
    assert len(block) == 5


def test_a_line_halfway_between_two_rows_is_of_neither() -> None:
    block = [row(0, 0), row(30, 1), part(57, (50, "Valves")), row(90, 2), row(120, 3)]
    assert texts_of(unwrapped(block, COLUMNS))[2] == ["Valves"]


def test_a_note_below_a_row_is_no_rest_of_its_name() -> None:
    block = [row(0, 0), row(30, 1), part(42, (50, "Only while stocks last.")), row(60, 2), row(90, 3)]
    assert texts_of(unwrapped(block, COLUMNS))[2] == ["Only while stocks last."]


def test_the_first_line_of_a_name_may_stand_close_above_its_row() -> None:
    block = [row(0, 0), row(30, 1), part(50, (50, "Chisel")), row(61, 2, "and case"), row(91, 3)]
    assert texts_of(unwrapped(block, COLUMNS))[2] == ["A-2", "Chisel and case", "2.50"]


def even(*places: str) -> list[Part]:
    """Three rows of as many lines as said, evenly spaced, the row at ``#``."""
    block: list[Part] = []
    for at in range(3):
        for mark in places:
            top = 12.0 * len(block)
            block.append(row(top, at, f"n{at}") if mark == "#" else part(top, (50, f"{mark}{at}")))
    return block


def test_rows_of_as_many_lines_each_are_told_without_any_difference_of_steps() -> None:
    assert texts_of(unwrapped(even("#", "b"), COLUMNS)) == [[f"A-{at}", f"n{at} b{at}", f"{at}.50"] for at in range(3)]
    assert texts_of(unwrapped(even("a", "#"), COLUMNS)) == [[f"A-{at}", f"a{at} n{at}", f"{at}.50"] for at in range(3)]
    assert texts_of(unwrapped(even("a", "#", "b"), COLUMNS)) == [
        [f"A-{at}", f"a{at} n{at} b{at}", f"{at}.50"] for at in range(3)
    ]


def test_numbers_beside_the_middle_of_names_of_different_height() -> None:
    block = [
        part(0, (50, "a0")),
        part(6, (0, "A-0"), (200, "0.50")),
        part(12, (50, "b0")),
        part(24, (50, "a1")),
        part(36, (50, "b1")),
        part(42, (0, "A-1"), (200, "1.50")),
        part(48, (50, "c1")),
        part(60, (50, "d1")),
    ]
    assert texts_of(unwrapped(block, COLUMNS)) == [["A-0", "a0 b0", "0.50"], ["A-1", "a1 b1 c1 d1", "1.50"]]


def test_one_row_and_one_column_are_too_few_to_tell() -> None:
    block = [row(30, 1), part(42, (50, "with a blade"))]
    assert unwrapped(block, COLUMNS) == block
    assert unwrapped(block, COLUMNS[:1]) == block
    assert unwrapped([], COLUMNS) == []


@settings(max_examples=40)
@given(st.lists(st.booleans(), max_size=12), st.lists(st.integers(10, 40), min_size=12, max_size=12))
def test_no_word_is_lost_or_doubled_however_lines_stand(rows: list[bool], steps: list[int]) -> None:
    block: list[Part] = []
    top = 0.0
    for at, (whole, step) in enumerate(zip(rows, steps, strict=False)):
        block.append(row(top, at % 4, f"w{at}") if whole else part(top, (50, f"w{at}")))
        top += step
    before = sorted(word.text for line, _ in block for word in line.words)
    made = unwrapped(block, COLUMNS)
    assert sorted(word.text for _, found in made for each in found for word in each.words) == before
