"""Every item of every supplier in one table, and out of here as a file."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, Response, request, stream_with_context
from flask_babel import gettext as _
from sqlalchemy import func, select

from app import audit
from app.access import policy
from app.catalog import items
from app.errors import Invalid
from app.export import tables
from app.export.write import MIME_TYPES, Format, export
from app.extensions import db
from app.models.supplier import Supplier
from app.money.office_currency import base_currency
from app.web.fragments import page_or_fragment
from app.web.security import handle_errors

bp = Blueprint("items", __name__, url_prefix="/items")
handle_errors(bp)

PAGE_SIZE = 50
MOST_SUPPLIERS = 500


@bp.get("")
@policy.require("admin", "procurement")
def index() -> Response:
    wanted = items.ItemFilter.of(request.args)
    rows, following = items.page(wanted, after=_after(), limit=PAGE_SIZE)
    suppliers = select(Supplier.id, Supplier.name).order_by(func.lower(Supplier.name)).limit(MOST_SUPPLIERS)
    return page_or_fragment(
        "items/index.html",
        "items/_table.html",
        rows=rows,
        following=following,
        paged=_after() is not None,
        total=items.count(wanted),
        count_limit=items.MOST_COUNTED,
        wanted=wanted,
        args={name: value for name, value in request.args.items() if value and name != "after"},
        suppliers=db.session.execute(suppliers).all(),
        base=base_currency(),
    )


@bp.get("/export.<form>")
@policy.require("admin", "procurement")
def take_out(form: str) -> Response:
    """The table as it is filtered."""
    return as_file(tables.items_table(items.ItemFilter.of(request.args)), form)


def as_file(table: tables.Table, form: str) -> Response:
    if form not in set(Format):
        raise Invalid(_("There is no such format."))
    audit.record(policy.actor().username, "table.exported", table.name, format=form, filter=dict(request.args))
    db.session.commit()
    response = Response(stream_with_context(export(table, Format(form))), mimetype=MIME_TYPES[Format(form)])
    name = f"{table.name}-{datetime.now(UTC):%Y-%m-%d}.{form}"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _after() -> UUID | None:
    text = request.args.get("after")
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise Invalid(_("The link to this page of the list is not valid. Start from the first page.")) from error
