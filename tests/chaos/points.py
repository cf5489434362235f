"""Kill points by name: a process is killed or frozen at a named place of the code while the others go on.

A table of place and act; a round draws from it with a seed, and asks the invariants at its end. The process is a fork,
so that the program itself knows nothing of being killed here.
"""

from __future__ import annotations

import hashlib
import os
import random
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest import mock

import flask_migrate
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError

import app as courier
from app import upkeep
from app.analysis import client, follow
from app.apply import file_order
from app.courier import upload
from app.errors import Conflict, LostClaim
from app.extensions import db
from app.jobs import board, lifecycle, steps
from app.models.job import Job
from app.models.phase import SETTLED, Outcome, Step
from app.models.supplier import Supplier
from app.settings import Settings
from app.tasks import STEPS
from embedded.servers import Servers
from handoff import incoming
from handoff.incoming import Incoming
from tests.chaos import invariants
from tests.servers.analysis import AnalysisServer

#: seconds: a fork that is still there is ended, as one that was killed
PATIENCE = 20.0


@dataclass(frozen=True)
class Place:
    """Before or after a function is called for the first time. ``of``: the step that comes by, None for an upload."""

    name: str
    owner: Any
    function: str
    of: Step | None
    after: bool = False
    acts: tuple[str, ...] = ("kill", "freeze")


PLACES = (
    Place("upload: before the rename", Incoming, "place", None),
    # Under the ledger's lock, which a process that stands still would keep: killed only.
    Place("upload: between sidecar and file", incoming, "_move", None, after=True, acts=("kill",)),
    Place("upload: between file and row", upload, "_open", None),
    Place("upload: between row and Redis", board, "show", None),
    Place("upload: between Redis and queue", steps, "start", None),
    Place("deliver: before the hand-over", client, "submit", Step.DELIVER),
    Place("deliver: handed over, not written", client, "submit", Step.DELIVER, after=True),
    Place("deliver: between commit and Redis", board, "show", Step.DELIVER),
    Place("follow: taken", follow, "_ask", Step.FOLLOW),
    Place("follow: asked, not written", follow, "_judge", Step.FOLLOW),
    Place("follow: between commit and Redis", board, "show", Step.FOLLOW),
    Place("apply: staged", file_order, "in_line", Step.APPLY),
    Place("apply: in line", file_order, "newer_than", Step.APPLY),
    Place("apply: items written", lifecycle, "settle", Step.APPLY),
    Place("apply: settled, not committed", lifecycle, "settle", Step.APPLY, after=True),
    Place("apply: between commit and Redis", lifecycle, "settled", Step.APPLY),
)
ACTS = {"kill": signal.SIGKILL, "freeze": signal.SIGSTOP}


