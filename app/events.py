"""The outbox: an event is written in the transaction of what it tells of, with a delivery for each receiver of it.

So what was committed is told, and what was not never is. app/webhooks sends.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

import orjson
from sqlalchemy import text

from app import statements
from app.extensions import settings
from app.models.events import EventKind
from app.models.job import Job
from app.models.phase import Outcome

KINDS = {
    Outcome.SUCCESS: EventKind.APPLIED,
    Outcome.WARNINGS: EventKind.APPLIED,
    Outcome.HELD: EventKind.HELD,
    Outcome.FAILED: EventKind.FAILED,
    Outcome.UNDONE: EventKind.UNDONE,
}
COUNTS = ("items_total", "new_count", "changed_count", "vanished_count", "matches_found", "review_count", "error_count")

WRITE = text("""
    WITH told AS (
        INSERT INTO events (id, kind, data) VALUES (:id, :kind, CAST(:data AS jsonb)) RETURNING id, kind)
    INSERT INTO deliveries (event_id, receiver_id)
    SELECT told.id, receiver.id FROM told JOIN receivers AS receiver
        ON receiver.is_on AND (receiver.kinds = '{}' OR told.kind = ANY(receiver.kinds))
""")


def tell(kind: EventKind, data: Mapping[str, Any]) -> UUID:
    """Inside the caller's transaction; returns the event's id."""
    event = {"id": uuid4(), "kind": kind, "data": orjson.dumps(data, default=str).decode()}
    statements.run(WRITE, event)
    return event["id"]  # type: ignore[return-value]  # the one value that is no text


def tell_end(job: Job) -> None:
    """How a file ended, where that is news for other programs."""
    if job.outcome is None or (kind := KINDS.get(Outcome(job.outcome))) is None:
        return
    tell(kind, of_file(job) | ({name: getattr(job, name) for name in COUNTS} if kind is EventKind.APPLIED else {}))


def of_file(job: Job) -> dict[str, Any]:
    """What every event about a file says; what is null says nothing and is left out."""
    told = {
        "job_id": job.id,
        "supplier_id": job.supplier_id,
        "supplier": job.supplier_name,
        "list": job.list_name,
        "file": job.original_filename,
        "outcome": job.outcome,
        "reason": job.hold_reason if job.outcome == Outcome.HELD else job.error_message,
        "code": job.error_code,
        "link": f"{settings().public_url.rstrip('/')}/jobs/{job.id}",
    }
    return {name: value for name, value in told.items() if value not in (None, "")}
