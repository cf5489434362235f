"""A job as the routes tell it: from its row, its picture and its events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.api import shapes_jobs as told
from app.courier import file_names
from app.extensions import db
from app.jobs import queries
from app.jobs.progress import Picture, pictures
from app.models.catalog import ParsingLog
from app.models.job import Job, status_of
from app.models.phase import Phase


def job_fields(picture: Picture, error_details: list[Any]) -> dict[str, Any]:
    job = picture.job
    return {
        "job_id": job.id,
        "supplier_id": job.supplier_id,
        "supplier_name": job.supplier_name,
        "phase": job.phase,
        "status": status_of(job),
        "download_progress": _download(picture),
        "analysis_progress": _analysis(picture),
        "file_type": file_names.kind_of(job.original_filename or "", source_type=job.file_type or job.source_type),
        "error": job.error_message,
        "error_details": error_details,
        "can_retry": job.can_retry,
        "retry_count": job.retry_count,
        "max_retries": job.max_retries,
        "created_at": job.created_at,
        "started_at": job.started_at,
        "completed_at": job.completed_at,
        "task_id": job.task_id,
        "trigger": job.trigger,
        "pipeline": job.pipeline,
        "outcome": job.outcome,
        "error_code": job.error_code,
        "waiting_for": job.waiting_for,
        "waits_for": job.away,
        "waits_since": job.away_since,
        "hold_reason": job.hold_reason,
        "file_name": job.original_filename,
        "sync_run_id": job.sync_run_id,
        "elapsed_seconds": picture.elapsed,
    }


def job_shapes(jobs: Sequence[Job]) -> list[told.JobShape]:
    """One query for the details of errors, one round trip for live progress."""
    ids = [job.id for job in jobs]
    rows = db.session.execute(select(Job.id, Job.error_details).where(Job.id.in_(ids)))
    details: dict[UUID, list[Any]] = dict(rows.all())
    return [told.JobShape(**job_fields(each, details.get(each.id) or [])) for each in pictures(jobs)]


def log_shape(line: ParsingLog, supplier_name: str | None) -> told.LogShape:
    return told.LogShape(
        id=line.id,
        task_id=line.task_id,
        supplier_id=line.supplier_id,
        supplier_name=supplier_name,
        error_type=line.error_type,
        error_message=line.error_message,
        row_number=line.row_number,
        created_at=line.created_at,
        job_id=line.job_id,
        level=line.level,
        service=line.service,
        row_data=line.row_data,
    )


def detail(job: Job) -> told.JobDetail:
    picture = pictures([job])[0]
    events = [told.EventShape.model_validate(each) for each in queries.events(job.id)]
    return told.JobDetail(
        **job_fields(picture, job.error_details),
        file=told.JobFile(
            name=job.original_filename,
            size=job.file_size,
            sha256=job.sha256,
            md5=job.md5,
            source_url=job.source_url,
            mime_type=job.mime_type,
            verified_at=job.verified_at,
        ),
        counts=told.JobCounts(
            new=job.new_count, changed=job.changed_count, unchanged=job.unchanged_count, vanished=job.vanished_count
        ),
        matched_by=job.matched_by,
        reading=job.reading,
        metrics=job.metrics,
        events=events,
    )


def _download(picture: Picture) -> told.DownloadProgress | None:
    if picture.job.started_at is None and not picture.bytes_done:
        return None
    total = picture.bytes_total or None
    share = _percent(picture.bytes_done, total)
    return told.DownloadProgress(bytes_downloaded=picture.bytes_done, bytes_total=total, percentage=share)


def _analysis(picture: Picture) -> told.AnalysisProgress | None:
    if picture.job.phase == Phase.DOWNLOADING or not (picture.items_total or picture.job.ml_job_id):
        return None
    total = picture.items_total
    share = _percent(picture.items_done, total)
    return told.AnalysisProgress(
        items_processed=picture.items_done,
        items_total=total,
        matches_found=picture.matched,
        review_queue=picture.review,
        errors=picture.errors,
        percentage=100 if picture.job.phase == Phase.COMPLETE else share,
    )


def _percent(done: int, total: int | None) -> int:
    """Rounded down: 100 is said of what is whole, and of nothing else."""
    return min(100, 100 * done // total) if total else 0
