"""Tables on PDF pages, drawn and undrawn."""

from __future__ import annotations

from pathlib import Path

import pytest
from fpdf import FPDF
from PIL import Image

from handoff.doubts import DoubtCode
from ml_analyze.extraction import Unreadable, read_price_list
from ml_analyze.extraction.formats.pdf.read import read_pdf
from ml_analyze.extraction.limits import Limits
from tests.unit.ml_analyze.extraction.price_files import Page, items_of, names_and_prices


def test_an_undrawn_table_goes_on_over_pages_with_its_header_repeated(tmp_path: Path) -> None:
    page = Page()
    expected = []
    for number in range(3):
        if number:
            page.turn()
        page.put(20, 15, "Acme Supplies Price List 2024")
        for x, head in ((20, "Code"), (45, "Description"), (140, "Unit"), (180, "Price")):
            page.put(x, 25, head)
        for row in range(20):
            name = f"Steel bracket model {number}{row} heavy"
            page.put(20, 32 + row * 6, f"SB-{number}{row:03}")
            page.put(45, 32 + row * 6, name)
            page.put(140, 32 + row * 6, "pcs")
            page.put(190, 32 + row * 6, f"{(row + 1) * 137.5:,.2f}", right=True)
            expected.append((name, f"{(row + 1) * 137.5:.2f}"))
        page.put(100, 290, f"Page {number + 1} of 3")
    listed = read_price_list(page.save(tmp_path / "list.pdf"))
    items = list(listed.lines)
    assert [(item["name"], item["price"]) for item in items] == expected
    assert [items[0]["source"]["page"], items[-1]["source"]["page"]] == [1, 3]
    assert items[0]["sku"] == "SB-0000"


def test_a_drawn_table_keeps_wrapped_cells_whole(tmp_path: Path) -> None:
    pdf = FPDF()
    pdf.set_font("Helvetica", size=9)
    pdf.add_page()
    expected = []
    with pdf.table(col_widths=(15, 60, 20, 25)) as table:
        table.row(("Nr", "Bezeichnung", "Einheit", "Preis"))
        for number in range(30):
            name = f"Dichtung Typ {number} aus sehr langem und umbrochenem Text der nicht in eine Zeile passt"
            table.row((str(number + 1), name, "Stk", f"{number + 1}.234,50"))
            expected.append((name, f"{number + 1}234.50"))
    pdf.output(str(tmp_path / "list.pdf"))
    assert names_and_prices(tmp_path / "list.pdf") == expected


def test_a_second_line_of_a_name_belongs_to_its_item(tmp_path: Path) -> None:
    page = Page()
    for x, head in ((20, "Item"), (45, "Description"), (170, "Price EUR")):
        page.put(x, 25, head)
    y = 35.0
    for number in range(9):
        page.put(20, y, f"A{number:03}")
        page.put(45, y, f"Very long description of article {number}")
        page.put(190, y, f"{number + 1},50", right=True)
        if number % 3 == 0:
            y += 4
            page.put(45, y, "with a second line")
        y += 8
    read = names_and_prices(page.save(tmp_path / "list.pdf"))
    assert read[0] == ("Very long description of article 0 with a second line", "1.50")
    assert read[1] == ("Very long description of article 1", "2.50")
    assert len(read) == 9


def test_two_columns_of_items_on_a_page_are_read_with_their_sections(tmp_path: Path) -> None:
    page = Page()
    page.put(20, 22, "Valves")
    for number in range(12):
        page.put(20, 30 + number * 6, f"Left product {number}")
        page.put(90, 30 + number * 6, f"${number + 1}.00", right=True)
        page.put(110, 30 + number * 6, f"Right product {number}")
        page.put(190, 30 + number * 6, f"${number + 1}.75", right=True)
    items = items_of(page.save(tmp_path / "list.pdf"))
    assert len(items) == 24
    assert items[-1]["name"] == "Right product 11"
    assert {tuple(item["category"]) for item in items} == {("Valves",)}
    assert {item["currency"] for item in items} == {"USD"}


