"""Kinds that differ in which columns of money a list has, and what stands beside them."""

from __future__ import annotations

from decimal import Decimal

from .lists import Cell, Item, Made, Sheet, Shop, ean, kind, part, plain


def put(sheet: Sheet, shop: Shop, columns: list[list[Cell]]) -> None:
    """Columns, each with its header, as rows of the sheet, in some order that keeps the first two together."""
    for row in zip(*columns, strict=True):
        sheet.add(*row)


def base(shop: Shop, count: int) -> tuple[list[str], list[str], list[list[Cell]]]:
    codes, names = [shop.code() for _ in range(count)], shop.names(count)
    columns: list[list[Cell]] = [[shop.head("code"), *codes], [shop.head("name"), *names]]
    if shop.chance.random() < 0.25:
        columns.reverse()
    return codes, names, columns


def items_of(codes: list[str], names: list[str], prices: list[Decimal]) -> list[Item]:
    return [Item(code, name, plain(price)) for code, name, price in zip(codes, names, prices, strict=True)]


def aside(shop: Shop, columns: list[list[Cell]], count: int) -> None:
    """Columns that no price is in: unit, stock, brand, order quantity."""
    for field, chance in (("unit", 0.5), ("brand", 0.4), ("stock", 0.4), ("order", 0.2)):
        if shop.chance.random() < chance:
            fill: list[Cell] = {
                "unit": [shop.words["piece"]] * count,
                "brand": [shop.chance.choice(("Bosta", "Nordik", "Velora")) for _ in range(count)],
                "stock": [shop.chance.randint(0, 400) for _ in range(count)],
                "order": [None] * count,
            }[field]  # type: ignore[assignment]  # one of several kinds of cells
            columns.insert(shop.chance.randint(1, len(columns)), [shop.head(field), *fill])


def priced(shop: Shop, *heads: tuple[str, list[Decimal]], right: int, order: bool = True) -> Made:
    """A list with several columns of money, of which that at ``right`` is what is paid."""
    count = len(heads[0][1])
    codes, names, columns = base(shop, count)
    aside(shop, columns, count)
    money: list[list[Cell]] = [[head, *values] for head, values in heads]
    prices = list(heads[right][1])
    if order:
        shop.chance.shuffle(money)
    made = shop.made()
    put(made.sheet, shop, [*columns, *money])
    made.items = items_of(codes, names, prices)
    return made


@kind
def plain_list(shop: Shop) -> Made:
    prices = [shop.money() for _ in range(shop.count())]
    return priced(shop, (shop.head("price", money=True), prices), right=0)


@kind
def net_and_gross(shop: Shop) -> Made:
    net = [shop.money() for _ in range(shop.count())]
    return priced(shop, (shop.head("net"), net), (shop.head("gross"), [part(p, "1.2") for p in net]), right=0)


@kind
def price_and_gross(shop: Shop) -> Made:
    net = [shop.money() for _ in range(shop.count())]
    return priced(shop, (shop.head("price"), net), (shop.head("gross"), [part(p, "1.21") for p in net]), right=0)


@kind
def listed_and_net(shop: Shop) -> Made:
    net = [shop.money() for _ in range(shop.count())]
    listed = [part(p, "1.6") for p in net]
    return priced(shop, (shop.head("listed"), listed), (shop.head("net", money=True), net), right=1)


@kind
def listed_and_price(shop: Shop) -> Made:
    net = [shop.money() for _ in range(shop.count())]
    listed = [part(p, shop.chance.choice(("1.4", "1.7", "2.1"))) for p in net]
    return priced(shop, (shop.head("listed"), listed), (shop.head("price", money=True), net), right=1)


@kind
def old_and_new(shop: Shop) -> Made:
    new = [shop.money() for _ in range(shop.count())]
    old = [part(p, shop.chance.choice(("0.9", "0.95", "1.1"))) for p in new]
    return priced(shop, (shop.head("old"), old), (shop.head("new"), new), right=1)


