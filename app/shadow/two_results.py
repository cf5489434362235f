"""Two result files of the same raw file against each other. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import orjson

from handoff.api import ItemLine, TotalsLine

ROWS_KEPT = 200


@dataclass
class Side:
    """What one pipeline made of the file."""

    items: int = 0
    errors: int = 0
    matched: int = 0
    review: int = 0
    seconds: float = 0.0


@dataclass
class Comparison:
    """``rows`` keeps the first differences: key, name, kind, and price and product of both sides."""

    legacy: Side = field(default_factory=Side)
    ml: Side = field(default_factory=Side)
    same: int = 0
    price_differs: int = 0
    match_differs: int = 0
    only_legacy: int = 0
    only_ml: int = 0
    rows: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Item:
    name: str
    price: str | None
    product_id: str | None


def compare(legacy: Path, ml: Path) -> Comparison:
    """Items are the same when SKU, or name where there is none, agree."""
    found = Comparison()
    ours, theirs = _read(legacy, found.legacy), _read(ml, found.ml)
    for key in dict.fromkeys([*theirs, *ours]):
        _judge(found, key, ours.get(key), theirs.get(key))
    return found


def _judge(found: Comparison, key: str, legacy: Item | None, ml: Item | None) -> None:
    if legacy is None or ml is None:
        kind = "only_ml" if legacy is None else "only_legacy"
    elif _amount(legacy.price) != _amount(ml.price):
        kind = "price_differs"
    elif legacy.product_id != ml.product_id:
        kind = "match_differs"
    else:
        found.same += 1
        return
    setattr(found, kind, getattr(found, kind) + 1)
    if len(found.rows) < ROWS_KEPT:
        known = ml or legacy
        found.rows.append(
            {
                "key": key,
                "name": known.name if known else "",
                "kind": kind,
                "legacy_price": legacy.price if legacy else None,
                "ml_price": ml.price if ml else None,
                "legacy_product_id": legacy.product_id if legacy else None,
                "ml_product_id": ml.product_id if ml else None,
            }
        )


def _read(path: Path, side: Side) -> Mapping[str, Item]:
    items: dict[str, Item] = {}
    for line in _lines(path):
        if line["kind"] == "item":
            item = ItemLine.model_validate(line)
            key = (item.sku or "").strip() or f"name:{item.name.strip().lower()}"
            items.setdefault(key, Item(item.name, item.price, item.match.product_id if item.match else None))
        elif line["kind"] == "totals":
            totals = TotalsLine.model_validate(line)
            side.items, side.errors = totals.items, totals.errors
            side.matched, side.review, side.seconds = totals.matched, totals.review, totals.seconds
    return items


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open("rb") as file:
        for line in file:
            yield orjson.loads(line)


def _amount(price: str | None) -> Decimal | None:
    try:
        return Decimal(price) if price is not None else None
    except InvalidOperation:
        return None
