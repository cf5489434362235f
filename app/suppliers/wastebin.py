"""Deleted suppliers rest in a bin with everything that was theirs, and come back whole.

Their rows leave the tables that everybody asks, so no question has to leave them out; the bin keeps each as JSON.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import delete as delete_rows
from sqlalchemy import exists, func, select, text
from sqlalchemy.exc import IntegrityError

from app import audit
from app.catalog import offers
from app.errors import InUse, NotFound
from app.extensions import db, settings
from app.feed.cause import because
from app.models.catalog import Product, ProductStatus, SupplierItem
from app.models.feed import Cause
from app.models.supplier import BinnedSupplier, Supplier
from app.money import comparable
from app.money.office_currency import base_currency

log = structlog.get_logger()

PUT = text("""
    INSERT INTO supplier_bin_rows (supplier_id, kind, record)
    SELECT :id, 'suppliers', to_jsonb(s) FROM suppliers AS s WHERE id = :id
    UNION ALL
    SELECT :id, 'supplier_items', to_jsonb(i) FROM supplier_items AS i WHERE supplier_id = :id
    UNION ALL
    SELECT :id, 'price_history', to_jsonb(h) FROM price_history AS h
    JOIN supplier_items AS i ON i.id = h.supplier_item_id WHERE i.supplier_id = :id
    UNION ALL
    SELECT :id, 'match_review_queue', to_jsonb(r) FROM match_review_queue AS r
    JOIN supplier_items AS i ON i.id = r.supplier_item_id WHERE i.supplier_id = :id
    UNION ALL
    SELECT :id, 'products', to_jsonb(p) FROM products AS p WHERE p.id = ANY(:drafts)
    UNION ALL
    SELECT :id, 'match_decisions', to_jsonb(d) FROM match_decisions AS d
    WHERE d.supplier_id = :id OR d.product_id = ANY(:drafts)
    UNION ALL
    SELECT :id, 'item_changes', jsonb_build_object('id', c.id, 'supplier_item_id', c.supplier_item_id)
    FROM item_changes AS c JOIN supplier_items AS i ON i.id = c.supplier_item_id WHERE i.supplier_id = :id
    UNION ALL
    SELECT :id, 'ingestion_jobs', jsonb_build_object('id', j.id) FROM ingestion_jobs AS j WHERE j.supplier_id = :id
