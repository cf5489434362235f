"""Rows that are the quantity tiers of one article: told by their numbers, and put together to one item."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from itertools import groupby, pairwise
from typing import Any

from ml_analyze.extraction.grid import Row, text_of

from .price_kinds import condition_of
from .profile import number_of, sample_rows
from .tables import Table

_LEAST_RUNS, _LEAST_SAID, _MOST, _NEARLY_ALL = 3, 2, 0.6, 0.9
_WORDED, _ALIKE = 0.5, 0.5
Line = dict[str, Any]


def tier_column(table: Table) -> int | None:
    """The column of the quantities from which the rows of one article hold; None where rows are articles.

    Most rows stand in runs of one article; within a run the quantities rise and the prices never do.
    """
    columns = table.roles.columns
    price, key = columns.get("price"), columns.get("sku", columns.get("name"))
    if price is None or key is None:
        return None
    rows = [row for row in sample_rows(table.held_rows()) if price < len(row) and number_of(row[price]) is not None]
    runs = _runs(rows, key)
    several = [run for run in runs if len(run) > 1]
    if len(several) < _LEAST_SAID or sum(map(len, several)) < _MOST * len(rows):
        return None
    worded = [at for at, look in enumerate(table.profiles) if look.letters > _WORDED and at != key]
    if sum(_says_the_same(run, worded) for run in several) < _NEARLY_ALL * len(several):
        return None  # sizes of an article: each is one of its own
    aside = {price, key, columns.get("name"), columns.get("barcode"), *_counting(table)}
    for at, look in enumerate(table.profiles):
        said = condition_of(table.headers[at]) == "minimum_order"
        if len(several) < _LEAST_RUNS and not said:
            continue
        if at not in aside and look.numeric > _NEARLY_ALL and look.cents == 0 and look.filled > _NEARLY_ALL:
            right = sum(_is_tiered(run, at, price) for run in several)
            if right >= _NEARLY_ALL * len(several) and _begin_alike(several, at):
                return at
    return None


def _counting(table: Table) -> set[int]:
    return {at for at, role in table.roles.decoys.items() if role == "row_number"}


def _says_the_same(run: list[Row], worded: list[int]) -> bool:
    """Whether the words of the first row stand in the others too, or nothing stands there."""
    first = run[0]
    return all(
        text_of(row[at]) in ("", text_of(first[at]))
        for row in run[1:]
        for at in worded
        if at < min(len(row), len(first))
    )


def _begin_alike(runs: list[list[Row]], at: int) -> bool:
    """Whether most runs begin with the same quantity, as 1: what goes on from run to run counts rows."""
    begun = Counter(number_of(run[0][at]) for run in runs)
    return begun.most_common(1)[0][1] >= _ALIKE * len(runs)


def _runs(rows: list[Row], key: int) -> list[list[Row]]:
    """Rows one below the other of the same article; an empty cell goes on with the one above."""
    said, names = "", []
    for row in rows:
        said = text_of(row[key] if key < len(row) else None) or said
        names.append(said)
    return [[row for _, row in run] for _, run in groupby(zip(names, rows, strict=True), key=lambda each: each[0])]


def _is_tiered(run: list[Row], at: int, price: int) -> bool:
    steps = [(number_of(row[at] if at < len(row) else None), number_of(row[price])) for row in run]
    known = [(quantity, amount) for quantity, amount in steps if quantity is not None and amount is not None]
    pairs = list(pairwise(known))
    rises = all(one[0] < two[0] and one[1] >= two[1] for one, two in pairs)
    return len(known) == len(run) and rises and known[0][1] > known[-1][1]


class Tiers:
    """Puts a row's price to the item before it, where it is the next tier of the same article."""

    def __init__(self, at: int) -> None:
        self._at = at
        self._item: Line | None = None
        self._quantity = 0.0
        self._price = Decimal(0)

    def takes(self, line: Line, row: Row) -> bool:
        """Whether the line was put to the item before; else it is an item of its own."""
        quantity = number_of(row[self._at]) or 0.0
        price = Decimal(line.get("price") or 0)
        item = self._item
        same = item is not None and line["name"] == item["name"] and line.get("sku") in (None, item.get("sku"))
        if item is None or not same or quantity <= self._quantity or price > self._price or not price:
            self._item, self._quantity, self._price = line, quantity, price
            return False
        tiers = item.setdefault("conditions", {}).setdefault("tiers", [])
        tiers.append({"from_quantity": f"{quantity:g}", "price": line["price"]})
        self._quantity, self._price = quantity, price
        return True
