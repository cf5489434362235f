"""Kinds of what offices send every day: a few lines of an e-mail, totals of pages, terms below the goods, the books of
a shop, a sheet for each class of buyers.

They were first written down as 118 typical lists by an author who had not looked at the reader's rules for them.
"""

from __future__ import annotations

from decimal import Decimal

from .lists import Cell, Item, Made, Sheet, Shop, kind, part, plain
from .tables import items_of
from .writers import amount

#: language → greeting|what is sent|unit|goodbye
_LETTERS = {
    "en": "Hi Tom,|Prices for this week:|/kg|Best, Jim",
    "de": "Guten Tag Frau Schmidt,|anbei unsere Preise ab Montag:||Mit freundlichen Grüßen",
    "fr": "Bonjour,|Voici nos tarifs de la semaine :|/kg|Cordialement,",
    "es": "Estimados señores:|Les paso los precios de hoy.|/kg|Un saludo",
    "it": "Buongiorno,|ecco i prezzi della settimana:|/kg|Cordiali saluti",
    "pl": "Dzień dobry,|przesyłam aktualne ceny netto:|/m3|Pozdrawiam",
    "cs": "Dobrý den,|posílám aktuální ceny:|/kg|S pozdravem",
    "ro": "Bună ziua,|prețurile de săptămâna aceasta:|/kg|Cu stimă",
    "ru": "Здравствуйте!|Высылаем актуальные цены:|/кг|С уважением, Сергей",
    "uk": "Добрий день!|Ціни на сьогодні:|/кг|З повагою",
    "tr": "Merhaba,|güncel fiyatlarımız:|/kg|Saygılarımla",
    "sv": "Hej,|här kommer veckans priser:|/kg|Med vänlig hälsning",
}  # fmt: skip
_SIGNS = {
    "GBP": "£",
    "EUR": "€",
    "PLN": "zł",
    "CZK": "Kč",
    "RON": "lei",
    "RUB": "руб.",
    "UAH": "грн",
    "TRY": "TL",
    "SEK": "SEK",
}
#: language → what a page's sum is called, what is asked below the goods, what is paid for a pallet
_AROUND = {
    "en": "Page total|Minimum order|Pallet deposit",
    "de": "Übertrag|Mindestbestellwert|Palettenpfand",
    "fr": "À reporter|Minimum de commande|Consigne palette",
    "es": "Suma y sigue|Pedido mínimo|Depósito palet",
    "it": "A riportare|Ordine minimo|Cauzione pallet",
    "nl": "Paginatotaal|Minimumbestelling|Palletstatiegeld",
    "pl": "Do przeniesienia|Minimalne zamówienie|Kaucja za paletę",
    "cs": "Celkem strana|Minimální objednávka|Vratná paleta",
    "ru": "Итого по странице|Минимальный заказ|Залог за поддон",
    "uk": "Всього на сторінці|Мінімальне замовлення|Застава за тару",
    "sv": "Sidosumma|Frakt|Pallpant",
}  # fmt: skip
_COSTS = ("Unit Cost/Unit Price", "Cost/Price", "Costo/Precio", "Custo/Preço", "Costo unitario/Precio unitario")
_BOUGHT_AND_SOLD = (
    *("EK netto/VK netto/VK brutto", "Einkaufspreis/VK-Preis netto/VK-Preis brutto"),
    *(
        "Cena zakupu/Cena sprzedaży netto/Cena sprzedaży brutto",
        "Inkoopprijs/Verkoopprijs excl. BTW/Verkoopprijs incl. BTW",
    ),
)
_RETAIL_AND = ("PVP/PR Rev.", "RRP/Ord.", "UVP/HP", "Розничная цена/Кат. Б", "Listino/Fascia B", "MSRP/Lvl B")
_CLASSES = (
    *("Installateure/Großhandel", "Gold/Silver", "Опт/Крупный опт", "Mayoreo/Distribuidor", "Partner A/Partner B"),
    *("Atacado/Distribuidor", "Bayi/Distribütör", "Engros/Distribuitor", "Hurt/Dealer"),
)
_COLOURS = ("Colour", "Farbe", "Couleur", "Color", "Kolor", "Цвет", "Barva", "Renk", "Kleur")
_SIZES = ("Größe", "Taille", "Talla", "Rozmiar", "Velikost", "Storlek", "Размер", "Beden")
_PAINT = ("white", "black", "navy", "grey", "sand", "olive", "red", "teal", "rose", "amber", "lilac", "brown")
LINES, SHEETS, FOOTED = "letter_lines", "sheets_of_classes", ("carried_totals", "terms_below", "deposits_below")
TABLES = (
    *("own_cost_beside", "bought_and_sold", "cheaper_beside_retail", "only_a_colour", "books_of_a_shop"),
    "left_after_discount",
)
MERGED = "sizes_of_groups"


