"""Changes: which prices moved, what is new and what is gone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request
from flask_babel import gettext as _
from sqlalchemy import func, select

from app.access import policy
from app.errors import Invalid
from app.export import overviews
from app.extensions import db
from app.feed import moves
from app.models.catalog import Category
from app.models.supplier import Supplier
from app.web import early
from app.web.items import as_file
from app.web.remembered import remembered
from app.web.security import handle_errors

bp = Blueprint("changes", __name__, url_prefix="/changes")
handle_errors(bp)

DAYS = (1, 7, 30, 90)
MOST_NAMED = 500


@bp.get("")
@policy.require("admin", "procurement")
def index() -> Response:
    return early.page("changes/index.html", _found)


def _found() -> dict[str, Any]:
    span = _span()
    suppliers = select(Supplier.id, Supplier.name).order_by(func.lower(Supplier.name)).limit(MOST_NAMED)
    categories = select(Category.id, Category.name).order_by(func.lower(Category.name)).limit(MOST_NAMED)
    return {
        "found": remembered(f"moves:{span}", lambda: moves.within(span), seconds=10)[0],
        "span": span,
        "days": DAYS,
        "suppliers": db.session.execute(suppliers).all(),
        "categories": db.session.execute(categories).all(),
    }


@bp.get("/export.<form>")
@policy.require("admin", "procurement")
def take_out(form: str) -> Response:
    """Every item that moved, as filtered."""
    return as_file(overviews.moves_table(_span()), form)


def _span() -> moves.Span:
    return moves.Span(_days(), _id("supplier"), _id("category"))


def _days() -> int:
    wanted = request.args.get("days", 7, type=int)
    return wanted if wanted in DAYS else 7


def _id(name: str) -> UUID | None:
    try:
        return UUID(request.args[name]) if request.args.get(name) else None
    except ValueError as error:
        raise Invalid(_("There is no such filter.")) from error
