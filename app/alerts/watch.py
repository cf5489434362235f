"""What stands open now, compared with what was told: new matters become alerts, settled ones are resolved.

Nothing raises an alert at the moment it happens; the state is looked at instead. So nothing is missed while a process
was down, and nothing is told twice: a matter has a fingerprint that is unique while it stands open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy import exists, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import aliased

from app import events
from app.backup import nightly
from app.errors import IngestError
from app.extensions import db, settings
from app.guards import ml_rate
from app.models.events import EventKind, Receiver
from app.models.exports import ScheduledExport
from app.models.job import Job
from app.models.phase import ACTIVE, Outcome, Phase
from app.models.supplier import Supplier
from app.models.sync import Alert, SyncRun
from app.suppliers import listed
from app.sync import standing
from app.volume import volume, volume_errors

log = structlog.get_logger()

#: failures that ended longer ago were told then, or are none of today's
RECENT = timedelta(days=2)
MOST_JOBS = 5000
FULL, ROOM_AGAIN = 0.9, 0.85
ONE_WATCHER = text("SELECT pg_try_advisory_xact_lock(724001)")


@dataclass(frozen=True)
class Matter:
    """``link`` is a path of the screen."""

    fingerprint: str
    kind: str
    message: str
    link: str
    severity: str = "warning"
    facts: dict[str, Any] = field(default_factory=dict)


def watch() -> int:
    """Returns how many alerts are new."""
    if not db.session.scalar(ONE_WATCHER):
        db.session.rollback()
        return 0
    open_now = set(db.session.scalars(select(Alert.fingerprint).where(Alert.resolved_at.is_(None))))
    found: dict[str, Matter] = {}
    all_seen = True
    for look in looks(open_now):
        all_seen &= _alone(partial(_see, look, found))
    for matter in found.values():
        if matter.fingerprint not in open_now:
            _alone(partial(_raise, matter))
    gone = open_now - set(found)
    if gone and all_seen:  # what could not be looked at has not been settled by that
        settled = update(Alert).where(Alert.resolved_at.is_(None), Alert.fingerprint.in_(gone))
        db.session.execute(settled.values(resolved_at=func.now()))
    db.session.commit()
    return len(set(found) - open_now)


def looks(open_now: set[str]) -> list[Callable[[], Iterator[Matter]]]:
    """Everything that a person should know of at this moment, by kind."""
    return [_jobs, _syncs, _silent, partial(_disk, told="disk" in open_now), _guard, _receivers, _exports, _backup]


def _see(look: Callable[[], Iterator[Matter]], found: dict[str, Matter]) -> None:
    for matter in look():
        found.setdefault(matter.fingerprint, matter)  # the newest of one kind comes first


def _alone(work: Callable[[], object]) -> bool:
    """Do it; False when it went wrong, which keeps the others from nothing. The watcher's lock is kept."""
    try:
        with db.session.begin_nested():
            work()
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("alert_not_looked_for")
        return False
    return True


def _jobs() -> Iterator[Matter]:
    """Held files, and failures; of an address only how it ended last, and of a list none from before its last success.

    A deleted supplier's files are nobody's matter any more. So an address that fails at every sync is one matter, until
    it answers or a person's retry fails too.
    """
    since = datetime.now(UTC) - RECENT
    later = aliased(Job)
    ended_later = exists().where(
        later.supplier_id == Job.supplier_id,
        later.source_url == Job.source_url,
        later.created_at > Job.created_at,
        later.phase.not_in(ACTIVE),
    )
    mended = exists().where(
        later.supplier_id == Job.supplier_id,
        later.list_name == Job.list_name,
        later.created_at > Job.created_at,
        later.outcome.in_((Outcome.SUCCESS, Outcome.WARNINGS, Outcome.UNCHANGED)),
    )
    columns = (Job.id, Job.supplier_id, Job.source_url, Job.attempt, Job.supplier_name, Job.outcome)
    query = (
        select(*columns, Job.error_code, Job.error_message, Job.hold_reason)
        .where(
            Job.supplier_id.is_not(None),
            (~ended_later & ~mended) | (Job.outcome == Outcome.HELD),
            ((Job.phase == Phase.FAILED) & (Job.outcome == Outcome.FAILED) & (Job.completed_at >= since))
            | (Job.outcome == Outcome.HELD),
        )
        .order_by(Job.completed_at.desc())
        .limit(MOST_JOBS)
    )
    for job in db.session.execute(query):
        facts = {"job_id": str(job.id), "supplier": job.supplier_name, "code": job.error_code}
        if job.outcome == Outcome.HELD:
            message = f"{job.supplier_name}: the file is held. {job.hold_reason or ''}".strip()
            yield Matter(f"held:{job.id}", "held", message, f"/jobs/{job.id}", facts=facts)
        else:
            message = f"{job.supplier_name}: {job.error_message}"
            what = f"{job.supplier_id}:{job.error_code}" if job.source_url else job.id
            yield Matter(f"job:{what}:{job.attempt}", "job_failed", message, f"/jobs/{job.id}", "error", facts)


