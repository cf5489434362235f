"""Views that are kept of the tables of products and items."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _

from app.access import policy
from app.catalog import views
from app.errors import Invalid
from app.web.fragments import done
from app.web.language import number
from app.web.remembered import remembered
from app.web.security import handle_errors

bp = Blueprint("views", __name__, url_prefix="/views")
handle_errors(bp)

PAGES = {"products": "catalog.index", "items": "items.index"}
#: what is no part of a view: where in the table one is
PASSING = ("after", "view")


@dataclass(frozen=True)
class ViewLink:
    """``count`` as it is written: the number of rows, or that there are many."""

    id: UUID
    name: str
    href: str
    query: str
    count: str
    for_all: bool
    is_mine: bool


@bp.post("/<any(products, items):page>")
@policy.require()
def save(page: str) -> Response:
    if page == "items" and not policy.may("admin", "procurement"):
        raise Invalid(_("There is no such table."))
    query = request.form.get("query", "")
    kept = views.save(page, request.form.get("name", ""), query, for_all="for_all" in request.form, by=policy.actor())
    message = _("The view %(name)s is kept.", name=kept.name)
    return done(message, url_for(PAGES[page]) + (f"?{kept.query}" if kept.query else ""))


@bp.post("/<uuid:view_id>/remove")
@policy.require()
def remove(view_id: UUID) -> Response:
    gone = views.remove(view_id, by=policy.actor())
    return done(_("The view %(name)s was removed.", name=gone.name), url_for(PAGES[gone.page]))


def links(page: str) -> list[ViewLink]:
    """The views of this page that this user may see; a view whose filter is gone counts as none."""
    user = policy.actor()
    found = []
    for view in views.of_page(page, user):
        if not policy.may_see_prices(user) and views.tells_prices(view):
            continue
        rows = remembered(f"view:{page}:{view.query}", partial(_count, page, view.query), seconds=30)[0]
        href = url_for(PAGES[page]) + (f"?{view.query}" if view.query else "")
        found.append(
            ViewLink(view.id, view.name, href, view.query, _written(rows), view.for_all, view.made_by == user.id)
        )
    return found


def query_of(args: Iterable[tuple[str, str]]) -> str:
    """The part of the address that a view keeps, always in the same order."""
    return urlencode(sorted((name, value) for name, value in args if value and name not in PASSING))


def _count(page: str, query: str) -> int:
    """-1 for filters that are no more."""
    try:
        return views.COUNTS[page](views.parse(query))
    except Invalid:
        return -1


def _written(rows: int) -> str:
    if rows < 0:
        return "–"
    return _("over %(n)s", n=number(views.MOST_COUNTED)) if rows > views.MOST_COUNTED else number(rows)
