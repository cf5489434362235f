"""What other programs hear of a file beside that it was applied: prices that moved far, matches that wait."""

from __future__ import annotations

from sqlalchemy import text

from app import events
from app.apply.difference import Difference
from app.extensions import db, settings
from app.models.events import EventKind
from app.models.job import Job

MOST_NAMED = 100
MOVED = text("""
    SELECT supplier_item_id AS item_id, c.supplier_sku, c.name, i.product_id, c.old_price, c.new_price, i.currency,
        round(c.change_percent::numeric, 2)::float AS change_percent, count(*) OVER () AS altogether
    FROM item_changes AS c JOIN supplier_items AS i ON i.id = c.supplier_item_id
    WHERE c.job_id = :job_id AND c.applied AND abs(c.change_percent) > :percent
    ORDER BY abs(c.change_percent) DESC, c.id LIMIT :most
""")


def tell(job: Job, found: Difference) -> None:
    """Inside the transaction that applies the file, after its items are written."""
    about = {"job_id": job.id, "supplier_id": job.supplier_id, "supplier": job.supplier_name}
    if found.asks:
        events.tell(EventKind.REVIEW, about | {"waiting": found.asks})
    if not found.repriced:
        return
    percent = settings().event_price_move_percent
    rows = db.session.execute(MOVED, {"job_id": job.id, "percent": percent, "most": MOST_NAMED}).mappings().all()
    if rows:
        items = [{name: value for name, value in row.items() if name != "altogether"} for row in rows]
        told = {"beyond_percent": percent, "moved": rows[0]["altogether"], "items": items}
        events.tell(EventKind.MOVED, about | told)
