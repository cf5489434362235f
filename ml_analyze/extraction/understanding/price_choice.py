"""Which of several columns of money is the price: kinds by words, then by how their numbers are related."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from handoff.conditions import NO_PRICES, Meaning, PriceKind
from ml_analyze.extraction.grid import Row

from .looks import is_denied, look_price
from .price_kinds import PriceHeader, as_meant, price_header
from .price_meanings import mean_together, sold_net
from .profile import Profile, number_of
from .relations import Numbers
from .rival_prices import TIE, cheaper_beside, is_discount, rising_together, sureness
from .sayings import names_price
from .silent_rivals import COUNTS, factor_beside, silent_rival, twin_of, unsaid_amounts
from .terms_apart import other_terms

_MARKED, _TWO, _MOSTLY = 0.6, 2, 0.5
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
    numbers = _numbers(profiles, rows)
    mean_together(said, headers=headers, numbers=numbers, named=named)
    for index in said.keys() & meant.keys():
        said[index] = as_meant(said[index], meant[index])
    choice = main
    able = [index for index in columns if index == main or _may_be_main(index, said, profiles)]
    saying = [at for at in able if at in meant or _says_price(named[at], said[at]) or profiles[at].money > _MARKED]
    # a price that nobody has worked out yet is still the price
    able = [index for index in saying if profiles[index].faulty > 0.5] or _marked(saying, headers, profiles) or able
    if not fixed and len(able) > 1:
        sold_net(said, able)
        choice = min(able, key=lambda index: (_rank(said[index]), index))
    left = [index for index in columns if index != choice and said[index].kind not in NO_PRICES]
    by_rank = sorted(left, key=lambda index: (_rank(said[index]), index))
    made = PriceChoice(choice, left, said, next((index for index in by_rank if index in able), None))
    if not fixed:
        silent = [at for at in numbers if at != choice and not named[at] and at not in {*used, *decoys}]
        made.rival, made.sure = _rival(made, headers=headers, named=named, numbers=numbers, silent=silent)
    return made


def _rival(
    made: PriceChoice,
    *,
    headers: Sequence[str],
    named: Named,
    numbers: Mapping[int, Numbers],
    silent: Sequence[int],
) -> tuple[int | None, float]:
    """What may be the price instead, and how sure it is that it is not. ``silent``: columns of numbers under headers
    that say nothing."""
    choice, left, said, rival = made.main, made.others, made.said, made.rival
    assert choice is not None
    unsaid = [at for at in silent if at not in said]
    apart = other_terms(choice, [*left, *unsaid], said=said, headers=headers, numbers=numbers)
    if apart is None and said[choice].kind is PriceKind.LIST and choice in numbers:
        apart = cheaper_beside(choice, numbers, silent)
    if apart is None and rival is None and choice in numbers and not any(headers):
        apart = rising_together(choice, numbers, unsaid)
    if apart is not None:
        return apart, TIE
    rival = next((at for at in left if said[at].bought and said[choice].sold), rival)
    if rival is None:
        rival = next((at for at in left if is_discount(headers[at])), None)
    sure = 1.0 if rival is None else sureness(said[choice], said[rival], headers[choice], headers[rival])
    if sure > TIE:
        # of two columns of amounts without any header the first is the price, as their makers say; of more nobody knows
        unheaded = len(numbers) > _TWO and not any(headers)
        others = [*silent, *left] if unheaded else [at for at in silent if at != rival]
        says = names_price(named[choice])
        near = silent_rival(choice, others, headers=headers, said=said[choice], named=says, numbers=numbers)
        counts = [at for at in numbers if at != choice and named[at] and named[at].keys() <= COUNTS]
        for other in (near, twin_of(choice, counts, numbers), factor_beside(choice, headers, numbers)):
            if other is not None:
                return other, TIE
        if headers[choice] and not any(map(names_price, named)) and (other := unsaid_amounts(choice, others, numbers)):
            return other, TIE
    return rival, sure


def _says_price(named: Mapping[str, float], said: PriceHeader) -> bool:
    """Whether a header names a price, or says for whom it is with most of its letters: Återförsäljarpris."""
    return names_price(named) or said.level > _MOSTLY


def _marked(columns: Sequence[int], headers: Sequence[str], profiles: Sequence[Profile]) -> list[int]:
    """Where one header stands over counts and amounts, those that show money are its prices."""
    money = {headers[index] for index in columns if profiles[index].money > _MARKED}
    return [index for index in columns if headers[index] not in money or profiles[index].money > _MARKED]


def _rank(said: PriceHeader) -> tuple[float, float, float, float]:
    """What the buyer pays, first by kind, then the newest date, then the smallest quantity."""
    kind, quantity = said.rank
    year, month, day = said.date or (0, 0, 0)
    return kind + (_BY_MEASURE if said.by_measure else 0.0), quantity, -(year * 10_000 + month * 100 + day), 0.0


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
        says = names_price(named[index])
        marked = look.money > 0.5
        near = 0.05 < (look.typical + 0.01) / (profiles[main].typical + 0.01) < 20
        same_kind = (look.cents > 0.2) == (profiles[main].cents > 0.2) and (marked or profiles[main].money < 0.5)
        tier = quantity is not None and near
        silent = not named[index] or is_denied(named[index], look)
        if says or marked or tier or (silent and near and same_kind):
            found.append(index)
    return found


def _numbers(profiles: Sequence[Profile], rows: Sequence[Row]) -> dict[int, Numbers]:
    """The numbers of each column that mostly holds such."""
    return {
        index: [number_of(row[index]) if index < len(row) else None for row in rows[:200]]
        for index, look in enumerate(profiles)
        if look.numeric > 0.5 and look.count >= 3
    }
