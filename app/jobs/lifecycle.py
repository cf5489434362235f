"""The only writer of a phase, with orders.py below: opening, moving, retrying, failing, cancelling, settling a job.

Each act is one transaction: the guarded update of the row, its event and its log line commit together,
then the board is published and the next step started.

One room: whatever writes a phase stands here, so that nobody else can.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from redis import RedisError
from sqlalchemy import func, insert, select, update
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
from app.jobs import board, moving, orders, steps
from app.jobs.claims import Claim, Held, claimed
from app.jobs.history import ANALYSIS, COURIER, event, log_lines, waits_for
from app.jobs.moving import After, Computed, Moved, Told
from app.jobs.retry import pause_before_retry, rule_for
from app.models.job import Job
from app.models.phase import MOVES, Outcome, Phase, Step
from app.models.supplier import Supplier
from handoff import tracing

log = structlog.get_logger()

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
    Step.LEGACY: "reading it with the simple reader",
}


def open_job(
    supplier: Supplier, *, trigger: str, task_id: str, step: Step, actor: str | None = None, **facts: Any
) -> Job:
    """Insert the row and its first event, commit, start the step. ``facts`` are columns of Job."""
    with tracing.span("open job", about={"trigger": trigger}):
        job = Job(**_columns(supplier, trigger=trigger, task_id=task_id, step=step, requested_by=actor, **facts))
        job.due_at = job.hinted_at = func.now()  # by the database's clock, which says what is due
        db.session.add(job)
        db.session.flush()
        told = {"task_id": task_id, "trigger": trigger}
        event(job.id, "opened", Phase.DOWNLOADING, "Job opened.", actor=actor, facts=told)
        db.session.commit()
        log.info("job_opened", job_id=str(job.id), supplier_id=str(supplier.id), trigger=trigger)
        board.show(job)
        steps.start(step, job.id, fetching=step is Step.DELIVER and job.file_path is None)
        return job


def open_fetches(
    openings: Sequence[tuple[Supplier, Mapping[str, Any]]], *, trigger: str, task_id: str, actor: str | None
) -> None:
    """As ``open_job`` for many files that are to be fetched: in one transaction, with the rows in one statement.

    Each opening is a supplier and the columns of its job.
    """
    if not openings:
        db.session.commit()
        return
    same = {"trigger": trigger, "task_id": task_id, "step": Step.DELIVER, "requested_by": actor}
    with tracing.span("open jobs", about={"trigger": trigger, "jobs": len(openings)}):
        rows = [_columns(supplier, **same, **facts) for supplier, facts in openings]
    made = insert(Job).values(due_at=func.now(), hinted_at=func.now()).returning(Job)
    jobs = db.session.scalars(made, rows).all()
    for job in jobs:
        event(job.id, "opened", job.phase, "Job opened.", actor=actor, facts={"task_id": task_id, "trigger": trigger})
    db.session.commit()
    for job in jobs:
        log.info("job_opened", job_id=str(job.id), supplier_id=str(job.supplier_id), trigger=trigger)
    board.show(*jobs)
    steps.start_fetches([job.id for job in jobs])


def _columns(supplier: Supplier, **facts: Any) -> dict[str, Any]:
    """Columns of a new job of the supplier; ``facts`` may come from outside."""
    own = {
        "supplier_id": supplier.id,
        "supplier_name": supplier.name,
        "source_type": supplier.source_type,
        "max_retries": settings().max_retries,
        "traceparent": tracing.traceparent(),
    }
    fitting: dict[str, Any] = foreign.fit(facts)
    return own | fitting


@contextmanager
def working(job_id: UUID, step: Step) -> Iterator[Held]:
    """Hold the row for one step; whatever goes wrong in the body is decided on here, so that no job hangs.

    Raises LostClaim when the row is not free or was taken over, and passes on what nobody foresaw.
    """
    with claimed(job_id, step) as claim, _traced(claim, step):
        if claim.job.workers_lost >= MOST_WORKERS_LOST:
            decide(claim, _workers_lost(claim, step))
            raise LostClaim(f"Job {job_id} was ended: it cost {claim.job.workers_lost} workers.")
        try:
            yield claim
        except LostClaim:
            db.session.rollback()
            raise
        except IngestError as error:
            tracing.failed(error)
            decide(claim, error)
        except (OperationalError, InterfaceError) as error:  # the database went away or chose us to break a deadlock
            _come_back_later(claim, error)
        except Exception as error:
            fail(claim, error)
            raise


@contextmanager
def _traced(claim: Held, step: Step) -> Iterator[None]:
    """The step's span, below the one that opened the job; a step that is tried again names the try before."""
    job = claim.job
    before = job.last_span if job.retry_count or job.attempt > 1 else None
    about = {"job_id": job.id, "supplier_id": job.supplier_id}
    with tracing.span(step, parent=job.traceparent, after=before, about=about):
        if here := tracing.traceparent():
            claim.facts["last_span"] = here
        yield


def move(
    claim: Claim, to: Phase, *, step: Step, pause: timedelta = timedelta(0), message: str = "", **facts: Any
) -> None:
    """Take the job to its next phase (or keep it there) and name its next step; gives the claim back.

    ``facts`` are columns of Job. Raises LostClaim when the row is no longer ours.
    """
    due_now = not pause and step is not Step.FOLLOW
    told = Told("moved", message, {"step": step})
    due = {"due_at": After(pause), "hinted_at": Computed.NOW if due_now else None}
    alone = not db.session().in_transaction()
    moved = _guarded(claim, to, told, waits_for_disk=False, alone=alone, step=step, **due, **facts)
    db.session.commit()
    log.info("job_moved", job_id=str(claim.job_id), phase=to, step=step)
    board.show(moved.job)
    if due_now:
        steps.start(step, claim.job_id)
    if moved.another and step is Step.FOLLOW:
        _start_next(moved.job.supplier_id)


