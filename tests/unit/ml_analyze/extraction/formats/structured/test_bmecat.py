"""Articles of a catalogue of industry: whose price holds, from which quantity, in which currency, in which group."""

from __future__ import annotations

from pathlib import Path

import pytest

from ml_analyze.extraction.formats.structured.article import Record
from ml_analyze.extraction.formats.structured.bmecat import records


def catalogue(tmp_path: Path, articles: str, *, head: str = "", tail: str = "") -> list[Record]:
    path = tmp_path / "list.xml"
    path.write_text(f"<BMECAT><HEADER>{head}</HEADER><T_NEW_CATALOG>{articles}{tail}</T_NEW_CATALOG></BMECAT>")
    return list(records(path))


def price(kind: str, amount: str, *, start: str = "", more: str = "") -> str:
    bound = f"<LOWER_BOUND>{start}</LOWER_BOUND>" if start else ""
    return f"<ARTICLE_PRICE price_type='{kind}'><PRICE_AMOUNT>{amount}</PRICE_AMOUNT>{bound}{more}</ARTICLE_PRICE>"


def article(prices: str, *, more: str = "", order: str = "", number: str = "A-1", mode: str = "new") -> str:
    return (
        f"<ARTICLE mode='{mode}'><SUPPLIER_AID>{number}</SUPPLIER_AID>"
        f"<ARTICLE_DETAILS><DESCRIPTION_SHORT>Saw</DESCRIPTION_SHORT></ARTICLE_DETAILS>"
        f"<ARTICLE_ORDER_DETAILS>{order}</ARTICLE_ORDER_DETAILS>"
        f"<ARTICLE_PRICE_DETAILS>{prices}</ARTICLE_PRICE_DETAILS>{more}</ARTICLE>"
    )


def test_the_buyers_own_price_holds_and_the_others_keep_their_kinds(tmp_path: Path) -> None:
    (record,) = catalogue(
        tmp_path, article(price("nrp", "30") + price("net_list", "15") + price("net_customer", "12.50"))
    )
    assert record == {
        "sku": "A-1", "name": "Saw", "price": "12.50", "price_kind": "net", "vat_included": "false",
        "price:nrp": "30", "price:net_list": "15",
    }  # fmt: skip


def test_prices_of_larger_quantities_are_tiers_and_the_smallest_is_the_price(tmp_path: Path) -> None:
    (record,) = catalogue(
        tmp_path,
        article(
            price("net_list", "9", start="100")
            + price("net_list", "12", start="1")
            + price("net_list", "10", start="10")
        ),
    )
    assert (record["price"], record["tiers"]) == ("12", "10: 10\n100: 9")


@pytest.mark.parametrize(("said", "rate"), [("0.19", "19"), ("19", "19"), ("0", "0"), ("0.077", "7.7")])
def test_a_rate_of_tax_is_a_percentage_however_it_is_said(tmp_path: Path, said: str, rate: str) -> None:
    (record,) = catalogue(tmp_path, article(price("net_list", "12", more=f"<TAX>{said}</TAX>")))
    assert record["vat_rate"] == rate


def test_a_factor_is_the_buyers_discount(tmp_path: Path) -> None:
    (record,) = catalogue(tmp_path, article(price("net_list", "200", more="<PRICE_FACTOR>0.65</PRICE_FACTOR>")))
    assert record["price"] == "130.00"


def test_the_currency_is_the_prices_own_else_the_catalogues(tmp_path: Path) -> None:
    own = price("net_list", "1", more="<PRICE_CURRENCY>chf</PRICE_CURRENCY>")
    found = catalogue(
        tmp_path, article(own) + article(price("net_list", "2")), head="<CATALOG><CURRENCY>EUR</CURRENCY></CATALOG>"
    )
    assert [record["currency"] for record in found] == ["CHF", "EUR"]


def test_a_price_of_a_hundred_says_so_and_that_of_one_does_not(tmp_path: Path) -> None:
    found = catalogue(
        tmp_path,
        "".join(article(price("net_list", "5"), order=f"<PRICE_QUANTITY>{n}</PRICE_QUANTITY>") for n in (100, 1)),
    )
    assert [record.get("price_unit") for record in found] == ["100", None]


def test_groups_that_stand_behind_the_articles_are_their_paths_without_the_catalogue_itself(tmp_path: Path) -> None:
    groups = "".join(
        f"<CATALOG_STRUCTURE><GROUP_ID>{own}</GROUP_ID><GROUP_NAME>{name}</GROUP_NAME>"
        f"<PARENT_ID>{above}</PARENT_ID></CATALOG_STRUCTURE>"
        for own, name, above in (("1", "Catalogue", "0"), ("2", "Tools", "1"), ("3", "Saws", "2"))
    )
    held = "ARTICLE_TO_CATALOGGROUP_MAP"
    mapped = f"<{held}><ART_ID>A-1</ART_ID><CATALOG_GROUP_ID>3</CATALOG_GROUP_ID></{held}>"
    (record,) = catalogue(tmp_path, article(price("net_list", "5")), tail=groups + mapped)
    assert record["category"] == "Tools\nSaws"


def test_articles_that_are_deleted_or_have_no_number_are_none(tmp_path: Path) -> None:
    prices = price("net_list", "5")
    assert catalogue(tmp_path, article(prices, mode="delete") + article(prices, number="")) == []


def test_features_are_characteristics_with_their_unit_and_an_article_may_have_no_price(tmp_path: Path) -> None:
    feature = "<FEATURE><FNAME>Length</FNAME><FVALUE>60</FVALUE><FUNIT>mm</FUNIT></FEATURE>"
    (record,) = catalogue(tmp_path, article("", more=f"<ARTICLE_FEATURES>{feature}</ARTICLE_FEATURES>"))
    assert record == {"sku": "A-1", "name": "Saw", "has:Length": "60 mm"}
