"""Every item of every supplier in one table, what is done with many of them at once, and out of here as a file."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, session, stream_with_context
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from app import audit
from app.access import policy
from app.catalog import items
from app.errors import Invalid
from app.export import exportable
from app.export.write import MIME_TYPES, Format, export
from app.extensions import db
from app.models.supplier import Supplier
from app.money.office_currency import base_currency
from app.money.terms import terms
from app.web import early, views
from app.web.security import handle_errors
from app.web.table_filters import CHANGED, ITEM_STATES

bp = Blueprint("items", __name__, url_prefix="/items")
handle_errors(bp)

PAGE_SIZE = 50
MOST_SUPPLIERS = 500
#: columns that are shown when a person wants them
COLUMNS = {
    "brand": _l("Brand"),
    "category": _l("Category"),
    "barcode": _l("Barcode"),
    "pack": _l("Pack"),
    "minimum": _l("Smallest order"),
    "stock": _l("Stock"),
    "lead_time": _l("Lead time"),
    "valid": _l("Valid"),
    "changed": _l("Changed"),
}
CHOSEN = "items_columns"
#: what is no filter of the table
PASSING = ("after", "columns", "column")


@bp.get("")
@policy.require("admin", "procurement")
def index() -> Response:
    chosen = chosen_columns()
    return early.page("items/index.html", lambda: _listed(chosen), fragment="items/_table.html")


def _listed(chosen: list[str]) -> dict[str, Any]:
    wanted, order = items.ItemFilter.of(request.args), items.Sorted.of(request.args)
    rows, following = items.page(wanted, order, after=_after(), limit=PAGE_SIZE)
    if not rows and wanted.words and not wanted.inside and not _after():
        # Nothing begins so: perhaps it stands inside a word. That reads every item, so it comes second.
        wanted = items.inside_words(wanted)
        rows, following = items.page(wanted, order, limit=PAGE_SIZE)
    # A page that is the first and the last has told how many there are.
    total = len(rows) if following is None and not _after() else items.count(wanted)
    suppliers = select(Supplier.id, Supplier.name).order_by(func.lower(Supplier.name)).limit(MOST_SUPPLIERS)
    args = {name: value for name, value in request.args.items() if value and name not in PASSING}
    return {
        "rows": rows,
        "following": following,
        "paged": _after() is not None,
        "total": total,
        "count_limit": items.MOST_COUNTED,
        "wanted": wanted,
        "order": order,
        "args": args,
        "view_page": "items",
        "view_query": views.query_of(args.items()),
        "views": views.links("items"),
        "chosen": chosen,
        "columns": COLUMNS,
        "terms": terms,
        "states": ITEM_STATES,
        "changed": CHANGED,
        "suppliers": db.session.execute(suppliers).all(),
        "base": base_currency(),
    }


@bp.get("/export.<form>")
@policy.require("admin", "procurement")
def take_out(form: str) -> Response:
    """The table as it is filtered."""
    return as_file(exportable.items_table(items.ItemFilter.of(request.args)), form)


def chosen_columns() -> list[str]:
    """As asked now, else as this person asked last."""
    if "columns" in request.args:
        session[CHOSEN] = [each for each in COLUMNS if each in request.args.getlist("column")]
    return [each for each in session.get(CHOSEN, []) if each in COLUMNS]


def as_file(table: exportable.Table, form: str) -> Response:
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
