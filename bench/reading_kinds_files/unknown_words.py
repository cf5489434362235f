"""Kinds of lists whose headers are words that no lexicon has, or that have none: what cannot be known is asked about.

The words are made by chance, so that no list of words can ever hold them.
"""

from __future__ import annotations

from decimal import Decimal

from .lists import Cell, Made, Shop, kind, part
from .tables import items_of

_SYLLABLES = ["ba", "ke", "lo", "mi", "tu", "ra", "ne", "so", "vi", "pu", "da", "zo", "fe", "gi", "lu"]
#: a title of season prices, and the two seasons
_SEASONS = ("Room/Low season/High season", "Zimmer/Nebensaison/Hauptsaison", "Chambre/Basse saison/Haute saison",
            "Habitación/Temporada baja/Temporada alta", "Camera/Bassa stagione/Alta stagione")  # fmt: skip
_KR = ("pris kr", "kr/st", "kr")
_PACKED = (
    *("Model/Specification/FOB Price/Packing", "Modell/Beschreibung/Preis/Verpackung", "Model/Opis/Cena/Pakowanie"),
    *("Modelo/Descripción/Precio/Embalaje", "Модель/Описание/Цена/Упаковано"),
)
CROWNS = "whose_crowns"
TABLES = (
    *("price_in_unknown_words", "old_beside_unknown_words", "dearer_in_unknown_words", "prices_unheaded"),
    *("packed_beside", "places_held", "seasons_above", "tax_added", "fiscal_years"),
)
_SHARES = {"dearer": ("1.15", "1.45"), "cheaper": ("0.55", "0.85")}


def word(shop: Shop) -> str:
    """A word of no language."""
    return "".join(shop.chance.choice(_SYLLABLES) for _ in range(shop.count(2, 4))).capitalize()


def _beside(shop: Shop, prices: list[Decimal], side: str) -> list[Cell]:
    low, high = map(Decimal, _SHARES[side])
    return [part(price, str(low + (high - low) * Decimal(f"{shop.chance.random():.3f}"))) for price in prices]


def _goods(shop: Shop) -> tuple[list[str], list[str], list[Decimal]]:
    count = shop.count(6, 14)
    names = shop.names(count)
    return [shop.code() for _ in names], names, [shop.money(2, 400) for _ in names]


def _table(made: Made, headers: list[str] | None, *columns: list[Cell]) -> Made:
    if headers:
        made.sheet.add(*headers)
    for row in zip(*columns, strict=True):
        made.sheet.add(*row)
    return made


@kind
def price_in_unknown_words(shop: Shop) -> Made:
    """A cheaper column of amounts under a word that nobody knows, beside the one called price."""
    codes, names, prices = _goods(shop)
    made = shop.made()
    made.must = False
    headers = [shop.words["code"], shop.words["name"], shop.words["price"], word(shop)]
    return _table(made, headers, [*codes], [*names], [*prices], _beside(shop, prices, "cheaper"))


@kind
def old_beside_unknown_words(shop: Shop) -> Made:
    """What is called the old price beside the one of today, whose word nobody knows."""
    codes, names, prices = _goods(shop)
    made = shop.made()
    made.must = False
    headers = [shop.words["code"], shop.words["name"], word(shop), shop.words["old"]]
    return _table(made, headers, [*codes], [*names], [*prices], _beside(shop, prices, "dearer"))


@kind
def dearer_in_unknown_words(shop: Shop) -> Made:
    """A dearer column beside the price, whatever it is called: the price stands."""
    codes, names, prices = _goods(shop)
    made = shop.made()
    headers = [shop.words["code"], shop.words["name"], shop.words["price"], word(shop)]
    made.items = items_of(codes, names, prices)
    return _table(made, headers, [*codes], [*names], [*prices], _beside(shop, prices, "dearer"))


@kind
def prices_unheaded(shop: Shop) -> Made:
    """No header at all, two columns of amounts and one of counts."""
    _, names, prices = _goods(shop)
    made = shop.made()
    made.must = False
    side = shop.chance.choice(sorted(_SHARES))
    counts: list[Cell] = [shop.chance.choice((1, 5, 6, 10, 12, 24)) for _ in names]
    return _table(made, None, [*names], counts, [*prices], _beside(shop, prices, side))


@kind
def packed_beside(shop: Shop) -> Made:
    """Model, description and how it is packed: the packing is no name, or this is asked about."""
    codes, names, prices = _goods(shop)
    made = shop.made()
    made.must = False
    made.items = items_of(codes, names, prices)
    each = [shop.chance.choice(("pcs/ctn", "pcs/box")) for _ in names]
    packs: list[Cell] = [f"{shop.chance.choice((5, 10, 20, 24, 50))} {said} {at}" for at, said in enumerate(each)]
    return _table(made, shop.chance.choice(_PACKED).split("/"), [*codes], [*names], [*prices], packs)


@kind
def places_held(shop: Shop) -> Made:
    """Every article costs 1: nobody has filled in the prices yet."""
    codes, names, _ = _goods(shop)
    made = shop.made()
    made.must = False
    headers = [shop.words["code"], shop.words["name"], shop.words["price"]]
    return _table(made, headers, [*codes], [*names], [1 for _ in names])


@kind
def whose_crowns(shop: Shop) -> Made:
    """Kr. of a country that nothing says."""
    codes, names = [f"{4000 + at}" for at in range(8)], [f"Goods {at} XL" for at in range(8)]
    prices = [shop.money(10, 900) for _ in codes]
    made = shop.made()
    made.must, made.sheet.name = False, "Sheet1"
    return _table(made, ["No.", "Goods", shop.chance.choice(_KR)], [*codes], [*names], [*prices])


@kind
def seasons_above(shop: Shop) -> Made:
    """A small table of seasons above one that says price: it may not be left out in silence."""
    made = shop.made()
    made.must = False
    made.sheet.add(*shop.chance.choice(_SEASONS).split("/"))
    for name in ("Single", "Double", "Family", "Suite"):
        low = shop.chance.randint(40, 120)
        made.sheet.add(name, low, low + shop.chance.randint(10, 40))
    made.sheet.add()
    made.sheet.add(shop.words["name"], shop.words["price"])
    for name in shop.names(4):
        made.sheet.add(name, shop.money(3, 30))
    return made


@kind
def tax_added(shop: Shop) -> Made:
    """A price, the tax on it and their sum, which words call *neto*: what is paid without tax is the price."""
    codes, names, prices = _goods(shop)
    made = shop.made()
    made.items = items_of(codes, names, prices)
    rates = [shop.chance.choice(("0", "0.16", "0.16")) for _ in names]
    rates[:4] = ["0.16", "0", "0.16", "0.16"]
    taxes = [part(price, rate) for price, rate in zip(prices, rates, strict=True)]
    sums: list[Cell] = [price + tax for price, tax in zip(prices, taxes, strict=True)]
    headers = ["CLAVE", "PRODUCTO", "PRECIO", "IVA", "PRECIO NETO"]
    return _table(made, headers, [*codes], [*names], [*prices], [*taxes], sums)


@kind
def fiscal_years(shop: Shop) -> Made:
    """Fees of two fiscal years: the newer one holds."""
    codes, names, prices = _goods(shop)
    made = shop.made()
    made.items = items_of(codes, names, prices)
    said = shop.chance.choice(("Fee", "Price", "Charge"))
    mark = shop.chance.choice("-/–")
    headers = ["Code", "Description", f"{said} 2025{mark}26", f"{said} 2026{mark}27"]
    before: list[Cell] = [part(price, "0.96") for price in prices]
    return _table(made, headers, [*codes], [*names], before, [*prices])
