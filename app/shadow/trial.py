"""A shadow run: the supplier's last file through both pipelines; nothing is applied.

Kept with the settings, one a supplier, because it is looked at once and then decided on.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import structlog
from sqlalchemy import select

from app import audit, errands, office_settings
from app.analysis import client
from app.catalog import snapshot
from app.courier import file_names
from app.errands import DONE, FAILED, RUNNING
from app.errors import AnalysisStalled, CourierError, FileGone, IngestError, Invalid, NotFound, UnderWay, Unreadable
from app.extensions import db, queue, settings
from app.legacy import parser
from app.models.job import Job
from app.models.supplier import Supplier
from app.shadow.two_results import compare
from app.volume import volume, volume_errors
from handoff.api import AnalysisState, AnalyzeMetadata, AnalyzeRequest, Hints

log = structlog.get_logger()

RUN_SHADOW = "app.tasks.run_shadow"
#: a worker ends one that takes longer
GIVEN_UP_SECONDS = 1200
LOOK_EVERY = 0.5


def request_shadow(supplier_id: UUID, actor: str) -> dict[str, Any]:
    """Begin one. Raises NotFound, Invalid when no file lies on the volume, Conflict while one runs."""
    supplier = db.session.get(Supplier, supplier_id)
    if supplier is None:
        raise NotFound("There is no such supplier.")
    job = _last_file(supplier_id)
    if job is None:
        raise Invalid(f"No file of {supplier.name} lies on the volume any more. Fetch or upload one first.")
    if errands.is_running(_key(supplier_id)):
        raise UnderWay("Both pipelines are at this supplier's file already.")
    entry = str(uuid4())
    value = {"state": RUNNING, "job_id": str(job.id), "file": job.original_filename, "by": actor, "at": _now()}
    value["entry"] = entry
    errands.keep(_key(supplier_id), value, by=actor)
    audit.record(actor, "shadow.requested", supplier.name, supplier_id=str(supplier.id), job_id=str(job.id))
    db.session.commit()
    queue().enqueue(
        RUN_SHADOW, str(supplier_id), job_id=entry, job_timeout=GIVEN_UP_SECONDS, result_ttl=0, failure_ttl=3600
    )
    return value


def latest(supplier_id: UUID) -> dict[str, Any] | None:
    """``state`` is running, done or failed; ``result`` holds app/shadow/two_results.py's Comparison once done."""
    kept = errands.find(_key(supplier_id))
    return kept.value if kept else None


def run(supplier_id: UUID) -> None:
    """The worker's part."""
    kept = errands.find(_key(supplier_id))
    if kept is None or kept.value["state"] != RUNNING:
        return
    with errands.under_way(_key(supplier_id)):
        _run(supplier_id, dict(kept.value))


def _run(supplier_id: UUID, value: dict[str, Any]) -> None:
    files: list[Path] = []
    try:
        value |= {"state": DONE, "result": _both(supplier_id, UUID(value["job_id"]), files)}
    except (IngestError, CourierError) as error:
        db.session.rollback()
        value |= {"state": FAILED, "error": str(error)}
    except Exception:
        db.session.rollback()
        told = value | {"state": FAILED, "error": "Internal error. The log has the details."}
        errands.keep(_key(supplier_id), told, by=str(value.get("by")))
        db.session.commit()
        raise
    finally:
        for path in files:
            volume().remove(path)
    errands.keep(_key(supplier_id), value | {"ended_at": _now()}, by=str(value.get("by")))
    db.session.commit()


def _both(supplier_id: UUID, job_id: UUID, files: list[Path]) -> dict[str, Any]:
    job, supplier = db.session.get(Job, job_id), db.session.get(Supplier, supplier_id)
    if job is None or supplier is None:
        raise FileGone("The supplier or its file was removed meanwhile.")
    with volume_errors():
        raw = volume().inside(job.file_path or "")
        legacy = parser.shadow_result(job, supplier, raw)
        files.append(legacy)
        ml = _analyse(job, supplier, raw)
        files.append(ml)
        return compare(legacy, ml).as_json()


def _analyse(job: Job, supplier: Supplier, raw: Path) -> Path:
    """ml-analyze's result of the same file. A worker waits for it: a person does, too, and asks for it rarely."""
    catalogue = snapshot.current()
    request = AnalyzeRequest(
        file_url=volume().told(raw),
        file_path=volume().told(raw),
        supplier_id=supplier.id,
        file_type=file_names.kind_of(raw.name, mime_type=job.mime_type, source_type=job.source_type),
        default_currency=supplier.default_currency,
        metadata=AnalyzeMetadata(
            checksum_sha256=job.sha256,
            original_filename=job.original_filename,
            catalog_path=volume().told(catalogue.path) if catalogue else None,
            catalog_version=catalogue.version if catalogue else None,
            hints=Hints.model_validate(supplier.hints | (job.hints or {})),
            thresholds=office_settings.thresholds(),
        ),
    )
    db.session.commit()
    analysis_id = client.submit(request, key=f"shadow:{uuid4()}").job_id
    ends = time.monotonic() + min(settings().ml_stalled_after_minutes * 60, GIVEN_UP_SECONDS / 2)
    while time.monotonic() < ends:
        status = client.status(analysis_id)
        if status.status is AnalysisState.FAILED:
            raise Unreadable(" ".join(status.errors) or "ml-analyze could not read the file.")
        if status.status is AnalysisState.COMPLETED:
            if not status.result_path:
                raise Unreadable("This ml-analyze writes no result file; there is nothing to compare.")
            return volume().inside(status.result_path)
        time.sleep(LOOK_EVERY)
    raise AnalysisStalled("ml-analyze came to no end in time.")


def _last_file(supplier_id: UUID) -> Job | None:
    query = select(Job).where(Job.supplier_id == supplier_id, Job.file_path.is_not(None))
    for job in db.session.scalars(query.order_by(Job.created_at.desc()).limit(10)):
        try:
            with volume_errors():
                volume().inside(job.file_path or "")
        except IngestError:
            continue
        return job
    return None


def _key(supplier_id: UUID) -> str:
    return f"shadow:{supplier_id}"


def _now() -> str:
    return datetime.now(UTC).isoformat()
