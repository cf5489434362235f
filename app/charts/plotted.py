"""The numbers behind the plots: each function answers one question of the office.

One room: one short question after the other, none of which knows of the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID

from sqlalchemy import Date, cast, func, or_, select, text

from app.extensions import db
from app.guards.ml_rate import ANALYSED, FAILURES
from app.models.catalog import PriceHistory, SupplierItem
from app.models.job import Job
from app.models.phase import Outcome, Phase, Pipeline
from app.models.review import Review

#: outcomes in the order in which a bar stacks them
STACK = ("success", "warnings", "unchanged", "held", "failed", "cancelled")


@dataclass(frozen=True)
class Day:
    """Files of one day by outcome."""

    day: date
    counts: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True)
class Point:
    day: date
    value: float | None


@dataclass(frozen=True)
class Latency:
    """Seconds that half and nine tenths of the files stayed in a phase at most."""

    phase: str
    median: float
    p90: float
    files: int


def days_back(days: int, *, today: date | None = None) -> list[date]:
    last = today or datetime.now(UTC).date()
    return [last - timedelta(days=back) for back in range(days - 1, -1, -1)]


def files_a_day(days: int = 30, *, supplier_id: UUID | None = None) -> list[Day]:
    """Ended files by outcome; days without any are there too."""
    wanted = days_back(days)
    day = cast(func.timezone("UTC", Job.created_at), Date)
    query = (
        select(day, Job.outcome, func.count())
        .where(Job.created_at >= datetime.combine(wanted[0], datetime.min.time(), UTC), Job.outcome.is_not(None))
        .group_by(day, Job.outcome)
    )
    if supplier_id:
        query = query.where(Job.supplier_id == supplier_id)
    found: dict[date, dict[str, int]] = {}
    for at, outcome, number in db.session.execute(query):
        name = outcome if outcome in STACK else "success"
        found.setdefault(at, {})[name] = found.setdefault(at, {}).get(name, 0) + number
    return [Day(each, found.get(each, {})) for each in wanted]


def ml_success(days: int = 30) -> list[Point]:
    """Share of analyses that ended well, a day; None on days without any. Counted as the guard counts them."""
    wanted = days_back(days)
    day = cast(func.timezone("UTC", Job.created_at), Date)
    well = func.count().filter(Job.phase == Phase.COMPLETE)
    rows = db.session.execute(
        select(day, well, func.count())
        .where(
            Job.created_at >= datetime.combine(wanted[0], datetime.min.time(), UTC),
            Job.pipeline == Pipeline.ML,
            or_(Job.outcome.in_(ANALYSED), Job.error_code.in_(FAILURES)),
        )
        .group_by(day)
    )
    found = {at: good / number for at, good, number in rows if number}
    return [Point(each, found.get(each)) for each in wanted]


# A job's stay in a phase lasts from the event that brought it there to the next event of another phase.
LATENCY = text("""
    WITH stays AS (
        SELECT job_id, phase, at, lead(at) OVER (PARTITION BY job_id ORDER BY id) - at AS stay
        FROM job_events WHERE at > now() - :span AND at < now()
    ), totals AS (
        SELECT job_id, phase, extract(epoch FROM sum(stay)) AS seconds
        FROM stays WHERE stay IS NOT NULL AND phase IN ('downloading', 'analyzing', 'matching')
        GROUP BY job_id, phase
    )
    SELECT phase, percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds),
        percentile_cont(0.9) WITHIN GROUP (ORDER BY seconds), count(*)
    FROM totals GROUP BY phase
""")


def latency(days: int = 7) -> list[Latency]:
    rows = {row[0]: row for row in db.session.execute(LATENCY, {"span": timedelta(days=days)})}
    return [
        Latency(phase, float(rows[phase][1]), float(rows[phase][2]), int(rows[phase][3]))
        for phase in ("downloading", "analyzing", "matching")
        if phase in rows
    ]


def end_to_end(days: int = 7) -> tuple[float | None, float | None]:
    """Median and p95 seconds from a job's opening to its end."""
    seconds = func.extract("epoch", Job.completed_at - Job.created_at)
    row = db.session.execute(
        select(func.percentile_cont(0.5).within_group(seconds), func.percentile_cont(0.95).within_group(seconds)).where(
            Job.created_at > datetime.now(UTC) - timedelta(days=days),
            Job.phase == Phase.COMPLETE,
            Job.completed_at.is_not(None),
        )
    ).one()
    return (float(row[0]), float(row[1])) if row[0] is not None else (None, None)


