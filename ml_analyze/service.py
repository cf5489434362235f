"""Builds the parts of the service from its settings, for both of its doors."""

from __future__ import annotations

import os

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from handoff.errors import VolumeDenied, translated
from handoff.mirrored import volume_of
from ml_analyze.pipeline import Kitchen
from ml_analyze.runs import Runs
from ml_analyze.settings import Settings

CONNECT_SECONDS = 3.0
ANSWER_SECONDS = 10.0
_GUARD_SECONDS = 120  # the queue's own limit only guards the watcher, which ends an analysis in time itself


def runs_of(settings: Settings) -> Runs:
    connection = Redis.from_url(
        settings.redis_address,
        socket_connect_timeout=CONNECT_SECONDS,
        socket_timeout=ANSWER_SECONDS,
        health_check_interval=30,
        retry=Retry(NoBackoff(), 1),  # a connection that a restarted Redis has closed is opened anew, once
    )
    return Runs(
        connection,
        queue_name=settings.ml_queue_name,
        job_seconds=settings.job_timeout + _GUARD_SECONDS,
        lost_seconds=settings.ml_lost_seconds,
    )


def kitchen_of(settings: Settings) -> Kitchen:
    """Raises VolumeDenied when the volume or the cache is not there or cannot be trusted with our files."""
    with translated(settings.ml_cache_dir):
        settings.ml_cache_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    if settings.ml_cache_dir.stat().st_uid not in (os.getuid(), 0):
        # Below /tmp anybody may have made it first, and would choose what we match against.
        raise VolumeDenied(f"The cache {settings.ml_cache_dir} belongs to somebody else: set ML_CACHE_DIR.")
    return Kitchen(
        volume=volume_of(
            settings.shared_dir,
            settings.shared_max_bytes,
            store=settings.shared_store,
            endpoint=settings.shared_store_endpoint,
        ),
        cache_dir=settings.ml_cache_dir,
        auto_threshold=settings.match_auto_threshold,
        potential_threshold=settings.match_potential_threshold,
        max_file_bytes=settings.max_file_bytes,
        processes=settings.ml_match_processes,
    )
