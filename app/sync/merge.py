"""The plan brought to the suppliers: merged, never replaced, all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import structlog
from sqlalchemy import select

from app import audit
from app.extensions import db
from app.models.supplier import Supplier
from app.sync.plan import Change, Kind, Known, Plan, make_plan, read_sheet

log = structlog.get_logger()

COLUMNS = ("source_type",)


def plan_for(cells: Sequence[Sequence[str]]) -> Plan:
    """The sheet's cells against the suppliers as they are. Raises Invalid."""
    plan = make_plan(read_sheet(cells), known_suppliers())
    db.session.commit()
    return plan


def known_suppliers() -> list[Known]:
    return [
        Known(
            id=each.id,
            name=each.name,
            source_type=each.source_type,
            source_url=each.source_url,
            is_active=each.is_active,
            notes=each.notes,
            origin=each.origin,
            lists=each.kept_lists,
        )
        for each in db.session.scalars(select(Supplier).execution_options(populate_existing=True))
    ]


def apply(changes: Iterable[Change], *, actor: str | None) -> None:
    """Write the changes inside the caller's transaction. Keys of ``meta`` that the sheet does not know stay."""
    counts = dict.fromkeys(Kind, 0)
    for change in changes:
        counts[change.kind] += 1
        if change.kind is Kind.CREATE:
            db.session.add(_created(change))
            continue
        supplier = db.session.get(Supplier, change.supplier_id, populate_existing=True, with_for_update=True)
        if supplier is not None:
            _merge(supplier, change.after)
    db.session.flush()
    if any(counts.values()):
        audit.record(actor, "master_sheet.applied", "", **{kind.value: count for kind, count in counts.items()})
        log.info("master_sheet_applied", **{kind.value: count for kind, count in counts.items()})


def _created(change: Change) -> Supplier:
    meta = {name: value for name, value in change.after.items() if name not in COLUMNS}
    return Supplier(name=change.name, source_type=change.after["source_type"], meta=meta | {"origin": "sheet"})


def _merge(supplier: Supplier, after: Any) -> None:
    for column in COLUMNS:
        if column in after:
            setattr(supplier, column, after[column])
    supplier.meta = supplier.meta | {name: value for name, value in after.items() if name not in COLUMNS}
