"""The same order for every job that a filter names."""

from __future__ import annotations

from app.jobs import orders
from app.jobs.job_filter import JobFilter


def retry_all(which: JobFilter, actor: str | None) -> int:
    """Start every failed job of the filter again, all of one cause, say; returns how many."""
    return orders.restart(which.conditions(), actor=actor)


def cancel_all(which: JobFilter, actor: str | None) -> int:
    """End every active job of the filter; returns how many."""
    return orders.end(which.conditions(), actor=actor)
