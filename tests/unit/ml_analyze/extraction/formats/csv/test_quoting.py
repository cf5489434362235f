"""Quotes that keep no rules are mended line by line, and a row is never swallowed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ml_analyze.extraction.formats.csv.quoting import Quoting, seen


def test_an_inch_sign_that_ends_a_quoted_text_too_early_is_text() -> None:
    lines = ['A1,"3/4" valve",5.00\n', 'A2,"19" rack, black",6.00\n', 'A3,Pipe 5",7.00\n', 'A4,"O""Ring",8.00\n']
    assert list(Quoting(",", '"', width=3).lines(lines)) == [
        'A1,"3/4"" valve",5.00\n',
        'A2,"19"" rack, black",6.00\n',
        'A3,Pipe 5",7.00\n',
        'A4,"O""Ring",8.00\n',
    ]


def test_an_open_quote_is_text_where_the_rows_below_are_rows() -> None:
    quoting = Quoting(",", '"', width=3)
    lines = ['A1,"Saw,5\n', "A2,Axe,6\n", "A3,Pin,7\n"]
    assert list(quoting.lines(lines)) == ["A1,Saw,5\n", "A2,Axe,6\n", "A3,Pin,7\n"]
    assert quoting.stray == [1]


def test_a_cell_of_two_lines_stays_one_and_lines_behind_it_keep_their_numbers() -> None:
    quoting = Quoting(",", '"', width=3)
    lines = ['A1,"Saw\n', 'blue",5\n', 'A2,"Axe,6\n', "A3,Pin,7\n"]
    assert list(quoting.lines(lines)) == ['A1,"Saw\n', 'blue",5\n', "A2,Axe,6\n", "A3,Pin,7\n"]
    assert quoting.stray == [3]


def test_tricks_of_spreadsheets_are_undone() -> None:
    lines = ['="00123",Saw\n', "'00124,Axe\n", "'tis,Pin\n"]
    assert list(Quoting(",", '"', width=2).lines(lines)) == ['"00123",Saw\n', "00124,Axe\n", "'tis,Pin\n"]


def test_marks_that_nobody_sees_go_and_joiners_of_letters_stay() -> None:
    assert seen("a\u200bb\u00adc\x00\ufeff") == "abc"
    assert seen("می\u200cخواهم") == "می\u200cخواهم"


@given(st.lists(st.text(alphabet="ab,\"'= \\", max_size=12).map(lambda text: f"{text}\n"), max_size=12))
def test_as_many_lines_come_out_as_went_in(lines: list[str]) -> None:
    assert len(list(Quoting(",", '"', escape="\\", width=2).lines(lines))) == len(lines)
