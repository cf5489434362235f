"""What can be taken out: a table is its columns and the query that fills them, in the same order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, literal, null, select

from app.catalog import assortment, items
from app.jobs import changed
from app.models.catalog import Category, ComparedPrice, ItemChange, Product, SupplierItem
from app.models.job import Job
from app.models.offers import ProductOffers
from app.models.supplier import Supplier
from app.money.office_currency import base_currency


@dataclass(frozen=True)
class Table:
    """``columns`` name what ``rows`` selects; names do not change, programs read them."""

    name: str
    columns: tuple[str, ...]
    rows: Select[*tuple[Any, ...]]


#: as the import of products takes them: what was exported and is imported again changes nothing
PRODUCT_COLUMNS = ("internal_sku", "name", "brand", "barcode", "category", "price", "currency", "description", "status")


def items_table(wanted: items.ItemFilter) -> Table:
    """Suppliers' items, filtered as on the screen; ``comparable_price`` in ``base_currency``."""
    rows = (
        items.query(wanted)
        .with_only_columns(
            Supplier.name,
            SupplierItem.supplier_sku,
            SupplierItem.list_sku,
            SupplierItem.name,
            SupplierItem.current_price,
            SupplierItem.currency,
            ComparedPrice.comparable_price,
            _base(),
            ComparedPrice.not_compared,
            SupplierItem.is_available,
            SupplierItem.match_status,
            Product.internal_sku,
            Product.name,
            SupplierItem.last_ingested_at,
            SupplierItem.id,
            maintain_column_froms=True,
        )
        .order_by(SupplierItem.name, SupplierItem.id)
    )
    columns = (
        "supplier",
        "supplier_sku",
        "list_sku",
        "name",
        "price",
        "currency",
        "comparable_price",
        "base_currency",
        "not_compared",
        "available",
        "match",
        "internal_sku",
        "product",
        "last_seen",
        "item_id",
    )
    return Table("items", columns, rows)


COMPARISON_COLUMNS = (
    "internal_sku",
    "name",
    "brand",
    "category",
    "status",
    "own_price",
    "own_currency",
    "offers",
    "suppliers",
    "best_supplier",
    "base_currency",
    "best_price",
    "highest_price",
    "spread",
    "moved_30_days",
    "margin",
)


def comparison_table(wanted: assortment.Wanted, *, priced: bool) -> Table:
    """Our products beside their best offers, filtered as on the screen; shares are shares of 1.

    ``priced``: whether the reader may know what suppliers ask; without it prices and margin are empty.
    """
    shown = assortment.of_now if priced else (lambda _column: null())
    rows = (
        assortment.matching(wanted)
        .with_only_columns(
            Product.internal_sku,
            Product.name,
            Product.brand,
            Category.name,
            Product.status,
            Product.price,
            Product.currency,
            func.coalesce(ProductOffers.offers, 0),
            func.coalesce(ProductOffers.suppliers, 0),
            assortment.of_now(Supplier.name),
            _base(),
            shown(ProductOffers.best),
            shown(ProductOffers.highest),
            assortment.of_now(ProductOffers.spread),
            assortment.of_now(ProductOffers.moved),
            shown(ProductOffers.margin),
            maintain_column_froms=True,
        )
        .order_by(func.lower(Product.name), Product.id)
    )
    return Table("comparison", COMPARISON_COLUMNS, rows)


def products_table() -> Table:
    """Our own catalogue as a price book."""
    rows: Select[*tuple[Any, ...]] = (
        select(
            Product.internal_sku,
            Product.name,
            Product.brand,
            Product.barcode,
            Category.name,
            Product.price,
            Product.currency,
            Product.description,
            Product.status,
        )
        .outerjoin(Category, Category.id == Product.category_id)
        .order_by(Product.internal_sku)
    )
    return Table("products", PRODUCT_COLUMNS, rows)


def _base() -> Any:
    return literal(base_currency())


CHANGE_COLUMNS = (
    "supplier_sku",
    "name",
    "kind",
    "old_price",
    "old_currency",
    "new_price",
    "new_currency",
    "change_percent",
    "odd",
    "applied",
)


def changes_table(job: Job, wanted: changed.Wanted, order: changed.Sorted) -> Table:
    """What a file changes, filtered and in the order of the screen; ``odd`` lists what is unusual about a row."""
    rows = changed.query(job, wanted, order).with_only_columns(
        ItemChange.supplier_sku,
        ItemChange.name,
        ItemChange.kind,
        ItemChange.old_price,
        ItemChange.before["currency"].astext,
        ItemChange.new_price,
        ItemChange.after["currency"].astext,
        ItemChange.change_percent,
        ItemChange.after["odd"].astext,
        ItemChange.applied,
        maintain_column_froms=True,
    )
    return Table("changes", CHANGE_COLUMNS, rows)