@pytest.mark.parametrize("between", [" ........................ ", " "])
def test_a_price_at_the_end_of_a_line_is_a_cell_of_its_own(tmp_path: Path, between: str) -> None:
    page = Page()
    page.put(20, 20, "Our prices")
    for number, name in enumerate(["Espresso", "Cappuccino", "Latte macchiato", "Pot of tea"]):
        page.put(20, 30 + 7 * number, f"{name}{between}{number + 2}.20 EUR")
    assert names_and_prices(page.save(tmp_path / "menu.pdf")) == [
        ("Espresso", "2.20"),
        ("Cappuccino", "3.20"),
        ("Latte macchiato", "4.20"),
        ("Pot of tea", "5.20"),
    ]


def test_pages_of_pictures_and_pages_of_prose_are_refused(tmp_path: Path) -> None:
    picture = FPDF()
    picture.add_page()
    picture.rect(10, 10, 100, 100)
    picture.output(str(tmp_path / "scan.pdf"))
    with pytest.raises(Unreadable) as scan:
        read_price_list(tmp_path / "scan.pdf")
    assert scan.value.code == "IMAGE_ONLY_PDF"
    prose = FPDF()
    prose.set_font("Helvetica", size=9)
    prose.add_page()
    prose.multi_cell(170, 5, "This is a letter about our company and its long history. " * 40)
    prose.output(str(tmp_path / "letter.pdf"))
    with pytest.raises(Unreadable):
        list(read_price_list(tmp_path / "letter.pdf").lines)


def test_a_page_turned_on_its_side_reads_like_any_other(tmp_path: Path) -> None:
    import pypdfium2

    page = Page()
    for number in range(6):
        page.put(20, 30 + 7 * number, f"Hex bolt number {number}")
        page.put(150, 30 + 7 * number, f"{number}.50 EUR", right=True)
    upright = page.save(tmp_path / "upright.pdf")
    document = pypdfium2.PdfDocument(str(upright))
    assert len(names_and_prices(upright)) == 6
    matrix = pypdfium2.PdfMatrix().rotate(90).translate(0, 600)
    sheet = document[0]
    for item in sheet.get_objects():
        item.transform(matrix)
    sheet.gen_content()
    sheet.set_rotation(270)
    document.save(str(tmp_path / "turned.pdf"))
    document.close()
    assert names_and_prices(tmp_path / "turned.pdf") == names_and_prices(upright)


def test_amounts_that_ran_together_in_one_cell_are_a_doubt_about_the_page(tmp_path: Path) -> None:
    pdf = FPDF()
    pdf.set_font("Helvetica", size=9)
    pdf.add_page()
    with pdf.table(col_widths=(20, 60, 40)) as table:
        table.row(("Code", "Description", "Price EUR"))
        for number in range(6):
            table.row((f"A-{number}", f"Ball valve DN{number}", f"{number + 10}.50 {number + 9}.20"))
    pdf.output(str(tmp_path / "list.pdf"))
    (sheet,) = read_pdf(tmp_path / "list.pdf", Limits()).sheets
    assert [doubt.what for doubt in sheet.doubts] == [DoubtCode.PAGE_LAYOUT]
    page = Page()
    for number in range(6):
        page.put(20, 30 + 7 * number, f"Hex bolt number {number}")
        page.put(150, 30 + 7 * number, f"{number}.50 EUR", right=True)
    assert not any(sheet.doubts for sheet in read_pdf(page.save(tmp_path / "sure.pdf"), Limits()).sheets)


@pytest.mark.parametrize(("lines", "told"), [(30, True), (0, False)])
def test_a_page_that_is_a_picture_of_text_is_told_and_a_photograph_is_not(
    lines: int, told: bool, tmp_path: Path
) -> None:
    page = Page()
    for row in range(12):
        page.put(20, 20 + row * 6, f"A{row:03}")
        page.put(45, 20 + row * 6, f"Bracket {row} heavy")
        page.put(180, 20 + row * 6, f"{row}.50", right=True)
    page.turn()
    picture = Image.new("L", (600, 850), 255 if lines else 60)
    for row in range(lines):
        for word in range(8):
            picture.paste(0, (40 + word * 66, 40 + row * 25, 85 + word * 66, 50 + row * 25))
    page.pdf.image(picture, 0, 0, 210, 297)
    listed = read_price_list(page.save(tmp_path / "list.pdf"))
    assert len([line for line in listed.lines if line["kind"] == "item"]) == 12
    left_out = [doubt for doubt in listed.findings.doubts if doubt.what == DoubtCode.TABLE_LEFT_OUT]
    assert [doubt.where for doubt in left_out] == (["page 2"] if told else [])
