"""Many suppliers' files once more through ML: counted first, begun, steered."""

from __future__ import annotations

from uuid import UUID

from app.api import shapes_suppliers as told
from app.api.routing import Router
from app.models.user import User
from app.sync import reprocess

router = Router("Re-processing")


@router.route("GET", "/admin/suppliers/reprocess", reply=told.ReprocessReply)
def get_reprocess() -> told.ReprocessReply:
    """The re-processing under way, or the last one."""
    return _progress(reprocess.current())


@router.route(
    "POST",
    "/admin/suppliers/reprocess",
    body=told.ReprocessBody,
    reply=told.ReprocessReply,
    status=202,
    errors=(409,),
)
def begin_reprocess(body: told.ReprocessBody, user: User) -> told.ReprocessReply:
    """Send many suppliers' files through ML again, a few at a time; suppliers on legacy are switched over."""
    reprocess.begin(body.supplier_ids, at_once=body.at_once, actor=user.username)
    return _progress(reprocess.current())


@router.route("POST", "/admin/suppliers/reprocess/count", body=told.ReprocessBody, reply=told.ReprocessCount)
def count_reprocess(body: told.ReprocessBody) -> told.ReprocessCount:
    """What a re-processing would do; nothing is changed."""
    return told.ReprocessCount.model_validate(reprocess.dry_count(body.supplier_ids))


@router.route(
    "POST", "/admin/suppliers/reprocess/steer", body=told.SteerBody, reply=told.ReprocessReply, errors=(404, 409)
)
def steer_reprocess(body: told.SteerBody, user: User) -> told.ReprocessReply:
    """Pause, resume or stop; files under way go on."""
    reprocess.steer(body.action, actor=user.username)
    return _progress(reprocess.current())


def _progress(found: reprocess.Progress | None) -> told.ReprocessReply:
    if found is None:
        return told.ReprocessReply(state="none")
    order = found.order
    return told.ReprocessReply(
        state=order.state,
        total=order.total,
        pending=len(order.pending),
        running=found.running,
        ended_well=found.ended_well,
        failed=found.failed,
        skipped=order.skipped,
        jobs=[UUID(each) for each in order.opened.values()],
    )
