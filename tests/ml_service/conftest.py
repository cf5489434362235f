"""The real service on a volume of its own: gunicorn, workers, Redis, each a process, on free ports."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
import pytest
import redis
import requests

from embedded import ports, processes
from embedded.redis_server import RedisServer
from handoff.volume import Volume

PROJECT = Path(__file__).resolve().parents[2]
PATIENCE = 30.0


class Service:
    """One ml-analyze: ``call`` for its routes, ``wait`` for an analysis to settle, ``crew`` for its workers."""

    def __init__(self, folder: Path, redis_url: str, **settings: str) -> None:
        self.folder, self.redis_url = folder, redis_url
        (folder / "shared").mkdir(parents=True)
        self.volume = Volume(folder / "shared")
        self.url = f"http://127.0.0.1:{ports.any_free()}"
        self.session = requests.Session()
        self._environment = os.environ | {
            "SHARED_DIR": str(self.volume.root),
            "REDIS_URL": redis_url,
            "ML_CACHE_DIR": str(folder / "cache"),
            "ML_LOST_SECONDS": "3",
            "PYTHONPATH": os.pathsep.join([os.environ.get("PYTHONPATH", ""), str(PROJECT)]).lstrip(os.pathsep),
            **settings,
        }
        self._started: list[psutil.Popen] = []

    def start(self) -> None:
        bind = self.url.removeprefix("http://")
        gunicorn = ["-m", "gunicorn", "--threads", "4", "--bind", bind, "ml_analyze.api:create_app()"]
        for command in (gunicorn, ["-m", "ml_analyze.worker"]):
            self._started.append(
                processes.start(
                    [sys.executable, *command],
                    log=self.folder / f"{command[1]}.log",
                    folder=self.folder,
                    environment=self._environment,
                )
            )
        until(self._is_ready, "the service is ready", self.logs)

    def stop(self) -> None:
        processes.end(self._started, patience=10)
        self.session.close()

    def logs(self) -> str:
        return "\n".join(path.read_text(errors="replace")[-3000:] for path in self.folder.glob("*.log"))

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
        return self.session.request(method, self.url + path, json=body, headers=headers, timeout=30)

    def put(self, body: bytes, name: str = "list.csv") -> Path:
        """Place a raw file as the courier does."""
        with self.volume.reserve(len(body)) as incoming:
            incoming.write(body)
            return incoming.place(self.volume.raw_target(uuid4(), uuid4(), name)).path

    def submit(self, path: Path, *, key: str | None = None, **metadata: Any) -> str:
        body = {"file_url": str(path), "supplier_id": str(uuid4()), "file_type": "csv", "metadata": metadata}
        answer = self.call("POST", "/analyze/file", body, **({"Idempotency-Key": key} if key else {}))
        assert answer.status_code == 202, answer.text
        job_id: str = answer.json()["job_id"]
        return job_id

    def status(self, job_id: str) -> dict[str, Any]:
        answer: dict[str, Any] = self.call("GET", f"/analyze/status/{job_id}").json()
        return answer

    def wait(self, job_id: str) -> dict[str, Any]:
        """The status once it is settled."""
        until(lambda: self.status(job_id).get("status") in ("completed", "failed"), "it is settled", self.logs)
        return self.status(job_id)

    def wait_until_running(self, job_id: str) -> None:
        until(lambda: self.status(job_id).get("status") == "processing", "it is running", self.logs, pause=0.01)

    @property
    def crew(self) -> psutil.Process:
        return psutil.Process(self._started[1].pid)

    def busy_worker(self, *, but: psutil.Process | None = None) -> psutil.Process:
        """The worker that runs an analysis now, another one than ``but``."""
        found: list[psutil.Process] = []

        def look() -> bool:
            found[:] = [worker for worker in self.crew.children() if worker != but and _at_work(worker)]
            return bool(found)

        until(look, "a worker is busy", self.logs, pause=0.01)
        return found[0]

    def helped_analysis(self, *, but: psutil.Process | None = None) -> psutil.Process:
        """An analysis at work that has helpers, another one than ``but``."""
        found: list[psutil.Process] = []

        def look() -> bool:
            analyses = [analysis for worker in self.crew.children() for analysis in _children(worker)]
            found[:] = [each for each in analyses if each != but and _children(each)]
            return bool(found)

        until(look, "an analysis has helpers", self.logs, pause=0.01)
        return found[0]

    def _is_ready(self) -> bool:
        try:
            return bool(self.call("GET", "/health").json()["status"] == "healthy")
        except requests.ConnectionError:
            return False


def _at_work(worker: psutil.Process) -> bool:
    """One of its children works; a child that small lists share sleeps between them."""
    try:
        return any(child.status() == psutil.STATUS_RUNNING for child in _children(worker))
    except psutil.NoSuchProcess:  # it ended in this moment
        return False


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return list(process.children())
    except psutil.NoSuchProcess:
        return []


def until(
    condition: Callable[[], bool], what: str, logs: Callable[[], str] = lambda: "", *, pause: float = 0.05
) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"In vain waited until {what}.\n{logs()}"
        time.sleep(pause)


def rows(count: int) -> bytes:
    """A price list of so many items."""
    lines = [f"A-{number},Green tea no {number} 100 g,{number % 90 + 1}.50" for number in range(count)]
    return "\n".join(["sku,name,price", *lines, ""]).encode()


def sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


@pytest.fixture(scope="package")
def redis_server() -> Iterator[RedisServer]:
    with tempfile.TemporaryDirectory(prefix="ml-redis-") as folder:
        server = RedisServer(Path(folder), durable=False)
        server.start()
        yield server
        server.stop()


@pytest.fixture(scope="package")
def service(redis_server: RedisServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    running = Service(tmp_path_factory.mktemp("ml") / "service", redis_server.url)
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="package")
def tight_service(redis_server: RedisServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The same with little time and memory, a secret, and a Redis database of its own."""
    other = redis_server.url.removesuffix("/0") + "/1"
    limits = {"JOB_TIMEOUT": "1", "ML_MEMORY_LIMIT_MB": "24", "ML_WORKERS": "1", "ML_ANALYZE_SECRET": "between us"}
    running = Service(tmp_path_factory.mktemp("ml") / "tight", other, **limits)
    running.session.headers["Authorization"] = "Bearer between us"
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture
def connection(redis_server: RedisServer) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(redis_server.url) as client:
        yield client