@dataclass
class Round:
    """One seed: files of one supplier, each on its way through processes that die. ``told`` says what was done."""

    app: Flask
    dice: random.Random
    files: dict[str, dict[str, str]] = field(default_factory=dict)
    frozen: list[int] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def run(self) -> list[str]:
        """What is broken at the end; empty when all is well."""
        supplier = self._supplier(f"Chaos {self.dice.random()}")
        try:
            for number in range(self.dice.randint(2, 4)):
                self._upload(supplier, number)
            self._work()
        finally:
            self.thaw()
        self._time_passes()
        self.finish()
        return invariants.broken(self.files)

    def sent(self, name: str, prices: dict[str, str]) -> Job:
        """A file of a supplier of its own, taken in without a wound."""
        return upload.receive_file(self._supplier(name), BytesIO(self._body(prices, 0)), "a.csv", actor="chaos")

    def _supplier(self, name: str) -> Supplier:
        supplier = Supplier(name=name, source_type="csv", meta={})
        db.session.add(supplier)
        db.session.commit()
        return supplier

    def _body(self, prices: dict[str, str], number: int) -> bytes:
        """A list that no other is the same as, remembered for the reckoning."""
        lines = [f"{sku};Item {sku};{price}" for sku, price in prices.items()]
        body = ("\n".join(["sku;name;price", *lines, *[""] * number]) + "\n").encode()
        self.files[hashlib.sha256(body).hexdigest()] = prices
        return body

    def _upload(self, supplier: Supplier, number: int) -> None:
        prices = {sku: f"{self.dice.randint(100, 130) / 10:.2f}" for sku in "ABCDEF" if self.dice.random() < 0.7}
        body = self._body(prices or {"A": "10.00"}, number)
        self._somewhere(None, lambda: upload.receive_file(supplier, BytesIO(body), f"{number}.csv", actor="chaos"))

    def _work(self) -> None:
        for _ in range(60):
            self._time_passes()
            jobs = db.session.scalars(select(Job).where(Job.phase.not_in(SETTLED))).all()
            if not jobs:
                return
            job = self.dice.choice(jobs)
            if self.dice.random() < 0.1:
                self.told.append("cancelled and retried")
                with patient():
                    lifecycle.cancel(job.id)
                    lifecycle.retry(job.id)
            elif job.step is not None:
                self._somewhere(Step(job.step), lambda job=job: step(job))  # type: ignore[misc]  # one type a loop

    def _somewhere(self, of: Step | None, work: Callable[[], object]) -> None:
        """Do it here, or in a process that meets a place of the table."""
        known = [place for place in PLACES if place.of == of]
        if not known or self.dice.random() < 0.4:
            with patient():
                work()
            return
        place = self.dice.choice(known)
        act = self.dice.choice(place.acts)
        self.told.append(f"{act} at {place.name}")
        pid = self.fork(place, ACTS[act], work)
        if stopped(pid):
            self.frozen.append(pid)
        if self.frozen and self.dice.random() < 0.4:
            self.thaw()

    def fork(self, place: Place, number: signal.Signals, work: Callable[[], object]) -> int:
        db.session.remove()
        pid = os.fork()
        if pid:
            return pid
        try:
            db.engine.dispose(close=False)  # the connections are the parent's
            client._pool.cache_clear()
            with met(place, number), self.app.app_context():
                work()
        finally:
            os._exit(0)

    def _time_passes(self) -> None:
        """Leases run out, hints are lost, orphans are old enough."""
        free = select(Job.id).with_for_update(skip_locked=True).scalar_subquery()
        past = {"claimed_until": func.now() - timedelta(minutes=1), "hinted_at": None}
        held = update(Job).where(Job.id.in_(free), Job.claim_token.is_not(None)).values(past)
        db.session.execute(held.execution_options(synchronize_session=False))
        db.session.commit()
        upkeep.adopt_orphans(older_than=timedelta(0))

    def thaw(self) -> None:
        for pid in self.frozen:
            os.kill(pid, signal.SIGCONT)
            _ended(pid)
        self.frozen.clear()

    def finish(self) -> None:
        """Left in peace, everything ends; what was given up on is retried by a person."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:  # a frozen process keeps its row until its transaction is ended for it
            self._time_passes()
            for job in db.session.scalars(select(Job).where(Job.outcome == Outcome.FAILED)).all():
                lifecycle.retry(job.id)
            jobs = db.session.scalars(select(Job).where(Job.phase.not_in(SETTLED))).all()
            for job in jobs:
                with patient():
                    step(job)
            if not jobs:
                return


def rounds(folder: Path, seeds: Iterable[int], *, say: Callable[[str], None]) -> Iterator[list[str]]:
    """One round a seed on servers of their own; what each broke."""
    files: dict[str, dict[str, str]] = {}
    with on_servers_of_its_own(folder) as app:
        for seed in seeds:
            with app.app_context():
                made = Round(app, random.Random(seed), files)
                wrong = made.run()
            say(f"kill points, seed {seed}: {'; '.join(made.told) or 'nobody was hurt'}")
            for each in wrong:
                say(f"  WRONG: {each}")
            yield wrong


@contextmanager
def on_servers_of_its_own(folder: Path) -> Iterator[Flask]:
    """The courier with the stand-in of ml-analyze; locks and idle transactions are short, or a round would be long."""
    shared = folder / "shared"
    shared.mkdir()
    servers = Servers(folder / "servers", durable=False)
    servers.start()
    try:
        with AnalysisServer(shared) as analysis:
            yield app_on(servers.database_url, servers.redis_url, shared, analysis.url)
    finally:
        servers.forget()


def app_on(database_url: str, redis_url: str, shared: Path, ml_analyze_url: str) -> Flask:
    values = {"database_url": database_url, "redis_url": redis_url, "shared_dir": shared}
    values |= {"environment": "test", "ml_analyze_url": ml_analyze_url, "ml_retry_delay_seconds": 0.1, "db_pool_min": 2}
    patience = ("lock_timeout=300", "idle_in_transaction_session_timeout=2000")
    with mock.patch.object(
        courier, "PATIENCE", patience
    ):  # of this app's engine; other apps of the process keep theirs
        app = courier.create_app(Settings.model_validate(values))
    with app.app_context():
        flask_migrate.upgrade()
        db.session.remove()
        db.engine.dispose()
    return app


@contextmanager
def patient() -> Iterator[None]:
    """What meets the lock of a process that stands still is tried again later, as workers and clock do."""
    try:
        yield
    except (OperationalError, Conflict):
        db.session.rollback()


def step(job: Job) -> None:
    """The job's next step, however long it would wait."""
    db.session.execute(update(Job).where(Job.id == job.id).values(due_at=func.now()))
    db.session.commit()
    now = lifecycle.get(job.id)
    try:
        if now.step == Step.FOLLOW:
            follow.sweep()
        elif now.step is not None:
            STEPS[Step(now.step)](job.id)
    except LostClaim:
        pass


@contextmanager
def met(place: Place, number: signal.Signals) -> Iterator[None]:
    """The process sends itself the signal where it meets the place first."""
    original, here = getattr(place.owner, place.function), [True]

    def wrapped(*args: Any, **named: Any) -> Any:
        if here and not place.after:
            here.clear()
            os.kill(os.getpid(), number)
        answer = original(*args, **named)
        if here:
            here.clear()
            os.kill(os.getpid(), number)
        return answer

    setattr(place.owner, place.function, wrapped)
    yield


def stopped(pid: int) -> bool:
    """Wait until the fork stands still or has ended; True when it stands still."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        found, status = os.waitpid(pid, os.WUNTRACED | os.WNOHANG)
        if found:
            return os.WIFSTOPPED(status)
        time.sleep(0.01)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return False


def _ended(pid: int) -> None:
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        if os.waitpid(pid, os.WNOHANG)[0]:
            return
        time.sleep(0.01)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
