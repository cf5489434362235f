"""Kinds where the same article has a price elsewhere, for members, in cash, delivered or from a later day; and headers
that say what a price is for in a way of their own.

They were first written down as lists by hand, by an author who had not looked at the reader's rules for them.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from .lists import Cell, Item, Made, Shop, kind, part, plain
from .tables import items_of, put
from .writers import amount

#: language → pairs of terms (sites, buyers, payment, delivery, hire), and what says until and from when
_TERMS = {
    "en": "London branch/Leeds branch,Zone 1/Zone 2,Members/Non-members,Cash price/Credit price,Collected/Delivered,"
    "1 day/1 week|Price until/Price from",
    "de": "Filiale Nord/Filiale Süd,Mitglieder/Nichtmitglieder,Vorkasse/Rechnung,Ab Lager/Frei Haus,"
    "1 Tag/1 Woche|Preis bis/Preis ab",
    "fr": "Agence Lyon/Agence Lille,Adhérent/Non-adhérent,Comptant/À échéance,Départ/Rendu,1 jour/1 semaine"
    "|Prix jusqu'au/Prix dès le",
    "es": "Zona Norte/Zona Sur,Socios/No socios,Contado/Transferencia,En fábrica/Puesto en obra,1 día/1 semana"
    "|Precio hasta/Precio desde",
    "it": "Filiale Nord/Filiale Sud,Soci/Non soci,Contanti/Bonifico,Franco deposito/Franco cantiere"
    ",1 giorno/1 settimana|Prezzo fino al/Prezzo dal",
    "pt": "Zona Norte/Zona Sul,Sócios/Não sócios,À vista/A prazo,Dinheiro/Cartão,Retirado/Entregue"
    "|Preço até/Preço desde",
    "nl": "Zone A/Zone B,Leden/Niet-leden,Contant/Overschrijving,Afgehaald/Geleverd,1 dag/1 week|Prijs tot/Prijs vanaf",
    "pl": "Oddział Kraków/Oddział Gdańsk,Strefa I/Strefa II,Gotówka/Przelew,Odbiór własny/Z dostawą|Cena do/Cena od",
    "cs": "Pobočka Praha/Pobočka Brno,Členové/Nečlenové,Hotově/Převodem,Osobní odběr/S dopravou|Cena do/Cena od",
    "hu": "Tagoknak/Nem tagoknak,Készpénz/Átutalás,Elvitelre/Szállítással|Ár eddig/Ár ettől",
    "ro": "Filiala Cluj/Filiala Iași,Membri/Nemembri,Numerar/Transfer bancar|Preț până la/Preț de la",
    "tr": "İstanbul Şube/Ankara Şube,Nakit/Vadeli,Peşin/Kredi kartı|Fiyat bitiş/Fiyat başlangıç",
    "ru": "Филиал Москва/Филиал Казань,Наличными/Безналичный,Нал/Безнал,Самовывоз/С доставкой|Цена до/Цена с",
    "uk": "Філія Львів/Філія Київ,Готівка/Безготівка,Самовивіз/З доставкою|Ціна до/Ціна з",
    "el": "Μέλη/Μη μέλη,Μετρητά/Με πίστωση|Τιμή έως/Τιμή από",
}  # fmt: skip
#: what is asked of tables only: on a page their headers of two words are another question
TABLES = (
    *("on_other_terms", "from_a_later_day", "headed_by_currencies", "by_weight_or_piece", "codes_of_powers"),
    *("codes_like_days", "per_hundred_in_the_header", "steps_of_cartons", "steps_below_each_other"),
    *("goods_beside_goods", "articles_by_text"),
)
_LANGUAGES = " ".join(_TERMS)
_PACKS = ("Karton", "doos", "carton", "box", "kartonów", "cajas", "colis", "st", "pcs")


def _made(shop: Shop, heads: list[str], columns: list[list[Cell]], *, asked: bool = False) -> Made:
    """A table; ``asked``: no reading of it is right, so that the reader has to doubt."""
    made = shop.made()
    made.must = not asked
    put(made.sheet, shop, [[head, *cells] for head, cells in zip(heads, columns, strict=True)])
    return made


def _goods(shop: Shop) -> tuple[list[str], list[str], list[Decimal]]:
    count = shop.count(3, 12)
    return [shop.code() for _ in range(count)], shop.names(count), [shop.money(20, 400) for _ in range(count)]


def _shares(shop: Shop, prices: list[Decimal]) -> list[Cell]:
    """About a tenth more each, never by one rate."""
    return [part(price, f"1.{shop.chance.randint(31, 98):03d}") for price in prices]


@kind
def on_other_terms(shop: Shop) -> Made:
    """At two branches, for members and others, in cash and on account, collected and delivered."""
    shop = Shop(shop.seed, _LANGUAGES)
    codes, names, prices = _goods(shop)
    heads = shop.chance.choice(_TERMS[shop.language].split("|")[0].split(",")).split("/")
    heads = [shop.words["code"], shop.words["name"], *heads]
    return _made(shop, heads, [[*codes], [*names], [*prices], _shares(shop, prices)], asked=True)


@kind
def from_a_later_day(shop: Shop) -> Made:
    """Today's price beside the one that only holds from next year on."""
    shop = Shop(shop.seed, _LANGUAGES)
    codes, names, prices = _goods(shop)
    until, since = _TERMS[shop.language].split("|")[1].split("/")
    day = datetime.now(UTC).date() + timedelta(days=shop.chance.randint(20, 200))
    heads = [f"{until} {day - timedelta(days=1):%d.%m.%Y}", f"{since} {day:%d.%m.%Y}"]
    heads = [shop.words["code"], shop.words["name"], *heads]
    return _made(shop, heads, [[*codes], [*names], [*prices], _shares(shop, prices)], asked=True)


