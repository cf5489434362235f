"""Correct a supplier's item by hand, and let files speak of it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select

from app import audit
from app.apply import file_order, locked
from app.catalog import offers
from app.corrections import words
from app.corrections.form_texts import changed
from app.errors import NotFound
from app.extensions import db
from app.models.catalog import SupplierItem
from app.models.corrections import lock, release, word
from app.models.user import User
from app.money import comparable


def correct_item(
    item_id: UUID, written: Mapping[str, str], *, seen: Mapping[str, str] | None = None, by: User
) -> SupplierItem:
    """Set the fields to what a person wrote; an empty text says that there is none.

    ``seen``: the fields as the person saw them; what was left as it was is not corrected.
    Raises NotFound, and Invalid with a sentence for each field that cannot be, or is another one by now.
    """
    item = _in_line(item_id)
    wanted = words.parse(changed(item, written, seen), words.ITEM)
    if wanted:
        told = {name: [word(item, name), value] for name, value in wanted.items()}
        whose = {"item": item.name, "supplier_id": str(item.supplier_id)}
        audit.record(by.username, "item.corrected", str(item.id), **whose, fields=told)
        lock(item, wanted, by=by.username, at=datetime.now(UTC))
        _settle(item, priced=bool({"price", "currency"} & wanted.keys()))
    db.session.commit()
    return item


def release_item(item_id: UUID, names: Sequence[str], *, by: User) -> SupplierItem:
    """The fields are again as files said last, and follow the next. Raises NotFound; what is not locked stays."""
    item = _in_line(item_id)
    free = [each for each in names if each in item.corrected]
    if free:
        release(item, free)
        whose = {"item": item.name, "supplier_id": str(item.supplier_id)}
        audit.record(by.username, "item.released", str(item.id), **whose, fields=free)
        _settle(item, priced=bool({"price", "currency"} & set(free)))
    db.session.commit()
    return item


def _in_line(item_id: UUID) -> SupplierItem:
    """The item while no file of its supplier is being written: a file compares first and writes afterwards."""
    supplier_id = db.session.scalar(select(SupplierItem.supplier_id).where(SupplierItem.id == item_id))
    if supplier_id is not None:
        file_order.in_line(supplier_id)
    query = select(SupplierItem).where(SupplierItem.id == item_id).with_for_update()
    item = db.session.scalar(query.execution_options(populate_existing=True))
    if item is None:
        raise NotFound("There is no such item. It may have been removed with its supplier.")
    return item


def _settle(item: SupplierItem, *, priced: bool) -> None:
    if priced:
        locked.remember_price(item)
    comparable.refresh_items([item.id])
    if item.product_id:
        offers.refresh([item.product_id])
