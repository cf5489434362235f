"""FR-4: what fails is said, logged, retried as often as it makes sense, and can always be retried by hand."""

from __future__ import annotations

import io
import json
import threading

import pytest
from flask import current_app
from sqlalchemy import select

from app.apply import commit
from app.courier import upload
from app.errors import Conflict
from app.extensions import db, redis, settings
from app.jobs import bulk, lifecycle
from app.jobs.queries import JobFilter
from app.models.catalog import SupplierItem
from app.models.job import Job
from app.models.phase import Outcome, Phase, Step
from app.settings import Settings
from app.volume import volume
from tests.fixtures.courier import Courier
from tests.servers.analysis import AnalysisServer, price_list
from tests.servers.files import FileServer, Served


def uploaded(courier: Courier, body: bytes | None = None) -> Job:
    return upload.receive_file(courier.supplier(), io.BytesIO(body or price_list(5)), "a.csv", actor=None)


def test_ac_4_1_a_failed_analysis_is_a_failed_job_in_redis_too(courier: Courier, analysis: AnalysisServer) -> None:
    """AC-4.1: phase, sentence and details."""
    analysis.overlay = {"status": "failed", "error_code": "NO_PRICE_COLUMN", "errors": ["No prices.", "Row 7: odd."]}
    job = courier.run(uploaded(courier))
    record = courier.record(job)
    assert (record["phase"], record["status"], record["outcome"]) == ("failed", "failed", "failed")
    assert record["error"] == "No prices."
    assert json.loads(record["error_details"]) == ["No prices.", "Row 7: odd."]
    assert record["can_retry"] == "true"


def test_ac_4_1_what_was_seen_of_an_unreadable_file_is_kept(courier: Courier, analysis: AnalysisServer) -> None:
    """The form that corrects the reading begins with it."""
    reading = {"format": "csv", "encoding": "utf-8", "sheets": [{"name": "csv", "used": False, "reason": "no prices"}]}
    analysis.overlay = {"status": "failed", "error_code": "LOW_CONFIDENCE", "errors": ["?"], "reading": reading}
    job = courier.run(uploaded(courier))
    assert job.error_code == "UNREADABLE"
    assert (job.reading or {})["sheets"][0]["reason"] == "no prices"


def test_ac_4_2_rows_that_cannot_be_read_do_not_stop_the_file(courier: Courier) -> None:
    """AC-4.2: counts of both, outcome "warnings"."""
    job = courier.run(uploaded(courier, price_list(100, bad=10)))
    assert (job.phase, job.outcome) == (Phase.COMPLETE, Outcome.WARNINGS)
    assert (job.items_processed, job.error_count) == (90, 10)
    assert courier.record(job)["error_count"] == "10"


def test_ac_4_3_the_services_sentences_are_logged_with_the_job(courier: Courier, analysis: AnalysisServer) -> None:
    """AC-4.3: parsing_logs names the job, the supplier and the service."""
    analysis.overlay = {"status": "failed", "error_code": "NO_ITEMS", "errors": ["Nothing here.", "Row 3: no name."]}
    job = courier.run(uploaded(courier))
    lines = [each for each in courier.logs(job) if each.error_type == "ERROR"]
    assert {each.error_message for each in lines} == {"Nothing here.", "Row 3: no name."}
    assert {(each.service, each.level, each.task_id) for each in lines} == {("ml-analyze", "error", job.task_id)}
    assert {each.supplier_id for each in lines} == {job.supplier_id}


def test_ac_4_4_an_outage_is_retried_by_itself_after_the_configured_delay(
    courier: Courier, analysis: AnalysisServer
) -> None:
    """AC-4.4: the job waits, says for what and until when, and goes on by itself."""
    assert Settings.model_fields["ml_retry_delay_seconds"].default == 30
    job = uploaded(courier)
    analysis.stop()
    job = courier.step(job)
    assert (job.phase, job.step, job.retry_count) == (Phase.DOWNLOADING, Step.DELIVER, 1)
    assert job.due_at is not None
    assert "cannot be reached" in (job.waiting_for or "")
    assert "(1 of 3)" in (job.waiting_for or "")
    with AnalysisServer(volume().root, port=analysis.port):
        assert courier.run(job).outcome == Outcome.SUCCESS


def test_ac_4_4_pauses_double_and_a_source_is_obeyed_when_it_names_one(courier: Courier, files: FileServer) -> None:
    url = files.put("a.csv", Served(statuses=[500, 500, (503, {"Retry-After": "90"})]))
    job = courier.fetch(courier.supplier(url))
    pauses = []
    for _ in range(3):
        job = courier.step(job)
        pauses.append(courier.events(job)[-1].facts["seconds"])
    assert pauses == [pytest.approx(0.1), pytest.approx(0.2), 90]


def test_ac_4_5_after_three_retries_the_job_fails(courier: Courier, files: FileServer) -> None:
    """AC-4.5: MAX_RETRIES (3) ends the loop; the set of the given-up names the job."""
    assert Settings.model_fields["max_retries"].default == 3
    url = files.put("a.csv", Served(statuses=[500] * 50))
    job = courier.run(courier.fetch(courier.supplier(url)))
    assert (job.outcome, job.retry_count, len(files.asked)) == (Outcome.FAILED, 3, 4)
    assert redis().sismember(f"arq:dlq:{settings().dlq_name}", str(job.id))


