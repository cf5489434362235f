"""Matching among colleagues: who looks at a match, what is said about it, and what the supplier is asked."""

from __future__ import annotations

from urllib.parse import quote, urlencode
from uuid import UUID

from flask import Response, render_template, request, url_for
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from app.access import policy
from app.errors import Invalid, NotFound
from app.review import queue, share
from app.suppliers import editing
from app.web.fragments import done
from app.web.language import LANGUAGES, select_language
from app.web.review import bp

#: rows of one letter, and how long an address may be that a mail program is opened with
MOST_ROWS, LONGEST_LINK = 40, 1900


@bp.post("/<uuid:review_id>/assign")
@policy.require("admin", "procurement")
def assign(review_id: UUID) -> Response:
    """One match, or with ``all`` each that the filter finds."""
    which, to = queue.QueueFilter.from_args(request.form), _colleague()
    back = url_for("review.index", at=review_id, **which.as_args())
    if request.form.get("all") == "1":
        moved = share.assign_all(which, to, by=policy.actor())
        return done(ngettext("%(num)s match was assigned.", "%(num)s matches were assigned.", moved), back)
    share.assign(review_id, to, by=policy.actor())
    return done(_("The match was assigned.") if to else _("The match is for anybody again."), back)


@bp.post("/<uuid:review_id>/comment")
@policy.require("admin", "procurement")
def comment(review_id: UUID) -> Response:
    which = queue.QueueFilter.from_args(request.form)
    share.comment(review_id, request.form.get("text", ""), by=policy.actor())
    return done(_("The comment was kept."), url_for("review.index", at=review_id, **which.as_args()))


@bp.post("/<uuid:review_id>/comment/back")
@policy.require("admin", "procurement")
def take_comment_back(review_id: UUID) -> Response:
    share.take_comment_back(review_id, request.form.get("at_time", ""), by=policy.actor())
    return done(_("The comment was removed."), url_for("review.index", at=review_id))


@bp.get("/ask")
@policy.require("admin", "procurement")
def ask() -> str:
    """A letter to the supplier about one item, or about his items that the filter finds; a person sends it."""
    which = queue.QueueFilter.from_args(request.args)
    one = queue.entry(_id(request.args["at"])) if request.args.get("at") else None
    supplier_id = one.item.supplier_id if one else which.supplier_id
    if supplier_id is None:
        raise Invalid(_("Choose a supplier first: a letter goes to one."))
    supplier, reviews = editing.get(supplier_id), [one.review] if one else queue.entries(which, limit=MOST_ROWS)
    if not reviews:
        raise NotFound(_("This match is no longer in the queue."))
    language = request.args.get("language", "")
    language = language if language in LANGUAGES else select_language()
    with force_locale(language):
        subject = _("Questions about your price list")
        text = render_template("review/ask.txt", items=[each.item for each in reviews], supplier=supplier)
    return render_template(
        "review/ask.html",
        supplier=supplier,
        subject=subject,
        text=text,
        letter=_mail(supplier.contact_email, subject, text),
        language=language,
        more=queue.count(which) if one is None else 0,
        shown=len(reviews),
        at=request.args.get("at", ""),
        which=which,
    )


def _mail(address: str | None, subject: str, text: str) -> str:
    """Empty without an address, and where the letter is too long to be an address itself."""
    if not address:
        return ""
    letter = f"mailto:{quote(address, safe='@')}?{urlencode({'subject': subject, 'body': text}, quote_via=quote)}"
    return letter if len(letter) <= LONGEST_LINK else ""


def _colleague() -> UUID | None:
    return _id(request.form["to"]) if request.form.get("to") else None


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Invalid(_("The link to this match is not valid. Start from the queue.")) from error
