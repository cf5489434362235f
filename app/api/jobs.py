"""Jobs: list, look, wait, retry, cancel; a held file's difference and the word on it; undo."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from threading import BoundedSemaphore
from uuid import UUID

from flask import Response
from sqlalchemy import literal, select
from sqlalchemy.orm import defer

from app.api import cursors, shapes
from app.api import shapes_jobs as told
from app.api.job_answers import detail, job_shapes, log_shape
from app.api.routing import BUYERS, Router, answer
from app.apply import commit
from app.apply import undo as undoing
from app.catalog import keyset, public_questions
from app.errors import Invalid
from app.extensions import db
from app.jobs import bulk, lifecycle, queries
from app.jobs.job_filter import JobFilter
from app.models.catalog import ParsingLog
from app.models.job import Job
from app.models.user import User

router = Router("Jobs")

IN_THE_FILE = keyset.Order((ParsingLog.row_number,), ParsingLog.id)
NEWEST = keyset.Order((Job.created_at,), Job.id, down=True, nullable=False)
LOOK_EVERY = 0.2
#: waiting requests that may hold a thread of this process; further ones are answered as the job is, and ask again
WAITING = BoundedSemaphore(2)
ASK_AGAIN_SECONDS = 2


def newest(limit: int) -> Sequence[Job]:
    heavy = (Job.reading, Job.metrics, Job.response_headers, Job.error_details)
    query = select(Job).options(*(defer(column) for column in heavy))
    return db.session.scalars(query.order_by(Job.created_at.desc(), Job.id.desc()).limit(limit)).all()


@router.route("GET", "/admin/jobs", allow=BUYERS, query=told.JobsQuery, reply=told.JobsReply)
def list_jobs(query: told.JobsQuery) -> told.JobsReply:
    """Jobs, newest first; ``older`` and ``newer`` are the cursors of the neighbouring pages."""
    which = JobFilter(
        supplier_id=query.supplier_id,
        state=query.state or "",
        cause=query.cause or "",
        trigger=query.trigger or "",
        since=query.since,
        until=query.until,
        search=(query.search or "").strip(),
    )
    if query.updated_since is not None:
        part = cursors.page(query, queries.listed(which), NEWEST, touched=Job.updated_at, limit=query.limit)
        return told.JobsReply(**dict(part.told(job_shapes(part.entities))), older=None, newer=None)
    place, since = cursors.unseal(query, query.cursor) if query.cursor else ("", cursors.nothing_missed().isoformat())
    found = queries.page(which, cursor=place, limit=query.limit)
    older, newer = (cursors.seal(query, [each, since]) if each else None for each in (found.older, found.newer))
    return told.JobsReply(
        data=job_shapes(found.jobs),
        limit=query.limit,
        next=older,
        next_updated_since=datetime.fromisoformat(since),
        older=older,
        newer=newer,
    )


@router.route("GET", "/admin/jobs/<job_id>", allow=BUYERS, reply=told.JobDetail, errors=(404,))
def get_job(job_id: UUID) -> told.JobDetail:
    """One job with its file's hashes, how the file was read, and what happened to it."""
    return detail(lifecycle.get(job_id))


@router.route(
    "GET", "/admin/jobs/<job_id>/wait", allow=BUYERS, query=told.WaitQuery, reply=told.JobDetail, errors=(404,)
)
def wait_for_job(job_id: UUID, query: told.WaitQuery) -> Response:
    """Wait until the job has ended, or the time is up; answers with the job as it is then.

    Where many wait already the answer comes at once. Whenever the job has not ended, `Retry-After` says in how many
    seconds to ask again.
    """
    job = lifecycle.get(job_id)
    if job.is_active and WAITING.acquire(blocking=False):
        try:
            job = _waited_for(job_id, until=time.monotonic() + query.timeout)
        finally:
            WAITING.release()
    response = answer(detail(job), 200)
    if job.is_active:
        response.headers["Retry-After"] = str(ASK_AGAIN_SECONDS)
    return response


def _waited_for(job_id: UUID, *, until: float) -> Job:
    while (job := lifecycle.get(job_id)).is_active and time.monotonic() < until:
        db.session.rollback()  # gives the connection back while nobody looks
        time.sleep(LOOK_EVERY)
    return job


@router.route(
    "POST",
    "/admin/jobs/<job_id>/retry",
    body=told.RetryBody,
    body_needed=False,
    reply=told.RetryReply,
    status=202,
    errors=(404, 409, 503),
    frozen=True,
)
def retry_job(job_id: UUID, body: told.RetryBody, user: User) -> told.RetryReply:
    """Start a failed job again, with the file that is there if it still is."""
    job = lifecycle.retry(job_id, actor=user.username, force=body.force)
    return told.RetryReply(job_id=job.id, message="The job starts again.", retry_count=job.retry_count)


@router.route("POST", "/admin/jobs/<job_id>/cancel", allow=BUYERS, reply=shapes.Message, errors=(404, 409))
def cancel_job(job_id: UUID, user: User) -> shapes.Message:
    """End a job in any phase."""
    lifecycle.cancel(job_id, actor=user.username)
    return shapes.Message(message="The job was cancelled.")


