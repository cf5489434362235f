"""The record of an analysis in Redis; nobody else writes one.

``ml-analyze:job:{id}``   string, JSON, 7 days: the reply of the status route, and under ``private`` what only we need
``ml-analyze:live``       sorted set: ids that are not settled, by the time of their last sign of life
``ml-analyze:workers``    sorted set: names of workers, by the time of their last sign of life

A worker claims a record under a fresh token and writes only while the record still bears it. When the signs
of life stop, ``sweep`` gives the record to the queue once more, and the second time fails it as WORKER_LOST.

One room: one record and its claims; whatever writes it is here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID, uuid4

import orjson
import structlog
from pydantic import BaseModel
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from handoff.api import AnalysisPhase, AnalysisState, AnalysisStatus
from ml_analyze.order import Failure, Order, Outcome, Progress
from ml_analyze.redis_time import ClockOf

RECORD_SECONDS = 7 * 86400
SWEEP_SECONDS = 2.0
WORKER_SECONDS = 30.0
LIVE, WORKERS, SWEEPER = "ml-analyze:live", "ml-analyze:workers", "ml-analyze:sweeper"
TASK = "ml_analyze.tasks.analyze"
SETTLED = {AnalysisState.COMPLETED, AnalysisState.FAILED}

# Writes only where the record still bears the expected token; an empty score takes the id off the live ones.
_SWAP = """
local raw = redis.call('GET', KEYS[1])
if not raw or cjson.decode(raw)['private']['token'] ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
if ARGV[5] == '' then redis.call('ZREM', KEYS[2], ARGV[4])
else redis.call('ZADD', KEYS[2], ARGV[5], ARGV[4]) end
return 1
"""

log = structlog.get_logger()


class LostClaim(Exception):
    """The record is another worker's now, or was forgotten: say nothing, stop."""


class Private(BaseModel):
    """``token`` names the claim (empty: none), ``beat`` is its last sign of life, ``losses`` counts dead workers."""

    order: Order
    token: str = ""
    worker: str = ""
    beat: float = 0.0
    losses: int = 0


class Record(AnalysisStatus):
    private: Private


