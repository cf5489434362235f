"""Runs one piece of work in a child process of its own, with a memory and a time limit.

Whatever a hostile file does to the child, the parent learns how it ended and goes on. The child is a
fork: what the parent has imported is there at once (some 10 ms), and it shares no connection with it and
none of the variables that hold addresses and secrets.

One room: the child, its walls and how its end is told apart; what one side sends the other side reads.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import select
import signal
import sys
import time
from collections.abc import Callable, Set
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, NoReturn

TICK_SECONDS = 0.25
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
MEMORY_EXIT, _ERROR_EXIT = 77, 78
_MEMORY_SIGNS = (b"MemoryError", b"memory allocation of", b"bad_alloc", b"Cannot allocate memory", b"out of memory")
_TAIL = 4000
#: variables that a child may need; every other one is forgotten, for it may hold a secret. COURIER_INSTALLATION is
#: the mark by which a supervisor finds what a killed one left behind.
_HARMLESS = frozenset(
    {"PATH", "HOME", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "PYTHONPATH", "PYTHONHASHSEED"}
    | {"LD_LIBRARY_PATH", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "COURIER_INSTALLATION"}
)
#: a child that is killed from outside above this share of its memory was killed for it
_NEAR_THE_LIMIT = 0.7

Send = Callable[[bytes], None]


class Cause(StrEnum):
    DONE = "done"
    TIMEOUT = "TIMEOUT"
    OUT_OF_MEMORY = "OUT_OF_MEMORY"
    CRASHED = "CRASHED"
    KILLED = "KILLED"
    STOPPED = "STOPPED"


@dataclass(frozen=True)
class Bounds:
    """``memory_bytes`` on top of what the parent itself takes."""

    seconds: float
    memory_bytes: int


@dataclass(frozen=True)
class Ending:
    """``said`` is the end of the child's standard error; ``peak_memory`` in bytes."""

    cause: Cause
    peak_memory: int
    seconds: float
    said: str = ""


def run_confined(
    work: Callable[[Send], None],
    *,
    bounds: Bounds,
    on_message: Callable[[bytes], None],
    go_on: Callable[[], bool] = lambda: True,
) -> Ending:
    """Run ``work`` in a child; its messages (bytes without line feed) arrive here in order.

    ``go_on`` is asked several times a second: False ends the child (STOPPED).
    """
    started, parent = time.monotonic(), os.getpid()
    reader, writer = os.pipe()
    with TemporaryFile() as errors:
        child = os.fork()
        if child == 0:
            live_as_child(work, writer, errors, bounds, parent)
        os.close(writer)
        try:
            cause, status, peak = watch(child, reader, on_message, go_on, deadline=started + bounds.seconds)
        except BaseException:
            kill(child)
            os.waitpid(child, 0)
            raise
        finally:
            os.close(reader)
        errors.seek(max(0, errors.seek(0, os.SEEK_END) - _TAIL))
        said = errors.read()
    return ending_of(cause, status, peak, said, bounds=bounds, started=started)


def ending_of(cause: Cause, status: int, peak: int, said: bytes, *, bounds: Bounds, started: float) -> Ending:
    """What the end of a child means; ``started`` by the monotonic clock."""
    if cause is Cause.DONE:
        cause = _cause_of(status, said)
    if cause is Cause.KILLED and peak > _NEAR_THE_LIMIT * bounds.memory_bytes:
        cause = Cause.OUT_OF_MEMORY  # the kernel's own remedy against a full memory
    return Ending(cause, peak, time.monotonic() - started, said[-_TAIL:].decode(errors="replace"))


def watch(
    child: int,
    reader: int,
    on_message: Callable[[bytes], None],
    go_on: Callable[[], bool],
    *,
    deadline: float,
    ready: Callable[[], bool] = lambda: False,
) -> tuple[Cause, int, int]:
    """(cause, wait status, peak bytes); DONE means that the child ended by itself, well or not, or is ``ready``."""
    os.set_blocking(reader, False)
    inbox, cause = _Inbox(reader, on_message), Cause.DONE
    exits = os.pidfd_open(child) if hasattr(os, "pidfd_open") else None
    try:
        while True:
            watched = [fd for fd in (None if inbox.ended else reader, exits) if fd is not None]
            select.select(watched, [], [], TICK_SECONDS if exits is not None else TICK_SECONDS / 10)
            inbox.receive()
            if cause is Cause.DONE and ready():
                return cause, 0, 0
            pid, status, usage = os.wait4(child, os.WNOHANG)
            if pid:
                kill(child)  # what it may have started itself
                inbox.receive()
                return cause, status, usage.ru_maxrss * (1024 if sys.platform == "linux" else 1)
            if cause is Cause.DONE and time.monotonic() > deadline:
                cause = Cause.TIMEOUT
                kill(child)
            elif cause is Cause.DONE and not go_on():
                cause = Cause.STOPPED
                kill(child)
    finally:
        if exits is not None:
            os.close(exits)


