"""Of several prices that a format names, the one that the buyer pays."""

from __future__ import annotations

from handoff.conditions import PriceKind

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
    ),
    (PriceKind.DISCOUNTED, "скид", "акци", "распродаж", "sale", "special", "aktion"),
)


def kind_of(name: str) -> PriceKind:
    """What a price type's own name says; a name that says nothing is just a price."""
    words = name.casefold()
    return next((kind for kind, *terms in _WORDS if any(term in words for term in terms)), PriceKind.PRICE)


def best(kinds: list[PriceKind]) -> int:
    """The place of the price to take: the first among the best kind."""
    return min(range(len(kinds)), key=lambda at: (ORDER.index(kinds[at]) if kinds[at] in ORDER else len(ORDER), at))
