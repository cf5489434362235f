"""The parts of a workbook's package: streamed without a cut mark, counted, named in the order of the sheets."""

from __future__ import annotations

import io
import zipfile
from itertools import pairwise

import pytest

from ml_analyze.extraction.formats.excel.parts import stream_part, stream_rows, whole_part, worksheets
from ml_analyze.extraction.limits import Limits, Unreadable

BOOK, LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
SHEETS = {f"xl/worksheets/sheet{number}.xml": "" for number in (1, 2, 10)}


def package(parts: dict[str, str]) -> zipfile.ZipFile:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return zipfile.ZipFile(held)


def named(*sheets: tuple[str, str], links: dict[str, str]) -> dict[str, str]:
    """Part → name of a workbook whose sheets have these names and relations."""
    book = "".join(f'<sheet name="{name}" r:id="{link}"/>' for name, link in sheets)
    relations = "".join(f'<Relationship Id="{own}" Target="{target}"/>' for own, target in links.items())
    return worksheets(package({**SHEETS, BOOK: f"<sheets>{book}</sheets>", LINKS: relations}), Limits())


def test_sheets_stand_in_the_order_of_the_workbook_whatever_their_parts_are_called() -> None:
    links = {"a": "worksheets/sheet10.xml", "b": "/xl/worksheets/sheet1.xml"}
    assert list(named(("Prices", "a"), ("Old &amp; gone", "b"), links=links).items()) == [
        ("xl/worksheets/sheet10.xml", "Prices"),
        ("xl/worksheets/sheet1.xml", "Old & gone"),
    ]


def test_a_sheet_without_a_relation_takes_the_next_free_part_and_a_chart_none() -> None:
    links = {"a": "worksheets/sheet2.xml", "c": "chartsheets/sheet1.xml"}
    assert named(("First", ""), ("Second", "a"), ("Chart", "c"), links=links) == {
        "xl/worksheets/sheet1.xml": "First",
        "xl/worksheets/sheet2.xml": "Second",
    }


def test_without_a_workbook_the_parts_are_counted_by_their_numbers() -> None:
    assert worksheets(package(SHEETS), Limits()) == {
        "xl/worksheets/sheet1.xml": "sheet 1",
        "xl/worksheets/sheet2.xml": "sheet 2",
        "xl/worksheets/sheet10.xml": "sheet 3",
    }
    assert list(named(links={}).values()) == ["sheet 1", "sheet 2", "sheet 3"]


def test_rows_are_never_cut_however_long_a_part_is() -> None:
    row = f"<row>{'x' * 700}</row>"
    pieces = list(stream_rows(package({"a": row * 4000 + "<end/>"}), "a", Limits()))
    assert b"".join(pieces) == (row * 4000 + "<end/>").encode()
    assert len(pieces) > 2 and all(piece.endswith(b"</row>") for piece in pieces[:-1])


def test_pieces_overlap_so_that_no_mark_is_lost_and_a_whole_part_is_whole() -> None:
    content = "".join(f"<c{at:07}/>" for at in range(200_000))
    archive = package({"a": content})
    pieces = list(stream_part(archive, "a", Limits()))
    assert len(pieces) == 3 and all(before[-200:] in after for before, after in pairwise(pieces))
    assert whole_part(archive, "a", Limits()) == content.encode()


def test_a_part_that_unpacks_to_too_much_or_is_damaged_is_refused() -> None:
    with pytest.raises(Unreadable) as bomb:
        list(stream_part(package({"a": "x" * 100}), "a", Limits(archive_bytes=99)))
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", "name;price" * 1000)
    damaged = bytearray(held.getvalue())
    damaged[40:60] = bytes(20)
    with pytest.raises(Unreadable) as corrupt:
        list(stream_part(zipfile.ZipFile(io.BytesIO(damaged)), "a", Limits()))
    assert (bomb.value.code, corrupt.value.code) == ("ARCHIVE_BOMB", "CORRUPT_FILE")
