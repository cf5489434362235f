"""A worksheet read cell by cell: far places, gaps, texts with readings above them, places that are none."""

from __future__ import annotations

import io
import zipfile

import pytest

from ml_analyze.extraction.formats.excel.sparse import sparse_rows
from ml_analyze.extraction.grid import Row
from ml_analyze.extraction.limits import Limits, Unreadable


def read(rows: str, *, strings: str = "", limits: Limits | None = None) -> list[Row]:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(
            "xl/worksheets/sheet1.xml", f'<worksheet xmlns="urn:x"><sheetData>{rows}</sheetData></worksheet>'
        )
        if strings:
            archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="urn:x">{strings}</sst>')
    return list(sparse_rows(held, 0, limits or Limits()))


def test_cells_stand_at_their_places_and_empty_ones_between() -> None:
    assert read('<row r="2"><c r="B2"><v>5.5</v></c><c r="D2" t="str"><v>Saw</v></c></row>') == [
        [],
        [None, 5.5, None, "Saw"],
    ]


def test_wide_gaps_shrink_and_columns_beyond_the_limit_are_left_out() -> None:
    far = read('<row r="1"><c r="A1"><v>1</v></c></row><row r="900000"><c r="A900000"><v>2</v></c></row>')
    assert (len(far), far[0], far[-1]) == (1002, [1.0], [2.0])
    assert read('<row r="1"><c r="A1"><v>1</v></c><c r="C1"><v>3</v></c></row>', limits=Limits(columns=2)) == [[1.0]]


def test_texts_are_shared_in_the_cell_or_of_a_formula() -> None:
    cells = (
        '<c r="A1" t="s"><v>1</v></c><c r="B1" t="inlineStr"><is><r><t>Hand </t></r><r><t>saw</t></r></is></c>'
        '<c r="C1" t="str"><v>x</v></c>'
    )
    strings = "<si><t>Axe</t></si><si><r><t>Claw </t></r><r><t>hammer</t></r></si>"
    assert read(f'<row r="1">{cells}</row>', strings=strings) == [["Claw hammer", "Hand saw", "x"]]


def test_the_reading_above_a_text_is_no_part_of_it() -> None:
    strings = '<si><t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh></si>'
    inline = '<c r="B1" t="inlineStr"><is><t>大阪</t><rPh sb="0" eb="2"><t>オオサカ</t></rPh></is></c>'
    assert read(f'<row r="1"><c r="A1" t="s"><v>0</v></c>{inline}</row>', strings=strings) == [["東京", "大阪"]]


@pytest.mark.parametrize("index", ["7", "-1", "x", "²", "9" * 5000])
def test_a_shared_text_that_is_not_there_is_no_value(index: str) -> None:
    row = f'<row r="1"><c r="A1" t="s"><v>{index}</v></c><c r="B1"><v>5</v></c></row>'
    assert read(row, strings="<si><t>Saw</t></si>") == [[None, 5.0]]


@pytest.mark.parametrize("place", ["x", "", "²", "9" * 5000])
def test_a_row_without_a_place_follows_the_one_before(place: str) -> None:
    rows = f'<row r="2"><c><v>1</v></c></row><row r="{place}"><c><v>2</v></c><c><v>3</v></c></row>'
    assert read(rows) == [[], [1.0], [2.0, 3.0]]


def test_a_number_that_is_none_stays_a_text() -> None:
    assert read('<row r="1"><c r="A1"><v>1.2.3</v></c><c r="B1" t="e"><v>#REF!</v></c></row>') == [["1.2.3", "#REF!"]]


def test_a_sheet_that_is_cut_off_is_refused() -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", '<worksheet><sheetData><row r="1"><c r="A1"><v>1</v>')
    with pytest.raises(Unreadable) as refused:
        list(sparse_rows(held, 0, Limits()))
    assert refused.value.code == "CORRUPT_FILE"