class Runs:
    """All records of one Redis.

    Times are Redis's own: machines whose clocks differ must agree on who has been silent for how long.

    ``job_seconds`` is the time limit that the queue itself enforces, ``lost_seconds`` the silence after which a
    worker counts as dead.
    """

    def __init__(
        self,
        redis: Redis,
        *,
        queue_name: str,
        job_seconds: int,
        lost_seconds: float,
        clock: Callable[[], float] | None = None,
    ) -> None:
        self.redis, self._job_seconds, self._lost_seconds = redis, job_seconds, lost_seconds
        self._clock = clock or ClockOf(redis)
        self.queue = Queue(queue_name, connection=redis, serializer=JSONSerializer)
        self._swap = redis.register_script(_SWAP)

    def submit(self, analysis_id: UUID, order: Order) -> AnalysisState:
        """Make the work durable: when this returns, record and queue entry are both written.

        An analysis that is known already is left alone; its state is returned.
        """
        if known := self.status(analysis_id):
            return AnalysisState(known["status"])
        record = Record(
            job_id=analysis_id,
            status=AnalysisState.PENDING,
            created_at=self.now(),
            private=Private(order=order, beat=self._clock()),
        )
        with self.redis.pipeline() as pipe:
            pipe.set(_key(analysis_id), record.model_dump_json(), ex=RECORD_SECONDS, nx=True)
            pipe.zadd(LIVE, {str(analysis_id): self._clock()})
            self._enqueue(record, pipe)
            pipe.execute()
        return record.status

    def status(self, analysis_id: UUID) -> dict[str, Any] | None:
        """The record as the status route tells it; None for an unknown one."""
        return next(iter(self.statuses([analysis_id])), None)

    def statuses(self, analysis_ids: Iterable[UUID]) -> list[dict[str, Any]]:
        """Known records only, in one round trip; lost ones are given back to the queue on the way."""
        keys = [_key(analysis_id) for analysis_id in analysis_ids]
        known = self._read(keys)
        if any(self._looks_lost(record) for record in known) and self.sweep():
            known = self._read(keys)
        for record in known:
            record.pop("private", None)
        return known

    def forget(self, analysis_id: UUID) -> bool:
        """Drop the record; a running analysis is not stopped. False for an unknown one."""
        with self.redis.pipeline() as pipe:
            pipe.delete(_key(analysis_id))
            pipe.zrem(LIVE, str(analysis_id))
            return bool(pipe.execute()[0])

    def claim(self, analysis_id: UUID, *, worker: str) -> Claim | None:
        """The right to work on a waiting analysis; None when it is gone, settled or somebody else's."""
        raw = cast("bytes | None", self.redis.get(_key(analysis_id)))
        record = Record.model_validate_json(raw) if raw else None
        if record is None or record.status is not AnalysisState.PENDING:
            return None
        record.private.token, record.private.worker = uuid4().hex, worker
        record.status, record.started_at = AnalysisState.PROCESSING, self.now()
        record.phase = AnalysisPhase.READING
        return Claim(self, record) if self.write(record, expected="") else None

    def write(self, record: Record, *, expected: str) -> bool:
        """Write a record that still bears the ``expected`` token; False when it does not, or is gone."""
        record.private.beat = self._clock()
        score: str | float = "" if record.status in SETTLED else record.private.beat
        arguments: list[str | float] = [expected, record.model_dump_json(), RECORD_SECONDS, str(record.job_id), score]
        return bool(self._swap(keys=[_key(record.job_id), LIVE], args=arguments))

    def requeue(self, record: Record, *, lost: bool) -> bool:
        """Give an analysis back to the queue; ``lost`` counts it against the one time that is allowed."""
        token = record.private.token
        record.private.losses += lost
        record.private.token = record.private.worker = ""
        record.status, record.phase, record.started_at = AnalysisState.PENDING, None, None
        if not self.write(record, expected=token):
            return False
        self._enqueue(record)
        return True

    def sweep(self) -> int:
        """Look after what gave no sign of life for long; returns how many were changed. One process at a time."""
        if not self.redis.set(SWEEPER, "1", nx=True, px=int(SWEEP_SECONDS * 1000)):
            return 0
        edge = self._clock() - self._lost_seconds
        ids = [member.decode() for member in cast("list[bytes]", self.redis.zrangebyscore(LIVE, "-inf", edge, 0, 1000))]
        if not ids:
            return 0
        queued = {entry[:36] for entry in self.queue.job_ids}
        raws = cast("list[bytes | None]", self.redis.mget([_key(name) for name in ids]))
        changed = 0
        for name, raw in zip(ids, raws, strict=True):
            record = Record.model_validate_json(raw) if raw else None
            if record is None or record.status in SETTLED:
                self.redis.zrem(LIVE, name)
            elif record.status is AnalysisState.PENDING:
                self.redis.zadd(LIVE, {name: self._clock()})
                if name not in queued:  # popped by a worker that died before it began
                    self._enqueue(record)
                    changed += 1
            elif record.private.beat < edge:
                changed += self._recover(record)
        return changed

    def _recover(self, record: Record) -> bool:
        log.warning("worker_lost", analysis_id=str(record.job_id), worker=record.private.worker)
        if not record.private.losses:
            return self.requeue(record, lost=True)
        token = record.private.token
        _fail(
            record,
            Failure(
                code="WORKER_LOST",
                message="The worker died twice during this analysis; see the memory of the machine, then try again.",
            ),
        )
        record.completed_at = self.now()
        return self.write(record, expected=token)

    def worker_alive(self, name: str) -> None:
        with self.redis.pipeline(transaction=False) as pipe:
            pipe.zadd(WORKERS, {name: self._clock()})
            pipe.zremrangebyscore(WORKERS, "-inf", self._clock() - 10 * WORKER_SECONDS)
            pipe.execute()

    def worker_gone(self, name: str) -> None:
        self.redis.zrem(WORKERS, name)

    def workers_alive(self) -> int:
        return self.redis.zcount(WORKERS, self._clock() - WORKER_SECONDS, "+inf")

    def _enqueue(self, record: Record, pipe: Any = None) -> None:
        analysis_id = str(record.job_id)
        entry = self.queue.prepare_data(
            TASK,
            args=(analysis_id,),
            job_id=f"{analysis_id}-{uuid4().hex[:8]}",
            timeout=self._job_seconds,
            result_ttl=0,
            failure_ttl=3600,
            description=f"analyze {analysis_id}",
            at_front=bool(record.private.losses),  # it was begun once: it waits behind nobody
        )
        # enqueue_many alone adds to a transaction without watching keys first.
        self.queue.enqueue_many([entry], pipeline=pipe)

    def _read(self, keys: list[str]) -> list[dict[str, Any]]:
        return [orjson.loads(raw) for raw in cast("list[bytes | None]", self.redis.mget(keys)) if raw]

    def _looks_lost(self, record: Mapping[str, Any]) -> bool:
        beat: float = record["private"]["beat"]
        return record["status"] == AnalysisState.PROCESSING and beat < self._clock() - self._lost_seconds

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), UTC)


