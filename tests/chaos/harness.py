"""An installation of real processes that is hurt on purpose, and the questions it must answer afterwards."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import psutil
import requests
from flask import Flask
from redis import Redis, RedisError
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from app import create_app
from app.access import accounts
from app.extensions import db
from app.jobs import lifecycle
from app.models.catalog import PriceHistory, SupplierItem
from app.models.job import Job
from app.models.phase import SETTLED, Step
from app.models.supplier import Supplier
from app.models.user import UserRole
from app.settings import Settings
from embedded import ports, processes
from embedded.environment import PROJECT, environment
from embedded.servers import Servers
from embedded.supervisor import Supervisor, programs
from handoff.volume import Volume
from tests.chaos.sources import Source
from tests.servers.faulty_proxy import FaultyProxy

SECRET = "a-secret-of-the-chaos-that-is-long-enough-for-every-check"
PASSWORD = "chaos-chaos-chaos"
VOLUME_BYTES = 64 << 20
T = TypeVar("T")
#: quicker than in earnest, so that a short run meets every path several times
TUNED = {
    "ENVIRONMENT": "test",
    "FETCH_ALLOWED_HOSTS": "127.0.0.1",
    "FETCH_CONNECT_TIMEOUT_SECONDS": "3",
    "FETCH_READ_TIMEOUT_SECONDS": "5",
    "RETRY_DELAY_SECONDS": "0.1",
    "ML_RETRY_DELAY_SECONDS": "0.5",
    "MAX_RETRIES": "8",
    "ML_CONNECT_TIMEOUT_SECONDS": "5",
    "ML_POLL_INTERVAL_SECONDS": "1",
    "ML_LOST_SECONDS": "5",
    "CLAIM_SECONDS": "10",
    "SHARED_MAX_BYTES": str(VOLUME_BYTES),
    "DB_POOL_MIN": "2",
    "LOG_FORMAT": "json",
    "LOG_LEVEL": "WARNING",
}


class Installation:
    """Everything of ``make run`` in one folder, with the faulty proxy before ml-analyze."""

    def __init__(self, folder: Path, *, workers: int = 2, seed: int = 0) -> None:
        self.folder, self.shared = folder, folder / "shared"
        self.shared.mkdir()
        self.servers = Servers(folder)
        self._web, self._analysis = ("127.0.0.1", ports.any_free()), ("127.0.0.1", ports.any_free())
        self.url = f"http://127.0.0.1:{self._web[1]}"
        self.proxy = FaultyProxy(f"http://127.0.0.1:{self._analysis[1]}", seed=seed)
        self._workers = workers
        self._done = threading.Event()
        self.said: list[str] = []

    def start(self) -> None:
        self.proxy.start()
        self.servers.start()
        variables = environment(
            database_url=self.servers.database_url,
            redis_url=self.servers.redis_url,
            shared=self.shared,
            secret_key=SECRET,
            ml_analyze_url=self.proxy.url,
            ML_CACHE_DIR=str(self.folder / "cache"),
            **TUNED,
        )
        migrate = ["-m", "flask", "--app", "wsgi", "db", "upgrade"]
        done = processes.run([sys.executable, *migrate], folder=PROJECT, environment=variables)
        assert done.returncode == 0, done.stdout + done.stderr
        wanted = programs(web=self._web, ml_analyze=self._analysis, workers=self._workers)
        self._names = [program.name for program in wanted]
        self.supervisor = Supervisor(self.folder, self.servers, wanted, variables, say=self.said.append)
        self.app = app_of(variables)
        self.supervisor.start()
        self.supervisor.wait_until_ready()
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()

    def stop(self) -> None:
        self._done.set()
        if hasattr(self, "_watcher"):
            self._watcher.join(10)
            self.supervisor.stop()
            with self.app.app_context():
                db.session.remove()
                db.engine.dispose()
        self.proxy.stop()
        self.servers.forget()

    def _watch(self) -> None:
        while not self._done.wait(0.2):
            self.supervisor.watch()

    @property
    def names(self) -> list[str]:
        return self._names

    @property
    def redis(self) -> Redis:
        return Redis.from_url(self.servers.redis_url, decode_responses=True)


def app_of(variables: dict[str, str]) -> Flask:
    known = {name: variables[name.upper()] for name in Settings.model_fields if name.upper() in variables}
    return create_app(Settings.model_validate(known))


@contextlib.contextmanager
def installation(folder: Path, *, workers: int = 2, seed: int = 0) -> Iterator[Installation]:
    made = Installation(folder, workers=workers, seed=seed)
    try:
        made.start()
        yield made
    finally:
        made.stop()


@dataclass
class Opened:
    source: Source
    supplier_id: UUID
    job_ids: list[UUID] = field(default_factory=list)


class People:
    """Open jobs as offices do: syncs through the verbs, uploads through the web, again when the web is away."""

    def __init__(self, place: Installation) -> None:
        self._place = place
        with place.app.app_context():
            accounts.create_user("chaos", PASSWORD, UserRole.ADMIN, "chaos")
        login = {"username": "chaos", "password": PASSWORD}
        answer = requests.post(f"{place.url}/api/v1/auth/login", json=login, timeout=20)
        self._bearer = f"Bearer {answer.json()['token']}"

    def open(self, source: Source) -> Opened:
        with self._place.app.app_context():
            supplier = _insistently(lambda: self._supplier(source))
            opened = Opened(source, supplier.id)
            if source.url is not None:
                opened.job_ids.append(_insistently(lambda: self._fetch(supplier, source)))
        if source.url is None:
            self._upload(opened)
        return opened

    def _supplier(self, source: Source) -> Supplier:
        meta = {"source_url": source.url} if source.url else {}
        supplier = Supplier(name=source.name, source_type="csv", meta=meta)
        db.session.add(supplier)
        db.session.commit()
        return supplier

    def _fetch(self, supplier: Supplier, source: Source) -> UUID:
        known = db.session.scalar(select(Job.id).where(Job.supplier_id == supplier.id))
        if known is not None:  # the commit went through although its answer did not
            return known
        task = f"sync-{source.name}"
        job = lifecycle.open_job(supplier, trigger="manual", task_id=task, step=Step.DELIVER, source_url=source.url)
        if source.code == "SOURCE_UNREACHABLE":  # nothing will mend it: eight doubled pauses would outlast the campaign
            job.max_retries = 1
            db.session.commit()
        return job.id

    def _upload(self, opened: Opened) -> None:
        """Until the web says 202. A file whose answer was lost may arrive twice; both then are jobs."""
        address = f"{self._place.url}/api/v1/admin/suppliers/{opened.supplier_id}/upload"
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                answer = requests.post(
                    address,
                    files={"file": ("list.csv", opened.source.bodies[0])},
                    headers={"Authorization": self._bearer},
                    timeout=10,
                )
            except requests.RequestException:
                time.sleep(0.3)
                continue
            if answer.status_code == 202:
                opened.job_ids.append(UUID(answer.json()["job_id"]))
                return
            time.sleep(0.5)
        raise AssertionError(f"{opened.source.name} could not be uploaded for a minute: {answer.text}")


def _insistently(act: Callable[[], T]) -> T:
    deadline = time.monotonic() + 60
    while True:
        try:
            return act()
        except (SQLAlchemyError, RedisError):
            db.session.rollback()
            if time.monotonic() > deadline:
                raise
            time.sleep(0.3)


class Monkey:
    """Hurts the installation at random, one wound at a time, and remembers which."""

    def __init__(self, place: Installation, dice: random.Random) -> None:
        self._place, self._dice = place, dice
        self.wounds: Counter[str] = Counter()
        self._flushed = 0.0

    def hurt(self) -> None:
        """One wound. Redis is flushed at most every 40 s: a second loss of the same analysis is a failure by design."""
        now = time.monotonic()
        acts: list[tuple[int, Callable[[], str | None]]] = [(10, self._kill), (2, self._kill_postgres)]
        acts += [(2, self._kill_redis), (2, self._fill_the_volume)]
        if now - self._flushed > 40:
            acts.append((3, self._flush_redis))
        weights, choices = zip(*acts, strict=True)
        (act,) = self._dice.choices(choices, weights)
        with contextlib.suppress(psutil.Error, RedisError):
            name = act()
            if name:
                self.wounds[name] += 1

    def _kill(self) -> str | None:
        name = self._dice.choice(self._place.names)
        process = self._place.supervisor.process_of(name)
        if process is None:
            return None
        children = process.children(recursive=True)
        victim = self._dice.choice([process, *children])
        victim.send_signal(signal.SIGKILL)
        return name

    def _kill_postgres(self) -> str:
        """As a power cut of the server would: every backend gone, recovery from the log at the next start."""
        process = self._place.servers.postgres._process
        if process is not None:
            os.kill(process.pid, signal.SIGKILL)
        return "PostgreSQL"

    def _kill_redis(self) -> str:
        process = self._place.servers.redis._process
        if process is not None:
            os.kill(process.pid, signal.SIGKILL)
        return "Redis"

    def _flush_redis(self) -> str:
        self._place.redis.flushall()
        self._flushed = time.monotonic()
        return "Redis flushed"

    def _fill_the_volume(self) -> str:
        """Somebody else's file takes all the room for two seconds."""
        volume = Volume(self._place.shared, VOLUME_BYTES)
        usage = volume.usage()
        room = VOLUME_BYTES - usage.used - 1000
        if room > 0:
            with contextlib.suppress(Exception), volume.reserve(room):
                time.sleep(2)
        return "volume full"


