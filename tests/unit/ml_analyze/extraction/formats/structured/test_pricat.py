"""Segments of a price catalogue by the marks and in the page that it names, each line one record."""

from __future__ import annotations

from pathlib import Path

import pytest

from ml_analyze.extraction.formats.structured.article import Record
from ml_analyze.extraction.formats.structured.pricat import is_edifact, records, refuse_others
from ml_analyze.extraction.limits import Unreadable

UTF8 = "UNB+UNOY:4+1:14+2:14+260101:1200+1'UNH+1+PRICAT:D:96A:UN'"


def read(tmp_path: Path, text: str, *, encoding: str = "utf-8", head: str = UTF8) -> list[Record]:
    path = tmp_path / "list.edi"
    path.write_bytes((head + text).encode(encoding))
    return list(records(path))


def test_a_message_is_told_by_its_head_and_any_but_a_catalogue_is_refused() -> None:
    assert is_edifact(b"  UNA:+.? '\r\nUNB+UNOC:3+1") and is_edifact(b"UNB+UNOA:1")
    assert not is_edifact(b"name;price") and not is_edifact(b"") and not is_edifact(b"UNH+1+PRICAT")
    refuse_others(UTF8.encode())
    for head in ("UNB+UNOC:3'UNH+1+ORDERS:D:96A:UN'", "UNB+UNOC:3'"):
        with pytest.raises(Unreadable) as refused:
            refuse_others(head.encode())
        assert refused.value.code == "UNSUPPORTED_FORMAT"


def test_the_price_that_is_paid_comes_before_the_others_which_keep_their_kinds(tmp_path: Path) -> None:
    text = "LIN+1++4006381333931:EN'PRI+AAB:20.00'PRI+AAA:12.50'PRI+AAE:15'PRI+AAB:30:::SRP'"
    assert read(tmp_path, text) == [
        {
            "barcode": "4006381333931", "price": "12.50", "price_kind": "net", "price:gross": "20.00",
            "price:price": "15", "price:list": "30",
        }
    ]  # fmt: skip


def test_prices_from_a_quantity_on_are_tiers(tmp_path: Path) -> None:
    (record,) = read(tmp_path, "LIN+1++X1'PRI+AAA:12.50'PRI+AAA:11'RNG+4+PCE:10'PRI+AAA:10'RNG+4+PCE:100'")
    assert (record["price"], record["tiers"]) == ("12.50", "10: 11\n100: 10")


def test_a_mark_that_is_released_belongs_to_the_text(tmp_path: Path) -> None:
    (record,) = read(tmp_path, "LIN+1++X1'IMD+F++:::Bolt 3?+1 ?'A?' 5??'PRI+AAA:1'")
    assert record["name"] == "Bolt 3+1 'A' 5?"


def test_a_blank_in_the_place_of_the_releasing_mark_says_that_there_is_none(tmp_path: Path) -> None:
    (record,) = read(tmp_path, "LIN+1++X1'IMD+F++:::Claw hammer of steel?'PRI+AAA:1'", head="UNA:+.  '" + UTF8)
    assert record["name"] == "Claw hammer of steel?"


@pytest.mark.parametrize(
    ("page", "encoding", "name"),
    [
        ("UNOC", "latin-1", "Säge"),
        ("UNOE", "iso8859-5", "Пила"),
        ("UNOY", "utf-8", "Säge Пила"),
        ("UNOY", "latin-1", "Säge"),
    ],
)
def test_letters_are_of_the_page_that_the_message_names(tmp_path: Path, page: str, encoding: str, name: str) -> None:
    text = f"LIN+1++X1'IMD+F++:::{name}'PRI+AAA:1'"
    (record,) = read(tmp_path, text, encoding=encoding, head=UTF8.replace("UNOY", page))
    assert record["name"] == name


def test_the_last_letters_of_a_file_are_read_as_all_others(tmp_path: Path) -> None:
    assert read(tmp_path, "LIN+1++X1'IMD+F++:::Café'")[0]["name"] == "Café"


def test_a_letter_cut_between_two_readings_of_the_file_is_whole(tmp_path: Path) -> None:
    for shift in range(4):
        line = f"LIN+1++X1'IMD+F++:::{'ü' * 200_000}{'x' * shift}'PRI+AAA:1'"
        (record,) = read(tmp_path, line)
        assert record["name"] == "ü" * 200_000 + "x" * shift


def test_the_currency_of_the_message_holds_for_each_line_without_its_own(tmp_path: Path) -> None:
    found = read(tmp_path, "CUX+2:CHF:8'LIN+1++X1'PRI+AAA:1'LIN+2++X2'PRI+AAA:2'CUX+2:EUR'UNT+1+1'")
    assert [record["currency"] for record in found] == ["CHF", "EUR"]


def test_quantities_and_numbers_have_their_roles_and_unknown_ones_their_codes(tmp_path: Path) -> None:
    text = "LIN+1++X1'PIA+1+M-7:MF+B-3:IN+Q:ZZZ'QTY+53:10:PCE'QTY+59:6'QTY+145:30'QTY+99:2'TAX+7+VAT+++:::19'"
    assert read(tmp_path, text) == [
        {
            "sku": "X1", "has:mpn": "M-7", "has:buyer's number": "B-3", "has:ZZZ": "Q", "minimum_order": "10",
            "unit": "PCE", "pack_size": "6", "stock": "30", "has:quantity 99": "2", "vat_rate": "19",
        }
    ]  # fmt: skip
