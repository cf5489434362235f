"""One item of a supplier: what it is, its prices over time, and its correction by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response, make_response, render_template, request, url_for
from flask_babel import gettext as _

from app.access import policy
from app.catalog import public_questions
from app.corrections.form_texts import said_by_files, texts
from app.corrections.items import correct_item, release_item
from app.errors import Invalid, NotFound
from app.extensions import db
from app.models.catalog import Product, SupplierItem
from app.review import options
from app.web.fragments import done
from app.web.items import bp

#: candidates of an unlinked item that its page shows
CANDIDATES = 3


@bp.get("/<uuid:item_id>")
@policy.require("admin", "procurement")
def show(item_id: UUID) -> str:
    return _page(_item(item_id))


@bp.post("/<uuid:item_id>")
@policy.require("admin", "procurement")
def correct(item_id: UUID) -> Response:
    """Keep what was changed in the form; a refused form comes back as it was sent."""
    written, seen = form_of(request.form)
    try:
        correct_item(item_id, written, seen=seen, by=policy.actor())
    except Invalid as error:
        db.session.rollback()
        return make_response(_page(_item(item_id), written=written, problems=error.details or {"": str(error)}), 422)
    return done(
        _("The correction is kept; files no longer change these fields."), url_for("items.show", item_id=item_id)
    )


@bp.post("/<uuid:item_id>/release")
@policy.require("admin", "procurement")
def release(item_id: UUID) -> Response:
    release_item(item_id, request.form.getlist("field"), by=policy.actor())
    return done(_("Released: the field follows the files again."), url_for("items.show", item_id=item_id))


def form_of(form: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """What was written by field, and what each showed when the form was made."""
    seen = {name.removeprefix("was-"): text for name, text in form.items() if name.startswith("was-")}
    return {name: form[name] for name in seen if name in form}, seen


def _item(item_id: UUID) -> SupplierItem:
    item = public_questions.with_supplier(item_id)
    if item is None:
        raise NotFound(_("There is no such item. It may have been removed with its supplier."))
    return item


def _page(item: SupplierItem, *, written: dict[str, str] | None = None, problems: Mapping[str, Any] = {}) -> str:
    return render_template(
        "items/show.html",
        item=item,
        product=db.session.get(Product, item.product_id) if item.product_id else None,
        candidates=[] if item.product_id else options.of((item.match_candidates or [])[:CANDIDATES], item),
        history=public_questions.price_history(item.id, limit=100),
        now=texts(item),
        values=texts(item) | (written or {}),
        said=said_by_files(item),
        problems=problems,
    )
