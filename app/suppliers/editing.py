"""Create, change and delete suppliers; the pages and the API call these.

One room: every change a person makes to a supplier, each a few lines and an entry of the audit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app import audit
from app.apply.thresholds import OwnLimits
from app.errors import Conflict, InUse, NotFound
from app.extensions import db, settings
from app.jobs import lifecycle
from app.models.catalog import SupplierItem
from app.models.job import Job
from app.models.phase import SETTLED
from app.models.supplier import Supplier
from app.suppliers import secrets, wastebin
from app.suppliers.fields import PriceListFields, SupplierChanges, SupplierFields
from handoff.api import Hints

__all__ = [
    "Deleted",
    "SupplierChanges",
    "SupplierFields",
    "add_list",
    "create",
    "delete",
    "get",
    "item_counts",
    "keep_price_column",
    "remove_list",
    "set_guard",
    "set_hints",
    "set_ml",
    "set_ml_many",
    "set_secret_headers",
    "update",
]

#: fields of the forms that are keys of ``meta``, not columns
META_FIELDS = (
    "source_url",
    "is_active",
    "notes",
    "sheet_name",
    "default_currency",
    "cadence_days",
    "replaces_all",
    "lists",
)


@dataclass(frozen=True)
class Deleted:
    """What went into the bin with a supplier."""

    id: UUID
    name: str
    items: int
    products: int

    @property
    def message(self) -> str:
        items = "1 item" if self.items == 1 else f"{self.items} items"
        drafts = "1 draft" if self.products == 1 else f"{self.products} drafts"
        days = settings().supplier_bin_days
        return f"Supplier {self.name} was deleted with {items} and {drafts}; it can be brought back for {days} days."


def get(supplier_id: UUID, *, lock: bool = False) -> Supplier:
    """Raises NotFound. ``lock`` holds the row until the commit, so that no change of ``meta`` is lost."""
    query = select(Supplier).where(Supplier.id == supplier_id).execution_options(populate_existing=True)
    supplier = db.session.scalar(query.with_for_update() if lock else query)
    if supplier is None:
        raise NotFound("There is no such supplier.")
    return supplier


def create(fields: SupplierFields, actor: str) -> Supplier:
    """Insert a hand-made supplier. Raises Conflict when the name is taken, whatever its case."""
    said = fields.model_dump(mode="json")
    meta = {name: value for name in META_FIELDS if (value := said[name]) is not None}
    supplier = Supplier(name=fields.name, source_type=fields.source_type, contact_email=fields.contact_email, meta=meta)
    supplier.meta = meta | {"origin": "hand"} | _ml_facts(fields.use_ml_processing, actor, "")
    db.session.add(supplier)
    _flush_name(fields.name)
    audit.record(actor, "supplier.created", fields.name, supplier_id=str(supplier.id), ml=fields.use_ml_processing)
    db.session.commit()
    return supplier


def update(supplier_id: UUID, fields: SupplierChanges, actor: str) -> Supplier:
    """Change the fields that were sent. Raises NotFound, Conflict."""
    supplier = get(supplier_id, lock=True)
    said = fields.model_dump(mode="json")
    sent = {name: said[name] for name in fields.model_fields_set}
    meta = dict(supplier.meta)
    for name in META_FIELDS:
        if name in sent:
            meta[name] = sent[name]
    if "use_ml_processing" in sent and sent["use_ml_processing"] != supplier.wants_ml:
        meta |= _ml_facts(sent["use_ml_processing"], actor, "")
    supplier.meta = {name: value for name, value in meta.items() if value is not None}
    for column in ("name", "source_type", "contact_email"):
        if column in sent:
            setattr(supplier, column, sent[column])
    _flush_name(supplier.name)
    audit.record(actor, "supplier.changed", supplier.name, supplier_id=str(supplier.id), fields=sorted(sent))
    db.session.commit()
    return supplier


def delete(supplier_id: UUID, actor: str, *, with_drafts: bool = False) -> Deleted:
    """Put the supplier and its items into the bin; cancel its running jobs.

    Products stay: a person imported or made them. ``with_drafts`` takes those along that are drafts of its own items.
    """
    _cancel_jobs(supplier_id, actor)
    supplier = get(supplier_id, lock=True)
    name = supplier.name
    drafts = [each.id for each in wastebin.contents(supplier_id).drafts] if with_drafts else []
    items = wastebin.put(supplier, drafts=drafts, actor=actor)
    deleted = Deleted(supplier_id, name, items, len(drafts))
    audit.record(actor, "supplier.deleted", name, supplier_id=str(supplier_id), items=items, products=len(drafts))
    db.session.commit()
    return deleted


def set_ml(supplier_id: UUID, on: bool, actor: str, reason: str = "") -> Supplier:
    """Send the supplier's next files through ml-analyze, or through the legacy pipeline."""
    supplier = get(supplier_id, lock=True)
    supplier.meta = supplier.meta | _ml_facts(on, actor, reason)
    audit.record(actor, "supplier.ml_switched", supplier.name, supplier_id=str(supplier.id), on=on, reason=reason)
    db.session.commit()
    return supplier