@kind
def dated(shop: Shop) -> Made:
    new = [shop.money() for _ in range(shop.count())]
    old = [part(p, "0.93") for p in new]
    word = shop.words["price"]
    return priced(shop, (f"{word} 01.01.2025", old), (f"{word} 01.02.2026", new), right=1)


@kind
def discounted(shop: Shop) -> Made:
    """List price, discount in per cent, and what is left under a header that says only "price" or "net"."""
    listed = [shop.money() for _ in range(shop.count())]
    shares = [shop.chance.choice((5, 10, 15, 20, 25, 30, 40)) for _ in listed]
    left = [part(p, str(1 - share / 100)) for p, share in zip(listed, shares, strict=True)]
    codes, names, columns = base(shop, len(listed))
    made = shop.made()
    final = shop.head(shop.chance.choice(("net", "price")))
    columns += [[shop.head("listed"), *listed], [shop.words["discount"], *shares], [final, *left]]
    put(made.sheet, shop, columns)
    made.items = items_of(codes, names, left)
    return made


@kind
def order_form(shop: Shop) -> Made:
    """An empty column to order in, and a sum that is 0 in every row."""
    prices = [shop.money() for _ in range(shop.count())]
    codes, names, columns = base(shop, len(prices))
    nothing: list[Cell] = [None] * len(prices)
    made = shop.made()
    columns += [
        [shop.words["unit"], *([shop.words["piece"]] * len(prices))],
        [shop.head("price"), *prices],
        [shop.words["order"], *nothing],
        [shop.words["amount"], *([Decimal("0.00")] * len(prices))],
    ]
    put(made.sheet, shop, columns)
    made.sheet.add(*[None] * (len(columns) - 2), shop.words["total"], Decimal("0.00"))
    made.items = items_of(codes, names, prices)
    return made


@kind
def stock_value(shop: Shop) -> Made:
    """Stock, price and their product, which is larger and as round."""
    prices = [shop.money(2, 60) for _ in range(shop.count())]
    stock = [shop.chance.randint(1, 90) for _ in prices]
    codes, names, columns = base(shop, len(prices))
    value = [price * count for price, count in zip(prices, stock, strict=True)]
    made = shop.made()
    columns += [[shop.words["stock"], *stock], [shop.head("price"), *prices], [shop.words["amount"], *value]]
    put(made.sheet, shop, columns)
    made.items = items_of(codes, names, prices)
    return made


@kind
def tiers_across(shop: Shop) -> Made:
    """A header of two rows: "price" over the quantities from which each holds."""
    count = shop.count()
    steps = shop.chance.choice(((1, 10, 50), (1, 5, 25, 100), (1, 12, 144)))
    codes, names, columns = base(shop, count)
    prices = [shop.money() for _ in range(count)]
    form = shop.chance.choice(("{}+", "{} " + shop.words["piece"], "≥ {}", "{}"))
    falls = [[part(p, str(1 - 0.05 * n)) for p in prices] for n in range(len(steps))]
    made = shop.made()
    sheet = made.sheet
    sheet.add(*[column[0] for column in columns], shop.head("price", money=True), *[None] * (len(steps) - 1))
    sheet.add(*[None] * len(columns), *[form.format(step) for step in steps])
    at = len(columns)
    sheet.merges.append((0, at, 0, at + len(steps) - 1))
    sheet.merges += [(0, column, 1, column) for column in range(at)]
    for place in range(count):
        sheet.add(*[column[place + 1] for column in columns], *[fall[place] for fall in falls])
    made.items = items_of(codes, names, falls[0])
    return made


