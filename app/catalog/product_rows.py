"""What a row of a product list holds: texts become what the catalogue keeps, or a sentence says why not. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal

from app.foreign import text as fit
from app.models.catalog import ProductStatus
from handoff.api import Role

#: accepted names of a column, the first is ours
COLUMNS = {
    "internal_sku": ("internal_sku", "sku", "code", "article"),
    "name": ("name", "product", "title", "product_name"),
    "brand": ("brand", "manufacturer", "maker"),
    "barcode": ("barcode", "ean", "gtin", "upc"),
    "category": ("category", "group"),
    "price": ("price", "our_price", "mrp"),
    "currency": ("currency",),
    "description": ("description", "details"),
    "status": ("status",),
}
REQUIRED = ("internal_sku", "name")
#: what the reader of price lists calls the same columns
ROLES = {
    Role.SKU: "internal_sku",
    Role.NAME: "name",
    Role.BRAND: "brand",
    Role.BARCODE: "barcode",
    Role.CATEGORY: "category",
    Role.PRICE: "price",
    Role.CURRENCY: "currency",
    Role.DESCRIPTION: "description",
}
Mark = Literal[".", ","]

#: 1,234.56 and 1.234,56
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+\.\d+|\d{1,3}(?:\.\d{3})+,\d+")
#: 1,234: a thousand and more, or one and a bit
_AMBIGUOUS = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d{0,2}(?:\.\d{3}){2,}")
_AMOUNT = re.compile(r"[0-9]{1,20}(?:[.,][0-9]{1,20})?")
#: a currency before or after an amount
_MONEY = re.compile(r"([A-Za-z]{3}|[€£₽₴])?\s*+([0-9][0-9\s.,']*+)([A-Za-z]{3}|[€£₽₴])?")
_SIGNS = {"€": "EUR", "£": "GBP", "₽": "RUB", "₴": "UAH"}
_CODE = re.compile(r"[A-Z]{3}")
#: ="00123", as spreadsheets keep zeros
_KEPT_AS_TEXT = re.compile(r'="([^"]*)"')
#: 4,00638E+12: a long number that a spreadsheet has shortened
_SHORTENED = re.compile(r"([0-9])(?:[.,]([0-9]{1,17}))?[eE]\+?([0-9]{1,2})")
MARKED = re.compile(r"(^|[;,|\t\n\r])'(?=[=+\-@\t\r])")
_LONGEST = {"internal_sku": 100, "name": 500, "brand": 255, "barcode": 50, "category": 255, "description": 10_000}
_MOST = Decimal(10) ** 10


class Wrong(ValueError):
    """A row that cannot be taken; the sentence says why."""


@dataclass(frozen=True)
class Money:
    """``mark`` and ``currency`` hold where a cell does not say otherwise; None: not known."""

    mark: Mark | None = None
    currency: str | None = None


def places_of(header: Sequence[str]) -> dict[str, int]:
    """Column -> index from 0, by the names that we know."""
    found = {name: place for place, text in reversed(list(enumerate(header))) if (name := text.strip().lower())}
    return {
        column: found[name] for column, names in COLUMNS.items() for name in reversed(names) if name in found
    }  # of several known names the first


def missing(places: Iterable[str]) -> list[str]:
    return [column for column in REQUIRED if column not in set(places)]


def read_row(cells: Sequence[str], places: Mapping[str, int], money: Money) -> dict[str, object]:
    """The values of the columns that the list has, ``category`` by its name. Raises Wrong."""
    texts = {column: _text(cells[place] if place < len(cells) else "") for column, place in places.items()}
    values: dict[str, object] = {name: texts[name] or None for name in texts.keys() & {"brand", "description"}}
    values |= {"internal_sku": _long_number("SKU", texts["internal_sku"]), "name": texts["name"]}
    if not values["internal_sku"] or not values["name"]:
        raise Wrong("the SKU or the name is empty.")
    if len(texts["internal_sku"]) > _LONGEST["internal_sku"] or len(texts["name"]) > _LONGEST["name"]:
        raise Wrong("the SKU is longer than 100 or the name longer than 500 characters.")
    for name in values.keys() & {"brand", "description"}:
        values[name] = str(values[name])[: _LONGEST[name]] if values[name] else None
    if "barcode" in texts:
        values["barcode"] = _long_number("barcode", texts["barcode"])[: _LONGEST["barcode"]] or None
    if "category" in texts:
        values["category"] = texts["category"][: _LONGEST["category"]]
    if "price" in texts:
        values["price"], values["currency"] = _money(texts["price"], texts.get("currency", ""), money)
    values["status"] = _status(texts.get("status", ""))
    return values


def _text(cell: str) -> str:
    """As it was before an export of ours marked it or a spreadsheet was told to keep it as text."""
    text = fit(cell, most=_LONGEST["description"]).strip()
    if kept := _KEPT_AS_TEXT.fullmatch(text):
        return kept[1].strip()
    return MARKED.sub(r"\1", text)


def _status(written: str) -> ProductStatus:
    status = written.lower() or ProductStatus.ACTIVE
    if status not in set(ProductStatus):
        raise Wrong(f"the status “{status[:40]}” is none of draft, active, archived.")
    return ProductStatus(status)


def _long_number(what: str, written: str) -> str:
    """A number that lost its digits in a spreadsheet is nobody's: it is refused, unless all its digits are there."""
    found = _SHORTENED.fullmatch(written)
    if found is None or int(found[3]) < 6:
        return written
    digits = found[1] + (found[2] or "")
    whole = digits.ljust(int(found[3]) + 1, "0")
    # One digit may be a zero that was left out; more, and half a shop would share the number.
    if len(whole) == int(found[3]) + 1 and len(digits) >= len(whole) - 1 and _is_gtin(whole):
        return whole
    raise Wrong(f"the {what} “{written}” was shortened by a spreadsheet: format its column as text and save again.")


