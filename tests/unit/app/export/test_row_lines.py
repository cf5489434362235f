"""What the database puts together is what we would have written ourselves, cell by cell."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import ARRAY, Boolean, DateTime, Float, Integer, Numeric, Text, Uuid, column, func, literal, select

from app.export.exportable import Table
from app.export.row_lines import letters
from app.export.write import Format, export
from app.jobs.contents import harmless

WORDS = (
    "",
    None,
    "plain",
    "=1+1",
    "+cmd",
    "-2+3",
    "@SUM(A1)",
    "-5",
    "+3,5",
    "-1 250.00",
    "-1e5",
    ".5",
    "-",
    "\t=1",
    "\r=1",
    "a;=1",
    "a; -5",
    "one\ntwo",
    "one\r\n=two",
    'say "hi", then',
    "a,b",
    " spaces ",
    "Größe ☃ 🔩",
    "back\\slash \\n \\.",
    "<b>&amp;</b>",
    "bell\x07 and \x1f",
    "_x0041_ stays",
    "100%",
    "a:b %(c)s {d}",
    "x" * 40_000,
)
NUMBERS = (Decimal("0"), Decimal("100.0000"), Decimal("0.375000"), Decimal("-12.5"), None, Decimal("1234567890.1234"))
MOMENT = datetime(2026, 2, 3, 4, 5, 6, 789000, UTC)
ONE = UUID("11111111-2222-3333-4444-555555555555")
COLUMNS = ("words", "number", "count", "share", "truth", "at", "id")


@pytest.fixture
def table(ctx: Flask) -> Table:
    told = (
        func.unnest(literal(list(WORDS), ARRAY(Text)), literal(list(NUMBERS), ARRAY(Numeric(20, 6))))
        .table_valued(column("words", Text), column("number", Numeric), with_ordinality="place")
        .render_derived()
    )
    place = told.c.place
    rows: Any = select(
        told.c.words,
        told.c.number,
        place.cast(Integer),
        (place / 4.0).cast(Float),
        (place % 2 == 0).cast(Boolean),
        literal(MOMENT, DateTime(timezone=True)),
        literal(ONE, Uuid),
    )
    return Table("odd", COLUMNS, rows.order_by(place))


def taken_out(table: Table, form: Format) -> bytes:
    return b"".join(export(table, form))


def test_a_csv_is_that_of_the_csv_module(table: Table) -> None:
    told = io.StringIO()
    writer = csv.writer(told)
    writer.writerow(COLUMNS)
    for place, words in enumerate(WORDS, start=1):
        number = NUMBERS[place - 1] if place <= len(NUMBERS) else None
        amount = "" if number is None else format(number.normalize(), "f")
        share = format(Decimal(place) / 4, "f").removesuffix(".00")
        share = format(Decimal(share).normalize(), "f")
        writer.writerow([harmless(words), amount, place, share, place % 2 == 0, "2026-02-03T04:05:06+00:00", str(ONE)])
    assert taken_out(table, Format.CSV).decode("utf-8-sig") == told.getvalue()


def test_json_lines_are_exact_and_typed(table: Table) -> None:
    lines = [orjson.loads(line) for line in taken_out(table, Format.JSONL).split(b"\n")[:-1]]
    assert tuple(line["words"] for line in lines) == WORDS
    assert [line["number"] for line in lines[:6]] == ["0", "100", "0.375", "-12.5", None, "1234567890.1234"]
    assert lines[2] == {
        "words": "plain",
        "number": "0.375",
        "count": 3,
        "share": 0.75,
        "truth": False,
        "at": "2026-02-03T04:05:06+00:00",
        "id": str(ONE),
    }


def test_a_workbook_reads_as_it_was_told(table: Table) -> None:
    book = load_workbook(io.BytesIO(taken_out(table, Format.XLSX)))
    sheet = book["odd"]
    assert (sheet.freeze_panes, [cell.value for cell in sheet[1]], sheet["A1"].font.b) == ("A2", list(COLUMNS), True)
    told = [row[0].value for row in sheet.iter_rows(min_row=2)]
    for words, read in zip(WORDS, told, strict=True):
        expected = (words or "")[:32_767].replace("\x07", "").replace("\x1f", "").replace("_x0041_", "_x005F_x0041_")
        assert (read or "").replace("\r", "") == expected.replace("\r", "")
    assert [cell.value for cell in sheet[4]][1:5] == [0.375, 3, 0.75, False]
    assert [cell.data_type for cell in sheet[5]] == ["s", "n", "n", "n", "b", "s", "s"]


def test_an_empty_table_is_a_header(table: Table) -> None:
    empty = Table("none", COLUMNS, table.rows.limit(0))
    assert taken_out(empty, Format.CSV).decode("utf-8-sig") == ",".join(COLUMNS) + "\r\n"
    assert taken_out(empty, Format.JSONL) == b""
    assert load_workbook(io.BytesIO(taken_out(empty, Format.XLSX)))["none"].max_row == 1


def test_columns_are_named_as_in_a_sheet() -> None:
    assert [letters(place) for place in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]
