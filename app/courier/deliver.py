"""One step: source -> volume -> analysis. The bytes that arrive are the bytes that are handed on.

One room: one step from its claim to its last statement, told in the order in which it may be killed.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import func, select

from app import office_settings, upkeep
from app.analysis import client
from app.apply import file_order
from app.catalog import snapshot
from app.courier import archive, file_names, members, sources
from app.courier.url import Download, Facts
from app.courier.which_pipeline import ML_SWITCH, pipeline_for, said_by
from app.errors import FileGone, LostClaim, SourceMissing, VolumeIsFull
from app.extensions import db
from app.jobs import board, lifecycle, plain_rows
from app.jobs.claims import Claim, Held, still_ours
from app.jobs.moving import Computed
from app.models.job import Job
from app.models.phase import Outcome, Phase, Pipeline, Step
from app.models.supplier import Supplier
from app.volume import volume, volume_errors
from handoff import tracing
from handoff.api import AnalyzeMetadata, AnalyzeRequest, Hints
from handoff.containers import member_of
from handoff.exclusions import Exclusion
from handoff.volume import NotOnVolume, OutsideVolume, Placed, Sidecar

log = structlog.get_logger()

_LAST_LAYOUT = """
    SELECT layout FROM ingestion_jobs
    WHERE supplier_id = %(supplier_id)s AND list_name = %(list_name)s AND applied_at IS NOT NULL
        AND outcome IN ('success', 'warnings') AND jsonb_typeof(layout) <> 'null' AND id <> %(id)s
    ORDER BY applied_at DESC LIMIT 1
"""
_LAST_OF = """
    SELECT {row} FROM ingestion_jobs AS job
    WHERE supplier_id = %(supplier_id)s AND phase = 'complete' AND source_url = %(url)s
        AND list_name = %(list_name)s AND pipeline = %(pipeline)s AND sha256 IS NOT NULL
    ORDER BY came_at DESC, created_at DESC LIMIT 1
"""
LAST_OF = _LAST_OF.format(row=plain_rows.names("job"))
_WHO = """
    SELECT clock_timestamp(), (SELECT value FROM app_settings WHERE key = %(switch)s), {columns}
    FROM suppliers WHERE id = %(id)s
"""
WHO = _WHO.format(columns=plain_rows.OF_SUPPLIER)
#: the first look at an analysis comes this soon; small files are done by then
FIRST_LOOK = timedelta(seconds=0.3)
TOLD_EVERY = 0.5


def deliver(job_id: UUID) -> None:
    """Fetch the file unless it lies on the volume already, and hand it over (or to the legacy pipeline)."""
    with lifecycle.working(job_id, Step.DELIVER) as claim:
        try:
            _deliver(claim)
        except LostClaim:
            _leave_nothing(claim)
            raise


def _deliver(claim: Held) -> None:
    job, (began, switch, supplier) = claim.job, _who(claim)
    pipeline = pipeline_for(supplier, switch=switch)
    if not lies_there(job) and not _fetch_with_room(claim, job, supplier, pipeline=pipeline, began=began):
        return
    if pipeline is Pipeline.LEGACY:
        message = "On to the simple reader."
        lifecycle.move(claim, Phase.DOWNLOADING, step=Step.LEGACY, message=message, pipeline=pipeline)
    else:
        hand_over(claim, job, supplier)


def _leave_nothing(claim: Claim) -> None:
    """Cancelled or taken over in this very moment: nobody knows of our file. Another worker's file stays."""
    job = lifecycle.get(claim.job_id)
    db.session.commit()
    ours = claim.facts.get("file_path")
    if ours and ours != job.file_path:
        volume().remove(volume().root / ours)
    if not job.is_active and job.file_path is None and job.supplier_id is not None:
        volume().remove_job(job.supplier_id, job.id)


def submit(job_id: UUID) -> None:
    """Hand the file over again without fetching it."""
    with lifecycle.working(job_id, Step.SUBMIT) as claim:
        job, (_, _, supplier) = claim.job, _who(claim)
        if not lies_there(job):
            raise FileGone("The raw file is no longer on the shared volume.")
        hand_over(claim, job, supplier)


