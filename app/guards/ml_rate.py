"""The rollback plan without a person awake: does ml-analyze still do better than the legacy pipeline would?

Judged over a window with a minimum sample, against the plan's triggers: success below 80 %, an average file above
ten minutes, results that are not what the file says, calls that come to nothing. A supplier whose own files fail is
switched alone; the whole installation only when the others fail too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Literal
from uuid import UUID

import structlog
from sqlalchemy import func, or_, select

from app.alone import alone
from app.extensions import db, settings
from app.guards import switch
from app.models.job import Job
from app.models.phase import Outcome, Phase, Pipeline
from app.models.supplier import Supplier
from app.suppliers import editing

log = structlog.get_logger()

ACTOR = "guard"
COMMUNICATION = frozenset({"ML_UNREACHABLE", "ML_UNAVAILABLE", "ML_JOB_LOST"})
INTEGRITY = frozenset({"CHECKSUM_MISMATCH", "BROKEN_RESULT"})
FAILURES = COMMUNICATION | INTEGRITY | {"ML_REFUSED", "STALLED", "ML_CRASHED", "UNREADABLE"}
ANALYSED = (Outcome.SUCCESS, Outcome.WARNINGS, Outcome.HELD, Outcome.REJECTED, Outcome.UNDONE)
#: share of files whose result did not hold, and how many there must be at least
INTEGRITY_SHARE, INTEGRITY_LEAST = 0.05, 3
#: a supplier sends few files a day: it is judged on a quarter of the sample, but on no fewer than this
SUPPLIER_LEAST = 3


@dataclass(frozen=True)
class Ended:
    """One analysis that came to an end, well or not."""

    supplier_id: UUID
    ok: bool
    error_code: str | None
    undone: bool
    minutes: float | None


@dataclass(frozen=True)
class Limits:
    """``least``: analyses in the window before anything is said."""

    least: int
    success: float
    minutes: float


@dataclass(frozen=True)
class Verdict:
    """``minutes`` is the median end-to-end time; ``reasons`` are sentences, empty while all is well."""

    sample: int
    success: float | None
    minutes: float | None
    reasons: list[str] = field(default_factory=list)

    @property
    def trips(self) -> bool:
        return bool(self.reasons)


@dataclass(frozen=True)
class State:
    """What the screen shows: the whole, and each supplier that is judged on its own and fails."""

    mode: Literal["off", "warn", "switch"]
    switch: switch.Switch
    whole: Verdict
    suppliers: dict[UUID, Verdict]
    switched_off: Sequence[Supplier]


def judge(ended: Sequence[Ended], at: Limits) -> Verdict:
    """Pure: the analyses of a window against the limits."""
    sample = len(ended)
    times = [each.minutes for each in ended if each.ok and each.minutes is not None]
    typical = median(times) if times else None
    if sample < at.least:
        return Verdict(sample, sum(each.ok for each in ended) / sample if sample else None, typical)
    success = sum(each.ok for each in ended) / sample
    silent = sum(1 for each in ended if each.error_code in COMMUNICATION)
    broken = sum(1 for each in ended if each.undone or each.error_code in INTEGRITY)
    reasons = []
    if success < at.success:
        reasons.append(f"Only {success:.0%} of the last {sample} analyses succeeded; {at.success:.0%} is the least.")
    if silent / sample > 1 - at.success:
        reasons.append(f"ml-analyze could not be reached for {silent} of {sample} files.")
    if broken >= INTEGRITY_LEAST and broken / sample > INTEGRITY_SHARE:
        reasons.append(f"{broken} of {sample} results were undone or not what the file says.")
    if typical is not None and typical > at.minutes:
        reasons.append(f"A typical file takes {typical:.0f} minutes from end to end; {at.minutes:g} is the most.")
    return Verdict(sample, success, typical, reasons)


def check() -> State:
    """Judge, and where configured switch what fails to legacy. The clock's work; safe with several schedulers."""
    found = state()
    if found.mode != "switch" or not found.switch.on:
        return found
    for supplier_id, verdict in found.suppliers.items():
        log.warning("guard_switched_supplier", supplier_id=str(supplier_id), reasons=verdict.reasons)
        with alone("guard_did_not_switch_supplier", supplier_id=str(supplier_id)):
            editing.set_ml(supplier_id, False, ACTOR, " ".join(verdict.reasons))
    if found.whole.trips:
        log.warning("guard_switched_all", reasons=found.whole.reasons)
        switch.turn(False, actor=ACTOR, reason=" ".join(found.whole.reasons), tripped=True)
    return state()


def state(now: datetime | None = None) -> State:
    """How ml-analyze does, whatever may follow from it."""
    config, now = settings(), now or datetime.now(UTC)
    turned = switch.current()
    since = now - timedelta(hours=config.ml_guard_window_hours)
    ended = _ended(max(since, turned.at) if turned.at and turned.on else since)
    at = Limits(config.ml_guard_min_jobs, config.ml_guard_min_success, config.ml_guard_max_latency_minutes)
    of_one = Limits(max(SUPPLIER_LEAST, at.least // 4), at.success, at.minutes)
    failing = {
        supplier_id: verdict
        for supplier_id in {each.supplier_id for each in ended}
        if (verdict := judge([each for each in ended if each.supplier_id == supplier_id], of_one)).trips
    }
    whole = judge([each for each in ended if each.supplier_id not in failing], at)
    if not whole.trips and len(failing) > 1 and len(failing) * 2 > len({each.supplier_id for each in ended}):
        whole = judge(ended, at)  # most suppliers fail: that is no matter of single files
    switched_off = db.session.scalars(
        select(Supplier).where(Supplier.meta["ml_processing_by"].as_string() == ACTOR, _is_off).order_by(Supplier.name)
    ).all()
    return State(config.ml_guard_mode, turned, whole, failing, switched_off)


def restore(actor: str, reason: str = "") -> int:
    """One click: the global switch and everything that the guard switched off is on again.

    Returns how many suppliers that were.
    """
    off = state().switched_off
    for supplier in off:
        editing.set_ml(supplier.id, True, actor, reason or "Restored after the guard.")
    if not switch.current().on:
        switch.turn(True, actor=actor, reason=reason or "Restored.")
    return len(off)


_is_off = Supplier.meta["use_ml_processing"].as_string().is_not_distinct_from("false")


def _ended(since: datetime) -> list[Ended]:
    """Analyses that ended since then, of suppliers that are still on; failures of sources are not ml-analyze's."""
    query = (
        select(
            Job.supplier_id,
            Job.phase,
            Job.outcome,
            Job.error_code,
            func.extract("epoch", Job.completed_at - Job.started_at) / 60,
            Supplier.meta["ml_processing_enabled_at"].as_string(),
            Job.completed_at,
        )
        .join(Supplier, Supplier.id == Job.supplier_id)
        .where(
            Job.created_at >= since - timedelta(days=1),
            Job.completed_at >= since,
            Job.pipeline == Pipeline.ML,
            or_(Job.outcome.in_(ANALYSED), Job.error_code.in_(FAILURES)),
            ~_is_off,
        )
    )
    ended = []
    for supplier_id, phase, outcome, code, minutes, enabled_at, completed_at in db.session.execute(query):
        if supplier_id is None or (enabled_at and datetime.fromisoformat(enabled_at) > completed_at):
            continue  # what happened before somebody turned it on again does not count against it
        ok = phase == Phase.COMPLETE
        ended.append(Ended(supplier_id, ok, None if ok else code, outcome == Outcome.UNDONE, float(minutes or 0)))
    return ended
