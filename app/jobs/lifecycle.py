"""The only writer of a phase, with orders.py below: opening, moving, retrying, failing, cancelling, settling a job.

Each act is one transaction: the guarded update of the row, its event and its log line commit together,
then the board is published and the next step started.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from redis import RedisError
from sqlalchemy import case, func, select, text, update
from sqlalchemy.exc import DataError, InterfaceError, OperationalError, SQLAlchemyError

from app import events, foreign
from app.errors import (
    AnalysisError,
    AnalysisLost,
    Conflict,
    Decided,
    ForbiddenMove,
    IngestError,
    LostClaim,
    NotFound,
    WorkersLost,
)
from app.extensions import db, settings
from app.jobs import board, orders, steps
from app.jobs.claims import Claim, claimed
from app.jobs.history import ANALYSIS, COURIER, event, log_lines, waits_for
from app.jobs.retry import pause_before_retry, rule_for
from app.models.job import Job
from app.models.phase import MOVES, SETTLED, Outcome, Phase, Step, sources_of
from app.models.supplier import Supplier

log = structlog.get_logger()

# A move that a crash of the database forgets is made again from where the row stands: files are fetched again,
# analyses asked for under the same key. What opens or ends a job waits for the disk.
NO_WAIT_FOR_DISK = text("SELECT set_config('synchronous_commit', 'off', true)")
NO_CLAIM: dict[str, Any] = {
    "claim_token": None,
    "claimed_until": None,
    "hinted_at": None,
    "workers_lost": 0,
    "waiting_for": None,
    "away": None,
    "away_since": None,
    "unshown": True,
}
#: workers that may die over one step of a job before it is the job that is to blame
MOST_WORKERS_LOST = 3
DOING = {
    Step.DELIVER: "fetching the file and handing it over",
    Step.SUBMIT: "handing the file over",
    Step.APPLY: "applying its result",
    Step.LEGACY: "reading it with the legacy pipeline",
}


def open_job(
    supplier: Supplier, *, trigger: str, task_id: str, step: Step, actor: str | None = None, **facts: Any
) -> Job:
    """Insert the row and its first event, commit, start the step. ``facts`` are columns of Job."""
    job = Job(
        supplier_id=supplier.id,
        supplier_name=supplier.name,
        trigger=trigger,
        task_id=task_id,
        step=step,
        requested_by=actor,
        **({"source_type": supplier.source_type, "max_retries": settings().max_retries} | foreign.fit(facts)),
    )
    job.due_at = job.hinted_at = func.now()  # by the database's clock, which says what is due
    db.session.add(job)
    db.session.flush()
    event(
        job.id, "opened", Phase.DOWNLOADING, "Job opened.", actor=actor, facts={"task_id": task_id, "trigger": trigger}
    )
    db.session.commit()
    log.info("job_opened", job_id=str(job.id), supplier_id=str(supplier.id), trigger=trigger)
    board.show(job)
    steps.start(step, job.id, fetching=step is Step.DELIVER and job.file_path is None)
    return job


@contextmanager
def working(job_id: UUID, step: Step) -> Iterator[Claim]:
    """Hold the row for one step; whatever goes wrong in the body is decided on here, so that no job hangs.

    Raises LostClaim when the row is not free or was taken over, and passes on what nobody foresaw.
    """
    with claimed(job_id, step) as claim:
        if claim.workers_lost >= MOST_WORKERS_LOST:
            decide(claim, _workers_lost(claim, step))
            raise LostClaim(f"Job {job_id} was ended: it cost {claim.workers_lost} workers.")
        try:
            yield claim
        except LostClaim:
            db.session.rollback()
            raise
        except IngestError as error:
            decide(claim, error)
        except (OperationalError, InterfaceError) as error:  # the database went away or chose us to break a deadlock
            _come_back_later(claim, error)
        except Exception as error:
            fail(claim, error)
            raise


def move(
    claim: Claim, to: Phase, *, step: Step, pause: timedelta = timedelta(0), message: str = "", **facts: Any
) -> None:
    """Take the job to its next phase (or keep it there) and name its next step; gives the claim back.

    ``facts`` are columns of Job. Raises LostClaim when the row is no longer ours.
    """
    db.session.execute(NO_WAIT_FOR_DISK)
    due_now = not pause and step is not Step.FOLLOW
    hinted = func.now() if due_now else None
    job = _guarded(claim, to, step=step, due_at=func.now() + pause, hinted_at=hinted, **facts)
    event(claim.job_id, "moved", to, message, facts={"step": step})
    another = step is Step.FOLLOW and _another_waits(job.supplier_id)
    db.session.commit()
    log.info("job_moved", job_id=str(claim.job_id), phase=to, step=step)
    board.show(job)
    if due_now:
        steps.start(step, claim.job_id)
    if another:
        _start_next(job.supplier_id)


def postpone(claim: Claim, pause: timedelta, reason: str) -> None:
    """Give the claim back and come again later: nothing went wrong, so no retry is counted. Raises LostClaim."""
    job = _own(claim)
    job = _guarded(claim, job.phase, due_at=func.now() + pause, waiting_for=reason)
    event(job.id, "waiting", job.phase, reason, facts={"seconds": pause.total_seconds()})
    another = _another_waits(job.supplier_id)
    db.session.commit()
    log.info("job_postponed", job_id=str(job.id), seconds=pause.total_seconds())
    board.show(job)
    if another:
        _start_next(job.supplier_id)


def _workers_lost(claim: Claim, step: Step) -> WorkersLost:
    number = claim.workers_lost
    return WorkersLost(
        f"{number} workers in a row died while {DOING.get(step, step)}. The file may take more memory than a worker "
        "has: look at it, or give the workers more, then retry."
    )


def _come_back_later(claim: Claim, error: Exception) -> None:
    """Nothing of the step was committed, and the file is not to blame: the same step again in a moment."""
    log.warning("database_away", job_id=str(claim.job_id), error=str(error).splitlines()[0])
    try:
        postpone(claim, timedelta(seconds=5), "The database was away for a moment.")
    except SQLAlchemyError:
        db.session.rollback()  # still away: the claim runs out, and the reaper finds the row


def settle(claim: Claim, outcome: Outcome, *, message: str, **facts: Any) -> None:
    """End the job well, inside the caller's transaction: the caller commits, then calls ``settled``."""
    job = _guarded(claim, Phase.COMPLETE, step=None, due_at=None, outcome=outcome, completed_at=func.now(), **facts)
    events.tell_end(job)
    event(claim.job_id, outcome, Phase.COMPLETE, message)
    level = {Outcome.WARNINGS: "WARNING", Outcome.HELD: "WARNING"}.get(outcome, "SUCCESS")
    log_lines(claim.job_id, level, [message])


