"""Several machines on one: process trees with a folder, a name and a clock of their own.

They share PostgreSQL, Redis and an object store, and nothing else. One is killed whole in the middle of the work.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from unittest import mock
from uuid import UUID

import psutil
from flask import Flask
from sqlalchemy import func, select

from app.extensions import db
from app.jobs import lifecycle
from app.models.catalog import PriceHistory, SupplierItem
from app.models.job import Job, JobEvent
from app.models.phase import SETTLED, Outcome, Step
from app.models.supplier import Supplier
from app.volume import volume
from embedded import ports, processes
from embedded.environment import PROJECT, environment
from embedded.servers import Servers
from embedded.supervisor import Supervisor, _carries, programs
from tests.chaos.harness import SECRET, TUNED, app_of
from tests.servers.analysis import price_list
from tests.servers.files import FileServer
from tests.servers.objects import CREDENTIALS, ObjectStore, object_store

SITE = PROJECT / "tests" / "chaos" / "another_machine"
ROWS = 20
#: seconds that nothing may end in before the run is given up
PATIENCE = 120.0


class OutOfTime(Exception):
    """The files were not through when the time that was given had passed: nothing is known of the rest."""


@dataclass(frozen=True)
class Kind:
    """``ahead``: seconds by which its clock is wrong; ``door``: it has the REST door of ml-analyze."""

    name: str
    ahead: float = 0.0
    door: bool = False


#: the machine that stays has the door: before several doors there is a load balancer, which is none of ours
TWO = (Kind("first", -300.0, door=True), Kind("second", 300.0))
THREE = (Kind("first", door=True), Kind("second", 300.0), Kind("third", -300.0))


@dataclass(frozen=True)
class Report:
    """``recovery``: seconds from the kill until each of the ``held`` jobs, whoever held them, had gone on."""

    files: int
    held: int
    recovery: float
    seconds: float
    workers_of: Counter[str]
    wrongs: list[str] = field(default_factory=list)


class Machine:
    def __init__(self, kind: Kind, folder: Path, *, servers: Servers, variables: dict[str, str], door: int) -> None:
        self.kind, self._home = kind, folder / kind.name
        for name in ("shared", "tmp"):
            (self._home / name).mkdir(parents=True)
        own = variables | {
            "SHARED_DIR": str(self._home / "shared"),
            "TMPDIR": str(self._home / "tmp"),
            "ML_CACHE_DIR": str(self._home / "cache"),
            "MACHINE_NAME": kind.name,
            "MACHINE_CLOCK_AHEAD": str(kind.ahead),
            "PYTHONPATH": f"{SITE}:{PROJECT}",
        }
        wanted = programs(web=("127.0.0.1", 0), ml_analyze=("127.0.0.1", door), workers=1)
        here = [each for each in wanted if each.name != "web" and (kind.door or each.name != "ml-analyze")]
        self._supervisor = Supervisor(self._home, servers, here, own, say=lambda sentence: None)

    def start(self) -> None:
        self._supervisor.start()

    def wait_until_ready(self) -> None:
        self._supervisor.wait_until_ready()

    def kill(self) -> None:
        """As a power cut does it: all at once, and nobody says goodbye."""
        mark = str(self._home.resolve())
        found = [process for process in psutil.process_iter() if _carries(process, mark)]
        for process in found:
            process.kill()
        psutil.wait_procs(found, timeout=10)

    def stop(self) -> None:
        self._supervisor.stop()


@dataclass
class Cluster:
    app: Flask
    machines: list[Machine]


@contextmanager
def cluster(folder: Path, kinds: Sequence[Kind]) -> Iterator[Cluster]:
    with ExitStack() as ends:
        store = ends.enter_context(object_store())
        ends.enter_context(mock.patch.dict(os.environ, CREDENTIALS))  # for this process, which looks on
        servers = Servers(folder, durable=False)
        ends.callback(servers.forget)
        servers.start()
        door = ports.any_free()
        variables = _variables(folder, servers, store, door)
        migrate = [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"]
        done = processes.run(migrate, folder=PROJECT, environment=variables)
        assert done.returncode == 0, done.stderr
        machines = [Machine(kind, folder, servers=servers, variables=variables, door=door) for kind in kinds]
        for machine in machines:
            ends.callback(machine.stop)
            machine.start()
        for machine in machines:
            machine.wait_until_ready()
        app = app_of(variables)
        yield Cluster(app, machines)
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def _variables(folder: Path, servers: Servers, store: ObjectStore, door: int) -> dict[str, str]:
    (folder / "shared").mkdir()
    return environment(
        database_url=servers.database_url,
        redis_url=servers.redis_url,
        shared=folder / "shared",  # of this process, which looks on
        secret_key=SECRET,
        ml_analyze_url=f"http://127.0.0.1:{door}",
        # The store here answers one request at a time; a quota as an installation has it, which is asked seldom.
        **TUNED | {"CLAIM_SECONDS": "20", "SHARED_MAX_BYTES": str(10 << 30)},
        **store.environment(store.bucket()),
    )


def run(
    folder: Path,
    kinds: Sequence[Kind],
    *,
    files: int,
    seconds: float = float("inf"),
    say: Callable[[str], None] = lambda sentence: None,
) -> Report:
    """Have ``files`` files of as many suppliers fetched, read and applied; the last machine dies after a third.

    Raises OutOfTime when that takes longer than ``seconds``.
    """
    began = time.monotonic()
    ends = began + seconds
    with FileServer() as sources, cluster(folder, kinds) as place, place.app.app_context():
        jobs = _open(sources, files)
        _wait(jobs, until=files // 3, ends=ends)
        killed_at, held = db.session.scalar(select(func.clock_timestamp())), _held(jobs)
        assert killed_at is not None
        place.machines[-1].kill()
        say(f"{place.machines[-1].kind.name} is dead; {len(held)} jobs were in somebody's hands")
        _wait(jobs, until=files, ends=ends)
        recovery = max((_gone_on(job, killed_at) for job in held), default=0.0)
        return Report(files, len(held), recovery, time.monotonic() - began, _hands(jobs), list(_wrongs(jobs)))


def _open(sources: FileServer, files: int) -> list[UUID]:
    jobs = []
    for number in range(files):
        url = sources.put(f"/{number}.csv", price_list(ROWS, seed=number))
        supplier = Supplier(name=f"Supplier {number}", source_type="csv", meta={"source_url": url})
        db.session.add(supplier)
        db.session.commit()
        task = f"machines-{number}"
        jobs.append(lifecycle.open_job(supplier, trigger="manual", task_id=task, step=Step.DELIVER, source_url=url).id)
    return jobs


def _wait(jobs: list[UUID], *, until: int, ends: float) -> None:
    """Until so many have ended; fails where nothing ends for PATIENCE."""
    ended, moved = 0, time.monotonic()
    while ended < until:
        now = db.session.scalar(select(func.count()).where(Job.id.in_(jobs), Job.phase.in_(SETTLED))) or 0
        db.session.rollback()
        if now > ended:
            ended, moved = now, time.monotonic()
        if time.monotonic() > ends:
            raise OutOfTime(f"{ended} of {len(jobs)} files were through when the time was over")
        waiting = time.monotonic() - moved
        assert waiting < PATIENCE, f"{len(jobs) - ended} of {len(jobs)} jobs have not gone on for {waiting:.0f} s"
        time.sleep(0.2)


def _held(jobs: list[UUID]) -> list[UUID]:
    """What is in somebody's hands now: claimed by a worker, or given to ml-analyze."""
    at_work = Job.claim_token.is_not(None) | (Job.step == Step.FOLLOW)
    found = list(db.session.scalars(select(Job.id).where(Job.id.in_(jobs), Job.phase.not_in(SETTLED), at_work)))
    db.session.rollback()
    return found


