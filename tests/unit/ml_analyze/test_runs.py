"""The record of an analysis: claimed once, written by its claim alone, given back when its worker falls silent."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
import redis

from handoff.api import AnalysisPhase, AnalysisState
from ml_analyze.order import Failure, Order, Progress
from ml_analyze.runs import Claim, LostClaim, Runs

ORDER = Order(path="raw/s/j/list.csv")


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def runs(redis_url: str, clock: Clock) -> Runs:
    connection = redis.Redis.from_url(redis_url)
    return Runs(connection, queue_name="ml-analyze", job_seconds=60, lost_seconds=15, clock=clock)


def submitted(runs: Runs) -> UUID:
    analysis_id = uuid4()
    assert runs.submit(analysis_id, ORDER) is AnalysisState.PENDING
    return analysis_id


def claimed(runs: Runs, analysis_id: UUID, worker: str = "w1") -> Claim:
    claim = runs.claim(analysis_id, worker=worker)
    assert claim is not None
    return claim


def sweep(runs: Runs) -> int:
    runs.redis.delete("ml-analyze:sweeper")
    return runs.sweep()


def test_a_submitted_analysis_is_recorded_and_queued_for_seven_days(runs: Runs) -> None:
    analysis_id = submitted(runs)
    status = runs.status(analysis_id)
    assert status is not None
    assert (status["status"], status["phase"], "private" in status) == ("pending", None, False)
    assert runs.queue.count == 1
    assert 604_700 < runs.redis.ttl(f"ml-analyze:job:{analysis_id}") <= 604_800


def test_submitting_again_changes_nothing(runs: Runs) -> None:
    analysis_id = submitted(runs)
    claimed(runs, analysis_id)
    assert runs.submit(analysis_id, ORDER) is AnalysisState.PROCESSING
    assert runs.queue.count == 1


def test_only_one_worker_gets_the_claim(runs: Runs) -> None:
    analysis_id = submitted(runs)
    claim = claimed(runs, analysis_id)
    assert claim.order == ORDER
    assert runs.claim(analysis_id, worker="w2") is None
    assert runs.claim(uuid4(), worker="w2") is None


def test_progress_shows_in_the_status(runs: Runs) -> None:
    analysis_id = submitted(runs)
    phase = AnalysisPhase.MATCHING
    progress = Progress(phase=phase, rows_read=50, rows_total=100, items=45, errors=5, matched=30, review=10)
    claimed(runs, analysis_id).report(progress)
    status = runs.status(analysis_id)
    assert status is not None
    assert (status["phase"], status["progress_percentage"]) == ("matching", 54)
    assert (status["items_processed"], status["items_total"], status["error_count"]) == (45, 100, 5)
    assert (status["matches_found"], status["review_queue"]) == (30, 10)


def test_a_silent_worker_loses_its_analysis_to_the_queue_once(runs: Runs, clock: Clock) -> None:
    analysis_id = submitted(runs)
    late = claimed(runs, analysis_id)
    clock.now += 10
    late.report(Progress())
    clock.now += 10
    assert sweep(runs) == 0, "it gave a sign of life ten seconds ago"
    clock.now += 10
    assert sweep(runs) == 1
    assert runs.queue.count == 2
    with pytest.raises(LostClaim):
        late.report(Progress())
    second = claimed(runs, analysis_id, "w2")
    with pytest.raises(LostClaim):
        late.fail(Failure(code="CRASHED", message="Too late."))
    second.report(Progress())
    clock.now += 20
    assert sweep(runs) == 1
    status = runs.status(analysis_id)
    assert status is not None
    assert (status["status"], status["error_code"]) == ("failed", "WORKER_LOST")


def test_asking_for_the_status_finds_a_lost_worker_too(runs: Runs, clock: Clock) -> None:
    analysis_id = submitted(runs)
    claimed(runs, analysis_id)
    clock.now += 20
    runs.redis.delete("ml-analyze:sweeper")
    status = runs.status(analysis_id)
    assert status is not None
    assert status["status"] == "pending"


def test_an_entry_lost_between_queue_and_worker_is_queued_again(runs: Runs, clock: Clock) -> None:
    submitted(runs)
    clock.now += 20
    assert sweep(runs) == 0, "it still waits in the queue"
    runs.queue.empty()
    clock.now += 20
    assert sweep(runs) == 1
    assert runs.queue.count == 1


def test_a_forgotten_analysis_is_gone_and_its_worker_is_told(runs: Runs) -> None:
    analysis_id = submitted(runs)
    claim = claimed(runs, analysis_id)
    assert runs.forget(analysis_id)
    assert not runs.forget(analysis_id)
    assert runs.status(analysis_id) is None
    with pytest.raises(LostClaim):
        claim.report(Progress())


def test_work_put_back_is_not_held_against_it(runs: Runs, clock: Clock) -> None:
    analysis_id = submitted(runs)
    claimed(runs, analysis_id).put_back()
    claimed(runs, analysis_id, "w2")
    clock.now += 20
    assert sweep(runs) == 1
    status = runs.status(analysis_id)
    assert status is not None
    assert status["status"] == "pending"


def test_workers_count_while_they_give_signs_of_life(runs: Runs, clock: Clock) -> None:
    runs.worker_alive("w1")
    clock.now += 20
    runs.worker_alive("w2")
    assert runs.workers_alive() == 2
    clock.now += 20
    assert runs.workers_alive() == 1
