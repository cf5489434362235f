"""Of several prices that a format names, the one that the buyer pays."""

from __future__ import annotations

import re
from collections.abc import Sequence

from handoff.conditions import PriceKind

from .article import RIVALS, Record

#: the sooner, the nearer to what a buyer pays for one unit
ORDER = (
    PriceKind.NET, PriceKind.DISCOUNTED, PriceKind.PRICE, PriceKind.GROSS, PriceKind.LIST, PriceKind.OTHER,
)  # fmt: skip
_WORDS = (
    (PriceKind.OLD, "старая", "до скидки", "old", "was"),
    (PriceKind.LIST, "рознич", "розница", "рекоменд", "ррц", "мрц", "retail", "list", "rrp", "srp", "uvp"),
    (
        PriceKind.NET,
        "закуп",
        "опт",
        "дилер",
        "партн",
        "себестоимост",
        "wholesale",
        "dealer",
        "purchase",
        "net",
        "einkauf",
        "optprice",
        "priceopt",
        "zakup",
        "drop",
    ),
    (PriceKind.DISCOUNTED, "скид", "акци", "распродаж", "sale", "special", "aktion"),
)


def kind_of(name: str) -> PriceKind:
    """What a price type's own name says; a name that says nothing is just a price."""
    words = re.sub(r"[_-]", "", name).casefold()
    return next((kind for kind, *terms in _WORDS if any(term in words for term in terms)), PriceKind.PRICE)


def choose(record: Record, names: Sequence[str]) -> int:
    """The place of the price to take: the first among the best kind.

    Where another is as good by its name, both names are kept under ``rivals``: that is a doubt of the list.
    """
    kinds = [kind_of(name) for name in names]
    order = [ORDER.index(kind) if kind in ORDER else len(ORDER) for kind in kinds]
    chosen = min(range(len(kinds)), key=lambda at: (order[at], at))
    record["price_kind"] = kinds[chosen].value
    other = next((at for at, each in enumerate(order) if at != chosen and each == order[chosen]), None)
    if other is not None:
        record[RIVALS] = f"{names[chosen]}\n{names[other]}"
    return chosen