def _gone_on(job: UUID, since: datetime) -> float:
    """Seconds until the next thing happened to it."""
    at = db.session.scalar(select(func.min(JobEvent.at)).where(JobEvent.job_id == job, JobEvent.at > since))
    return (at - since).total_seconds() if at else 0.0


def _hands(jobs: list[UUID]) -> Counter[str]:
    """How many files each machine has fetched, by what lies beside them."""
    paths = db.session.scalars(select(Job.file_path).where(Job.id.in_(jobs), Job.file_path.is_not(None))).all()
    notes = (volume().read_sidecar(volume().root / str(path)) for path in paths)
    return Counter(note.downloaded_by.rpartition("@")[2] for note in notes)


def _wrongs(jobs: list[UUID]) -> Iterator[str]:
    """Every file is applied once, whole. (What the dead machine placed and did not count, the next count finds.)"""
    for job in db.session.scalars(select(Job).where(Job.id.in_(jobs))):
        if job.outcome != Outcome.SUCCESS:
            yield f"{job.task_id} ended as {job.phase}/{job.outcome}: {job.error_message}"
    suppliers = db.session.execute(
        select(SupplierItem.supplier_id, func.count(), func.count(SupplierItem.supplier_sku.distinct())).group_by(
            SupplierItem.supplier_id
        )
    ).all()
    yield from (f"{row[0]} has {row[1]} items, {row[2]} of them different" for row in suppliers if {*row[1:]} != {ROWS})
    if len(suppliers) != len(jobs):
        yield f"{len(suppliers)} suppliers of {len(jobs)} have items"
    prices = db.session.scalar(select(func.count()).select_from(PriceHistory))
    if prices != len(jobs) * ROWS:
        yield f"{prices} prices were written for {len(jobs) * ROWS} rows"
