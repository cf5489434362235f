"""What marks mean for cells: codes as they are shown, faults without a value, struck text apart, their doubts."""

from __future__ import annotations

from handoff.doubts import DoubtCode
from ml_analyze.extraction.formats.excel.evidence import as_shown, tell
from ml_analyze.extraction.formats.excel.marks import Marks
from ml_analyze.extraction.grid import Row, Sheet


def shown(rows: list[Row], marks: Marks) -> list[Row]:
    return list(as_shown(iter(rows), marks))


def test_codes_are_shown_with_their_zeros_and_texts_and_flags_stay() -> None:
    marks = Marks(codes={0: [(0, "00000")], 1: [(0, "00000"), (7, "00000")], 2: [(0, "00000")]})
    assert shown([[102.0, 5.0], ["A-1"], [True]], marks) == [["00102", 5.0], ["A-1"], [True]]


def test_faults_have_no_value_and_struck_cells_only_what_is_left() -> None:
    marks = Marks(
        faults={(0, 1): "#REF!", (5, 5): "formula"},
        struck={(1, 1): "20", (2, 1): "", (3, 1): "all"},
        kept={(1, 1): "15", (3, 1): ""},
    )
    rows: list[Row] = [["Saw", "#REF!"], ["Axe", "20 15"], ["Key", 7.0], ["Nut", "all"]]
    assert shown(rows, marks) == [["Saw", None], ["Axe", "15"], ["Key", None], ["Nut", None]]
    assert marks.struck[2, 1] == "7"


def test_rows_without_marks_go_through_untouched_and_short_ones_do_no_harm() -> None:
    rows = iter([["Saw"]])
    assert as_shown(rows, Marks()) is rows
    assert shown([["Saw"], []], Marks(faults={(0, 4): "formula", (1, 0): "formula"})) == [["Saw"], []]


def test_faults_are_doubted_by_their_places_five_of_which_are_named() -> None:
    sheet = Sheet("Prices", [["x"]] * 9)
    (said,) = tell(sheet, Marks(faults={(row, 27): "formula" for row in range(7)}), beyond=0)
    (doubt,) = sheet.doubts
    assert (doubt.what, doubt.choice) == (DoubtCode.FORMULAS, "7")
    assert doubt.where == "Prices: AB1, AB2, AB3, AB4, AB5, …"
    assert said == "7 cells of sheet 'Prices' hold an error or a formula without a stored value."


def test_a_few_hidden_rows_are_said_and_more_are_doubted() -> None:
    rows: list[Row] = [["x"] for _ in range(100)]
    few, many = Sheet("Prices", rows), Sheet("Prices", rows)
    assert len(tell(few, Marks(hidden_rows={1, 2}), beyond=0)) == 1
    assert few.doubts == []
    tell(many, Marks(hidden_rows={1, 2, 3}), beyond=0)
    assert [(doubt.what, doubt.where, doubt.choice) for doubt in many.doubts] == [
        (DoubtCode.HIDDEN_ROWS, "Prices: 2, 3, 4", "3")
    ]


def test_hidden_rows_that_are_empty_or_not_there_are_nothing() -> None:
    sheet = Sheet("Prices", [["x"], [None], [" "]])
    assert tell(sheet, Marks(hidden_rows={1, 2, 50}), beyond=0) == []
    assert sheet.hidden_rows == {1, 2, 50} and sheet.doubts == []


def test_columns_beyond_the_last_that_is_read_are_doubted() -> None:
    sheet = Sheet("Prices", [])
    assert tell(sheet, Marks(), beyond=3) == ["3 columns of sheet 'Prices' stand behind the last that is read."]
    assert [(doubt.what, doubt.choice) for doubt in sheet.doubts] == [(DoubtCode.COLUMNS_LEFT_OUT, "3")]


def test_levels_of_the_outline_come_before_those_of_indents() -> None:
    outlined, indented = Sheet("a", []), Sheet("b", [])
    tell(outlined, Marks(levels={1: 1}, indents={1: 4}), beyond=0)
    tell(indented, Marks(indents={1: 4}), beyond=-5)
    assert (outlined.levels, indented.levels, indented.doubts) == ({1: 1}, {1: 4}, [])
