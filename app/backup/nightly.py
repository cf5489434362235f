"""Every night a back-up that is restored at once: only then is it one."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import structlog
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from app.backup import manifest
from app.backup.create import create
from app.backup.restore import Checked, check, drop_old_scratch
from app.errors import CourierError, IngestError
from app.extensions import db, settings
from app.models.backup import Backup
from app.sync import schedule

log = structlog.get_logger()

NIGHTLY = "backup"
NAMED = "courier-*Z"
#: a back-up restored longer ago than this is missed
MISSED_AFTER = timedelta(hours=36)


@dataclass(frozen=True)
class State:
    """``restored_at``: when a back-up was last restored; ``problem``: what the last try said, when it failed."""

    restored_at: datetime | None
    problem: str

    @property
    def is_missed(self) -> bool:
        return self.restored_at is None or datetime.now(UTC) - self.restored_at > MISSED_AFTER


def state() -> State:
    restored = db.session.scalar(select(func.max(Backup.restored_at)))
    last = db.session.scalar(select(Backup).where(Backup.finished_at.is_not(None)).order_by(Backup.id.desc()).limit(1))
    return State(restored, last.error or "" if last else "")


def run_due() -> None:
    """Once a night, whichever scheduler comes first; the first time at once."""
    if not settings().backup_dir:
        return
    slot = datetime.now(UTC).replace(hour=settings().backup_hour, minute=0, second=0, microsecond=0)
    if slot > datetime.now(UTC):
        slot -= timedelta(days=1)
    taken = schedule.take(slot, name=NIGHTLY)
    db.session.commit()
    if taken:
        drill(Path(settings().backup_dir))


def drill(folder: Path) -> None:
    """Make a back-up below ``folder``, restore it, and forget those that are older than BACKUP_KEEP_DAYS."""
    target = folder / f"courier-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    row = _begun(target)
    try:
        create(target)
        drop_old_scratch()
        _end(row, check(target))
    except (CourierError, IngestError, psycopg.Error, SQLAlchemyError, OSError) as error:
        db.session.rollback()
        _fail(row, str(error).splitlines()[0])
    forget_old(folder)


def check_and_tell(source: Path) -> Checked:
    """A check by hand counts on the Health page like that of the night."""
    row = _begun(source)
    try:
        checked = check(source)
    except (CourierError, psycopg.Error) as error:
        _fail(row, str(error).splitlines()[0])
        raise
    _end(row, checked)
    return checked


def forget_old(folder: Path) -> None:
    """Back-ups older than BACKUP_KEEP_DAYS, and parts of one that was cut off; the last restored one always stays."""
    edge = datetime.now(UTC) - timedelta(days=settings().backup_keep_days)
    good = db.session.scalar(
        select(Backup.path).where(Backup.restored_at.is_not(None)).order_by(Backup.restored_at.desc()).limit(1)
    )
    for path in (*folder.glob(NAMED), *folder.glob(f"{NAMED}.part")):
        made = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        if made < edge and str(path) != good and (path.suffix == ".part" or (path / manifest.NAME).is_file()):
            shutil.rmtree(path, ignore_errors=True)
            log.info("old_backup_removed", path=str(path))


def _begun(path: Path) -> Backup:
    row = Backup(path=str(path))
    db.session.add(row)
    db.session.commit()
    return row


def _end(row: Backup, checked: Checked) -> None:
    row.rows = checked.manifest.rows
    row.finished_at = datetime.now(UTC)
    row.error = " ".join(checked.problems)[:2000] or None
    row.restored_at = None if checked.problems else row.finished_at
    db.session.commit()


def _fail(row: Backup, problem: str) -> None:
    row.finished_at, row.error = datetime.now(UTC), problem[:2000]
    db.session.commit()
    log.error("backup_failed", path=row.path, reason=problem)