@router.route("POST", "/admin/jobs/retry", body=told.BulkJobsBody, reply=told.BulkReply, status=202, errors=(503,))
def retry_jobs(body: told.BulkJobsBody, user: User) -> told.BulkReply:
    """Start every failed job of a cause, of a supplier, or of a list again."""
    count = bulk.retry_all(_which(body), user.username)
    return told.BulkReply(count=count, message=f"{count} jobs start again.")


@router.route("POST", "/admin/jobs/cancel", body=told.BulkJobsBody, reply=told.BulkReply)
def cancel_jobs(body: told.BulkJobsBody, user: User) -> told.BulkReply:
    """End every active job of a supplier or of a list."""
    count = bulk.cancel_all(_which(body), user.username)
    return told.BulkReply(count=count, message=f"{count} jobs were cancelled.")


@router.route(
    "GET",
    "/admin/jobs/<job_id>/changes",
    allow=BUYERS,
    query=told.ChangesQuery,
    reply=shapes.PageOf[told.ItemChangeShape],
    by_cursor=shapes.CursorPage[told.ItemChangeShape],
    errors=(404,),
)
def list_changes(
    job_id: UUID, query: told.ChangesQuery
) -> shapes.PageOf[told.ItemChangeShape] | shapes.CursorPage[told.ItemChangeShape]:
    """What the file changes, or changed: new, changed and vanished items.

    They are touched together, with their job: when the file is applied, approved, rejected or undone.
    """
    job = lifecycle.get(job_id)
    every = public_questions.changes(job.id, job.supplier_id, kind=query.kind, applied=query.applied)
    if query.by_cursor:
        order = keyset.Order((every.c.supplier_sku,), every.c.place, nullable=False)
        part = cursors.page(query, select(every), order, touched=literal(job.updated_at), limit=query.limit)
        return part.told([told.ItemChangeShape(**each) for each in part.named(every.c.keys())])
    found = public_questions.largest_changes(every, offset=query.offset, limit=query.limit)
    data = [told.ItemChangeShape.model_validate(each) for each in found.rows]
    return shapes.PageOf(total_count=found.total, page=query.page, limit=query.limit, data=data)


@router.route(
    "GET",
    "/admin/jobs/<job_id>/errors",
    allow=BUYERS,
    query=shapes.PagingOrCursor,
    reply=shapes.PageOf[told.LogShape],
    by_cursor=shapes.CursorPage[told.LogShape],
    errors=(404,),
)
def list_errors(
    job_id: UUID, query: shapes.PagingOrCursor
) -> shapes.PageOf[told.LogShape] | shapes.CursorPage[told.LogShape]:
    """Rows of the file that were not taken, with the supplier's own cells."""
    job = lifecycle.get(job_id)
    if query.by_cursor:
        rows, touched = public_questions.errors_query(job.id), ParsingLog.created_at
        part = cursors.page(query, rows, IN_THE_FILE, touched=touched, limit=query.limit)
        return part.told([log_shape(each, job.supplier_name) for each in part.entities])
    found = public_questions.row_errors(job.id, offset=query.offset, limit=query.limit)
    data = [log_shape(each, job.supplier_name) for each in found.rows]
    return shapes.PageOf(total_count=found.total, page=query.page, limit=query.limit, data=data)


@router.route(
    "POST",
    "/admin/jobs/<job_id>/approve",
    allow=BUYERS,
    body=told.ApproveBody,
    body_needed=False,
    reply=told.JobDetail,
    errors=(404, 409),
)
def approve_job(job_id: UUID, body: told.ApproveBody, user: User) -> told.JobDetail:
    """Apply a held file: all of it, some SKUs, all without some, or the changes up to a percentage."""
    return detail(commit.approve_held(job_id, actor=user.username, choice=body.choice()))


@router.route("POST", "/admin/jobs/<job_id>/reject", allow=BUYERS, reply=told.JobDetail, errors=(404, 409))
def reject_job(job_id: UUID, user: User) -> told.JobDetail:
    """Leave a held file unapplied for good."""
    return detail(commit.reject_held(job_id, actor=user.username))


@router.route("POST", "/admin/jobs/<job_id>/undo", allow=BUYERS, reply=told.UndoneReply, errors=(404, 409))
def undo_job(job_id: UUID, user: User) -> told.UndoneReply:
    """Take back what an applied file changed; what a person changed since is kept."""
    done = undoing.undo(job_id, actor=user.username)
    return told.UndoneReply(restored=done.restored, removed=done.removed, kept=done.kept, message=done.sentence)


def _which(body: told.BulkJobsBody) -> JobFilter:
    which = JobFilter(supplier_id=body.supplier_id, cause=body.cause or "", ids=frozenset(body.job_ids or ()))
    if which.is_empty:
        raise Invalid("Name the jobs: by job_ids, by cause, or by supplier_id.")
    return which
