"""What an operator looks after: alerts and the state of everything around."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from pydantic import Field
from sqlalchemy import select

from app.api import cursors
from app.api.routing import Router
from app.api.shapes import ByCursor, CursorPage, Moment, Reply, Whole
from app.catalog import keyset
from app.extensions import db
from app.guards import ml_rate
from app.jobs import queries
from app.models.sync import Alert
from app.models.user import User
from app.shadow import trial as shadow
from app.suppliers import editing
from app.vitals import vitals

router = Router("Operation")

NEWEST = keyset.Order((Alert.created_at,), Alert.id, down=True, nullable=False)


class AlertShape(Reply):
    id: UUID
    kind: str
    severity: str
    message: str
    link: str | None
    facts: dict[str, Any]
    created_at: Moment
    resolved_at: Moment | None
    sent_at: Moment | None


class AlertsQuery(ByCursor):
    limit: Whole = Field(50, ge=1, le=200)


class AlertsReply(Reply):
    alerts: list[AlertShape]


class PipelineReply(Reply):
    """``workers`` and ``queue_length`` are null while Redis is away."""

    workers: int | None
    busy_workers: int
    queue_length: int | None
    scheduler_alive: bool
    analysis: str
    volume_used: int | None
    volume_limit: int | None
    active_jobs: dict[str, int]
    held_jobs: int
    waiting: list[str]


class VerdictShape(Reply):
    """``success`` is a share, ``minutes`` the median time from end to end."""

    sample: int
    success: float | None
    minutes: float | None
    reasons: list[str]


class GuardReply(Reply):
    mode: Literal["off", "warn", "switch"]
    ml_on: bool
    reason: str
    tripped: bool
    whole: VerdictShape
    suppliers: dict[UUID, VerdictShape]
    switched_off: list[UUID]


class ShadowReply(Reply):
    """``state`` is none before the first run; ``result`` is there once it is done."""

    state: Literal["none", "running", "done", "failed"]
    job_id: UUID | None = None
    file: str | None = None
    by: str | None = None
    error: str | None = None
    result: dict[str, Any] | None = None


@router.route("GET", "/admin/guard", reply=GuardReply)
def get_guard() -> GuardReply:
    """How ml-analyze does against the limits of the rollback plan, and what the guard did."""
    return _guard(ml_rate.state())


@router.route("POST", "/admin/guard/restore", reply=GuardReply)
def restore_guard(user: User) -> GuardReply:
    """Turn everything on again that the guard turned off."""
    ml_rate.restore(user.username)
    return _guard(ml_rate.state())


@router.route("POST", "/admin/suppliers/<supplier_id>/shadow", reply=ShadowReply, status=202, errors=(404, 409, 503))
def request_shadow(supplier_id: UUID, user: User) -> ShadowReply:
    """Send the supplier's last file through both pipelines and compare; nothing is applied."""
    return _shadow(shadow.request_shadow(supplier_id, user.username))


@router.route("GET", "/admin/suppliers/<supplier_id>/shadow", reply=ShadowReply, errors=(404,))
def get_shadow(supplier_id: UUID) -> ShadowReply:
    """The latest comparison of both pipelines."""
    editing.get(supplier_id)
    return _shadow(shadow.latest(supplier_id))


@router.route("GET", "/admin/alerts", query=AlertsQuery, reply=AlertsReply, by_cursor=CursorPage[AlertShape])
def list_alerts(query: AlertsQuery) -> AlertsReply | CursorPage[AlertShape]:
    """What people were told of, or will be; open matters first. By cursor the newest first."""
    if query.by_cursor:
        part = cursors.page(query, select(Alert), NEWEST, touched=Alert.updated_at, limit=query.limit)
        return part.told([AlertShape.model_validate(each) for each in part.entities])
    order = (Alert.resolved_at.is_not(None), Alert.created_at.desc())
    found = db.session.scalars(select(Alert).order_by(*order).limit(query.limit))
    return AlertsReply(alerts=[AlertShape.model_validate(each) for each in found])


@router.route("GET", "/admin/pipeline", reply=PipelineReply)
def get_pipeline() -> PipelineReply:
    """Whether everything that a job needs is alive, and why jobs wait."""
    now = vitals()
    return PipelineReply(
        workers=now.workers,
        busy_workers=now.busy,
        queue_length=now.queue_length,
        scheduler_alive=now.scheduler_alive,
        analysis=now.analysis.status,
        volume_used=now.volume.used if now.volume else None,
        volume_limit=now.volume.limit if now.volume else None,
        active_jobs={phase.value: count for phase, count in queries.active_by_phase().items()},
        held_jobs=queries.held_count(),
        waiting=[sentence for sentence, _, _ in queries.waiting_reasons()],
    )


def _guard(found: ml_rate.State) -> GuardReply:
    return GuardReply(
        mode=found.mode,
        ml_on=found.switch.on,
        reason=found.switch.reason,
        tripped=found.switch.tripped,
        whole=VerdictShape.model_validate(found.whole),
        suppliers={each: VerdictShape.model_validate(verdict) for each, verdict in found.suppliers.items()},
        switched_off=[each.id for each in found.switched_off],
    )


def _shadow(kept: dict[str, Any] | None) -> ShadowReply:
    return ShadowReply.model_validate(kept) if kept else ShadowReply(state="none")
