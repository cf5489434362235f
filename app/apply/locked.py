"""What a file or an undo says of a field that a person corrected: kept beside, and the field stays. See ADR 90."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import func, or_, select, text

from app import statements
from app.extensions import db
from app.models.catalog import ItemChange, PriceHistory, SupplierItem
from app.models.corrections import ITEM_FIELDS, Offered, Word, as_files_say, put, told, word

STAGED = text("""
    SELECT new_id, sku, name, price, currency, characteristics, conditions FROM staged_item WHERE sku = ANY(:skus)
""")
# Of a locked field only a word that is new is kept in ``said``: that is a change, though the item stays as it is.
HOLD = text("""
    UPDATE staged_item SET name = :name, price = :price, currency = :currency,
        price_fault = CASE WHEN CAST(:price AS numeric) IS NULL THEN price_fault END,
        characteristics = CAST(:characteristics AS jsonb), conditions = CAST(:conditions AS jsonb),
        said = CAST(:said AS jsonb)
    WHERE new_id = :id
""")
ANY_LOCKED = text("SELECT 1 AS one FROM supplier_items WHERE supplier_id = :supplier_id AND corrected <> '{}' LIMIT 1")
KEEP_SAID = text("""
    UPDATE supplier_items AS i SET corrected = (
        SELECT jsonb_object_agg(key, CASE WHEN s.said ? key THEN value || jsonb_build_object('said', s.said->key)
            ELSE value END) FROM jsonb_each(i.corrected))
    FROM staged AS s WHERE i.id = s.item_id AND s.said IS NOT NULL AND i.corrected <> '{}'
""")


@dataclass(frozen=True)
class Locked:
    """An item that an undo is about to restore: its locked fields as they stand, and what was locked before."""

    item_id: UUID
    words: dict[str, Word]
    before: dict[str, Any]


def hold(supplier_id: UUID) -> None:
    """The staged rows say of locked fields what the items say. Ask it in line, or a person's word could be missed."""
    if not statements.run(ANY_LOCKED, {"supplier_id": supplier_id}):
        return
    corrected = select(SupplierItem).where(SupplierItem.supplier_id == supplier_id, SupplierItem.corrected != {})
    items = {
        each.supplier_sku: each for each in db.session.scalars(corrected.execution_options(populate_existing=True))
    }
    rows = db.session.execute(STAGED, {"skus": list(items)}).all()
    if rows:
        db.session.execute(HOLD, [_held(row, items[row.sku]) for row in rows])


def _held(row: Any, item: SupplierItem) -> dict[str, Any]:
    offered = Offered(row.name, row.price, row.currency, row.characteristics, row.conditions)
    said = {name: each for name, each in told(offered, item.corrected).items() if each != item.corrected[name]["said"]}
    for name in item.corrected:
        put(offered, name, word(item, name))
    return {
        "id": row.new_id,
        "name": offered.name,
        "price": offered.current_price,
        "currency": offered.currency,
        "characteristics": orjson.dumps(offered.characteristics).decode(),
        "conditions": orjson.dumps(offered.conditions).decode(),
        "said": orjson.dumps(said).decode() if said else None,
    }


def keep_said() -> None:
    """What the file that is being written says of locked fields."""
    statements.run(KEEP_SAID)


def remember(job_id: UUID) -> list[Locked]:
    """Items with locked fields, now or when the file was applied, that the undo of this file restores."""
    rows = db.session.execute(
        select(SupplierItem, ItemChange.before)
        .join(ItemChange, ItemChange.supplier_item_id == SupplierItem.id)
        .where(
            ItemChange.job_id == job_id,
            ItemChange.applied,
            ItemChange.undone.is_(None),
            ItemChange.kind == "changed",
            or_(SupplierItem.corrected != {}, ItemChange.before.has_key("corrected")),
        )
        .execution_options(populate_existing=True)
    )
    return [Locked(item.id, told(item, item.corrected), before.get("corrected", {})) for item, before in rows]


def put_back(locks: Sequence[Locked]) -> None:
    """After the undo restored the items: as files said then, but for the fields that are locked now."""
    for lock in locks:
        item = db.session.get_one(SupplierItem, lock.item_id, populate_existing=True)
        offered = Offered(item.name, item.current_price, item.currency, item.characteristics, item.conditions)
        as_files_say(offered, lock.before)
        item.corrected = {
            name: kept | {"said": word(offered, name)} for name, kept in item.corrected.items() if name in lock.words
        }
        for name in ITEM_FIELDS:
            put(item, name, lock.words[name] if name in lock.words else word(offered, name))
        _price_kept(item)


def _price_kept(item: SupplierItem) -> None:
    """The last price of the history is the item's, whichever of both was taken back."""
    last = db.session.execute(
        select(PriceHistory.price, PriceHistory.currency)
        .where(PriceHistory.supplier_item_id == item.id)
        .order_by(PriceHistory.recorded_at.desc())
        .limit(1)
    ).first()
    if last != (item.current_price, item.currency):
        remember_price(item)


def remember_price(item: SupplierItem) -> None:
    """A price that no file brought."""
    if item.current_price is None:
        return
    db.session.add(
        PriceHistory(
            supplier_item_id=item.id,
            price=item.current_price,
            currency=item.currency,
            recorded_at=func.clock_timestamp(),
        )
    )
