"""A product of a merchant's feed: what it costs now is its price, and what it cost before the list price."""

from __future__ import annotations

from pathlib import Path

import pytest

from ml_analyze.extraction.formats.structured.google import record_of, records


def test_a_sale_makes_the_price_and_leaves_the_other_as_list_price() -> None:
    assert record_of([("id", "K-1"), ("title", "Saw"), ("price", "20.00 EUR"), ("sale_price", "15.00 EUR")]) == {
        "price": "15.00", "currency": "EUR", "list_price": "20.00", "price_kind": "discounted", "sku": "K-1",
        "name": "Saw",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "price", "currency"),
    [
        ("12.50 USD", "12.50", "USD"),
        ("USD 12.50", "12.50", "USD"),
        ("€12,50", "12.50", "EUR"),
        ("1,234.50 GBP", "1234.50", "GBP"),
        ("$5", "5", None),  # of many countries
        ("7", "7", None),
    ],
)
def test_money_is_read_with_its_currency_on_either_side(text: str, price: str, currency: str | None) -> None:
    record = record_of([("price", text)])
    assert (record["price"], record.get("currency")) == (price, currency)


def test_what_is_no_money_stays_readable() -> None:
    assert record_of([("price", "ask us")]) == {"has:price": "ask us"}


def test_the_shops_own_group_stands_before_googles_and_becomes_a_path() -> None:
    both = [("google_product_category", "123"), ("product_type", "Tools > Saws >  > Fine")]
    assert record_of(both)["category"] == "Tools\nSaws\nFine"


def test_pictures_and_links_are_left_out_and_all_else_is_kept() -> None:
    values = [("link", "http://a.example"), ("color", "red"), ("image_link", "http://a.example/b.jpg"), ("mpn", "M-1")]
    assert record_of(values) == {"has:color": "red", "has:mpn": "M-1"}


def test_items_of_rss_and_entries_of_atom_are_products(tmp_path: Path) -> None:
    for name in ("item", "entry"):
        path = tmp_path / f"{name}.xml"
        shipping = "<g:shipping><g:country>DE</g:country><g:price>5 EUR</g:price></g:shipping>"
        path.write_text(f'<rss xmlns:g="http://base.google.com/ns/1.0"><{name}><g:id>K</g:id>{shipping}</{name}></rss>')
        assert list(records(path)) == [{"sku": "K", "has:shipping": "DE 5 EUR"}]
