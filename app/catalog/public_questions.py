"""The read-only questions that programs ask about products and suppliers' items."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, Text, cast, func, literal, null, or_, select, true, union_all
from sqlalchemy.orm import contains_eager

from app.catalog import offers
from app.extensions import db
from app.models.catalog import ItemChange, ParsingLog, PriceHistory, Product, ProductStatus, SupplierItem
from app.models.supplier import Supplier


@dataclass(frozen=True)
class Window:
    """Rows ``offset`` to ``offset + limit`` of ``total``."""

    rows: Sequence[Any]
    total: int


@dataclass(frozen=True)
class Offered:
    """A product and what it is on offer for."""

    product: Product
    offer: offers.Offer


@dataclass(frozen=True)
class Shelf:
    """Which products of the public catalogue are asked for; None narrows nothing."""

    category_id: UUID | None = None
    min_price: float | None = None
    max_price: float | None = None
    search: str | None = None


def products(*, status: str | None, supplier_id: UUID | None, offset: int, limit: int) -> Window:
    """Newest first."""
    query = products_query(status=status, supplier_id=supplier_id)
    return _window(query, Product.created_at.desc(), Product.id, offset=offset, limit=limit)


def products_query(*, status: str | None, supplier_id: UUID | None) -> Select[Product]:
    """A status that there is none of is passed over."""
    query = select(Product)
    if status in set(ProductStatus):
        query = query.where(Product.status == ProductStatus(status))
    if supplier_id:
        offered = select(SupplierItem.product_id).where(SupplierItem.supplier_id == supplier_id)
        query = query.where(Product.id.in_(offered.where(SupplierItem.product_id.is_not(None))))
    return query


def items_of_products(product_ids: Iterable[UUID]) -> dict[UUID, list[SupplierItem]]:
    """The suppliers' items of each of these products, with their suppliers, cheapest first."""
    query = (
        select(SupplierItem)
        .join(SupplierItem.supplier)
        .options(contains_eager(SupplierItem.supplier))
        .where(SupplierItem.product_id.in_(list(product_ids)))
        .order_by(SupplierItem.current_price, SupplierItem.id)
        .execution_options(populate_existing=True)
    )
    found: dict[UUID, list[SupplierItem]] = defaultdict(list)
    for item in db.session.scalars(query):
        if item.product_id:
            found[item.product_id].append(item)
    return found


def unmatched(*, supplier_id: UUID | None, search: str | None, offset: int, limit: int) -> Window:
    """Items without a product, with their suppliers, by name."""
    query = unmatched_query(supplier_id=supplier_id, search=search)
    with_supplier = query.join(SupplierItem.supplier).options(contains_eager(SupplierItem.supplier))
    rows = db.session.scalars(with_supplier.order_by(SupplierItem.name, SupplierItem.id).offset(offset).limit(limit))
    return Window(rows.all(), _count(query))


def unmatched_query(*, supplier_id: UUID | None, search: str | None) -> Select[SupplierItem]:
    query = select(SupplierItem).where(SupplierItem.product_id.is_(None))
    if supplier_id:
        query = query.where(SupplierItem.supplier_id == supplier_id)
    if search and search.strip():
        query = query.where(_contains(search, SupplierItem.name, SupplierItem.supplier_sku))
    return query


def on_offer(wanted: Shelf, *, offset: int, limit: int) -> Window:
    """Active products as the public may see them, by name; prices are those of available items."""
    query = on_offer_query(wanted)
    found = db.session.scalars(query.order_by(Product.name, Product.id).offset(offset).limit(limit)).all()
    return Window(offered(found), _count(query))


def offered(products: Sequence[Product]) -> list[Offered]:
    """These products with what they are on offer for."""
    known = offers.of_products([each.id for each in products])
    return [Offered(each, known.get(each.id, offers.NOBODY)) for each in products]


