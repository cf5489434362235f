"""Who did what, when, to what."""

from __future__ import annotations

import csv
import io

import orjson
from flask import Blueprint, Response, make_response, render_template, request
from sqlalchemy import ColumnElement, select

from app.access import policy
from app.extensions import db
from app.jobs.contents import harmless
from app.models.user import AuditEntry
from app.web.security import handle_errors

bp = Blueprint("auditlog", __name__, url_prefix="/audit")
handle_errors(bp)

PAGE_SIZE = 100
MOST_EXPORTED = 100_000


@bp.get("")
@policy.require("admin")
def index() -> str:
    before = request.args.get("before", type=int)
    query = select(AuditEntry).where(*_conditions()).order_by(AuditEntry.id.desc()).limit(PAGE_SIZE + 1)
    rows = db.session.scalars(query.where(AuditEntry.id < before) if before else query).all()
    following = rows[PAGE_SIZE - 1].id if len(rows) > PAGE_SIZE else None
    args = {name: request.args[name] for name in ("q", "actor") if request.args.get(name)}
    return render_template("audit/index.html", rows=rows[:PAGE_SIZE], following=following, before=before, args=args)


@bp.get("/export")
@policy.require("admin")
def export() -> Response:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(["at", "who", "what", "to what", "facts"])
    rows = db.session.scalars(
        select(AuditEntry).where(*_conditions()).order_by(AuditEntry.id.desc()).limit(MOST_EXPORTED)
    )
    for row in rows:
        facts = orjson.dumps(row.facts).decode()
        writer.writerow(
            [row.at.isoformat(), harmless(row.actor), harmless(row.action), harmless(row.subject), harmless(facts)]
        )
    response = make_response(buffer.getvalue())
    response.mimetype = "text/csv"
    response.headers.set("Content-Disposition", "attachment", filename="audit.csv")
    return response


def _conditions() -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if request.args.get("actor"):
        found.append(AuditEntry.actor == request.args["actor"][:255])
    words = request.args.get("q", "").strip()[:200]
    if words:
        found.append(
            AuditEntry.action.icontains(words, autoescape=True) | AuditEntry.subject.icontains(words, autoescape=True)
        )
    return found