class Claim:
    """One worker's right to one analysis. Every write raises LostClaim when the right is gone."""

    def __init__(self, runs: Runs, record: Record) -> None:
        self._runs, self._record = runs, record

    @property
    def order(self) -> Order:
        return self._record.private.order

    @property
    def analysis_id(self) -> UUID:
        return self._record.job_id

    def report(self, progress: Progress) -> None:
        """Show how far it is; also the sign of life."""
        record = self._record
        record.phase, record.progress_percentage = progress.phase, progress.percentage
        record.items_processed, record.error_count = progress.items, progress.errors
        record.items_total = max(progress.rows_total, progress.items)
        record.matches_found, record.review_queue = progress.matched, progress.review
        record.errors = progress.sentences
        self._write()

    def complete(self, outcome: Outcome, *, peak_memory: int) -> None:
        record, totals = self._record, outcome.totals
        record.status, record.phase, record.progress_percentage = AnalysisState.COMPLETED, AnalysisPhase.DONE, 100
        record.items_processed = record.items_total = totals.items
        record.matches_found, record.review_queue, record.error_count = totals.matched, totals.review, totals.errors
        record.errors = outcome.sentences
        record.result_path, record.result_sha256 = outcome.path, outcome.sha256
        record.metrics = outcome.metrics.model_copy(update={"peak_memory_bytes": peak_memory})
        self._settle()

    def fail(self, failure: Failure) -> None:
        _fail(self._record, failure)
        self._settle()

    def put_back(self) -> None:
        """Return the work undone, as a worker does that was asked to stop."""
        if not self._runs.requeue(self._record, lost=False):
            raise LostClaim

    def put_back_once(self) -> bool:
        """Return the work because somebody killed it from outside; False when that was the second time."""
        if self._record.private.losses:
            return False
        if not self._runs.requeue(self._record, lost=True):
            raise LostClaim
        return True

    def _settle(self) -> None:
        self._record.completed_at = self._runs.now()
        self._write()

    def _write(self) -> None:
        if not self._runs.write(self._record, expected=self._record.private.token):
            raise LostClaim


def _fail(record: Record, failure: Failure) -> None:
    record.status, record.error_code, record.reading = AnalysisState.FAILED, failure.code, failure.reading
    record.errors = [failure.message, *record.errors][:20]


def _key(analysis_id: UUID | str) -> str:
    return f"ml-analyze:job:{analysis_id}"
