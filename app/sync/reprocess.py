"""Many suppliers' files once more through ML: counted first, a few at a time, with a pause whenever a person wants one.

The order lives in one row of ``app_settings``; the scheduler calls ``advance`` and any number of schedulers may.

One room: one order from its count to its end, and what steers it on the way.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import func, select
from sqlalchemy.exc import InterfaceError, OperationalError

from app import audit
from app.alone import alone
from app.courier import upload
from app.courier.which_pipeline import ml_is_on
from app.errors import Conflict, CourierError, IngestError, Invalid, NotFound, UnderWay
from app.extensions import db
from app.models.job import Job
from app.models.phase import ACTIVE, Outcome, Phase
from app.models.supplier import Supplier
from app.models.sync import AppSetting
from app.suppliers import editing, listed
from app.sync import run as sync_run
from app.volume import volume

log = structlog.get_logger()

KEY = "reprocess"
MOST_SUPPLIERS = 5000
MOST_AT_ONCE = 20
#: what was taken and not opened for so long was lost with its scheduler
TAKEN_FOR = timedelta(seconds=30)
#: opened in one call at most, so that a call stays short
A_TURN = 5


@dataclass(frozen=True)
class Count:
    """What an order would do, before it is given: by address, by the file that is still there, and not at all."""

    fetched: int
    read_again: int
    impossible: Sequence[str]

    @property
    def total(self) -> int:
        return self.fetched + self.read_again


@dataclass
class Order:
    """``opened`` maps suppliers to jobs, ``skipped`` their names to reasons, ``taken`` suppliers to when it was."""

    state: str
    at_once: int
    by: str
    begun_at: datetime
    pending: list[str]
    total: int
    opened: dict[str, str] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    taken: dict[str, str] = field(default_factory=dict)

    def take_back(self, now: datetime) -> None:
        """What a scheduler took and never opened, because it died, comes to its turn again."""
        lost = [each for each, at in self.taken.items() if now - datetime.fromisoformat(at) > TAKEN_FOR]
        self.pending = lost + self.pending
        for each in lost:
            del self.taken[each]

    @property
    def is_open(self) -> bool:
        return self.state in ("running", "paused")


@dataclass(frozen=True)
class Progress:
    order: Order
    running: int
    ended_well: int
    failed: int

    @property
    def done(self) -> int:
        return self.ended_well + self.failed + len(self.order.skipped)


def candidates(supplier_ids: Sequence[UUID] | None) -> list[Supplier]:
    """These suppliers, or all that are on the old pipeline."""
    query = select(Supplier).order_by(Supplier.name).limit(MOST_SUPPLIERS)
    chosen = Supplier.id.in_(supplier_ids) if supplier_ids is not None else ~listed.wants_ml
    return list(db.session.scalars(query.where(chosen)))


def dry_count(supplier_ids: Sequence[UUID] | None) -> Count:
    """Nothing is changed."""
    fetched = again = 0
    impossible: list[str] = []
    for supplier in candidates(supplier_ids):
        if supplier.source_url:
            fetched += 1
        elif _last_file(supplier.id) is not None:
            again += 1
        else:
            impossible.append(supplier.name)
    return Count(fetched, again, impossible)


def begin(supplier_ids: Sequence[UUID] | None, *, at_once: int, actor: str) -> Order:
    """Give the order. Raises Conflict while another is open, Invalid for nothing to do or a bad throttle."""
    if not 1 <= at_once <= MOST_AT_ONCE:
        raise Invalid(f"Between 1 and {MOST_AT_ONCE} files can be under way at a time.")
    if not ml_is_on():
        raise Conflict("ML processing is switched off for all suppliers. Switch it on first.")
    chosen = candidates(supplier_ids)
    if not chosen:
        raise Invalid("No supplier is chosen.")
    kept = _row(lock=True)
    if kept is not None and _order(kept).is_open:
        db.session.rollback()
        raise UnderWay("A re-processing is under way. Wait for its end, or stop it.")
    order = Order("running", at_once, actor, datetime.now(UTC), [str(each.id) for each in chosen], len(chosen))
    if kept is None:
        kept = AppSetting(key=KEY)
        db.session.add(kept)
    _keep(kept, order, actor)
    audit.record(actor, "reprocess.begun", f"{len(chosen)} suppliers", at_once=at_once)
    db.session.commit()
    return order


def steer(word: str, *, actor: str) -> Order:
    """``pause``, ``resume`` or ``stop``; files under way go on. Raises NotFound, Conflict."""
    kept = _row(lock=True)
    if kept is None:
        raise NotFound("There is no re-processing.")
    order = _order(kept)
    if not order.is_open:
        db.session.rollback()
        raise Conflict("The re-processing has ended already.")
    order.state = {"pause": "paused", "resume": "running", "stop": "stopped"}[word]
    _keep(kept, order, actor)
    audit.record(actor, f"reprocess.{order.state}", f"{len(order.pending)} suppliers left")
    db.session.commit()
    return order


def current() -> Progress | None:
    """The open order or the last one, with what became of its files."""
    kept = _row()
    if kept is None:
        return None
    order = _order(kept)
    counts = _counts(order)
    return Progress(order, *counts)


def advance() -> int:
    """Open the next jobs while fewer than the throttle are under way; returns how many were opened."""
    kept = _row(lock=True, wait=False)
    if kept is None or (order := _order(kept)).state != "running":
        db.session.rollback()
        return 0
    running, _well, _failed = _counts(order)
    now = datetime.now(UTC)
    order.take_back(now)
    if not order.pending:
        if not running and not order.taken:
            order.state = "done"
            _keep(kept, order, order.by)
            audit.record(order.by, "reprocess.done", f"{order.total} suppliers", skipped=len(order.skipped))
        db.session.commit()
        return 0
    turn = order.pending[: max(0, min(order.at_once - running, A_TURN))]
    order.pending = order.pending[len(turn) :]
    order.taken |= dict.fromkeys(turn, now.isoformat())
    _keep(kept, order, order.by)
    db.session.commit()  # taken: another scheduler sees them gone, and takes them back if we die over them
    done = []
    for supplier_id in turn:
        with alone("supplier_waits_to_be_reprocessed", supplier_id=supplier_id):
            _open(UUID(supplier_id), order)
            done.append(supplier_id)
    if done:
        _remember(order, done)
    return len(done)


def _open(supplier_id: UUID, order: Order) -> None:
    name = str(supplier_id)
    try:
        supplier = editing.get(supplier_id)
        name = supplier.name
        if not supplier.wants_ml:
            supplier = editing.set_ml(supplier_id, True, order.by, "re-processing")
        order.opened[str(supplier_id)] = str(_start(supplier, order.by).id)
    except (CourierError, IngestError) as error:
        db.session.rollback()
        order.skipped[name] = str(error)
    except (OperationalError, InterfaceError):
        raise
    except Exception as bug:  # taken back and met first again, it would keep all others waiting
        db.session.rollback()
        log.exception("supplier_not_reprocessed", supplier_id=str(supplier_id))
        order.skipped[name] = f"Internal error ({type(bug).__name__}). The log has the details."


def _start(supplier: Supplier, actor: str) -> Job:
    if supplier.source_url:
        return sync_run.sync_supplier(supplier.id, actor, force=True, trigger="reprocess")
    last = _last_file(supplier.id)
    if last is None or last.file_path is None:
        raise Invalid("It has no address, and its last file is no longer on the volume: upload it again.")
    path = volume().inside(last.file_path)
    name = last.original_filename or path.name
    return upload.receive_file(
        supplier,
        path,
        name,
        actor=actor,
        replaces_all=last.replaces_all,
        came_at=last.came_at,
        list_name=last.list_name,
    )


def _remember(order: Order, turn: Sequence[str]) -> None:
    """Add what was opened to the row as it is now: a person may have paused meanwhile."""
    kept = _row(lock=True)
    if kept is None:
        return
    now = _order(kept)
    now.opened |= {each: order.opened[each] for each in turn if each in order.opened}
    now.skipped |= order.skipped
    for each in turn:
        now.taken.pop(each, None)
    _keep(kept, now, now.by)
    db.session.commit()


def _last_file(supplier_id: UUID) -> Job | None:
    """The supplier's newest job whose raw file still lies on the volume."""
    jobs = db.session.scalars(
        select(Job)
        .where(Job.supplier_id == supplier_id, Job.file_path.is_not(None))
        .order_by(Job.came_at.desc(), Job.created_at.desc())
        .limit(3)
    )
    for job in jobs:
        try:
            if job.file_path and volume().inside(job.file_path).is_file():
                return job
        except (OSError, ValueError, IngestError):
            continue
    return None


