"""What columns of money mean beside each other: tiers, discounts, tax, cartons, and who pays which of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise, permutations

from handoff.conditions import PriceKind

from .lexicon import normal
from .price_kinds import PriceHeader
from .relations import Numbers, adds, after_discount, after_markup, multiplies, vat_on_top
from .rival_prices import differ_in_class, several_currencies

_COUNT = re.compile(r"\d{1,6}+")
_LEAST_STEPS, _NEARLY_ALL = 2, 0.9
Named = Sequence[Mapping[str, float]]


def mean_together(
    said: dict[int, PriceHeader], *, headers: Sequence[str], numbers: Mapping[int, Numbers], named: Named
) -> None:
    """Mend what each header says alone (``said``, by column) by what they and their numbers say together."""
    _number_tiers(said, headers)
    _renewed(said)
    _worded_tiers(said, headers, numbers)
    _by_relations(said, headers=headers, numbers=numbers, named=named)


def sold_net(said: dict[int, PriceHeader], able: Sequence[int]) -> None:
    """A selling price without VAT is what the trade pays; the purchase price beside it is the supplier's own."""
    if not any(said[index].sold and said[index].net for index in able):
        return
    for index in able:
        if said[index].bought:
            said[index] = replace(said[index], kind=PriceKind.OTHER)
        elif said[index].sold and said[index].net:
            said[index] = replace(said[index], kind=PriceKind.NET)


def _renewed(said: dict[int, PriceHeader]) -> None:
    """Beside a new price of its kind, the one that holds today is the old one."""
    new = {header.kind for header in said.values() if header.renewed and not header.current}
    for index, header in said.items():
        if header.current and header.kind in new:
            said[index] = replace(header, kind=PriceKind.OLD)


def _number_tiers(said: dict[int, PriceHeader], headers: Sequence[str]) -> None:
    """Growing whole numbers as headers are quantities, unless they are years or sizes in steps of one."""
    bare = {index: int(headers[index]) for index in said if headers[index].isdecimal() and int(headers[index]) < 10**6}
    steps = list(bare.values())
    if len(steps) < 2 or any(after <= before for before, after in pairwise(steps)):
        return
    if all(2000 <= step < 2050 for step in steps) or steps == list(range(steps[0], steps[0] + len(steps))):
        return
    for index, quantity in bare.items():
        kind = PriceKind.TIER if quantity > 1 else PriceKind.PRICE
        said[index] = replace(said[index], kind=kind, quantity=quantity, date=None)


def _worded_tiers(said: dict[int, PriceHeader], headers: Sequence[str], numbers: Mapping[int, Numbers]) -> None:
    """Headers that differ in one growing number only, over prices that fall with it: tiers in any language."""
    families: dict[str, dict[int, int]] = {}
    for index, header in said.items():
        found = _COUNT.findall(headers[index])
        if len(found) == 1 and index in numbers and header.kind is PriceKind.PRICE and header.date is None:
            families.setdefault(_COUNT.sub("#", normal(headers[index])), {})[index] = int(found[0])
    for skeleton, steps in families.items():
        counted = all(two - one == 1 for one, two in pairwise(steps.values()))
        rising = all(one < two for one, two in pairwise(steps.values()))
        if skeleton == "#" or len(steps) < _LEAST_STEPS or counted or not rising:
            continue
        if all(_falls(numbers[one], numbers[two]) for one, two in pairwise(steps)):
            for index, quantity in steps.items():
                kind = PriceKind.TIER if quantity > 1 else PriceKind.PRICE
                said[index] = replace(said[index], kind=kind, quantity=quantity)


def _falls(before: Numbers, after: Numbers) -> bool:
    pairs = [(one, two) for one, two in zip(before, after, strict=True) if one is not None and two is not None]
    return bool(pairs) and sum(two <= one for one, two in pairs) >= _NEARLY_ALL * len(pairs)


def _by_relations(
    said: dict[int, PriceHeader],
    *,
    headers: Sequence[str],
    numbers: Mapping[int, Numbers],
    named: Named,
) -> None:
    """Kinds that words leave open, told by arithmetic between columns."""
    for pack in _packs(said, numbers):
        said[pack] = replace(said[pack], kind=PriceKind.PACK)
    _by_margins(said, numbers=numbers, named=named)
    _by_taxes(said, numbers=numbers, named=named)
    open_ = [index for index in said if said[index].kind in (PriceKind.PRICE, PriceKind.OTHER) and index in numbers]
    nets = [index for index in said if said[index].kind is PriceKind.NET and index in numbers]
    discounts = [at for at in numbers if "discount" in named[at] and at not in said]
    for index in (*open_, *nets):
        for base in list(said):
            if base == index or base not in numbers:
                continue
            if said[base].date == said[index].date and any(
                after_discount(numbers[base], numbers[at], numbers[index]) for at in discounts
            ):
                said[index] = replace(said[index], kind=PriceKind.DISCOUNTED)
                if said[base].kind in (PriceKind.PRICE, PriceKind.NET):
                    said[base] = replace(said[base], kind=PriceKind.LIST)
            elif (
                index in open_
                and base in open_
                and said[base].date == said[index].date
                and not (differ_in_class(headers[base], headers[index]) and _COUNT.search(headers[base]))
                and not several_currencies(headers[base], headers[index])
                and vat_on_top(numbers[index], numbers[base])
            ):
                said[index] = replace(said[index], kind=PriceKind.NET, vat=False)
                said[base] = replace(said[base], kind=PriceKind.GROSS, vat=True)


def _by_margins(said: dict[int, PriceHeader], *, numbers: Mapping[int, Numbers], named: Named) -> None:
    """A price and the margin on it make another: the first is what the supplier pays, the other what he asks."""
    margins = [at for at in numbers if "margin" in named[at] and at not in said]
    for cost, asked in permutations([at for at in said if at in numbers], 2):
        one, two = numbers[cost], numbers[asked]
        if any(after_markup(one, numbers[at], two) or after_discount(two, numbers[at], one) for at in margins):
            said[cost] = replace(said[cost], bought=True)
            said[asked] = replace(said[asked], sold=True, marked_up=True)


def _by_taxes(said: dict[int, PriceHeader], *, numbers: Mapping[int, Numbers], named: Named) -> None:
    """A price and the tax that stands beside it make another: this one holds the tax, whatever *neto* calls it."""
    taxes = [at for at in numbers if "tax" in named[at] and at not in said]
    for net, gross in permutations([at for at in said if at in numbers], 2):
        if any(adds(numbers[net], numbers[at], numbers[gross]) for at in taxes):
            said[net] = replace(said[net], kind=PriceKind.NET, vat=False)
            said[gross] = replace(said[gross], kind=PriceKind.GROSS, vat=True)


def _packs(said: Mapping[int, PriceHeader], numbers: Mapping[int, Numbers]) -> list[int]:
    """Prices that are another price times a count that stands in a column of its own: those of a carton."""
    counts = [at for at in numbers if at not in said and _are_counts(numbers[at])]
    open_ = [at for at in said if said[at].kind in (PriceKind.PRICE, PriceKind.OTHER) and at in numbers]
    return [
        pack
        for pack in open_
        if any(
            multiplies(numbers, (one, count), pack)
            for one in said
            if one in numbers and one != pack
            for count in counts
        )
    ]


def _are_counts(numbers: Numbers) -> bool:
    known = [number for number in numbers if number is not None]
    return bool(known) and max(known) > 1 and all(number.is_integer() and number > 0 for number in known)
