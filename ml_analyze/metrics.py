"""Figures of all workers, added up in Redis, told to Prometheus by whichever process is asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from redis import Redis

from handoff.confined import Ending
from ml_analyze.order import Failure, Outcome
from ml_analyze.runs import LIVE, Runs

KEY = "ml-analyze:metrics"


def count(redis: Redis, end: Outcome | Failure, ending: Ending) -> None:
    """Add one settled analysis to the sums; the highest memory is kept apart."""
    with redis.pipeline(transaction=False) as pipe:
        state = "completed" if isinstance(end, Outcome) else f"failed:{end.code}"
        pipe.hincrby(KEY, f"analyses:{state}", 1)
        pipe.hincrbyfloat(KEY, "busy", round(ending.seconds, 4))
        if isinstance(end, Outcome):
            pipe.hincrby(KEY, "rows", end.totals.rows_read)
            pipe.hincrby(KEY, "items", end.totals.items)
            pipe.hincrby(KEY, "errors", end.totals.errors)
            for stage, seconds in end.metrics.seconds.items():
                pipe.hincrbyfloat(KEY, f"stage:{stage}", seconds)
        pipe.zadd(f"{KEY}:peak", {"memory": ending.peak_memory}, gt=True)
        pipe.execute()


class Figures(Collector):
    """Reads the sums and the queue at the moment it is asked."""

    def __init__(self, runs: Runs) -> None:
        self._runs = runs

    def collect(self) -> Iterator[Metric]:
        redis = self._runs.redis
        sums = {name.decode(): float(value) for name, value in cast("dict[bytes, bytes]", redis.hgetall(KEY)).items()}
        analyses = CounterMetricFamily("ml_analyze_analyses", "Settled analyses.", labels=["state", "code"])
        stages = CounterMetricFamily("ml_analyze_stage_seconds", "Seconds spent in a stage.", labels=["stage"])
        for name, value in sums.items():
            kind, _, rest = name.partition(":")
            if kind == "analyses":
                state, _, code = rest.partition(":")
                analyses.add_metric([state, code], value)
            elif kind == "stage":
                stages.add_metric([rest], value)
        yield from (analyses, stages)
        for name, text in (
            ("busy", "Seconds that analyses took."),
            ("rows", "Rows read."),
            ("items", "Items found."),
            ("errors", "Rows not taken."),
        ):
            yield CounterMetricFamily(f"ml_analyze_{name}", text, value=sums.get(name, 0))
        peak = redis.zscore(f"{KEY}:peak", "memory") or 0
        yield GaugeMetricFamily("ml_analyze_peak_memory_bytes", "Highest memory of one analysis.", value=peak)
        yield GaugeMetricFamily("ml_analyze_queue_length", "Analyses that wait.", value=self._runs.queue.count)
        yield GaugeMetricFamily("ml_analyze_unsettled", "Analyses that wait or run.", value=redis.zcard(LIVE))
        yield GaugeMetricFamily("ml_analyze_workers", "Workers that are alive.", value=self._runs.workers_alive())


def exposition(runs: Runs) -> bytes:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Figures(runs))
    return generate_latest(registry)
