"""PostgreSQL and Redis for one machine: below one folder, on free ports, with passwords of their own.

Nothing lies outside that folder (one exception, said aloud, see Postgres.home), so two users or two clones on
one machine never meet.
"""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType

from embedded.postgres import Postgres
from embedded.processes import CannotRun
from embedded.redis_server import RedisServer

#: a server that does not come up so many times in a row is given up
MOST_IN_VAIN = 5


class Servers:
    """Both servers; a context manager.

    ``durable=False`` trades safety for speed: for tests, whose data nobody misses after a power cut.
    """

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.folder = folder
        self.postgres = Postgres(folder / "postgres", durable=durable)
        self.redis = RedisServer(folder / "redis", durable=durable)
        self._in_vain: dict[str, int] = {}

    @property
    def database_url(self) -> str:
        return self.postgres.url

    @property
    def redis_url(self) -> str:
        return self.redis.url

    def start(self) -> None:
        self.redis.start()
        self.postgres.start()

    def revive(self) -> list[str]:
        """Start again what has ended by itself, on the port it had; returns the names.

        One that is killed while it recovers has its turn again with the next call. Raises CannotRun for one that did
        not come up several times in a row.
        """
        return [name for name, server in self._named() if not server.is_running and self._revived(name, server)]

    def _revived(self, name: str, server: Postgres | RedisServer) -> bool:
        try:
            server.start()
        except CannotRun:
            self._in_vain[name] = self._in_vain.get(name, 0) + 1
            if self._in_vain[name] >= MOST_IN_VAIN:
                raise
            return False
        self._in_vain.pop(name, None)
        return True

    def stop(self) -> None:
        with ThreadPoolExecutor(2) as both:
            list(both.map(lambda server: server.stop(), (self.postgres, self.redis)))

    def forget(self) -> None:
        """Stop and remove all data."""
        self.stop()
        self.postgres.forget()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _named(self) -> tuple[tuple[str, Postgres], tuple[str, RedisServer]]:
        return ("PostgreSQL", self.postgres), ("Redis", self.redis)

    def __enter__(self) -> Servers:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
