"""Whether the column that was taken for the price is the price: rivals, discounts not taken off, money left out."""

from __future__ import annotations

from handoff.conditions import PriceKind
from handoff.doubts import Doubt, DoubtCode

from .column_doubts import column_doubt, place_of
from .price_choice import PriceChoice
from .price_kinds import price_header
from .sayings import named_by
from .tables import Table

_SURE = 0.9
_WEAK = 0.5
_LEFT_OUT_ROWS = 5
_BARE, _SAID = 0.3, 0.6
_TWO = 1.5


def price_doubts(table: Table) -> list[Doubt]:
    choice = table.roles.choice
    if choice.main is None:
        return []
    found = []
    if choice.rival is not None and choice.sure < _SURE:
        found.append(
            Doubt(
                what=DoubtCode.PRICE_COLUMN,
                where=place_of(table),
                choice=table.headers[choice.main] or f"column {choice.main + 1}",
                instead=table.headers[choice.rival] or f"column {choice.rival + 1}",
                probability=choice.sure,
            )
        )
    elif (discount := _discount_beside(table, choice)) is not None:
        said = f"{table.headers[choice.main]}, from which {table.headers[discount]} is not taken off"
        found.append(Doubt(what=DoubtCode.PRICE_COLUMN, where=place_of(table), choice=said, probability=0.6))
    elif _is_worth_of_stock(table, choice):
        found.append(column_doubt(table, choice.main, "price", 0.3))  # what the stock is worth
    elif _is_unsaid(table, choice.main) or _holds_a_place(table, choice.main):
        found.append(column_doubt(table, choice.main, "price", 0.6))
    money = [at for at in _money_beside(table, choice) if at not in table.roles.decoys]
    if money:
        names = ", ".join(table.headers[at] or f"column {at + 1}" for at in money[:3])
        found.append(Doubt(what=DoubtCode.COLUMNS_LEFT_OUT, where=place_of(table), choice=names, probability=0.8))
    return found


def _is_worth_of_stock(table: Table, choice: PriceChoice) -> bool:
    said = choice.said.get(choice.main) if choice.main is not None else None
    return said is not None and said.kind is PriceKind.STOCK_VALUE and "stock" in table.roles.columns


def _discount_beside(table: Table, choice: PriceChoice) -> int | None:
    """A column of discounts that the price, said to be a list price or one with VAT, does not hold yet."""
    main = choice.said.get(choice.main) if choice.main is not None else None
    if main is None or main.kind not in (PriceKind.LIST, PriceKind.GROSS):
        return None
    discounts = [at for at, role in table.roles.decoys.items() if role == "discount" and table.headers[at]]
    return next((at for at in discounts if table.profiles[at].filled > _WEAK and table.profiles[at].zero < _WEAK), None)


def _is_unsaid(table: Table, at: int) -> bool:
    """Whether nothing but the look of bare numbers says that a column holds prices."""
    header, look = table.headers[at], table.profiles[at]
    if not header:
        return table.roles.confidence.get("price", 1.0) < _WEAK
    unsure = table.roles.confidence.get("price", 1.0) < _SAID
    return unsure and not says_price(header) and max(look.cents, look.money) < _BARE


def _holds_a_place(table: Table, at: int) -> bool:
    """Whether every article costs 1, or 0: what stands there until somebody knows the price."""
    look = table.profiles[at]
    return look.count >= _LEFT_OUT_ROWS and look.distinct * look.count < _TWO and look.typical in (0.0, 1.0)


def says_price(header: str) -> bool:
    said = price_header(header)
    return (
        any(key.startswith("price") for key in named_by(header))
        or said.quantity is not None
        or said.date is not None
        or said.kind is not PriceKind.PRICE
    )


def _money_beside(table: Table, choice: PriceChoice) -> list[int]:
    used = {*table.roles.columns.values(), *choice.said}
    return [
        at
        for at, look in enumerate(table.profiles)
        if at not in used
        and min(look.money, look.numeric) > 0.6
        and look.count >= _LEFT_OUT_ROWS
        and look.zero < 0.9
        and look.distinct * look.count > 2
    ]
