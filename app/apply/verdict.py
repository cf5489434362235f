"""What becomes of a file that was read and compared: applied, applied but to be looked at, or held for a person."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import select

from app.apply import first_list
from app.apply.difference import Difference
from app.apply.doubts import DECISIVE
from app.apply.price_guard import reasons_to_hold
from app.apply.staging import Staged
from app.apply.thresholds import Limits
from app.extensions import db
from app.models.job import Job
from app.models.phase import Outcome
from handoff.api import Reading
from handoff.doubts import Doubt, in_words
from handoff.exclusions import EXCLUDED

#: kinds of rows that no supplier means as items; more of the others than a share asks a person to look
HARMLESS = frozenset({"blank", EXCLUDED, "header", "header_repeat", "preamble", "repeated", "total"})


@dataclass(frozen=True)
class Verdict:
    """``hold``: why a person must say yes first. ``asks``: it is the question "Is this the price?".

    ``look``: why a person should look although it is applied. ``quarantine``: only the odd rows are kept back.
    ``due``: nothing but the day from which the list holds is in the way.
    """

    hold: Sequence[str] = ()
    asks: bool = False
    quarantine: bool = False
    look: Sequence[str] = field(default_factory=list)
    due: date | None = None


def judge(job: Job, staged: Staged, found: Difference, *, limits: Limits, later: date | None = None) -> Verdict:
    """``later``: the day after today from which on the list holds, which only a person's word passes over."""
    verdict = _judge(job, staged, found, limits=limits)
    if later is None or job.force:
        return verdict
    said = f"The list is valid from {later.isoformat()} and is applied on that day."
    return replace(verdict, hold=[said, *verdict.hold], quarantine=False, due=None if verdict.hold else later)


def _judge(job: Job, staged: Staged, found: Difference, *, limits: Limits) -> Verdict:
    """``job.force`` is a person's word that the prices are right; what is to be looked at is said all the same."""
    assert job.supplier_id is not None
    look = reasons_to_look(staged, found, limits=limits)
    if job.force or not limits.enabled:
        return Verdict(look=look)
    if found.known < limits.min_items:
        asked = [] if _is_answered(staged) else first_list.reasons_to_ask(job.supplier_id, staged.doubts)
        return Verdict(hold=asked, asks=bool(asked), look=look)
    whole = _layout_reasons(job, staged, found)
    rows = reasons_to_hold(found, limits=limits)
    quarantine = limits.quarantine and bool(rows) and not whole and found.odd_rows * 2 <= found.items
    return Verdict(hold=whole + rows, quarantine=quarantine, look=look)


def reasons_to_look(staged: Staged, found: Difference, *, limits: Limits) -> list[str]:
    """Why a file that is applied should be looked at, a sentence each."""
    reasons = []
    priced = found.items - found.unpriced
    if priced and found.without_currency > limits.look_share * priced:
        reasons.append(f"{found.without_currency:,} of {priced:,} prices have no currency: set the supplier's.")
    if found.unpriced > limits.look_share * found.items:
        reasons.append(f"{found.unpriced:,} of {found.items:,} items have no price.")
    passed = {each.kind: each.count for each in staged.passed_over if each.kind not in HARMLESS}
    left_out = sum(number for kind, number in passed.items() if kind != "category")
    if left_out > limits.look_share * (found.items + left_out):
        reasons.append(f"{left_out:,} rows were left out, beside {found.items:,} items.")
    if passed.get("category", 0) > found.items:
        reasons.append(f"{passed['category']:,} rows were taken as headings, beside {found.items:,} items.")
    if contradictions := sum(each.contradicts for each in staged.repeats):
        reasons.append(f"{contradictions:,} rows repeat an item with another price.")
    return reasons + [in_words(each) for each in staged.doubts if not _is_vouched_for(each, found, limits)]


def price_header(job: Job) -> str:
    """The headers of the price columns of a job's file, as ``_header_of`` has them."""
    return _header_of(Reading.model_validate(job.reading)) if job.reading else ""


def _header_of(reading: Reading) -> str:
    """The headers of the price columns in the words of the file, without what changes with each issue: figures."""
    headers = [
        column.header or f"column {column.index}"
        for sheet in reading.sheets
        if sheet.used and (column := sheet.columns.get("price"))
    ]
    return " | ".join(dict.fromkeys(re.sub(r"[\W\d_]+", " ", each).strip().casefold() for each in headers))


def last_applied(job: Job) -> Job | None:
    """The last file of the same list that was applied and stood."""
    return db.session.scalar(
        select(Job)
        .where(
            Job.supplier_id == job.supplier_id,
            Job.id != job.id,
            Job.applied_at.is_not(None),
            Job.outcome.in_((Outcome.SUCCESS, Outcome.WARNINGS)),
            Job.pipeline == job.pipeline,
            Job.list_name == job.list_name,
        )
        .order_by(Job.applied_at.desc())
        .limit(1)
    )


def _layout_reasons(job: Job, staged: Staged, found: Difference) -> list[str]:
    """The price comes from another column than last time, and the prices are other ones too."""
    if not found.priced or found.repriced * 2 <= found.priced:
        return []
    last = last_applied(job)
    before, now = price_header(last) if last is not None else "", _header_of(staged.reading)
    if before and now and before != now:
        return [f"The price is read from the column “{now}”; last time it was “{before}”."]
    return []


def _is_answered(staged: Staged) -> bool:
    """A person has said of this supplier that the column is the price."""
    supplier = staged.supplier
    return _header_of(staged.reading) in supplier.price_columns or "price" in (supplier.hints.get("columns") or {})


def _is_vouched_for(doubt: Doubt, found: Difference, limits: Limits) -> bool:
    """Nearly all prices are those of the last file: had the reading been wrong, they would not be."""
    return doubt.what in DECISIVE and found.priced >= limits.min_items and found.repriced * 10 < found.priced
