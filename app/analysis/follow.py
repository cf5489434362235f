"""The sweep: one look at every analysis that is due, many in one call. Nobody waits in a worker.

A row in step FOLLOW has a next look. A sweep takes what is due under a token of its own (several sweeps never
take the same row), asks the service once for all of them, and gives each row back with its news.

One room: the sweep and all that an answer can lead to, so that no ending is forgotten.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import structlog
from flask import Flask, current_app
from sqlalchemy import text
from sqlalchemy.exc import InterfaceError, OperationalError

from app import foreign
from app.alone import alone
from app.analysis import client, outcome
from app.errors import (
    AnalysisError,
    AnalysisLost,
    AnalysisStalled,
    AnalysisUnreachable,
    IngestError,
    LostClaim,
)
from app.extensions import db, settings
from app.jobs import board, lifecycle
from app.jobs.claims import Claim
from app.jobs.retry import ML_ANALYZE
from app.models.phase import Phase, Step
from handoff.api import AnalysisPhase, AnalysisState, AnalysisStatus

log = structlog.get_logger()

BATCH = 1000  # as many as one call may ask for
SINGLE_LOOKS_AT_ONCE = 8
#: the next look comes after this share of the time so far: small files are found at once, large ones cost few looks
SHARE_OF_AGE = 0.25
FIRST_PAUSE = 0.3
LONGEST_PAUSE = 60.0
ENDED = frozenset({AnalysisState.COMPLETED, AnalysisState.FAILED})
#: how long a service that knew no batches is not asked for one again
BATCH_FORGOTTEN_SECONDS = 600

# When to look next may be forgotten by a crash of the database: it is looked at again then. So no waiting for the disk.
UNHURRIED = text("SELECT set_config('synchronous_commit', 'off', true)")
TAKE = text("""
    UPDATE ingestion_jobs SET claim_token = :token, claimed_until = now() + :lease
    WHERE id IN (
        SELECT id FROM ingestion_jobs
        WHERE step = 'follow' AND due_at <= now() AND phase NOT IN ('complete', 'failed')
          AND (claimed_until IS NULL OR claimed_until < now())
        ORDER BY due_at LIMIT :limit FOR UPDATE SKIP LOCKED)
    RETURNING id, supplier_id, ml_job_id, phase, submitted_at, poll_failures,
        extract(epoch FROM now() - coalesce(submitted_at, phase_since)) - unseen_seconds AS age
""")
GIVE_BACK = text("""
    UPDATE ingestion_jobs AS job
    SET due_at = now() + make_interval(secs => look.pause), poll_failures = look.failures, waiting_for = look.reason,
        claim_token = NULL, claimed_until = NULL, away = look.away,
        away_since = CASE WHEN look.away IS NOT NULL THEN coalesce(job.away_since, now()) END,
        unseen_seconds = job.unseen_seconds + CASE WHEN look.away IS NOT NULL THEN look.pause ELSE 0 END,
        unshown = job.unshown OR job.away IS DISTINCT FROM look.away, updated_at = now()
    FROM unnest(CAST(:ids AS uuid[]), CAST(:pauses AS float8[]), CAST(:failures AS int[]), CAST(:reasons AS text[]),
        CAST(:away AS text[])) AS look(id, pause, failures, reason, away)
    WHERE job.id = look.id AND job.claim_token = :token