def wait_until_settled(place: Installation, *, patience: float, most: float) -> float:
    """Seconds until no job is active. Raises AssertionError with what is left when none of it moves for ``patience``.

    A busy machine takes its time for a backlog, but no more than ``most``.
    """
    began = moved = time.monotonic()
    left: list[str] = []
    while time.monotonic() < min(moved + patience, began + most):
        with place.app.app_context(), contextlib.suppress(SQLAlchemyError):
            jobs = db.session.scalars(select(Job).where(Job.phase.not_in(SETTLED))).all()
            now = [f"{job.supplier_name}: {job.phase}/{job.step}, due {job.due_at}, {job.waiting_for}" for job in jobs]
            if not jobs:
                return time.monotonic() - began
            if now != left:
                left, moved = now, time.monotonic()
        time.sleep(0.3)
    waited = time.monotonic() - began
    raise AssertionError(f"{len(left)} jobs have not ended after {waited:.0f} s:\n" + "\n".join(left[:20]))


def wrongs(place: Installation, opened: list[Opened]) -> list[str]:
    """Every broken promise, as a sentence; empty when all is well. Asked when no job is active."""
    with place.app.app_context():
        found = [wrong for each in opened for wrong in _wrongs_of(place, each)]
        found += _wrongs_of_the_volume(place)
        claims = db.session.scalar(select(func.count()).select_from(Job).where(Job.claim_token.is_not(None)))
        found += [f"{claims} claims are left."] if claims else []
        twice = db.session.execute(
            select(SupplierItem.supplier_id, SupplierItem.supplier_sku)
            .group_by(SupplierItem.supplier_id, SupplierItem.supplier_sku)
            .having(func.count() > 1)
        ).all()
        found += [f"Item {row.supplier_sku} is there twice." for row in twice]
    active = _eventually_empty(lambda: place.redis.smembers("jobs:active"))
    found += [f"Redis still names {len(active)} active jobs."] if active else []
    return found


