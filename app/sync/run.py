"""The sync: ask for one, read the Master Sheet, open a job a supplier, follow them to the last one's end.

The row in ``sync_runs`` is the truth, and its unique index lets one run at a time, whoever asks. A worker that
dies leaves a claim that expires; the next one goes on where it stopped.

One room: the row of a run and every verb that writes it.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import structlog
from redis import RedisError
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError

from app import audit
from app.courier.which_pipeline import pipeline_for
from app.errors import Conflict, CourierError, IngestError, Invalid, LostClaim, NotFound, SyncInProgress
from app.extensions import db, queue, redis, settings
from app.jobs import lifecycle
from app.jobs.retry import pause_before_retry
from app.models.job import Job
from app.models.phase import Step
from app.models.supplier import Supplier
from app.models.sync import SyncRun
from app.sync import log_lines, master, merge, opening, schedule, standing
from app.sync.plan import Plan
from app.sync.sync_claims import Claim, claimed

log = structlog.get_logger()

RUN_SYNC = "app.tasks.run_sync"
TASK_SECONDS = 900
HINT_KEY, HINT_SECONDS = "sync:hint", 10


def request_sync(
    actor: str | None, triggered_by: str = "manual", *, force: bool = False, task_id: str | None = None
) -> SyncRun:
    """Begin a sync. Raises SyncInProgress when one runs or an old client's trigger waits."""
    waiting = None if task_id else standing.waiting_trigger()
    if waiting:
        raise SyncInProgress("A sync is about to start already.", details={"current_task_id": waiting})
    run = SyncRun(
        task_id=task_id or f"sync-manual-{time.time_ns() // 1_000_000}",
        triggered_by=triggered_by,
        requested_by=actor,
        force=force,
    )
    return _begin(run, actor)


def run_due_slot(now: datetime | None = None) -> SyncRun | None:
    """Begin the scheduled sync if a slot is due. The slot and the run are one transaction: it runs once, or waits."""
    now = now or datetime.now(UTC)
    schedule.begin(now)
    slot = schedule.due_slot(now)
    if slot is None or standing.running_id() is not None or not schedule.take(slot):
        db.session.rollback()
        return None
    try:
        return _begin(SyncRun(task_id=f"sync-scheduled-{int(slot.timestamp())}", triggered_by="scheduled"), None)
    except SyncInProgress:
        return None  # the slot was given back with the transaction; its turn comes when the running one has ended


def sync_supplier(
    supplier_id: UUID, actor: str | None, *, force: bool = False, trigger: str = "manual", run: SyncRun | None = None
) -> Job:
    """Fetch one supplier's lists, each a job; returns the last, the main list's if that has an address.

    A fetch that is under way already is returned instead of a second one. Raises NotFound, Invalid without an address.
    """
    opening.in_line([supplier_id])
    supplier = db.session.get(Supplier, supplier_id, populate_existing=True)
    if supplier is None:
        raise NotFound("There is no such supplier.")
    wanted = opening.lists_to_fetch(supplier)
    if not wanted:
        raise Invalid(f"{supplier.name} has no source URL. Enter one, or upload the file.")
    fetched = opening.fetched([supplier_id], run)[supplier_id]
    task_id = run.task_id if run else f"sync-supplier-{supplier.id.hex[:8]}-{time.time_ns() // 1_000_000}"
    for each in wanted:
        if each.name not in fetched:
            fetched[each.name] = lifecycle.open_job(
                supplier,
                trigger=trigger,
                task_id=task_id,
                step=Step.DELIVER,
                actor=actor,
                source_url=each.source_url,
                list_name=each.name,
                pipeline=pipeline_for(supplier),
                force=force,
                replaces_all=each.replaces_all,
                sync_run_id=run.id if run else None,
            )
    db.session.commit()
    return fetched[wanted[-1].name]


def sync_new_supplier(supplier: Supplier, actor: str | None) -> Job | None:
    """The first fetch of a supplier that was just entered with an address; nobody else's sync is touched."""
    if not supplier.has_source or not supplier.is_active:
        return None
    return sync_supplier(supplier.id, actor, trigger="supplier_created")


def dry_run() -> Plan | None:
    """What the Master Sheet would change now; None when no sheet is configured. Raises SourceError, Invalid."""
    sheet = master.configured()
    return merge.plan_for(master.fetch(sheet)) if sheet.url else None


def run(run_id: UUID) -> None:
    """The worker's part: Master Sheet, suppliers, jobs. Raises LostClaim when the run is not free."""
    with claimed(run_id) as claim:
        current = db.session.get_one(SyncRun, run_id, populate_existing=True)
        try:
            if current.state == standing.SYNCING_MASTER and not _read_master(claim, current):
                return
            opening.open_jobs(claim, current)
        except CourierError as error:
            _fail(claim, current, str(error))
            return
        except LostClaim:
            raise
        except (OperationalError, InterfaceError) as error:
            db.session.rollback()
            claim.keep = True  # the database was away: the lease runs out, and the next worker goes on here
            log.warning("sync_postponed", task_id=current.task_id, error=str(error).splitlines()[0])
            return
        except Exception:
            db.session.rollback()
            _fail(claim, current, "Internal error. The log has the details; start the sync again.")
            raise
    advance()


