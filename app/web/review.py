"""Procurement matching: the queue side by side with candidates, by mouse or by keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.access import policy
from app.catalog import products
from app.errors import Decided, Invalid, NotFound
from app.models.catalog import SupplierItem
from app.models.review import ReviewStatus
from app.review import answer, queue, rematch, share, take_back
from app.web import remembered
from app.web.fragments import done, page_or_fragment, say, wants_piece
from app.web.security import handle_errors

bp = Blueprint("review", __name__, url_prefix="/matching")
handle_errors(bp)

#: decisions that a quick hand makes before the first of them is answered
AHEAD = 6


@bp.get("")
@policy.require("admin", "procurement")
def index() -> Response:
    which = queue.QueueFilter.from_args(request.args)
    chosen = _chosen() if request.args.get("at") else None
    work = _work(which, chosen)
    return page_or_fragment("review/index.html", "review/_work.html", **work, rematch_problem=rematch.problem())


@bp.get("/ahead")
@policy.require("admin", "procurement")
def ahead() -> str:
    """The decisions behind the one that is shown, ready to be shown the moment it is made."""
    which = queue.QueueFilter.from_args(request.args)
    shown = queue.entry(_chosen()) if request.args.get("at") else None
    entries = queue.following(which, shown.review, limit=AHEAD) if shown else []
    return render_template("review/_ahead.html", which=which, entries=entries, colleagues=share.colleagues)


@bp.get("/products")
@policy.require("admin", "procurement")
def search() -> str:
    """Other products than the candidates, by a few words."""
    words = request.args.get("words", "").strip()[:200]
    found = products.search_products(words, limit=12) if words else []
    return render_template("review/_found.html", found=found, words=words)


@bp.post("/<uuid:review_id>/approve")
@policy.require("admin", "procurement")
def approve(review_id: UUID) -> Response:
    try:
        product_id = UUID(request.form.get("product_id", ""))
    except ValueError as error:
        raise Invalid(_("Choose a product first.")) from error
    following = _following(review_id)
    item = answer.approve(review_id, product_id, by=policy.actor())
    return _next(following, _("%(name)s was linked.", name=item.name), item)


@bp.post("/<uuid:review_id>/reject")
@policy.require("admin", "procurement")
def reject(review_id: UUID) -> Response:
    following = _following(review_id)
    item = answer.reject(review_id, by=policy.actor())
    return _next(following, _("%(name)s: none of the candidates.", name=item.name), item)


@bp.get("/<uuid:review_id>/create")
@policy.require("admin", "procurement")
def create_form(review_id: UUID) -> Response:
    """Asks for the SKU and the name of the new product."""
    entry = _pending(review_id)
    return _create_page(entry, {"name": entry.item.name, "internal_sku": products.new_sku()})


@bp.post("/<uuid:review_id>/create")
@policy.require("admin", "procurement")
def create(review_id: UUID) -> Response:
    """A new draft product from the item, linked to it."""
    entry = _pending(review_id)
    following = _following(review_id)
    values = {name: request.form.get(name, "").strip() for name in ("name", "internal_sku")}
    try:
        made = products.new_product(entry.item.id, **values, by=policy.actor())
    except Invalid as error:
        response = _create_page(_pending(review_id), values, error.details)
        response.status_code = 422
        return response
    message = _("%(name)s is now a product of its own (%(sku)s).", name=made.name, sku=made.internal_sku)
    response = _next(following, message, entry.item)
    if wants_piece():  # the dialog asked, the work behind it goes on
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#work", "outerHTML"
    return response


def _pending(review_id: UUID) -> queue.Entry:
    entry = queue.entry(review_id)
    if entry is None:
        raise NotFound(_("This match is no longer in the queue."))
    if entry.review.status != ReviewStatus.PENDING:
        raise Decided(_("Somebody was faster: this match is decided."))
    return entry


def _create_page(entry: queue.Entry, values: dict[str, str], problems: Mapping[str, Any] = {}) -> Response:
    which = queue.QueueFilter.from_args(request.values)
    context = {"entry": entry, "values": values, "problems": problems, "which": which}
    return page_or_fragment("review/create.html", "review/_create.html", **context)


@bp.post("/again")
@policy.require("admin", "procurement")
def again() -> Response:
    """Every unlinked item once more, against today's catalogue and decisions."""
    asked = rematch.request(None, actor=policy.actor().username)
    message = _("%(n)s unlinked items are being matched again; the live log tells the outcome.", n=asked)
    return done(message, url_for("review.index"))


