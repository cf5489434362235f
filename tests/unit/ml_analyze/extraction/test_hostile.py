"""Files made to do harm end in a clear error, soon and without eating memory."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from ml_analyze.extraction import Limits, Unreadable, read_price_list
from tests.unit.ml_analyze.extraction.price_files import names_and_prices, write_xlsx

_HEAD = b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'


def _book(path: Path, sheet: bytes | None = None, **parts: bytes) -> Path:
    """A small workbook with its sheet, or other parts, replaced."""
    made = io.BytesIO()
    book = Workbook()
    for row in (["Name", "Price"], ["Bolt", 2.5], ["Nut", 3.5], ["Pin", 4.5]):
        book.active.append(row)
    book.save(made)
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if sheet is not None and name.endswith("sheet1.xml"):
                content = sheet
            target.writestr(name, parts.get(name.rsplit("/", 1)[-1].split(".")[0], content))
    return path


def _refused(path: Path, limits: Limits | None = None) -> str:
    with pytest.raises(Unreadable) as refusal:
        list(read_price_list(path, limits=limits or Limits()).lines)
    return refusal.value.code


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(80):
                part.write(bytes(1 << 20))
    assert _refused(path) == "ARCHIVE_BOMB"


def test_an_archive_of_very_many_entries_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "many.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(300):
            archive.writestr(f"xl/{number}.xml", "")
    assert _refused(path, Limits(archive_entries=200)) == "ARCHIVE_BOMB"


def test_millions_of_merged_cells_are_counted_not_loaded(tmp_path: Path) -> None:
    merges = b"".join(b'<mergeCell ref="A%d:B%d"/>' % (row, row) for row in range(1, 300_000))
    sheet = _HEAD + b"<sheetData/><mergeCells>" + merges + b"</mergeCells></worksheet>"
    assert _refused(_book(tmp_path / "merges.xlsx", sheet)) == "TOO_LARGE"


@pytest.mark.parametrize("far", [b"XFD1048576", b"XFD2", b"A1048576"])
def test_one_cell_far_out_does_not_make_a_table_of_billions(tmp_path: Path, far: bytes) -> None:
    row = int(far.lstrip(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    cells = b"".join(
        b'<row r="%d"><c r="A%d" t="inlineStr"><is><t>%s</t></is></c><c r="B%d"%s></c></row>'
        % (at, at, name, at, price)
        for at, (name, price) in enumerate(
            [(b"Name", b' t="inlineStr"><is><t>Price</t></is'), (b"Bolt", b"><v>2.5</v"), (b"Nut", b"><v>3.5</v")], 1
        )
    )
    sheet = (
        _HEAD
        + b'<dimension ref="A1:XFD1048576"/><sheetData>'
        + cells
        + b'<row r="%d"><c r="%s"><v>1</v></c></row>' % (max(row, 4), far)
        + b"</sheetData></worksheet>"
    )
    read = names_and_prices(_book(tmp_path / "far.xlsx", sheet))
    assert read[:2] == [("Bolt", "2.5"), ("Nut", "3.5")]


def test_external_and_nested_entities_are_not_resolved(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("TOP SECRET")
    doctype = (
        f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}"><!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    )
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    strings = f'<?xml version="1.0"?>{doctype}<sst xmlns="{space}"><si><t>&e;&b;</t></si></sst>'
    path = _book(tmp_path / "xxe.xlsx", sharedStrings=strings.encode())
    try:
        text = str(list(read_price_list(path).lines))
    except Unreadable as refusal:
        text = str(refusal)
    assert "TOP SECRET" not in text
    cells = "<Worksheet><Table><Row><Cell><Data>&e;</Data></Cell></Row></Table></Worksheet>"
    old = "urn:schemas-microsoft-com:office:spreadsheet"
    xml = f'<?xml version="1.0"?>{doctype}<Workbook xmlns="{old}">{cells}</Workbook>'
    (tmp_path / "old.xls").write_text(xml)
    with pytest.raises(Unreadable) as refused:
        read_price_list(tmp_path / "old.xls")
    assert "TOP SECRET" not in str(refused.value) + str(refused.value.reading)


def test_deeply_nested_markup_ends_in_an_answer(tmp_path: Path) -> None:
    (tmp_path / "deep.html").write_text("<html><body>" + "<div>" * 50_000 + "<table><tr><td>x</td></tr></table>")
    _refused(tmp_path / "deep.html")
    (tmp_path / "deep.xls").write_text(
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">' + "<a>" * 100_000
    )
    assert _refused(tmp_path / "deep.xls") == "CORRUPT_FILE"


def test_an_html_span_of_millions_is_cut(tmp_path: Path) -> None:
    (tmp_path / "span.html").write_text(
        "<table><tr><th>Name<th>Price</tr><tr><td rowspan=99999999 colspan=99999999>Bolt<td>2.50</tr>"
        "<tr><td>Nut<td>3</tr></table>"
    )
    try:
        assert len(names_and_prices(tmp_path / "span.html")) <= 2
    except Unreadable as refusal:
        assert refusal.code


def test_rows_and_sheets_beyond_the_limits_are_refused(tmp_path: Path) -> None:
    (tmp_path / "long.csv").write_text("name,price\n" + "Bolt,2\n" * 5000)
    assert _refused(tmp_path / "long.csv", Limits(rows=1000, held_rows=500)) == "TOO_LARGE"
    assert _refused(tmp_path / "long.csv", Limits(file_bytes=100)) == "TOO_LARGE"
    book = write_xlsx(tmp_path / "sheets.xlsx", {f"s{number}": [["Name", "Price"], ["Bolt", 2]] for number in range(5)})
    assert _refused(book, Limits(sheets=3)) == "TOO_LARGE"


def test_a_quote_that_never_closes_does_not_swallow_the_file(tmp_path: Path) -> None:
    rows = "".join(f"Thing number {number},{number}.50\n" for number in range(1, 400))
    (tmp_path / "quote.csv").write_text('name,price\n"Tube 5 inch,1.00\n' + rows)
    assert len(names_and_prices(tmp_path / "quote.csv")) >= 399


@pytest.mark.parametrize("seed", range(12))
def test_damaged_files_of_every_kind_end_in_items_or_in_a_reason(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    sources = [
        write_xlsx(
            tmp_path / "a.xlsx", {"A": [["Name", "Price"], *[[f"Bolt {n}", n] for n in range(50)]]}
        ).read_bytes(),
        ("Name;Preis\n" + "".join(f"Tür {n};{n},50\n" for n in range(50))).encode("cp1252"),
        b"<html><table>" + b"<tr><td>Bolt</td><td>2.50</td></tr>" * 20 + b"</table>",
        _old_workbook(tmp_path),
        _pdf(tmp_path),
    ]
    for number, source in enumerate(sources):
        broken = bytearray(source)
        for _ in range(chance.randint(1, 40)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        if chance.random() < 0.4:
            del broken[chance.randrange(len(broken)) :]
        path = tmp_path / f"broken{number}.bin"
        path.write_bytes(broken)
        try:
            list(read_price_list(path).lines)
        except Unreadable as refusal:
            assert refusal.message


def _old_workbook(folder: Path) -> bytes:
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("A")
    for row, (name, price) in enumerate([("Name", "Price"), *[(f"Bolt {n}", n) for n in range(50)]]):
        sheet.write(row, 0, name)
        sheet.write(row, 1, price)
    book.save(str(folder / "a.xls"))
    return (folder / "a.xls").read_bytes()


def _pdf(folder: Path) -> bytes:
    from tests.unit.ml_analyze.extraction.price_files import Page

    page = Page()
    for number in range(10):
        page.put(20, 30 + 7 * number, f"Hex bolt number {number}")
        page.put(150, 30 + 7 * number, f"{number}.50 EUR", right=True)
    return page.save(folder / "a.pdf").read_bytes()


def test_a_cell_that_spells_or_holds_a_control_character_refuses_no_workbook(tmp_path: Path) -> None:
    book = Workbook()
    names = ("Bolt", "Nut \\u0001 \\u0000", "Pin _x0001_ _x0000_", "Rivet")
    for row in (["Name", "Price EUR"], *([name, 2.5 + number] for number, name in enumerate(names))):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    assert [price for _, price in names_and_prices(tmp_path / "a.xlsx")] == ["2.5", "3.5", "4.5", "5.5"]
