"""A confined child that does one piece of work after another, for as long as each ends clean.

A fork takes some 10 ms and copies what it writes to; for work of that size a child that is warm already is half the
price. It is confined as every child is (handoff/confined.py), and what it does wrong ends it: the next piece of work
finds a new one.
"""

from __future__ import annotations

import contextlib
import os
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO

from handoff import confined
from handoff.confined import Bounds, Cause, Ending, Send

#: pieces of work that a child does at most
MOST_TASKS = 50
#: bytes of memory that a child may have grown by and still be asked again
MOST_GROWN = 64 << 20
#: bytes of a task: it must fit into an empty pipe, so that giving it never waits
LONGEST_TASK = 32 << 10
_READY = b"\0"

#: does the work; True when it ended clean and the same child may do more
Serve = Callable[[bytes, Send], bool]


@dataclass
class _Child:
    pid: int
    tasks: int
    messages: int
    errors: IO[bytes]
    told: int = 0

    def said(self) -> bytes:
        """What it wrote to standard error since it was last asked."""
        self.errors.seek(self.told)
        words = self.errors.read()
        self.told += len(words)
        return words

    def close(self) -> None:
        os.close(self.tasks)
        os.close(self.messages)
        self.errors.close()


class Reused:
    """At most one child at a time; ``serve`` is what it runs."""

    def __init__(self, serve: Serve) -> None:
        self._serve = serve
        self._child: _Child | None = None

    def run(
        self, task: bytes, *, bounds: Bounds, on_message: Callable[[bytes], None], go_on: Callable[[], bool]
    ) -> Ending:
        """Have ``task`` (without line feed, up to LONGEST_TASK) done; as ``run_confined`` does it."""
        started, ready = time.monotonic(), list[int]()

        def hear(message: bytes) -> None:
            if message.startswith(_READY):
                ready.append(int(message[1:]))
            else:
                on_message(message)

        child = self._asked(task, bounds)
        try:
            cause, status, peak = confined.watch(
                child.pid, child.messages, hear, go_on, deadline=started + bounds.seconds, ready=lambda: bool(ready)
            )
        except BaseException:
            self.retire()
            raise
        said = child.said()
        if ready and cause is Cause.DONE:
            if said:
                self.retire()
            return Ending(cause, ready[-1], time.monotonic() - started, said.decode(errors="replace"))
        self._child = None
        child.close()
        return confined.ending_of(cause, status, peak, said, bounds=bounds, started=started)

    def retire(self) -> None:
        """End the child, if there is one; the next task gets a new one."""
        child, self._child = self._child, None
        if child is not None:
            confined.kill(child.pid)
            os.waitpid(child.pid, 0)
            child.close()

    def _asked(self, task: bytes, bounds: Bounds) -> _Child:
        if self._child is not None:
            try:
                os.write(self._child.tasks, task + b"\n")
            except BrokenPipeError:  # somebody ended it while it waited
                self.retire()
            else:
                return self._child
        self._child = child = self._forked(bounds)
        with contextlib.suppress(BrokenPipeError):  # it has ended at once: whoever watches it learns how
            os.write(child.tasks, task + b"\n")
        return child

    def _forked(self, bounds: Bounds) -> _Child:
        parent, errors = os.getpid(), TemporaryFile("a+b")  # noqa: SIM115  # open for as long as the child lives
        tasks, give = os.pipe()
        hear, messages = os.pipe()
        child = os.fork()
        if child == 0:
            serve = self._serve
            confined.live_as_child(
                lambda send: _work(serve, tasks, send, bounds), messages, errors, bounds, parent, kept=(tasks,)
            )
        os.close(tasks)
        os.close(messages)
        return _Child(child, give, hear, errors)


def _work(serve: Serve, tasks: int, send: Send, bounds: Bounds) -> None:
    """The child's life: until a task did not end clean, there were enough of them, or it has grown."""
    at_first = _peak()
    with os.fdopen(tasks, "rb") as waiting:
        for number, task in enumerate(waiting, start=1):
            _allow(bounds.seconds)
            if not serve(task.rstrip(b"\n"), send) or number == MOST_TASKS or _peak() - at_first > MOST_GROWN:
                return
            sys.stderr.flush()
            send(_READY + b"%d" % _peak())


def _allow(seconds: float) -> None:
    """Processor time for one more task."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    with contextlib.suppress(ValueError):  # a hard limit below: it holds
        resource.setrlimit(resource.RLIMIT_CPU, (int(usage.ru_utime + usage.ru_stime + seconds) + 30, hard))


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1024 if sys.platform == "linux" else 1)
