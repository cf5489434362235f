"""Rows that a person corrected become items of a file that was applied without them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import text

from app import audit
from app.apply import commit, written_down
from app.apply.difference import Choice, narrow
from app.errors import BrokenResult, Conflict
from app.extensions import db
from app.jobs import board, lifecycle
from app.models.job import Job
from app.models.phase import Outcome

THEIR_SKUS = text("SELECT sku FROM staged WHERE new_id = ANY(CAST(:ids AS uuid[]))")
LOCKED = text("SELECT 1 FROM ingestion_jobs WHERE id = :id FOR UPDATE")


def apply_mended(job_id: UUID, *, actor: str) -> Job:
    """Apply the corrected rows alone. Raises Conflict: the file was not applied, or nothing is left to apply."""
    db.session.execute(LOCKED, {"id": job_id})
    job = lifecycle.get(job_id)
    if job.applied_at is None or job.outcome not in commit.APPLIED:
        raise Conflict("The corrections are kept. They are applied with the file, which is not applied yet.")
    try:
        staged, found = commit.take_in(job)
    except BrokenResult as error:
        raise Conflict(f"{error} The corrections are kept for the supplier's next list.") from error
    skus = db.session.scalars(THEIR_SKUS, {"ids": staged.mended}).all()
    facts = written_down.facts(staged, found)
    chosen = narrow(commit.whose(job), Choice(skus))
    if not chosen.differing:
        raise Conflict("Nothing is left to apply: corrections are applied, or left as a newer list says.")
    commit.write(job, chosen)
    audit.record(actor, "rows.applied", str(job_id), supplier_id=str(job.supplier_id), changes=chosen.differing)
    message = f"Corrected rows were applied by {actor}: {chosen.differing:,}."
    counts: dict[str, Any] = {name: facts[name] for name in ("items_total", "items_processed", "error_count")}
    counts |= {name: getattr(job, name) + getattr(chosen, name[:-6]) for name in ("new_count", "changed_count")}
    lifecycle.resettle(job_id, Outcome(job.outcome), expected=commit.APPLIED, message=message, actor=actor, **counts)
    db.session.commit()
    board.publish(job_id)
    return lifecycle.get(job_id)