def postpone(claim: Claim, pause: timedelta, reason: str) -> None:
    """Give the claim back and come again later: nothing went wrong, so no retry is counted. Raises LostClaim."""
    job = _own(claim)
    told = Told("waiting", reason, {"seconds": pause.total_seconds()})
    moved = _guarded(claim, Phase(job.phase), told, due_at=After(pause), waiting_for=reason)
    db.session.commit()
    log.info("job_postponed", job_id=str(claim.job_id), seconds=pause.total_seconds())
    _show(moved)


def _workers_lost(claim: Held, step: Step) -> WorkersLost:
    number = claim.job.workers_lost
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


def settle(claim: Claim, outcome: Outcome, *, message: str, **facts: Any) -> Moved:
    """End the job well, inside the caller's transaction: the caller commits, then calls ``settled``."""
    level = {Outcome.WARNINGS: "WARNING", Outcome.HELD: "WARNING"}.get(outcome, "SUCCESS")
    told = Told(outcome, message, lines=[message], level=level)
    ended: dict[str, Any] = {"step": None, "due_at": None, "outcome": outcome, "completed_at": Computed.NOW}
    moved = _guarded(claim, Phase.COMPLETE, told, **ended, **facts)
    events.tell_end(moved.job)
    return moved


def settled(moved: Moved) -> None:
    """After the commit of a settled job: the board, and the supplier's next file."""
    log.info("job_settled", job_id=str(moved.job.id))
    _show(moved)


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
    facts: dict[str, Any] = {"error_code": error.code, "error_message": str(error), "due_at": After(pause)}
    if rule.away:
        sentence = f"{error} The file waits without using up a try, and goes on by itself."
        facts |= {"away": rule.away, "away_since": Computed.AWAY_SINCE}
    else:
        sentence = f"{error} Trying again ({job.retry_count + 1} of {job.max_retries})."
        facts["retry_count"] = job.retry_count + 1
    facts["waiting_for"] = sentence
    if job.phase != Phase.DOWNLOADING:
        facts |= {"step": Step.SUBMIT, "ml_job_id": None}
        if not isinstance(error, AnalysisLost):  # a lost one is asked for under the same key, or there might be two
            facts["attempt"] = Computed.NEXT_ATTEMPT
    if rule.refetch:
        facts |= {"step": Step.DELIVER, "file_path": None, "attempt": Computed.NEXT_ATTEMPT}
    seconds = {"code": error.code, "seconds": pause.total_seconds()}
    told = rule.away and rule.away == job.away  # the beginning of an outage is told, not every look
    said = Told() if told else Told("waiting", sentence, seconds, [sentence], "WARNING", error.code, service)
    moved = _guarded(claim, Phase(job.phase), said, **facts)
    db.session.commit()
    log.warning("job_waits_for_retry", job_id=str(claim.job_id), code=error.code, seconds=pause.total_seconds())
    _show(moved)


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
    try:
        db.session.rollback()  # whatever the failed step left half done
    except (OperationalError, InterfaceError):
        log.warning("connection_gone", job_id=str(claim.job_id))  # and with it all that was half done
    job = get(claim.job_id)
    if job.claim_token != claim.token:
        raise LostClaim(f"Job {claim.job_id} is no longer ours.")
    return job


def _fail(claim: Claim, job: Job, *, code: str, message: str, details: dict[str, Any], service: str) -> None:
    lines = [str(each) for each in details.get("errors") or []]
    facts = {"code": code} | {name: each for name, each in details.items() if name != "reading"}
    moved = _guarded(
        claim,
        Phase.FAILED,
        Told("failed", message, facts, list(dict.fromkeys([message, *lines])), "ERROR", code, service),
        step=None,
        due_at=None,
        outcome=Outcome.FAILED,
        failed_step=Computed.ITS_STEP,
        error_code=code,
        error_message=message,
        error_details=lines,
        completed_at=Computed.NOW,
        **({"reading": details["reading"]} if details.get("reading") else {}),
    )
    events.tell_end(moved.job)
    db.session.commit()
    log.error("job_failed", job_id=str(job.id), code=code, message=message)
    settled(moved)


def _guarded(
    claim: Claim, to: Phase, told: Told, *, waits_for_disk: bool = True, alone: bool = False, **values: Any
) -> Moved:
    """The row must be ours and the table must know the move; what the step has learnt is written along."""
    written = claim.facts | NO_CLAIM | values
    how = {"waits_for_disk": waits_for_disk, "alone": alone}
    moved = moving.guarded(claim.job_id, claim.token, to, told, **how, values=written)
    if moved is not None:
        return moved
    found = db.session.execute(select(Job.phase, Job.claim_token).where(Job.id == claim.job_id)).first()
    db.session.rollback()
    if found and found.claim_token == claim.token and to not in MOVES[Phase(found.phase)]:
        raise ForbiddenMove(f"Job {claim.job_id} cannot move from {found.phase} to {to}.")
    raise LostClaim(f"Job {claim.job_id} is no longer ours to move to {to}.")


def _show(moved: Moved) -> None:
    board.show(moved.job)
    if moved.another:
        _start_next(moved.job.supplier_id)


def _start_next(supplier_id: UUID | None) -> None:
    try:
        steps.start_due(supplier_id)
    except RedisError as error:
        log.warning("next_of_supplier_not_started", error=str(error))
