"""Worksheets of Excel 3 and 4 are read; those of Excel 2 are refused for what they are."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from ml_analyze.extraction import Unreadable
from tests.unit.ml_analyze.extraction.price_files import items_of


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _label(row: int, column: int, text: str) -> bytes:
    spelled = text.encode("cp1251")
    return _record(0x0204, struct.pack("<HHHH", row, column, 0, len(spelled)) + spelled)


def _sheet(version: int) -> bytes:
    stream = _record(version, struct.pack("<HHH", 0, 0x10, 0)) + _record(0x0042, struct.pack("<H", 1251))
    for column, text in enumerate(("Артикул", "Наименование", "Цена")):
        stream += _label(0, column, text)
    for row in range(1, 7):
        stream += _label(row, 0, f"K-{row}00") + _label(row, 1, f"Кран шаровой DN{row}0")
        hundredths = (row * 1000 + 25) << 2 | 3
        if row % 3 == 0:
            cell = _record(0x0203, struct.pack("<HHHd", row, 2, 0, row * 10 + 0.25))
        elif row % 3 == 1:
            cell = _record(0x027E, struct.pack("<HHHI", row, 2, 0, hundredths))
        else:
            cell = _record(0x0206, struct.pack("<HHHd", row, 2, 0, row * 10 + 0.25) + b"\0\0")
        stream += cell
    return stream + _record(0x000A, b"")


@pytest.mark.parametrize("version", [0x0209, 0x0409])
def test_a_bare_worksheet_is_read_with_its_code_page(tmp_path: Path, version: int) -> None:
    path = tmp_path / "list.xls"
    path.write_bytes(_sheet(version))
    read = [(item["sku"], item["name"], item["price"]) for item in items_of(path)]
    assert read == [(f"K-{row}00", f"Кран шаровой DN{row}0", f"{row}0.25") for row in range(1, 7)]


def test_a_worksheet_that_is_cut_off_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "list.xls"
    path.write_bytes(_sheet(0x0409)[:-13])
    with pytest.raises(Unreadable) as refused:
        items_of(path)
    assert refused.value.code == "CORRUPT_FILE"
