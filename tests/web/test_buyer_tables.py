"""Products and items as a buyer works with them: orders, filters, pages, views, many at once."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select, text

from app.catalog import assortment, items, offers
from app.errors import Invalid
from app.export import scheduled
from app.extensions import db, queue
from app.models.catalog import ItemMatch, PriceHistory, Product, ProductStatus, SupplierItem
from app.models.offers import ItemWords, ProductOffers
from app.models.supplier import Supplier
from app.models.user import UserRole
from app.money import best, rates
from app.money.rates import Told
from app.review import rematch
from app.web.table_filters import FIELDS, query_of
from tests.fixtures.web import Visitor

OLD = datetime.now(UTC) - timedelta(days=40)


def product(number: int, **more: object) -> Product:
    made = Product(internal_sku=f"P-{number}", name=f"Drill no. {number}", status=ProductStatus.ACTIVE, **more)
    db.session.add(made)
    db.session.flush()
    return made


def offer(supplier: Supplier, of: Product | None, price: str, **more: object) -> SupplierItem:
    """An available item with its price since long ago; ``before`` is what it cost then."""
    before = more.pop("before", None)
    values: dict[str, object] = {"name": f"Item {price}", "currency": "EUR"}
    number = len(db.session.scalars(select(SupplierItem.id)).all())
    made = SupplierItem(supplier_id=supplier.id, supplier_sku=f"S-{number}", **(values | more))
    made.current_price, made.product_id = Decimal(price), of.id if of else None
    if of:
        made.match_status = ItemMatch.AUTO_MATCHED
    db.session.add(made)
    db.session.flush()
    if before:
        old = {"price": Decimal(str(before)), "currency": "EUR", "recorded_at": OLD}
        db.session.add(PriceHistory(supplier_item_id=made.id, **old))
    return made


@pytest.fixture
def shop(ctx: Flask, supplier: Supplier) -> list[Product]:
    """Four products: two sellers, one seller and a loss, nobody, one that nobody can compare."""
    rates.set_base("EUR", actor="tests")
    rates.tell([Told(OLD.date(), "EUR", "PLN", Decimal(4))], source="csv", actor="tests")
    other = Supplier(name="Anders", source_type="csv", meta={})
    db.session.add(other)
    db.session.flush()
    made = [product(number, price=Decimal(price)) for number, price in ((1, "100"), (2, "40"), (3, "10"), (4, "5"))]
    offer(supplier, made[0], "80", before="60")
    offer(other, made[0], "280", currency="PLN")
    offer(supplier, made[1], "50", before="50")
    offer(supplier, made[3], "9", currency="USD")
    rates.set_anew()
    best.keep_current()
    return made


def found(**args: str) -> list[str]:
    """The SKUs of the table's products, read page by page."""
    wanted, seen, after = assortment.Wanted.of(args), list[str](), None
    while True:
        rows, after = assortment.page(wanted, after=after, limit=2)
        seen += [row.internal_sku for row in rows]
        if after is None:
            assert assortment.count(wanted) == len(seen)
            return seen


def test_a_product_shows_its_best_offer_spread_movement_and_margin(shop: list[Product]) -> None:
    rows = {row.internal_sku: row for row in assortment.page(assortment.Wanted(), after=None, limit=9)[0]}
    first = rows["P-1"]
    assert (first.supplier, first.best, first.highest, first.offers, first.suppliers) == ("Anders", 70, 80, 2, 2)
    assert (first.spread, first.margin) == (Decimal("0.1429"), Decimal("0.3"))
    # 60.00 was the best 30 days ago: Anders has no price from then
    assert first.moved == Decimal("0.1667")
    assert (rows["P-2"].moved, rows["P-2"].margin) == (0, Decimal("-0.25"))
    assert (rows["P-3"].offers, rows["P-3"].best) == (0, None)
    assert (rows["P-4"].offers, rows["P-4"].best) == (1, None)