def _goods(shop: Shop, low: int = 4, high: int = 10) -> tuple[list[str], list[str], list[Decimal]]:
    count = shop.count(low, high)
    return [shop.code() for _ in range(count)], shop.names(count), [shop.money(20, 400) for _ in range(count)]


def _asked(shop: Shop, heads: list[str], *columns: list[Cell]) -> Made:
    """A table of which no reading is right."""
    made = shop.made()
    made.must = False
    made.sheet.add(*heads)
    for row in zip(*columns, strict=True):
        made.sheet.add(*row)
    return made


def _dearer(shop: Shop, prices: list[Decimal], low: int = 150, high: int = 210) -> list[Cell]:
    return [part(price, f"{shop.chance.randint(low, high) / 100:.2f}") for price in prices]


@kind
def letter_lines(shop: Shop) -> Made:
    """A greeting, three to six lines with a dash or a colon before the price, and a name."""
    shop = Shop(shop.seed, " ".join(_LETTERS))
    _, names, prices = _goods(shop, 3, 6)
    greeting, sent, unit, goodbye = _LETTERS[shop.language].split("|")
    made = shop.made()
    sign = _SIGNS[shop.currency]
    dash = shop.chance.choice((" - ", " – ", " — ", ": "))
    for text in (greeting, None, sent, None):
        made.sheet.add(text)
    for name, price in zip(names, prices, strict=True):
        made.sheet.add(f"{name}{dash}{amount(price, comma=made.comma)} {sign}{unit}")
        made.items.append(Item(None, name, plain(price), currency=shop.currency))
    for text in (None, goodbye, "Velora, tel. 089 / 123456"):
        made.sheet.add(text)
    return made


@kind
def carried_totals(shop: Shop) -> Made:
    """The sum of each page stands below it, in the column of names, and the list goes on."""
    shop = Shop(shop.seed, " ".join(_AROUND))
    codes, names, prices = _goods(shop, 6, 14)
    made = shop.made()
    made.sheet.add(shop.words["code"], shop.words["name"], shop.words["price"])
    page, total = shop.chance.randint(2, 5), Decimal(0)
    for at, row in enumerate(zip(codes, names, prices, strict=True), 1):
        made.sheet.add(*row)
        total += row[2]
        if at % page == 0:
            made.sheet.add(None, _AROUND[shop.language].split("|")[0], total)
    made.items = items_of(codes, names, prices)
    return made


def _below(shop: Shop, cells: list[Cell]) -> Made:
    codes, names, prices = _goods(shop)
    made = shop.made()
    made.sheet.add(shop.words["code"], shop.words["name"], shop.words["price"])
    for row in zip(codes, names, prices, strict=True):
        made.sheet.add(*row)
    made.sheet.add(*cells)
    made.items = items_of(codes, names, prices)
    return made


@kind
def terms_below(shop: Shop) -> Made:
    """What is asked of an order, in the first two columns, below the goods."""
    shop = Shop(shop.seed, " ".join(_AROUND))
    said = _AROUND[shop.language].split("|")[1]
    return _below(shop, [said, f"{shop.chance.choice((100, 150, 250))},00 €", None])


@kind
def deposits_below(shop: Shop) -> Made:
    """What a pallet is lent for stands as a row without a code."""
    shop = Shop(shop.seed, " ".join(_AROUND))
    return _below(shop, [None, _AROUND[shop.language].split("|")[2], shop.money(5, 20)])


@kind
def own_cost_beside(shop: Shop) -> Made:
    """What an article costs the shop beside its price, as books export it."""
    codes, names, prices = _goods(shop)
    heads = ["No.", "Description", *shop.chance.choice(_COSTS).split("/")]
    return _asked(shop, heads, [*codes], [*names], [*prices], _dearer(shop, prices))


