"""FR-4: what fails is said, logged, retried as often as it makes sense, and can always be retried by hand."""

from __future__ import annotations

import io
import json
import threading
from datetime import UTC, datetime, timedelta

import pytest
from flask import current_app
from sqlalchemy import func, select, update

from app.analysis import client, outage
from app.apply import commit
from app.courier import upload
from app.errors import Conflict
from app.extensions import db, redis, settings
from app.jobs import board, bulk, lifecycle
from app.jobs.claims import claim
from app.jobs.job_filter import JobFilter
from app.models.catalog import SupplierItem
from app.models.job import Job
from app.models.phase import Outcome, Phase, Step
from app.settings import Settings
from app.suppliers import exclusions
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
    analysis.statuses = [503] * 4  # one call with its three retries
    job = courier.step(job)
    assert (job.phase, job.step, job.retry_count, job.away) == (Phase.DOWNLOADING, Step.DELIVER, 1, None), (
        job.error_message
    )
    assert job.due_at is not None
    assert "is unavailable (503)" in (job.waiting_for or "")
    assert "(1 of 3)" in (job.waiting_for or "")
    assert courier.run(job).outcome == Outcome.SUCCESS


def test_ac_4_4_while_ml_analyze_is_away_a_file_waits_without_using_up_tries(
    courier: Courier, analysis: AnalysisServer
) -> None:
    """ADR 66: an outage of ours is nobody's fault; it is told once, held back, and ends with the first answer."""
    job = uploaded(courier)
    analysis.stop()
    since = None
    for _ in range(6):
        job = courier.step(job)
        assert (job.phase, job.step, job.retry_count, job.away) == (Phase.DOWNLOADING, Step.DELIVER, 0, "ml-analyze")
        since = since or job.away_since
        assert job.away_since == since is not None
    assert "waits without using up a try" in (job.waiting_for or "")
    assert [each.kind for each in courier.events(job)].count("waiting") == 1
    assert outage.look() is False
    held = lifecycle.get(job.id).due_at
    assert held is not None and held > datetime.now(UTC) + timedelta(seconds=20)
    board.catch_up()
    assert courier.record(job)["waits_for"] == "ml-analyze"
    with AnalysisServer(volume().root, port=analysis.port):
        assert outage.look() is True
        freed = lifecycle.get(job.id).due_at
        assert freed is not None and freed <= datetime.now(UTC) + timedelta(seconds=1)
        job = courier.run(job)
    assert (job.outcome, job.away, job.retry_count) == (Outcome.SUCCESS, None, 0)
    assert outage.look() is True


def test_ac_4_4_an_analysis_under_way_outlasts_an_outage_of_any_length(
    courier: Courier, analysis: AnalysisServer
) -> None:
    analysis.takes = lambda: 0.0
    job = courier.step(uploaded(courier))
    kept = dict(analysis.analyses)
    analysis.stop()
    client._pool.cache_clear()  # a connection that was kept alive would still be answered
    for _ in range(3):
        job = courier.step(job)
        db.session.execute(update(Job).values(submitted_at=Job.submitted_at - timedelta(hours=1)))
        db.session.execute(update(Job).values(unseen_seconds=Job.unseen_seconds + 3600))
        db.session.commit()
    assert (job.step, job.away, job.outcome) == (Step.FOLLOW, "ml-analyze", None)
    with AnalysisServer(volume().root, port=analysis.port) as again:
        again.analyses |= kept
        job = courier.run(job)
    assert (job.outcome, job.retry_count) == (Outcome.SUCCESS, 0)


def test_ac_4_4_a_full_volume_is_waited_for_and_a_file_larger_than_it_is_not(
    courier: Courier, files: FileServer
) -> None:
    filler = volume().results_target("filler")
    with volume().reserve(None) as incoming:
        incoming.write(b"x" * 50_000)
        incoming.place(filler)
    ledger = volume()._ledger
    ledger._limit = 60_000
    try:
        supplier = courier.supplier(files.put("a.csv", price_list(500)))
        job = courier.fetch(supplier)
        for _ in range(6):
            job = courier.step(job)
        assert (job.retry_count, job.away, job.outcome) == (0, "volume", None)
        large = courier.run(courier.fetch(courier.supplier(files.put("b.csv", price_list(5000)))))
        assert (large.outcome, large.error_code) == (Outcome.FAILED, "FILE_TOO_LARGE")
        volume().remove(filler)
        assert courier.run(job).outcome == Outcome.SUCCESS
    finally:
        ledger._limit = None


def test_a_job_over_which_three_workers_died_ends_and_says_so(courier: Courier) -> None:
    """A file that takes more memory than a worker has must not take one worker after the other for ever."""
    job = uploaded(courier)
    for number in range(3):
        claim(job.id, Step.DELIVER)  # and never heard of again
        db.session.execute(update(Job).values(claimed_until=func.now() - timedelta(seconds=1)))
        db.session.commit()
        assert [each.kind for each in courier.events(job)].count("worker_lost") == number
    job = courier.step(job)
    assert (job.outcome, job.error_code) == (Outcome.FAILED, "WORKERS_LOST")
    assert "3 workers in a row died while fetching the file" in str(job.error_message)
    lifecycle.retry(job.id)
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
        broken.setattr(commit, "stage", lambda *_, **__: 1 / 0)
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
    exclusions.add(supplier.id, "name", "no such thing", actor="anna")
    other = courier.run(courier.fetch(supplier))
    assert other.outcome == Outcome.SUCCESS, "other things are wanted of the same file now"
    assert courier.run(courier.fetch(supplier)).outcome == Outcome.UNCHANGED
