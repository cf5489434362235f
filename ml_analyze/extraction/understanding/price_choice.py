"""Which of several columns of money is the price: kinds by words, then by how their numbers are related."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise, permutations

from handoff.conditions import NO_PRICES, Meaning, PriceKind
from ml_analyze.extraction.grid import Row

from .lexicon import normal
from .looks import is_denied, look_price
from .price_kinds import PriceHeader, as_meant, price_header
from .profile import Profile, number_of
from .relations import Numbers, after_discount, after_markup, multiplies, product_of, vat_on_top
from .rival_prices import (
    SIZE,
    TIE,
    alike,
    cheaper_beside,
    differ_in_class,
    is_discount,
    rising_together,
    several_currencies,
    sureness,
)
from .terms_apart import other_terms

_PLAIN_PRICE = 0.55
_MARKED = 0.6
_A_YEAR = re.compile(r"20[0-4]\d")
_COUNT = re.compile(r"\d{1,6}+")
_LEAST_STEPS, _NEARLY_ALL = 2, 0.9
_BY_MEASURE = 0.25  # a price for the kilogram stands behind that of the piece
Named = Sequence[Mapping[str, float]]


@dataclass
class PriceChoice:
    """``main``: the column the price is taken from, ``others`` further prices in order; ``said`` of each of them.

    ``rival`` is the column that might be the price instead, ``sure`` (0..1) that it is not.
    """

    main: int | None = None
    others: list[int] = field(default_factory=list)
    said: dict[int, PriceHeader] = field(default_factory=dict)
    rival: int | None = None
    sure: float = 1.0


def choose_price(
    main: int | None,
    *,
    headers: Sequence[str],
    named: Named,
    profiles: Sequence[Profile],
    rows: Sequence[Row],
    used: set[int],
    decoys: Mapping[int, str],
    fixed: bool,
    meant: Mapping[int, Meaning],
) -> PriceChoice:
    """``main`` is the column that looks most like a price; with ``fixed`` a person has said so. ``meant`` is what a
    person said of the kinds of columns, which stands whatever words and numbers say."""
    if main is None:
        return PriceChoice()
    others = _further(main, headers=headers, named=named, profiles=profiles, used=used, decoys=decoys)
    told = [index for index, meaning in meant.items() if meaning.kind is not None]
    columns = sorted({main, *others, *told} - {index for index in meant if meant[index].condition is not None})
    said = {index: price_header(headers[index]) for index in columns}
    _number_tiers(said, headers)
    _renewed(said)
    numbers = _numbers(profiles, rows)
    _worded_tiers(said, headers, numbers)
    _by_relations(said, headers=headers, numbers=numbers, named=named)
    for index in said.keys() & meant.keys():
        said[index] = as_meant(said[index], meant[index])
    choice = main
    able = [index for index in columns if index == main or _may_be_main(index, said, profiles)]
    saying = [at for at in able if at in meant or _names_price(named[at]) or profiles[at].money > _MARKED]
    # a price that nobody has worked out yet is still the price
    able = [index for index in saying if profiles[index].faulty > 0.5] or _marked(saying, headers, profiles) or able
    if not fixed and len(able) > 1:
        _sold_net(said, able)
        choice = min(able, key=lambda index: (_rank(said[index]), index))
    left = [index for index in columns if index != choice and said[index].kind not in NO_PRICES]
    rival = next(
        (index for index in sorted(left, key=lambda index: (_rank(said[index]), index)) if index in able), None
    )
    if not fixed:
        unsaid = [at for at in numbers if at not in said and not named[at] and at not in used]
        apart = other_terms(choice, [*left, *unsaid], said=said, headers=headers, numbers=numbers)
        if apart is not None:
            return PriceChoice(choice, left, said, apart, TIE)
        if said[choice].kind is PriceKind.LIST and choice in numbers:
            silent = [at for at in numbers if at != choice and at not in used and not named[at] and at not in decoys]
            if (cheaper := cheaper_beside(choice, numbers, silent)) is not None:
                return PriceChoice(choice, left, said, cheaper, TIE)
    rival = next((at for at in left if said[at].bought and said[choice].sold), rival)
    if rival is None:
        rival = next((at for at in left if is_discount(headers[at])), None)
    if rival is None and not fixed and not _names_price(named[choice]) and choice in numbers:
        near = alike(choice, numbers, unsaid)
        if near is None and not any(headers):
            near = rising_together(choice, numbers, unsaid)
        return PriceChoice(choice, left, said, near, 1.0 if near is None else TIE)
    sure = 1.0 if fixed or rival is None else sureness(said[choice], said[rival], headers[choice], headers[rival])
    return PriceChoice(choice, left, said, rival, sure)


def _marked(columns: Sequence[int], headers: Sequence[str], profiles: Sequence[Profile]) -> list[int]:
    """Where one header stands over counts and amounts, those that show money are its prices."""
    money = {headers[index] for index in columns if profiles[index].money > _MARKED}
    return [index for index in columns if headers[index] not in money or profiles[index].money > _MARKED]


def _rank(said: PriceHeader) -> tuple[float, float, float, float]:
    """What the buyer pays, first by kind, then the newest date, then the smallest quantity."""
    kind, quantity = said.rank
    year, month, day = said.date or (0, 0, 0)
    return kind + (_BY_MEASURE if said.by_measure else 0.0), quantity, -(year * 10_000 + month * 100 + day), 0.0


def _sold_net(said: dict[int, PriceHeader], able: Sequence[int]) -> None:
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


def _may_be_main(index: int, said: Mapping[int, PriceHeader], profiles: Sequence[Profile]) -> bool:
    look, kind = profiles[index], said[index].kind
    if kind in NO_PRICES or look.zero > 0.5:
        return False
    return look.filled > 0.5 * max(profiles[each].filled for each in said) or kind is PriceKind.DISCOUNTED


def _further(
    main: int,
    *,
    headers: Sequence[str],
    named: Named,
    profiles: Sequence[Profile],
    used: set[int],
    decoys: Mapping[int, str],
) -> list[int]:
    """Columns with prices beside the main one: they say so, or look alike and nothing speaks against it."""
    found = []
    for index, look in enumerate(profiles):
        quantity = price_header(headers[index]).quantity
        least = 0.5 if quantity is None else 0.05
        if index in used or look.count == 0 or look.numeric < least or look_price(look) < least * 0.4 * look.filled:
            continue
        if index in decoys and not (decoys[index] == "discount" and "price" in named[index]):
            continue
        if look.count >= 10 and look.distinct * look.count < 1.5:
            continue  # one number in every row is a factor, not a price
        says = _names_price(named[index])
        marked = look.money > 0.5
        near = 0.05 < (look.typical + 0.01) / (profiles[main].typical + 0.01) < 20
        same_kind = (look.cents > 0.2) == (profiles[main].cents > 0.2) and (marked or profiles[main].money < 0.5)
        tier = quantity is not None and near
        silent = not named[index] or is_denied(named[index], look)
        if says or marked or tier or (silent and near and same_kind):
            found.append(index)
    return found


def _names_price(named: Mapping[str, float]) -> bool:
    return any(role.startswith("price") and sure >= 0.4 for role, sure in named.items())


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


def _numbers(profiles: Sequence[Profile], rows: Sequence[Row]) -> dict[int, Numbers]:
    """The numbers of each column that mostly holds such."""
    return {
        index: [number_of(row[index]) if index < len(row) else None for row in rows[:200]]
        for index, look in enumerate(profiles)
        if look.numeric > 0.5 and look.count >= 3
    }


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


def size_columns(headers: Sequence[str], profiles: Sequence[Profile]) -> list[int]:
    """Three or more columns of numbers under amounts (1 kg, 500 g, 250 g): the price of each size."""
    found = [
        index
        for index, header in enumerate(headers)
        if SIZE.fullmatch(header.strip()) and profiles[index].numeric > 0.5 and profiles[index].zero < 0.9
    ]
    return found if len(found) > 2 else []


def tier_columns(headers: Sequence[str], profiles: Sequence[Profile]) -> list[int]:
    """Two or more columns of numbers under different quantities (1-9, 10-49, 50+): the price of each step."""
    steps = {
        index: quantity
        for index, header in enumerate(headers)
        if header and profiles[index].numeric > 0.5 and (quantity := price_header(header).quantity) is not None
    }
    return list(steps) if len(set(steps.values())) > 1 else []


def year_columns(headers: Sequence[str], named: Named, profiles: Sequence[Profile]) -> list[int]:
    """Columns of numbers under nothing but a year, where no other column says price: the price of each year."""
    found = [at for at, header in enumerate(headers) if _A_YEAR.fullmatch(header) and profiles[at].numeric > 0.5]
    return found if len(found) > 1 and not any(map(_names_price, named)) else []


def totals(named: Named, profiles: Sequence[Profile], rows: Sequence[Row]) -> list[int]:
    """Columns that are the product of two others (quantity × price) in nearly every row, and say no price themselves
    where one of the two does."""
    numeric = [
        index for index, look in enumerate(profiles) if look.numeric > 0.6 and look.count >= 3 and look.zero < 0.9
    ][:12]
    if len(numeric) < 3:
        return []
    numbers = {index: [number_of(row[index]) if index < len(row) else None for row in rows[:60]] for index in numeric}
    found = []
    for product in numeric:
        pair = product_of(product, numbers)
        if pair is None:
            continue
        says = named[product].get("price", 0.0) >= _PLAIN_PRICE
        amounts = [at for at in pair if named[at].keys() & {"stock", "order_quantity"}]
        if not says or (amounts and any(_names_price(named[at]) for at in pair)):
            found.append(product)
    return found
