"""Scenario 3: ml-analyze is away while files arrive; it is retried, reported, and mended with one click."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from uuid import uuid4

import backoff._sync
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from app.extensions import db
from app.jobs import lifecycle
from app.models.catalog import SupplierItem
from app.models.job import Job
from app.models.phase import Outcome, Phase
from app.suppliers import editing
from app.volume import volume
from tests.fixtures.courier import Courier
from tests.fixtures.stack import Stack
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


@pytest.fixture
def broken(stack: Stack) -> Iterator[Stack]:
    """Every call of the courier's to ml-analyze is answered 503, until the test says otherwise."""
    stack.gate.faulty = True
    yield stack
    stack.gate.faulty = False


@pytest.mark.browser
@pytest.mark.timeout(180)
def test_scenario_3_from_the_button_to_the_items_with_the_service_mended_in_between(page: Page, broken: Stack) -> None:
    """Steps 1 to 8 in Chromium: fetched, 503 until the retries are used up, *Failed* with its cause, *Retry*, done."""
    path = f"scenario-3/{uuid4().hex}.csv"
    with broken.context():
        address = broken.files.put(path, price_list(30))
        fields = editing.SupplierFields(name=f"Scenario 3 {uuid4().hex[:6]}", source_type="csv", source_url=address)
        supplier_id = editing.create(fields, "tests").id
    page.goto(f"/suppliers/{supplier_id}")
    page.get_by_role("button", name="Fetch now").click()
    expect(page.get_by_text("Downloading").or_(page.get_by_text("Waiting")).first).to_be_visible()
    with broken.context():
        job_id = db.session.scalars(select(Job.id).where(Job.supplier_id == supplier_id)).one()
    page.goto(f"/jobs/{job_id}")
    live = page.locator("#job-live")
    expect(live).to_contain_text("ml-analyze is unavailable (503)", timeout=30_000)
    expect(live.locator(".chip[data-state=failed]")).to_be_visible(timeout=90_000)
    expect(page.locator("main")).to_contain_text("ml-analyze is unavailable (503)")
    job = broken.wait(job_id)
    assert (job.retry_count, job.items_total) == (3, 0)
    with broken.context():
        assert volume().inside(str(job.file_path)).read_bytes() == price_list(30), "nothing was lost"
    broken.gate.faulty = False
    page.get_by_role("button", name="Retry").first.click()
    expect(live.locator(".chip[data-state=complete]")).to_be_visible(timeout=60_000)
    job = broken.wait(job_id)
    assert job.outcome in (Outcome.SUCCESS, Outcome.WARNINGS), job.error_message
    assert len(broken.files.requests_for(path)) == 1, "the file was fetched once"
    with broken.context():
        assert db.session.scalar(select(func.count()).where(SupplierItem.job_id == job_id)) == 30
