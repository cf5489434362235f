"""The release before beside this one, over the same tables, queues and volume, while people and programs are at work.

As a roll-out goes: the release before serves; the tables are brought up to date under it; this one starts beside it and
takes over; then the way back that docs/upgrading.md tells, over the tables of this one. Each release runs from its own
folder, by its own list of processes.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tarfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select

from app.extensions import db
from app.models.job import Job
from app.models.phase import SETTLED, Outcome
from embedded import ports, processes
from embedded.environment import PROJECT, environment
from embedded.servers import Servers
from embedded.supervisor import Program, Supervisor
from tests.chaos import invariants
from tests.chaos.harness import SECRET, TUNED, app_of
from tests.servers.faulty_proxy import FaultyProxy
from tests.servers.files import FileServer
from tests.upgrade.load import PASSWORD, USER, Load

#: an old program's own list of its processes, with the addresses that it is given
LIST = """
import json, sys
from embedded.supervisor import programs
web, door = int(sys.argv[1]), int(sys.argv[2])
told = programs(web=("127.0.0.1", web), ml_analyze=("127.0.0.1", door), workers=2)
print(json.dumps([[each.name, each.command, each.ready_url, dict(each.environment)] for each in told]))
"""


@dataclass(frozen=True)
class Report:
    revision: str
    requests: int
    jobs: int
    seconds: float
    wrongs: list[str] = field(default_factory=list)


class Release:
    """One release of the code in ``folder``, and its processes once they are started."""

    def __init__(self, name: str, folder: Path, home: Path, servers: Servers, variables: dict[str, str]) -> None:
        self.name, self.folder, self._home, self._servers = name, folder, home / name.replace(" ", "-"), servers
        self._home.mkdir()
        self._variables = variables | {"PYTHONPATH": str(folder)}
        self._web, self._door = ports.any_free(), ports.any_free()
        self.url, self.door = f"http://127.0.0.1:{self._web}", f"http://127.0.0.1:{self._door}"
        self._supervisor: Supervisor | None = None

    def flask(self, *words: str, **more: str) -> None:
        """What `prepare` of the Compose file runs. Raises AssertionError with what it said."""
        command = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
        done = processes.run(command, folder=self.folder, environment=self._variables | more)
        assert done.returncode == 0, f"{self.name}: {' '.join(words)}:\n{(done.stdout + done.stderr)[-2000:]!r}"

    def prepare(self) -> None:
        self.flask("db", "upgrade")
        self.flask("users", "create", USER, "--if-missing", ADMIN_PASSWORD=PASSWORD)

    def start(self) -> None:
        command = [sys.executable, "-c", LIST, str(self._web), str(self._door)]
        done = processes.run(command, folder=self.folder, environment=self._variables)
        assert done.returncode == 0, done.stderr
        wanted = [
            Program(name, words, ready_url, more, self.folder)
            for name, words, ready_url, more in json.loads(done.stdout)
        ]
        self._supervisor = Supervisor(self._home, self._servers, wanted, self._variables, say=lambda sentence: None)
        self._supervisor.start()
        self._supervisor.wait_until_ready()

    def stop(self) -> None:
        """As Compose does it: asked to end, and killed after a few seconds."""
        if self._supervisor is not None:
            self._supervisor.stop()
            self._supervisor = None


def code_of(revision: str, folder: Path) -> Path:
    """The tree of a revision of this repository, in ``folder``. Raises CalledProcessError where git has none."""
    folder.mkdir()
    packed = subprocess.run(["git", "archive", revision], cwd=PROJECT, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")
    return folder


@contextmanager
def _gate(upstream: str) -> Iterator[FaultyProxy]:
    """The one address of ml-analyze, whichever release stands behind it."""
    gate = FaultyProxy(upstream)
    gate.faulty = False
    gate.start()
    try:
        yield gate
    finally:
        gate.stop()


def run(home: Path, revision: str, *, seconds: float, say: Callable[[str], None]) -> Report:
    """Roll out and back again; ``seconds`` of load at each of the stations. Needs the repository's history."""
    began = time.monotonic()
    with ExitStack() as ends:
        servers = Servers(home, durable=False)
        ends.callback(servers.forget)
        servers.start()
        (home / "shared").mkdir()
        gate = ends.enter_context(_gate("http://127.0.0.1:9"))
        variables = environment(
            database_url=servers.database_url,
            redis_url=servers.redis_url,
            shared=home / "shared",
            secret_key=SECRET,
            ml_analyze_url=gate.url,
            **TUNED,
        )
        before = Release("the release before", code_of(revision, home / "code"), home, servers, variables)
        now = Release("this release", PROJECT, home, servers, variables)
        ends.callback(before.stop)
        ends.callback(now.stop)
        files = ends.enter_context(FileServer())
        before.prepare()
        gate.lead_to(before.door)
        before.start()
        load = Load(files, before.url)
        with load.running():
            _station(load, seconds, "the release before, over its own tables", say)
            now.prepare()
            _station(load, seconds, "the release before, over the tables of this one", say)
            now.start()
            load.ask(before.url, now.url)
            _station(load, seconds, "both, side by side", say)
            gate.lead_to(now.door)
            load.ask(now.url)
            before.stop()
            _station(load, seconds, "this release", say)
            before.start()  # without its `prepare`, as the way back is documented: the tables stay as they are
            load.ask(before.url)
            gate.lead_to(before.door)
            now.stop()
            _station(load, seconds, "the release before again, over the tables of this one", say)
            load.no_more_files()
            app = app_of(variables)
            with app.app_context():
                wrongs = [*_left(patience=60 + 2 * seconds), *_wrongs(load)]
                jobs = db.session.scalar(select(func.count(Job.id))) or 0
                db.session.remove()
                db.engine.dispose()
        return Report(revision, load.answered, jobs, time.monotonic() - began, load.failures + wrongs)


def _station(load: Load, seconds: float, name: str, say: Callable[[str], None]) -> None:
    answered, failed, threads = load.answered, len(load.failures), threading.Event()
    threads.wait(seconds)
    say(f"{name}: {load.answered - answered} answers, {len(load.failures) - failed} failures")


def _left(patience: float) -> Iterator[str]:
    """What has not ended though it was given the time to."""
    active = select(Job).where(Job.phase.not_in(SETTLED)).execution_options(populate_existing=True)
    ends = time.monotonic() + patience
    while jobs := db.session.scalars(active).all():
        if time.monotonic() > ends:
            yield from (f"{job.supplier_name} has not ended: {job.phase}, {job.step}" for job in jobs)
            return
        db.session.rollback()
        time.sleep(0.3)


def _wrongs(load: Load) -> Iterator[str]:
    """Every list that was accepted is a job that ended well; and what must be true whenever nothing runs.

    But for the records in Redis, whose fields are those of the release that wrote them.
    """
    jobs: Counter[str] = Counter()
    for job in db.session.scalars(select(Job)):
        jobs[job.supplier_name] += 1
        if job.outcome != Outcome.SUCCESS:
            yield f"{job.supplier_name} ended as {job.phase}/{job.outcome}: {job.error_message}"
    if jobs != load.lists:
        yield f"Lists without a job: {load.lists - jobs}; jobs without a list: {jobs - load.lists}"
    yield from invariants.newest_applied(load.contents)
    yield from invariants.history()
    yield from invariants.nothing_left()
    yield from invariants.counters(load.contents)
    yield from invariants.ledger()
