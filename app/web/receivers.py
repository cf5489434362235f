"""Receivers of events, and the log of what each was told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user

from app.access import policy
from app.errors import Conflict, Invalid
from app.models.events import DeliveryState, EventKind
from app.web.fragments import done
from app.web.security import handle_errors
from app.webhooks import receivers

bp = Blueprint("receivers", __name__, url_prefix="/receivers")
handle_errors(bp)

KINDS = {
    EventKind.APPLIED: _l("A file was applied"),
    EventKind.HELD: _l("A file is held"),
    EventKind.FAILED: _l("A file failed"),
    EventKind.UNDONE: _l("A file was undone"),
    EventKind.MOVED: _l("Prices moved far"),
    EventKind.SILENT: _l("A supplier is silent"),
    EventKind.REVIEW: _l("Matches wait for a person"),
    EventKind.TEST: _l("A test"),
}
STATES = {
    DeliveryState.WAITING: _l("waiting"),
    DeliveryState.DELIVERED: _l("delivered"),
    DeliveryState.GIVEN_UP: _l("given up"),
}


@bp.get("")
@policy.require("admin")
def index() -> str:
    return _page()


@bp.post("")
@policy.require("admin")
def add() -> Response:
    try:
        made, secret = receivers.add(
            request.form.get("url", ""), request.form.getlist("kinds"), actor=current_user.username
        )
    except (Invalid, Conflict) as error:
        return make_response(_page(problems=error.details or {"url": str(error)}, url=request.form.get("url", "")), 422)
    return make_response(_show(made.id, secret=secret))


@bp.get("/<uuid:receiver_id>")
@policy.require("admin")
def show(receiver_id: UUID) -> str:
    return _show(receiver_id)


@bp.post("/<uuid:receiver_id>/secret")
@policy.require("admin")
def renew(receiver_id: UUID) -> Response:
    return make_response(_show(receiver_id, secret=receivers.renew_secret(receiver_id, actor=current_user.username)))


@bp.post("/<uuid:receiver_id>/switch")
@policy.require("admin")
def switch(receiver_id: UUID) -> Response:
    on = request.form.get("on") == "1"
    receivers.switch(receiver_id, on=on, actor=current_user.username)
    return done(_("Events go out again.") if on else _("No events go out any more."), _back(receiver_id))


@bp.post("/<uuid:receiver_id>/test")
@policy.require("admin")
def test(receiver_id: UUID) -> Response:
    receivers.send_test(receiver_id, actor=current_user.username)
    return done(_("A test is on its way."), _back(receiver_id))


@bp.post("/<uuid:receiver_id>/remove")
@policy.require("admin")
def remove(receiver_id: UUID) -> Response:
    receivers.remove(receiver_id, actor=current_user.username)
    return done(_("The receiver was removed."), url_for("receivers.index"))


@bp.post("/<uuid:receiver_id>/replay")
@policy.require("admin")
def replay(receiver_id: UUID) -> Response:
    """One delivery, or all matching events of the last days."""
    if one := request.form.get("delivery", type=int):
        receivers.replay(receiver_id, one, actor=current_user.username)
        return done(_("It is on its way again."), _back(receiver_id))
    days = request.form.get("days", type=int)
    kinds = [each for each in request.form.getlist("kinds") if each]
    since = datetime.now(UTC) - timedelta(days=days) if days and 0 < days <= 3650 else None
    missed = request.form.get("missed") == "1"
    count = receivers.replay_all(receiver_id, since=since, kinds=kinds, missed=missed, actor=current_user.username)
    told = ngettext("%(num)s event is on its way again.", "%(num)s events are on their way again.", count)
    return done(told, _back(receiver_id))


def _back(receiver_id: UUID) -> str:
    return url_for("receivers.show", receiver_id=receiver_id)


def _page(*, problems: dict[str, str] | None = None, url: str = "") -> str:
    return render_template(
        "receivers/index.html",
        standings=receivers.all_of_them(),
        kinds=_kinds(),
        problems=problems or {},
        url=url,
    )


def _show(receiver_id: UUID, *, secret: str = "") -> str:
    args = {name: request.args.get(name, "") for name in ("state", "kind")}
    receiver = receivers.get(receiver_id)
    before = request.args.get("before", 0, type=int)
    deliveries, following = receivers.log_of(receiver_id, **args, before=before)
    return render_template(
        "receivers/show.html",
        receiver=receiver,
        deliveries=deliveries,
        following=following,
        args={name: value for name, value in args.items() if value},
        kinds=KINDS,
        wanted=_kinds(),
        delivery_states=STATES,
        secret=secret,
    )


def _kinds() -> dict[EventKind, object]:
    """What a receiver may choose."""
    return {kind: name for kind, name in KINDS.items() if kind is not EventKind.TEST}
