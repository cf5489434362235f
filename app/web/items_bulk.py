"""What a person does with many items at once: link them, make products of them, have them matched again."""

from __future__ import annotations

from uuid import UUID

from flask import Response, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app.access import policy
from app.catalog import items, products
from app.errors import Conflict, Invalid, NotFound
from app.extensions import db
from app.models.catalog import SupplierItem
from app.review import answer, rematch
from app.web import remembered
from app.web.fragments import done
from app.web.items import bp
from app.web.language import plural


@bp.post("/bulk")
@policy.require("admin", "procurement")
def bulk() -> Response:
    """``act`` with the ticked items, or with all that the filter finds."""
    chosen = _chosen()
    acts = {"link": _link, "draft": _draft, "again": _again}
    act = acts.get(request.form.get("act", ""))
    if act is None:
        raise Invalid(_("There is no such act."))
    message = act(chosen)
    remembered.forget()
    return done(message, url_for("items.index") + (f"?{request.form['query']}" if request.form.get("query") else ""))


def _chosen() -> list[UUID]:
    if request.form.get("all"):
        return items.ids(items.ItemFilter.of(request.form), limit=products.MAX_AT_ONCE)
    try:
        chosen = [UUID(each) for each in request.form.getlist("item")]
    except ValueError as error:
        raise Invalid(_("Nothing is selected.")) from error
    if not chosen:
        raise Invalid(_("Nothing is selected."))
    return chosen


def _link(chosen: list[UUID]) -> str:
    try:
        product_id = UUID(request.form.get("product_id", ""))
    except ValueError as error:
        raise Invalid(_("Choose a product first.")) from error
    linked, left = answer.link_many(chosen, product_id, by=policy.actor())
    message = plural("%(num)s item was linked.", "%(num)s items were linked.", linked)
    if left:
        message += " " + plural(
            "%(num)s is linked to another product and was left.",
            "%(num)s are linked to another product and were left.",
            left,
        )
    return message


def _draft(chosen: list[UUID]) -> str:
    user = policy.actor()
    made = products.draft_from_items(chosen, actor=user.username, actor_id=user.id)
    return plural("%(num)s draft product was made.", "%(num)s draft products were made.", len(made))


def _again(chosen: list[UUID]) -> str:
    """The suppliers of these items: a list is matched as a whole, because its items tell each other's money."""
    suppliers = db.session.scalars(select(SupplierItem.supplier_id).where(SupplierItem.id.in_(chosen)).distinct()).all()
    asked, refused = 0, None
    for supplier_id in suppliers:
        try:
            asked += rematch.request(supplier_id, actor=policy.actor().username)
        except (Conflict, NotFound, Invalid) as error:
            refused = error
    if not asked and refused is not None:
        raise refused
    return str(_("%(n)s unlinked items are being matched again; the live log tells the outcome.", n=asked))