@kind
def bought_and_sold(shop: Shop) -> Made:
    """A purchase price beside a selling price without and with tax."""
    codes, names, prices = _goods(shop)
    net = _dearer(shop, prices)
    gross: list[Cell] = [part(price, "1.2") for price in net if isinstance(price, Decimal)]
    heads = [shop.words["code"], shop.words["name"], *shop.chance.choice(_BOUGHT_AND_SOLD).split("/")]
    return _asked(shop, heads, [*codes], [*names], [*prices], net, gross)


@kind
def cheaper_beside_retail(shop: Shop) -> Made:
    """A retail price, and beside it what only insiders read: cheaper in every row."""
    codes, names, prices = _goods(shop)
    heads = [shop.words["code"], shop.words["name"], *shop.chance.choice(_RETAIL_AND).split("/")]
    return _asked(shop, heads, [*codes], [*names], _dearer(shop, prices), [*prices])


@kind
def sheets_of_classes(shop: Shop) -> Made:
    """The same articles on a sheet for each of two classes of buyers."""
    codes, names, prices = _goods(shop, 5, 9)
    made = shop.made()
    made.must = False
    one, two = shop.chance.choice(_CLASSES).split("/")
    made.sheets = [Sheet(one), Sheet(two)]
    sold: list[list[Cell]] = [[*prices], _dearer(shop, prices, 105, 125)]
    for sheet, money in zip(made.sheets, sold, strict=True):
        sheet.add(shop.words["code"], shop.words["name"], shop.words["price"])
        for row in zip(codes, names, money, strict=True):
            sheet.add(*row)
    return made


@kind
def only_a_colour(shop: Shop) -> Made:
    """Nothing but a colour stands where names could be."""
    codes, _, prices = _goods(shop)
    colours: list[Cell] = [*shop.chance.sample(_PAINT, len(codes))]
    return _asked(shop, ["Style", shop.chance.choice(_COLOURS), "Price EUR"], [*codes], colours, [*prices])


@kind
def books_of_a_shop(shop: Shop) -> Made:
    """Rows whose words are those of headers (product, Units, all), below an id of the data base."""
    codes, names, prices = _goods(shop, 3, 9)
    made = shop.made()
    made.comma = False
    made.sheet.add("id", "name", "default_code", "categ_id/id", "list_price", "standard_price", "uom_id/name", "type")
    for at, (code, name, price) in enumerate(zip(codes, names, prices, strict=True)):
        cost = part(price, "0.7")
        made.sheet.add(f"__export__.product_{at}", name, code, "all", price, cost, "Units", "product")
    made.items = items_of(codes, names, prices)
    return made


@kind
def left_after_discount(shop: Shop) -> Made:
    """Words call both prices net, and a rate beside them tells the one from the other."""
    codes, names, prices = _goods(shop)
    rate = [shop.chance.choice((10, 15, 20)) for _ in codes]
    after = [part(price, f"{(100 - cut) / 100}") for price, cut in zip(prices, rate, strict=True)]
    heads = shop.chance.choice(("VPC/Rabat/VPC-rabat", "Net price/Disc. %/Net net", "Netto/Rabatt %/Netto-Netto"))
    made = shop.made()
    made.sheet.add("SKU", shop.words["name"], *heads.split("/"))
    for row in zip(codes, names, prices, rate, after, strict=True):
        made.sheet.add(*row)
    made.items = items_of(codes, names, after)
    return made


@kind
def sizes_of_groups(shop: Shop) -> Made:
    """A merged group, a code and a size, which names nothing without the group: named by both, or asked about."""
    made = shop.made()
    made.must = False
    made.sheet.add(shop.words["group"], shop.words["code"], shop.chance.choice(_SIZES), shop.words["price"])
    for good in shop.goods[:3]:
        top = len(made.sheet.rows)
        for at in range(shop.count(2, 4)):
            code, size, price = shop.code(), f"{60 + 10 * at}x{60 + 5 * at} mm", shop.money(2, 40)
            made.sheet.add(None if at else good, code, size, price)
            made.items.append(Item(code, f"{good} {size}", plain(price)))
        made.sheet.merges.append((top, 0, len(made.sheet.rows) - 1, 0))
    return made
