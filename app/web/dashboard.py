"""What a buyer asks first: what moved, what is covered, what can be saved, who is silent, what waits."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response
from flask_babel import gettext as _
from sqlalchemy import select

from app.access import policy
from app.charts import plotted as numbers
from app.charts import svg
from app.extensions import db
from app.feed import moves
from app.models.supplier import Supplier
from app.money import overview
from app.money.office_currency import base_currency
from app.suppliers import listed
from app.web import early
from app.web.language import select_language
from app.web.plots import FEWEST_POINTS, day_name
from app.web.remembered import remembered
from app.web.security import handle_errors

bp = Blueprint("dashboard", __name__, url_prefix="/dashboard")
handle_errors(bp)

SILENT, MOVED = 8, 5


@bp.get("")
@policy.require()
def index() -> Response:
    return early.page("dashboard/index.html", _shown)


def _shown() -> dict[str, Any]:
    """Who may see no prices is told what is covered and who is silent."""
    shown = remembered("dashboard", _for_all, seconds=10)[0]
    if policy.may_see_prices():
        shown = shown | remembered("dashboard:prices", _of_prices, seconds=10)[0]
    if policy.may_use("review.index"):
        shown = shown | remembered(f"dashboard:backlog:{select_language()}", _backlog, seconds=10)[0]
    return shown | {"base": base_currency()}


def _for_all() -> dict[str, Any]:
    silent = listed.silent_ids()
    shown = db.session.scalars(select(Supplier).where(Supplier.id.in_(silent[:SILENT]))).all()
    fresh = listed.freshness(shown)
    longest_first = sorted(((each, fresh[each.id]) for each in shown), key=lambda pair: -pair[1].days)
    return {
        "coverage": overview.coverage(),
        "totals": numbers.totals(),
        "silent_total": len(silent),
        "silent": longest_first,
    }


def _of_prices() -> dict[str, Any]:
    moved = moves.within(moves.Span())
    return {
        "savings": overview.savings(),
        "rises": sum(each.rises for each in moved.suppliers),
        "falls": sum(each.falls for each in moved.suppliers),
        "dearer": moved.rises[:MOVED],
        "cheaper": moved.falls[:MOVED],
        "span": moves.Span().days,
    }


def _backlog() -> dict[str, Any]:
    waited = numbers.review_backlog()
    drawn = sum(bool(each.value) for each in waited) >= FEWEST_POINTS
    days, values = [day_name(each.day) for each in waited], [each.value for each in waited]
    return {
        "waiting": overview.backlog(),
        "waited": waited,
        "waited_plot": svg.line(days, values, title=_("Matches waiting for a person")) if drawn else "",
        "pending": int(waited[-1].value or 0),
        "decided": numbers.decided_today(),
    }
