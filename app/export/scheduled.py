"""Tables written to the volume on a schedule, under a stable address that a program fetches with a token of its own."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl
from uuid import UUID

import structlog
from sqlalchemy import func, or_, select, update
from sqlalchemy.exc import SQLAlchemyError

from app import audit
from app.catalog import assortment, items
from app.errors import CourierError, IngestError, Invalid, NotFound
from app.export import exportable, overviews
from app.export.exportable import Table
from app.export.write import Format, export
from app.extensions import db
from app.jobs.job_filter import JobFilter
from app.models.exports import ScheduledExport
from app.suppliers.listed import SupplierFilter
from app.volume import volume, volume_errors
from handoff.volume import NotOnVolume

log = structlog.get_logger()

MOST = 50
EVERY_HOURS = (1, 6, 12, 24, 168)
#: longer than the largest table takes; after it the writer counts as dead
HELD_FOR = timedelta(minutes=15)
TRY_AGAIN = timedelta(minutes=5)
TABLES: Mapping[str, Callable[[Mapping[str, str]], Table]] = {
    "items": lambda args: exportable.items_table(items.ItemFilter.of(args)),
    "comparison": lambda args: exportable.comparison_table(assortment.Wanted.of(args), priced=True),
    "products": lambda _args: exportable.products_table(),
    "suppliers": lambda args: overviews.suppliers_table(SupplierFilter.from_args(args)),
    "jobs": lambda args: overviews.jobs_table(JobFilter.from_args(args)),
}


def every() -> Sequence[ScheduledExport]:
    return db.session.scalars(select(ScheduledExport).order_by(ScheduledExport.name, ScheduledExport.id)).all()


def add(name: str, table: str, *, query: str, form: str, hours: int, actor: str) -> tuple[ScheduledExport, str]:
    """Keep it, to be written within a minute; returns it with its token, which is shown this once. Raises Invalid."""
    name = " ".join(name.split())
    if not 0 < len(name) <= 100:
        raise Invalid("Give the export a name of at most 100 characters.")
    if table not in TABLES or form not in set(Format) or hours not in EVERY_HOURS or len(query) > 2000:
        raise Invalid("There is no such table, format or interval.")
    TABLES[table](dict(parse_qsl(query)))  # refuses filters that there are none of
    if (db.session.scalar(select(func.count()).select_from(ScheduledExport)) or 0) >= MOST:
        raise Invalid(f"There are {MOST} scheduled exports already. Remove one first.")
    token = secrets.token_urlsafe(32)
    made = ScheduledExport(name=name, table_name=table, query=query, form=form, every_hours=hours, made_by=actor)
    made.token_sha256 = _digest(token)
    db.session.add(made)
    audit.record(actor, "export.scheduled", name, table=table, format=form, hours=hours, filter=query)
    db.session.commit()
    return made, token


def renew_token(export_id: UUID, *, actor: str) -> tuple[ScheduledExport, str]:
    """The token of before is worth nothing from now on. Raises NotFound."""
    found, token = get(export_id), secrets.token_urlsafe(32)
    found.token_sha256 = _digest(token)
    audit.record(actor, "export.token_renewed", found.name)
    db.session.commit()
    return found, token


def remove(export_id: UUID, *, actor: str) -> None:
    """With its file: nobody fetches it any more. Raises NotFound."""
    found = get(export_id)
    target = _target(found)
    db.session.delete(found)
    audit.record(actor, "export.unscheduled", found.name)
    db.session.commit()
    with volume_errors():
        volume().remove(target)


def write_soon(export_id: UUID, *, actor: str) -> None:
    """Within a minute, whenever it was written last. Raises NotFound."""
    found = get(export_id)
    found.due_at = datetime.now(UTC)
    audit.record(actor, "export.asked_for", found.name)
    db.session.commit()


def get(export_id: UUID) -> ScheduledExport:
    found = db.session.get(ScheduledExport, export_id, populate_existing=True)
    if found is None:
        raise NotFound("There is no such export any more.")
    return found


def fetched(export_id: UUID, token: str) -> tuple[ScheduledExport, Path | None]:
    """For a program: the export and where its file lies, None before the first was written.

    Raises NotFound, also for a wrong token: who has none learns nothing.
    """
    found = get(export_id)
    if not hmac.compare_digest(found.token_sha256, _digest(token)):
        raise NotFound("There is no such export any more.")
    db.session.execute(update(ScheduledExport).where(ScheduledExport.id == export_id).values(fetched_at=func.now()))
    db.session.commit()
    with volume_errors():
        try:
            return found, volume().inside(_target(found))
        except NotOnVolume:
            return found, None


def run_due() -> None:
    """The clock's: write what is due, one after the other; one that cannot be written keeps no other from it."""
    while (export_id := _take()) is not None:
        try:
            _write(export_id)
        except (CourierError, IngestError, SQLAlchemyError, OSError) as error:
            db.session.rollback()
            log.warning("export_not_written", export=str(export_id), error=type(error).__name__)
            _end(export_id, pause=TRY_AGAIN, error=_sentence(error))


def _take() -> UUID | None:
    due = (
        select(ScheduledExport.id)
        .where(
            ScheduledExport.due_at <= func.now(),
            or_(ScheduledExport.held_until.is_(None), ScheduledExport.held_until < func.now()),
        )
        .order_by(ScheduledExport.due_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    taken: UUID | None = db.session.scalar(
        update(ScheduledExport)
        .where(ScheduledExport.id == due.scalar_subquery())
        .values(held_until=func.now() + HELD_FOR)
        .returning(ScheduledExport.id)
    )
    db.session.commit()
    return taken


def _write(export_id: UUID) -> None:
    """Whole or not at all: who fetches meanwhile has the file of before."""
    found = get(export_id)
    table = TABLES[found.table_name](dict(parse_qsl(found.query)))
    pause, target = timedelta(hours=found.every_hours), _target(found)
    form = Format(found.form)
    db.session.commit()
    with volume_errors(), volume().reserve(None, md5=False) as incoming:
        for piece in export(table, form):
            incoming.write(piece)
        size = incoming.size
        incoming.place(target)
    _end(export_id, pause=pause, written_at=func.now(), size=size, error=None)


def _end(export_id: UUID, *, pause: timedelta, **facts: object) -> None:
    done = update(ScheduledExport).where(ScheduledExport.id == export_id)
    db.session.execute(done.values(held_until=None, due_at=func.now() + pause, **facts))
    db.session.commit()


def _target(found: ScheduledExport) -> Path:
    return volume().export_target(found.id, found.form)


def _sentence(error: Exception) -> str:
    if isinstance(error, CourierError | IngestError):
        return str(error)
    return f"The file could not be written ({type(error).__name__}). The log has more."


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
