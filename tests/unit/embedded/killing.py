"""A process to kill: it works, waits, and is gone by SIGKILL when the block ends, whatever happened there."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def another_process(work: Callable[[], object], done: Path) -> Iterator[None]:
    """Run ``work`` in a fork, which makes the file ``done``; the block begins then and ends with the fork's death."""
    child = os.fork()
    if child == 0:
        try:
            work()
            done.touch()
            signal.pause()
        finally:
            os._exit(1)  # never back into the test runner
    try:
        deadline = time.monotonic() + 30
        while not done.exists():
            assert time.monotonic() < deadline, "the other process never came that far"
            time.sleep(0.02)
        yield
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