# Waiting at the end of a day: made before, and not decided until then.
BACKLOG = text("""
    SELECT d::date, (SELECT count(*) FROM match_review_queue AS r
        WHERE r.created_at < d + interval '1 day'
          AND (r.status IN ('pending', 'needs_category')
            OR coalesce(r.reviewed_at, r.expires_at) >= d + interval '1 day'))
    FROM generate_series(CAST(:first AS timestamptz), CAST(:last AS timestamptz), interval '1 day') AS d ORDER BY 1
""")


def review_backlog(days: int = 30) -> list[Point]:
    wanted = days_back(days)
    first, last = (datetime.combine(each, datetime.min.time(), UTC) for each in (wanted[0], wanted[-1]))
    rows = {row[0]: row[1] for row in db.session.execute(BACKLOG, {"first": first, "last": last})}
    return [Point(each, float(rows.get(each, 0))) for each in wanted]


def decided_today() -> int:
    start = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return db.session.scalar(select(func.count()).select_from(Review).where(Review.reviewed_at >= start)) or 0


def items_over_time(supplier_id: UUID, *, limit: int = 30) -> list[Point]:
    """Items of each applied file of a supplier, oldest first."""
    rows = db.session.execute(
        select(Job.created_at, Job.items_total)
        .where(
            Job.supplier_id == supplier_id,
            Job.phase == Phase.COMPLETE,
            Job.outcome.in_((Outcome.SUCCESS, Outcome.WARNINGS)),
        )
        .order_by(Job.created_at.desc())
        .limit(limit)
    ).all()
    return [Point(at.date(), float(number)) for at, number in reversed(rows)]


# The mean of each item's price over its first price: items that come and go do not move it.
PRICE_INDEX = text("""
    WITH first AS (
        SELECT DISTINCT ON (h.supplier_item_id) h.supplier_item_id, h.price, h.currency
        FROM price_history AS h JOIN supplier_items AS i ON i.id = h.supplier_item_id
        WHERE i.supplier_id = :supplier_id ORDER BY h.supplier_item_id, h.recorded_at
    ), days AS (
        SELECT d FROM generate_series(CAST(:first AS timestamptz), CAST(:last AS timestamptz), interval '1 day') AS d
    )
    SELECT days.d::date, avg(latest.price / first.price) * 100
    FROM days CROSS JOIN (SELECT * FROM first WHERE price > 0 LIMIT 500) AS first
    JOIN LATERAL (
        SELECT h.price FROM price_history AS h
        WHERE h.supplier_item_id = first.supplier_item_id AND h.recorded_at < days.d + interval '1 day'
          AND h.currency IS NOT DISTINCT FROM first.currency
        ORDER BY h.recorded_at DESC LIMIT 1) AS latest ON true
    GROUP BY 1 ORDER BY 1
""")


def price_index(supplier_id: UUID, days: int = 30) -> list[Point]:
    """100 is where each item began; up to 500 items speak for the supplier."""
    wanted = days_back(days)
    first, last = (datetime.combine(each, datetime.min.time(), UTC) for each in (wanted[0], wanted[-1]))
    rows = db.session.execute(PRICE_INDEX, {"supplier_id": supplier_id, "first": first, "last": last})
    found = {row[0]: float(row[1]) for row in rows}
    return [Point(each, found.get(each)) for each in wanted]


