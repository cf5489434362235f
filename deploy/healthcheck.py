"""Whether the process in this container does its work; exit code 0 or 1. For the health checks of docker-compose.yml.

python deploy/healthcheck.py URL                 answers, and does not call itself unhealthy
python deploy/healthcheck.py worker              an RQ worker of this host has reported to Redis
python deploy/healthcheck.py scheduler           a scheduler has gone round within the last quarter of a minute
python deploy/healthcheck.py ml-analyze-worker   an analysis worker of this host has reported to Redis

Small on purpose: it runs four times a minute in every container and imports neither service.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime
from typing import Any

from redis import Redis, RedisError

SECONDS = 5
SCHEDULER_SILENT = 15
SCHEDULER_MARK = 60
"""Seconds that the mark of a round lives: BEAT_TTL of app/vitals.py."""
WORKER_SILENT = 120
ANALYSIS_WORKER_SILENT = 60


def answers(url: str) -> str | None:
    """None when all is well, else what is wrong."""
    with urllib.request.urlopen(url, timeout=SECONDS) as answer:  # noqa: S310 - our own address, from the compose file
        body = answer.read()
    told = json.loads(body) if body.startswith(b"{") else {}
    return f"{url} says {told['status']}" if told.get("status") == "unhealthy" else None


def worker_reports(redis: Redis) -> str | None:
    """A working worker counts until its record runs out: RQ lets that live as long as the step may take."""
    here, now = socket.gethostname(), datetime.now(UTC)
    for key in members(redis, "rq:workers"):
        record = {name.decode(): value.decode(errors="replace") for name, value in fields(redis, key).items()}
        if record.get("hostname") != here:
            continue
        beat = datetime.fromisoformat(record["last_heartbeat"].replace("Z", "+00:00"))
        beat = beat if beat.tzinfo else beat.replace(tzinfo=UTC)
        if record.get("state") == "busy" or (now - beat).total_seconds() < WORKER_SILENT:
            return None
    return "no worker of this host reports to Redis"


def scheduler_reports(redis: Redis) -> str | None:
    """By what is left of the mark's life, which is Redis' own clock and nobody's else."""
    left: Any = redis.ttl("scheduler:beat")
    return None if SCHEDULER_MARK - left < SCHEDULER_SILENT else "no scheduler has gone round lately"


def analysis_worker_reports(redis: Redis) -> str | None:
    alive: Any = redis.zrangebyscore("ml-analyze:workers", time.time() - ANALYSIS_WORKER_SILENT, "+inf")
    here = f"ml-analyze-{socket.gethostname()}-".encode()
    return None if any(name.startswith(here) for name in alive) else "no analysis worker of this host reports to Redis"


def members(redis: Redis, key: str) -> set[bytes]:
    found: Any = redis.smembers(key)
    return set(found)


def fields(redis: Redis, key: bytes) -> dict[bytes, bytes]:
    found: Any = redis.hgetall(key.decode())
    return dict(found)


REPORTS = {"worker": worker_reports, "scheduler": scheduler_reports, "ml-analyze-worker": analysis_worker_reports}


def main(subject: str) -> int:
    try:
        if subject.startswith("http"):
            wrong = answers(subject)
        else:
            address = os.environ["REDIS_URL"]
            wrong = REPORTS[subject](Redis.from_url(address, socket_timeout=SECONDS, socket_connect_timeout=SECONDS))
    except (OSError, RedisError, ValueError) as error:
        wrong = str(error)
    if wrong:
        sys.stderr.write(f"{wrong}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
