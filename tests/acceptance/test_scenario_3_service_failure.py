"""Scenario 3: ml-analyze is away while files arrive; it is retried, reported, and mended with one click."""

from __future__ import annotations

import threading
import time

import backoff._sync
import pytest

from app.jobs import lifecycle
from app.models.phase import Outcome, Phase
from app.volume import volume
from tests.fixtures.courier import Courier
from tests.servers.analysis import AnalysisServer, price_list
from tests.servers.files import FileServer


def test_scenario_3_a_503_is_retried_reported_and_the_retry_button_completes_the_job(
    courier: Courier, files: FileServer, analysis: AnalysisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    here, sleep = threading.get_ident(), time.sleep

    def ours(seconds: float) -> None:
        """The module is everybody's: other threads sleep on."""
        if threading.get_ident() == here:
            slept.append(seconds)
        else:
            sleep(seconds)

    monkeypatch.setattr(backoff._sync.time, "sleep", ours)
    job = courier.fetch(courier.supplier(files.put("list.csv", price_list(150))))
    analysis.statuses = [503] * 16  # four calls in each of four steps

    job = courier.step(job)
    assert volume().inside(str(job.file_path)).read_bytes() == price_list(150)  # the file itself is safe
    assert (job.phase, job.retry_count) == (Phase.DOWNLOADING, 1)
    assert slept == [1, 2, 4]

    job = courier.run(job)
    assert (job.phase, job.outcome, job.retry_count) == (Phase.FAILED, Outcome.FAILED, 3)
    assert "ml-analyze is unavailable (503)" in str(job.error_message)
    record = courier.record(job)
    assert (record["status"], record["can_retry"]) == ("failed", "true")

    lifecycle.retry(job.id, actor="admin")
    job = courier.run(job)
    assert (job.outcome, job.items_processed) == (Outcome.SUCCESS, 150)
    assert len(files.asked) == 1  # nothing was fetched twice
