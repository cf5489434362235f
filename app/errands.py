"""What a person asks for and one worker does while he waits: a re-match, a comparison of both pipelines.

Each has a row in ``app_settings`` that says ``running`` and is written again every few seconds. A worker that dies
falls silent; the clock then tells it and sets the errand free, so that it can be asked for again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from flask import Flask, current_app
from sqlalchemy import func, select, update
from sqlalchemy.exc import SQLAlchemyError

from app.extensions import db, queue
from app.models.catalog import ParsingLog
from app.models.supplier import Supplier
from app.models.sync import AppSetting

log = structlog.get_logger()

RUNNING, DONE, FAILED = "running", "done", "failed"
BEAT_SECONDS = 5.0
#: an errand under way that was silent for so long has lost its worker
SILENT_SECONDS = 30.0
#: one that no worker began for so long, and that the queue does not hold, was lost on the way
UNBEGUN_SECONDS = 45.0
LOST = "The worker that did it was lost. Start it again."


def find(key: str) -> AppSetting | None:
    return db.session.get(AppSetting, key, populate_existing=True)


def is_running(key: str) -> bool:
    kept = find(key)
    return kept is not None and kept.value["state"] == RUNNING and not _lost(kept)


def keep(key: str, value: dict[str, Any], *, by: str) -> None:
    """Write the errand inside the caller's transaction. ``value`` has a ``state``, and the ``entry`` of the queue."""
    kept = find(key)
    if kept is None:
        kept = AppSetting(key=key, value=value)
        db.session.add(kept)
    kept.value, kept.updated_by, kept.updated_at = value, by, func.clock_timestamp()


@contextmanager
def under_way(key: str) -> Iterator[None]:
    """The worker's part: the errand is begun, and says every few seconds that its worker lives."""
    kept = find(key)
    if kept is not None:
        keep(key, kept.value | {"begun": True}, by=kept.updated_by or "")
    db.session.commit()
    done = threading.Event()
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    threading.Thread(target=_beat, args=(app, key, done), daemon=True, name="errand-beat").start()
    try:
        yield
    finally:
        done.set()


def tell_lost() -> int:
    """End what lost its worker, with a line in the log that people read; returns how many."""
    running = select(AppSetting).where(AppSetting.value["state"].astext == RUNNING, AppSetting.key.contains(":"))
    rows = db.session.scalars(running.with_for_update(skip_locked=True).execution_options(populate_existing=True))
    lost = [kept for kept in rows if _lost(kept)]
    for kept in lost:
        keep(kept.key, kept.value | {"state": FAILED, "error": LOST}, by=kept.updated_by or "")
        tell(kept.key, LOST, is_error=True)
        log.warning("errand_lost", errand=kept.key)
    db.session.commit()
    return len(lost)


def tell(key: str, message: str, *, is_error: bool) -> None:
    """A line in the log that people read, inside the caller's transaction; its supplier may be gone meanwhile."""
    kind, _, of = key.partition(":")
    db.session.add(
        ParsingLog(
            task_id=f"{kind}-{time.time_ns() // 1_000_000}",
            supplier_id=_supplier(of),
            error_type="ERROR" if is_error else "INFO",
            error_message=message,
            level="error" if is_error else "info",
        )
    )


def _lost(kept: AppSetting) -> bool:
    now: datetime = db.session.execute(select(func.clock_timestamp())).scalar_one()
    silent = (now - kept.updated_at).total_seconds()
    if kept.value.get("begun"):
        return silent > SILENT_SECONDS
    return silent > UNBEGUN_SECONDS and queue().get_job_position(str(kept.value.get("entry"))) is None


def _supplier(text: str) -> UUID | None:
    try:
        wanted = UUID(text)
    except ValueError:
        return None
    return db.session.scalar(select(Supplier.id).where(Supplier.id == wanted))


def _beat(app: Flask, key: str, done: threading.Event) -> None:
    mine = update(AppSetting).where(AppSetting.key == key, AppSetting.value["state"].astext == RUNNING)
    while not done.wait(BEAT_SECONDS):
        with app.app_context():
            try:
                with db.engine.begin() as connection:
                    connection.execute(mine.values(updated_at=func.clock_timestamp()))
            except SQLAlchemyError as error:
                log.warning("errand_beat_missed", errand=key, error=str(error).splitlines()[0])
