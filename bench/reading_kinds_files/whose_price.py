"""Kinds where several columns are the price of somebody or something: classes of buyers, sizes, currencies; and codes
that stand where no column says so.

They were first written down as lists by hand, by an author who had not looked at the reader's rules for them.
"""

from __future__ import annotations

from decimal import Decimal

from .lists import Cell, Item, Made, Shop, kind, part, plain
from .tables import items_of, put
from .writers import amount

#: language → classes of buyers (each from the dearest on), the retail price, a size, the country it comes from, what
#: was and what is an article's number, the maker's and the supplier's own, and who to ring up
_TERMS = {
    "en": "Partner A/Partner B/Partner C,Wholesale 1/Wholesale 2,Dealer/Distributor|RRP|Size|Country of origin"
    "|Old code/New code|MPN/Our code|Orders by telephone",
    "de": "Händler A/Händler B,Preisgruppe 1/Preisgruppe 2/Preisgruppe 3|UVP|Größe|Herkunftsland"
    "|Alte Nr./Artikelnr.|Herstellernummer/Unsere Nr|Bestellung unter",
    "fr": "Demi-gros/Gros,Revendeur 1/Revendeur 2|Prix public|Taille|Pays d'origine"
    "|Ancien code/Code|Référence fabricant/Notre réf|Commandes au",
    "es": "Mayorista 1/Mayorista 2,Distribuidor/Mayorista|PVP|Talla|País de origen"
    "|Código anterior/Código|Referencia fabricante/Nuestro código|Pedidos al",
    "it": "Rivenditore A/Rivenditore B,Ingrosso 1/Ingrosso 2|Prezzo al pubblico|Taglia|Origine"
    "|Vecchio codice/Codice|Codice produttore/Nostro codice|Ordini al",
    "pl": "Półhurt/Hurt,Hurt 1/Hurt 2/Hurt 3,Mały hurt/Hurt/Duży hurt|Detal|Rozmiar|Kraj pochodzenia"
    "|Stary kod/Nowy kod|Symbol producenta/Nasz kod|Zamówienia pod",
    "cs": "Partner 1/Partner 2,Velkoobchod A/Velkoobchod B|MOC|Velikost|Země původu"
    "|Starý kód/Kód|Kód výrobce/Náš kód|Objednávky na",
    "ru": "Мелкий опт/Опт/Крупный опт,Опт1/Опт2/Опт3,Дилер/Дистрибьютор|РРЦ|Размер|Страна"
    "|Старый код/Код|Артикул производителя/Наш код|Заказы по тел.",
    "uk": "Дрібний опт/Опт,Опт 1/Опт 2|РРЦ|Розмір|Країна"
    "|Старий код/Код|Артикул виробника/Наш код|Замовлення за",
}  # fmt: skip
_LANGUAGES = " ".join(_TERMS)
_SHARES = ("1", "0.96", "0.91")
_NUMBERS = ("0722 123 456", "+48 600 100 200", "8 (495) 123-45-67", "00420 777 123 456", "044 123 45 67")


def _shop(shop: Shop) -> tuple[Shop, list[str]]:
    shop = Shop(shop.seed, _LANGUAGES)
    return shop, _TERMS[shop.language].split("|")


def _goods(shop: Shop, low: int = 5) -> tuple[list[str], list[str], list[Decimal]]:
    count = shop.count(low, 14)
    return [shop.code() for _ in range(count)], shop.names(count), [shop.money(4, 90) for _ in range(count)]


def _written(shop: Shop, heads: list[str], columns: list[list[Cell]], *, must: bool = True) -> Made:
    made = shop.made()
    made.must = must
    put(made.sheet, shop, [[head, *cells] for head, cells in zip(heads, columns, strict=True)])
    return made


@kind
def classes_of_buyers(shop: Shop) -> Made:
    """Small wholesale, wholesale, large wholesale; Partner A and B: which of them the buyer is, nobody says."""
    shop, terms = _shop(shop)
    codes, names, prices = _goods(shop)
    levels = shop.chance.choice(terms[0].split(",")).split("/")
    money: list[list[Cell]] = [
        [part(price, share) for price in prices] for share, _ in zip(_SHARES, levels, strict=False)
    ]
    heads = [shop.words["code"], shop.words["name"], *levels]
    if shop.chance.random() < 0.5:
        heads.insert(2, terms[1])
        money.insert(0, [part(price, "1.4") for price in prices])
    made = _written(shop, heads, [[*codes], [*names], *money], must=False)
    made.items = items_of(codes, names, prices)
    return made


