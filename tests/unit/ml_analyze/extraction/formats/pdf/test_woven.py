"""Headers of one, two and three lines side by side are one line of whole cells; rows of numbers stay as they are."""

from __future__ import annotations

from ml_analyze.extraction.formats.pdf.woven import unwoven
from tests.unit.ml_analyze.extraction.formats.pdf.typeset import line

HEADER = [
    line(0, (200, "Price")),
    line(5, (100, "Order")),
    line(10, (0, "Article"), (200, "per")),
    line(15, (100, "number")),
    line(20, (200, "piece")),
]


def test_lines_half_within_each_other_are_one_line_of_whole_cells() -> None:
    (whole,) = unwoven(HEADER)
    assert [each.text for each in whole.words] == ["Article", "Order number", "Price per piece"]
    assert (whole.top, whole.bottom) == (10.0, 20.0)


def test_lines_below_each_other_stay() -> None:
    lines = [
        line(0, (200, "Price")),
        line(7, (100, "Order")),
        line(14, (0, "Article"), (200, "per")),
        line(21, (100, "no")),
    ]
    assert unwoven(lines) == lines
    assert unwoven([]) == []


def test_lines_with_a_number_among_them_stay() -> None:
    lines = [*HEADER[:4], line(20, (200, "12.50"))]
    assert unwoven(lines) == lines


def test_two_lines_and_two_cells_are_too_few() -> None:
    two = [line(0, (0, "Article"), (200, "Price")), line(5, (100, "Order"))]
    narrow = [line(0, (0, "Order")), line(5, (100, "Price")), line(10, (0, "number"))]
    assert unwoven(two) == two
    assert unwoven(narrow) == narrow


def test_the_table_below_a_woven_header_is_left_alone() -> None:
    below = line(40, (0, "Hammer"), (100, "A-1"), (200, "12.50"))
    header, row = unwoven([*HEADER, below])
    assert (len(header.words), row) == (3, below)
