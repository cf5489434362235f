"""What a file is follows from its bytes."""

from __future__ import annotations

import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest

from ml_analyze.extraction import Unreadable, read_price_list
from tests.unit.ml_analyze.extraction.price_files import Page, names_and_prices, write_text, write_xlsx


def test_a_pdf_called_csv_and_a_workbook_called_xls_are_read(tmp_path: Path) -> None:
    page = Page()
    for number in range(5):
        page.put(20, 30 + 7 * number, f"Hex bolt number {number}")
        page.put(150, 30 + 7 * number, f"{number}.50 EUR", right=True)
    assert len(names_and_prices(page.save(tmp_path / "list.csv"))) == 5
    book = write_xlsx(tmp_path / "book.xlsx", {"A": [["Name", "Price"], ["Bolt", 2], ["Nut", 3]]})
    assert names_and_prices(book.rename(tmp_path / "book.xls")) == [("Bolt", "2"), ("Nut", "3")]


def test_an_html_table_called_xls_is_read(tmp_path: Path) -> None:
    page = (
        "<html><meta charset=windows-1251><table><tr><th>Артикул<th>Название<th>Цена</tr>"
        "<tr><td>A1<td>Стол &laquo;Лофт&raquo;<td>12 500 руб.</tr><tr><td>A2<td>Стул<td>3 200 руб.</tr></table></html>"
    )
    read = names_and_prices(write_text(tmp_path / "list.xls", page, "cp1251"))
    assert read == [("Стол «Лофт»", "12500"), ("Стул", "3200")]


def test_excels_xml_of_2003_is_read(tmp_path: Path) -> None:
    cells = "".join(
        f'<Row><Cell><Data ss:Type="String">{name}</Data></Cell>'
        f'<Cell><Data ss:Type="{kind}">{price}</Data></Cell></Row>'
        for name, kind, price in (("Name", "String", "Price"), ("Bolt", "Number", "2.5"), ("Nut", "Number", "3"))
    )
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    sheet = f'<Worksheet ss:Name="A"><Table>{cells}</Table></Worksheet>'
    xml = f'<?xml version="1.0"?><Workbook xmlns="{space}" xmlns:ss="{space}">{sheet}</Workbook>'
    assert names_and_prices(write_text(tmp_path / "list.xls", xml)) == [("Bolt", "2.5"), ("Nut", "3")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "EMPTY_FILE"),
        (b"  \r\n \r\n", "EMPTY_FILE"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "UNSUPPORTED_FORMAT"),
        (b"PK\x03\x04" + bytes(50), "CORRUPT_FILE"),
        (b"%PDF-1.4\nnothing", "CORRUPT_FILE"),
        (b"<html><body>404 Not Found</body></html>", "NOT_A_TABLE"),
        (bytes(range(256)) * 20, "UNSUPPORTED_FORMAT"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(content)
    with pytest.raises(Unreadable) as refusal:
        read_price_list(path)
    assert refusal.value.code == code
    assert refusal.value.message.endswith(".") or "." in refusal.value.message


def test_an_encrypted_workbook_is_said_to_be_one(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)
    )
    with pytest.raises(Unreadable, match="password"):
        read_price_list(path)


def test_an_archive_without_a_spreadsheet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(Unreadable) as refusal:
        read_price_list(path)
    assert refusal.value.code == "UNSUPPORTED_FORMAT"


def mail(attached: bytes | None) -> bytes:
    """As a mail program saves a letter: with a page of a table, or a list attached."""
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "sales@example.org", "office@example.org", "Prices"
    letter.set_content("Good morning, our prices.")
    if attached is None:
        rows = "".join(f"<tr><td>A{n}</td><td>Hammer {n}</td><td>{n},50</td></tr>" for n in range(1, 6))
        page = f"<table><tr><th>Code</th><th>Name</th><th>Price EUR</th></tr>{rows}</table>"
        letter.add_alternative(page, subtype="html")
    else:
        letter.add_attachment(attached, maintype="text", subtype="csv", filename="prices.csv")
    return letter.as_bytes()


def test_a_letter_is_read_where_it_is_the_list_and_refused_where_the_list_is_attached(tmp_path: Path) -> None:
    path = tmp_path / "letter"
    path.write_bytes(mail(None))
    assert names_and_prices(path)[1] == ("Hammer 2", "2.50")
    path.write_bytes(mail(b"Code;Name;Price\nA1;Hammer;2,50\n"))
    with pytest.raises(Unreadable, match="Save what is attached"):
        names_and_prices(path)
