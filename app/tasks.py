"""Door of the queue: ids in, nothing out. An entry may name what is declared here, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Annotated, Literal
from uuid import UUID

import structlog
from flask import Flask
from pydantic import StringConstraints

from app import create_app, digest, office_settings
from app.access import reset
from app.alerts import outgoing
from app.apply import commit
from app.courier import deliver
from app.errors import LostClaim
from app.legacy import parser
from app.models.phase import Step
from app.money import best
from app.review import rematch
from app.shadow import trial as shadow
from app.sync import run as sync_run
from app.webhooks import send as webhooks
from handoff.declared import Tasks

log = structlog.get_logger()

TASKS = Tasks()
Actor = Annotated[str, StringConstraints(max_length=200)]

STEPS: dict[Step, Callable[[UUID], None]] = {
    Step.DELIVER: deliver.deliver,
    Step.SUBMIT: deliver.submit,
    Step.APPLY: commit.apply,
    Step.LEGACY: parser.run,
}


@cache
def courier() -> Flask:
    """One app a worker process."""
    return create_app()


@contextmanager
def at_work(**ids: str) -> Iterator[None]:
    """The app's context, the office's settings of now, and what every line of the log names."""
    with courier().app_context(), structlog.contextvars.bound_contextvars(**ids):
        office_settings.follow()
        yield


@TASKS.declare
def run_step(job_id: UUID, step: Step) -> None:
    """Do one step of one job. The row decides whether there is anything to do; see app/jobs/claims.py."""
    structlog.contextvars.clear_contextvars()
    with at_work(job_id=str(job_id), step=step):
        try:
            STEPS[step](job_id)
        except LostClaim:
            log.info("step_left_to_other_worker")


@TASKS.declare
def run_sync(run_id: UUID) -> None:
    """Read the Master Sheet and open the jobs of one sync; see app/sync/run.py."""
    with at_work(sync_run_id=str(run_id)):
        try:
            sync_run.run(run_id)
        except LostClaim:
            log.info("sync_left_to_other_worker")


@TASKS.declare
def run_rematch(supplier_id: UUID | Literal[""], actor: Actor) -> None:
    """Match unlinked items again; an empty id means every supplier's."""
    with at_work(supplier_id=str(supplier_id)):
        rematch.run(supplier_id or None, actor=actor)


@TASKS.declare
def run_shadow(supplier_id: UUID) -> None:
    """Both pipelines on a supplier's last file; see app/shadow/trial.py."""
    with at_work(supplier_id=str(supplier_id)):
        shadow.run(supplier_id)


@TASKS.declare
def write_offers() -> None:
    """Offers of products after a change of rates or rules; see app/money/best.py."""
    with at_work():
        best.keep_current()


@TASKS.declare
def send_alerts() -> None:
    """Alerts by e-mail and webhook; see app/alerts/outgoing.py."""
    with at_work():
        outgoing.send_due()


@TASKS.declare
def send_digests() -> None:
    """What moved, by mail to each who asked for it; see app/digest.py."""
    with at_work():
        digest.send_due()


@TASKS.declare
def send_reset_link(name: Actor) -> None:
    """A link for a new password to the user of this name or address; see app/access/reset.py."""
    with at_work():
        reset.send_link(name)


@TASKS.declare
def send_events() -> None:
    """Events to their receivers; see app/webhooks/send.py."""
    with at_work():
        webhooks.send_due()
