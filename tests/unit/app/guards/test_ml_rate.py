"""The success-rate guard: what trips it, whom it switches, and that one click restores."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from app.alerts import watch
from app.extensions import db
from app.guards import ml_rate, switch
from app.guards.ml_rate import Ended, Limits, judge
from app.models.job import Job
from app.models.phase import Outcome, Phase, Pipeline
from app.models.supplier import Supplier
from app.models.sync import Alert
from app.models.user import AuditEntry

AT = Limits(least=20, success=0.8, minutes=10)


def ended(ok: int, failed: int = 0, code: str = "UNREADABLE", **facts: object) -> list[Ended]:
    base = {"supplier_id": UUID(int=1), "undone": False, "minutes": 1.0} | facts
    return [Ended(ok=True, error_code=None, **base) for _ in range(ok)] + [  # type: ignore[arg-type]
        Ended(ok=False, error_code=code, **base)  # type: ignore[arg-type]
        for _ in range(failed)
    ]


def test_nothing_is_said_below_the_minimum_sample() -> None:
    assert not judge(ended(0, 19), AT).trips and judge([], AT).success is None


@pytest.mark.parametrize(("ok", "failed", "trips"), [(16, 4, False), (15, 5, True), (20, 0, False)])
def test_success_below_eighty_percent_trips(ok: int, failed: int, trips: bool) -> None:
    assert judge(ended(ok, failed), AT).trips is trips


def test_a_typical_file_above_ten_minutes_trips_and_one_slow_file_does_not() -> None:
    assert judge(ended(20, minutes=11.0), AT).reasons[0].startswith("A typical file takes 11 minutes")
    assert not judge(ended(19) + ended(1, minutes=600.0), AT).trips


def test_results_that_do_not_hold_trip() -> None:
    assert "undone or not what the file says" in judge(ended(17) + ended(3, undone=True), AT).reasons[0]
    assert not judge(ended(18) + ended(2, undone=True), AT).trips


def test_calls_that_come_to_nothing_are_named() -> None:
    reasons = judge(ended(10, 10, "ML_UNREACHABLE"), AT).reasons
    assert any("could not be reached for 10 of 20" in reason for reason in reasons)


def supplier(name: str) -> Supplier:
    made = Supplier(name=name, source_type="csv", meta={})
    db.session.add(made)
    db.session.commit()
    return made


def jobs(of: Supplier, good: int, bad: int, code: str = "UNREADABLE", pipeline: Pipeline = Pipeline.ML) -> None:
    now = datetime.now(UTC)
    for number in range(good + bad):
        ok = number < good
        db.session.add(
            Job(
                supplier_id=of.id,
                supplier_name=of.name,
                task_id=str(uuid4()),
                trigger="manual",
                source_type="csv",
                pipeline=pipeline,
                phase=Phase.COMPLETE if ok else Phase.FAILED,
                outcome=Outcome.SUCCESS if ok else Outcome.FAILED,
                error_code=None if ok else code,
                created_at=now - timedelta(minutes=5),
                started_at=now - timedelta(minutes=4),
                completed_at=now - timedelta(minutes=3),
            )
        )
    db.session.commit()


def use_ml(of: Supplier) -> bool:
    return db.session.get_one(Supplier, of.id, populate_existing=True).wants_ml


def test_failures_of_sources_and_of_legacy_are_not_held_against_ml(ctx: Flask) -> None:
    anna = supplier("Anna")
    jobs(anna, 0, 30, "SOURCE_MISSING")
    jobs(anna, 0, 30, pipeline=Pipeline.LEGACY)
    assert ml_rate.state().whole.sample == 0


def test_in_mode_warn_it_tells_and_changes_nothing(make_app: Callable[..., Flask]) -> None:
    with make_app(ml_guard_mode="warn").app_context():
        for name in ("Anna", "Bert"):
            jobs(supplier(name), 0, 15)
        state = ml_rate.check()
        assert state.whole.trips and state.switch.on and not state.switched_off
        watch.watch()
        alert = db.session.scalars(select(Alert).where(Alert.kind == "guard_tripped")).one()
        assert alert.fingerprint == "guard:warning"


def test_one_bad_supplier_is_switched_alone(make_app: Callable[..., Flask]) -> None:
    with make_app(ml_guard_mode="switch").app_context():
        bad, good = supplier("Bad"), supplier("Good")
        jobs(bad, 2, 8)
        jobs(good, 30, 0)
        state = ml_rate.check()
        assert state.switch.on and [each.name for each in state.switched_off] == ["Bad"]
        assert not use_ml(bad) and use_ml(good)
        told = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "supplier.ml_switched")).one()
        assert told.actor == "guard" and "20%" in told.facts["reason"]


def test_when_all_fail_everybody_is_switched_and_one_click_restores(make_app: Callable[..., Flask]) -> None:
    with make_app(ml_guard_mode="switch").app_context():
        bad = [supplier(f"S{number}") for number in range(4)]
        for each in bad:
            jobs(each, 0, 6, "ML_UNREACHABLE")
        jobs(supplier("Lucky"), 2, 0)
        state = ml_rate.check()
        assert not state.switch.on and state.switch.tripped and state.switch.by == "guard"
        watch.watch()
        open_now = set(db.session.scalars(select(Alert.fingerprint).where(Alert.resolved_at.is_(None))))
        assert "guard:all" in open_now
        assert ml_rate.restore("boss") == 4
        assert switch.current().on and all(use_ml(each) for each in bad)
        assert not ml_rate.check().whole.trips, "what happened before the restore does not trip it again"
        watch.watch()
        open_now = set(db.session.scalars(select(Alert.fingerprint).where(Alert.resolved_at.is_(None))))
        assert not {each for each in open_now if each.startswith("guard")}


def test_in_mode_off_nothing_happens(make_app: Callable[..., Flask]) -> None:
    with make_app(ml_guard_mode="off").app_context():
        jobs(supplier("Bad"), 0, 30)
        assert ml_rate.check().switch.on
        watch.watch()
        assert db.session.scalar(select(Alert.id).where(Alert.kind == "guard_tripped")) is None
