"""Headers that run upwards over narrow columns are laid on the line that they stand on; other upright texts go."""

from __future__ import annotations

from ml_analyze.extraction.formats.pdf.text import Word
from ml_analyze.extraction.formats.pdf.upended import laid_down
from tests.unit.ml_analyze.extraction.formats.pdf.typeset import word


def upright(left: float, text: str, *, bottom: float = 60.0) -> Word:
    return Word(left, left + 10, bottom - 5 * len(text), bottom, text)


CELLS = [word(50, "12", 65), word(80, "13", 65)]


def test_two_headers_on_one_line_over_cells_lie_down_there() -> None:
    assert laid_down([upright(50, "Price"), upright(80, "Stock")], CELLS) == [
        Word(50.0, 60.0, 50.0, 60.0, "Price"),
        Word(80.0, 90.0, 50.0, 60.0, "Stock"),
    ]


def test_headers_that_hang_on_one_line_are_of_one_row_too() -> None:
    hung = [
        Word(50.0, 60.0, 20.0, 45.0, "Price"),
        Word(80.0, 90.0, 20.0, 60.0, "In stock"),
    ]
    assert [(each.text, each.bottom) for each in laid_down(hung, CELLS)] == [("Price", 60.0), ("In stock", 60.0)]


def test_one_header_alone_and_headers_over_nothing_are_none() -> None:
    assert laid_down([upright(50, "Price")], CELLS) == []
    assert laid_down([upright(50, "Price"), upright(80, "Stock")], CELLS[:1]) == []
    assert laid_down([upright(50, "Price"), upright(80, "Stock", bottom=30.0)], CELLS) == []
    assert laid_down([], CELLS) == []


def test_a_text_beside_lines_of_the_page_is_no_header() -> None:
    beside = [*CELLS, word(45, "Hammer", 40)]
    assert laid_down([upright(50, "Price"), upright(80, "Stock")], beside) == []
