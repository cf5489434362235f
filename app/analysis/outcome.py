"""What an analysis came to, in the words of a job: its error codes -> our errors; its end -> facts of the job."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.errors import (
    AnalysisCrashed,
    AnalysisUnavailable,
    BrokenResult,
    ChecksumMismatch,
    FileGone,
    IngestError,
    Unreadable,
    VolumeIsAway,
    VolumeIsFull,
    VolumeReadOnly,
)
from app.extensions import db
from app.models.catalog import ItemMatch, SupplierItem
from app.models.phase import Outcome
from app.volume import volume, volume_errors
from handoff.api import AnalysisStatus
from handoff.volume import NotOnVolume, OutsideVolume

#: what is not here is about the file's content: nobody could read it, and a person corrects the reading
_ERRORS: dict[str, type[IngestError]] = {
    "CHECKSUM_MISMATCH": ChecksumMismatch,
    "FILE_MISSING": FileGone,
    "VOLUME_FULL": VolumeIsFull,
    "VOLUME_DENIED": VolumeReadOnly,
    "VOLUME_AWAY": VolumeIsAway,
    "CATALOG_UNREADABLE": AnalysisUnavailable,  # the next try names a fresh snapshot
    "TIMEOUT": AnalysisCrashed,
    "OUT_OF_MEMORY": AnalysisCrashed,
    "CRASHED": AnalysisCrashed,
    "WORKER_LOST": AnalysisCrashed,
    "STOPPED": AnalysisUnavailable,
}


def failure(status: AnalysisStatus) -> IngestError:
    """The error of a failed analysis, with the service's own first sentence and all of them as details."""
    told = status.errors[0] if status.errors else "ml-analyze gave no reason; its log has the details."
    details: dict[str, Any] = {"errors": status.errors, "analysis_code": status.error_code}
    if status.reading is not None:
        details["reading"] = status.reading.model_dump(mode="json", exclude_none=True)
    return _ERRORS.get(status.error_code or "", Unreadable)(told, details=details)


def result_facts(status: AnalysisStatus) -> dict[str, Any]:
    """Columns of Job for a completed analysis. Raises BrokenResult when its result is not on the volume."""
    assert status.result_path is not None
    with volume_errors():
        try:
            path = volume().root / volume().lies_at(status.result_path)
        except (NotOnVolume, OutsideVolume) as error:
            raise BrokenResult(f"The result of the analysis cannot be taken: {error}") from error
    if path != volume().results_target(status.job_id):
        raise BrokenResult(f"ml-analyze names the result {path.name}, which is not of its analysis {status.job_id}.")
    return {
        "result_path": volume().relative(path),
        "result_sha256": status.result_sha256,
        "verified_at": datetime.now(UTC),
        "items_total": status.items_total,
        "rows_read": status.metrics.rows_read if status.metrics else 0,
        "metrics": status.metrics.model_dump(mode="json", exclude_none=True) if status.metrics else None,
        "matched_by": status.metrics.model if status.metrics else None,
    }


def stored_by_the_service(
    status: AnalysisStatus, *, supplier_id: UUID | None, since: datetime | None
) -> tuple[Outcome, str, dict[str, Any]]:
    """How a job ends whose service knows only the old contract: it has stored the items itself, we count them.

    Raises BrokenResult when there are none to count.
    """
    edge = since or status.started_at or status.created_at or datetime.now(UTC)
    counted = db.session.execute(
        select(
            func.count(),
            func.count().filter(SupplierItem.product_id.is_not(None)),
            func.count().filter(SupplierItem.match_status == ItemMatch.POTENTIAL_MATCH),
        ).where(SupplierItem.supplier_id == supplier_id, SupplierItem.last_ingested_at >= edge)
    ).one()
    if not counted[0] and status.items_processed:
        raise BrokenResult(
            f"ml-analyze names no result and says that it stored {status.items_processed} items; there are none."
        )
    items = counted[0]
    errors = status.error_count if status.error_count is not None else len(status.errors)
    facts = {
        "items_total": max(status.items_total, items),
        "items_processed": items,
        "matches_found": counted[1],
        "review_count": counted[2],
        "error_count": errors,
        "error_details": status.errors,
        "verified_at": None,
    }
    told = f"{items:,} items stored by ml-analyze itself; {errors:,} rows could not be read."
    return (Outcome.WARNINGS if errors else Outcome.SUCCESS), told, facts
