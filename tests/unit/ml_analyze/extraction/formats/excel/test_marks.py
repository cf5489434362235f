"""What a worksheet part says beside its values: hidden, outlined, struck, without a stored value."""

from __future__ import annotations

import pytest

from ml_analyze.extraction.formats.excel.marks import Marks, column_number, read_marks, runs_of
from ml_analyze.extraction.formats.excel.styles import Styles


def marks_of(*pieces: bytes, styles: Styles | None = None, struck: dict[int, tuple[str, str]] | None = None) -> Marks:
    return read_marks(pieces, styles or Styles(), struck or {})


@pytest.mark.parametrize(("letters", "number"), [(b"A", 1), (b"Z", 26), (b"AA", 27), (b"XFD", 16384)])
def test_a_column_counts_from_one(letters: bytes, number: int) -> None:
    assert column_number(letters) == number


def test_the_struck_runs_of_a_text_stand_apart_from_what_is_left() -> None:
    item = b"<r><rPr><strike/></rPr><t>20.00</t></r><r><t xml:space='preserve'> 15.00</t></r>"
    assert runs_of(item) == ("15.00", "20.00")
    assert runs_of(item.replace(b"<strike/>", b'<strike val="0"/>')) is None
    assert runs_of(b"<t>15.00</t>") is None


def test_hidden_rows_and_levels_are_known_by_their_places() -> None:
    found = marks_of(
        b'<row r="3" hidden="1"></row><row outlineLevel="2" r="5"></row>', b'<x:row r="7" hidden="true"></x:row>'
    )
    assert found.hidden_rows == {2, 6}
    assert found.levels == {4: 2}


def test_errors_and_formulas_without_a_value_are_faults() -> None:
    found = marks_of(
        b'<c r="A1" t="e"><v>#REF!</v></c><c r="B1"><f>A1*2</f></c>'
        b'<c r="C1"><f>A1</f><v>5</v></c><c r="D1"><v>5</v></c>'
        b'<c r="E1" t="e"></c><c r="F1" t="str"><f>""</f><v></v></c>'
    )
    assert found.faults == {(0, 0): "#REF!", (0, 1): "formula", (0, 4): "#ERROR"}


@pytest.mark.parametrize(("values", "faults"), [("000", 3), ("00", 0), ("005", 0)])
def test_formulas_of_a_column_that_are_all_stored_as_zero_were_never_worked_out(values: str, faults: int) -> None:
    cells = "".join(f'<c r="B{row}"><f>A{row}</f><v>{value}</v></c>' for row, value in enumerate(values, 1))
    assert len(marks_of(cells.encode()).faults) == faults


def test_cells_of_telling_styles_keep_their_currency_their_zeros_and_their_indent() -> None:
    styles = Styles(codes={1: "00000"}, money={2: "EUR", 3: "USD"}, struck=frozenset({4}), indents={5: 2})
    cells = (
        b'<c r="A1" s="1"><v>102</v></c><c r="B1" s="2"><v>5</v></c><c r="C1" s="3"><v>6</v></c>'
        b'<c r="D1" s="4"><v>7</v></c><c r="E1" s="5" t="s"><v>0</v></c><c r="F1" s="2"/><c r="G1" s="5"><v>1</v></c>'
    )
    found = marks_of(cells, styles=styles)
    assert found.codes == {0: [(0, "00000")]}
    assert found.money == {(0, 1): "EUR", (0, 2): "USD"}
    assert found.struck == {(0, 3): ""}
    assert found.indents == {0: 2}


def test_one_currency_throughout_is_its_columns_and_no_cells() -> None:
    assert marks_of(b'<c r="B1" s="2"><v>5</v></c>', styles=Styles(money={2: "EUR"})).money == {}


def test_a_shared_text_that_is_struck_marks_each_cell_that_shows_it() -> None:
    found = marks_of(b'<c r="A2" t="s"><v>7</v></c><c r="A3" t="s"><v>8</v></c>', struck={7: ("15", "20")})
    assert (found.kept, found.struck) == ({(1, 0): "15"}, {(1, 0): "20"})
    assert marks_of(b'<c r="A2" t="s"><v>%s</v></c>' % (b"9" * 5000), struck={7: ("15", "20")}).struck == {}


def test_an_empty_part_and_one_without_marks_have_none() -> None:
    assert marks_of() == Marks() == marks_of(b'<row r="1"><c r="A1"><v>5</v></c></row>')
