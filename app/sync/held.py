"""A person's word about a Master Sheet whose changes were held."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select

from app import audit
from app.errors import CourierError, Decided, NotFound
from app.extensions import db
from app.models.supplier import Supplier
from app.models.sync import SyncRun
from app.sync import merge, run, standing
from app.sync.plan import Change, changes_from_json


def approve(run_id: UUID, actor: str) -> int:
    """Make exactly the changes that were held, and fetch the suppliers that came in. Returns how many changes."""
    held = _held(run_id)
    changes = changes_from_json((held.plan or {}).get("changes", []))
    merge.apply(changes, actor=actor)
    _decide(held, actor, "approved")
    for supplier_id in _to_fetch(changes):
        try:
            run.sync_supplier(supplier_id, actor)
        except CourierError:
            db.session.rollback()  # deleted meanwhile
    return len(changes)


def reject(run_id: UUID, actor: str) -> None:
    """Leave the suppliers as they are. The next sync asks again if the sheet still says the same."""
    _decide(_held(run_id), actor, "rejected")


def _held(run_id: UUID) -> SyncRun:
    found = db.session.get(SyncRun, run_id, populate_existing=True, with_for_update=True)
    if found is None:
        raise NotFound("There is no such sync.")
    if found.state != standing.HELD:
        raise Decided("This Master Sheet was decided on already.")
    newer = select(SyncRun.id).where(SyncRun.created_at > found.created_at, SyncRun.state == standing.HELD).limit(1)
    if db.session.scalar(newer) is not None:
        raise Decided("A later sync read the Master Sheet again. Decide on that one.")
    return found


def _decide(held: SyncRun, actor: str, word: str) -> None:
    held.plan = (held.plan or {}) | {"decision": word, "decided_by": actor, "decided_at": datetime.now(UTC).isoformat()}
    held.state = standing.COMPLETE
    audit.record(actor, f"master_sheet.{word}", held.task_id)
    db.session.commit()
    standing.project(standing.latest(), standing.progress_of(standing.latest()))


def _to_fetch(changes: list[Change]) -> list[UUID]:
    names = [each.name.lower() for each in changes if each.after.get("is_active")]
    return [each.id for each in db.session.scalars(select(Supplier)) if each.name.lower() in names and each.has_source]
