"""FR-3: files are handed to ml-analyze over REST and followed by polling; nobody waits in a worker."""

from __future__ import annotations

import io
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest import mock
from uuid import uuid4

import backoff._sync
import pytest
from flask import Flask
from sqlalchemy import func, update

from app.analysis import client, follow
from app.courier import upload
from app.errors import AnalysisRefused, AnalysisUnavailable
from app.extensions import db
from app.jobs import lifecycle
from app.models.catalog import SupplierItem
from app.models.job import Job
from app.models.phase import Outcome, Phase, Step
from app.models.supplier import Supplier
from app.settings import Settings
from handoff.api import AnalyzeRequest
from tests.fixtures.courier import Courier
from tests.servers.analysis import AnalysisServer, price_list


def delivered(courier: Courier, supplier: Supplier | None = None, *, rows: int = 5) -> Job:
    job = upload.receive_file(supplier or courier.supplier(), io.BytesIO(price_list(rows)), "a.csv", actor=None)
    return courier.step(job)


def a_request(tmp_path: Path) -> AnalyzeRequest:
    return AnalyzeRequest(file_path=str(tmp_path / "a.csv"), supplier_id=uuid4(), file_type="csv")


def pause_until_next_look(job: Job) -> float:
    return float(db.session.scalar(db.select(func.extract("epoch", Job.due_at - func.now())).where(Job.id == job.id)))


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds the client would have slept; it does not."""
    slept: list[float] = []

    class Clock:
        sleep = staticmethod(slept.append)

    monkeypatch.setattr(backoff._sync, "time", Clock)
    return slept


def test_ac_3_1_the_file_is_submitted_with_path_supplier_and_type(courier: Courier, analysis: AnalysisServer) -> None:
    """AC-3.1: POST /analyze/file names the absolute path on the volume, the supplier and the type; and the hash."""
    job = delivered(courier)
    (sent,) = analysis.analyses.values()
    assert Path(sent.request["file_path"]).is_absolute()
    assert sent.request["file_url"] == sent.request["file_path"]
    assert (sent.request["supplier_id"], sent.request["file_type"]) == (str(job.supplier_id), "csv")
    assert sent.request["metadata"]["checksum_sha256"] == job.sha256
    (headers,) = analysis.submissions()
    assert headers["Idempotency-Key"] == job.key
    assert headers["X-Request-ID"] == str(job.id)


def test_ac_3_1_the_shared_secret_and_a_persons_hints_travel(
    make_app: Callable[..., Flask], analysis: AnalysisServer
) -> None:
    app = make_app(ml_analyze_url=analysis.url, ml_analyze_secret="a-secret-of-both")
    with app.app_context():
        courier = Courier()
        supplier = courier.supplier(meta={"hints": {"header_row": 4}, "default_currency": "EUR"})
        delivered(courier, supplier)
    (sent,) = analysis.analyses.values()
    assert analysis.submissions()[0]["Authorization"] == "Bearer a-secret-of-both"
    assert sent.request["metadata"]["hints"]["header_row"] == 4
    assert sent.request["default_currency"] == "EUR"


def test_ac_3_2_the_analysis_id_is_kept_in_redis(courier: Courier, analysis: AnalysisServer) -> None:
    """AC-3.2: the id that ml-analyze answers with stands in job:{id}, where programs look for it."""
    job = delivered(courier)
    assert courier.record(job)["ml_job_id"] == str(job.ml_job_id) == next(iter(analysis.analyses))
    assert courier.record(job)["phase"] == "analyzing"


def test_ac_3_3_the_status_is_polled_until_the_end(courier: Courier, analysis: AnalysisServer) -> None:
    """AC-3.3: progress goes to the board while it works, the end moves the job."""
    analysis.overlay = {"status": "processing", "items_processed": 30, "items_total": 120, "phase": "extracting"}
    job = courier.step(delivered(courier, rows=120))
    assert (job.phase, job.step) == (Phase.ANALYZING, Step.FOLLOW)
    record = courier.record(job)
    assert (record["items_processed"], record["items_total"]) == ("30", "120")
    analysis.overlay |= {"phase": "matching", "items_processed": 90}
    job = courier.step(job)
    assert (job.phase, courier.record(job)["phase"]) == (Phase.MATCHING, "matching")
    analysis.overlay = {}
    assert courier.run(job).outcome == Outcome.SUCCESS
    assert any(path.startswith("/analyze/status") for _, path, _, _ in analysis.calls)


def test_ac_3_3_many_analyses_are_asked_about_in_one_call(courier: Courier, analysis: AnalysisServer) -> None:
    analysis.takes = lambda: 100.0
    jobs = [delivered(courier) for _ in range(20)]
    _all_due()
    analysis.calls.clear()
    assert follow.sweep() == 20
    assert [(method, path) for method, path, _, _ in analysis.calls] == [("POST", "/analyze/status")]
    assert {lifecycle.get(job.id).claim_token for job in jobs} == {None}


@pytest.mark.parametrize("old_contract", [False, True], ids=["single looks", "old contract"])
def test_ac_3_3_a_service_that_knows_only_the_old_contract_is_followed(
    courier: Courier, analysis: AnalysisServer, old_contract: bool
) -> None:
    """Without batches each is asked by itself; without a result file the service has stored the items, we count."""
    analysis.knows_batches, analysis.old_contract = False, old_contract
    begun = [delivered(courier, rows=7) for _ in range(2)]
    if old_contract:
        db.session.add_all(
            SupplierItem(
                supplier_id=job.supplier_id, supplier_sku=f"S{n}", name=f"Item {n}", last_ingested_at=func.now()
            )
            for job in begun
            for n in range(7)
        )
        db.session.commit()
    jobs = [courier.run(job) for job in begun]
    assert [job.outcome for job in jobs] == [Outcome.SUCCESS] * 2
    assert [job.items_total for job in jobs] == [7, 7]
    assert all(path != "/analyze/status" for _, path, _, _ in analysis.calls[3:])  # asked for batches once only


def test_ac_3_3_a_service_that_says_it_stored_items_and_did_not_is_a_failure(
    courier: Courier, analysis: AnalysisServer
) -> None:
    analysis.old_contract = True
    job = delivered(courier, rows=7)
    job.max_retries = 0
    db.session.commit()
    ended = courier.run(job)
    assert ended.outcome == Outcome.FAILED
    assert "says that it stored 7 items; there are none" in (ended.error_message or "")


def test_ac_3_3_words_of_later_versions_are_understood(courier: Courier, analysis: AnalysisServer) -> None:
    analysis.takes = lambda: 100.0
    analysis.overlay = {"phase": "normalizing", "status": "categorizing", "items_processed": 3, "items_total": 7}
    job = courier.step(courier.step(delivered(courier, rows=7)))
    assert (job.phase, job.poll_failures, job.waiting_for) == (Phase.ANALYZING, 0, None)
    assert courier.record(job)["items_processed"] == "3"
    db.session.add(SupplierItem(supplier_id=job.supplier_id, supplier_sku="S", name="Item", current_price=1))
    db.session.commit()
    analysis.overlay = {"status": "completed_with_errors", "phase": "normalizing"}
    ended = courier.run(job)
    assert (ended.outcome, ended.error_count) == (Outcome.WARNINGS, 1)


def test_a_404_on_submit_fails_at_once_and_names_the_address(courier: Courier, analysis: AnalysisServer) -> None:
    analysis.statuses = [404]
    job = courier.step(delivered(courier))
    assert (job.outcome, job.retry_count) == (Outcome.FAILED, 0)
    assert f"{analysis.url}/analyze/file answers 404" in (job.error_message or "")


def test_ac_3_4_the_polling_interval_is_a_setting(
    make_app: Callable[..., Flask], analysis: AnalysisServer, courier: Courier
) -> None:
    """AC-3.4: 5 seconds unless ML_POLL_INTERVAL_SECONDS says otherwise; the first looks are quicker."""
    assert Settings.model_fields["ml_poll_interval_seconds"].default == 5
    analysis.takes = lambda: 1000.0
    job = courier.step(delivered(courier))
    assert pause_until_next_look(job) < 1
    _submitted_ago(job, 600)
    assert pause_until_next_look(courier.step(job)) == pytest.approx(5, abs=0.5)
    with make_app(ml_analyze_url=analysis.url, ml_poll_interval_seconds=2).app_context():
        assert pause_until_next_look(Courier().step(job.id)) == pytest.approx(2, abs=0.5)


def test_ac_3_4_the_pause_grows_with_each_error_and_falls_back_with_success(
    courier: Courier, analysis: AnalysisServer
) -> None:
    analysis.takes = lambda: 1000.0
    job = delivered(courier)
    grown = []
    for _ in range(5):
        analysis.statuses = [503]
        job = courier.step(job)
        grown.append(round(pause_until_next_look(job)))
    assert grown == [5, 10, 20, 40, 60]
    assert (job.phase, job.retry_count) == (Phase.ANALYZING, 0)
    assert "503" in (job.waiting_for or "")
    job = courier.step(job)
    assert (job.poll_failures, job.waiting_for) == (0, None)
    assert pause_until_next_look(job) < 1


def test_ac_3_5_a_503_is_retried_three_times_then_reported(
    courier: Courier, analysis: AnalysisServer, pauses: list[float], tmp_path: Path
) -> None:
    """AC-3.5: the client retries 5xx answers three times with growing pauses."""
    analysis.statuses = [503, 502, 500, 503]
    with pytest.raises(AnalysisUnavailable):
        client.submit(a_request(tmp_path), key="k")
    assert len(analysis.calls) == 4
    assert pauses == [1, 2, 4]


def test_ac_3_5_a_503_that_passes_is_never_seen(
    courier: Courier, analysis: AnalysisServer, pauses: list[float], tmp_path: Path
) -> None:
    analysis.statuses = [503, 503]
    first = client.submit(a_request(tmp_path), key="k")
    again = client.submit(a_request(tmp_path), key="k")
    assert first.job_id == again.job_id
    assert pauses == [1, 2]


def test_ac_3_5_a_4xx_is_not_retried_and_tells_the_services_own_words(
    courier: Courier, analysis: AnalysisServer, pauses: list[float], tmp_path: Path
) -> None:
    analysis.statuses = [422]
    with pytest.raises(AnalysisRefused, match="told to answer 422"):
        client.submit(a_request(tmp_path), key="k")
    assert (len(analysis.calls), pauses) == (1, [])


@pytest.fixture(params=["is never accepted", "is never answered"])
def silence(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a service whose machine is up and which says nothing."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server:
        waiting = [socket.socket() for _ in range(8 if request.param == "is never accepted" else 0)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(server.getsockname())
        yield "http://{}:{}".format(*server.getsockname())
        for each in waiting:
            each.close()


def test_ac_3_6_a_service_that_never_answers_blocks_nobody_for_longer_than_the_timeout(
    make_app: Callable[..., Flask], silence: str
) -> None:
    """AC-3.6: 30 seconds unless a setting says otherwise; then the worker is free and the job says why it waits."""
    assert Settings.model_fields["ml_connect_timeout_seconds"].default == 30
    with make_app(ml_analyze_url=silence, ml_connect_timeout_seconds=1).app_context():
        courier = Courier()
        began = time.monotonic()
        job = delivered(courier)
        assert time.monotonic() - began < 10
        assert job.is_active
        assert job.claim_token is None
        assert "within 1 second" in (job.waiting_for or "")


def test_no_worker_waits_while_an_analysis_runs(courier: Courier, analysis: AnalysisServer) -> None:
    """The step ends with the hand-over: what is left is a row with a next look, no claim and no queue entry."""
    analysis.takes = lambda: 1000.0
    began = time.monotonic()
    job = delivered(courier)
    assert time.monotonic() - began < 100
    assert (job.step, job.claim_token, job.hinted_at) == (Step.FOLLOW, None, None)


def test_an_analysis_that_the_service_lost_is_submitted_again_once_under_the_same_key(
    courier: Courier, analysis: AnalysisServer
) -> None:
    job = delivered(courier)
    analysis.forget_all()
    assert courier.run(job).outcome == Outcome.SUCCESS
    assert len({each["Idempotency-Key"] for each in analysis.submissions()}) == 1
    assert len(analysis.submissions()) == 2
    twice = delivered(courier)
    for _ in range(4):
        analysis.forget_all()
        twice = courier.step(twice)
    assert (twice.outcome, twice.error_code) == (Outcome.FAILED, "ML_JOB_LOST")


def test_an_analysis_without_an_end_is_given_up_after_half_an_hour(courier: Courier, analysis: AnalysisServer) -> None:
    assert Settings.model_fields["ml_stalled_after_minutes"].default == 30
    analysis.takes = lambda: 10_000.0
    job = delivered(courier)
    _submitted_ago(job, 29 * 60)
    assert courier.step(job).phase == Phase.ANALYZING
    _submitted_ago(job, 31 * 60)
    job = courier.step(job)
    assert (job.outcome, job.error_code) == (Outcome.FAILED, "STALLED")
    assert "30 minutes" in (job.error_message or "")
    assert job.can_retry


def test_two_sweeps_never_look_at_the_same_analysis(courier: Courier, analysis: AnalysisServer) -> None:
    analysis.takes = lambda: 1000.0
    for _ in range(6):
        delivered(courier)
    _all_due()
    taken = follow._take()  # another scheduler is just asking
    assert len(taken) == 6
    assert follow.sweep() == 0


def test_a_submission_that_was_repeated_makes_no_second_analysis(courier: Courier, analysis: AnalysisServer) -> None:
    """Killed between the answer and the commit, the step runs again: same key, same analysis."""
    job = upload.receive_file(courier.supplier(), io.BytesIO(price_list(2)), "a.csv", actor=None)
    with mock.patch.object(lifecycle, "move", _dies), pytest.raises(KeyboardInterrupt):
        courier.step(job)
    db.session.execute(update(Job).values(claimed_until=func.now() - func.make_interval(0, 0, 0, 0, 0, 1)))
    db.session.commit()
    assert courier.run(job).outcome == Outcome.SUCCESS
    assert len(analysis.submissions()) == 2
    assert len(analysis.analyses) == 1


def _dies(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def _all_due() -> None:
    db.session.execute(update(Job).where(Job.step == Step.FOLLOW).values(due_at=func.now()))
    db.session.commit()


def _submitted_ago(job: Job, seconds: float) -> None:
    ago = func.now() - func.make_interval(0, 0, 0, 0, 0, 0, seconds)
    db.session.execute(update(Job).where(Job.id == job.id).values(submitted_at=ago))
    db.session.commit()
