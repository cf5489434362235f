"""A child that is asked again, and everything after which it is not."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator

import pytest

from handoff.confined import Bounds, Cause, Ending, Send
from handoff.reused import MOST_TASKS, Reused

ROOMY = Bounds(seconds=20, memory_bytes=200 << 20)
#: of which even a grown test runner takes a small share, so that a kill is not laid to its memory
VAST = Bounds(seconds=20, memory_bytes=4 << 30)


def serve(task: bytes, send: Send) -> bool:
    if task == b"killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if task == b"wrong":
        raise ValueError("no such thing")
    if task == b"hoard":
        hoard = []
        while True:
            hoard.append(bytearray(1 << 20))
    if task == b"large":
        bytearray(b"x") * (100 << 20)
    if task == b"slow":
        time.sleep(60)
    if task == b"mutter":
        sys.stderr.write("something is odd\n")
    send(b"%d" % os.getpid())
    return task != b"last"


@pytest.fixture
def child() -> Iterator[Child]:
    asked = Child()
    yield asked
    asked.reused.retire()


class Child:
    def __init__(self) -> None:
        self.reused, self.heard = Reused(serve), list[bytes]()

    def __call__(self, task: bytes, bounds: Bounds = ROOMY, *, go_on: bool = True) -> Ending:
        return self.reused.run(task, bounds=bounds, on_message=self.heard.append, go_on=lambda: go_on)

    def pid(self) -> int:
        assert self(b"plain").cause is Cause.DONE
        return int(self.heard[-1])


def test_the_same_child_is_asked_again_and_tells_its_memory(child: Child) -> None:
    assert child.pid() == child.pid() == child.pid()
    assert child(b"plain").peak_memory > 1 << 20


@pytest.mark.parametrize(
    ("task", "cause"),
    [
        (b"last", Cause.DONE),
        (b"mutter", Cause.DONE),
        (b"large", Cause.DONE),
        (b"wrong", Cause.CRASHED),
        (b"killed", Cause.KILLED),
        (b"hoard", Cause.OUT_OF_MEMORY),
    ],
)
def test_what_does_not_end_clean_was_the_childs_last(child: Child, task: bytes, cause: Cause) -> None:
    before = child.pid()
    ending = child(task, ROOMY if task == b"hoard" else VAST)
    assert ending.cause is cause
    if task in (b"wrong", b"mutter"):
        assert ending.said.strip().endswith("no such thing" if task == b"wrong" else "something is odd")
    assert child.pid() != before


def test_each_task_has_its_own_time_and_one_that_takes_longer_ends_the_child(child: Child) -> None:
    before = child.pid()
    assert child(b"slow", Bounds(0.3, 200 << 20)).cause is Cause.TIMEOUT
    assert child.pid() != before


def test_one_that_nobody_wants_any_more_is_stopped(child: Child) -> None:
    before = child.pid()
    assert child(b"slow", go_on=False).cause is Cause.STOPPED
    assert child.pid() != before


def test_one_that_was_killed_while_it_waited_is_replaced_unnoticed(child: Child) -> None:
    before = child.pid()
    os.kill(before, signal.SIGKILL)
    time.sleep(0.1)
    assert child.pid() != before


def test_nobody_is_asked_for_ever(child: Child) -> None:
    assert len({child.pid() for _ in range(MOST_TASKS + 1)}) == 2