def _is_gtin(digits: str) -> bool:
    if len(digits) not in (8, 12, 13, 14):
        return False
    weighed = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    return weighed % 10 == 0


def _money(written: str, column: str, money: Money) -> tuple[Decimal | None, str | None]:
    """The price with its currency: what stands in the cell, else in the row's column, else what holds for the list."""
    if not written:
        return None, None
    found = _MONEY.fullmatch(written)
    digits = "".join(found[2].split()).replace("'", "") if found else written
    in_cell = {_currency(each) for each in (found[1], found[3]) if each} if found else set()
    named = in_cell | ({_currency(column)} if column else set())
    if len(named) > 1:
        raise Wrong(f"“{written[:40]}” and its currency {' and '.join(sorted(named))} contradict each other.")
    amount = _amount(digits, written, money.mark)
    return amount, next(iter(named), money.currency)


def _currency(written: str) -> str:
    code = _SIGNS.get(written, written.upper())
    if not _CODE.fullmatch(code):
        raise Wrong(f"“{written[:20]}” is no currency: write its three letters, such as EUR.")
    return code


def _amount(digits: str, written: str, mark: Mark | None) -> Decimal:
    """Either mark may be the decimal one, unless the list says which."""
    shown = written[:40]
    if mark is None and _AMBIGUOUS.fullmatch(digits):
        raise Wrong(f"“{shown}” may be thousands or thousandths: write it without a separator of thousands.")
    if mark is not None:
        digits = _without_thousands(digits, "," if mark == "." else ".")
    elif _THOUSANDS.fullmatch(digits):
        digits = digits.replace("," if digits.rstrip("0123456789")[-1] == "." else ".", "")
    if not _AMOUNT.fullmatch(digits):
        raise Wrong(f"“{shown}” is no price.")
    try:
        amount = Decimal(digits.replace(",", "."))
    except InvalidOperation as error:
        raise Wrong(f"“{shown}” is no price.") from error
    if not 0 <= amount < _MOST:
        raise Wrong(f"“{shown}” is no price.")
    return amount


def _without_thousands(digits: str, separator: str) -> str:
    """Groups of three only: anything else that holds the separator is no amount under this mark."""
    whole = re.match(rf"[0-9]{{1,3}}(?:{re.escape(separator)}[0-9]{{3}})+(?![0-9{re.escape(separator)}])", digits)
    return whole[0].replace(separator, "") + digits[whole.end() :] if whole else digits
