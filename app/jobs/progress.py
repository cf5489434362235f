"""A job as people see it: one state, how far, how fast, how long still, and why it waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from app.jobs import board
from app.models.job import Job
from app.models.phase import Outcome, Phase, Step

#: a rate over less than this many seconds says nothing
SHORTEST_RATE = 1.0
ENDED = {
    Outcome.SUCCESS: "complete",
    Outcome.WARNINGS: "warnings",
    Outcome.UNCHANGED: "unchanged",
    Outcome.HELD: "held",
    Outcome.REJECTED: "rejected",
    Outcome.UNDONE: "undone",
    Outcome.CANCELLED: "cancelled",
}


@dataclass(frozen=True)
class Picture:
    """``percent`` is None while the total is unknown; ``rate`` is in bytes or items a second, by phase."""

    job: Job
    state: str
    percent: int | None
    bytes_done: int
    bytes_total: int
    items_done: int
    items_total: int
    matched: int
    review: int
    errors: int
    elapsed: float | None
    rate: float | None
    seconds_left: float | None
    waits: str | None

    @property
    def id(self) -> UUID:
        return self.job.id

    @property
    def is_active(self) -> bool:
        return self.job.is_active

    @property
    def counts_bytes(self) -> bool:
        return self.job.phase == Phase.DOWNLOADING


def picture(job: Job) -> Picture:
    return pictures([job])[0]


def pictures(jobs: Sequence[Job]) -> list[Picture]:
    """One round trip to Redis for what moves; without Redis the table's figures serve."""
    live = board.live([job.id for job in jobs if job.is_active])
    now = datetime.now(UTC)
    return [_picture(job, live.get(job.id, {}), now) for job in jobs]


def state_of(job: Job) -> str:
    """One word for phase, outcome and waiting together; it names the icon, the colour and the label."""
    if job.phase == Phase.FAILED:
        return "cancelled" if job.outcome == Outcome.CANCELLED else "failed"
    if job.phase == Phase.COMPLETE:
        return ENDED.get(Outcome(job.outcome), "complete") if job.outcome else "complete"
    return "away" if job.away else job.phase


def _picture(job: Job, live: dict[str, int], now: datetime) -> Picture:
    bytes_done = live.get("download_bytes", 0) if job.is_active else job.file_size or 0
    bytes_total = live.get("download_total", 0) if job.is_active else job.file_size or 0
    if job.is_active and job.phase != Phase.DOWNLOADING:
        bytes_done = bytes_total = job.file_size or bytes_done
    items_done = max(live.get("items_processed", 0), job.items_processed)
    items_total = max(live.get("items_total", 0), job.items_total)
    counts_bytes = job.phase == Phase.DOWNLOADING
    done, total = (bytes_done, bytes_total) if counts_bytes else (items_done, items_total)
    rate, left = _pace(job, done, total, now)
    return Picture(
        job=job,
        state=state_of(job),
        percent=_percent(job, done, total),
        bytes_done=bytes_done,
        bytes_total=bytes_total,
        items_done=items_done,
        items_total=items_total,
        matched=max(live.get("matches_found", 0), job.matches_found),
        review=max(live.get("review_queue_count", 0), job.review_count),
        errors=max(live.get("error_count", 0), job.error_count),
        elapsed=_elapsed(job, now),
        rate=rate,
        seconds_left=left,
        waits=_waits(job, now),
    )


def _percent(job: Job, done: int, total: int) -> int | None:
    if not job.is_active:
        return 100 if job.phase == Phase.COMPLETE else None
    return min(100, done * 100 // total) if total else None


def _elapsed(job: Job, now: datetime) -> float | None:
    if job.started_at is None:
        return None
    seconds = ((job.completed_at or now) - job.started_at).total_seconds()
    return max(0.0, seconds)  # the row's moments are the database's, and this clock may be behind


def _pace(job: Job, done: int, total: int, now: datetime) -> tuple[float | None, float | None]:
    """Rate since the phase began, and the seconds left at that rate."""
    began = job.started_at if job.phase == Phase.DOWNLOADING else job.phase_since
    seconds = (now - began).total_seconds() if began else 0.0
    if not job.is_active or not done or seconds < SHORTEST_RATE:
        return None, None
    rate = done / seconds
    return rate, (total - done) / rate if total > done else None


def _waits(job: Job, now: datetime) -> str | None:
    """Why nothing moves, as a sentence; None while it does."""
    if not job.is_active:
        return None
    if job.waiting_for:
        return job.waiting_for
    held = job.claimed_until is not None and job.claimed_until > now
    if held or job.step == Step.FOLLOW or job.due_at is None:
        return None
    return "queue" if job.due_at <= now else None