def _syncs() -> Iterator[Matter]:
    latest = db.session.scalar(select(SyncRun).order_by(SyncRun.created_at.desc()).limit(1))
    if latest is None:
        return
    facts = {"task_id": latest.task_id}
    if latest.state == standing.FAILED:
        message = f"The sync failed. {latest.error_message or ''}".strip()
        yield Matter(f"sync:{latest.id}", "sync_failed", message, "/ingestion", "error", facts)
    if latest.state == standing.HELD:
        reason = str((latest.plan or {}).get("held", ""))
        yield Matter(f"sheet:{latest.id}", "held", reason, "/settings", facts=facts)


def _silent() -> Iterator[Matter]:
    ids = listed.silent_ids()
    for supplier in db.session.scalars(select(Supplier).where(Supplier.id.in_(ids))) if ids else ():
        days = listed.cadence_days(supplier)
        yield Matter(
            f"silent:{supplier.id}",
            "supplier_silent",
            f"{supplier.name} sent nothing new for more than {days} days.",
            f"/suppliers/{supplier.id}",
            facts={"supplier_id": str(supplier.id)},
        )


def _disk(*, told: bool) -> Iterator[Matter]:
    try:
        with volume_errors():
            usage = volume().usage()
    except IngestError as error:
        yield Matter("disk", "disk", f"The shared volume cannot be used: {error}", "/system", "error")
        return
    whole = usage.limit or usage.used + usage.free
    share = usage.used / whole if whole else 0
    if share > (ROOM_AGAIN if told else FULL):
        message = f"The shared volume is {share:.0%} full. Raise SHARED_MAX_BYTES, or lower FILE_CLEANUP_TTL_HOURS."
        yield Matter("disk", "disk", message, "/system", "error", {"share": round(share, 3)})


def _guard() -> Iterator[Matter]:
    found = ml_rate.state()
    if found.mode == "off":
        return
    if found.switch.tripped and not found.switch.on:
        message = f"The guard sent every supplier to the simple reader. {found.switch.reason}"
        yield Matter("guard:all", "guard_tripped", message, "/settings", "error")
    elif found.whole.trips:
        message = f"ml-analyze does badly. {' '.join(found.whole.reasons)}"
        yield Matter("guard:warning", "guard_tripped", message, "/settings", "warning")
    for supplier in found.switched_off:
        reason = supplier.meta.get("ml_processing_reason", "")
        message = f"The guard sent {supplier.name} to the simple reader. {reason}"
        yield Matter(f"guard:{supplier.id}", "guard_tripped", message, f"/suppliers/{supplier.id}")


def _receivers() -> Iterator[Matter]:
    """Those that were switched off because they took nothing; a person's own word is no news."""
    for each in db.session.scalars(select(Receiver).where(~Receiver.is_on, Receiver.off_reason.is_not(None))):
        message = f"Events no longer go to {each.url}: it took none for a day. {each.off_reason}"
        yield Matter(f"receiver:{each.id}", "receiver_off", message, f"/receivers/{each.id}", "error")


def _exports() -> Iterator[Matter]:
    """Those whose program is given a file of before, or none: what failed is tried again, until it is written."""
    for each in db.session.scalars(select(ScheduledExport).where(ScheduledExport.error.is_not(None))):
        message = f"The scheduled export {each.name} was not written. {each.error}"
        facts = {"export_id": str(each.id), "written_at": each.written_at.isoformat() if each.written_at else None}
        yield Matter(f"export:{each.id}", "export_failed", message, "/exports", "error", facts)


def _backup() -> Iterator[Matter]:
    found = nightly.state()
    if found.problem:
        yield Matter("backup", "backup", f"The last back-up did not come back. {found.problem}", "/system", "error")
    elif settings().backup_dir and found.is_missed and found.restored_at:
        yield Matter("backup", "backup", "No back-up was restored for more than a day.", "/system", "error")


def _raise(matter: Matter) -> None:
    row = insert(Alert).values(
        fingerprint=matter.fingerprint,
        kind=matter.kind,
        severity=matter.severity,
        message=matter.message[:2000],
        link=matter.link,
        facts=matter.facts,
    )
    new = row.on_conflict_do_nothing(index_elements=["fingerprint"], index_where=Alert.resolved_at.is_(None))
    if db.session.scalar(new.returning(Alert.id)) and matter.kind == "supplier_silent":
        events.tell(EventKind.SILENT, matter.facts | {"message": matter.message})
    log.info("alert_raised", kind=matter.kind, fingerprint=matter.fingerprint)
