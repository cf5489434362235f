"""Plots of how files fared: on the page of Health, and of one supplier."""

from __future__ import annotations

from datetime import date
from typing import Any

from babel.dates import format_date
from flask_babel import get_locale
from flask_babel import gettext as _

from app.charts import plotted as numbers
from app.charts import svg
from app.extensions import settings
from app.web.context import STATES
from app.web.language import span

#: a line has two ends
FEWEST_POINTS = 2
TONES = {
    "success": "green",
    "warnings": "amber",
    "unchanged": "grey",
    "held": "violet",
    "failed": "red",
    "cancelled": "blue",
}


def day_name(day: date) -> str:
    return str(format_date(day, "d MMM", locale=get_locale()))


def outcome_series(days: list[numbers.Day]) -> list[svg.Series]:
    names = {name: str(STATES["complete" if name == "success" else name].name) for name in numbers.STACK}
    return [
        svg.Series(names[name], TONES[name], [each.counts.get(name, 0) for each in days])
        for name in numbers.STACK
        if any(each.counts.get(name) for each in days)
    ]


def of_the_machine() -> dict[str, Any]:
    """How files came in and ended, how quickly, and how well they were read; a plot of a single day is none."""
    days = numbers.files_a_day()
    labels, series = [day_name(each.day) for each in days], outcome_series(days)
    median, p95 = numbers.end_to_end()
    drawn = sum(bool(each.total) for each in days) >= FEWEST_POINTS
    return {
        "days": days,
        "series": series,
        "files_plot": svg.stacked_bars(labels, series, title=_("Files a day by outcome")) if drawn else "",
        "median": median,
        "p95": p95,
        **_success(labels),
        **_latency(),
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
    return {
        "success": success,
        "success_plot": plot if len(known) >= FEWEST_POINTS else "",
        "success_now": known[-1] if known else None,
    }


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


def _written(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 60 else span(seconds)