def settled(job_id: UUID) -> None:
    """After the commit of a settled job: the board, and the supplier's next file."""
    log.info("job_settled", job_id=str(job_id))
    job = get(job_id)
    another = _another_waits(job.supplier_id)
    db.session.commit()
    board.show(job)
    if another:
        _start_next(job.supplier_id)


def resettle(
    job_id: UUID, outcome: Outcome, *, expected: Sequence[Outcome], message: str, actor: str | None, **facts: Any
) -> None:
    """Change how a complete job ended (a held file approved, an applied one undone), inside the caller's transaction.

    Raises Conflict when somebody was faster.
    """
    changed = db.session.scalar(
        update(Job)
        .where(Job.id == job_id, Job.phase == Phase.COMPLETE, Job.outcome.in_(expected))
        .values(outcome=outcome, updated_at=func.now(), unshown=True, **foreign.fit(facts))
        .returning(Job)
        .execution_options(populate_existing=True, synchronize_session=False)
    )
    if changed is None:
        db.session.rollback()
        raise Decided("This file was decided on meanwhile. Reload the page to see how.")
    events.tell_end(changed)
    event(job_id, outcome, Phase.COMPLETE, message, actor=actor)
    log_lines(job_id, "INFO", [message])


def decide(claim: Claim, error: IngestError) -> None:
    """Retry or fail; where that itself goes wrong the job fails as a bug, so that none is left without an end."""
    try:
        retry_or_fail(claim, error)
    except (LostClaim, OperationalError, InterfaceError):
        raise
    except Exception as bug:
        log.exception("decision_failed", job_id=str(claim.job_id))
        fail(claim, bug)


