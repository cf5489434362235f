"""The queue's side of both services: a worker calls what was declared to it, with arguments of the declared types.

RQ would import whatever name an entry bears, ``os.system`` included, and post to any address an entry gives as a
webhook. Who can write to Redis can therefore add, drop and repeat entries, but never choose what runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import ParamSpec, TypeVar

import structlog
from pydantic import ValidationError, validate_call
from rq import Queue
from rq.exceptions import NoSuchJobError
from rq.job import Job
from rq.serializers import JSONSerializer

from handoff import tracing
from handoff.hints import HintWorker

log = structlog.get_logger()

P = ParamSpec("P")
R = TypeVar("R")
W = TypeVar("W", bound="Worker")

#: what an entry may ask RQ to do besides its task: call more functions, post its outcome, come again, start others
_EXTRAS = (
    *("success_callback_name", "failure_callback_name", "stopped_callback_name", "webhooks"),
    *("retries_left", "repeats_left", "dependency_ids", "dependency_id", "rate_limit_key", "group_id"),
)


class TaskRefused(Exception):
    """An entry of the queue asks for what no task of ours does."""


class Tasks:
    """The functions that entries of a queue may name, each as ``module.function``."""

    def __init__(self) -> None:
        self._known: dict[str, Callable[..., object]] = {}

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._known)

    def declare(self, function: Callable[P, R]) -> Callable[P, R]:
        """Decorate a task. What an entry gives is read as the annotations say, before the function is called."""
        self._known[f"{function.__module__}.{function.__qualname__}"] = validate_call(function)
        return function

    def call(self, name: object, args: object, kwargs: object) -> object:
        """Raises TaskRefused for a name that was not declared and for arguments of other types."""
        task = self._known.get(name) if isinstance(name, str) else None
        if task is None:
            raise TaskRefused(f"No task is called {str(name)[:100]!r}.")
        if not isinstance(args, list | tuple) or not isinstance(kwargs, dict):
            raise TaskRefused(f"{name} was given no list of arguments.")
        try:
            return task(*args, **kwargs)
        except ValidationError as error:
            if error.title != getattr(task, "__name__", ""):
                raise  # of the task's own work
            wrong = "; ".join(f"{each['loc']}: {each['msg']}" for each in error.errors(include_url=False))
            raise TaskRefused(f"{name} was given other arguments than it takes: {wrong[:300]}.") from None


class Worker(HintWorker):
    """Runs declared tasks in its own process, and takes no orders from Redis but the queue's entries."""

    def subscribe(self) -> None:
        """No remote commands: nobody who can write to Redis stops a worker, and no thread lives beside a fork."""

    def unsubscribe(self) -> None:
        """Nothing was subscribed to."""


def worker_of(
    queue: Queue, tasks: Tasks, kind: type[W], *, name: str | None = None, ttl: int = 420, then: Sequence[Queue] = ()
) -> W:
    """A worker that runs ``tasks`` and nothing else: what ``queue`` holds, ``then`` the others' entries.

    ``ttl`` is how many seconds it may be silent.
    """

    class DeclaredJob(_DeclaredJob):
        declared = tasks

    queues = [queue, *then]
    for each in queues:
        each.job_class = DeclaredJob
    return kind(
        queues,
        name=name,
        connection=queue.connection,
        serializer=JSONSerializer,
        job_class=DeclaredJob,
        log_job_description=False,
        worker_ttl=ttl,
    )


class _DeclaredJob(Job):
    declared: Tasks

    def restore(self, raw_data: Mapping[bytes, bytes]) -> None:
        """An entry that cannot be read is none: it costs neither a worker nor the entries behind it."""
        wanted = {key: value for key, value in raw_data.items() if key.decode(errors="replace") not in _EXTRAS}
        if dropped := [key.decode() for key in raw_data.keys() - wanted.keys() if raw_data[key]]:
            log.error("queue_entry_asks_too_much", entry=self.id, dropped=sorted(dropped))
        try:
            super().restore(wanted)
            _ = self.func_name, self.args, self.kwargs
        except Exception as error:
            log.error("queue_entry_unreadable", entry=self.id, error=repr(error)[:300])
            raise NoSuchJobError(f"The entry {self.id} cannot be read.") from error

    def _execute(self) -> object:
        try:
            if self.instance is not None:
                raise TaskRefused("A task is a function, not a method of something.")
            with self._traced():
                return self.declared.call(self.func_name, self.args, self.kwargs)
        except TaskRefused as error:
            log.error("queue_entry_refused", entry=self.id, reason=str(error))
            raise

    def _traced(self) -> AbstractContextManager[None]:
        """A span below the one that made the entry; an entry that a clock made has none of its own."""
        parent = self.meta.get(tracing.HEADER) if isinstance(self.meta, dict) else None
        if not isinstance(parent, str):
            return nullcontext()
        return tracing.span(str(self.func_name), kind="consumer", parent=parent)
