"""What headers say of their columns: roles, decoys, and money that is no price."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from handoff.conditions import NO_PRICES, PriceKind

from .currency import find_currency
from .lexicon import DECOYS, ROLES, lexicon, normal
from .looks import look_price
from .price_kinds import PriceHeader, by_measure, is_free_of_tax, is_money_per_unit, price_header, says_class
from .profile import Profile

_ALL_NUMBERS, _SAYS_PRICE = 0.9, 0.4
_LESSER_CODE = 0.8
_NOTHING_ELSE, _LEVEL_ALONE = 0.7, 0.62
_LIKE_PRICES = 0.45
_ABBREVIATED = 0.6  # Detal might be a short Detalle
_MAKERS_CODE = 0.6
_WORDED, _LONG_COUNT = 0.7, 12
_COUNTED = ("order_quantity", "total", "discount", "margin", "tax")
_TARE = frozenset(["net", "netto", "nett", "neto", "netta", "nettó", "нетто"])
_TARE |= frozenset(["gross", "brut", "brutto", "bruto", "bruttó", "брутто"])


def no_prices(headers: Sequence[str], named: Sequence[dict[str, float]], profiles: Sequence[Profile]) -> list[int]:
    """Columns of money that are no prices (deposits, tax, the value of what is in stock) beside one that is.

    A "value" of 18pF or 10K is that of a part, also where no other column says price.
    """
    said = {index: price_header(header) for index, header in enumerate(headers) if header}
    money = {index: each.kind for index, each in said.items() if named[index]}
    prices = [
        index
        for index, each in said.items()
        if each.kind not in NO_PRICES
        and (named[index].get("price", 0.0) > 0.5 or _is_level(each, named[index], profiles[index]))
    ]
    return [
        index
        for index, kind in money.items()
        if kind in NO_PRICES
        and (
            prices
            or (kind is PriceKind.STOCK_VALUE and profiles[index].numeric < _ALL_NUMBERS)
            or (kind is PriceKind.DEPOSIT and _has_unsaid_price(headers, named, profiles))
        )
    ]


def _has_unsaid_price(headers: Sequence[str], named: Sequence[dict[str, float]], profiles: Sequence[Profile]) -> bool:
    """Whether another column looks like prices, though its header is no word that is known."""
    return any(
        header and not said and look.numeric > _ALL_NUMBERS and look_price(look) > _LIKE_PRICES
        for header, said, look in zip(headers, named, profiles, strict=True)
    )


def _is_level(header: PriceHeader, named: dict[str, float], look: Profile) -> bool:
    """Whether an abbreviated header says a level of prices: Pr. vendita, P. dealer."""
    return not named and header.level > 0.5 and look.numeric > _ALL_NUMBERS


def named_by(header: str) -> dict[str, float]:
    """What a header names; a currency in it says price unless it says total."""
    named = dict(lexicon().roles_of(header))
    if is_maker_number(header):
        return {"sku": _MAKERS_CODE}
    if "measure" in named and (measure := _without_tare(header)):
        return {"measure": measure}
    if "sku" in named and f" {normal(header)}".endswith(" id"):
        named["sku"] *= _LESSER_CODE
    kinds = (PriceKind.DISCOUNTED, PriceKind.NET, PriceKind.LIST)
    if "discount" in named and "price" in named and price_header(header).kind in kinds:
        named.pop("discount")  # a price after or before it
    if "tax" in named and is_free_of_tax(header):
        named.pop("tax")
    if max(named.values(), default=0.0) < _ABBREVIATED and _says_level(header):
        return {"price": _LEVEL_ALONE}  # Dealer, Retail, Опт: a level of prices needs no word for price
    if (
        "total" in named
        or "currency" in named
        or not header
        or not (find_currency(header) or is_money_per_unit(header))
    ):
        return named
    price = max(named.get("price", 0.0), 0.7)
    if named.get("measure", 0.0) <= price:
        named.pop("measure", None)
    return named | {"price": price}


def names_price(named: Mapping[str, float]) -> bool:
    """Whether a header is surely enough one of prices. ``named``: role → how surely it says so."""
    return any(role.startswith("price") and sure >= _SAYS_PRICE for role, sure in named.items())


def _says_level(header: str) -> bool:
    """Whether a header says a level of prices and nothing else, perhaps with the class of its buyers: Duży hurt."""
    share = "%" in header and not any(map(str.isdigit, header))  # a discount, and no price after it
    level = price_header(header).level if header and not share else 0.0
    return level > _NOTHING_ELSE or (level > 0 and all(map(says_class, normal(header).split())))


def _without_tare(header: str) -> float:
    """How surely a header is that of a weight without or with its packing, no price before or after tax.

    0.0 for a price by weight.
    """
    words = normal(header).split()
    rest = " ".join(word for word in words if word not in _TARE)
    said = lexicon().roles_of(rest)
    by_weight = by_measure(header) or rest == " ".join(words)
    return 0.0 if by_weight or "price" in said else said.get("measure", 0.0)


def is_maker_number(header: str) -> bool:
    """Whether a column holds the maker's part numbers, which are the same at every supplier."""
    return normal(header) in lexicon().rows["maker_number"]


def is_attribute(header: str) -> bool:
    """Whether a header says colour, metal or the like, which tells articles apart and names none."""
    return normal(header) in lexicon().rows["attribute_head"]


def decoy_of(named: dict[str, float], look: Profile) -> str | None:
    """The decoy that a header names more surely than any role, if there is one; numbers decide a draw."""
    decoys = {role: score for role, score in named.items() if role in DECOYS}
    if not decoys:
        return None
    role = max(decoys, key=decoys.__getitem__)
    rival = max((score for other, score in named.items() if other in ROLES or other.startswith("price_")), default=0.0)
    if role in _COUNTED and look.letters > _ALL_NUMBERS and look.distinct > _WORDED and look.length > _LONG_COUNT:
        return None  # texts count nothing: two headers ran together
    if look.money > 0.6 and role not in ("total", "discount", "margin", "tax"):
        return None  # an amount of money is no measure and no date
    return role if decoys[role] > rival or (decoys[role] == rival and look.letters < 0.4) else None
