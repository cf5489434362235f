"""Unlinked items again, after the catalogue or the decisions changed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import orjson
import structlog
from redis import RedisError
from sqlalchemy import ColumnElement, func, select, text, true, tuple_

from app import audit, errands, office_settings
from app.analysis import client
from app.apply.staging import DETAILS
from app.catalog import offers, snapshot
from app.errands import DONE, FAILED, RUNNING
from app.errors import AnalysisStalled, AnalysisUnavailable, IngestError, Invalid, RedisUnavailable, UnderWay
from app.extensions import db, queue, settings
from app.feed.cause import because
from app.models.catalog import ItemMatch, SupplierItem
from app.models.feed import Cause
from app.volume import volume
from handoff import tracing
from handoff.api import AnalysisState, MergeRequest
from handoff.keys import article_number

log = structlog.get_logger()

RUN_REMATCH = "app.tasks.run_rematch"
TASK_SECONDS = 3600
#: unlinked items at a time, and linked ones of the same suppliers that they are matched among; the treaty takes 1,000
BATCH, COMPANY = 600, 400
LOOK_SECONDS = 0.5
PATIENCE_SECONDS = 600

# What was said of an item holds for the item as it was asked about: a file or a person may have changed it since.
APPLY = text("""
    UPDATE supplier_items AS i SET match_status = r.status::match_status, match_score = round(r.score, 2),
        match_candidates = r.candidates, updated_at = now(),
        product_id = CASE WHEN r.status = 'auto_matched' THEN p.id END
    FROM jsonb_to_recordset(CAST(:rows AS jsonb))
        AS r(id uuid, status text, product_id uuid, score numeric, candidates jsonb, stamp timestamptz)
    LEFT JOIN products AS p ON p.id = r.product_id
    WHERE i.id = r.id AND i.updated_at = r.stamp AND i.product_id IS NULL
      AND i.match_status IN ('unmatched', 'potential_match')
      AND (r.status = 'auto_matched' AND p.id IS NOT NULL OR r.status = 'potential_match')
    RETURNING i.id, i.match_status, i.product_id
""")

REVIEWS = text("""
    INSERT INTO match_review_queue (supplier_item_id, candidate_products, status, expires_at, top_score)
    SELECT id, coalesce(match_candidates, '[]'), 'pending', now() + :life, match_score
    FROM supplier_items WHERE id = ANY(:ids) AND match_status = 'potential_match'
    ON CONFLICT (supplier_item_id) DO UPDATE SET candidate_products = excluded.candidate_products, status = 'pending',
        expires_at = excluded.expires_at, top_score = excluded.top_score, reviewed_by = NULL, reviewed_at = NULL
    WHERE match_review_queue.candidate_products IS DISTINCT FROM excluded.candidate_products
""")

ANSWERED = text("""
    DELETE FROM match_review_queue WHERE supplier_item_id = ANY(:ids) AND status = 'pending'
      AND supplier_item_id IN (SELECT id FROM supplier_items WHERE match_status = 'auto_matched')
""")


@dataclass
class Rematched:
    """Counts of items."""

    asked: int = 0
    linked: int = 0
    review: int = 0

    @property
    def sentence(self) -> str:
        return f"{self.asked:,} items matched again: {self.linked:,} linked, {self.review:,} in review."


def request(supplier_id: UUID | None, *, actor: str) -> int:
    """Have a worker match the unlinked items again; returns how many there are. Raises Invalid, RedisUnavailable.

    The outcome is a line in the log that people read. Raises Conflict while one is under way.
    """
    count = unlinked(supplier_id)
    if not count:
        raise Invalid("Every item is linked already; there is nothing to match again.")
    if snapshot.current() is None:
        raise Invalid("The catalogue is empty. Import products first.")
    key = _key(supplier_id)
    if errands.is_running(key):
        raise UnderWay("These items are being matched again already. Wait for the line in the log.")
    entry = str(uuid4())
    errands.keep(key, {"state": RUNNING, "entry": entry}, by=actor)
    try:
        queue().enqueue(
            RUN_REMATCH,
            str(supplier_id or ""),
            actor,
            job_id=entry,
            job_timeout=TASK_SECONDS,
            result_ttl=0,
            meta=tracing.headers(),
        )
    except RedisError as error:
        db.session.rollback()
        raise RedisUnavailable("The queue is not reachable right now; try again in a minute.") from error
    db.session.commit()
    return count


def run(supplier_id: UUID | None, *, actor: str) -> None:
    """The queue's side of ``request``: the outcome, good or bad, goes to the log that people read."""
    try:
        with errands.under_way(_key(supplier_id)):
            message, is_error = rematch(supplier_id, actor=actor).sentence, False
    except (IngestError, Invalid) as error:
        db.session.rollback()
        message, is_error = f"Matching again ended early: {error}", True
    ended = {"state": FAILED, "error": message} if is_error else {"state": DONE}
    errands.keep(_key(supplier_id), ended, by=actor)
    errands.tell(_key(supplier_id), message, is_error=is_error)
    db.session.commit()


def problem() -> str:
    """Why the last one over all suppliers did not come to its end, a lost worker included; empty when it did."""
    kept = errands.find(_key(None))
    return str(kept.value.get("error", "")) if kept is not None and kept.value["state"] == FAILED else ""


