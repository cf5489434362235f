"""Kinds that small lists of many trades have: names told apart by a size, dittos, charges below, blocks with titles.

They were first written down as lists by hand, by an author who had not looked at the reader's rules for them.
"""

from __future__ import annotations

from decimal import Decimal

from .lists import Cell, Item, Made, Shop, kind, part, plain
from .tables import items_of, put

#: language → size, colour, number in the list, freight, least order, sizes' and colours' words
_TERMS = {
    "en": "Variant|Colour|No.|Shipping mainland|Minimum order|red,blue,black",
    "de": "Größe|Farbe|Nr.|Versandkosten|Mindestbestellwert|rot,blau,schwarz",
    "fr": "Taille|Couleur|N°|Frais de port|Minimum de commande|rouge,bleu,noir",
    "es": "Talla|Color|Nº|Envío península|Pedido mínimo|rojo,azul,negro",
    "it": "Misura|Colore|N.|Trasporto|Ordine minimo|rosso,blu,nero",
    "pl": "Rozmiar|Kolor|Lp.|Dostawa kurierem|Minimalne zamówienie|czerwony,niebieski,czarny",
    "nl": "Maat|Kleur|Nr|Verzendkosten|Toeslag kleine order|rood,blauw,zwart",
    "ru": "Размер|Цвет|№|Доставка по городу|Упаковка|красный,синий,черный",
}
_LANGUAGES = " ".join(_TERMS)
_DITTOS = ('"', '-"-', "dito", "-//-", "''")


def _terms(shop: Shop) -> list[str]:
    return _TERMS[shop.language].split("|")


def _listed(shop: Shop, count: int) -> tuple[list[str], list[Decimal]]:
    return [shop.code() for _ in range(count)], [shop.money() for _ in range(count)]


def _codes_of_letters(count: int) -> list[str]:
    return [f"WX-{110 + 7 * place}" for place in range(count)]


@kind
def sizes_without_code(shop: Shop) -> Made:
    """No code: name, size and colour together are the article."""
    shop = Shop(shop.seed, _LANGUAGES)
    size, colour, *_, colours = _terms(shop)
    rows = [
        (good, each, tint)
        for good in shop.goods[:3]
        for tint in colours.split(",")[: shop.chance.randint(1, 3)]
        for each in ("S", "M", "L", "XL")[: shop.chance.randint(2, 4)]
    ]
    prices = [shop.money() for _ in rows]
    made = shop.made()
    goods, sizes, tints = (list(column) for column in zip(*rows, strict=True))
    columns: list[list[Cell]] = [[shop.head("name"), *goods], [size, *sizes], [colour, *tints]]
    put(made.sheet, shop, [*columns, [shop.head("price", money=True), *prices]])
    for (good, each, tint), price in zip(rows, prices, strict=True):
        ways = (f"{good} {each}", f"{good} {tint}", f"{good} {tint} {each}", f"{good} {each} {tint}")
        made.items.append(Item(None, ways[3], plain(price), names=ways))
    return made


@kind
def titles_name_sizes(shop: Shop) -> Made:
    """A group's title is the name, and each row below has only a code and a size."""
    shop = Shop(shop.seed, _LANGUAGES)
    made = shop.made()
    code = "Code" if shop.language == "en" else shop.words["code"]
    made.sheet.add(code, _terms(shop)[0], shop.head("unit"), shop.head("price", money=True))
    codes = iter(_codes_of_letters(60))
    for good in shop.goods[:5]:
        made.sheet.add(good, None, None, None)
        for size in ("DN15", "DN20", "DN25", "DN32")[: shop.chance.randint(2, 4)]:
            code, price = next(codes), shop.money()
            made.sheet.add(code, size, shop.words["piece"], price)
            made.items.append(Item(code, f"{good} {size}", plain(price)))
    return made


