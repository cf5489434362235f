"""Old files off the volume, due jobs to the workers, lost files adopted, old history forgotten."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import delete, func, or_, select

from app.alone import alone
from app.extensions import db, settings
from app.jobs import board, lifecycle, steps
from app.jobs.history import event, log_lines
from app.models.job import Job
from app.models.phase import SETTLED, Outcome, Phase, Step
from app.models.supplier import Supplier
from app.volume import volume, volume_errors
from handoff.volume import NotOnVolume, Purged, RawFile

log = structlog.get_logger()

#: a raw file without a job counts as an orphan only after this: its upload may just be opening the job
ORPHAN_AGE = timedelta(seconds=30)
FORGET_AT_ONCE = 500


def reap() -> int:
    """Tell the workers of every row that is due and that nobody holds; heals dead workers and lost queue entries."""
    if board.forgotten():  # and with the board every queue entry
        steps.forget_hints()
        board.owe_all()
        board.rebuild()
    return steps.start_due()


def refresh_board() -> None:
    """Write the picture in Redis again: what was published while Redis was away is missing there."""
    board.rebuild()


def purge() -> Purged:
    """Remove what is older than FILE_CLEANUP_TTL_HOURS and belongs to no job that runs, waits or may be retried.

    A held file waits for a person's word, so it counts as one that waits. Orphans and parts go by age alone.
    """
    needed = db.session.execute(
        select(Job.id, Job.ml_job_id).where(or_(Job.phase != Phase.COMPLETE, Job.outcome == Outcome.HELD))
    )
    keep = {each for row in needed for each in row if each is not None}
    db.session.commit()
    edge = datetime.now(UTC) - timedelta(hours=settings().file_cleanup_ttl_hours)
    with volume_errors():
        purged = volume().purge(edge, keep=keep)
    log.info("volume_purged", files=purged.files, bytes=purged.bytes)
    if purged.refused:
        log.warning("volume_not_purged", files=purged.refused, reason="the volume does not let us remove them")
    return purged


def recount() -> None:
    """The ledger of bytes is true again, whatever was altered on the volume past it."""
    with volume_errors():
        volume().recount(at_leisure=True)


def make_room() -> bool:
    """The volume is full: purge now instead of within the hour. True when that removed anything."""
    return purge().files > 0


def adopt_orphans(*, older_than: timedelta = ORPHAN_AGE) -> int:
    """Open the job of every raw file whose process died before it could; returns how many."""
    with volume_errors():
        now = volume().clock()
        youngest, oldest = now - older_than, now - timedelta(hours=settings().file_cleanup_ttl_hours)
        left = [each for each in volume().iter_raw() if oldest < each.modified <= youngest]
    _remove_lone_sidecars(left)
    found = [each for each in left if each.path and each.sidecar]
    return sum(_adopted(each) for some in _chunks(found) for each in _without_job(some))


def _remove_lone_sidecars(files: list[RawFile]) -> None:
    """What a process left that died between both renames: nobody can do anything with it."""
    for each in files:
        if each.path is None and each.sidecar is not None:
            with alone("lone_sidecar_not_removed", path=str(each.sidecar)):
                if not volume().is_awaited(each.sidecar):
                    volume().remove(each.sidecar)


def _adopted(file: RawFile) -> bool:
    """One file that cannot be adopted keeps no other from it; the purge takes it in the end."""
    with alone("orphan_not_adopted", path=str(file.path)):
        return _adopt(file)
    return False


def forget_old_jobs() -> int:
    """Remove ended jobs, their events and logs after JOB_HISTORY_DAYS, with what is left of their files."""
    edge = datetime.now(UTC) - timedelta(days=settings().job_history_days)
    forgotten = 0
    while True:
        some = db.session.execute(
            select(Job.id, Job.supplier_id).where(Job.phase.in_(SETTLED), Job.completed_at < edge).limit(FORGET_AT_ONCE)
        ).all()
        for row in some:
            if row.supplier_id:
                with alone("files_of_an_old_job_not_removed", job_id=str(row.id)):  # the purge comes by once more
                    volume().remove_job(row.supplier_id, row.id)
        db.session.execute(delete(Job).where(Job.id.in_([row.id for row in some]), Job.phase.in_(SETTLED)))
        db.session.commit()
        forgotten += len(some)
        if len(some) < FORGET_AT_ONCE:
            log.info("old_jobs_forgotten", jobs=forgotten)
            return forgotten


def _without_job(files: list[RawFile]) -> list[RawFile]:
    ids = {each.job_id for each in files if _is_uuid(each.job_id)}
    known = {str(each) for each in db.session.scalars(select(Job.id).where(Job.id.in_([UUID(each) for each in ids])))}
    db.session.commit()
    return [each for each in files if each.job_id in ids - known]


def _adopt(file: RawFile) -> bool:
    assert file.path is not None
    try:
        note = volume().read_sidecar(file.path)
    except NotOnVolume as error:
        log.warning("orphan_not_adopted", path=str(file.path), reason=str(error))
        return False
    supplier = db.session.get(Supplier, note.supplier_id)
    if supplier is None or str(note.job_id) != file.job_id:
        return False  # its supplier was deleted; the purge takes it
    uploaded = note.source_type == "upload"
    lifecycle.open_job(
        supplier,
        trigger="upload" if uploaded else "adopted",
        task_id=f"upload-{supplier.id.hex[:8]}-{time.time_ns() // 1_000_000}",
        step=Step.DELIVER,
        id=note.job_id,
        came_at=_by_the_database(note.downloaded_at),
        source_url=None if uploaded else supplier.source_url,
        original_filename=note.original_filename,
        file_type=note.file_type,
        mime_type=note.mime_type,
        file_path=volume().relative(file.path),
        file_size=note.file_size_bytes,
        sha256=note.checksum_sha256,
        md5=note.checksum_md5,
    )
    if uploaded:
        _tell_sender(note.job_id, note.original_filename)
    log.warning("orphan_adopted", job_id=str(note.job_id), supplier_id=str(supplier.id))
    return True


def _tell_sender(job_id: UUID, name: str) -> None:
    """Whoever sent it saw the connection break: the job and the log say that the file is here, and what is not."""
    message = (
        f"The upload of {name} was cut off after the file had come whole; it goes on by itself and need not be sent "
        "again. What was chosen beside it (a whole list, the name of the list) was lost."
    )
    event(job_id, "adopted", Phase.DOWNLOADING, message)
    log_lines(job_id, "WARNING", [message])
    db.session.commit()


def _by_the_database(moment: datetime) -> datetime:
    """A moment of our clock by the database's, which orders the files of a supplier; rather too early than too late."""
    now: datetime = db.session.execute(select(func.clock_timestamp())).scalar_one()
    return now - (datetime.now(UTC) - moment)


def _chunks(files: list[RawFile], size: int = 1000) -> Iterable[list[RawFile]]:
    return (files[first : first + size] for first in range(0, len(files), size))


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