def retry_or_fail(claim: Claim, error: IngestError) -> None:
    """Wait and try again, or give up: as the table in retry.py says."""
    job = _own(claim)
    rule = rule_for(error)
    seen = waits_for(job.id, error.code) if rule.tries is not None else 0
    pause = pause_before_retry(error, retried=job.retry_count, seen=seen, limit=job.max_retries, config=settings())
    service = ANALYSIS if isinstance(error, AnalysisError) else COURIER
    if pause is None or (rule.refetch and not (job.source_url or claim.facts.get("source_url"))):
        _fail(claim, job, code=error.code, message=str(error), details=error.details, service=service)
        return
    facts: dict[str, Any] = {"error_code": error.code, "error_message": str(error), "due_at": func.now() + pause}
    if rule.away:
        sentence = f"{error} The file waits without using up a try, and goes on by itself."
        facts |= {"away": rule.away, "away_since": func.coalesce(job.away_since, func.now())}
    else:
        sentence = f"{error} Trying again ({job.retry_count + 1} of {job.max_retries})."
        facts["retry_count"] = job.retry_count + 1
    facts["waiting_for"] = sentence
    if job.phase != Phase.DOWNLOADING:
        facts |= {"step": Step.SUBMIT, "ml_job_id": None}
        if not isinstance(error, AnalysisLost):  # a lost one is asked for under the same key, or there might be two
            facts["attempt"] = Job.attempt + 1
    if rule.refetch:
        facts |= {"step": Step.DELIVER, "file_path": None, "attempt": Job.attempt + 1}
    told = rule.away and rule.away == job.away  # the beginning of an outage is told, not every look
    job = _guarded(claim, job.phase, **facts)
    if not told:
        event(job.id, "waiting", job.phase, sentence, facts={"code": error.code, "seconds": pause.total_seconds()})
        log_lines(job.id, "WARNING", [sentence], error_code=error.code, service=service)
    another = _another_waits(job.supplier_id)
    db.session.commit()
    log.warning("job_waits_for_retry", job_id=str(job.id), code=error.code, seconds=pause.total_seconds())
    board.show(job)
    if another:
        _start_next(job.supplier_id)


def fail(claim: Claim, error: BaseException) -> None:
    """A bug met it: the job must not hang, and its page must say so."""
    message = (
        f"Internal error ({type(error).__name__}). The log has the details; retry, and report it if it comes again."
    )
    bug: dict[str, Any] = {"code": "INTERNAL_ERROR", "message": message, "service": COURIER}
    try:
        _fail(claim, _own(claim), **bug, details={"exception": str(error)[:500]})
    except (DataError, ArithmeticError, TypeError, ValueError):  # what the step had learnt is what cannot be kept
        log.exception("facts_not_kept", job_id=str(claim.job_id))
        claim.facts.clear()
        _fail(claim, _own(claim), **bug, details={})


def retry(job_id: UUID, *, actor: str | None = None, force: bool = False) -> Job:
    """A person's retry: from the step that failed, reusing the raw file where it is still there.

    ``force`` also overrides "unchanged" and the price guard. Raises NotFound, Conflict.
    """
    job = get(job_id)
    if job.supplier_id is None:
        raise Conflict("The supplier of this job was deleted; the file cannot be processed again.")
    if not orders.restart([Job.id == job_id], actor=actor, force=force):
        raise Conflict(f"Only a failed job can be retried; this one is {get(job_id).phase}.")
    return get(job_id)