def _key(supplier_id: UUID | None) -> str:
    return f"rematch:{supplier_id or 'all'}"


def unlinked(supplier_id: UUID | None = None) -> int:
    """How many items a re-match would look at."""
    query = select(func.count()).select_from(SupplierItem).where(_open(supplier_id))
    return db.session.scalar(query) or 0


def rematch(supplier_id: UUID | None = None, *, actor: str) -> Rematched:
    """Ask ml-analyze about every unlinked item, some hundred at a time. Links are never touched.

    Raises Invalid while the catalogue is empty, IngestError when ml-analyze cannot answer.
    """
    catalogue = snapshot.current()
    if catalogue is None:
        raise Invalid("The catalogue is empty. Import products first.")
    done, last = Rematched(), (UUID(int=0), UUID(int=0))
    place = tuple_(SupplierItem.supplier_id, SupplierItem.id)  # a supplier's items belong together
    while True:
        items = db.session.scalars(
            select(SupplierItem)
            .where(_open(supplier_id), place > last)
            .order_by(SupplierItem.supplier_id, SupplierItem.id)
            .limit(BATCH)
        ).all()
        if not items:
            break
        last = (items[-1].supplier_id, items[-1].id)
        stamps = {str(item.id): item.updated_at.isoformat() for item in items}
        company = _company(items)
        db.session.commit()  # nothing is held open while the other service is asked
        rows = [row | {"stamp": stamps.get(str(row["id"]))} for row in _ask([*items, *company], catalogue)]
        because(Cause.MATCHED)
        changed = db.session.execute(APPLY, {"rows": orjson.dumps(rows).decode()}).all()
        ids = [row.id for row in changed]
        life = timedelta(days=settings().match_review_expiration_days)
        db.session.execute(REVIEWS, {"ids": ids, "life": life})
        db.session.execute(ANSWERED, {"ids": ids})
        offers.refresh([row.product_id for row in changed if row.product_id])
        db.session.commit()
        done.asked += len(items)
        done.linked += sum(row.match_status == ItemMatch.AUTO_MATCHED for row in changed)
        done.review += sum(row.match_status == ItemMatch.POTENTIAL_MATCH for row in changed)
    audit.record(actor, "items.rematched", str(supplier_id or "all"), asked=done.asked, linked=done.linked)
    db.session.commit()
    return done


def _company(items: Sequence[SupplierItem]) -> Sequence[SupplierItem]:
    """Linked items of the same suppliers: they tell the list's currency and claim their products, and stay linked."""
    ids = {item.supplier_id for item in items}
    suppliers = select(func.unnest(list(ids)).label("id")).subquery()
    some = (
        select(SupplierItem.id)
        .where(SupplierItem.supplier_id == suppliers.c.id, SupplierItem.product_id.is_not(None))
        .order_by(SupplierItem.id)
        .limit(max(1, COMPANY // len(ids)))
        .lateral()
    )
    linked = select(some.c.id).select_from(suppliers.join(some, true())).limit(COMPANY)
    return db.session.scalars(select(SupplierItem).where(SupplierItem.id.in_(linked))).all()


def _open(supplier_id: UUID | None) -> ColumnElement[bool]:
    condition = SupplierItem.product_id.is_(None)
    return condition & (SupplierItem.supplier_id == supplier_id) if supplier_id else condition


def _ask(items: Sequence[SupplierItem], catalogue: snapshot.Snapshot) -> list[dict[str, object]]:
    """Rows on the volume to ml-analyze and back; one dict {id, status, product_id, score, candidates} an item."""
    target = volume().results_target(f"rematch-{uuid4()}")
    with volume().reserve(None) as incoming:
        for item in items:
            incoming.write(orjson.dumps(_row(item)) + b"\n")
        incoming.place(target)
    question = MergeRequest(
        items_path=volume().told(target),
        catalog_path=volume().told(catalogue.path),
        catalog_version=catalogue.version,
        limit=len(items),
        thresholds=office_settings.thresholds(),
    )
    job_id = client.merge(question).job_id
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        status = client.status(job_id)
        if status.status == AnalysisState.FAILED:
            raise AnalysisUnavailable("; ".join(status.errors) or "ml-analyze could not match the items again.")
        if status.status == AnalysisState.COMPLETED and status.result_path:
            lines = volume().inside(status.result_path).read_bytes().splitlines()
            found = [row for row in map(orjson.loads, lines) if row.get("match")]
            return [{"id": row["id"]} | row["match"] for row in found]
        time.sleep(LOOK_SECONDS)
    raise AnalysisStalled(
        f"ml-analyze did not finish matching {BATCH} items again within {PATIENCE_SECONDS // 60} minutes."
    )


def _row(item: SupplierItem) -> dict[str, object]:
    """All that the item's line in a result file says, or it would match worse the second time."""
    details = item.characteristics
    return {
        "id": str(item.id),
        "name": item.name,
        "sku": item.list_sku or article_number(item.supplier_sku),
        "row_key": item.supplier_sku,
        "price": str(item.current_price) if item.current_price is not None else None,
        "currency": item.currency,
        "supplier_id": str(item.supplier_id),
        **{name: details[name] for name in DETAILS if details.get(name)},
        "characteristics": details,
    }