""")
# In the order in which they point at each other. A link to a product or a user that went meanwhile is left out.
TAKE = (
    text("""
        INSERT INTO suppliers SELECT (jsonb_populate_record(NULL::suppliers, record)).* FROM supplier_bin_rows
        WHERE supplier_id = :id AND kind = 'suppliers'
    """),
    text("""
        INSERT INTO products
        SELECT (jsonb_populate_record(NULL::products, record || jsonb_build_object('category_id', c.id))).*
        FROM supplier_bin_rows AS b LEFT JOIN categories AS c ON c.id = (b.record->>'category_id')::uuid
        WHERE supplier_id = :id AND kind = 'products'
    """),
    text("""
        INSERT INTO supplier_items
        SELECT (jsonb_populate_record(NULL::supplier_items, record || jsonb_build_object('product_id', p.id))).*
        FROM supplier_bin_rows AS b LEFT JOIN products AS p ON p.id = (b.record->>'product_id')::uuid
        WHERE supplier_id = :id AND kind = 'supplier_items'
    """),
    text("""
        INSERT INTO price_history SELECT (jsonb_populate_record(NULL::price_history, record)).* FROM supplier_bin_rows
        WHERE supplier_id = :id AND kind = 'price_history'
    """),
    text("""
        INSERT INTO match_review_queue
        SELECT (jsonb_populate_record(NULL::match_review_queue, record || jsonb_build_object('reviewed_by', u.id))).*
        FROM supplier_bin_rows AS b LEFT JOIN users AS u ON u.id = (b.record->>'reviewed_by')::uuid
        WHERE supplier_id = :id AND kind = 'match_review_queue'
    """),
    text("""
        INSERT INTO match_decisions
        SELECT (jsonb_populate_record(NULL::match_decisions, record || jsonb_build_object('decided_by', u.id))).*
        FROM supplier_bin_rows AS b
        JOIN products AS p ON p.id = (b.record->>'product_id')::uuid
        JOIN suppliers AS s ON s.id = (b.record->>'supplier_id')::uuid
        LEFT JOIN users AS u ON u.id = (b.record->>'decided_by')::uuid
        WHERE b.supplier_id = :id AND kind = 'match_decisions' ON CONFLICT DO NOTHING
    """),
    text("""
        UPDATE ingestion_jobs AS j SET supplier_id = :id FROM supplier_bin_rows AS b
        WHERE b.supplier_id = :id AND b.kind = 'ingestion_jobs' AND j.id = (b.record->>'id')::uuid
    """),
    text("""
        UPDATE item_changes AS c SET supplier_item_id = (b.record->>'supplier_item_id')::uuid
        FROM supplier_bin_rows AS b
        WHERE b.supplier_id = :id AND b.kind = 'item_changes' AND c.id = (b.record->>'id')::bigint
    """),
    text("""
        UPDATE parsing_logs AS l SET supplier_id = :id FROM ingestion_jobs AS j
        WHERE j.supplier_id = :id AND l.job_id = j.id AND l.supplier_id IS NULL
    """),
)


@dataclass(frozen=True)
class Contents:
    """What goes with a supplier: its items, and the drafts that were made of them and that nobody else offers.

    ``kept``: products that lose their last offer and stay, because a person imported or made them.
    """

    items: int
    drafts: Sequence[Product]
    kept: int


def contents(supplier_id: UUID) -> Contents:
    """Asked before the deletion, to be said in its dialog."""
    items = db.session.scalar(select(func.count()).where(SupplierItem.supplier_id == supplier_id)) or 0
    offered = offers.of_supplier(supplier_id).distinct()
    others = exists().where(SupplierItem.product_id == Product.id, SupplierItem.supplier_id != supplier_id)
    lonely = db.session.scalar(select(func.count()).select_from(Product).where(Product.id.in_(offered), ~others)) or 0
    drafts = db.session.scalars(
        select(Product)
        .where(Product.drafted_for == supplier_id, Product.status == ProductStatus.DRAFT, ~others)
        .order_by(Product.name)
    ).all()
    linked = set(db.session.scalars(offered)) if drafts else set()
    return Contents(items, drafts, lonely - sum(each.id in linked for each in drafts))


def put(supplier: Supplier, *, drafts: Sequence[UUID], actor: str) -> int:
    """Move the supplier with all that is its own into the bin, inside the caller's transaction; returns its items."""
    supplier_id, own = supplier.id, SupplierItem.supplier_id == supplier.id
    items = db.session.scalar(select(func.count()).select_from(SupplierItem).where(own)) or 0
    offered = [each for each in db.session.scalars(offers.of_supplier(supplier_id).distinct()) if each]
    db.session.add(
        BinnedSupplier(id=supplier_id, name=supplier.name, items=items, products=len(drafts), deleted_by=actor)
    )
    db.session.flush()
    because(Cause.DELETED)
    db.session.execute(PUT, {"id": supplier_id, "drafts": list(drafts)})
    db.session.delete(supplier)
    db.session.flush()
    db.session.execute(delete_rows(Product).where(Product.id.in_(drafts)))
    offers.refresh(offered)
    return items


def binned() -> Sequence[BinnedSupplier]:
    """The last deleted first."""
    return db.session.scalars(select(BinnedSupplier).order_by(BinnedSupplier.deleted_at.desc())).all()


def restore(supplier_id: UUID, actor: str) -> str:
    """Everything as it was; returns the supplier's name. Raises NotFound, and Conflict when its name is taken."""
    found = db.session.get(BinnedSupplier, supplier_id, with_for_update=True)
    if found is None:
        raise NotFound("This supplier is no longer in the bin.")
    name, which = found.name, {"id": supplier_id}
    because(Cause.RESTORED)
    try:
        for statement in TAKE:
            db.session.execute(statement, which)
    except IntegrityError as error:
        db.session.rollback()
        raise InUse(f"{name} cannot come back: its name or an article number of its drafts is in use.") from error
    db.session.delete(found)
    if base_currency():
        comparable.refresh_supplier(supplier_id)  # at the rates of today
    offers.refresh_supplier(supplier_id)
    audit.record(actor, "supplier.restored", name, supplier_id=str(supplier_id))
    db.session.commit()
    return name


def empty() -> int:
    """Forget what has been in the bin for SUPPLIER_BIN_DAYS; returns how many suppliers."""
    edge = func.now() - timedelta(days=settings().supplier_bin_days)
    gone: Any = db.session.execute(delete_rows(BinnedSupplier).where(BinnedSupplier.deleted_at < edge))
    db.session.commit()
    log.info("bin_emptied", suppliers=gone.rowcount)
    return int(gone.rowcount)