@kind
def ranges_of_sizes(shop: Shop) -> Made:
    """Sizes 44-54 and 56-60, the second dearer by what might be a tax."""
    shop, terms = _shop(shop)
    codes, names, prices = _goods(shop)
    heads = [f"{terms[2]} {said}" for said in shop.chance.choice((("44-54", "56-60", "62-66"), ("36/38", "40/42")))]
    money: list[list[Cell]] = [
        [part(price, share) for price in prices] for share, _ in zip(("1", "1.1", "1.2"), heads, strict=False)
    ]
    heads = [shop.words["code"], shop.words["name"], *heads]
    made = _written(shop, heads, [[*codes], [*names], *money], must=False)
    made.items = items_of(codes, names, prices)
    return made


@kind
def one_price_in_two_currencies(shop: Shop) -> Made:
    """The same price twice; both are right, but which is to be paid is not said."""
    shop, _ = _shop(shop)
    codes, names, prices = _goods(shop)
    heads = [f"{shop.words['net']} {code}" for code in shop.chance.sample(("EUR", "USD", "GBP", "CHF"), 2)]
    dear = [part(price, "1.1734") for price in prices]
    columns: list[list[Cell]] = [[*codes], [*names], [*prices], [*dear]]
    made = _written(shop, [shop.words["code"], shop.words["name"], *heads], columns, must=False)
    made.items = items_of(codes, names, prices)
    return made


@kind
def two_prices_in_a_cell(shop: Shop) -> Made:
    """12.50/15.00: of the trade and of the shop, or the other way round."""
    shop, terms = _shop(shop)
    codes, names, prices = _goods(shop)
    made = shop.made()
    made.must = False
    both: list[Cell] = [
        "/".join(amount(part(price, share), comma=made.comma) for share in ("1", "1.3")) for price in prices
    ]
    head = f"{shop.words['price']} {terms[0].split('/')[0]}/{terms[1]}"
    put(made.sheet, shop, [[shop.words["code"], *codes], [shop.words["name"], *names], [head, *both]])
    made.items = items_of(codes, names, prices)
    return made


@kind
def codes_in_brackets(shop: Shop) -> Made:
    """The code stands behind the name, or before it, and there is no column of codes."""
    shop, _ = _shop(shop)
    codes, names, prices = _goods(shop)
    codes = [f"{shop.goods[0][:2].upper()}-{1000 + 7 * place}" for place in range(len(codes))]
    form = shop.chance.choice(("{0} ({1})", "{0} [{1}]", "[{1}] {0}", "({1}) {0}"))
    whole = [form.format(name, code) for name, code in zip(names, codes, strict=True)]
    made = _written(shop, [shop.words["name"], shop.head("price", money=True)], [[*whole], [*prices]])
    made.items = items_of(codes, whole, prices)
    return made


@kind
def sizes_in_brackets(shop: Shop) -> Made:
    """What stands in brackets is a size and no code."""
    shop, _ = _shop(shop)
    _, names, prices = _goods(shop)
    unit = shop.chance.choice(("g", "ml", "W", "mm", " x 4"))
    whole = [f"{name} ({10 * place + 120}{unit})" for place, name in enumerate(names)]
    made = _written(shop, [shop.words["name"], shop.head("price", money=True)], [[*whole], [*prices]])
    made.items = [Item(None, name, plain(price)) for name, price in zip(whole, prices, strict=True)]
    return made


@kind
def telephone_below(shop: Shop) -> Made:
    """Below the goods, under the prices, where to ring up."""
    shop, terms = _shop(shop)
    _, names, prices = _goods(shop)
    made = _written(shop, [shop.words["name"], shop.head("price", money=True)], [[*names], [*prices]])
    made.sheet.add(terms[6], shop.chance.choice(_NUMBERS))
    made.sheet.add("orders@example.com", shop.chance.choice(_NUMBERS))
    made.items = [Item(None, name, plain(price)) for name, price in zip(names, prices, strict=True)]
    return made


