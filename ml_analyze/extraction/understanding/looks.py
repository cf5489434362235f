"""How much a column's values look like those of each role, 0..1."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .profile import Profile

_DENIED = 0.25
_IN_ORDER = 0.97
_FAR_ON = 50


def look_name(look: Profile) -> float:
    wordy = 0.25 + 0.4 * min(look.length, 24) / 24 + 0.35 * min(look.words, 3) / 3
    long = 0.6 if look.length > 160 else 1.0
    plain = (1 - look.url) * (1 - 0.8 * look.unit) * (1 - 0.8 * look.flag) * (1 - look.dated)
    return look.letters * wordy * long * plain * (0.3 + 0.7 * look.distinct) * (0.4 + 0.6 * min(1.0, look.filled * 1.3))


def look_sku(look: Profile) -> float:
    short = 1.0 if look.length <= 16 else max(0.0, 1 - (look.length - 16) / 20)
    cents = 0.0 if is_in_order(look) else look.cents
    codelike = max(look.code * (1 - 0.6 * cents), look.numeric * (1 - look.cents) * 0.8)
    few_words = 1.0 if look.words <= 1.4 else 0.5 if look.words <= 2.2 else 0.15
    plain = (1 - look.money) * (1 - look.url) * (1 - look.dated) * (1 - look.unit)
    rowlike = 0.35 if look.steps > 0.8 and not begins_far_on(look) else 1.0
    return codelike * short * few_words * plain * rowlike * (0.2 + 0.8 * look.distinct) * (0.3 + 0.7 * look.filled)


def look_price(look: Profile) -> float:
    if look.numeric + look.money < 0.1 or look.zero > 0.97:
        return 0.0 if look.numeric < 0.1 else 0.1 * look.numeric
    numeric = max(look.numeric, look.money)
    base = numeric * (0.55 + 0.3 * max(look.cents, look.money) + 0.15 * min(look.distinct * 3, 1.0))
    for share, keep in (
        (look.steps, 0.15),
        (look.long_digits, 0.05),
        (look.percent, 0.1),
        (look.dated, 0.2),
        (look.flag, 0.2),
        (1.0 if is_in_order(look) else 0.0, 0.6),
    ):
        if share > 0.7:
            base *= keep
    return base * (0.35 + 0.65 * min(1.0, look.filled * 1.5))


def look_category(look: Profile) -> float:
    return (
        look.letters
        * max(1 - look.distinct, 0.2)
        * (1 - look.unit)
        * (1 - look.flag)
        * (1 - look.url)
        * (0.4 + 0.6 * look.filled)
        + 0.1 * look.numeric
    )


def look_brand(look: Profile) -> float:
    short = 1.0 if look.words <= 2.5 else 0.4
    return look.letters * (1 - 0.7 * look.distinct) * short * (1 - look.unit) * (1 - look.flag) * (1 - look.url) * 0.8


def look_stock(look: Profile) -> float:
    if look.letters > 0.7 and look.words > 1.4 and look.distinct > 0.7:
        return 0.07  # a text of its own in every row
    return (
        max(look.numeric * (1 - 0.7 * look.cents) * (1 - look.long_digits), 0.5)
        * 0.7
        * (1 - look.url)
        * (1 - look.money)
    )


LOOKS: dict[str, Callable[[Profile], float]] = {
    "name": look_name,
    "sku": look_sku,
    "price": look_price,
    "currency": lambda look: look.iso,
    "unit": lambda look: max(look.unit, 0.3 * (look.letters if look.length < 8 else 0) * (1 - look.distinct)),
    "pack_size": lambda look: 0.6 if look.length < 25 and look.money < 0.3 else 0.1,
    "stock": look_stock,
    "category": look_category,
    "brand": look_brand,
    "barcode": lambda look: max(look.ean, 0.5 * look.long_digits),
    "description": lambda look: (
        (0.3 + 0.5 * look.letters * min(look.length, 40) / 40) * (1 - look.url) * (1 - look.money)
    ),
}


def begins_far_on(look: Profile) -> bool:
    """Whether numbers in steps of one begin so many times their count that they are no numbers of rows."""
    return look.begins > _FAR_ON * look.count


def is_in_order(look: Profile) -> bool:
    """Whether the numbers of a column only grow, as codes do, and show no money."""
    return look.rising > _IN_ORDER and look.money < _DENIED


def is_denied(named: Mapping[str, float], look: Profile) -> bool:
    """Whether the values are nothing of what the header names."""
    roles = [role for role in named if role in LOOKS]
    return bool(roles) and all(LOOKS[role](look) < _DENIED for role in roles)
