"""What of a supplier's lists is not wanted: it leaves at once, and again from each list before anything is matched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from pydantic import ValidationError
from sqlalchemy import func, select, update

from app import audit
from app.catalog import offers
from app.errors import Invalid, NotFound
from app.extensions import db
from app.models.catalog import SupplierItem
from app.models.supplier import Supplier
from app.suppliers import editing
from handoff.exclusions import LONGEST, Exclusion

MOST = 100
BATCH = 5000


@dataclass(frozen=True)
class Kept:
    """An exclusion with who made it; ``left``: how many items left with it."""

    id: str
    rule: Exclusion
    by: str
    at: datetime
    left: int


def of_supplier(supplier: Supplier) -> list[Kept]:
    return [
        Kept(each["id"], Exclusion.model_validate(each), each["by"], datetime.fromisoformat(each["at"]), each["left"])
        for each in supplier.exclusions
    ]


def add(supplier_id: UUID, field: str, pattern: str, *, actor: str) -> int:
    """Keep the exclusion; what it fits is no longer on offer. Returns how many items that were. Raises Invalid."""
    rule = _rule(field, pattern)
    supplier = editing.get(supplier_id, lock=True)
    kept = supplier.exclusions
    if len(kept) >= MOST:
        raise Invalid(f"A supplier takes at most {MOST} exclusions. Use a * that covers several.")
    if any(each["field"] == rule.field and each["pattern"].casefold() == rule.pattern.casefold() for each in kept):
        raise Invalid("This is excluded already.")
    left = _leave(supplier, rule)
    made = rule.model_dump() | {"id": str(uuid4()), "by": actor, "at": datetime.now(UTC).isoformat(), "left": left}
    _keep(supplier, [*kept, made])
    audit.record(
        actor, "supplier.exclusion_added", supplier.name, supplier_id=str(supplier.id), items=left, **rule.model_dump()
    )
    db.session.commit()
    return left


def take_back(supplier_id: UUID, exclusion_id: str, *, actor: str) -> Exclusion:
    """What it kept out comes again with the next list, even with one that has not changed. Raises NotFound."""
    supplier = editing.get(supplier_id, lock=True)
    gone = [each for each in supplier.exclusions if each["id"] == exclusion_id]
    if not gone:
        db.session.rollback()
        raise NotFound("There is no such exclusion any more.")
    _keep(supplier, [each for each in supplier.exclusions if each["id"] != exclusion_id])
    rule = Exclusion.model_validate(gone[0])
    audit.record(actor, "supplier.exclusion_removed", supplier.name, supplier_id=str(supplier.id), **rule.model_dump())
    db.session.commit()
    return rule


def _rule(field: str, pattern: str) -> Exclusion:
    pattern = " ".join(pattern.split())
    if not pattern.strip("* "):
        raise Invalid("Write what is not wanted; a * stands for anything, but not for everything.")
    if len(pattern) > LONGEST:
        raise Invalid(f"An exclusion has at most {LONGEST} characters.")
    try:
        return Exclusion.model_validate({"field": field, "pattern": pattern})
    except ValidationError as error:
        raise Invalid("Exclude a category, a brand or a name.") from error


def _keep(supplier: Supplier, exclusions: list[dict[str, Any]]) -> None:
    now = datetime.now(UTC).isoformat()
    supplier.meta = supplier.meta | {"exclusions": exclusions, "exclusions_changed_at": now}


def _leave(supplier: Supplier, rule: Exclusion) -> int:
    """The items that are on offer and fit are so no longer; they stay with their links and prices."""
    found = (
        select(SupplierItem.id, SupplierItem.name, SupplierItem.characteristics)
        .where(SupplierItem.supplier_id == supplier.id, SupplierItem.is_available)
        .execution_options(yield_per=BATCH)
    )
    ids = [
        item_id
        for item_id, name, known in db.session.execute(found)
        if rule.fits({"name": name, "characteristics": known})
    ]
    for some in (ids[at : at + BATCH] for at in range(0, len(ids), BATCH)):
        _take_off(some)
    return len(ids)


def _take_off(ids: Sequence[UUID]) -> None:
    gone = (
        update(SupplierItem)
        .where(SupplierItem.id.in_(ids))
        .values(is_available=False, lists=[], updated_at=func.now())
        .returning(SupplierItem.product_id)
        .execution_options(synchronize_session=False)
    )
    offers.refresh([each for each in set(db.session.scalars(gone)) if each])
