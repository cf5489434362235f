"""DATANORM: money in cents for one, ten, a hundred or a thousand units, in versions 4 and 5, on DOS and Windows."""

from __future__ import annotations

from pathlib import Path

import pytest

from ml_analyze.extraction.formats.structured.article import Record
from ml_analyze.extraction.formats.structured.datanorm import encoding_of, records, refuse_groups
from ml_analyze.extraction.limits import Unreadable

HEAD_4 = "V 010426Werkzeug Brandt                              04EUR"
HEAD_5 = "V;050;A;20260401;EUR;;Werkzeug Brandt"


def read(tmp_path: Path, *lines: str, encoding: str = "cp850") -> list[Record]:
    path = tmp_path / "DATANORM.001"
    path.write_bytes("\r\n".join([*lines, "\x1a"]).encode(encoding))
    return list(records(path))


@pytest.mark.parametrize(("key", "unit"), [("0", None), ("1", "10"), ("2", "100"), ("3", "1000"), ("9", None)])
def test_a_price_of_version_4_is_in_cents_for_so_many_units(tmp_path: Path, key: str, unit: str | None) -> None:
    (record,) = read(tmp_path, HEAD_4, f"A;N;4711;00;Kugelhahn;DN 15;1;{key};Stk;1250;R1;W7;")
    assert record == {
        "sku": "4711", "name": "Kugelhahn DN 15", "unit": "Stk", "currency": "EUR", "discount_group": "R1",
        "has:goods group": "W7", "price": "12.50", "price_kind": "list",
    } | ({"price_unit": unit} if unit else {})  # fmt: skip


def test_version_5_has_its_fields_elsewhere_and_the_unit_as_a_number(tmp_path: Path) -> None:
    (record,) = read(tmp_path, HEAD_5, "A;N;4711;Kugelhahn;DN 15;Stk;2;100;999;R1;W7;")
    assert (record["name"], record["price"], record["price_kind"], record["price_unit"]) == (
        "Kugelhahn DN 15", "9.99", "net", "100",
    )  # fmt: skip


def test_deleted_and_renumbered_articles_are_no_items(tmp_path: Path) -> None:
    lines = ["A;L;1;00;Alt;;1;0;Stk;100;;;", "A;X;2;00;Neu;;1;0;Stk;100;;;", "A;N;3;00;Muffe;;1;0;Stk;100;;;"]
    assert [record["sku"] for record in read(tmp_path, HEAD_4, *lines)] == ["3"]


def test_a_second_record_adds_to_its_own_article_only(tmp_path: Path) -> None:
    article = "A;N;4711;00;Kugelhahn;;1;0;Stk;1250;;;"
    (record,) = read(tmp_path, HEAD_4, article, "B;N;4711;KUGEL;K-1;;;;;4006381333931;;;;5;", "B;N;4712;OTHER;")
    assert (record["has:matchcode"], record["barcode"], record["pack_size"]) == ("KUGEL", "4006381333931", "5")


def test_prices_alone_have_their_discounts_taken_off(tmp_path: Path) -> None:
    (one, two) = read(tmp_path, HEAD_4, "P;A;4711;1;10000;1;2000;1;1000;;;4712;2;550;;;;;;;")
    assert one == {
        "sku": "4711", "currency": "EUR", "price": "72", "price_kind": "net", "list_price": "100.00", "discount": "28",
    }  # fmt: skip
    assert two == {"sku": "4712", "currency": "EUR", "price": "5.50", "price_kind": "net"}


@pytest.mark.parametrize("encoding", ["cp850", "cp1252", "utf-8"])
def test_umlauts_tell_dos_from_windows(tmp_path: Path, encoding: str) -> None:
    (record,) = read(tmp_path, HEAD_4, "A;N;1;00;Türöffner für Größe;;1;0;Stk;100;;;", encoding=encoding)
    assert record["name"] == "Türöffner für Größe"
    assert encoding_of(tmp_path / "DATANORM.001") == encoding


def test_files_of_groups_are_refused_with_what_to_ask_for() -> None:
    for line, what in (("R;A;R1;1;20;", "discount"), ("S;A;W1;Armaturen;", "goods")):
        with pytest.raises(Unreadable, match=f"{what} groups.*DATANORM.001"):
            refuse_groups(f"{HEAD_4}\n{line}\n{line}\n")
    refuse_groups(f"{HEAD_4}\nR;A;R1;1;20;\nA;N;1;\n")
    refuse_groups("")
