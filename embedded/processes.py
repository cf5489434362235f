"""Children that never outlive their parent: each in a session of its own, ended as a group, found again by folder."""

from __future__ import annotations

import contextlib
import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

_PR_SET_PDEATHSIG = 1
# Loaded here and not in the child: between fork and exec nothing may be imported.
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


class CannotRun(Exception):
    """Something on this machine stands in the way; the message is a sentence for the person at the terminal."""


@dataclass(frozen=True)
class Account:
    """The system user that a server runs as."""

    name: str
    uid: int
    gid: int

    @classmethod
    def of(cls, uid: int) -> Account:
        entry = pwd.getpwuid(uid)
        return cls(entry.pw_name, entry.pw_uid, entry.pw_gid)


def start(
    command: Sequence[str | Path],
    *,
    log: Path,
    folder: Path,
    environment: Mapping[str, str] | None = None,
    account: Account | None = None,
    goodbye: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start ``command`` in ``folder``, its output appended to ``log``.

    On Linux the child gets ``goodbye`` when the calling thread dies, so a killed parent leaves nobody behind.
    """
    with log.open("ab") as output:
        return subprocess.Popen(
            [str(part) for part in command],
            cwd=folder,
            env=dict(environment) if environment is not None else None,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_dies_with_parent(goodbye),  # noqa: PLW1509 (calls prctl only, and takes no lock)
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )


def run(
    command: Sequence[str | Path],
    *,
    folder: Path,
    environment: Mapping[str, str] | None = None,
    account: Account | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run ``command`` to its end, output kept; raises OSError when it cannot even be started as ``account``."""
    return subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=dict(environment) if environment is not None else None,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )


def _dies_with_parent(goodbye: signal.Signals) -> Callable[[], None] | None:
    if _LIBC is None:
        return None
    parent, prctl, number = os.getpid(), _LIBC.prctl, int(goodbye)

    def ask() -> None:
        prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)
        if os.getppid() != parent:  # the parent died between fork and prctl
            os._exit(1)

    return ask


def end(
    processes: Iterable[subprocess.Popen[bytes]], *, how: signal.Signals = signal.SIGTERM, patience: float = 5.0
) -> None:
    """Ask all of them at once, wait ``patience`` seconds together, then kill what is left of their groups."""
    asked = [process for process in processes if process.poll() is None]
    for process in asked:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(how)
    deadline = time.monotonic() + patience
    for process in asked:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            pass
        kill_group(process.pid)
        process.wait()


def kill_group(leader: int) -> None:
    """Kill whatever is left of the session that ``leader`` opened."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def end_leftovers(folder: Path, program: str, *, patience: float = 2.0) -> int:
    """End what an earlier start left working in ``folder``: our programs named ``program`` with that working directory.

    Both servers change into their data folder, so this finds orphaned backends too, whose parent was killed, and it
    can never mistake a stranger who was given a recycled process id. Returns how many there were.
    """
    found = [process for process in psutil.process_iter(["name"]) if _works_in(process, folder, program)]
    for process in found:
        with contextlib.suppress(psutil.NoSuchProcess):
            # An immediate end, not a smart one: the write-ahead log and the append-only file are made for this.
            process.send_signal(signal.SIGQUIT if program == "postgres" else signal.SIGTERM)
    _, stubborn = psutil.wait_procs(found, timeout=patience)
    for process in stubborn:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(stubborn, timeout=patience)
    return len(found)


def _works_in(process: psutil.Process, folder: Path, program: str) -> bool:
    try:
        return process.info["name"].startswith(program) and Path(process.cwd()) == folder.resolve()
    except (psutil.Error, OSError):  # somebody else's process, or one that has just ended
        return False