def hand_over(claim: Claim, job: Job, supplier: Supplier) -> None:
    """Tell ml-analyze where the file lies; the job is then followed by the sweep."""
    with volume_errors():
        path = volume().inside(job.file_path or "")
        archive.check(path)
        catalogue = snapshot.current()
        members.one_job_each(claim, job, supplier, path, describe=describe)
    request = AnalyzeRequest(
        file_url=volume().told(path),
        file_path=volume().told(path),
        supplier_id=supplier.id,
        file_type=file_names.kind_of(path.name, mime_type=job.mime_type, source_type=job.source_type),
        default_currency=supplier.default_currency,
        metadata=AnalyzeMetadata(
            job_id=job.id,
            checksum_sha256=job.sha256,
            original_filename=job.original_filename,
            member=member_of(job.original_filename),
            catalog_path=volume().told(catalogue.path) if catalogue else None,
            catalog_version=catalogue.version if catalogue else None,
            hints=_hints(job, supplier),
            last_layout=_last_layout(job),
            thresholds=office_settings.thresholds(),
            exclusions=[Exclusion.model_validate(each) for each in supplier.exclusions],
        ),
    )
    db.session.commit()  # nothing is held open while the other service is asked
    accepted = client.submit(request, key=job.key)
    lifecycle.move(
        claim,
        Phase.MATCHING if job.phase == Phase.MATCHING else Phase.ANALYZING,
        step=Step.FOLLOW,
        pause=FIRST_LOOK,
        message="Handed over to ml-analyze.",
        pipeline=Pipeline.ML,
        ml_job_id=accepted.job_id,
        submitted_at=Computed.NOW,  # the stall is reckoned by the database's clock
        unseen_seconds=0,
        poll_failures=0,
        error_code=None,
        error_message=None,
    )


def _hints(job: Job, supplier: Supplier) -> Hints:
    """A person's corrections; a list that is a tab of a workbook is read from that tab; an upload's own word wins."""
    tab = supplier.list_named(job.list_name).sheet_name if job.list_name else None
    return Hints.model_validate(supplier.hints | ({"sheets": [tab]} if tab else {}) | (job.hints or {}))


def _last_layout(job: Job) -> dict[str, Any] | None:
    """How the list's last file that was applied was laid out, for the reader to compare."""
    which = {"supplier_id": job.supplier_id, "list_name": job.list_name, "id": job.id}
    found = plain_rows.look(_LAST_LAYOUT, which)
    return found[0] if found else None


def lies_there(job: Job) -> bool:
    """The job's raw file is on the volume, whole."""
    if not job.file_path:
        return False
    try:
        return volume().inside(job.file_path).stat().st_size == job.file_size
    except (NotOnVolume, OutsideVolume, FileNotFoundError):
        return False


def describe(job_id: UUID, supplier: Supplier, *, attempt: int, **facts: Any) -> Callable[[Placed], Sidecar]:
    """What writes the sidecar once size and hashes are known; ``facts`` are its other fields."""

    def sidecar(placed: Placed) -> Sidecar:
        return Sidecar(
            supplier_id=supplier.id,
            supplier_name=supplier.name,
            file_size_bytes=placed.size,
            checksum_md5=placed.md5 or None,
            checksum_sha256=placed.sha256,
            downloaded_at=datetime.now(UTC),
            downloaded_by=f"courier@{socket.gethostname()}",
            job_id=job_id,
            attempt=attempt,
            **facts,
        )

    return sidecar


def _who(claim: Held) -> tuple[datetime, bool, Supplier]:
    """When the step begins by the database's clock, whether the global switch is on, and the job's supplier."""
    supplier_id = claim.job.supplier_id
    found = plain_rows.look(WHO, {"id": supplier_id, "switch": ML_SWITCH}) if supplier_id else None
    if found is None:
        raise SourceMissing("The supplier was deleted; there is nobody to fetch from.")
    began, switch, *supplier = found
    return began, said_by(switch), plain_rows.supplier_of(supplier)


def _fetch_with_room(claim: Claim, job: Job, supplier: Supplier, *, pipeline: Pipeline, began: datetime) -> bool:
    """Fetch; when the volume is full, purge at once and fetch once more."""
    try:
        return _fetch(claim, job, supplier, pipeline=pipeline, began=began)
    except VolumeIsFull:
        if not upkeep.make_room():
            raise
        again = db.session.scalar(select(func.clock_timestamp())) or began
        db.session.commit()
        return _fetch(claim, job, supplier, pipeline=pipeline, began=again)


