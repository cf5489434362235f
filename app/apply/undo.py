"""Take back what a file changed, except where somebody changed it since."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app import audit
from app.apply import file_order, locked
from app.catalog import offers
from app.errors import Conflict
from app.extensions import db
from app.feed.cause import because
from app.jobs import board, lifecycle
from app.models.feed import Cause
from app.models.phase import Outcome
from app.money import comparable

# A newer file may have said what this one said and so have written nothing; a newer whole list speaks of every item.
# Otherwise an item is as the file left it when the file's job was the last to write it and no person touched it after.
MARK_KEPT = text("""
    UPDATE item_changes AS c SET undone = CASE
        WHEN i.id IS NULL THEN 'kept: deleted since'
        WHEN i.job_id IS DISTINCT FROM c.job_id OR (:everything OR hashtextextended(i.supplier_sku, 0) IN (
            SELECT unnest(keys) FROM said_items WHERE job_id = ANY(:said))) THEN 'kept: changed by a newer file'
        ELSE 'kept: edited by a person' END
    FROM item_changes AS own LEFT JOIN supplier_items AS i ON i.id = own.supplier_item_id
    WHERE c.id = own.id AND c.job_id = :job_id AND c.applied
      AND (i.id IS NULL OR i.job_id IS DISTINCT FROM c.job_id OR i.edited_at > :applied_at
        OR (:everything OR hashtextextended(i.supplier_sku, 0) IN (
            SELECT unnest(keys) FROM said_items WHERE job_id = ANY(:said))))
""")

RESTORE = text("""
    UPDATE supplier_items AS i SET
        name = coalesce(c.before->>'name', i.name),
        current_price = CASE WHEN c.kind = 'changed' THEN (c.before->>'price')::numeric ELSE i.current_price END,
        currency = CASE WHEN c.kind = 'changed' THEN c.before->>'currency' ELSE i.currency END,
        is_available = (c.before->>'is_available')::boolean,
        characteristics = coalesce(c.before->'characteristics', i.characteristics),
        conditions = coalesce(c.before->'conditions', i.conditions),
        prices = coalesce(c.before->'prices', i.prices),
        file_sha256 = CASE WHEN c.kind = 'changed' THEN c.before->>'file_sha256' ELSE i.file_sha256 END,
        source_sheet = CASE WHEN c.kind = 'changed' THEN c.before->>'source_sheet' ELSE i.source_sheet END,
        source_page = CASE WHEN c.kind = 'changed' THEN (c.before->>'source_page')::int ELSE i.source_page END,
        source_row = CASE WHEN c.kind = 'changed' THEN (c.before->>'source_row')::int ELSE i.source_row END,
        source_cells = coalesce(c.before->'source_cells', i.source_cells),
        source_text = coalesce(c.before->'source_text', i.source_text),
        lists = CASE WHEN c.before ? 'lists' THEN ARRAY(SELECT jsonb_array_elements_text(c.before->'lists'))
            ELSE i.lists END,
        job_id = (c.before->>'job_id')::uuid,
        updated_at = now()
    FROM item_changes AS c
    WHERE c.job_id = :job_id AND c.applied AND c.undone IS NULL AND i.id = c.supplier_item_id
""")

FORGET_PRICES = text("""
    DELETE FROM price_history AS h USING item_changes AS c
    WHERE h.job_id = :job_id AND c.job_id = :job_id AND c.undone IS NULL AND h.supplier_item_id = c.supplier_item_id
""")

MARK_RESTORED = text("""
    UPDATE item_changes SET undone = 'restored' WHERE job_id = :job_id AND applied AND undone IS NULL
""")

REMOVE_NEW = text("""
    DELETE FROM supplier_items AS i
    WHERE i.first_job_id = :job_id AND i.job_id = :job_id AND i.match_status <> 'verified_match'
      AND i.corrected = '{}'
      AND (i.edited_at IS NULL OR i.edited_at <= :applied_at)
      AND NOT (:everything OR hashtextextended(i.supplier_sku, 0) IN (
            SELECT unnest(keys) FROM said_items WHERE job_id = ANY(:said)))
""")

KEPT_NEW = text("SELECT count(*) FROM supplier_items WHERE supplier_id = :supplier_id AND first_job_id = :job_id")


@dataclass(frozen=True)
class Undone:
    """Counts of items: taken back as they were, removed because the file had brought them, and kept."""

    restored: int
    removed: int
    kept: int
    #: older files that were applied after this one, and may have left items as it had them
    older: int = 0

    @property
    def sentence(self) -> str:
        kept = f" {self.kept} were kept, because somebody changed them since." if self.kept else ""
        items = "1 item" if self.restored == 1 else f"{self.restored} items"
        older = f" Read again what came before it and was applied after it ({self.older})." if self.older else ""
        return f"{items} restored, {self.removed} removed.{kept}{older}"


def undo(job_id: UUID, *, actor: str) -> Undone:
    """Raises Conflict when the file was never applied or is undone already."""
    db.session.execute(text("SELECT 1 FROM ingestion_jobs WHERE id = :id FOR UPDATE"), {"id": job_id})
    job = lifecycle.get(job_id)
    if job.applied_at is None or job.outcome not in (Outcome.SUCCESS, Outcome.WARNINGS):
        db.session.rollback()
        raise Conflict("Only a file that was applied can be undone.")
    file_order.in_line(job.supplier_id)
    because(Cause.UNDONE)
    newer = file_order.newer_than(job)
    which: dict[str, Any] = {"job_id": job_id, "applied_at": job.applied_at, "supplier_id": job.supplier_id}
    which |= {"said": list(newer.said), "everything": newer.everything}
    products = _products(job.supplier_id)
    kept = _count(db.session.execute(MARK_KEPT, which))
    db.session.execute(FORGET_PRICES, which)
    locks = locked.remember(job_id)
    restored = _count(db.session.execute(RESTORE, which))
    locked.put_back(locks)
    db.session.execute(MARK_RESTORED, which)
    removed = _count(db.session.execute(REMOVE_NEW, which))
    kept += db.session.scalar(KEPT_NEW, which) or 0
    if job.supplier_id:
        comparable.refresh_supplier(job.supplier_id)
    offers.refresh(products)
    done = Undone(restored=restored, removed=removed, kept=kept, older=file_order.overtaken_by(job))
    counts = {"restored": restored, "removed": removed, "kept": kept}
    audit.record(actor, "job.undone", str(job_id), supplier_id=str(job.supplier_id), **counts)
    lifecycle.resettle(
        job_id,
        Outcome.UNDONE,
        expected=[Outcome.SUCCESS, Outcome.WARNINGS],
        message=f"Undone by {actor}. {done.sentence}",
        actor=actor,
    )
    db.session.commit()
    board.publish(job_id)
    return done


def _products(supplier_id: UUID | None) -> list[UUID]:
    """Asked before the file's items go, because afterwards nothing leads to their products."""
    if supplier_id is None:
        return []
    return [each for each in db.session.scalars(offers.of_supplier(supplier_id).distinct()) if each]


def _count(result: object) -> int:
    return int(result.rowcount)  # type: ignore[attr-defined]