def _wrongs_of(place: Installation, opened: Opened) -> Iterator[str]:
    source, name = opened.source, opened.source.name
    jobs = db.session.scalars(select(Job).where(Job.supplier_id == opened.supplier_id)).all()
    if not {*opened.job_ids} <= {job.id for job in jobs}:
        yield f"{name}: a job that was promised is gone."
    for job in jobs:
        # Tries are counted over all causes: the last one of a hopeless source may find the volume full.
        codes = {source.code, "VOLUME_FULL"} if source.code else {job.error_code}
        if job.outcome != source.outcome or job.error_code not in codes:
            yield f"{name}: ended as {job.outcome} ({job.error_code}: {job.error_message}), not as {source.outcome}."
        if job.file_path and (place.shared / job.file_path).read_bytes() not in source.bodies:
            yield f"{name}: the file on the volume is not what was sent."
    if source.outcome == "failed" or not jobs:
        return
    items = db.session.scalar(
        select(func.count()).select_from(SupplierItem).where(SupplierItem.supplier_id == opened.supplier_id)
    )
    if items != source.rows:
        yield f"{name}: {items} items instead of {source.rows}."
    prices = db.session.scalar(
        select(func.count())
        .select_from(PriceHistory)
        .join(SupplierItem, SupplierItem.id == PriceHistory.supplier_item_id)
        .where(SupplierItem.supplier_id == opened.supplier_id)
    )
    if prices != source.rows:
        yield f"{name}: {prices} prices in the history instead of {source.rows}."


def _wrongs_of_the_volume(place: Installation) -> Iterator[str]:
    """Only what belongs to a job lies there; what a killed process left goes with the next purge."""
    volume = Volume(place.shared, VOLUME_BYTES)
    jobs = db.session.execute(select(Job.file_path, Job.result_path)).all()
    owned = {path for row in jobs for path in row if path}
    keep = {place.shared.resolve() / path for path in owned}
    keep |= {path.with_name(path.name + ".meta.json") for path in keep}
    volume.purge(datetime.now(UTC) + timedelta(minutes=1), keep=lambda path: path in keep)
    for path in volume.root.rglob("*"):
        if path.is_file() and path not in keep and path.name != "ledger.json" and path.parent.name != "catalog":
            yield f"{path.relative_to(volume.root)} belongs to nobody."
    before = volume.usage().used
    if before != volume.recount().used:
        yield f"The ledger of the volume was wrong: {before} instead of {volume.usage().used}."
    for path in owned:
        if path.startswith("raw/") and not (place.shared / path).exists():
            yield f"{path} is gone."


def _eventually_empty(ask: Callable[[], T]) -> T:
    """The board is rebuilt from time to time; give it one such time."""
    for _ in range(100):
        found = ask()
        if not found:
            break
        time.sleep(0.4)
    return found
