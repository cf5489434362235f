"""The delimiter, quote and escape of a text are those under which its rows are the most even."""

from __future__ import annotations

import pytest

from handoff.api import Hints
from ml_analyze.extraction.formats.csv.detect import find_dialect, unwrap


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("integer\n5\n", ","),
        ("Name\tRGB\nred\t255,0,0\nblue\t0,0,255\ngreen\t0,255,0\n", "\t"),
        ("Number,Tags,Price\n1,a|b|c,3\n2,c|d|e,4\n3,f|g|h,5\n", ","),
        ('One,Two,"Three;3;3;3"\n', ","),
        ("0.5, 1e-05\n0.6, 2e-05\n0.7, 3e-05\n", ","),
        ("Apple pie   12,50\nCherry pie   13,00\nPlum pie   9,20\n", None),
    ],
)
def test_the_delimiter_is_the_one_under_which_rows_are_even(text: str, delimiter: str | None) -> None:
    assert find_dialect(text, Hints()).delimiter == delimiter


def test_a_persons_delimiter_is_obeyed_by_its_sign_or_its_name() -> None:
    for said in ("tab", "\\t", "\t"):
        found = find_dialect("a,b\n1,2\n", Hints(delimiter=said))
        assert (found.delimiter, found.evidence) == ("\t", "hint")


def test_a_first_line_that_names_the_delimiter_is_believed_where_rows_bear_it_out() -> None:
    rows = "Name;Price\nSaw;5\nAxe;6\n"
    assert find_dialect(f"sep=;\n{rows}", Hints()).evidence == "sep= in the first line"
    wrong = find_dialect(f"sep=|\n{rows}", Hints())
    assert wrong.delimiter == ";" and wrong.evidence.startswith("sep=| does not hold")


def test_lines_quoted_once_too_often_are_told_and_unwrapped() -> None:
    lines = ['"Name,""Price"""\n', '"Saw,""5"""\n', '"Axe,""6"""\n']
    found = find_dialect("".join(lines), Hints())
    assert (found.delimiter, found.wrapped, found.width) == (",", True, 2)
    assert [unwrap(line) for line in lines] == ['Name,"Price"\n', 'Saw,"5"\n', 'Axe,"6"\n']
    assert unwrap("Saw,5\n") == "Saw,5\n"


def test_text_without_a_delimiter_is_one_column() -> None:
    assert find_dialect("Saw\nAxe\n", Hints()).evidence == "one column"
