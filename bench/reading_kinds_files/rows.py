"""Kinds that differ in what stands between the items: titles, totals, notes, headers, levels."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from .lists import Cell, Item, Made, Sheet, Shop, kind, plain


def header(shop: Shop) -> list[str]:
    return [shop.head("code"), shop.head("name"), shop.head("unit"), shop.head("price", money=True)]


def put_item(made: Made, sheet: Sheet, shop: Shop, name: str, *, indent: int = 0) -> Decimal:
    code, price = shop.code(), shop.money()
    at = sheet.add(code, name, shop.words["piece"], price)
    if indent:
        sheet.indents[at] = indent
    made.items.append(Item(code, name, plain(price)))
    return price


def _preamble(sheet: Sheet, shop: Shop) -> None:
    sheet.add("Velora Trading 1998 Ltd.")
    sheet.add("Industrial Road 17, 20457 Port Town", None, None, "Tel. +49 40 5550 1234")
    sheet.add("IBAN DE89 3704 0044 0532 0130 00", None, None, "01.02.2026")
    sheet.add()


@kind
def preamble_and_notes(shop: Shop) -> Made:
    made = shop.made()
    _preamble(made.sheet, shop)
    made.sheet.add(*header(shop))
    for name in shop.names(shop.count()):
        put_item(made, made.sheet, shop, name)
        if shop.chance.random() < 0.1:
            made.sheet.add(None, shop.words["note"])
    made.sheet.add()
    made.sheet.add(shop.words["note"])
    made.sheet.add("www.velora.example", None, None, "1 / 1")
    return made


@kind
def grouped(shop: Shop) -> Made:
    """Titles of groups in the first column, merged across or not."""
    made = shop.made()
    sheet = made.sheet
    sheet.add(*header(shop))
    merged, place = shop.chance.random() < 0.5, shop.chance.choice((0, 1))
    for good in shop.goods[: shop.count(3, 6)]:
        at = sheet.add(*[None] * place, f"{good} & {shop.words['group'].lower()}")
        if merged:
            sheet.merges.append((at, place, at, 3))
        for name in shop.names(shop.count(3, 8)):
            put_item(made, sheet, shop, name)
    return made


@kind
def nested(shop: Shop) -> Made:
    """Groups within groups, told by indentation; the first of them is empty."""
    made = shop.made()
    sheet = made.sheet
    sheet.add(*header(shop))
    sheet.indents[sheet.add(None, shop.words["group"])] = 0
    for good in shop.goods[:3]:
        sheet.indents[sheet.add(None, f"{good} {shop.words['group']}")] = 0
        for letter in "AB":
            sheet.indents[sheet.add(None, f"{good} {letter}")] = 1
            for name in shop.names(shop.count(3, 6)):
                put_item(made, sheet, shop, name, indent=2)
                path = (f"{good} {shop.words['group']}", f"{good} {letter}")
                made.items[-1] = replace(made.items[-1], category=path)
    return made


@kind
def indented(shop: Shop) -> Made:
    """Groups within groups, told by blanks before their names; a title may have a unit."""
    made = shop.made()
    sheet = made.sheet
    sheet.add(shop.words["name"], shop.words["price"], shop.words["unit"])
    sheet.add(f"    {shop.words['group']}")
    for good in shop.goods[:3]:
        sheet.add(f"    {good}")
        for letter in "AB":
            sheet.add(f"        {good} {letter}", None, shop.words["piece"] if letter == "A" else None)
            for name in shop.names(shop.count(3, 6)):
                price = shop.money()
                sheet.add(f"            {name}", price, shop.words["piece"])
                made.items.append(Item(None, name, plain(price), category=(good, f"{good} {letter}")))
    return made


@kind
def subtotals(shop: Shop) -> Made:
    made = shop.made()
    sheet = made.sheet
    sheet.add(*header(shop))
    grand = Decimal(0)
    for good in shop.goods[:3]:
        total = sum((put_item(made, sheet, shop, name) for name in shop.names(shop.count(3, 8))), Decimal(0))
        sheet.add(
            None, f"{shop.words['total']} {good}" if shop.chance.random() < 0.5 else shop.words["total"], None, total
        )
        grand += total
    sheet.add(shop.words["total"], None, None, grand)
    return made


@kind
def repeated_header(shop: Shop) -> Made:
    made = shop.made()
    head = header(shop)
    for place, name in enumerate(shop.names(shop.count(20, 50))):
        if place % 12 == 0:
            if place:
                made.sheet.add(None, None, None, f"{place // 12}/4")
            made.sheet.add(*head)
        put_item(made, made.sheet, shop, name)
    return made


@kind
def two_row_header(shop: Shop) -> Made:
    """A second row of the header that says the units."""
    made = shop.made()
    made.sheet.add(shop.words["code"], shop.words["name"], shop.words["unit"], shop.words["price"])
    made.sheet.add(None, None, None, f"({shop.currency}/{shop.words['piece']})")
    for name in shop.names(shop.count()):
        put_item(made, made.sheet, shop, name)
    return made


@kind
def no_header(shop: Shop) -> Made:
    made = shop.made()
    for name in shop.names(shop.count(12, 40)):
        put_item(made, made.sheet, shop, name)
    return made


@kind
def variants(shop: Shop) -> Made:
    """A name in a cell merged over its sizes, each with a code and a price of its own."""
    made = shop.made()
    sheet = made.sheet
    size = {"en": "Size", "de": "Größe", "fr": "Taille", "pl": "Rozmiar", "ru": "Размер"}.get(shop.language, "Size")
    sheet.add(shop.words["code"], shop.words["name"], size, shop.head("price"))
    for good in shop.goods:
        top = len(sheet.rows)
        letters = ["S", "M", "L", "XL"][: shop.chance.randint(2, 4)]
        for letter in letters:
            code, price = shop.code(), shop.money()
            sheet.add(code, good if letter == letters[0] else None, letter, price)
            made.items.append(Item(code, f"{good} {letter}", plain(price)))
        sheet.merges.append((top, 1, len(sheet.rows) - 1, 1))
    return made


@kind
def short_and_long(shop: Shop) -> Made:
    """A name, and a description longer than it."""
    made = shop.made()
    long = {"en": "Details", "de": "Beschreibung", "fr": "Descriptif", "pl": "Opis", "ru": "Описание"}
    head = long.get(shop.language, "Details")
    made.sheet.add(shop.words["code"], shop.words["name"], head, shop.head("price"))
    for name in shop.names(shop.count()):
        code, price = shop.code(), shop.money()
        text = ", ".join(shop.chance.sample(shop.goods, 4)) + f" {shop.chance.randint(1, 99)}"
        made.sheet.add(code, name, text, price)
        made.items.append(Item(code, name, plain(price)))
    return made


@kind
def beside(shop: Shop) -> Made:
    """Two lists side by side, with an empty column between them."""
    made = shop.made()
    head: list[Cell] = [shop.words["code"], shop.words["name"], shop.head("price")]
    made.sheet.add(*head, None, *head)
    half = shop.count(6, 20)
    names = shop.names(2 * half)
    left = [(shop.code(), name, shop.money()) for name in names[:half]]
    right = [(shop.code(), name, shop.money()) for name in names[half:]]
    for one, two in zip(left, right, strict=True):
        made.sheet.add(*one, None, *two)
    made.items = [Item(code, name, plain(price)) for code, name, price in [*left, *right]]
    return made


@kind
def several_sheets(shop: Shop) -> Made:
    """A cover, a sheet a group, and the terms."""
    made = shop.made()
    made.sheets = [Sheet("Info", [["Velora Trading"], ["www.velora.example"], [shop.words["note"]]])]
    for good in shop.goods[:3]:
        sheet = Sheet(good[:25])
        _preamble(sheet, shop)
        sheet.add(*header(shop))
        for name in shop.names(shop.count(4, 15)):
            put_item(made, sheet, shop, name)
        made.sheets.append(sheet)
    made.sheets.append(Sheet("AGB", [[f"{number}. {shop.words['note']}"] for number in range(1, 9)]))
    return made


@kind
def leading_zeros(shop: Shop) -> Made:
    """Codes are numbers that a cell's format shows with zeros in front."""
    made = shop.made()
    made.sheet.add(shop.words["code"], shop.words["name"], shop.head("price"))
    for place, name in enumerate(shop.names(shop.count())):
        code, price = 102 + 13 * place, shop.money()
        at = made.sheet.add(code, name, price)
        made.sheet.formats[at, 0] = "000000"
        made.items.append(Item(f"{code:06d}", name, plain(price)))
    return made