def success_rate(supplier_id: UUID, *, limit: int = 50) -> tuple[float | None, int]:
    """Share of the supplier's last files that ended well, and how many files those were."""
    latest = (
        select(Job.phase)
        .where(Job.supplier_id == supplier_id, Job.outcome.is_not(None), Job.outcome != Outcome.CANCELLED)
        .order_by(Job.created_at.desc())
        .limit(limit)
        .subquery()
    )
    row = db.session.execute(
        select(func.count().filter(latest.c.phase == Phase.COMPLETE), func.count()).select_from(latest)
    ).one()
    return (row[0] / row[1] if row[1] else None), row[1]


def cadence(supplier_id: UUID) -> float | None:
    """Median days between the supplier's files that brought something new; None with fewer than three."""
    rows = db.session.scalars(
        select(Job.created_at)
        .where(
            Job.supplier_id == supplier_id,
            Job.phase == Phase.COMPLETE,
            Job.outcome.in_((Outcome.SUCCESS, Outcome.WARNINGS)),
        )
        .order_by(Job.created_at.desc())
        .limit(20)
    ).all()
    if len(rows) < 3:
        return None
    gaps = sorted((later - earlier).total_seconds() / 86400 for later, earlier in pairwise(rows))
    return gaps[len(gaps) // 2]


def prices_of_items(item_ids: Sequence[UUID], days: int = 180) -> dict[UUID, list[tuple[datetime, Decimal]]]:
    """Each item's prices, oldest first."""
    found: dict[UUID, list[tuple[datetime, Decimal]]] = {each: [] for each in item_ids}
    if not item_ids:
        return found
    rows: Any = db.session.execute(
        select(PriceHistory.supplier_item_id, PriceHistory.recorded_at, PriceHistory.price)
        .where(
            PriceHistory.supplier_item_id.in_(item_ids),
            PriceHistory.recorded_at > datetime.now(UTC) - timedelta(days=days),
        )
        .order_by(PriceHistory.recorded_at)
    )
    for item_id, at, price in rows:
        found[item_id].append((at, price))
    return found


# What turns the item's price into the comparable one today turns each of its prices, at the rate of its own day.
COMPARED = text("""
    SELECT i.id, h.recorded_at, h.price * m.comparable_price / i.current_price * CASE
        WHEN h.currency IS NOT DISTINCT FROM i.currency THEN coalesce(old.worth / new.worth, 1)
        ELSE old.worth / new.worth END AS price
    FROM supplier_items AS i JOIN compared_prices AS m ON m.item_id = i.id JOIN suppliers AS s ON s.id = i.supplier_id
    JOIN price_history AS h ON h.supplier_item_id = i.id AND h.recorded_at > now() - CAST(:span AS interval)
    LEFT JOIN LATERAL (SELECT w.worth FROM currency_worth AS w
        WHERE w.currency = coalesce(h.currency, i.currency, s.metadata->>'default_currency')
          AND w.day <= CAST(h.recorded_at AS date) ORDER BY w.day DESC LIMIT 1) AS old ON true
    LEFT JOIN LATERAL (SELECT w.worth FROM currency_worth AS w
        WHERE w.currency = coalesce(i.currency, s.metadata->>'default_currency') AND w.day <= current_date
        ORDER BY w.day DESC LIMIT 1) AS new ON true
    WHERE i.id = ANY(:ids) AND m.comparable_price > 0 AND i.current_price > 0
    ORDER BY h.recorded_at
""")


def compared_prices(item_ids: Sequence[UUID], days: int = 365) -> dict[UUID, list[tuple[datetime, float]]]:
    """Each item's comparable prices, oldest first; items that are not compared have none."""
    found: dict[UUID, list[tuple[datetime, float]]] = {}
    asked = {"ids": list(item_ids), "span": timedelta(days=days)}
    for item_id, at, price in db.session.execute(COMPARED, asked):
        if price is not None:
            found.setdefault(item_id, []).append((at, float(price)))
    return found


def totals() -> dict[str, int]:
    """Available items, and how many of them are linked to a product."""
    rows = db.session.execute(
        select(func.count(), func.count(SupplierItem.product_id))
        .select_from(SupplierItem)
        .where(SupplierItem.is_available)
    ).one()
    return {"items": int(rows[0]), "linked": int(rows[1])}