def cancel(job_id: UUID, *, actor: str | None = None) -> Job:
    """End the job in any phase. Its worker loses the claim at the next look; what it did does not count.

    Raises NotFound, Conflict.
    """
    job = get(job_id)
    if not orders.end([Job.id == job_id], actor=actor):
        raise Conflict(f"The job has already ended ({job.outcome or job.phase}); there is nothing to cancel.")
    return get(job_id)


def get(job_id: UUID) -> Job:
    """The job as the table has it now. Raises NotFound."""
    job = db.session.scalar(select(Job).where(Job.id == job_id).execution_options(populate_existing=True))
    if job is None:
        raise NotFound("There is no such job. It may have been removed with its history.")
    return job


def _own(claim: Claim) -> Job:
    db.session.rollback()  # whatever the failed step left half done
    job = get(claim.job_id)
    if job.claim_token != claim.token:
        raise LostClaim(f"Job {claim.job_id} is no longer ours.")
    return job


def _fail(claim: Claim, job: Job, *, code: str, message: str, details: dict[str, Any], service: str) -> None:
    lines = [str(each) for each in details.get("errors") or []]
    failed = _guarded(
        claim,
        Phase.FAILED,
        step=None,
        due_at=None,
        outcome=Outcome.FAILED,
        failed_step=Job.step,
        error_code=code,
        error_message=message,
        error_details=lines,
        completed_at=func.now(),
        **({"reading": details["reading"]} if details.get("reading") else {}),
    )
    events.tell_end(failed)
    event(
        job.id,
        "failed",
        Phase.FAILED,
        message,
        facts={"code": code} | {k: v for k, v in details.items() if k != "reading"},
    )
    log_lines(job.id, "ERROR", list(dict.fromkeys([message, *lines])), error_code=code, service=service)
    db.session.commit()
    log.error("job_failed", job_id=str(job.id), code=code, message=message)
    settled(job.id)


def _guarded(claim: Claim, to: Phase, **values: Any) -> Job:
    """Check and write in one act: the row must be ours and the table must know the move. The row as it is then."""
    allowed = sources_of(to) | ({to} - SETTLED)
    moved = db.session.scalar(
        update(Job)
        .where(Job.id == claim.job_id, Job.claim_token == claim.token, Job.phase.in_(allowed))
        .values(
            phase=to,
            phase_since=func.coalesce(case((Job.phase == to, Job.phase_since)), func.now()),
            updated_at=func.now(),
            **foreign.fit(claim.facts | NO_CLAIM | values),
        )
        .returning(Job)
        .execution_options(populate_existing=True, synchronize_session=False)
    )
    if moved is not None:
        return moved
    found = db.session.execute(select(Job.phase, Job.claim_token).where(Job.id == claim.job_id)).first()
    db.session.rollback()
    if found and found.claim_token == claim.token and to not in MOVES[Phase(found.phase)]:
        raise ForbiddenMove(f"Job {claim.job_id} cannot move from {found.phase} to {to}.")
    raise LostClaim(f"Job {claim.job_id} is no longer ours to move to {to}.")


def _another_waits(supplier_id: UUID | None) -> bool:
    """Another file of the supplier is due; asked inside the transaction that makes room for it."""
    waits = select(Job.id).where(Job.supplier_id == supplier_id, Job.phase.not_in(SETTLED), Job.due_at <= func.now())
    return supplier_id is not None and db.session.scalar(waits.limit(1)) is not None


def _start_next(supplier_id: UUID | None) -> None:
    try:
        steps.start_due(supplier_id)
    except RedisError as error:
        log.warning("next_of_supplier_not_started", error=str(error))
