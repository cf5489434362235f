"""What Prometheus is told: read from PostgreSQL and Redis at the moment of asking, so every web process says the same.

Nothing is counted in a process. Figures named ``_24h`` are about the jobs opened within the last 24 hours (the newest
MOST of them), because the history is forgotten one day and a counter must not run backwards.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any, cast

import structlog
from flask import current_app
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeHistogramMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app import vitals
from app.errors import GoogleUnavailable, SourceRefused, SourceUnreachable
from app.extensions import db
from app.guards import ml_rate

log = structlog.get_logger()

MOST = 20_000
#: a scrape that comes sooner is told the same again: the questions below cost up to a fifth of a second
KEEP_SECONDS = 10.0
BOUNDS = (1.0, 5.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0)
SMALL_FILE = 10 * 2**20  # the specification's five minutes are promised below this

RECENT = """
    SELECT * FROM ingestion_jobs
    WHERE created_at > now() - interval '24 hours' ORDER BY created_at DESC LIMIT :most
"""
ACTIVE = text("""
    SELECT phase, pipeline, count(*) AS jobs,
        coalesce(max(extract(epoch FROM now() - created_at)), 0)::float8 AS oldest,
        coalesce(max(extract(epoch FROM now() - due_at)) FILTER (WHERE free AND step <> 'follow'), 0)::float8 AS waits,
        coalesce(max(extract(epoch FROM now() - due_at)) FILTER (WHERE free AND step = 'follow'), 0)::float8 AS lag
    FROM (SELECT *, due_at <= now() AND (claimed_until IS NULL OR claimed_until < now()) AS free
          FROM ingestion_jobs WHERE phase NOT IN ('complete', 'failed')) AS active
    GROUP BY phase, pipeline
""")
ENDED = text(f"""
    SELECT coalesce(outcome, '') AS outcome, pipeline, coalesce(error_code, '') AS code, trigger = 'upload' AS uploaded,
        submitted_at IS NOT NULL AS submitted, sha256 IS NOT NULL AS delivered, verified_at IS NOT NULL AS verified,
        count(*) AS jobs, sum(retry_count) AS retries
    FROM ({RECENT}) AS recent GROUP BY 1, 2, 3, 4, 5, 6, 7
""")  # noqa: S608 # nosec B608 - put together from constants
WHOLE = text(f"""
    SELECT CASE WHEN coalesce(file_size, 0) < {SMALL_FILE} THEN 'small' ELSE 'large' END AS label,
        width_bucket(seconds, CAST(:bounds AS float8[])) AS bucket, count(*) AS jobs, sum(seconds) AS seconds
    FROM (SELECT file_size, extract(epoch FROM completed_at - created_at)::float8 AS seconds FROM ({RECENT}) AS recent
          WHERE outcome IN ('success', 'warnings')) AS taken
    GROUP BY 1, 2
""")  # noqa: S608 # nosec B608
PHASES = text(f"""
    WITH entered AS (
        SELECT job_id, id, phase, at, lag(phase) OVER (PARTITION BY job_id ORDER BY id) AS before
        FROM job_events WHERE job_id IN (SELECT id FROM ({RECENT}) AS recent)),
    spans AS (
        SELECT phase, extract(epoch FROM lead(at) OVER (PARTITION BY job_id ORDER BY id) - at)::float8 AS seconds
        FROM entered WHERE before IS DISTINCT FROM phase)
    SELECT phase AS label, width_bucket(seconds, CAST(:bounds AS float8[])) AS bucket, count(*) AS jobs,
        sum(seconds) AS seconds
    FROM spans WHERE seconds IS NOT NULL AND phase NOT IN ('complete', 'failed') GROUP BY 1, 2
""")  # noqa: S608 # nosec B608
STANDING = text("""
    SELECT (SELECT count(*) FROM match_review_queue WHERE status = 'pending') AS reviews,
        (SELECT count(*) FROM alerts WHERE resolved_at IS NULL) AS alerts,
        (SELECT coalesce(extract(epoch FROM max(completed_at)), 0)::float8 FROM sync_runs WHERE state = 'complete')
            AS last_sync
""")


#: failures that say something about the network or the credentials, not about us
OF_THE_WAY = frozenset({SourceUnreachable.code, SourceRefused.code, GoogleUnavailable.code})


def exposition() -> bytes:
    """All figures in Prometheus' text format; at most KEEP_SECONDS old."""
    with _lock:
        kept = cast("tuple[float, bytes] | None", current_app.extensions.get("metrics"))
        if kept is None or time.monotonic() - kept[0] > KEEP_SECONDS:
            registry = CollectorRegistry(auto_describe=False)
            registry.register(Figures())
            kept = (time.monotonic(), generate_latest(registry))
            current_app.extensions["metrics"] = kept
        return kept[1]


_lock = threading.Lock()


class Figures(Collector):
    """Asks everything once. What cannot be reached is told as ``courier_up`` 0, and its figures are left out."""

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("courier_up", "Whether the part answers.", labels=["part"])
        try:
            figures = list(_from_database())
            up.add_metric(["database"], 1)
        except SQLAlchemyError as error:
            db.session.rollback()
            log.warning("metrics_without_database", error=str(error).splitlines()[0])
            figures = []
            up.add_metric(["database"], 0)
        yield from figures
        yield from _from_vitals(vitals.vitals(), up)
        yield up


