"""Plots that answer the office's questions."""

from __future__ import annotations

from datetime import date
from typing import Any

from babel.dates import format_date
from flask import Blueprint, render_template
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select

from app import vitals
from app.access import policy
from app.charts import queries as numbers
from app.charts import svg
from app.extensions import db, settings
from app.models.supplier import Supplier
from app.suppliers import listing
from app.web.context import STATES
from app.web.language import select_language, span
from app.web.remembered import remembered
from app.web.security import handle_errors

bp = Blueprint("dashboard", __name__, url_prefix="/dashboard")
handle_errors(bp)

TONES = {
    "success": "green",
    "warnings": "amber",
    "unchanged": "grey",
    "held": "violet",
    "failed": "red",
    "cancelled": "grey",
}
MOST_SILENT = 8


@bp.get("")
@policy.require()
def index() -> str:
    return render_template(
        "dashboard/index.html", **remembered(f"dashboard:{select_language()}", _numbers, seconds=10)[0]
    )


def day_name(day: date) -> str:
    return str(format_date(day, "d MMM", locale=get_locale()))


def outcome_series(days: list[numbers.Day]) -> list[svg.Series]:
    names = {name: str(STATES["complete" if name == "success" else name].name) for name in numbers.STACK}
    return [
        svg.Series(names[name], TONES[name], [each.counts.get(name, 0) for each in days])
        for name in numbers.STACK
        if any(each.counts.get(name) for each in days)
    ]


def _numbers() -> dict[str, Any]:
    days, alive = numbers.files_a_day(), vitals.vitals()
    labels = [day_name(each.day) for each in days]
    series, backlog = outcome_series(days), numbers.review_backlog()
    median, p95 = numbers.end_to_end()
    return {
        "days": days,
        "labels": labels,
        "series": series,
        "files_plot": svg.stacked_bars(labels, series, title=_("Files a day by outcome")),
        **_success(labels),
        **_latency(),
        "median": median,
        "p95": p95,
        "backlog": backlog,
        "backlog_plot": svg.line(labels, [each.value for each in backlog], title=_("Matches waiting for a person")),
        "decided": numbers.decided_today(),
        **_silent(),
        "volume": alive.volume,
        "volume_share": alive.volume_share,
        "totals": numbers.totals(),
    }


def _success(labels: list[str]) -> dict[str, Any]:
    success = numbers.ml_success()
    known = [each.value for each in success if each.value is not None]
    plot = svg.line(
        labels,
        [None if each.value is None else each.value * 100 for each in success],
        title=_("Share of files through ML that ended well"),
        top=100,
        goal=settings().ml_guard_min_success * 100,
        unit=" %",
    )
    return {"success": success, "success_plot": plot, "success_now": known[-1] if known else None}


def _latency() -> dict[str, Any]:
    slow = numbers.latency()
    looks = {
        "downloading": (_("Downloading"), "blue"),
        "analyzing": (_("Analyzing"), "amber"),
        "matching": (_("Matching"), "violet"),
    }
    rows = []
    for each in slow:
        name, tone = looks[each.phase]
        rows.append((name, each.p90, f"{_written(each.median)} · 90 %: {_written(each.p90)}", tone))
    return {"latency": slow, "latency_plot": svg.bars(rows, title=_("Time in each phase"))}


def _silent() -> dict[str, Any]:
    silent = listing.silent_ids()
    shown = db.session.scalars(select(Supplier).where(Supplier.id.in_(silent[:MOST_SILENT]))).all()
    fresh = listing.freshness(shown)
    longest_first = sorted(((each, fresh[each.id]) for each in shown), key=lambda pair: -pair[1].days)
    return {"silent_total": len(silent), "silent": longest_first}


def _written(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 60 else span(seconds)