@bp.get("/bulk")
@policy.require("admin", "procurement")
def bulk() -> Response:
    """The exact set above a score, to be confirmed."""
    which = queue.QueueFilter.from_args({"above": "90", **request.args})
    behind = _chosen() if request.args.get("at") else None
    pairs, following = queue.surest(which, behind=behind)
    return page_or_fragment(
        "review/bulk.html",
        "review/_bulk.html",
        which=which,
        pairs=pairs,
        total=queue.count(which),
        behind=behind,
        following=following,
    )


@bp.post("/bulk")
@policy.require("admin", "procurement")
def approve_many() -> Response:
    """Approve exactly the pairs that were shown and stayed ticked."""
    try:
        pairs = [
            (UUID(first), UUID(second))
            for first, _colon, second in (each.partition(":") for each in request.form.getlist("pair"))
        ]
    except ValueError as error:
        raise Invalid(_("Nothing is selected.")) from error
    act = uuid4()
    approved = answer.approve_many(pairs, by=policy.actor(), act=act)
    remembered.forget()
    message = ngettext("%(num)s match approved.", "%(num)s matches approved.", approved)
    if approved < len(pairs):
        message += " " + _("%(n)s had been decided meanwhile.", n=len(pairs) - approved)
    return done(message, url_for("review.index", act=act))


@bp.get("/decisions")
@policy.require("admin", "procurement")
def decisions() -> str:
    """What was decided, to be taken back at any time."""
    after = request.args.get("at", 0, type=int)
    acts = take_back.acts(after=after, limit=take_back.PAGE_SIZE + 1)
    following = after + take_back.PAGE_SIZE if len(acts) > take_back.PAGE_SIZE else None
    return render_template("review/decisions.html", acts=acts[: take_back.PAGE_SIZE], following=following, after=after)


@bp.post("/decisions/<uuid:act_id>/back")
@policy.require("admin", "procurement")
def back(act_id: UUID) -> Response:
    items = take_back.take_back(act_id, by=policy.actor())
    remembered.forget()
    message = ngettext("%(num)s decision was taken back.", "%(num)s decisions were taken back.", items)
    return done(message, url_for("review.index"))


def _chosen() -> UUID:
    try:
        return UUID(request.args["at"])
    except ValueError as error:
        raise Invalid(_("The link to this match is not valid. Start from the queue.")) from error


def _following(review_id: UUID) -> UUID | None:
    which = queue.QueueFilter.from_args(request.form)
    entry = queue.entry(review_id)
    return queue.after(which, entry.review) if entry else None


def _next(following: UUID | None, message: str, item: SupplierItem) -> Response:
    """The work goes on with the entry that followed; the counts go down, and the notice can take it back."""
    remembered.forget()
    which = queue.QueueFilter.from_args(request.form)
    if not wants_piece():
        return done(message, url_for("review.index", at=following, **which.as_args()))
    piece = make_response(render_template("review/_work.html", **_work(which, following), moved=True))
    act = take_back.newest_of(item)
    undo = (url_for("review.back", act_id=act), _("Take back")) if act else None
    return say(piece, message, undo=undo)


def _work(which: queue.QueueFilter, chosen: UUID | None) -> dict[str, Any]:
    reviews = queue.entries(which)
    if chosen is None and reviews:
        chosen = reviews[0].id
    entry = queue.entry(chosen) if chosen else None
    if entry is not None and entry.review.status != ReviewStatus.PENDING:
        entry = queue.entry(reviews[0].id) if reviews else None
    return {
        "which": which,
        "reviews": reviews,
        "entry": entry,
        "total": queue.count(which),
        "suppliers": queue.suppliers(),
        "colleagues": share.colleagues,
        "assigned": share.names(reviews),
    }
