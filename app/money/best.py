"""A product's offers in one row, written in the transaction that changes a link, a price or what is available.

So a page of 100,000 products is sorted by its best offer, its spread or its movement without asking a million items.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import structlog
from redis import RedisError
from sqlalchemy import Select, func, or_, select, text, update

from app import statements
from app.extensions import db, queue
from app.models.catalog import Product, SupplierItem
from app.models.offers import ProductOffers

log = structlog.get_logger()

#: how far the movement of a product looks back
SPAN = timedelta(days=30)
AT_ONCE = 5000
WRITE_OFFERS = "app.tasks.write_offers"
TASK_SECONDS = 3600

# Our own price in the office's money: a price without a currency is in that already.
_OWN = """
    SELECT p.id, round(p.price * w.worth, 6) AS own
    FROM products AS p LEFT JOIN LATERAL (
        SELECT worth FROM currency_worth WHERE day <= current_date AND currency = coalesce(p.currency,
            (SELECT value->>'base' FROM app_settings WHERE key = 'money')) ORDER BY day DESC LIMIT 1) AS w ON true
"""
# 0.01 among hundreds is no offer: what is a thousandth of the product's median, or a thousand times it, is not sound.
# What could be bought before is at the price of then, turned by what turns the item's price today, at the rate of its
# day; where no rate of then is known, a price in the same currency is compared in that.
_WRITE = text(f"""
    WITH wanted AS (SELECT unnest(CAST(:ids AS uuid[])) AS id),
    offer AS (
        SELECT i.product_id, i.id, i.supplier_id, m.comparable_price AS price
        FROM wanted AS w JOIN supplier_items AS i ON i.product_id = w.id JOIN compared_prices AS m ON m.item_id = i.id
        WHERE i.is_available),
    counted AS (
        SELECT product_id, count(*) AS offers, count(DISTINCT supplier_id) AS suppliers,
               percentile_disc(0.5) WITHIN GROUP (ORDER BY price DESC) FILTER (WHERE price IS NOT NULL) AS median
        FROM offer GROUP BY product_id),
    sound AS (
        SELECT DISTINCT ON (o.product_id) o.product_id, o.id, o.supplier_id, o.price AS best,
               max(o.price) OVER (PARTITION BY o.product_id) AS highest
        FROM offer AS o JOIN counted AS c USING (product_id) JOIN suppliers AS s ON s.id = o.supplier_id
        WHERE o.price BETWEEN c.median / 1000 AND c.median * 1000
        ORDER BY o.product_id, o.price, s.name, o.id),
    earlier AS (
        SELECT i.product_id, round(min(h.price * m.comparable_price / i.current_price * CASE
                   WHEN h.currency IS NOT DISTINCT FROM i.currency THEN coalesce(old.worth / new.worth, 1)
                   ELSE old.worth / new.worth END), 6) AS price
        FROM wanted AS w JOIN supplier_items AS i ON i.product_id = w.id JOIN suppliers AS s ON s.id = i.supplier_id
        JOIN compared_prices AS m ON m.item_id = i.id JOIN counted AS c ON c.product_id = i.product_id
        JOIN LATERAL (SELECT h.price, h.currency, h.recorded_at FROM price_history AS h
                      WHERE h.supplier_item_id = i.id AND h.recorded_at <= now() - CAST(:span AS interval)
                      ORDER BY h.recorded_at DESC LIMIT 1) AS h ON h.price > 0
        LEFT JOIN LATERAL (SELECT w.worth FROM currency_worth AS w
                           WHERE w.currency = coalesce(h.currency, i.currency, s.metadata->>'default_currency')
                             AND w.day <= CAST(now() - CAST(:span AS interval) AS date)
                           ORDER BY w.day DESC LIMIT 1) AS old ON true
        LEFT JOIN LATERAL (SELECT w.worth FROM currency_worth AS w
                           WHERE w.currency = coalesce(i.currency, s.metadata->>'default_currency')
                             AND w.day <= current_date ORDER BY w.day DESC LIMIT 1) AS new ON true
        WHERE m.comparable_price > 0 AND i.current_price > 0
          AND (i.is_available OR i.updated_at > now() - CAST(:span AS interval))
          AND m.comparable_price BETWEEN c.median / 1000 AND c.median * 1000
        GROUP BY i.product_id),
    fresh AS (
        SELECT w.id AS product_id, coalesce(c.offers, 0) AS offers, coalesce(c.suppliers, 0) AS suppliers, s.best,
               s.highest, s.id AS best_item_id, s.supplier_id AS best_supplier_id, e.price AS before,
               round(s.highest / s.best - 1, 4) AS spread,
               round(s.best / nullif(e.price, 0) - 1, 4) AS moved, o.own,
               round((o.own - s.best) / nullif(o.own, 0), 4) AS margin
        FROM wanted AS w JOIN ({_OWN}) AS o ON o.id = w.id
        LEFT JOIN counted AS c ON c.product_id = w.id LEFT JOIN sound AS s ON s.product_id = w.id
        LEFT JOIN earlier AS e ON e.product_id = w.id)
    INSERT INTO product_offers AS kept (product_id, offers, suppliers, best, highest, best_item_id, best_supplier_id,
        before, spread, moved, own, margin, day)
    SELECT fresh.*, current_date FROM fresh ORDER BY product_id
    ON CONFLICT (product_id) DO UPDATE SET offers = excluded.offers, suppliers = excluded.suppliers,
        best = excluded.best, highest = excluded.highest, best_item_id = excluded.best_item_id,
        best_supplier_id = excluded.best_supplier_id, before = excluded.before, spread = excluded.spread,
        moved = excluded.moved, own = excluded.own, margin = excluded.margin, day = excluded.day
    WHERE (kept.offers, kept.suppliers, kept.best, kept.highest, kept.best_item_id, kept.best_supplier_id, kept.before,
           kept.spread, kept.moved, kept.own, kept.margin, kept.day)
        IS DISTINCT FROM (excluded.offers, excluded.suppliers, excluded.best, excluded.highest, excluded.best_item_id,
           excluded.best_supplier_id, excluded.before, excluded.spread, excluded.moved, excluded.own, excluded.margin,
           excluded.day)
