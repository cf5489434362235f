"""The order of a supplier's files: an older one that gets ready late changes only what no newer one has said.

Files are ordered by when they came: an upload when it was accepted, a fetched one when its fetch began. Every way into
the items (a first apply, a retry, an approval, an adoption, a reading again, an undo) asks here, so that files applied
in whatever order end as if they had been applied in the order they came. See ADR 65.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from app import statements
from app.extensions import db
from app.models.job import Job

# Two files of a supplier never write at the same time, whoever lets them: steps, people's approvals, undo.
IN_LINE = text("SELECT pg_advisory_xact_lock(hashtextextended(:supplier_id, 65))")

# A source that shows its former file again says once more what that file said, against other files of its own.
NEWER = text("""
    SELECT coalesce(said.job_id, newer.id) AS id, newer.replaces_all AND newer.list_name = own.list_name AS everything,
        said.job_id IS NULL AS unknown
    FROM ingestion_jobs AS own
    JOIN ingestion_jobs AS newer ON newer.supplier_id = own.supplier_id
        AND (newer.came_at, newer.created_at, newer.id) > (own.came_at, own.created_at, own.id)
    JOIN ingestion_jobs AS source ON source.supplier_id = own.supplier_id AND CASE WHEN newer.outcome = 'unchanged'
        THEN source.sha256 = newer.sha256
            AND source.source_url = newer.source_url AND newer.source_url = own.source_url AND source.id <> own.id
        ELSE source.id = newer.id END
    LEFT JOIN said_items AS said ON said.job_id = source.id
    WHERE own.id = :job_id AND source.applied_at IS NOT NULL AND source.outcome IN ('success', 'warnings')
""")

OVERTAKEN = text("""
    SELECT count(*) FROM ingestion_jobs AS own JOIN ingestion_jobs AS older ON older.supplier_id = own.supplier_id
        AND (older.came_at, older.created_at, older.id) < (own.came_at, own.created_at, own.id)
    WHERE own.id = :job_id AND older.applied_at > own.applied_at AND older.outcome IN ('success', 'warnings')
""")

LEAVE = (
    text("""
        DELETE FROM staged USING (SELECT unnest(keys) AS key FROM said_items WHERE job_id = ANY(:ids)) AS said
        WHERE hashtextextended(staged.sku, 0) = said.key
    """),
    text("""
        DELETE FROM staged_vanished AS gone
        USING (SELECT unnest(keys) AS key FROM said_items WHERE job_id = ANY(:ids)) AS said
        WHERE hashtextextended(gone.sku, 0) = said.key
    """),
)
LEAVE_ALL = (text("DELETE FROM staged"), text("DELETE FROM staged_vanished"))

KEEP = text("""
    INSERT INTO said_items (job_id, keys)
    SELECT :job_id, coalesce(array_agg(hashtextextended(sku, 0)), '{}') FROM staged
    ON CONFLICT (job_id) DO UPDATE SET keys = ARRAY(
        SELECT unnest(said_items.keys) UNION SELECT unnest(excluded.keys))
""")


@dataclass(frozen=True)
class Newer:
    """Applied files that came after one of ours, in ``said``.

    ``everything``: one of them was a whole list; ``unknown``: of one, applied by an earlier version, it was not kept.
    """

    said: Sequence[UUID] = ()
    everything: bool = False
    unknown: bool = False

    def __bool__(self) -> bool:
        return bool(self.said)


def in_line(supplier_id: UUID | None) -> None:
    """Wait until no other file of the supplier is being written; until the transaction's end nobody else is."""
    statements.run(IN_LINE, {"supplier_id": str(supplier_id)})


def newer_than(job: Job) -> Newer:
    """What was applied of files that came later. Ask it in line."""
    rows = statements.run(NEWER, {"job_id": job.id})
    return Newer([row.id for row in rows], any(row.everything for row in rows), any(row.unknown for row in rows))


def leave_to(newer: Newer) -> None:
    """Take out of the staged items and of the vanished ones what a newer file has said."""
    for statement in LEAVE_ALL if newer.everything or newer.unknown else LEAVE:
        statements.run(statement, {"ids": list(newer.said)})


def overtaken_by(job: Job) -> int:
    """How many older files were applied after this one, and may have left items to it."""
    return db.session.scalar(OVERTAKEN, {"job_id": job.id}) or 0


def keep_said(job: Job) -> None:
    """Remember which items this file has said: what is staged now, and what was applied of it before."""
    statements.run(KEEP, {"job_id": job.id})


def told(left: int) -> str:
    """The sentence about items that were left as newer files have them; empty for none."""
    if not left:
        return ""
    return f"This file is older than one that was applied before it; items left as that one says: {left}."
