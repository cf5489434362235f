"""Views that people keep of a table: its filters and its order under a name, for oneself or for all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl
from uuid import UUID

from sqlalchemy import func, or_, select

from app import audit
from app.catalog import assortment, items
from app.errors import Forbidden, Invalid, NotFound
from app.extensions import db
from app.models.offers import SavedView
from app.models.user import User, UserRole

#: how many rows a page's filter finds, by page
COUNTS: Mapping[str, Callable[[Mapping[str, str]], int]] = {
    "products": lambda args: assortment.count(assortment.Wanted.of(args)),
    "items": lambda args: items.count(items.ItemFilter.of(args)),
}
MOST, LONGEST = 20, 2000
MOST_COUNTED = items.MOST_COUNTED


def of_page(page: str, user: User) -> list[SavedView]:
    """The user's own and those for all, by name."""
    query = select(SavedView).where(SavedView.page == page, or_(SavedView.made_by == user.id, SavedView.for_all))
    return list(db.session.scalars(query.order_by(func.lower(SavedView.name), SavedView.id).limit(MOST * 2)))


def tells_prices(view: SavedView) -> bool:
    """It shows what suppliers ask by its order or its filter; one whose filter is gone shows nothing."""
    try:
        return view.page == "products" and assortment.Wanted.of(parse(view.query)).tells_prices
    except Invalid:
        return False


def save(page: str, name: str, query: str, *, for_all: bool, by: User) -> SavedView:
    """Keep the view; the user's own of the same name is replaced. Raises Invalid."""
    name = " ".join(name.split())
    if page not in COUNTS:
        raise Invalid("There is no such table.")
    if not 0 < len(name) <= 80:
        raise Invalid("Give the view a name of at most 80 characters.")
    if len(query) > LONGEST:
        raise Invalid("These filters are too long to be kept.")
    COUNTS[page](parse(query))  # refuses filters that there are none of
    mine = select(SavedView).where(SavedView.page == page, SavedView.made_by == by.id)
    kept = db.session.scalar(mine.where(SavedView.name == name))
    if kept is None:
        if (db.session.scalar(select(func.count()).select_from(mine.subquery())) or 0) >= MOST:
            raise Invalid(f"You keep {MOST} views of this table already. Remove one first.")
        kept = SavedView(page=page, name=name, query=query, made_by=by.id)
        db.session.add(kept)
    kept.query, kept.for_all = query, for_all
    audit.record(by.username, "view.saved", name, page=page, for_all=for_all)
    db.session.commit()
    return kept


def remove(view_id: UUID, *, by: User) -> SavedView:
    """One's own; an administrator any that is for all. Raises NotFound, Forbidden."""
    view = db.session.get(SavedView, view_id)
    if view is None:
        raise NotFound("There is no such view any more.")
    if view.made_by != by.id and not (view.for_all and by.role == UserRole.ADMIN):
        raise Forbidden("This view is somebody else's.")
    db.session.delete(view)
    audit.record(by.username, "view.removed", view.name, page=view.page)
    db.session.commit()
    return view


def parse(query: str) -> dict[str, str]:
    """The parameters of an address's part behind the question mark."""
    return dict(parse_qsl(query))