def test_every_order_reads_each_product_once_and_those_without_a_value_last(shop: list[Product]) -> None:
    for sort in assortment.Sort:
        for way in ("", "down"):
            seen = found(sort=sort, dir=way)
            assert sorted(seen) == ["P-1", "P-2", "P-3", "P-4"], (sort, way)
    assert found(sort="best")[:2] == ["P-2", "P-1"]
    assert found(sort="best", dir="down")[:2] == ["P-1", "P-2"]
    assert found(sort="margin")[0] == "P-2"
    assert found(sort="own", dir="down") == ["P-1", "P-2", "P-3", "P-4"]


def test_the_filters_of_the_products(shop: list[Product]) -> None:
    assert found(which="no_offer") == ["P-3"]
    assert found(which="one_supplier") == ["P-2", "P-4"]
    assert found(which="below_best") == ["P-2"]
    assert found(moved="10") == ["P-1"]
    assert found(moved="20 %") == []
    assert found(q="no. 3") == ["P-3"]
    with pytest.raises(Invalid, match="no such filter"):
        assortment.Wanted.of({"which": "nonsense"})


def test_an_offer_that_comes_or_goes_moves_the_product_in_the_same_transaction(
    shop: list[Product], supplier: Supplier
) -> None:
    offer(supplier, shop[2], "8")
    offers.refresh([shop[2].id])
    row = db.session.get_one(ProductOffers, shop[2].id)
    assert (row.offers, row.best) == (1, None)  # not compared yet: no page may call it the best
    rates.set_anew()
    best.keep_current()
    db.session.refresh(row)
    assert (row.best, row.margin) == (8, Decimal("0.2"))


def test_offers_of_before_a_new_rate_are_shown_as_being_recomputed_until_a_worker_has_written_them(
    ctx: Flask, buyer: Visitor, shop: list[Product]
) -> None:
    rates.tell([Told(datetime.now(UTC).date(), "EUR", "PLN", Decimal(2))], source="csv", actor="tests")
    assert best.due() == 4
    page = buyer.get("/catalogue")
    assert "4 products are being recomputed" in page
    assert page.count(">being recomputed<") == 4
    assert "70.00" not in page
    assert "70" not in buyer.get("/catalogue/comparison.csv?q=no.+1"), "nor does the file tell the price of before"
    assert found(which="below_best") == []
    assert best.WRITE_OFFERS in {each.func_name for each in queue().jobs}, "a worker is asked"
    best.keep_current()
    page = buyer.get("/catalogue")
    assert "being recomputed" not in page
    assert "80.00" in page
    assert found(which="below_best") == ["P-2"]


def test_products_says_in_one_line_why_nothing_is_compared(ctx: Flask, buyer: Visitor, supplier: Supplier) -> None:
    offer(supplier, product(1), "5", currency="USD")
    db.session.commit()
    assert "choose the currency that the office thinks in" in buyer.get("/catalogue")
    rates.set_base("EUR", actor="tests")
    best.keep_current()
    page = buyer.get("/catalogue")
    assert "there is no rate for their currency" in page
    assert 'href="/money">Currencies' in page


def test_the_clock_writes_what_has_no_row_and_what_is_of_another_day(shop: list[Product]) -> None:
    db.session.query(ProductOffers).filter_by(product_id=shop[0].id).delete()
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    db.session.query(ProductOffers).filter_by(product_id=shop[1].id).update({"day": yesterday})
    db.session.commit()
    assert best.keep_current() == 2
    assert db.session.get_one(ProductOffers, shop[0].id).best == 70
    assert best.keep_current() == 0


def names(**args: str) -> list[str]:
    wanted, order = items.ItemFilter.of(args), items.Sorted.of(args)
    seen, after = list[str](), None
    while True:
        rows, after = items.page(wanted, order, after=after, limit=2)
        seen += [row.name for row in rows]
        if after is None:
            assert items.count(wanted) == len(seen)
            return seen


@pytest.fixture
def offered(ctx: Flask, supplier: Supplier) -> list[SupplierItem]:
    other = Supplier(name="Anders", source_type="csv", meta={})
    db.session.add(other)
    db.session.flush()
    details = {"brand": "Bosch", "barcode": "4006381333931", "category": ["Werkzeug", "Bohren"]}
    made = [
        offer(supplier, None, "3", name="Bohrmaschine 3.5 kW", characteristics=details),
        offer(supplier, None, "1", name="Schlagbohrer 5 mm", list_sku="AB-77"),
        offer(other, None, "2", name="Кабель силовой", conditions={"valid_from": "2026-01-01"}),
        offer(other, None, "0", name="Zange"),
    ]
    db.session.commit()
    return made