def _counts(order: Order) -> tuple[int, int, int]:
    """Jobs of the order: under way, ended well, failed."""
    if not order.opened:
        return 0, 0, 0
    failed = (Job.phase == Phase.FAILED) | (Job.outcome == Outcome.CANCELLED)
    row = db.session.execute(
        select(
            func.count().filter(Job.phase.in_(ACTIVE)),
            func.count().filter(Job.phase == Phase.COMPLETE),
            func.count().filter(failed),
        ).where(Job.id.in_([UUID(each) for each in order.opened.values()]))
    ).one()
    return int(row[0]), int(row[1]), int(row[2])


def _row(*, lock: bool = False, wait: bool = True) -> AppSetting | None:
    query = select(AppSetting).where(AppSetting.key == KEY).execution_options(populate_existing=True)
    return db.session.scalar(query.with_for_update(skip_locked=not wait) if lock else query)


def _order(kept: AppSetting) -> Order:
    value: dict[str, Any] = deepcopy(kept.value)  # or a change of a part would look like no change of the row
    return Order(**(value | {"begun_at": datetime.fromisoformat(value["begun_at"])}))


def _keep(kept: AppSetting, order: Order, actor: str) -> None:
    kept.value = vars(order) | {"begun_at": order.begun_at.isoformat()}
    kept.updated_by = actor