@kind
def dittos(shop: Shop) -> Made:
    """Marks or words for *the same* instead of the name above."""
    size = _terms(shop := Shop(shop.seed, _LANGUAGES))[1]
    mark = shop.chance.choice(_DITTOS)
    codes, prices = _listed(shop, shop.count(9, 20))
    names, tints = [shop.goods[at // 3 % 5] for at in range(len(codes))], _terms(shop)[-1].split(",")
    shown = [name if at % 3 == 0 else mark for at, name in enumerate(names)]
    made = shop.made()
    columns: list[list[Cell]] = [[shop.words["code"], *codes], [shop.head("name"), *shown]]
    columns.append([size, *(tints[at % 3] for at in range(len(codes)))])
    put(made.sheet, shop, [*columns, [shop.head("price", money=True), *prices]])
    made.items = items_of(codes, names, prices)
    return made


@kind
def levels_without_a_word(shop: Shop) -> Made:
    """Three levels that no word calls prices: which of them is ours is asked."""
    level = shop.chance.choice(("Level", "Tier", "Stufe", "Gruppe", "Уровень"))
    codes, prices = _listed(shop, shop.count(5, 12))
    made = shop.made()
    made.must = False
    names = shop.names(len(codes))
    columns: list[list[Cell]] = [[shop.words["code"], *codes], [shop.words["name"], *names]]
    columns += [[f"{level} {step + 1}", *(part(price, str(1 - step / 10)) for price in prices)] for step in range(3)]
    put(made.sheet, shop, columns)
    made.items = [
        Item(code, name, "0.001") for code, name in zip(codes, names, strict=True)
    ]  # no price is the right one
    return made


@kind
def charges_below(shop: Shop) -> Made:
    """What carriage and packing cost stands below the last article, in its columns."""
    shop = Shop(shop.seed, _LANGUAGES)
    codes, prices = _listed(shop, shop.count(6, 20))
    names = shop.names(len(codes))
    made = shop.made()
    put(
        made.sheet,
        shop,
        [[shop.words["code"], *codes], [shop.words["name"], *names], [shop.head("price", money=True), *prices]],
    )
    made.items = items_of(codes, names, prices)
    at_left = shop.chance.random() < 0.5
    for charge in _terms(shop)[3:5]:
        made.sheet.add(charge if at_left else None, None if at_left else charge, Decimal("15.50"))
    return made


@kind
def blocks_named_by_goods(shop: Shop) -> Made:
    """Two lists side by side, in whose headers the goods' own word stands where *name* would."""
    titles = shop.chance.sample(shop.goods, 2)
    made = shop.made()
    gap: list[list[Cell]] = [[None] * 40] if shop.chance.random() < 0.5 else []
    columns: list[list[Cell]] = []
    for place, title in enumerate(titles):
        codes, prices = _listed(shop, shop.count(5, 9))
        names = [f"{title} M{at + 4}x{shop.chance.randint(10, 90)}" for at in range(len(codes))]
        made.items += items_of(codes, names, prices)
        block: list[list[Cell]] = [[shop.words["code"], *codes], [title, *names], [shop.words["price"], *prices]]
        columns += [*block, *(gap if place == 0 else [])]
    tall = max(len(column) for column in columns if column[0])
    padded: list[list[Cell]] = [(column + [None] * tall)[:tall] for column in columns]
    put(made.sheet, shop, padded)
    return made


@kind
def numbers_from_far_on(shop: Shop) -> Made:
    """A column headed *No.* whose numbers follow each other from 2001 on: those are the articles'."""
    shop = Shop(shop.seed, _LANGUAGES)
    first = shop.chance.choice((2001, 10101, 45001))
    prices = [shop.money() for _ in range(shop.count(5, 16))]
    codes, names = [str(first + at) for at in range(len(prices))], shop.names(len(prices))
    numbers: list[Cell] = [first + at for at in range(len(prices))]
    made = shop.made()
    columns: list[list[Cell]] = [[_terms(shop)[2], *numbers], [shop.words["name"], *names]]
    put(made.sheet, shop, [*columns, [shop.head("price", money=True), *prices]])
    made.items = items_of(codes, names, prices)
    return made


@kind
def half_on_offer(shop: Shop) -> Made:
    """Prices without and with tax, and that of a campaign, which only some of the rows have."""
    shop = Shop(shop.seed, _LANGUAGES)
    codes, prices = _listed(shop, shop.count(8, 20))
    names = shop.names(len(codes))
    cut = {at: part(price, "0.8") for at, price in enumerate(prices) if at % 2}
    made = shop.made()
    columns: list[list[Cell]] = [[shop.words["code"], *codes], [shop.words["name"], *names]]
    columns += [[shop.words["net"], *prices], [shop.words["gross"], *(part(price, "1.2") for price in prices)]]
    columns.append(["Sale" if shop.language == "en" else "Promo", *(cut.get(at) for at in range(len(codes)))])
    put(made.sheet, shop, columns)
    paid = [cut.get(at, price) for at, price in enumerate(prices)]
    made.items = [
        Item(code, name, plain(price), also=(plain(usual),))
        for code, name, price, usual in zip(codes, names, paid, prices, strict=True)
    ]
    return made


@kind
def first_named_only(shop: Shop) -> Made:
    """Each size has its code and price; the name stands beside the first of them."""
    shop = Shop(shop.seed, _LANGUAGES)
    made = shop.made()
    made.must = False
    made.sheet.add(shop.words["code"], shop.words["name"], _terms(shop)[0], shop.head("price", money=True))
    for at, good in enumerate(shop.goods[:5]):
        for place, size in enumerate(("S", "M", "L")):
            price = shop.money()
            made.sheet.add(f"{311 + at}-{size}", None if place else good, size, price)
            made.items.append(Item(f"{311 + at}-{size}", f"{good} {size}", plain(price), names=(good,)))
    return made
