"""A workbook that would take a worker with it costs one child."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from app.errors import Invalid, Unreadable, UnsafeArchive
from app.legacy.reader import read_table
from app.stranger_table import NotRead, read_apart
from app.sync import master
from handoff.api import Hints
from handoff.confined import Bounds

BOUNDS = Bounds(seconds=20, memory_bytes=64 << 20)


def workbook(rows: int = 3) -> bytes:
    book, made = openpyxl.Workbook(), io.BytesIO()
    for number in range(rows):
        book.active.append([f"Supplier {number}", "csv", number])
    book.save(made)
    return made.getvalue()


def exploding() -> bytes:
    """A workbook of a few kilobytes that unpacks to gigabytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(300):
                sheet.write(bytes(1 << 20))
    return made.getvalue()


def test_facts_and_rows_come_back_in_order() -> None:
    rows = [[str(number), "žluť", "half \ud800"] for number in range(1700)]
    facts, read = read_apart(lambda: ({"format": "csv"}, iter(rows)), refusals=())
    assert facts == {"format": "csv"}
    assert [row[:2] for row in read] == [row[:2] for row in rows]


def test_what_the_reader_says_is_raised_here() -> None:
    def refuse() -> tuple[dict[str, str], Iterator[list[str]]]:
        raise Invalid("The sheet has no tab.")

    with pytest.raises(Invalid, match="no tab"):
        read_apart(refuse, refusals=(Unreadable, Invalid))


def test_a_child_that_takes_too_much_or_breaks_is_told_of_in_a_sentence() -> None:
    def hoard() -> tuple[dict[str, str], list[list[str]]]:
        return {}, [["x" * 1000 + str(number)] for number in range(1_000_000)]

    def spin() -> tuple[dict[str, str], list[list[str]]]:
        while True:
            pass

    def crash() -> tuple[dict[str, str], list[list[str]]]:
        raise RuntimeError("of a library")

    brief = Bounds(seconds=0.5, memory_bytes=64 << 20)
    for read, bounds, said in ((hoard, BOUNDS, "memory"), (spin, brief, "longer"), (crash, BOUNDS, "broke")):
        with pytest.raises(NotRead, match=said):
            read_apart(read, refusals=(), bounds=bounds)


def test_a_workbook_made_to_explode_reaches_neither_pipeline_nor_master_sheet(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(exploding())
    with pytest.raises(UnsafeArchive):
        read_table(path, Hints())
    with pytest.raises(Invalid, match="unpack"):
        master.read_cells(path.read_bytes(), "Suppliers")


def test_ordinary_ones_are_read_as_before(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(workbook())
    table = read_table(path, Hints())
    assert (table.format, table.sheet) == ("excel", "Sheet")
    assert next(table.rows) == ["Supplier 0", "csv", "0"]
    assert master.read_cells(workbook(), "Sheet")[2] == ["Supplier 2", "csv", "2"]
