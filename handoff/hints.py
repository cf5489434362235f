"""RQ's worker for entries that are hints: what a database row or a record says decides, and an entry may be lost.

RQ keeps an account of each entry (who runs it, since when, what came of it) in five registries and some sixty commands
to Redis. Nobody reads that account of a hint. This worker takes an entry off its queue, says that it is busy, runs it
and drops it: eight commands. An entry that fails is accounted for as RQ does it. See ADR 388.
"""

from __future__ import annotations

import sys
import time
from typing import Any, cast

import structlog
from redis import ConnectionError as RedisAway
from redis import RedisError
from redis import TimeoutError as RedisSilent
from redis.client import Pipeline
from rq import Queue, SimpleWorker
from rq.exceptions import DequeueTimeout, NoSuchJobError
from rq.job import Job
from rq.timeouts import JobTimeoutException
from rq.utils import now, utcformat
from rq.worker import WorkerStatus

#: seconds that an entry is kept whose worker died over it, for whoever wants to look at it
FORGOTTEN_AFTER = 86400
#: seconds between two signs of life of a worker that has nothing else to say
BEAT_SECONDS = 10.0

log = structlog.get_logger()


class HintWorker(SimpleWorker):
    """Runs entries in its own process, one after the other, at three to four round trips to Redis each."""

    _beaten = float("-inf")

    def check_for_suspension(self, burst: bool) -> None:
        """A worker takes no orders from Redis but the queue's entries."""

    def rest(self) -> None:
        """Called when nothing came for the time that a worker waits at once, and only then."""

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:
        """RQ gives a sign of life at each step of its loop; said again within seconds it says nothing new."""
        if timeout is None and pipeline is None and time.monotonic() - self._beaten < BEAT_SECONDS:
            return
        self._beaten = time.monotonic()
        super().heartbeat(timeout, pipeline)

    def dequeue_job_and_maintain_ttl(
        self,
        timeout: int | None,
        max_idle_time: int | None = None,  # noqa: ARG002  # RQ's; our workers wait for ever
    ) -> tuple[Job, Queue] | None:
        """The next entry that can be read; None when the worker is to stop, or ``timeout`` is None and nothing waits.

        Waits for a Redis that is away, as RQ does.
        """
        pause = 1.0
        while not self._stop_requested:
            try:
                self.heartbeat()
                if self.should_run_maintenance_tasks:
                    self.run_maintenance_tasks()  # type: ignore[no-untyped-call]
                keys = [queue.key for queue in self._ordered_queues]
                taken = self.queue_class.lpop(keys, timeout, connection=self.connection)
                if taken is None:
                    return None
                self._state = WorkerStatus.BUSY  # asked to stop from here on, it does what it took
                if entry := self._read(*taken):
                    return entry
                self._state = WorkerStatus.IDLE
            except DequeueTimeout:
                self.rest()
            except (RedisAway, RedisSilent) as error:
                self._state = WorkerStatus.IDLE
                log.warning("redis_away", error=str(error), seconds=pause)
                time.sleep(pause)
                pause = min(pause * self.exponential_backoff_factor, self.max_connection_wait_time)
        return None

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Run the entry and drop it; one that raises is kept among RQ's failed ones with its traceback."""
        life = self.get_heartbeat_ttl(job)
        with self.connection.pipeline(transaction=False) as pipe:
            self._say(WorkerStatus.BUSY, life, pipe)
            pipe.execute()
        job.started_at = now()
        try:
            seconds = job.timeout or self.queue_class.DEFAULT_TIMEOUT
            with self.death_penalty_class(seconds, JobTimeoutException, job_id=job.id):
                job.perform()
        except BaseException:
            # Also what is no Exception: a worker that is asked to stop in the middle still says what it was at.
            job.redis_server_version = self.get_redis_server_version()  # type: ignore[no-untyped-call]
            execution = self.prepare_execution(job)
            self._finalize_failure(job, queue, execution, sys.exc_info())
            self.set_state(WorkerStatus.IDLE)
            return
        try:
            with self.connection.pipeline(transaction=False) as pipe:
                pipe.delete(job.key)
                self._say(WorkerStatus.IDLE, self.worker_ttl + 60, pipe)
                pipe.execute()
        except RedisError as error:  # the work is done and written; the entry runs out by itself
            self._state = WorkerStatus.IDLE
            log.warning("queue_entry_not_dropped", entry=job.id, error=str(error))

    def _read(self, key: str | bytes, entry: str | bytes) -> tuple[Job, Queue] | None:
        name, entry_id = (each.decode() if isinstance(each, bytes) else each for each in (key, entry))
        queue = next(each for each in self.queues if each.key == name)
        job = self.job_class(entry_id, connection=self.connection, serializer=self.serializer)
        with self.connection.pipeline(transaction=False) as pipe:
            pipe.hgetall(job.key)
            pipe.expire(job.key, FORGOTTEN_AFTER)
            told = cast("dict[bytes, Any]", pipe.execute()[0])
        if not told:  # dropped before its turn came
            return None
        try:
            job.restore(told)
        except NoSuchJobError:
            return None
        return job, queue

    def _say(self, state: WorkerStatus, life: int, pipe: Pipeline) -> None:
        """What the worker is at, in its record; without another word that is forgotten after ``life`` seconds."""
        self._state, self._beaten = state, time.monotonic()
        pipe.hset(self.key, mapping={"state": state, "last_heartbeat": utcformat(now())})
        pipe.expire(self.key, life)