def test_an_item_is_found_by_how_any_of_its_words_begins(offered: list[SupplierItem]) -> None:
    drill, hammer_drill, cable, pliers = [each.name for each in offered]
    assert names(q="bohr") == [drill]  # its category says so too, and once
    assert names(q="bohr", inside="1") == [drill, hammer_drill]
    assert names(q="bosch 4006381") == [drill]
    assert names(q="3.5") == [drill]
    assert names(q="силов") == [cable]
    assert names(q="ab-77") == [hammer_drill]
    assert names(q="anders") == [pliers, cable]
    assert names(q="anders zange") == [pliers]
    assert names(q="kabel mm") == []
    assert names(q="%") == []


def test_of_a_word_with_marks_the_last_part_may_go_on_and_a_common_word_is_looked_for_last(
    offered: list[SupplierItem],
) -> None:
    drill, hammer_drill, *_ = [each.name for each in offered]
    assert names(q="ab-7") == [hammer_drill] and names(q="a-77") == [], "a whole word before the mark"
    db.session.execute(text("ANALYZE item_words"))
    db.session.commit()
    assert names(q="bohr bosch") == names(q="bosch bohr") == [drill]
    named = db.session.scalars(select(Supplier.name)).all()
    assert len(names(q=named[0].split()[0])) < len(names()), "its supplier's items, and no others"