def advance() -> None:
    """Take the running sync to the state its jobs are in; the last job's end is its end."""
    running = db.session.scalar(
        select(SyncRun)
        .where(SyncRun.completed_at.is_(None), SyncRun.claim_token.is_(None), SyncRun.state != standing.SYNCING_MASTER)
        .execution_options(populate_existing=True)
    )
    if running is None:
        return
    progress = standing.progress_of(running)
    if progress.settled < progress.total:
        state = standing.DOWNLOADING if progress.downloading else standing.ANALYZING
        ended: dict[str, Any] = {}
    else:
        state = standing.HELD if (running.plan or {}).get("held") else standing.COMPLETE
        ended = {"completed_at": func.clock_timestamp()}  # not before the last job's commit, which now() may be
    if state != running.state or ended:
        moved = update(SyncRun).where(SyncRun.id == running.id, SyncRun.completed_at.is_(None))
        db.session.execute(moved.values(state=state, **ended))
        log.info("sync_moved", task_id=running.task_id, state=state)
    db.session.commit()
    db.session.refresh(running)
    standing.project(running, progress)


def stop(actor: str) -> SyncRun:
    """End the running sync: no more files are begun, those under way go on. Raises Conflict when none runs."""
    running = db.session.scalar(select(SyncRun).where(SyncRun.completed_at.is_(None)).with_for_update())
    if running is None:
        db.session.rollback()
        raise Conflict("No sync is running.")
    running.state, running.completed_at = standing.STOPPED, func.clock_timestamp()
    running.claim_token = running.claimed_until = None  # whoever opens jobs for it finds its claim gone
    log_lines.write(running, "WARNING", f"The sync was stopped by {actor}. Files under way go on to their end.")
    audit.record(actor, "sync.stopped", running.task_id)
    db.session.commit()
    db.session.refresh(running)
    standing.project(running, standing.progress_of(running))
    return running


def tell_workers() -> None:
    """Enqueue the run that no worker holds, at most every few seconds: heals lost entries and dead workers."""
    free = db.session.scalar(
        select(SyncRun.id).where(
            SyncRun.completed_at.is_(None),
            (SyncRun.state == standing.SYNCING_MASTER) | SyncRun.claim_token.is_not(None),
            SyncRun.claimed_until.is_(None) | (SyncRun.claimed_until < func.now()),
        )
    )
    db.session.commit()
    if free is not None and redis().set(HINT_KEY, str(free), nx=True, ex=HINT_SECONDS):
        _enqueue(free)


def _begin(run: SyncRun, actor: str | None) -> SyncRun:
    db.session.add(run)
    try:
        db.session.flush()
    except IntegrityError as error:
        db.session.rollback()
        running = standing.latest()
        if running is None or running.completed_at is not None:
            raise Conflict(f"The sync {run.task_id} was run already.") from error
        raise SyncInProgress("A sync is running already.", details={"current_task_id": running.task_id}) from error
    audit.record(actor, "sync.requested", run.task_id, triggered_by=run.triggered_by)
    db.session.commit()
    db.session.refresh(run)
    log.info("sync_requested", task_id=run.task_id, triggered_by=run.triggered_by)
    standing.project(run, standing.Progress(0, 0, 0, 0))
    try:
        redis().set(HINT_KEY, str(run.id), ex=HINT_SECONDS)
        _enqueue(run.id)
    except RedisError as error:
        log.warning("sync_not_enqueued", error=str(error))  # the clock tells the workers again
    return run


def _enqueue(run_id: UUID) -> None:
    queue().enqueue(RUN_SYNC, str(run_id), job_timeout=TASK_SECONDS, result_ttl=0, failure_ttl=3600)


def _read_master(claim: Claim, current: SyncRun) -> bool:
    """Bring the suppliers to what the sheet says, or hold that; False when the sheet is to be tried again later."""
    sheet = master.configured()
    db.session.commit()  # nothing is held open while the sheet travels
    kept: dict[str, Any] = {}
    if sheet.url:
        try:
            plan = merge.plan_for(master.fetch(sheet))
        except IngestError as error:
            return _wait_for_sheet(claim, current, error)
        kept = plan.as_json()
        reason = plan.hold_reason(settings().master_sheet_deactivation_limit)
        if reason:
            kept["held"] = reason
            log_lines.write(current, "WARNING", reason)
        else:
            merge.apply(plan.changes, actor=current.requested_by)
        for skipped in plan.skipped:
            log_lines.write(
                current, "ValidationError", f"Master Sheet, row {skipped.line}: {skipped.reason}", skipped.line
            )
    claim.write(state=standing.DOWNLOADING, plan=kept, error_message=None)
    db.session.commit()
    return True


def _wait_for_sheet(claim: Claim, current: SyncRun, error: IngestError) -> bool:
    tries = int((current.plan or {}).get("tries", 0))
    pause = pause_before_retry(error, retried=tries, limit=settings().max_retries, config=settings())
    if pause is None:
        _fail(claim, current, f"The Master Sheet cannot be fetched: {error}")
        return False
    sentence = f"The Master Sheet cannot be fetched: {error} Trying again in {pause.total_seconds():.0f} s."
    log_lines.write(current, "WARNING", sentence)
    claim.write(plan={"tries": tries + 1}, error_message=sentence, claimed_until=func.now() + pause)
    claim.keep = True
    db.session.commit()
    return False


def _fail(claim: Claim, current: SyncRun, message: str) -> None:
    db.session.rollback()
    claim.write(state=standing.FAILED, error_message=message, completed_at=func.now())
    log_lines.write(current, "ERROR", message)
    db.session.commit()
    log.error("sync_failed", task_id=current.task_id, message=message)
    standing.project(standing.latest(), standing.progress_of(current))