def test_ac_4_6_a_failed_job_is_retried_by_hand_and_reuses_its_file(
    courier: Courier, files: FileServer, analysis: AnalysisServer
) -> None:
    """AC-4.6: from the step that failed; what lies on the volume is not fetched again."""
    analysis.statuses = [400]
    job = courier.run(courier.fetch(courier.supplier(files.put("a.csv", price_list(5)))))
    assert job.error_code == "ML_REFUSED"
    lifecycle.retry(job.id, actor="anna")
    assert courier.run(job).outcome == Outcome.SUCCESS
    assert len(files.asked) == 1
    assert len({each["Idempotency-Key"] for each in analysis.submissions()}) == 2
    assert "anna" in [each.actor for each in courier.events(job) if each.kind == "retried"]


def test_ac_4_6_a_file_that_is_gone_is_fetched_again(
    courier: Courier, files: FileServer, analysis: AnalysisServer
) -> None:
    analysis.statuses = [400]
    job = courier.run(courier.fetch(courier.supplier(files.put("a.csv", price_list(5)))))
    assert job.supplier_id is not None
    volume().remove_job(job.supplier_id, job.id)
    lifecycle.retry(job.id, actor=None)
    assert courier.run(job).outcome == Outcome.SUCCESS
    assert len(files.asked) == 2


def test_ac_4_6_a_result_that_could_not_be_applied_is_not_analysed_again(
    courier: Courier, analysis: AnalysisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = courier.step(courier.step(uploaded(courier)))
    assert job.step == Step.APPLY
    with monkeypatch.context() as broken, pytest.raises(ZeroDivisionError):
        broken.setattr(commit, "_stage", lambda job: 1 / 0)
        courier.step(job)
    job = lifecycle.get(job.id)
    assert (job.outcome, job.error_code) == (Outcome.FAILED, "INTERNAL_ERROR")
    lifecycle.retry(job.id, actor=None)
    assert courier.run(job).outcome == Outcome.SUCCESS
    assert len(analysis.submissions()) == 1


def test_all_failed_jobs_of_one_cause_are_retried_at_once(
    courier: Courier, files: FileServer, analysis: AnalysisServer
) -> None:
    analysis.statuses = [400] * 4
    refused = [courier.run(courier.fetch(courier.supplier(files.put(f"{n}.csv", price_list(2))))) for n in range(4)]
    missing = courier.run(courier.fetch(courier.supplier(f"{files.url}/nothing.csv")))
    assert bulk.retry_all(JobFilter(cause="ML_REFUSED"), "anna") == 4
    assert [courier.run(job).outcome for job in refused] == [Outcome.SUCCESS] * 4
    assert lifecycle.get(missing.id).outcome == Outcome.FAILED
    assert bulk.retry_all(JobFilter(cause="ML_REFUSED"), "anna") == 0


@pytest.mark.parametrize("steps", [0, 1, 2], ids=["downloading", "analyzing", "matching"])
def test_a_job_is_cancelled_in_any_phase_and_stays_cancelled(
    courier: Courier, analysis: AnalysisServer, steps: int
) -> None:
    job = uploaded(courier)
    for _ in range(steps):
        job = courier.step(job)
    lifecycle.cancel(job.id, actor="anna")
    for _ in range(3):
        job = courier.step(job)
    assert (job.phase, job.outcome, job.step) == (Phase.FAILED, Outcome.CANCELLED, None)
    assert job.error_message == "Cancelled by anna."
    assert db.session.scalars(select(SupplierItem).where(SupplierItem.supplier_id == job.supplier_id)).all() == []
    with pytest.raises(Conflict):
        lifecycle.cancel(job.id, actor="anna")


def test_a_download_that_runs_is_cancelled_within_a_moment(courier: Courier, files: FileServer) -> None:
    """The worker finds its claim gone at the next heartbeat and ends; nothing of it stays."""
    job = courier.fetch(courier.supplier())

    url = files.put("a.csv", Served(price_list(20_000), drip=0.02, drip_bytes=4000))
    db.session.execute(db.update(Job).where(Job.id == job.id).values(source_url=url))
    db.session.commit()
    app = current_app._get_current_object()  # type: ignore[attr-defined]

    def by_hand() -> None:
        with app.app_context():
            lifecycle.cancel(job.id, actor="anna")

    timer = threading.Timer(0.5, by_hand)
    timer.start()
    ended = courier.step(job)
    timer.join()
    assert ended.outcome == Outcome.CANCELLED
    assert volume().usage().files == 0


def test_an_unchanged_file_ends_at_once_and_costs_no_analysis(
    courier: Courier, files: FileServer, analysis: AnalysisServer
) -> None:
    """First by condition (304), then by hash; a person may insist."""
    supplier = courier.supplier(files.put("a.csv", price_list(5)))
    courier.run(courier.fetch(supplier))
    again = courier.run(courier.fetch(supplier))
    assert (again.phase, again.outcome) == (Phase.COMPLETE, Outcome.UNCHANGED)
    assert "has not changed since" in courier.events(again)[-1].message
    assert files.asked[-1].headers["If-None-Match"]
    files.put("a.csv", Served(price_list(5), etag=False))
    assert courier.run(courier.fetch(supplier)).outcome == Outcome.UNCHANGED
    assert len(analysis.submissions()) == 1
    assert courier.run(courier.fetch(supplier, force=True)).outcome == Outcome.SUCCESS
    assert len(analysis.submissions()) == 2
    files.put("a.csv", price_list(6))
    assert courier.run(courier.fetch(supplier)).outcome == Outcome.SUCCESS