def _fetch(claim: Claim, job: Job, supplier: Supplier, *, pipeline: Pipeline, began: datetime) -> bool:
    """True when the job has its file, False when it was settled as unchanged, or waits for its turn.

    ``began``, by the database's clock, orders the files of a supplier. What is learnt about the file is written with
    the job's next move. Killed before that, the step fetches again.
    """
    if job.trigger in ("upload", members.TRIGGER):
        raise FileGone("The uploaded file is no longer on the shared volume. Upload it again.")
    url = sources.address_of(job, supplier)
    if wait := sources.wait_for_turn(url):
        lifecycle.postpone(claim, timedelta(seconds=wait), "Google's limit of calls a minute is used up.")
        return False
    known = None if job.force else _last_of(job, url, pipeline)
    if known is not None and _other_things_are_wanted(supplier, known):
        known = None
    with tracing.within("fetch", kind="client"), sources.open_source(url, supplier, known=known) as download:
        if download.facts is None:
            assert known is not None
            _settle_unchanged(claim, known, source_url=url, came_at=began)
            return False
        claim.on_lost = download.stop
        with volume_errors():
            placed, facts = _place(claim, job, supplier, download, url=url)
            note = volume().read_sidecar(placed.path)
    # As the sidecar has them: without passwords, cookies and signed queries.
    told = _response(facts) | {"final_url": note.final_url, "response_headers": note.response_headers}
    if known is not None and placed.sha256 == known.sha256:
        with volume_errors():
            volume().remove(placed.path)
        _settle_unchanged(claim, known, source_url=url, came_at=began, **told)
        return False
    told |= {"source_url": url, "came_at": began, "original_filename": facts.name, "file_type": note.file_type}
    _learn(claim, job, placed, told)
    return True


def _learn(claim: Claim, job: Job, placed: Placed, told: dict[str, Any]) -> None:
    """What is known of the file now, for this step and for the job's next move."""
    claim.facts |= {
        "file_path": volume().relative(placed.path),
        "file_size": placed.size,
        "sha256": placed.sha256,
        "md5": placed.md5 or None,
        "verified_at": None,
        **told,
    }
    for name, value in claim.facts.items():
        setattr(job, name, value)
    log.info("file_placed", bytes=placed.size, sha256=placed.sha256)


def _place(claim: Claim, job: Job, supplier: Supplier, download: Download, *, url: str) -> tuple[Placed, Facts]:
    assert download.facts is not None
    with volume().reserve(download.facts.length) as incoming:
        download.pour(incoming, _Progress(claim, told=time.monotonic()))
        facts = download.facts
        claim.check()
        placed = incoming.place(
            volume().raw_target(supplier.id, job.id, facts.name),
            describe=describe(
                job.id,
                supplier,
                attempt=job.retry_count + 1,
                original_filename=facts.name,
                source_url=url,
                source_type=job.source_type,
                file_type=file_names.kind_of(facts.name, mime_type=facts.mime_type, source_type=supplier.source_type),
                mime_type=facts.mime_type,
                response_headers=facts.headers,
                final_url=facts.final_url,
            ),
            replaceable=True,  # after a power cut the step fetches it again
            fresh=True,  # a worker that was thought dead must not put its file in the place of another's
        )
    return placed, facts


def _response(facts: Facts) -> dict[str, Any]:
    """Columns of Job that say what the source answered."""
    return {"mime_type": facts.mime_type, "etag": facts.etag, "last_modified": facts.last_modified}


def _last_of(job: Job, url: str, pipeline: Pipeline) -> Job | None:
    """The last file from this address that went its way to the end, whatever was decided about it.

    Held, rejected and undone ones count: a person's no must not be asked for again every few hours.
    """
    which = {"supplier_id": job.supplier_id, "url": url, "list_name": job.list_name, "pipeline": pipeline}
    found = plain_rows.look(LAST_OF, which)
    return plain_rows.job_of(found) if found else None


def _other_things_are_wanted(supplier: Supplier, known: Job) -> bool:
    """What is excluded was changed since: the same file brings other items now."""
    changed = supplier.exclusions_changed_at
    return changed is not None and changed > known.came_at


def _settle_unchanged(claim: Claim, known: Job, **facts: Any) -> None:
    file_order.in_line(known.supplier_id)
    last = _last_of(known, known.source_url or "", known.pipeline)
    if last is not None and last.id != known.id:
        lifecycle.postpone(claim, timedelta(0), "Another file of this address was taken in meanwhile: fetched again.")
        return
    since = (known.completed_at or known.created_at).astimezone(UTC)
    moved = lifecycle.settle(
        claim,
        Outcome.UNCHANGED,
        message=f"The file has not changed since {since:%Y-%m-%d %H:%M} UTC: nothing to do.",
        **(
            {
                "original_filename": known.original_filename,
                "file_type": known.file_type,
                "sha256": known.sha256,
                "md5": known.md5,
                "pipeline": known.pipeline,
                "etag": known.etag,
                "last_modified": known.last_modified,
            }
            | facts
        ),
    )
    db.session.commit()
    lifecycle.settled(moved)


@dataclass
class _Progress:
    """Tells the board how far the download is, twice a second, and ends it when the job was cancelled meanwhile."""

    claim: Claim
    told: float

    def __call__(self, size: int, total: int | None) -> None:
        self.claim.check()
        now = time.monotonic()
        if now - self.told >= TOLD_EVERY:
            self.told = now
            still_ours(self.claim)
            board.progress(self.claim.job_id, download_bytes=size, download_total=total or 0)