def on_offer_query(wanted: Shelf) -> Select[Product]:
    best = offers.best()
    query = select(Product).where(Product.status == ProductStatus.ACTIVE)
    if wanted.category_id:
        query = query.where(Product.category_id == wanted.category_id)
    if wanted.search and wanted.search.strip():
        query = query.where(_contains(wanted.search, Product.name, Product.internal_sku))
    if wanted.min_price is not None or wanted.max_price is not None:
        query = query.join(best, true())
    if wanted.min_price is not None:
        query = query.where(best.c.highest >= Decimal(str(wanted.min_price)))
    if wanted.max_price is not None:
        query = query.where(best.c.lowest <= Decimal(str(wanted.max_price)))
    return query


def with_supplier(item_id: UUID) -> SupplierItem | None:
    query = select(SupplierItem).join(SupplierItem.supplier).options(contains_eager(SupplierItem.supplier))
    return db.session.scalar(query.where(SupplierItem.id == item_id).execution_options(populate_existing=True))


def items_of(supplier: Supplier, *, search: str | None, offset: int, limit: int) -> Window:
    """What the supplier offers, by name."""
    query = items_query(supplier, search=search)
    return _window(query, SupplierItem.name, SupplierItem.id, offset=offset, limit=limit)


def items_query(supplier: Supplier, *, search: str | None) -> Select[SupplierItem]:
    query = select(SupplierItem).where(SupplierItem.supplier_id == supplier.id)
    if search and search.strip():
        query = query.where(_contains(search, SupplierItem.name, SupplierItem.supplier_sku))
    return query


def _window(query: Any, *order: Any, offset: int, limit: int) -> Window:
    rows = db.session.scalars(query.order_by(*order).offset(offset).limit(limit)).all()
    return Window(rows, _count(query))


def _count(query: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0


def _contains(words: str, *columns: Any) -> ColumnElement[bool]:
    plain = words.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return or_(*(column.ilike(f"%{plain}%", escape="\\") for column in columns))


def changes(job_id: UUID, supplier_id: UUID | None, *, kind: str | None, applied: bool | None) -> Subquery:
    """What a file changes or changed; an applied file's new items are found by their first job.

    ``place`` is another one in every row.
    """
    kept = select(
        cast(ItemChange.id, Text).label("place"),
        ItemChange.supplier_sku,
        ItemChange.name,
        ItemChange.kind,
        ItemChange.old_price,
        ItemChange.new_price,
        ItemChange.change_percent,
        ItemChange.applied,
        ItemChange.undone,
    ).where(ItemChange.job_id == job_id)
    new = select(
        cast(SupplierItem.id, Text),
        SupplierItem.supplier_sku,
        SupplierItem.name,
        literal("new"),
        null(),
        SupplierItem.current_price,
        null(),
        true(),
        null(),
    ).where(SupplierItem.supplier_id == supplier_id, SupplierItem.first_job_id == job_id)
    every = union_all(kept, new).subquery()
    query = select(every)
    if kind:
        query = query.where(every.c.kind == kind)
    if applied is not None:
        query = query.where(every.c.applied == applied)
    return query.subquery()


def largest_changes(every: Subquery, *, offset: int, limit: int) -> Window:
    """Of ``changes``."""
    query = select(every).order_by(func.abs(every.c.change_percent).desc().nulls_last(), every.c.supplier_sku)
    return Window(db.session.execute(query.offset(offset).limit(limit)).all(), _count(query))


def row_errors(job_id: UUID, *, offset: int, limit: int) -> Window:
    """Rows that were not taken, in the file's order."""
    return _window(errors_query(job_id), ParsingLog.row_number, ParsingLog.id, offset=offset, limit=limit)


def errors_query(job_id: UUID) -> Select[ParsingLog]:
    return select(ParsingLog).where(ParsingLog.job_id == job_id, ParsingLog.error_type == "ValidationError")


def price_history(item_id: UUID, *, limit: int = 500) -> Sequence[PriceHistory]:
    """Newest first."""
    query = select(PriceHistory).where(PriceHistory.supplier_item_id == item_id)
    return db.session.scalars(query.order_by(PriceHistory.recorded_at.desc()).limit(limit)).all()