@kind
def hidden_purchase(shop: Shop) -> Made:
    """The supplier's own purchase price was hidden, not deleted."""
    made = shop.made()
    made.sheet.add(shop.words["code"], shop.words["name"], "EK", shop.head("price"))
    for name in shop.names(shop.count()):
        code, price = shop.code(), shop.money()
        made.sheet.add(code, name, (price * Decimal("0.6")).quantize(Decimal("0.01")), price)
        made.items.append(Item(code, name, plain(price)))
    made.sheet.hidden_columns.add(2)
    return made


@kind
def on_request(shop: Shop) -> Made:
    """Some items have words for a price, and are items all the same."""
    made = shop.made()
    word = {"de": "auf Anfrage", "fr": "sur demande", "pl": "na zapytanie", "ru": "по запросу", "es": "consultar"}
    made.sheet.add(*header(shop))
    for name in shop.names(shop.count(12, 40)):
        if shop.chance.random() < 0.12:
            code = shop.code()
            made.sheet.add(code, name, shop.words["piece"], word.get(shop.language, "on request"))
            made.items.append(Item(code, name, ""))
        else:
            put_item(made, made.sheet, shop, name)
    return made


@kind
def group_column(shop: Shop) -> Made:
    """The group stands in a column, only where it begins."""
    made = shop.made()
    head = {"en": "Group", "de": "Warengruppe", "fr": "Famille", "pl": "Grupa", "ru": "Группа"}.get(
        shop.language, "Group"
    )
    made.sheet.add(head, *header(shop))
    for good in shop.goods[:4]:
        first = True
        for name in shop.names(shop.count(3, 8)):
            code, price = shop.code(), shop.money()
            made.sheet.add(good if first else None, code, name, shop.words["piece"], price)
            made.items.append(Item(code, name, plain(price)))
            first = False
    return made
