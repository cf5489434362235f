"""Which worker may work on a sync, and until when; the same bargain as app/jobs/claims.py makes for jobs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID, uuid4

import structlog
from flask import Flask, current_app
from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.exc import SQLAlchemyError

from app.errors import LostClaim
from app.extensions import db, settings
from app.models.sync import SyncRun
from app.sync.standing import SYNCING_MASTER

log = structlog.get_logger()


@dataclass
class Claim:
    """The right to write one run. ``keep``: the lease stays when the body ends, as the pause before the next try."""

    run_id: UUID
    token: UUID
    keep: bool = False
    lost: threading.Event = field(default_factory=threading.Event)

    def check(self) -> None:
        """Ask the table, so that a run that was stopped opens nothing more. Raises LostClaim."""
        token = db.session.scalar(select(SyncRun.claim_token).where(SyncRun.id == self.run_id))
        db.session.commit()
        if self.lost.is_set() or token != self.token:
            raise LostClaim(f"Sync {self.run_id} was taken over or stopped.")

    def write(self, **values: Any) -> None:
        """Change the run inside the caller's transaction. Raises LostClaim."""
        ours = update(SyncRun).where(SyncRun.id == self.run_id, SyncRun.claim_token == self.token)
        if _count(db.session.execute(ours.values(**values))) != 1:
            db.session.rollback()
            raise LostClaim(f"Sync {self.run_id} was taken over.")


@contextmanager
def claimed(run_id: UUID) -> Iterator[Claim]:
    """Hold the run while the body works. Raises LostClaim when it is not free or has nothing left to do."""
    claim, lease = Claim(run_id, uuid4()), settings().claim_lease
    free = update(SyncRun).where(
        SyncRun.id == run_id,
        SyncRun.completed_at.is_(None),
        (SyncRun.state == SYNCING_MASTER) | SyncRun.claim_token.is_not(None),
        SyncRun.claimed_until.is_(None) | (SyncRun.claimed_until < func.now()),
    )
    taken = _count(db.session.execute(free.values(claim_token=claim.token, claimed_until=func.now() + lease)))
    db.session.commit()
    if taken != 1:
        raise LostClaim(f"Sync {run_id} is not free.")
    done = threading.Event()
    app = cast(Flask, current_app._get_current_object())  # type: ignore[attr-defined]
    threading.Thread(target=_beat, args=(app, claim, done), daemon=True, name="sync-heartbeat").start()
    try:
        yield claim
    finally:
        done.set()
        if not claim.keep:
            ours = update(SyncRun).where(SyncRun.id == run_id, SyncRun.claim_token == claim.token)
            db.session.rollback()
            db.session.execute(ours.values(claim_token=None, claimed_until=None))
            db.session.commit()


def _beat(app: Flask, claim: Claim, done: threading.Event) -> None:
    with app.app_context():
        lease = settings().claim_lease
        renewal = update(SyncRun).where(SyncRun.id == claim.run_id, SyncRun.claim_token == claim.token)
        while not done.wait(lease.total_seconds() / 3):
            try:
                with db.engine.begin() as connection:
                    renewed = connection.execute(renewal.values(claimed_until=func.now() + lease))
                if renewed.rowcount != 1:
                    claim.lost.set()
                    return
            except SQLAlchemyError as error:
                log.warning("heartbeat_missed", run_id=str(claim.run_id), error=str(error))


def _count(result: Any) -> int:
    return cast("CursorResult[Any]", result).rowcount
