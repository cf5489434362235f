"""What an offer comes to for one unit, without VAT, in the office's own currency; kept with the item.

One statement computes it, ``explain`` tells the same steps to a person; a test holds one against the other. A step
that is not known (no rate, VAT of an unknown rate, a price for a pack of unknown size) is said and never guessed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app import statements
from app.extensions import db
from app.money.office_currency import base_currency


class Gap(StrEnum):
    """Why an offer is not compared."""

    NO_PRICE = "no_price"
    NO_CURRENCY = "no_currency"
    NO_RATE = "no_rate"
    VAT_UNKNOWN = "vat_unknown"
    PACK_UNKNOWN = "pack_unknown"


@dataclass(frozen=True)
class Step:
    """``kind`` listed, per, pack, vat, discount, freight, markup or rate; ``by`` what it was divided or changed by."""

    kind: str
    by: Decimal
    amount: Decimal
    currency: str


_PLACES = Decimal(1).scaleb(-6)

# Per item: its inputs as numbers, the newest worth of its currency, the factor of the rules that hold today.
_INPUTS = """
    SELECT i.id, i.current_price AS price, coalesce(i.currency, s.metadata->>'default_currency') AS currency,
           CASE WHEN i.conditions->>'price_unit' ~ '^[0-9]{1,9}([.][0-9]{1,6})?$'
                THEN nullif((i.conditions->>'price_unit')::numeric, 0) END AS unit,
           CASE WHEN i.conditions->>'price_kind' = 'pack' THEN
                coalesce(CASE WHEN i.characteristics->>'pack_size' ~ '^[0-9]{1,9}$'
                              THEN nullif((i.characteristics->>'pack_size')::numeric, 0) END, 0) ELSE 1 END AS pack,
           coalesce((i.conditions->>'vat_included')::boolean, (s.metadata->>'vat_included')::boolean, false) AS gross,
           CASE WHEN coalesce(i.conditions->>'vat_rate', s.metadata->>'vat_rate') ~ '^[0-9]{1,2}([.][0-9]{1,3})?$'
                THEN coalesce(i.conditions->>'vat_rate', s.metadata->>'vat_rate')::numeric END AS vat,
           worth.worth,
           coalesce((SELECT courier_product(CASE r.kind WHEN 'discount' THEN 1 - r.percent / 100
                                                        ELSE 1 + r.percent / 100 END)
                     FROM price_rules AS r
                     WHERE r.supplier_id = i.supplier_id
                       AND (r.valid_from IS NULL OR r.valid_from <= current_date)
                       AND (r.valid_to IS NULL OR r.valid_to >= current_date)
                       AND (r.category IS NULL OR i.characteristics->'category' ? r.category)), 1) AS factor
    FROM supplier_items AS i
    JOIN suppliers AS s ON s.id = i.supplier_id
    LEFT JOIN LATERAL (SELECT w.worth FROM currency_worth AS w
                       WHERE w.currency = coalesce(i.currency, s.metadata->>'default_currency')
                         AND w.day <= current_date ORDER BY w.day DESC LIMIT 1) AS worth ON true
"""
_FOUND = f"""
    SELECT id, gap, CASE WHEN gap IS NULL THEN
           round(price / coalesce(unit, 1) / pack / (CASE WHEN gross THEN 1 + vat / 100 ELSE 1 END) * factor * worth, 6)
           END AS comparable
    FROM (SELECT inputs.*, CASE WHEN price IS NULL OR price <= 0 THEN 'no_price'
                                WHEN currency IS NULL THEN 'no_currency'
                                WHEN worth IS NULL THEN 'no_rate'
                                WHEN gross AND vat IS NULL THEN 'vat_unknown'
                                WHEN pack = 0 THEN 'pack_unknown' END AS gap
          FROM ({_INPUTS} WHERE %(which)s) AS inputs) AS judged
"""  # noqa: S608  # nosec B608  both parts are constants of this module
_REFRESH = f"""
    UPDATE compared_prices AS item SET comparable_price = found.comparable, not_compared = found.gap
    FROM ({_FOUND}) AS found
    WHERE found.id = item.item_id
      AND (item.comparable_price, item.not_compared) IS DISTINCT FROM (found.comparable, found.gap)
"""  # noqa: S608  # nosec B608
REFRESH_ALL = text(_REFRESH % {"which": "true"})
REFRESH_SUPPLIER = text(_REFRESH % {"which": "i.supplier_id = :supplier_id"})
REFRESH_JOB = text(_REFRESH % {"which": "i.job_id = :job_id"})
REFRESH_ITEMS = text(_REFRESH % {"which": "i.id = ANY(:ids)"})
INPUTS_OF = text(f"{_INPUTS} WHERE i.id = ANY(:ids)")
RULES_OF = text("""
    SELECT i.id, r.kind, r.percent
    FROM supplier_items AS i JOIN price_rules AS r ON r.supplier_id = i.supplier_id
    WHERE i.id = ANY(:ids)
      AND (r.valid_from IS NULL OR r.valid_from <= current_date)
      AND (r.valid_to IS NULL OR r.valid_to >= current_date)
      AND (r.category IS NULL OR i.characteristics->'category' ? r.category)
    ORDER BY i.id, r.kind, r.percent
""")


def refresh() -> None:
    """Write the comparable price of every item anew, inside the caller's transaction."""
    db.session.flush()
    statements.run(REFRESH_ALL)


def refresh_supplier(supplier_id: UUID) -> None:
    db.session.flush()
    statements.run(REFRESH_SUPPLIER, {"supplier_id": supplier_id})


def refresh_job(job_id: UUID) -> None:
    """The items that a file named; without a base currency there is nothing to compute."""
    if base_currency():
        statements.run(REFRESH_JOB, {"job_id": job_id})


def refresh_items(item_ids: Sequence[UUID]) -> None:
    db.session.flush()
    statements.run(REFRESH_ITEMS, {"ids": list(item_ids)})


def explain(item_ids: Sequence[UUID], base: str) -> dict[UUID, list[Step]]:
    """How each item's price became comparable, step by step, as far as it is known."""
    if not item_ids:
        return {}
    which = {"ids": list(item_ids)}
    rules: dict[UUID, list[tuple[str, Decimal]]] = {}
    for item_id, kind, percent in statements.run(RULES_OF, which):
        rules.setdefault(item_id, []).append((kind, percent))
    return {row.id: _steps(row, rules.get(row.id, []), base) for row in statements.run(INPUTS_OF, which)}


def _steps(row: Any, rules: list[tuple[str, Decimal]], base: str) -> list[Step]:
    if row.price is None or row.currency is None:
        return []
    amount = row.price
    steps = [Step("listed", Decimal(1), amount, row.currency)]
    for kind, divisor in (("per", row.unit), ("pack", row.pack), ("vat", row.vat if row.gross else None)):
        if not divisor or (kind == "pack" and divisor == 1):
            continue
        amount = amount / (1 + divisor / 100 if kind == "vat" else divisor)
        steps.append(Step(kind, divisor, amount, row.currency))
    for kind, percent in rules:
        amount = amount * (1 + percent / 100 * (-1 if kind == "discount" else 1))
        steps.append(Step(kind, percent, amount, row.currency))
    if row.worth is not None and row.currency != base:
        amount = amount * row.worth
        steps.append(Step("rate", row.worth, amount, base))
    last = steps[-1]
    rounded = last.amount.quantize(_PLACES, rounding=ROUND_HALF_UP)
    return [*steps[:-1], Step(last.kind, last.by, rounded, last.currency)]