@kind
def country_beside_goods(shop: Shop) -> Made:
    """Nothing says that the first column is the name; the country beside it is not."""
    shop, terms = _shop(shop)
    _, names, prices = _goods(shop, 6)
    lands: list[Cell] = [shop.chance.choice(("España", "Italia", "Maroc", "Polska", "Türkiye")) for _ in names]
    made = _written(shop, ["Tuotteet 2026", terms[3], shop.head("price", money=True)], [[*names], lands, [*prices]])
    made.items = [Item(None, name, plain(price)) for name, price in zip(names, prices, strict=True)]
    return made


@kind
def former_codes(shop: Shop) -> Made:
    """What an article was called before stands beside what it is called now."""
    shop, terms = _shop(shop)
    codes, names, prices = _goods(shop)
    former = [f"Z{code}" for code in codes]
    heads = [*terms[4].split("/"), shop.words["name"], shop.head("price", money=True)]
    made = _written(shop, heads, [[*former], [*codes], [*names], [*prices]])
    made.items = items_of(codes, names, prices)
    return made


@kind
def our_codes(shop: Shop) -> Made:
    """The maker's number beside the supplier's own, which counts on by one."""
    shop, terms = _shop(shop)
    codes, names, prices = _goods(shop)
    own = [str(7781 + place) for place in range(len(codes))]
    makers = [f"DHP{453 + 11 * place}Z" for place in range(len(codes))]
    heads = [*terms[5].split("/"), shop.words["name"], shop.head("price", money=True)]
    made = _written(shop, heads, [[*makers], [*own], [*names], [*prices]])
    made.items = items_of(own, names, prices)
    return made


@kind
def columns_of_discounts(shop: Shop) -> Made:
    """The list price, and what it is at 20, 25 and 30 per cent off: the buyer's own discount is not said."""
    shop, _terms = _shop(shop)
    codes, names, prices = _goods(shop)
    money: list[list[Cell]] = [[part(price, share) for price in prices] for share in ("1", "0.8", "0.75", "0.7")]
    heads = [shop.words["code"], shop.words["name"], shop.words["listed"], "-20%", "-25%", "-30%"]
    made = _written(shop, heads, [[*codes], [*names], *money], must=False)
    made.items = items_of(codes, names, prices)
    return made


@kind
def hire_and_deposit(shop: Shop) -> Made:
    """For a day, in a word that is no price's, and what is given back."""
    shop, _terms = _shop(shop)
    codes, names, prices = _goods(shop)
    deposits: list[Cell] = [part(price, "4") for price in prices]
    heads = [shop.words["code"], shop.words["name"], "Tag/Day", shop.words["deposit"]]
    made = _written(shop, heads, [[*codes], [*names], [*prices], deposits])
    made.items = items_of(codes, names, prices)
    return made


@kind
def labelled_cells(shop: Shop) -> Made:
    """Each cell says what it holds; the label is no part of the name."""
    shop, _ = _shop(shop)
    _, names, prices = _goods(shop)
    made = shop.made()
    made.must = False
    for name, price in zip(names, prices, strict=True):
        made.sheet.add(f"{shop.words['name']}: {name}", f"{shop.words['price']}: {amount(price, comma=made.comma)}")
    made.items = [Item(None, name, plain(price)) for name, price in zip(names, prices, strict=True)]
    return made


@kind
def sizes_by_shapes(shop: Shop) -> Made:
    """Cables told apart by 3x2,5 and the like under a header that is no word that is known: no codes."""
    shop, _ = _shop(shop)
    goods = [good for good in shop.goods[:3] for _ in range(3)]
    shapes: list[Cell] = [f"{3 + at % 3}x{1.5 + at:g}" for at in range(len(goods))]
    prices: list[Cell] = [shop.money() for _ in goods]
    heads = [shop.words["name"], "Dimenzo", shop.head("price", money=True)]
    made = _written(shop, heads, [[*goods], shapes, prices])
    made.items = [
        Item(None, f"{good} {shape}", str(price)) for good, shape, price in zip(goods, shapes, prices, strict=True)
    ]
    return made
