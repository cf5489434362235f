"""One article of a structured list, and how amounts and texts in it are taken."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

#: role of the treaty, name of a condition, ``price:NAME`` for a further price, ``has:NAME`` for anything else → text
Record = dict[str, str]

ROLES = (
    "sku",
    "name",
    "price",
    "currency",
    "unit",
    "pack_size",
    "stock",
    "category",
    "brand",
    "barcode",
    "description",
)
CONDITIONS = (
    "price_kind", "price_unit", "tiers", "minimum_order", "vat_included", "vat_rate", "discount", "discount_group",
    "list_price", "old_price", "valid_from", "valid_to",
)  # fmt: skip
#: the names of two prices of which either may be the one to take, a line each; no value of the article
RIVALS = "rivals"
LEVELS = "\n"  # between the levels of a category's path
_AMOUNT = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,2})?")
_THOUSANDS = re.compile(r"-?[1-9]\d{0,2},\d{3}")
_WITH_CURRENCY = re.compile(r"([\d., \u00a0]*\d)\s*+([^\W\d_]{1,5}\.?|[€₽₴₸])")
_CURRENCIES = {
    "RUR": "RUB", "РУБ": "RUB", "РУБ.": "RUB", "Р": "RUB", "Р.": "RUB", "₽": "RUB", "BYR": "BYN", "ГРН": "UAH",
    "ГРН.": "UAH", "₴": "UAH", "ТГ": "KZT", "ТГ.": "KZT", "ТЕНГЕ": "KZT", "₸": "KZT", "€": "EUR",
    **{code: code for code in ("EUR", "USD", "RUB", "UAH", "KZT", "BYN", "PLN", "CZK")},
}  # fmt: skip


def amount(text: str | None) -> Decimal | None:
    """An amount in the machine's spelling, a comma for the point let pass; None for anything else.

    Three digits behind a comma may be thousands as well: ``1,299`` is none.
    """
    plain = re.sub(r"[\s\u00a0']", "", text or "")
    if plain.count(",") == 1 and "." not in plain and not _THOUSANDS.fullmatch(plain):
        plain = plain.replace(",", ".")
    if not _AMOUNT.fullmatch(plain):
        return None
    try:
        return Decimal(plain)
    except InvalidOperation:
        return None


def spelled(value: Decimal) -> str:
    """Plain digits; decimals as they came, noise of a multiplication cut at four."""
    if -value.as_tuple().exponent > 4:  # type: ignore[operator]  # finite: amount() takes digits only
        value = value.quantize(Decimal("0.0001")).normalize()
    return f"{value:f}"


def put(record: Record, key: str, text: str | None) -> None:
    """Keep a text under a key that has none; empty texts are no values."""
    if text and (plain := text.strip()):
        record.setdefault(key, plain)


def put_price(record: Record, key: str, text: str | None) -> None:
    """Keep an amount, without a currency behind it; what is none stays readable as a characteristic."""
    said = _WITH_CURRENCY.fullmatch((text or "").strip())
    if said and said[2].upper() in _CURRENCIES:
        text = said[1]
        put_currency(record, said[2])
    found = amount(text)
    if found is not None:
        record.setdefault(key, spelled(found))
    else:
        put(record, f"has:{key.removeprefix('price:')}", text)


def put_currency(record: Record, text: str | None) -> None:
    code = (text or "").strip().upper()
    put(record, "currency", _CURRENCIES.get(code, code))


def put_tiers(record: Record, tiers: list[tuple[Decimal, Decimal]]) -> None:
    """(from quantity, price) pairs, rising in quantity."""
    if tiers:
        record["tiers"] = "\n".join(f"{spelled(start)}: {spelled(price)}" for start, price in sorted(tiers))