def _from_vitals(now: vitals.Vitals, up: GaugeMetricFamily) -> Iterator[Metric]:
    for part, answers in (
        ("redis", now.redis),
        ("scheduler", now.scheduler_alive),
        ("ml_analyze", not now.analysis.is_down),
        ("volume", now.volume is not None),
    ):
        up.add_metric([part], answers)
    if now.queue_length is not None:
        yield _gauge("courier_queue_length", "Entries in the workers' queue.", now.queue_length)
    if now.scheduler_age is not None:
        yield _gauge("courier_scheduler_beat_age_seconds", "Since a scheduler last went round.", now.scheduler_age)
    if now.workers is not None:
        workers = {"alive": now.workers, "busy": now.busy}
        yield _gauges("courier_workers", "Workers that report, and those of them that work.", "state", workers)
    if now.volume is not None:
        kinds = {"used": now.volume.used, "free": now.volume.free, "limit": now.volume.limit or 0}
        yield _gauges("courier_volume_bytes", "The shared volume; limit 0 means none.", "kind", kinds)
        yield _gauge("courier_volume_files", "Files on the shared volume.", now.volume.files)


def _from_database() -> Iterator[Metric]:
    yield from _active(db.session.execute(ACTIVE).all())
    yield from _ended(db.session.execute(ENDED, {"most": MOST}).all())
    bounds = {"most": MOST, "bounds": list(BOUNDS)}
    yield _histogram(
        "courier_job_duration_seconds",
        "From the opening to the items in the catalogue, by size of file (small: below 10 MB).",
        "size",
        db.session.execute(WHOLE, bounds).all(),
    )
    yield _histogram(
        "courier_phase_duration_seconds",
        "How long jobs stayed in a phase, waiting included.",
        "phase",
        db.session.execute(PHASES, bounds).all(),
    )
    standing = db.session.execute(STANDING).one()
    yield _gauge("courier_reviews_pending", "Matches that wait for a person.", standing.reviews)
    yield _gauge("courier_alerts_open", "Alerts that stand open.", standing.alerts)
    yield _gauge("courier_last_sync_timestamp_seconds", "When the last sync ended; 0 for never.", standing.last_sync)
    db.session.rollback()


def _active(rows: Sequence[Any]) -> Iterator[Metric]:
    jobs = GaugeMetricFamily("courier_jobs", "Jobs on their way.", labels=["phase", "pipeline"])
    for row in rows:
        jobs.add_metric([row.phase, row.pipeline], row.jobs)
    yield jobs
    for name, help_text, column in (
        ("courier_oldest_job_seconds", "Age of the oldest job on its way.", "oldest"),
        ("courier_queue_age_seconds", "How long the step that waits longest for a worker has been due.", "waits"),
        ("courier_status_lag_seconds", "How late the look at an analysis is that is overdue most.", "lag"),
    ):
        yield _gauge(name, help_text, max((getattr(row, column) for row in rows), default=0.0))


def _ended(rows: Sequence[Any]) -> Iterator[Metric]:
    outcomes: dict[tuple[str, str], int] = {}
    codes: dict[str, int] = {}
    downloads = {"delivered": 0, "failed": 0, "network_or_access": 0}
    analyses, checks = {"completed": 0, "failed": 0}, {"verified": 0, "mismatch": 0}
    for row in rows:
        if row.outcome:
            outcomes[row.outcome, row.pipeline] = outcomes.get((row.outcome, row.pipeline), 0) + row.jobs
        if row.outcome == "failed":
            codes[row.code] = codes.get(row.code, 0) + row.jobs
        if not row.uploaded and (result := _download(row)):
            downloads[result] += row.jobs
        if row.submitted and row.outcome not in ("", "cancelled"):
            bad = row.outcome == "failed" and row.code in ml_rate.FAILURES
            good = row.outcome != "failed"
            analyses["failed"] += row.jobs if bad else 0
            analyses["completed"] += row.jobs if good else 0
        checks["verified"] += row.jobs if row.verified else 0
        checks["mismatch"] += row.jobs if row.code == "CHECKSUM_MISMATCH" else 0
    ended = GaugeMetricFamily("courier_jobs_ended_24h", "Jobs that ended.", labels=["outcome", "pipeline"])
    for labels, count in outcomes.items():
        ended.add_metric(labels, count)
    yield ended
    yield _gauges("courier_jobs_failed_24h", "Failed jobs by cause.", "code", codes)
    yield _gauge("courier_retries_24h", "Automatic retries.", sum(row.retries for row in rows))
    yield _gauges("courier_downloads_24h", "Fetched files by how it went.", "result", downloads)
    yield _gauges("courier_analyses_24h", "Analyses that ended.", "result", analyses)
    if settled := sum(analyses.values()):
        share = analyses["completed"] / settled
        yield _gauge("courier_analysis_success_ratio", "Share of analyses that completed, last 24 hours.", share)
    yield _gauges("courier_files_24h", "Files whose hash the reader took again.", "check", checks)


def _download(row: Any) -> str | None:
    if row.delivered or row.outcome == "unchanged":
        return "delivered"
    if row.outcome != "failed":
        return None
    return "network_or_access" if row.code in OF_THE_WAY else "failed"


def _gauge(name: str, help_text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, help_text, value=float(value))


def _gauges(name: str, help_text: str, label: str, values: dict[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, help_text, labels=[label])
    for each, value in values.items():
        family.add_metric([each], value)
    return family


def _histogram(name: str, help_text: str, label: str, rows: Sequence[Any]) -> GaugeHistogramMetricFamily:
    """``width_bucket`` gives 0 below the first bound and len(BOUNDS) from the last on."""
    family = GaugeHistogramMetricFamily(name, help_text, labels=[label])
    edges = [*(f"{bound:g}" for bound in BOUNDS), "+Inf"]
    for value in sorted({row.label for row in rows}):
        counts = {row.bucket: row.jobs for row in rows if row.label == value}
        total = sum(row.seconds for row in rows if row.label == value)
        running = accumulate(counts.get(bucket, 0) for bucket in range(len(edges)))
        family.add_metric([value], list(zip(edges, map(float, running), strict=True)), gsum_value=total)
    return family