""")


@dataclass(frozen=True)
class Followed:
    """A row in our hands. ``age`` in seconds since it was handed over."""

    claim: Claim
    supplier_id: UUID | None
    ml_job_id: UUID | None
    phase: Phase
    submitted_at: datetime | None
    failures: int
    age: float

    @property
    def stalled(self) -> bool:
        return self.age > settings().ml_stalled_after_minutes * 60


#: what a look brought: the status, or why there is none
News = AnalysisStatus | AnalysisError


def sweep() -> int:
    """Look at everything that is due; returns how many analyses that were."""
    looked = 0
    while rows := _take():
        _judge(rows, _ask([row.ml_job_id for row in rows if row.ml_job_id]))
        looked += len(rows)
        if len(rows) < BATCH:
            break
    return looked


def _take() -> list[Followed]:
    token = uuid4()
    db.session.execute(UNHURRIED)
    found = db.session.execute(TAKE, {"token": token, "lease": settings().claim_lease, "limit": BATCH}).all()
    db.session.commit()
    return [
        Followed(
            Claim(row.id, token),
            row.supplier_id,
            row.ml_job_id,
            Phase(row.phase),
            row.submitted_at,
            row.poll_failures,
            float(row.age),
        )
        for row in found
    ]


def _ask(ids: Sequence[UUID]) -> dict[UUID, News]:
    """News by analysis; one that the service does not know is AnalysisLost."""
    if not ids:
        return {}
    try:
        known = _batch(ids)
    except IngestError as error:
        log.warning("analyses_not_seen", analyses=len(ids), reason=str(error))
        return dict.fromkeys(ids, _as_analysis_error(error))
    if known is not None:
        lost = AnalysisLost("ml-analyze lost this job.")
        return {each: known.get(each, lost) for each in ids}
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    with ThreadPoolExecutor(SINGLE_LOOKS_AT_ONCE) as threads:
        return dict(zip(ids, threads.map(lambda each: _single(app, each), ids), strict=True))


def _batch(ids: Sequence[UUID]) -> dict[UUID, AnalysisStatus | AnalysisError] | None:
    asked_again = current_app.extensions.get("analysis_batch_again", 0.0)
    if time.monotonic() < asked_again:
        return None
    known = client.statuses(ids)
    if known is None:
        log.info("analysis_knows_no_batches")
        current_app.extensions["analysis_batch_again"] = time.monotonic() + BATCH_FORGOTTEN_SECONDS
    return known


def _single(app: Flask, analysis_id: UUID) -> News:
    with app.app_context():
        try:
            return client.status(analysis_id)
        except IngestError as error:
            return _as_analysis_error(error)


def _as_analysis_error(error: IngestError) -> AnalysisError:
    return error if isinstance(error, AnalysisError) else AnalysisError(str(error))


def _judge(rows: list[Followed], news: dict[UUID, News]) -> None:
    """Give back what goes on, with its progress and its next look; then, one by one, move what does not."""
    lost = AnalysisLost("The analysis was never begun.")
    told = [(row, news[row.ml_job_id] if row.ml_job_id else lost) for row in rows]
    going_on = [(row, each) for row, each in told if _goes_on(row, each)]
    _give_back(going_on)
    live = {row.claim.job_id: _progress(each) for row, each in told if isinstance(each, AnalysisStatus)}
    board.progress_many(live)
    for row, each in told:
        if not _goes_on(row, each):
            with alone("analysis_not_moved", job_id=str(row.claim.job_id)):
                _move(row, each)


def _goes_on(row: Followed, told: News) -> bool:
    """Nothing to write about this row but when to look again."""
    if isinstance(told, AnalysisUnreachable):
        return True
    if row.stalled or isinstance(told, AnalysisLost):
        return False
    if isinstance(told, AnalysisError):
        return True
    return told.status not in ENDED and not _begins_to_match(row, told)


def _begins_to_match(row: Followed, told: AnalysisStatus) -> bool:
    return told.phase is AnalysisPhase.MATCHING and row.phase == Phase.ANALYZING


def _move(row: Followed, told: News) -> None:
    try:
        if isinstance(told, AnalysisStatus) and told.status in ENDED:
            _end(row, told)
        elif isinstance(told, AnalysisLost):
            raise told
        elif row.stalled:
            raise _stall()
        else:
            pause = timedelta(seconds=_pause(row))
            lifecycle.move(row.claim, Phase.MATCHING, step=Step.FOLLOW, pause=pause, poll_failures=0)
    except LostClaim:
        log.info("analysis_left", job_id=str(row.claim.job_id))
    except IngestError as error:
        _give_up(row, error)
    except (OperationalError, InterfaceError):
        raise  # of all rows alike: they are looked at again
    except Exception as bug:  # of this row: the others go on
        log.exception("analysis_not_judged", job_id=str(row.claim.job_id))
        lifecycle.fail(row.claim, bug)


def _end(row: Followed, status: AnalysisStatus) -> None:
    if status.status is AnalysisState.FAILED:
        raise outcome.failure(status)
    if status.result_path:
        lifecycle.move(
            row.claim,
            Phase.MATCHING,
            step=Step.APPLY,
            message=f"Analysed: {status.items_total:,} items.",
            poll_failures=0,
            **outcome.result_facts(status),
        )
        return
    ending, message, facts = outcome.stored_by_the_service(status, supplier_id=row.supplier_id, since=row.submitted_at)
    moved = lifecycle.settle(row.claim, ending, message=message, **facts)
    db.session.commit()
    lifecycle.settled(moved)


def _give_up(row: Followed, error: IngestError) -> None:
    try:
        lifecycle.decide(row.claim, error)
    except LostClaim:
        log.info("analysis_left", job_id=str(row.claim.job_id))


def _give_back(rows: Sequence[tuple[Followed, News]]) -> None:
    """One statement for all. The pause grows with the analysis' age, and faster while the service does not answer."""
    if not rows:
        return
    unseen = [isinstance(told, AnalysisError) for _, told in rows]
    db.session.execute(UNHURRIED)
    db.session.execute(
        GIVE_BACK,
        {
            "token": rows[0][0].claim.token,
            "ids": [row.claim.job_id for row, _ in rows],
            "pauses": [
                _pause_unseen(row) if not_seen else _pause(row) for (row, _), not_seen in zip(rows, unseen, strict=True)
            ],
            "failures": [row.failures + 1 if not_seen else 0 for (row, _), not_seen in zip(rows, unseen, strict=True)],
            "reasons": [
                foreign.text(str(told)) if not_seen else None for (_, told), not_seen in zip(rows, unseen, strict=True)
            ],
            # Time in which it did not answer at all is not the file's: it waits as long as the outage lasts.
            "away": [ML_ANALYZE if isinstance(told, AnalysisUnreachable) else None for _, told in rows],
        },
    )
    db.session.commit()


def _pause_unseen(row: Followed) -> float:
    return min(settings().ml_poll_interval_seconds * 2.0 ** min(row.failures, 10), LONGEST_PAUSE)


def _pause(row: Followed) -> float:
    return min(max(FIRST_PAUSE, SHARE_OF_AGE * row.age), settings().ml_poll_interval_seconds)


def _progress(status: AnalysisStatus) -> dict[str, int]:
    fields = {
        "items_processed": status.items_processed,
        "items_total": status.items_total,
        "matches_found": status.matches_found,
        "review_queue_count": status.review_queue,
        "error_count": status.error_count,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _stall() -> AnalysisStalled:
    return AnalysisStalled(
        f"ml-analyze came to no end within {settings().ml_stalled_after_minutes:g} minutes. "
        "Look at its page on the status screen, then retry."
    )