@kind
def headed_by_currencies(shop: Shop) -> Made:
    """Three currencies, no word for price; their ratio may look like a tax."""
    codes, names, prices = _goods(shop)
    heads = [shop.words["code"], shop.words["name"], *shop.chance.sample(("EUR", "USD", "GBP", "CHF"), 3)]
    money: list[list[Cell]] = [[part(price, share) for price in prices] for share in ("1.1", "1", "0.86")]
    return _made(shop, heads, [[*codes], [*names], *money], asked=True)


@kind
def by_weight_or_piece(shop: Shop) -> Made:
    """€/kg beside €/pc, neither a price by word."""
    codes, names, prices = _goods(shop)
    piece = shop.chance.choice(("Stück", "pc", "st", "szt", "ks"))
    sign = shop.chance.choice(("€", "CHF", "Kč", "zł"))
    heads = [shop.words["code"], shop.words["name"], f"{sign}/kg", f"{sign}/{piece}"]
    return _made(shop, heads, [[*codes], [*names], [*prices], _shares(shop, prices)], asked=True)


@kind
def codes_of_powers(shop: Shop) -> Made:
    """A spreadsheet has written some of the codes as powers of ten."""
    codes, names, prices = _goods(shop)
    cut: list[Cell] = [*codes[:1], *(f"{at + 1}.23E+{10 + at}" for at in range(len(codes) - 1))]
    heads = [shop.words["code"], shop.words["name"], shop.words["price"]]
    return _made(shop, heads, [cut, [*names], [*prices]], asked=True)


@kind
def codes_like_days(shop: Shop) -> Made:
    """01.02.10 is a group, a subgroup and an article."""
    _, names, prices = _goods(shop)
    codes = [f"{at // 6 + 1:02d}.{at % 6 + 1:02d}.{shop.chance.choice(('10', '20', '30'))}" for at in range(len(names))]
    heads = [shop.words["code"], shop.words["name"], shop.head("price", money=True)]
    made = _made(shop, heads, [[*codes], [*names], [*prices]])
    made.items = items_of(codes, names, prices)
    return made


@kind
def per_hundred_in_the_header(shop: Shop) -> Made:
    """Price €/100 m beside a surcharge for the same length: the header's 100 is no amount."""
    codes, names, prices = _goods(shop)
    per = shop.chance.choice(("/100 m", "/100", "/1000", "/100 kg"))
    heads = [shop.words["code"], shop.words["name"], f"{shop.words['price']} €{per}"]
    made = _made(shop, heads, [[*codes], [*names], [*prices]])
    made.items = items_of(codes, names, prices)
    return made


@kind
def steps_of_cartons(shop: Shop) -> Made:
    """From 1 carton, from 5, from 20; or 1-4 and 20+, the unit behind, the amounts with their sign."""
    codes, names, prices = _goods(shop)
    pack = shop.chance.choice(_PACKS)
    heads = shop.chance.choice(
        ([f"1-4 {pack}", f"5-19 {pack}", f"20+ {pack}"], [f"ab 1 {pack}", f"ab 5 {pack}", f"ab 20 {pack}"])
    )
    comma = shop.made().comma
    money: list[list[Cell]] = [
        ["€ " + amount(part(price, share), comma=comma) for price in prices] for share in ("1", "0.93", "0.88")
    ]
    made = _made(shop, [shop.words["code"], shop.words["name"], *heads], [[*codes], [*names], *money])
    made.items = items_of(codes, names, prices)
    return made


@kind
def steps_below_each_other(shop: Shop) -> Made:
    """Two articles only, each in three rows by its least quantity: two items."""
    codes, names, prices = [shop.code(), shop.code()], shop.names(2), [shop.money(20, 90), shop.money(20, 90)]
    rows: list[list[Cell]] = [
        [code, name, step, part(price, share)]
        for code, name, price in zip(codes, names, prices, strict=True)
        for step, share in ((1, "1"), (50, "0.9"), (200, "0.8"))
    ]
    heads = ["Part", "Description", shop.chance.choice(("Min qty", "MOQ", "Min. order")), "Unit price"]
    made = _made(shop, heads, [list(column) for column in zip(*rows, strict=True)])
    made.items = items_of(codes, names, prices)
    return made


@kind
def goods_beside_goods(shop: Shop) -> Made:
    """Two lists side by side, headed by what they hold and by money for the kilogram."""
    shop = Shop(shop.seed, _LANGUAGES)
    count = shop.count(4, 9)
    names, prices = shop.names(2 * count), [shop.money(1, 40) for _ in range(2 * count)]
    head = shop.chance.choice(("€/kg", "EUR/kg", "€/Stk"))
    made = shop.made()
    made.sheet.add("Obst", head, None, "Gemüse", head)
    for at in range(count):
        made.sheet.add(names[at], prices[at], None, names[at + count], prices[at + count])
    made.items = [Item(None, name, plain(price)) for name, price in zip(names, prices, strict=True)]
    return made


@kind
def articles_by_text(shop: Shop) -> Made:
    """*Artikel* heads the codes and *Text* the names."""
    _, names, prices = _goods(shop)
    names = [f"{good} {9 + at} mm" for at, good in enumerate(shop.names(len(names)))]
    codes = [f"{shop.chance.choice('ABKX')}-{10 + 3 * at}" for at in range(len(names))]
    made = _made(shop, ["Artikel", "Text", "Preis EUR"], [[*codes], [*names], [*prices]])
    made.items = items_of(codes, names, prices)
    return made