class _Inbox:
    """Cuts what comes through the pipe into messages."""

    def __init__(self, reader: int, on_message: Callable[[bytes], None]) -> None:
        self._reader, self._on_message, self._rest = reader, on_message, b""
        self.ended = False

    def receive(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while block := os.read(self._reader, 1 << 16):
                *messages, self._rest = (self._rest + block).split(b"\n")
                for message in messages:
                    self._on_message(message)
            self.ended = True


def _cause_of(status: int, said: bytes) -> Cause:
    code = os.waitstatus_to_exitcode(status)
    if code == 0:
        return Cause.DONE
    if code == -signal.SIGXCPU:
        return Cause.TIMEOUT
    if code == MEMORY_EXIT or any(sign in said for sign in _MEMORY_SIGNS):
        return Cause.OUT_OF_MEMORY
    if code == -signal.SIGKILL:
        return Cause.KILLED
    return Cause.CRASHED


def kill(child: int) -> None:
    """The child, and what it has started."""
    for end in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            end(child, signal.SIGKILL)


def live_as_child(
    work: Callable[[Send], None],
    writer: int,
    errors: IO[bytes],
    bounds: Bounds,
    parent: int,
    *,
    kept: tuple[int, ...] = (),
) -> NoReturn:
    """Never returns: the parent's exit handlers, buffers and connections are not ours to touch."""
    code = _ERROR_EXIT
    try:
        die_with_parent(parent)
        os.setpgid(0, 0)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD, signal.SIGALRM):
            signal.signal(number, signal.SIG_DFL)
        os.dup2(errors.fileno(), 2)
        sys.stderr = os.fdopen(2, "w", closefd=False)
        _close_all_but({writer, *kept})
        _forget_environment()
        _limit(bounds)
        work(lambda message: _send(writer, message))
        code = 0
    except MemoryError:
        code = MEMORY_EXIT
    except BaseException:
        with contextlib.suppress(BaseException):
            sys.excepthook(*sys.exc_info())
    finally:
        with contextlib.suppress(BaseException):
            sys.stderr.flush()
        os._exit(code)


def die_with_parent(parent: int) -> None:
    """On Linux: this process is killed when the thread that forked it ends, whatever ended it."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # it was killed before we asked
            os._exit(_ERROR_EXIT)


def _close_all_but(kept: Set[int]) -> None:
    top = min(resource.getrlimit(resource.RLIMIT_NOFILE)[0], 4096)
    for first, last in pairwise([2, *sorted(kept), top]):
        os.closerange(first + 1, last)


def _forget_environment() -> None:
    """Take the variables from ``os.environ``, and their values from the memory that /proc shows to every neighbour."""
    for name in os.environ.keys() - _HARMLESS:
        del os.environ[name]
    try:
        block = Path("/proc/self/environ").read_bytes()
        # The name of the program, the second field, may hold blanks; env_start is the 50th.
        place = int(Path("/proc/self/stat").read_text("utf-8", "replace").rpartition(")")[2].split()[47])
    except (OSError, ValueError, IndexError):  # not on Linux
        return
    for entry in block.split(b"\0"):
        variable, _, value = entry.partition(b"=")
        if value and variable.decode(errors="replace") not in _HARMLESS:
            ctypes.memset(place + len(variable) + 1, ord("-"), len(value))
        place += len(entry) + 1


def _limit(bounds: Bounds) -> None:
    # RLIMIT_DATA, not RLIMIT_AS: a catalogue's index is mapped from disk and shared, and costs nobody memory.
    own = _data_bytes()
    for what, soft in (
        (resource.RLIMIT_DATA, own + bounds.memory_bytes),
        (resource.RLIMIT_CPU, int(bounds.seconds) + 30),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        limit = soft if hard == resource.RLIM_INFINITY else min(soft, hard)
        resource.setrlimit(what, (limit, hard))


def _data_bytes() -> int:
    """Bytes of private writable memory this process has mapped already."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
    except OSError:  # not on Linux
        return 0
    return pages * resource.getpagesize()


def _send(writer: int, message: bytes) -> None:
    view = memoryview(message + b"\n")
    while view:
        view = view[os.write(writer, view) :]