def set_ml_many(supplier_ids: Iterable[UUID], on: bool, actor: str, reason: str = "") -> int:
    """The same for many; those that are gone are passed over. Returns how many were switched."""
    switched = 0
    for supplier_id in supplier_ids:
        try:
            set_ml(supplier_id, on, actor, reason)
        except NotFound:
            db.session.rollback()
        else:
            switched += 1
    return switched


def set_hints(supplier_id: UUID, hints: Hints, actor: str) -> Supplier:
    """Keep a person's corrections of how the supplier's files are read; empty hints forget them."""
    supplier = get(supplier_id, lock=True)
    kept = hints.model_dump(mode="json", exclude_defaults=True)
    meta = {name: value for name, value in supplier.meta.items() if name != "hints"}
    supplier.meta = meta | ({"hints": kept} if kept else {})
    audit.record(actor, "supplier.hints_set", supplier.name, supplier_id=str(supplier.id), hints=kept)
    db.session.commit()
    return supplier


def keep_price_column(supplier_id: UUID, header: str, actor: str) -> Supplier:
    """Keep a person's word that the price stands under ``header``: later lists with it are not asked about again."""
    supplier = get(supplier_id, lock=True)
    kept = [each for each in supplier.price_columns if each != header]
    supplier.meta = supplier.meta | {"price_columns": [*kept, header]}
    audit.record(actor, "supplier.price_confirmed", supplier.name, supplier_id=str(supplier.id), header=header)
    db.session.commit()
    return supplier


def set_guard(supplier_id: UUID, own: OwnLimits, actor: str) -> Supplier:
    """Give a supplier limits of its own beside those of the installation; what is None follows the latter."""
    supplier = get(supplier_id, lock=True)
    kept = own.model_dump(exclude_none=True)
    meta = {name: value for name, value in supplier.meta.items() if name != "guard"}
    supplier.meta = meta | ({"guard": kept} if kept else {})
    audit.record(actor, "supplier.guard_set", supplier.name, supplier_id=str(supplier.id), **kept)
    db.session.commit()
    return supplier


def add_list(supplier_id: UUID, added: PriceListFields, actor: str) -> Supplier:
    """A further price list beside the main one. Raises NotFound, Conflict when its name is taken."""
    supplier = get(supplier_id, lock=True)
    lists = supplier.kept_lists
    if any(each["name"].casefold() == added.name.casefold() for each in lists):
        db.session.rollback()
        raise InUse(f"There is already a list named {added.name}.", details={"name": "Already in use."})
    supplier.meta = supplier.meta | {"lists": [*lists, added.model_dump(mode="json")]}
    audit.record(actor, "supplier.list_added", supplier.name, supplier_id=str(supplier_id), list=added.name)
    db.session.commit()
    return supplier


def remove_list(supplier_id: UUID, name: str, actor: str) -> Supplier:
    """Forget a list: it is no longer fetched, and its items stay as they are. Raises NotFound."""
    supplier = get(supplier_id, lock=True)
    lists = supplier.kept_lists
    left = [each for each in lists if each["name"] != name]
    if len(left) == len(lists):
        db.session.rollback()
        raise NotFound("The supplier has no such list.")
    supplier.meta = supplier.meta | {"lists": left}
    audit.record(actor, "supplier.list_removed", supplier.name, supplier_id=str(supplier_id), list=name)
    db.session.commit()
    return supplier


def set_secret_headers(supplier_id: UUID, headers: dict[str, str], actor: str) -> Supplier:
    """Replace the credentials sent to the source; an empty mapping removes them. Raises Invalid."""
    supplier = get(supplier_id, lock=True)
    supplier.secret_headers = secrets.seal(headers)
    audit.record(actor, "supplier.headers_set", supplier.name, supplier_id=str(supplier.id), names=sorted(headers))
    db.session.commit()
    return supplier


def item_counts(supplier_ids: Iterable[UUID]) -> dict[UUID, int]:
    """How many items each of these suppliers has; those without are left out."""
    query = select(SupplierItem.supplier_id, func.count()).group_by(SupplierItem.supplier_id)
    rows = db.session.execute(query.where(SupplierItem.supplier_id.in_(list(supplier_ids))))
    return dict(rows.all())


def _ml_facts(on: bool, actor: str, reason: str) -> dict[str, Any]:
    facts: dict[str, Any] = {"use_ml_processing": on, "ml_processing_by": actor, "ml_processing_reason": reason}
    return facts | ({"ml_processing_enabled_at": datetime.now(UTC).isoformat()} if on else {})


def _flush_name(name: str) -> None:
    try:
        db.session.flush()
    except IntegrityError as error:
        db.session.rollback()
        raise InUse(f"There is already a supplier named {name}.", details={"name": "Already in use."}) from error


def _cancel_jobs(supplier_id: UUID, actor: str) -> None:
    running = select(Job.id).where(Job.supplier_id == supplier_id, Job.phase.not_in(SETTLED))
    for job_id in db.session.scalars(running).all():
        try:
            lifecycle.cancel(job_id, actor=actor)
        except Conflict:  # it has just ended
            db.session.rollback()
