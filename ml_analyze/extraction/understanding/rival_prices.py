"""How sure it is that a column is the price and not its rival: what their headers say, and how their numbers move."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from handoff.conditions import PriceKind

from .currency import find_currency
from .lexicon import normal
from .price_kinds import PriceHeader, says_class
from .relations import Numbers

SIZE = re.compile(r"\d{1,6}(?:[.,]\d{1,3})?\s{0,2}(?:kg|g|gr|ml|l|ltr|cl|oz|lb|кг|г|мл|л|гр)(?!\w)\.?", re.IGNORECASE)
_DISCOUNT = re.compile(r"[-–−] ?\d{1,2}(?:[.,]\d)? ?%")
TIE = 0.7
_SURE_OF_KIND, _SURE_OF_RELATION = 0.97, 0.9
_LEAST_RATIOS = 4
_LEAST_CHEAPER, _CHEAPER = 2, (0.25, 0.98)
# letters from the digit behind them: Опт1, A2
_PARTS = re.compile(r"[^\W\d_]+|\d+")
_MARK_CHARS = 2
_COST = frozenset(
    ("cost", "costo", "coste", "custo", "costs", "einstand", "einstandspreis", "kostpris", "kostprijs", "себестоимость")
)
_BOOKED = _COST | {"price", "precio", "preço", "preco", "prezzo", "preis", "pris", "prijs", "цена"}
_COUNTRIES = frozenset((
    "at", "au", "be", "bg", "ca", "ch", "cz", "de", "dk", "ee", "es", "eu", "fi", "fr", "gb", "gr", "hu", "ie", "it",
    "kz", "lt", "lu", "lv", "nl", "no", "nz", "pl", "pt", "ro", "rs", "ru", "se", "si", "sk", "tr", "ua", "uk", "us",
))  # fmt: skip


def sureness(one: PriceHeader, other: PriceHeader, header: str, rival: str) -> float:
    """How sure (0..1) it is that the column headed ``header`` is the price, and not the one headed ``rival``: the
    supplier's own purchase price may have stayed in the list."""
    own = (one.sold and other.bought) or (one.bought and other.sold and other.marked_up) or _is_own_cost(header, rival)
    if (
        own
        or is_discount(rival)
        or one.by_measure != other.by_measure
        or (other.kind is PriceKind.PACK and other.vat is False and one.vat)
        or (one.kind is other.kind and "" != one.unit != other.unit != "")
    ):
        return TIE
    if one.kind != other.kind or one.date != other.date or one.quantity != other.quantity:
        plain = PriceKind.PRICE in (one.kind, other.kind) and {one.kind, other.kind} & {PriceKind.NET, PriceKind.LIST}
        return _SURE_OF_RELATION if plain else _SURE_OF_KIND
    if header and normal(header) == normal(rival):
        return TIE  # the same word over both
    if SIZE.fullmatch(header.strip()) or not header or not rival:
        return 1.0  # sizes, and columns without a header, go on in the one that has it
    if differ_in_class(header, rival) or several_currencies(header, rival):
        return TIE
    # prices of sites, colours and the like say the same but for a word: the first of them is the list's own
    words = set(normal(rival).split())
    shared = set(normal(header).split()) & words
    # but where the plain word stands over the other (*Priporočena cena* beside *Cena*), that one may be
    return _SURE_OF_RELATION if shared != words and any(not find_currency(word) for word in shared) else TIE


def _is_own_cost(header: str, rival: str) -> bool:
    """Whether *Unit Cost* stands beside *Unit Price*, as the books of a shop have it: nobody buys at the first."""
    mine, theirs = (frozenset(normal(text).split()) - _BOOKED for text in (header, rival))
    costs = not _COST.isdisjoint(normal(header).split())
    return costs and mine == theirs


def is_discount(header: str) -> bool:
    """Whether a column of prices is headed by what is taken off alone: -20 %."""
    return _DISCOUNT.fullmatch(header.strip()) is not None


def several_currencies(header: str, rival: str) -> bool:
    """Whether two headers name different currencies."""
    return len({find_currency(header), find_currency(rival)} - {None}) > 1


def differ_in_class(header: str, rival: str) -> bool:
    """Whether two headers are the same but for the class of buyer, or a number or letter that stands for it: *small
    wholesale* beside *wholesale*, *Partner A* beside *Partner B*. Which of them the buyer is, no list knows."""
    if SIZE.search(header):
        return False  # the size that the price is for, which is said
    mine, theirs = _words_of(header), _words_of(rival)
    apart = mine ^ theirs
    if not apart or not all(_is_mark(word) or says_class(word) for word in apart):
        return False
    worded = any(says_class(word) for word in mine | theirs)
    return worded or bool(mine - theirs and theirs - mine)  # Price beside Price 2 is the first of two


def _words_of(header: str) -> set[str]:
    return set(_PARTS.findall(normal(header)))


def _is_mark(word: str) -> bool:
    """A number, a letter, a Roman number of two, or a country."""
    return (
        word.isdecimal()
        or len(word) == 1
        or word in _COUNTRIES
        or (len(word) <= _MARK_CHARS and set(word) <= set("iv"))
    )


def cheaper_beside(price: int, numbers: Mapping[int, Numbers], others: Sequence[int]) -> int | None:
    """Beside a retail price: a column that no word calls a price and that is cheaper in every row, never by one tax."""
    for other in others:
        pairs = [(one, two) for one, two in zip(numbers[price], numbers[other], strict=True) if one and two]
        ratios = sorted(two / one for one, two in pairs)
        if len(ratios) > _LEAST_CHEAPER and _CHEAPER[0] < ratios[0] and ratios[-1] < _CHEAPER[1]:
            return other
    return None


def rising_together(price: int, numbers: Mapping[int, Numbers], others: Sequence[int]) -> int | None:
    """Without a header: a column that is dearer wherever the price is, such as the rate of each further one."""
    for other in others:
        pairs = {(one, two) for one, two in zip(numbers[price], numbers[other], strict=True) if one and two}
        ordered = sorted(pairs)
        steps = len({one for one, _ in pairs})
        if steps == len(pairs) > _LEAST_RATIOS and all(one[1] < two[1] for one, two in pairwise(ordered)):
            return other
    return None
