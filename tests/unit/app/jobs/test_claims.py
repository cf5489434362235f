"""Claims and hints: one worker a row, one file of a supplier at a time, and nothing depends on the queue."""

from __future__ import annotations

import threading
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from redis import Redis
from sqlalchemy import func, update

from app import upkeep
from app.errors import AnalysisUnreachable, ForbiddenMove, LostClaim
from app.extensions import db, fetches, queue, redis
from app.jobs import board, lifecycle, steps
from app.jobs.claims import claim, claimed
from app.models.job import Job
from app.models.phase import Outcome, Phase, Step
from tests.fixtures.courier import Courier


def opened(courier: Courier, **facts: object) -> Job:
    return courier.fetch(courier.supplier("http://127.0.0.1:9/a.csv"), **facts)


def forgotten(job: Job) -> None:
    """As after half a minute: the hint led to nothing, or the claim ran out."""
    ago = func.now() - func.make_interval(0, 0, 0, 0, 0, 1)
    db.session.execute(update(Job).where(Job.id == job.id).values(hinted_at=ago, claimed_until=ago))
    db.session.commit()


def test_a_row_is_claimed_once(courier: Courier) -> None:
    job = opened(courier)
    claim(job.id, Step.DELIVER)
    with pytest.raises(LostClaim):
        claim(job.id, Step.DELIVER)
    with pytest.raises(LostClaim):
        claim(job.id, Step.APPLY)


def test_of_many_workers_at_once_one_gets_a_supplier(courier_app: Flask, courier: Courier) -> None:
    """Two downloads of one supplier never run together, however many workers ask in the same moment."""
    supplier = courier.supplier("http://127.0.0.1:9/a.csv")
    jobs = [courier.fetch(supplier) for _ in range(6)]
    won: list[UUID] = []
    start = threading.Barrier(len(jobs))

    def ask(job_id: UUID) -> None:
        with courier_app.app_context():
            start.wait()
            try:
                claim(job_id, Step.DELIVER)
                won.append(job_id)
            except LostClaim:
                pass

    threads = [threading.Thread(target=ask, args=(job.id,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1


def test_a_claim_that_ran_out_may_be_taken_and_the_late_worker_loses(courier: Courier) -> None:
    job = opened(courier)
    late = claim(job.id, Step.DELIVER)
    forgotten(job)
    fresh = claim(job.id, Step.DELIVER)
    with pytest.raises(LostClaim):
        lifecycle.move(late, Phase.ANALYZING, step=Step.FOLLOW)
    lifecycle.move(fresh, Phase.ANALYZING, step=Step.FOLLOW)
    assert lifecycle.get(job.id).phase == Phase.ANALYZING


def test_a_move_that_the_table_does_not_know_is_a_bug(courier: Courier) -> None:
    job = opened(courier, phase=Phase.MATCHING)
    held = claim(job.id, Step.DELIVER)
    with pytest.raises(ForbiddenMove):
        lifecycle.move(held, Phase.ANALYZING, step=Step.FOLLOW)


def test_what_a_step_learns_is_written_with_its_next_move_even_a_retry(courier: Courier) -> None:
    job = opened(courier)
    held = claim(job.id, Step.DELIVER)
    held.facts = {"file_path": "raw/a/b/c.csv", "file_size": 7}
    lifecycle.retry_or_fail(held, AnalysisUnreachable("away"))
    assert (lifecycle.get(job.id).file_path, lifecycle.get(job.id).file_size) == ("raw/a/b/c.csv", 7)


def test_the_heartbeat_keeps_a_long_step_alive(courier_app: Flask, courier: Courier) -> None:
    config = courier_app.extensions["settings"]
    courier_app.extensions["settings"] = config.model_copy(update={"claim_seconds": 2.0})
    job = opened(courier)
    with claimed(job.id, Step.DELIVER) as held:
        held.lost.wait(2.6)
        with pytest.raises(LostClaim):
            claim(job.id, Step.DELIVER)
        held.check()


def test_the_reaper_hints_at_what_is_due_once_and_again_after_half_a_minute(courier: Courier) -> None:
    job = opened(courier)
    fetches().empty()
    assert steps.start_due() == 0  # it was just hinted at
    forgotten(job)
    assert (steps.start_due(), steps.start_due()) == (1, 0)
    assert fetches().count == 1


def test_what_a_dead_worker_had_in_hand_goes_before_a_queue_however_long(courier: Courier) -> None:
    """The machine with most of the workers died while hundreds of files wait: what it had begun is not behind them."""
    begun, waiting = [opened(courier) for _ in range(2)], opened(courier)
    for job in begun:
        claim(job.id, Step.DELIVER)
    for lane in (queue(), fetches()):
        lane.empty()
        for _ in range(steps.QUEUE_ENOUGH):
            lane.enqueue(steps.RUN_STEP, str(waiting.id), Step.DELIVER.value)
    forgotten(waiting)
    for age, job in enumerate(reversed(begun), start=1):
        ran_out = {"claimed_until": func.now(), "due_at": func.now() - timedelta(minutes=age)}
        db.session.execute(update(Job).where(Job.id == job.id).values(ran_out))
    db.session.commit()
    assert (steps.start_due(), steps.start_due()) == (2, 0)
    entries = [fetches().fetch_job(each) for each in fetches().job_ids[:2]]
    assert [each.args[0] for each in entries if each] == [str(job.id) for job in begun]


def test_one_file_of_each_supplier_is_hinted_at(courier: Courier) -> None:
    supplier = courier.supplier("http://127.0.0.1:9/a.csv")
    flood = [courier.fetch(supplier) for _ in range(5)]
    other = opened(courier)
    for job in (*flood, other):
        forgotten(job)
    assert steps.start_due() == 2


def test_a_flushed_redis_is_healed_by_the_next_look(courier: Courier) -> None:
    job = opened(courier)
    upkeep.reap()
    redis().flushall()
    assert upkeep.reap() == 1
    assert fetches().count == 1
    assert courier.record(job)["phase"] == "downloading"
    assert redis().smembers(board.ACTIVE) == {str(job.id)}


def test_a_redis_that_is_away_costs_no_job(courier_app: Flask, courier: Courier) -> None:
    away = Redis(port=9, socket_connect_timeout=0.2)
    courier_app.extensions["redis"], kept = away, courier_app.extensions["redis"]
    courier_app.extensions["queue"].connection, line = away, courier_app.extensions["queue"].connection
    try:
        job = opened(courier)
    finally:
        courier_app.extensions["redis"] = kept
        courier_app.extensions["queue"].connection = line
    assert upkeep.reap() == 1
    assert lifecycle.cancel(job.id, actor="anna").outcome == Outcome.CANCELLED
