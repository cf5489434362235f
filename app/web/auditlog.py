"""Who did what, when, to what."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

import orjson
from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Text, cast, select

from app.access import policy
from app.errors import Invalid
from app.extensions import db
from app.jobs.contents import harmless
from app.models.user import AuditEntry
from app.web import deeds
from app.web.security import handle_errors

bp = Blueprint("auditlog", __name__, url_prefix="/audit")
handle_errors(bp)

PAGE_SIZE = 100
FILTERS = ("q", "actor", "area", "since", "until")
MOST_EXPORTED = 100_000


@bp.get("")
@policy.require("admin")
def index() -> str:
    before = request.args.get("before", type=int)
    query = select(AuditEntry).where(*_conditions()).order_by(AuditEntry.id.desc()).limit(PAGE_SIZE + 1)
    rows = db.session.scalars(query.where(AuditEntry.id < before) if before else query).all()
    following = rows[PAGE_SIZE - 1].id if len(rows) > PAGE_SIZE else None
    return render_template(
        "audit/index.html",
        rows=[(each, deeds.told(each), deeds.link(each)) for each in rows[:PAGE_SIZE]],
        following=following,
        before=before,
        areas=deeds.AREAS,
        args={name: request.args[name] for name in FILTERS if request.args.get(name)},
    )


@bp.get("/export")
@policy.require("admin")
def export() -> Response:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(["at", "who", "sentence", "what", "to what", "facts"])
    rows = db.session.scalars(
        select(AuditEntry).where(*_conditions()).order_by(AuditEntry.id.desc()).limit(MOST_EXPORTED)
    )
    for row in rows:
        facts = orjson.dumps(row.facts).decode()
        told = [row.actor, deeds.told(row), row.action, row.subject, facts]
        writer.writerow([row.at.isoformat(), *map(harmless, told)])
    response = make_response(buffer.getvalue())
    response.mimetype = "text/csv"
    response.headers.set("Content-Disposition", "attachment", filename="audit.csv")
    return response


def _conditions() -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if request.args.get("actor"):
        found.append(AuditEntry.actor == request.args["actor"][:255])
    if request.args.get("area") in deeds.AREAS:
        found.append(AuditEntry.action.startswith(request.args["area"], autoescape=True))
    if since := _day("since"):
        found.append(AuditEntry.at >= since)
    if until := _day("until"):
        found.append(AuditEntry.at < until + timedelta(days=1))
    words = request.args.get("q", "").strip()[:200]
    if words:
        found.append(
            AuditEntry.action.icontains(words, autoescape=True)
            | AuditEntry.subject.icontains(words, autoescape=True)
            | cast(AuditEntry.facts, Text).icontains(words, autoescape=True)
        )
    return found


def _day(name: str) -> datetime | None:
    """Midnight (UTC) of the day that was chosen; None without one. Raises Invalid."""
    try:
        return datetime.fromisoformat(request.args[name]).replace(tzinfo=UTC) if request.args.get(name) else None
    except ValueError as error:
        raise Invalid(_("This is no day: %(text)s.", text=request.args[name])) from error