@kind
def tiers_down(shop: Shop) -> Made:
    """Several rows of one article, each from another quantity on: one item."""
    count = shop.count(5, 15)
    steps = (1, 10, 100)
    made = shop.made()
    order = {"en": "From qty", "de": "ab Menge", "fr": "à partir de (qté)", "pl": "od ilości", "ru": "от, шт."}
    head = order.get(shop.language, order["en"])
    made.sheet.add(shop.head("code"), shop.head("name"), head, shop.head("price", money=True))
    for name in shop.names(count):
        code, price = shop.code(), shop.money()
        falls = [part(price, str(1 - 0.1 * n)) for n in range(len(steps))]
        for step, fall in zip(steps, falls, strict=True):
            made.sheet.add(code, name, step, fall)
        tiers = tuple((step, plain(fall)) for step, fall in zip(steps[1:], falls[1:], strict=True))
        made.items.append(Item(code, name, plain(falls[0]), tiers=tiers))
    return made


@kind
def sizes_down(shop: Shop) -> Made:
    """A row number, and several rows of one name that are its sizes, the large one first: an item each."""
    made = shop.made()
    made.sheet.add("№", shop.words["name"], shop.words["unit"], shop.head("price"))
    for name in shop.names(shop.count(6, 20)):
        price = shop.money(20, 300)
        for size, share in (("450 ml", "1"), ("200 ml", "0.5"), ("50 ml", "0.2")):
            made.sheet.add(len(made.sheet.rows), name, size, part(price, share))
            made.items.append(Item(None, name, plain(part(price, share))))
    return made


@kind
def currencies(shop: Shop) -> Made:
    """The same price in three currencies: any of them is right."""
    first = [shop.money() for _ in range(shop.count())]
    second, third = [part(p, "1.08") for p in first], [part(p, "4.3") for p in first]
    word = shop.words["price"]
    made = priced(shop, (f"{word} EUR", first), (f"{word} USD", second), (f"{word} PLN", third), right=0)
    also = list(zip(second, third, strict=True))
    made.items = [
        Item(item.sku, item.name, item.price, tuple(map(plain, also[place]))) for place, item in enumerate(made.items)
    ]
    return made


@kind
def measures(shop: Shop) -> Made:
    """Weights, volumes and customs numbers look like prices and codes."""
    prices = [shop.money(5, 300) for _ in range(shop.count())]
    weight = [Decimal(f"{shop.chance.uniform(0.1, 40):.2f}") for _ in prices]
    customs = [
        f"{shop.chance.randint(39, 96)}{shop.chance.randint(10, 99)}{shop.chance.randint(1000, 9999)}" for _ in prices
    ]
    codes, names, columns = base(shop, len(prices))
    made = shop.made()
    extra: list[list[Cell]] = [["kg", *weight], ["HS Code", *customs], [shop.head("price"), *prices]]
    shop.chance.shuffle(extra)
    put(made.sheet, shop, [*columns, *extra])
    made.items = items_of(codes, names, prices)
    return made


@kind
def barcodes(shop: Shop) -> Made:
    """A row number, a barcode, a code and a picture."""
    prices = [shop.money() for _ in range(shop.count())]
    codes, names, columns = base(shop, len(prices))
    made = shop.made()
    columns.insert(0, ["№", *range(1, len(prices) + 1)])
    columns.insert(2, ["EAN", *[ean(shop.chance.randint(10**11, 10**12 - 1)) for _ in prices]])
    columns += [[shop.head("price"), *prices], ["URL", *[f"https://shop.example/img/{code}.jpg" for code in codes]]]
    put(made.sheet, shop, columns)
    made.items = items_of(codes, names, prices)
    return made


@kind
def per_hundred(shop: Shop) -> Made:
    """A price that holds for 100 pieces, said in a column."""
    prices = [shop.money() for _ in range(shop.count())]
    codes, names, columns = base(shop, len(prices))
    per = [shop.chance.choice((1, 100, 1000)) for _ in prices]
    head = {"de": "PE", "en": "Price unit", "pl": "Cena za ilość", "nl": "Prijs per"}.get(shop.language, "Price per")
    made = shop.made()
    put(made.sheet, shop, [*columns, [shop.head("price", money=True), *prices], [head, *per]])
    made.items = items_of(codes, names, prices)
    return made
