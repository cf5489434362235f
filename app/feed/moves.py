"""What moved in a span of time: prices up and down, new and gone, by supplier. Net: what came back has not moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.extensions import db

SHOWN = 20

# The first price in the span against the last one, in the order in which the changes were made; in another currency
# a price has not moved, it is another one.
_NET = """
    WITH told AS (
        SELECT c.* FROM changes AS c
        WHERE c.at >= :since AND c.kind IN ('changed', 'returned', 'vanished', 'new', 'removed')
          AND (CAST(:supplier_id AS uuid) IS NULL OR c.supplier_id = :supplier_id)
          AND (CAST(:category_id AS uuid) IS NULL
            OR c.product_id IN (SELECT id FROM products WHERE category_id = :category_id))
    ),
    net AS (
        SELECT item_id, supplier_id, (array_agg(name ORDER BY id DESC))[1] AS name,
            (array_agg(product_id ORDER BY id DESC))[1] AS product_id,
            (array_agg(old_price ORDER BY id))[1] AS before, (array_agg(price ORDER BY id DESC))[1] AS after,
            (array_agg(old_currency ORDER BY id))[1] AS old_currency,
            (array_agg(currency ORDER BY id DESC))[1] AS currency,
            (array_agg(kind ORDER BY id))[1] IN ('new', 'returned') AS came,
            (array_agg(kind ORDER BY id DESC))[1] IN ('vanished', 'removed') AS went, max(at) AS at
        FROM told GROUP BY item_id, supplier_id
    ),
    moves AS (
        SELECT *, CASE WHEN NOT came AND NOT went AND before > 0 AND after > 0
            AND old_currency IS NOT DISTINCT FROM currency AND after <> before
            THEN (after - before) * 100 / before END AS percent
        FROM net
    )
"""
COUNTS = text(f"""{_NET}
    SELECT m.supplier_id, s.name AS supplier, count(*) FILTER (WHERE percent > 0) AS rises,
        count(*) FILTER (WHERE percent < 0) AS falls, count(*) FILTER (WHERE came AND NOT went) AS new,
        count(*) FILTER (WHERE went AND NOT came) AS gone,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY percent) AS median
    FROM moves AS m LEFT JOIN suppliers AS s ON s.id = m.supplier_id
    GROUP BY m.supplier_id, s.name
    HAVING count(*) FILTER (WHERE percent <> 0 OR came <> went) > 0
    ORDER BY count(percent) DESC, s.name LIMIT 200
""")  # noqa: S608 # nosec B608 - put together from constants
TOP = text(f"""{_NET}
    SELECT m.item_id, m.name, m.supplier_id, s.name AS supplier, m.product_id, m.before, m.after, m.currency, m.percent,
        m.at
    FROM moves AS m JOIN suppliers AS s ON s.id = m.supplier_id
    WHERE m.percent * :sign > 0 ORDER BY m.percent * :sign DESC, m.item_id LIMIT :shown
""")  # noqa: S608 # nosec B608 - put together from constants

EVERY = text(f"""{_NET}
    SELECT s.name AS supplier, i.supplier_sku, m.name, p.internal_sku, p.name AS product,
        CASE WHEN m.came THEN 'new' WHEN m.went THEN 'gone' WHEN m.percent > 0 THEN 'dearer'
            WHEN m.percent < 0 THEN 'cheaper' ELSE 'other money' END AS what,
        m.before AS old_price, m.old_currency, m.after AS price, m.currency, round(m.percent, 2) AS percent, m.at,
        m.item_id
    FROM moves AS m LEFT JOIN suppliers AS s ON s.id = m.supplier_id
    LEFT JOIN supplier_items AS i ON i.id = m.item_id LEFT JOIN products AS p ON p.id = m.product_id
    WHERE m.came <> m.went OR m.percent IS NOT NULL
        OR (NOT m.came AND NOT m.went AND m.old_currency IS DISTINCT FROM m.currency)
    ORDER BY m.at DESC, m.item_id
""")  # noqa: S608 # nosec B608 - put together from constants


@dataclass(frozen=True)
class Span:
    """The last ``days``, and whose changes or which products'."""

    days: int = 7
    supplier_id: UUID | None = None
    category_id: UUID | None = None


@dataclass(frozen=True)
class SupplierMoves:
    """Counts of items; ``median`` is that of all moved prices in per cent. ``supplier`` is None for a deleted one."""

    supplier_id: UUID
    supplier: str | None
    rises: int
    falls: int
    new: int
    gone: int
    median: float | None


@dataclass(frozen=True)
class Move:
    """An item whose price moved by ``percent``."""

    item_id: UUID
    name: str
    supplier_id: UUID
    supplier: str
    product_id: UUID | None
    before: Decimal
    after: Decimal
    currency: str | None
    percent: Decimal
    at: datetime

    @property
    def by(self) -> Decimal:
        return self.after - self.before


@dataclass(frozen=True)
class Moves:
    suppliers: Sequence[SupplierMoves]
    rises: Sequence[Move]
    falls: Sequence[Move]


def within(span: Span) -> Moves:
    """The suppliers with the most moves first, the farthest moves first."""
    given = asked(span)
    suppliers = [SupplierMoves(**row) for row in db.session.execute(COUNTS, given).mappings()]
    rises, falls = (
        [Move(**row) for row in db.session.execute(TOP, given | {"sign": sign, "shown": SHOWN}).mappings()]
        for sign in (1, -1)
    )
    return Moves(suppliers, rises, falls)


def asked(span: Span) -> dict[str, Any]:
    """The parameters of the queries above."""
    return {
        "since": datetime.now(UTC) - timedelta(days=span.days),
        "supplier_id": span.supplier_id,
        "category_id": span.category_id,
    }
