"""Health: what everything needs, whether it is there, and how to mend it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, Response, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from app.access import policy
from app.alerts import outgoing
from app.errors import Invalid
from app.extensions import db
from app.models.sync import Alert
from app.web.checks import all_checks
from app.web.fragments import done, polled, with_version
from app.web.language import select_language
from app.web.plots import of_the_machine
from app.web.remembered import remembered
from app.web.security import handle_errors
from app.web.sentences import told

bp = Blueprint("system", __name__, url_prefix="/system")
handle_errors(bp)

MOST_ALERTS = 50


@bp.get("")
@policy.require("admin")
def index() -> str:
    drawn = remembered(f"machine:{select_language()}", of_the_machine, seconds=10)[0]
    return render_template("health/index.html", live=with_version(_checks_html()), **drawn)


@bp.post("/alerts/<uuid:alert_id>/acknowledge")
@policy.require("admin")
def acknowledge(alert_id: UUID) -> Response:
    outgoing.acknowledge(alert_id, actor=current_user.username)
    return done(_("The alert says that you take care of it."), url_for("system.index"))


@bp.post("/alerts/test")
@policy.require("admin")
def send_test() -> Response:
    """Through every channel at once, so that its answer is seen here."""
    names = list(outgoing.channels())
    if not names:
        raise Invalid(_("No channel is set: enter ALERT_WEBHOOK_URL, or SMTP_URL with ALERT_EMAIL_TO."))
    problems = outgoing.send_test(current_user.username)
    if problems:
        return done(" ".join(map(told, problems)), url_for("system.index"), tone="bad")
    return done(_("A test was sent: %(names)s.", names=", ".join(names)), url_for("system.index"))


@bp.get("/checks")
@policy.require("admin")
def checks() -> Response:
    return polled(_checks_html())


def _checks_html() -> str:
    found = all_checks()
    worst = next((tone for tone in ("red", "amber") if any(each.tone == tone for each in found)), "green")
    return render_template(
        "health/_checks.html", checks=found, worst=worst, alerts=_open_alerts(), channels=list(outgoing.channels())
    )


def _open_alerts() -> Sequence[Alert]:
    """The newest; none while the database is away, which the checks say."""
    query = select(Alert).where(Alert.resolved_at.is_(None)).order_by(Alert.created_at.desc()).limit(MOST_ALERTS)
    try:
        return db.session.scalars(query).all()
    except SQLAlchemyError:
        db.session.rollback()
        return []
