"""Offers of a product feed: their names, paths, prices by kind, and what has no place of its own."""

from __future__ import annotations

from pathlib import Path

from ml_analyze.extraction.formats.structured.article import Record
from ml_analyze.extraction.formats.structured.yml import path_of, records

GROUPS = "<categories><category id='1'>All</category><category id='2' parentId='1'>Saws</category></categories>"


def offer(tmp_path: Path, inside: str, *, attributes: str = "id='7'") -> Record:
    path = tmp_path / "list.yml"
    path.write_text(
        f"<yml_catalog><shop>{GROUPS}<offers><offer {attributes}>{inside}</offer></offers></shop></yml_catalog>"
    )
    (record,) = records(path)
    return record


def test_an_offer_has_its_number_name_price_currency_and_path(tmp_path: Path) -> None:
    inside = "<name>Saw</name><price>12.5</price><currencyId>RUR</currencyId><categoryId>2</categoryId>"
    assert offer(tmp_path, inside) == {
        "sku": "7", "name": "Saw", "price": "12.5", "currency": "RUB", "category": "All\nSaws",
    }  # fmt: skip


def test_a_name_in_parts_is_put_together(tmp_path: Path) -> None:
    parts = "<typePrefix>Drill</typePrefix><vendor>Acme</vendor><model>D 5</model>"
    assert offer(tmp_path, parts)["name"] == "Drill Acme D 5"
    assert offer(tmp_path, "<title>Drill</title>")["name"] == "Drill"


def test_what_a_dealer_pays_comes_before_what_a_shop_asks(tmp_path: Path) -> None:
    record = offer(tmp_path, "<price>20</price><wholesale_price>12</wholesale_price><oldprice>25</oldprice>")
    assert (record["price"], record["price:retail"], record["old_price"]) == ("12", "20", "25")


def test_an_offer_for_dealers_without_an_amount_leaves_the_shops_price(tmp_path: Path) -> None:
    record = offer(tmp_path, "<price>20</price><wholesale_price>ask us</wholesale_price>")
    assert (record["price"], record["has:wholesale_price"]) == ("20", "ask us")


def test_a_price_that_is_no_amount_stays_readable(tmp_path: Path) -> None:
    record = offer(tmp_path, "<name>Saw</name><price>on request</price>")
    assert "price" not in record and record["has:price"] == "on request"


def test_prices_from_a_quantity_on_are_tiers_in_order(tmp_path: Path) -> None:
    tiers = "".join(
        f"<price><quantity>{n}</quantity><value>{p}</value></price>" for n, p in ((100, 8), (10, 9), ("x", 1))
    )
    assert offer(tmp_path, f"<price>10</price><prices>{tiers}</prices>")["tiers"] == "10: 9\n100: 8"


def test_parameters_and_unknown_elements_are_characteristics_and_links_are_none(tmp_path: Path) -> None:
    inside = "<url>http://a.example</url><param name='Length' unit='mm'>60</param><weight>2</weight><param>red</param>"
    assert offer(tmp_path, inside) == {"sku": "7", "has:Length": "60 mm", "has:weight": "2", "has:param": "red"}


def test_stock_is_a_count_before_it_is_a_word(tmp_path: Path) -> None:
    attributes = "id='7' available='true'"
    assert offer(tmp_path, "<count>5</count>", attributes=attributes)["stock"] == "5"
    assert offer(tmp_path, "<name>Saw</name>", attributes=attributes)["stock"] == "true"


def test_groups_that_hold_each_other_end() -> None:
    assert path_of("1", {"1": ("A", "2"), "2": ("B", "1")}).count("\n") == 19
    assert path_of("9", {}) == ""