""")  # noqa: S608 # nosec B608 - put together from constants
_SET_OWN = text(f"""
    UPDATE product_offers AS kept SET own = fresh.own,
        margin = round((fresh.own - kept.best) / nullif(fresh.own, 0), 4)
    FROM ({_OWN}) AS fresh
    WHERE fresh.id = kept.product_id AND fresh.own IS DISTINCT FROM kept.own
      AND (CAST(:ids AS uuid[]) IS NULL OR kept.product_id = ANY(CAST(:ids AS uuid[])))
""")  # noqa: S608 # nosec B608 - put together from constants
_HOLD_OF = text("""
    SELECT id FROM products WHERE id IN (
        SELECT product_id FROM supplier_items WHERE supplier_id = :supplier_id AND product_id IS NOT NULL)
    ORDER BY id FOR NO KEY UPDATE
""")


def write(product_ids: Sequence[UUID]) -> None:
    """Write the offers of these products anew, inside the caller's transaction, which holds the products."""
    for start in range(0, len(product_ids), AT_ONCE):
        statements.run(_WRITE, {"ids": list(product_ids[start : start + AT_ONCE]), "span": SPAN})


def set_own(product_ids: Sequence[UUID] | None = None) -> None:
    """After our own prices changed, of these products or of whichever: inside the caller's transaction."""
    db.session.flush()
    statements.run(_SET_OWN, {"ids": None if product_ids is None else list(product_ids)})


def set_due() -> None:
    """After rates or rules changed: no offer holds until it is computed anew; inside the caller's transaction.

    The products are held first: whoever writes a row from prices of before ends before it is marked.
    """
    offered = select(SupplierItem.product_id).where(SupplierItem.product_id.is_not(None))
    hold(offered)
    db.session.execute(update(ProductOffers).where(ProductOffers.day.is_not(None)).values(day=None))


def ask_for_due() -> None:
    """Have a worker compute what is due, after the commit; where the queue is not reachable the clock does it."""
    try:
        queue().enqueue(WRITE_OFFERS, job_timeout=TASK_SECONDS, result_ttl=0)
    except RedisError as error:
        log.warning("product_offers_not_queued", error=str(error))


def due() -> int:
    """How many products have offers of before a change of rates or rules."""
    query = select(func.count()).select_from(ProductOffers).where(ProductOffers.day.is_(None))
    return db.session.scalar(query) or 0


def hold(products: Sequence[UUID] | Select[UUID | None]) -> Sequence[UUID]:
    """The ids of these products, locked: who changes an offer of one waits for whoever changes another of it.

    In the order of their ids, and before the offers are read: so the second sees what the first has written.
    """
    held = select(Product.id).where(Product.id.in_(products)).order_by(Product.id).with_for_update(key_share=True)
    return db.session.scalars(held).all()


def hold_of(supplier_id: UUID) -> Sequence[UUID]:
    """As ``hold`` of the products that the supplier's items are linked to; each file that is applied asks it."""
    return [row.id for row in statements.run(_HOLD_OF, {"supplier_id": supplier_id})]


def keep_current() -> int:
    """What has no row yet or is due, and what was not looked at today, because 30 days ago was another day.

    In portions that are committed; returns how many products.
    """
    written = 0
    stale = or_(
        ProductOffers.product_id.is_(None), ProductOffers.day.is_(None), ProductOffers.day < func.current_date()
    )
    wanted = select(Product.id).outerjoin(ProductOffers, ProductOffers.product_id == Product.id).where(stale)
    while True:
        # Whoever holds a product writes its row himself.
        held = wanted.order_by(Product.id).limit(AT_ONCE).with_for_update(of=Product, key_share=True, skip_locked=True)
        some = db.session.scalars(held).all()
        write(some)
        db.session.commit()
        written += len(some)
        if len(some) < AT_ONCE:
            if written:
                log.info("product_offers_written", products=written)
            return written
