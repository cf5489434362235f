"""An installation for a bench: embedded servers, migrated tables, an app of this process, all gone afterwards."""

from __future__ import annotations

import contextlib
import resource
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import flask_migrate
import psutil
from flask import Flask

from app import create_app
from app.settings import Settings
from embedded.environment import environment
from embedded.servers import Servers

SECRET = "a-secret-of-the-bench-that-is-long-enough-for-every-check"


@dataclass
class Place:
    """``variables`` are what a child process of this installation gets."""

    folder: Path
    shared: Path
    servers: Servers
    variables: dict[str, str]
    app: Flask


@contextlib.contextmanager
def place(**variables: str) -> Iterator[Place]:
    """Servers, tables and an app; ``variables`` as in the environment, on top of what a bench needs."""
    with tempfile.TemporaryDirectory(prefix="courier-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)
        shared, servers = folder / "shared", Servers(folder / "servers")
        shared.mkdir()
        (folder / "servers").mkdir(mode=0o711)
        servers.start()
        try:
            given = {
                "ENVIRONMENT": "test",
                "LOG_LEVEL": "ERROR",
                "FETCH_ALLOWED_HOSTS": "127.0.0.1",
                "MAX_FILE_SIZE_MB": "500",
                "ML_CACHE_DIR": str(folder / "cache"),
            } | variables
            surroundings = environment(
                database_url=servers.database_url,
                redis_url=servers.redis_url,
                shared=shared,
                secret_key=SECRET,
                ml_analyze_url=given.pop("ML_ANALYZE_URL", "http://127.0.0.1:9"),
                **given,
            )
            fields = {
                name: surroundings[name.upper()] for name in Settings.model_fields if name.upper() in surroundings
            }
            app = create_app(Settings.model_validate(fields))
            with app.app_context():
                flask_migrate.upgrade()
                yield Place(folder, shared, servers, surroundings, app)
        finally:
            servers.forget()


class Memory:
    """Peak of this process' memory above where it stood at entry, in bytes, looked at a hundred times a second."""

    def __init__(self, process: psutil.Process | None = None) -> None:
        self._process = process or psutil.Process()
        self._done = threading.Event()
        self.grown = 0

    def __enter__(self) -> Memory:
        self._before = self._process.memory_info().rss
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._watcher.join()

    def _watch(self) -> None:
        while not self._done.wait(0.01):
            self.grown = max(self.grown, self._process.memory_info().rss - self._before)


def processor_seconds() -> float:
    """What this process has used so far, its threads included."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def say(sentence: str) -> None:
    print(f"  {sentence}", file=sys.stderr, flush=True)


def until(ready: object, *, patience: float = 60.0) -> None:
    """Wait until ``ready()`` is true; raises TimeoutError."""
    deadline = time.monotonic() + patience
    while not ready():  # type: ignore[operator]
        if time.monotonic() > deadline:
            raise TimeoutError("The bench waited in vain.")
        time.sleep(0.05)