@pytest.mark.parametrize(
    ("asked", "index"),
    [({"state": state}, name) for state, name in {
        "review": "in_review", "no_price": "no_price", "zero": "zero", "no_currency": "unnamed_money",
        "not_compared": "compared_prices_gap", "gone": "gone", "unmatched": "unmatched", "dated": "dated",
        "corrected": "corrected",
    }.items()] + [({"q": "bohr bosch"}, "ix_item_words_words")],
)  # fmt: skip
def test_every_filter_that_few_items_meet_has_an_index_that_answers_it(
    offered: list[SupplierItem], asked: dict[str, str], index: str
) -> None:
    counted: list[str] = []

    def look(connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if "count(*)" in statement:
            plan = connection.connection.cursor()
            plan.execute(f"EXPLAIN {statement}", values)
            counted.append("\n".join(row[0] for row in plan.fetchall()))

    db.session.execute(text("SET LOCAL enable_seqscan = off"))
    event.listen(db.engine, "before_cursor_execute", look)
    items.count(items.ItemFilter.of(asked))
    event.remove(db.engine, "before_cursor_execute", look)
    assert index in counted[0]


def test_the_words_of_an_item_follow_its_name(offered: list[SupplierItem]) -> None:
    offered[3].name = "Kombizange"
    db.session.commit()
    assert names(q="kombi") == ["Kombizange"]
    db.session.delete(offered[3])
    db.session.commit()
    assert db.session.get(ItemWords, offered[3].id) is None


def test_a_word_or_a_text_of_any_length_can_be_an_items(offered: list[SupplierItem]) -> None:
    long = "ё" * 500
    offered[3].name = long
    offered[3].characteristics = {"category": [f"{depth}" + "ж" * 3000 for depth in "abcdefgh"], "brand": "-" * 700}
    db.session.commit()
    assert names(q=long) == names(q="ё" * 400) == names(q="bжжж") == [long]
    offered[3].name = "!!"
    offered[3].characteristics = {"category": {"odd": 1}}
    db.session.commit()
    assert "!!" in names()


def test_items_are_sorted_by_every_column_and_filtered(offered: list[SupplierItem]) -> None:
    for sort in items.Sort:
        for way in ("", "down"):
            for words in ("", "anders"):
                assert len(names(sort=sort, dir=way, q=words)) == (2 if words else 4), (sort, way, words)
    assert names(sort="price", dir="down")[0] == "Bohrmaschine 3.5 kW"
    assert names(sort="supplier")[:2] == ["Zange", "Кабель силовой"]
    assert names(state="zero") == ["Zange"]
    assert names(state="dated") == ["Кабель силовой"]
    assert len(names(changed="1")) == 4
    with pytest.raises(Invalid):
        items.ItemFilter.of({"changed": "3"})


@pytest.fixture
def buyer(visitor: Callable[[UserRole], Visitor]) -> Visitor:
    return visitor(UserRole.PROCUREMENT)


def test_a_word_that_begins_nothing_is_looked_for_inside_words(buyer: Visitor, offered: list[SupplierItem]) -> None:
    page = buyer.get("/items?q=ohrer")
    assert "Schlagb" in page
    assert "Found inside words" in page


def test_columns_are_chosen_and_remembered(buyer: Visitor, offered: list[SupplierItem]) -> None:
    assert "4006381333931" not in buyer.get("/items")
    assert "4006381333931" in buyer.get("/items?columns=1&column=barcode&column=brand")
    assert "4006381333931" in buyer.get("/items")
    assert "4006381333931" not in buyer.get("/items?columns=1")


def test_many_items_are_linked_made_products_and_taken_by_filter(buyer: Visitor, offered: list[SupplierItem]) -> None:
    target = product(7)
    db.session.commit()
    pair = [str(each.id) for each in offered[:2]]
    buyer.post("/items/bulk", act="link", item=pair, product_id=str(target.id))
    db.session.expire_all()
    assert [each.product_id for each in offered[:2]] == [target.id, target.id]
    assert db.session.get_one(ProductOffers, target.id).offers == 2
    buyer.post("/items/bulk", act="draft", all="1", q="anders")
    db.session.expire_all()
    assert all(each.product_id for each in offered)
    assert "Choose a product first" in buyer.post("/items/bulk", act="link", item=pair, status=400).get_data(True)
    assert "Nothing is selected" in buyer.post("/items/bulk", act="draft", status=400).get_data(True)


def test_a_view_is_kept_counted_shared_and_removed(
    buyer: Visitor, admin: Visitor, visitor: Callable[[UserRole], Visitor], shop: list[Product]
) -> None:
    buyer.post("/views/products", name="Losing money", query="which=below_best", for_all="1")
    buyer.post("/views/products", name="Mine", query="q=drill")
    page = buyer.get("/catalogue")
    assert re.search(r'href="/catalogue\?which=below_best"[^>]*>Losing money <span class="muted">1<', page)
    assert "Mine" in page
    buyer.post("/views/products", name="Drills of all", query="q=drill", for_all="1")
    others = visitor(UserRole.SALES).get("/catalogue")
    assert "Drills of all" in others
    assert ">Mine <" not in others
    assert "Losing money" not in others, "it would tell sales whose price is below the best offer"
    found_id = re.search(r"/views/([0-9a-f-]{36})/remove", page)
    assert found_id is not None
    admin.post(f"/views/{found_id.group(1)}/remove")
    assert "Losing money" not in buyer.get("/catalogue")
    buyer.post("/views/products", name="Wrong", query="which=nonsense", status=400)


def test_a_product_says_who_is_cheapest_at_a_quantity_and_an_item_is_linked_from_its_page(
    buyer: Visitor, shop: list[Product], supplier: Supplier
) -> None:
    steps = {"tiers": [{"from_quantity": "100", "price": "60"}], "minimum_order": "10", "valid_to": "2027-01-31"}
    known = {"stock": "17 pcs", "Delivery time": "5 days", "pack_size": "12"}
    item = db.session.scalars(select(SupplierItem).where(SupplierItem.current_price == 80)).one()
    item.conditions, item.characteristics = steps, known
    loose = offer(supplier, None, "33", name="Loose drill")
    db.session.commit()
    address = f"/catalogue/{shop[0].id}"
    one, hundred = (buyer.get(f"{address}?quantity={number}") for number in ("1", "100"))
    assert first_offer(one) == "Anders"
    assert first_offer(hundred) == "Werkzeug Brandt"
    for told in ("sold from 10", "17 pcs", "5 days", "31 Jan 2027", "−20.0 %"):
        assert told in one, told
    assert "from 100" in hundred
    assert 'class="line of-0"' in one
    assert "Loose drill" in buyer.get(f"{address}?find=loose")
    buyer.post(f"{address}/link", item_id=str(loose.id))
    assert db.session.get_one(ProductOffers, shop[0].id, populate_existing=True).offers == 3


def first_offer(page: str) -> str:
    found = re.search(r'<tr class="best"><td class="name wide"><a [^>]*><bdi>([^<]*)</bdi>', page)
    assert found is not None
    return found.group(1)


def test_sales_compares_without_what_suppliers_ask(visitor: Callable[[UserRole], Visitor], shop: list[Product]) -> None:
    sales = visitor(UserRole.SALES)
    for page in (sales.get("/catalogue"), sales.get(f"/catalogue/{shop[0].id}?quantity=5")):
        assert "Anders" in page
        for price in ("70.00", "280.00", "80.00", "30.0 %"):
            assert price not in page, price
    for form in ("csv", "jsonl"):
        taken = sales.get(f"/catalogue/comparison.{form}?q=drill")
        assert "Anders" in taken
        assert "70" not in taken, "and so does the file"
    without = sales.get("/catalogue?which=no_offer")
    assert shop[2].name in without and shop[0].name not in without, "which have offers is no secret"
    assert '"offers":2,' in sales.get("/catalogue/comparison.jsonl?q=drill")


@pytest.mark.parametrize("query", ["sort=best", "sort=margin&dir=down", "which=below_best"])
def test_sales_is_refused_an_order_or_a_filter_that_tells_what_suppliers_ask(
    visitor: Callable[[UserRole], Visitor], buyer: Visitor, shop: list[Product], query: str
) -> None:
    sales = visitor(UserRole.SALES)
    for address in (f"/catalogue?{query}", f"/catalogue/comparison.csv?{query}"):
        assert "not shown to your role" in sales.get(address, status=403)
        buyer.get(address)
    page, product = sales.get("/catalogue"), sales.get(f"/catalogue/{shop[0].id}")
    assert "sort=best" not in page and "sort=margin" not in page and "below_best" not in page
    assert "sort=best" in buyer.get("/catalogue")
    assert 'class="best"' not in product and "cheapest</span>" not in product
    assert product.index("Anders") < product.index("Werkzeug Brandt"), "by name, whoever is cheaper"


def test_the_comparison_is_taken_out_as_it_is_filtered(buyer: Visitor, shop: list[Product]) -> None:
    head, *rows = csv.reader(buyer.get("/catalogue/comparison.csv?which=below_best").splitlines())
    told = [dict(zip(head, row, strict=True)) for row in rows]
    assert [(each["name"], each["best_supplier"], Decimal(each["best_price"])) for each in told] == [
        (shop[1].name, "Werkzeug Brandt", Decimal(50))
    ]


def test_matching_again_asks_once_for_the_whole_list_of_each_chosen_items_supplier(
    buyer: Visitor, shop: list[Product], supplier: Supplier
) -> None:
    other = db.session.scalars(select(Supplier).where(Supplier.name == "Anders")).one()
    loose = [offer(each, None, price) for each, price in ((supplier, "1"), (supplier, "2"), (other, "3"))]
    db.session.commit()
    ids = [str(each.id) for each in loose]
    buyer.post("/items/bulk", act="again", item=ids)
    asked = [each.args[0] for each in queue().jobs if each.func_name == rematch.RUN_REMATCH]
    assert sorted(asked) == sorted([str(supplier.id), str(other.id)])
    again = buyer.post("/items/bulk", act="again", item=ids, status=409)
    assert "being matched again already" in again.text


@pytest.mark.parametrize("address", ["/jobs", "/suppliers", "/changes"])
def test_every_table_of_a_buyer_is_taken_out_as_a_file(
    visitor: Callable[[UserRole], Visitor], buyer: Visitor, shop: list[Product], address: str
) -> None:
    for form in ("csv", "xlsx", "jsonl"):
        assert buyer.ask(f"{address}/export.{form}").headers["Content-Disposition"].endswith(f".{form}")
    buyer.get(f"{address}/export.exe", status=400)
    visitor(UserRole.SALES).get(f"{address}/export.csv", status=403)


def test_a_buyer_excludes_what_is_not_wanted_and_takes_it_back(
    buyer: Visitor, shop: list[Product], supplier: Supplier
) -> None:
    address = f"/suppliers/{supplier.id}"
    assert "is excluded already" not in buyer.get(address)
    buyer.post(f"{address}/exclusions", field="name", pattern="Item 8*")
    page = buyer.get(address)
    assert "Item 8*" in page and "1 item left" in page and "Excluded: 1 item left." in page
    again = buyer.post(f"{address}/exclusions", status=422, field="name", pattern="item 8*").get_data(as_text=True)
    assert "This is excluded already." in again and 'value="item 8*"' in again
    found = re.search(rf"{address}/exclusions/([0-9a-f-]+)/back", page)
    assert found is not None
    buyer.post(f"{address}/exclusions/{found.group(1)}/back")
    assert f"{address}/exclusions/{found.group(1)}/back" not in buyer.get(address)


def test_the_filter_of_an_export_is_chosen_by_the_fields_of_its_table(buyer: Visitor, shop: list[Product]) -> None:
    for table, fields in FIELDS.items():
        page = buyer.get(f"/exports?table={table}")
        assert [f'name="{each.name}"' in page for each in fields] == [True] * len(fields), table
        for field in fields:
            for value, _label in field.choices or (("12", ""),):
                scheduled.TABLES[table]({field.name: value})  # refuses what the table's page does not know
    came = buyer.get("/exports?table=items&query=q%3D80%26supplier%3D00000000-0000-0000-0000-000000000016")
    assert 'name="q" type="text" maxlength="200" value="80"' in came, "what the table's page said fills the fields"
    assert query_of("items", {"query": "q=80&supplier=x&state=gone", "q": "90", "state": ""}) == "q=90&supplier=x"
    made = {"name": "Own", "table": "comparison", "moved": "much", "form": "csv", "hours": "6"}
    again = buyer.post("/exports", status=422, **made).get_data(as_text=True)
    assert "Write the per cent as a number" in again and 'value="much"' in again


def test_a_buyer_schedules_a_table_as_filtered_and_a_program_fetches_it(
    app: Flask, visitor: Callable[[UserRole], Visitor], buyer: Visitor, shop: list[Product]
) -> None:
    page = buyer.get("/items?q=80")
    assert "/exports?table=items&amp;query=q%3D80" in page
    assert 'value="q=80"' in buyer.get("/exports?table=items&query=q%3D80")
    made = {"name": "ERP", "table": "items", "q": "80", "state": "matched", "form": "csv", "hours": "6"}
    told = buyer.post("/exports", status=200, **made).get_data(as_text=True)
    address, token = re.findall(r'<dd class="mono break">([^<]+)</dd>', told)
    assert token not in buyer.get("/exports"), "it is shown once"
    assert "Words: 80" in told and "Show: Matched" in told, "the filter is told in words"
    client, path = app.test_client(), address.removeprefix("http://localhost")
    assert client.get(f"{path}?token={token}").status_code == 503
    with app.app_context():
        scheduled.run_due()
    fetched = client.get(path, headers={"Authorization": f"Bearer {token}"})
    assert [row["name"] for row in csv.DictReader(fetched.get_data(as_text=True).lstrip("\ufeff").splitlines())] == [
        "Item 80"
    ]
    again = client.get(f"{path}?token={token}", headers={"If-None-Match": fetched.headers["ETag"]})
    assert (again.status_code, client.get(f"{path}?token=x").status_code) == (304, 404)
    assert "current" in buyer.get("/exports")
    buyer.post(path.replace("/file", "/now"))
    newer = buyer.post(path.replace("/file", "/token"), status=200).get_data(as_text=True)
    assert client.get(f"{path}?token={token}").status_code == 404
    buyer.post(path.replace("/file", "/remove"))
    assert client.get(f"{path}?token={re.findall(r'mono break.>([^<]+)<', newer)[-1]}").status_code == 404
    visitor(UserRole.SALES).get("/exports", status=403)
    assert "There is no such table" in buyer.post("/exports", status=422, **made | {"form": "exe"}).get_data(
        as_text=True
    )
