"""All processes of one installation as children: started, watched, started again, ended together.

The children carry the installation's folder in their environment. By that mark the next start finds and ends what
a killed supervisor left behind, grandchildren included, whatever session they moved to.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from embedded import processes
from embedded.environment import PROJECT
from embedded.processes import CannotRun
from embedded.servers import Servers

MARK = "COURIER_INSTALLATION"
# A process that has worked this long has earned a fresh start without a pause.
_STEADY_SECONDS = 60.0
_LONGEST_PAUSE = 30.0


@dataclass(frozen=True)
class Program:
    """A command line that is to run all the time, in ``folder``; ``ready_url`` answers once it serves."""

    name: str
    command: Sequence[str]
    ready_url: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path = PROJECT


def programs(*, web: tuple[str, int], ml_analyze: tuple[str, int], workers: int) -> list[Program]:
    """The five kinds of process, each as docker-compose.yml starts it too; addresses are (host, port)."""
    python, gunicorn = [sys.executable], [sys.executable, "-m", "gunicorn", "--worker-class", "handoff.patient.Worker"]
    # Uploads and pages wait on disk and database, not on the processor: few processes, many threads.
    gunicorn += ["--graceful-timeout", "3", "--timeout", "120", "--keep-alive", "30", "--no-control-socket"]
    serve = [*gunicorn, "--workers", "2", "--threads", "8", "--bind", _bind(web), "wsgi:app"]
    analyse = [
        *gunicorn,
        "--workers",
        "1",
        "--threads",
        "8",
        "--bind",
        _bind(ml_analyze),
        "ml_analyze.api:create_app()",
    ]
    # As worker.py does it: the last one never waits for a supplier's server.
    kinds = ["fetching"] * max(1, workers - 1) + ["spare"] * (workers > 1)
    scheduler = [*python, "-m", "flask", "--app", "wsgi", "scheduler", "run"]
    return [
        Program("ml-analyze", analyse, f"http://{_bind(ml_analyze)}/health"),
        Program("ml-analyze-worker", [*python, "-m", "ml_analyze.worker"]),
        Program("web", serve, f"http://{_bind(web)}/live"),
        *(Program(f"worker-{n}", [*python, "worker.py", kind]) for n, kind in enumerate(kinds, 1)),
        Program("scheduler", scheduler),
    ]


def _bind(address: tuple[str, int]) -> str:
    return f"{address[0]}:{address[1]}"


class Supervisor:
    """Runs ``programs`` over ``servers``; ``say`` gets one sentence for whatever a person should know."""

    def __init__(
        self,
        home: Path,
        servers: Servers,
        wanted: Iterable[Program],
        environment: Mapping[str, str],
        *,
        say: Callable[[str], None],
    ) -> None:
        self._home, self._servers, self._say = home, servers, say
        self._environment = dict(environment) | {MARK: str(home.resolve())}
        self._children = [_Child(program) for program in wanted]

    def start(self) -> None:
        """Start every program; returns at once, see wait_until_ready."""
        (self._home / "logs").mkdir(parents=True, exist_ok=True)
        for child in self._children:
            self._launch(child)

    def wait_until_ready(self, patience: float = 90.0) -> None:
        """Return when every address answers; raises CannotRun naming the log of what does not come up."""
        deadline = time.monotonic() + patience
        for child in self._children:
            url = child.program.ready_url
            while url and not _answers(url):
                if child.failures >= 3 or time.monotonic() > deadline:
                    raise CannotRun(f"{child.program.name} does not come up: {self._last_word(child)}")
                self.watch()
                time.sleep(0.1)

    def watch(self) -> None:
        """One look at everything: what has ended is started again, after a pause that grows with each failure."""
        for name in self._servers.revive():
            self._say(f"{name} had ended and was started again.")
        for child in self._children:
            if child.process is not None and child.process.poll() is not None:
                self._mourn(child, child.process)
            if child.process is None and time.monotonic() >= child.next_start:
                self._launch(child)

    def stop(self) -> None:
        """Ask all to end, kill what has not ended after five seconds, and whatever they had started."""
        processes.end([child.process for child in self._children if child.process is not None], patience=5)
        end_marked(self._home)

    def process_of(self, name: str) -> psutil.Process | None:
        """The process of the program of that name; None while it does not run."""
        child = next(each for each in self._children if each.program.name == name)
        try:
            return psutil.Process(child.process.pid) if child.process is not None else None
        except psutil.NoSuchProcess:
            return None

    def _launch(self, child: _Child) -> None:
        program = child.program
        child.started = time.monotonic()
        child.process = processes.start(
            program.command,
            log=self._log(child),
            folder=program.folder,
            environment={**self._environment, **program.environment},
        )

    def _mourn(self, child: _Child, process: subprocess.Popen[bytes]) -> None:
        lived = time.monotonic() - child.started
        child.failures = 0 if lived > _STEADY_SECONDS else child.failures + 1
        pause = min(_LONGEST_PAUSE, 0.5 * 2 ** (child.failures - 1)) if child.failures else 0.0
        child.process, child.next_start = None, time.monotonic() + pause
        processes.kill_group(process.pid)  # it is dead, but what it started may not be
        after = f"in {pause:.0f} s" if pause >= 1 else "at once"
        self._say(f"{child.program.name} ended with code {process.returncode}; it starts again {after}.")

    def _log(self, child: _Child) -> Path:
        return self._home / "logs" / f"{child.program.name}.log"

    def _last_word(self, child: _Child) -> str:
        log = self._log(child)
        said = log.read_text(errors="replace").splitlines() if log.exists() else []
        # Gunicorn's own lines begin with a bracket and only say that a worker did not boot.
        lines = [line for line in said if line.strip() and not line.startswith("[")]
        return f"{lines[-1].strip() if lines else 'it said nothing'} (see {log})"


@dataclass
class _Child:
    program: Program
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    next_start: float = 0.0
    failures: int = 0


def end_marked(home: Path, *, patience: float = 3.0) -> int:
    """End every process that carries this installation's mark, except the caller; returns how many there were."""
    mark = str(home.resolve())
    found = [process for process in psutil.process_iter() if _carries(process, mark)]
    for process in found:
        with contextlib.suppress(psutil.Error):
            process.terminate()
    _, stubborn = psutil.wait_procs(found, timeout=patience)
    for process in stubborn:
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(stubborn, timeout=patience)
    return len(found)


def _carries(process: psutil.Process, mark: str) -> bool:
    try:
        return process.pid != os.getpid() and process.environ().get(MARK) == mark
    except (psutil.Error, OSError):  # somebody else's process, or one that has just ended
        return False


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):  # nosec B310 - an address of our own on loopback
            return True
    except urllib.error.HTTPError as error:
        return error.code < 500
    except OSError:
        return False
