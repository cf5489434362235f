"""One list in every structured form: each value is what the format says, whatever the order and the number."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest

from handoff.api import Hints
from ml_analyze.extraction import Limits, Unreadable, read_price_list
from tests.unit.ml_analyze.extraction.price_files import items_of

SEEDS = range(4)


@dataclass(frozen=True)
class Article:
    sku: str
    name: str
    price: str
    barcode: str
    group: str


def _articles(seed: int) -> list[Article]:
    chance = random.Random(seed)
    words = ["Säge & Co", "Kugelhahn", "Дрель <ударная>", 'Vis "tête"', "Rohr 1/2'", "Total", "Summe: 5", "Pump; big"]
    return [
        Article(
            f"A-{number}",
            f"{chance.choice(words)} {number}",
            f"{chance.randint(1, 900)}.{chance.randint(1, 9)}{chance.randint(1, 9)}",
            f"400638133{number:04}",
            chance.choice(["Werkzeug", "Rohre"]),
        )
        for number in range(chance.randint(1, 40))
    ]


def _yml(articles: list[Article]) -> str:
    offers = "".join(
        f'<offer id="{a.sku}"><price>9999</price><currencyId>RUR</currencyId>'
        f"<categoryId>{1 + (a.group == 'Rohre')}</categoryId><name>{escape(a.name)}</name>"
        f"<barcode>{a.barcode}</barcode>"
        f'<param name="Weight" unit="kg">2</param><price_opt>{a.price}</price_opt></offer>'
        for a in articles
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE yml_catalog SYSTEM "shops.dtd">\n<yml_catalog>'
        "<shop><categories>"
        '<category id="1" parentId="9">Werkzeug</category><category id="2" parentId="9">Rohre</category>'
        f'<category id="9">All</category></categories><offers>{offers}</offers></shop></yml_catalog>'
    )


def _commerceml(articles: list[Article]) -> str:
    offers = "".join(
        f"<Предложение><Ид>{n}</Ид><Артикул>{a.sku}</Артикул><Наименование>{escape(a.name)}</Наименование>"
        f"<Штрихкод>{a.barcode}</Штрихкод><Цены><Цена><ИдТипаЦены>r</ИдТипаЦены><ЦенаЗаЕдиницу>9999</ЦенаЗаЕдиницу>"
        f"<Валюта>руб</Валюта></Цена><Цена><ИдТипаЦены>o</ИдТипаЦены><ЦенаЗаЕдиницу>{a.price}</ЦенаЗаЕдиницу>"
        "<Валюта>руб</Валюта></Цена></Цены></Предложение>"
        for n, a in enumerate(articles)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><КоммерческаяИнформация xmlns="urn:1C.ru:commerceml_2">'
        "<ПакетПредложений>"
        "<ТипыЦен><ТипЦены><Ид>r</Ид><Наименование>Розничная</Наименование></ТипЦены><ТипЦены><Ид>o</Ид>"
        f"<Наименование>Оптовая</Наименование></ТипЦены></ТипыЦен><Предложения>{offers}</Предложения>"
        "</ПакетПредложений></КоммерческаяИнформация>"
    )


def _google(articles: list[Article]) -> str:
    items = "".join(
        f"<item><g:id>{a.sku}</g:id><title>{escape(a.name)}</title><g:price>9999 RUB</g:price>"
        f"<g:sale_price>{a.price} RUB</g:sale_price><g:gtin>{a.barcode}</g:gtin>"
        f"<g:product_type>All &gt; {a.group}</g:product_type><g:shipping><g:price>5 RUB</g:price></g:shipping></item>"
        for a in articles
    )
    return f'<rss xmlns:g="http://base.google.com/ns/1.0"><channel><title>T</title>{items}</channel></rss>'


def _google_tsv(articles: list[Article]) -> str:
    head = "id\ttitle\tdescription\tprice\tavailability\tgtin\tproduct_type\n"
    rows = ('"' + a.name.replace('"', '""') + '"' for a in articles)
    return head + "".join(
        f"{a.sku}\t{name}\t\t{a.price} RUB\tin stock\t{a.barcode}\tAll > {a.group}\n"
        for a, name in zip(articles, rows, strict=True)
    )


def _bmecat(articles: list[Article], version: str) -> str:
    new = version == "2005"
    tag, number, barcode, member = (
        ("PRODUCT", "SUPPLIER_PID", "INTERNATIONAL_PID", "PROD_ID")
        if new
        else ("ARTICLE", "SUPPLIER_AID", "EAN", "ART_ID")
    )

    def price(kind: str, amount: str, more: str = "") -> str:
        return f"<{tag}_PRICE price_type='{kind}'><PRICE_AMOUNT>{amount}</PRICE_AMOUNT>{more}</{tag}_PRICE>"

    rows = "".join(
        f"<{tag} mode='new'><{number}>{a.sku}</{number}><{tag}_DETAILS><DESCRIPTION_SHORT>{escape(a.name)}"
        f"</DESCRIPTION_SHORT><{barcode}>{a.barcode}</{barcode}></{tag}_DETAILS><{tag}_ORDER_DETAILS>"
        f"<ORDER_UNIT>C62</ORDER_UNIT><PRICE_QUANTITY>100</PRICE_QUANTITY></{tag}_ORDER_DETAILS><{tag}_PRICE_DETAILS>"
        + price("nrp", "9999")
        + price("net_customer", "1.00", "<LOWER_BOUND>500</LOWER_BOUND>")
        + price("net_customer", a.price, "<TAX>0.19</TAX>")
        + f"</{tag}_PRICE_DETAILS></{tag}>"
        for a in articles
    )
    maps = "".join(
        f"<{tag}_TO_CATALOGGROUP_MAP><{member}>{a.sku}</{member}><CATALOG_GROUP_ID>{a.group}</CATALOG_GROUP_ID>"
        f"</{tag}_TO_CATALOGGROUP_MAP>"
        for a in articles
    )
    groups = "".join(
        f"<CATALOG_STRUCTURE><GROUP_ID>{group}</GROUP_ID><GROUP_NAME>{group}</GROUP_NAME>"
        f"<PARENT_ID>{above}</PARENT_ID></CATALOG_STRUCTURE>"
        for group, above in (("Werkzeug", "9"), ("Rohre", "9"), ("9", "0"))
    )
    space = ' xmlns="http://www.bmecat.org/bmecat/2005"' if new else ""
    return (
        f'<?xml version="1.0"?><BMECAT version="{version}"{space}><HEADER><CATALOG><CURRENCY>RUB</CURRENCY></CATALOG>'
        f"</HEADER><T_NEW_CATALOG>{groups}{rows}{maps}</T_NEW_CATALOG></BMECAT>"
    )


def _json(articles: list[Article]) -> str:
    rows = [
        {
            "price": float(a.price),
            "currency": "RUB",
            "sku": a.sku,
            "name": a.name,
            "ean": a.barcode,
            "weight": {"kg": 2},
        }
        for a in articles
    ]
    return json.dumps({"date": "2026-01-01", "products": rows}, ensure_ascii=False)


def _json_lines(articles: list[Article]) -> str:
    return "".join(
        json.dumps({"title": a.name, "price": a.price, "currency": "RUB", "article": a.sku, "gtin": a.barcode}) + "\n"
        for a in articles
    )


def _flat_xml(articles: list[Article]) -> str:
    rows = "".join(
        f"<product><code>{a.sku}</code><name>{escape(a.name)}</name><price>{a.price}</price><currency>RUB</currency>"
        f"<ean>{a.barcode}</ean></product>"
        for a in articles
    )
    return f"\n<products>{rows}</products>"


FORMS: dict[str, Callable[[list[Article]], str]] = {
    "YML": _yml,
    "CommerceML": _commerceml,
    "Google RSS": _google,
    "Google TSV": _google_tsv,
    "BMEcat 1.2": lambda articles: _bmecat(articles, "1.2"),
    "BMEcat 2005": lambda articles: _bmecat(articles, "2005"),
    "JSON": _json,
    "JSON lines": _json_lines,
    "rows of XML": _flat_xml,
}


def _read(path: Path, **limits: int) -> list[dict[str, Any]]:
    return [line for line in read_price_list(path, limits=Limits(**limits)).lines if line["kind"] == "item"]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("form", FORMS)
def test_each_value_is_what_the_format_says(tmp_path: Path, form: str, seed: int) -> None:
    last = Article("B-1", "Last one", "5.55", "4006381339999", "Rohre")
    articles = [*_articles(seed), last]
    path = tmp_path / "list.txt"
    path.write_text(FORMS[form](articles), encoding="utf-8")
    read = _read(path, held_rows=7)
    assert [(i["sku"], i["name"], i["price"], i["currency"], i["barcode"]) for i in read] == [
        (a.sku, a.name, a.price, "RUB", a.barcode) for a in articles
    ]
    if form in ("YML", "Google RSS", "Google TSV"):
        assert [i["category"] for i in read] == [["All", a.group] for a in articles]
    elif form.startswith("BMEcat"):  # the topmost group is the catalogue itself
        assert [i["category"] for i in read] == [[a.group] for a in articles]


def test_conditions_of_a_catalogue_are_fields(tmp_path: Path) -> None:
    path = tmp_path / "list.xml"
    path.write_text(_bmecat(_articles(1)[:1], "2005"), encoding="utf-8")
    (item,) = items_of(path)
    assert item["conditions"] == {
        "price_kind": "net", "price_unit": "100", "vat_rate": "19", "vat_included": False,
        "tiers": [{"from_quantity": "500", "price": "1.00"}],
    }  # fmt: skip
    assert item["prices"] == {"nrp": "9999"}


@pytest.mark.parametrize("encoding", ["cp850", "cp1252", "utf-8"])
@pytest.mark.parametrize("version", [4, 5])
def test_datanorm_gives_cents_by_their_unit_in_every_code_page(tmp_path: Path, encoding: str, version: int) -> None:
    if version == 4:
        text = (
            "V 141025Größhandel Müller".ljust(125) + "04EUR\r\n"
            "A;N;4711;00;Dübel grün;6 mm;1;2;ST;5890;R01;EL; ;\r\nB;N;4711;DUEB;;;0;0;0;4006381333931;;;0;100;;\r\n"
            "A;L;4712;00;Weg;;1;0;ST;100;R01;EL; ;\r\nA;N;4713;00;Säge;;2;0;ST;45;;EL; ;\r\n\x1a"
        )
    else:
        text = (
            "V;050;A;20251014;EUR;Größhandel;;;;\r\n"
            "A;N;4711;Dübel grün;6 mm;PCE;1;100;5890;R01;EL;;;;;;;;4006381333931;;0;\r\n"
            "A;L;4712;Weg;;PCE;1;1;100;R01;\r\nA;N;4713;Säge;;PCE;2;1;45;;EL;;;;;;;;;;0;\r\nE;4;Ende;\r\n"
        )
    path = tmp_path / "DATANORM.001"
    path.write_bytes(text.encode(encoding))
    first, second = items_of(path)
    assert (first["sku"], first["name"], first["price"], first["currency"], first["barcode"]) == (
        "4711", "Dübel grün 6 mm", "58.90", "EUR", "4006381333931",
    )  # fmt: skip
    assert first["conditions"]["price_unit"] == "100" and first["conditions"]["discount_group"] == "R01"
    assert (second["name"], second["price"], second["conditions"]["price_kind"]) == ("Säge", "0.45", "net")


def test_datpreis_takes_the_discounts_off_and_keeps_the_list_price(tmp_path: Path) -> None:
    path = tmp_path / "DATPREIS.001"
    path.write_text(
        "V 010126Grosshandel".ljust(125)
        + "04EUR\nP;A;11;1;10000;1;2500;1;0;1;0;12;2;555;0;0;0;0;0;0;\nP;A;13;1;700;0;0;0;0;0;0;\n"
    )
    read = items_of(path)
    assert [(item["sku"], item["price"]) for item in read] == [("11", "75"), ("12", "5.55"), ("13", "7.00")]
    assert read[0]["conditions"] | {"price_kind": ""} == {"price_kind": "", "list_price": "100.00", "discount": "25"}


@pytest.mark.parametrize("marks", [":+.? '", "<*,! ~"])
def test_a_price_catalogue_is_read_by_the_marks_that_it_names(tmp_path: Path, marks: str) -> None:
    part, element, _, release, _, end = marks
    plain = (
        "UNB+UNOC:3+4012345000009:14+4098765000000:14+260101:1200+1'UNH+1+PRICAT:D:96A:UN:EAN008'BGM+9+PL1'"
        "CUX+2:CHF:8'LIN+1++4006381333931:EN'PIA+1+HB 1:SA'IMD+F++:::Hammer, 3?+1 Kg'QTY+53:10'PRI+AAA:12.50:::100:PCE'"
        "PRI+AAB:99'LIN+2++4006381333948:EN'IMD+F++:::Zange für:Kabel'PRI+AAB:19.90'UNT+9+1'UNZ+1+1'"
    )
    table = str.maketrans({":": part, "+": element, "?": release, "'": end})
    path = tmp_path / "list.edi"
    path.write_bytes(f"UNA{marks}{plain.translate(table)}".encode("latin-1"))
    first, second = items_of(path)
    assert (first["sku"], first["name"], first["price"], first["currency"]) == (
        "HB 1",
        f"Hammer, 3{element}1 Kg",
        "12.50",
        "CHF",
    )
    assert first["conditions"] == {"price_kind": "net", "price_unit": "100", "minimum_order": "10"}
    assert (second["name"], second["price"]) == ("Zange für Kabel", "19.90")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("UNA:+.? 'UNB+UNOC:3+1+2+260101:1200+1'UNH+1+ORDERS:D:96A:UN'BGM+220+1'", "ORDERS"),
        ("ISA*00*          *00*          *ZZ*A*ZZ*B*260101*1200*U*00401*1*0*P*>~", "X12"),
        ("V 010126RABATT\nR;;R01;1;2500;Gruppe 1\nR;;R02;1;2500;Gruppe 2\n", "discount groups"),
        ("<Invoice><ID>1</ID><Line><A>1</A><B>2</B></Line></Invoice>", "invoice"),
        ('<svg xmlns="http://www.w3.org/2000/svg"><g><path/><path/></g></svg>', "SVG"),
        ('{"products": [{"name": "a", "price": 1}, {"name": ', "damaged"),
        ("<products><product><name>a</name><price>1</price></product><product><name>", "damaged"),
        ("<?xml version='1.0'?><yml_catalog><shop><offer><name>a & b</name>", "damaged"),
        ("<yml_catalog><shop><offers></offers></shop></yml_catalog>", "no articles"),
    ],
)
def test_what_is_not_read_is_named_for_what_it_is(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "list.txt"
    path.write_text(text)
    with pytest.raises(Unreadable) as refused:
        items_of(path)
    assert says.lower() in refused.value.message.lower()


def test_no_entity_is_resolved(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hidden words")
    path = tmp_path / "list.xml"
    path.write_text(
        f'<!DOCTYPE yml_catalog SYSTEM "shops.dtd" [<!ENTITY x SYSTEM "file://{secret}">'
        '<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
        "<yml_catalog><shop><offers><offer id='1'><name>Saw&nbsp;&x;&b; 5</name><price>5</price></offer>"
        "</offers></shop></yml_catalog>"
    )
    (item,) = items_of(path)
    assert item["name"] == "Saw 5"


def test_what_a_person_says_wins_over_the_format(tmp_path: Path) -> None:
    path = tmp_path / "list.xml"
    path.write_text(_yml([Article(f"A-{n}", f"Saw blade {n}", f"{n}.50", "4006381333931", "Rohre") for n in range(9)]))
    assert {item["price"] for item in items_of(path, Hints(columns={"price": "retail"}))} == {"9999"}
