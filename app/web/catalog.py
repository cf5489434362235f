"""The catalogue: products with their prices by supplier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.access import policy
from app.catalog import assortment, items, offers
from app.charts import plotted as numbers
from app.charts import svg
from app.corrections.form_texts import said_by_files, texts
from app.corrections.products import correct_product, release_product
from app.errors import Forbidden, Invalid, NotFound
from app.export import exportable
from app.extensions import db
from app.models.catalog import Category, Product
from app.money import best, comparison
from app.money.office_currency import base_currency
from app.money.terms import amount
from app.review import answer
from app.web import early, remembered, views
from app.web.fragments import done
from app.web.item import form_of
from app.web.items import as_file
from app.web.language import day, plural
from app.web.security import handle_errors

bp = Blueprint("catalog", __name__, url_prefix="/catalogue")
handle_errors(bp)

PAGE_SIZE = 50
MOST_CATEGORIES, MOST_FOUND, MOST_DRAWN = 500, 20, 8


@bp.get("")
@policy.require()
def index() -> Response:
    return early.page("catalog/index.html", _listed, fragment="catalog/_products.html")


def _listed() -> dict[str, Any]:
    wanted = _wanted()
    after = _after()
    rows, following = assortment.page(wanted, after=after, limit=PAGE_SIZE)
    args = {name: value for name, value in request.args.items() if value and name != "after"}
    base, due = base_currency(), best.due()
    return {
        "rows": rows,
        # without a base currency nothing is compared: each product in the currency that most of its suppliers use
        "offers": {} if base else offers.of_products([each.id for each in rows]),
        "base": base,
        "following": following,
        "due": due,
        "money_line": _money_line(base, due),
        "paged": after is not None,
        "total": len(rows) if following is None and after is None else assortment.count(wanted),
        "count_limit": assortment.MOST_COUNTED,
        "wanted": wanted,
        "order": assortment.Sorted(wanted.sort, wanted.down),
        "args": args,
        "view_page": "products",
        "view_query": views.query_of(args.items()),
        "views": views.links("products"),
        "categories": _categories(),
    }


@bp.get("/export.<form>")
@policy.require()
def take_out(form: str) -> Response:
    """The catalogue as a price book: imported again, it changes nothing."""
    return as_file(exportable.products_table(), form)


@bp.get("/comparison.<form>")
@policy.require()
def take_comparison(form: str) -> Response:
    """The table as it is filtered; what suppliers ask only for who may see it."""
    wanted = _wanted()
    return as_file(exportable.comparison_table(wanted, priced=policy.may_see_prices()), form)


@bp.get("/<uuid:product_id>")
@policy.require()
def show(product_id: UUID) -> str:
    return _page(product_id)


@bp.post("/<uuid:product_id>")
@policy.require("admin", "procurement")
def correct(product_id: UUID) -> Response:
    """Keep what was changed in the form; a refused form comes back as it was sent."""
    written, seen = form_of(request.form)
    try:
        correct_product(product_id, written, seen=seen, by=policy.actor())
    except Invalid as error:
        db.session.rollback()
        return make_response(_page(product_id, written=written, problems=error.details or {"": str(error)}), 422)
    message = _("The correction is kept; imports no longer change these fields.")
    return done(message, url_for("catalog.show", product_id=product_id))


@bp.post("/<uuid:product_id>/release")
@policy.require("admin", "procurement")
def release(product_id: UUID) -> Response:
    release_product(product_id, request.form.getlist("field"), by=policy.actor())
    return done(_("Released: the field follows imports again."), url_for("catalog.show", product_id=product_id))


def _wanted() -> assortment.Wanted:
    wanted = assortment.Wanted.of(request.args)
    if wanted.tells_prices and not policy.may_see_prices():
        raise Forbidden(_("What suppliers ask is not shown to your role, nor is an order or a filter by it."))
    return wanted


def _money_line(base: str | None, due: int) -> str:
    """Why offers are not compared, in one line; empty when they are."""
    if base is None:
        return str(_("Offers are not compared yet: choose the currency that the office thinks in."))
    if due:
        return plural(
            "%(num)s product is being recomputed: a rate or a rule changed.",
            "%(num)s products are being recomputed: a rate or a rule changed.",
            due,
        )
    if remembered.remembered("offers_without_rate", comparison.any_without_rate, seconds=60)[0]:
        return str(_("Some offers are not compared: there is no rate for their currency."))
    return ""


def _page(product_id: UUID, *, written: dict[str, str] | None = None, problems: Mapping[str, Any] = {}) -> str:
    product = db.session.scalar(select(Product).where(Product.id == product_id).options(joinedload(Product.category)))
    if product is None:
        raise NotFound(_("There is no such product."))
    quantity = _quantity()
    lines = comparison.offers_of(product_id, quantity)
    if not policy.may_see_prices():
        lines.sort(key=lambda each: (each.item.supplier.name.lower(), each.item.id))
    return render_template(
        "catalog/show.html",
        product=product,
        lines=lines,
        quantity=quantity,
        chart=_chart(lines) if policy.may_see_prices() else None,
        history=numbers.prices_of_items([each.item.id for each in lines]) if policy.may_see_prices() else {},
        base=base_currency(),
        now=texts(product),
        values=texts(product) | (written or {}),
        said=said_by_files(product),
        problems=problems,
        found=_candidates(),
        words=request.args.get("find", "").strip(),
    )


def _quantity() -> Decimal:
    quantity = amount(request.args.get("quantity", "").replace(",", ".").strip())
    return quantity if quantity else Decimal(1)


def _candidates() -> list[items.ItemRow]:
    """Unlinked items that have all the words, to be linked from here."""
    words = request.args.get("find", "").strip()[:200]
    if not words or not policy.may("admin", "procurement"):
        return []
    return items.page(items.ItemFilter(words=words, state=items.State.UNMATCHED), limit=MOST_FOUND)[0]


def _chart(lines: Sequence[comparison.OfferLine]) -> tuple[Markup, list[str]] | None:
    """All suppliers' comparable prices of a year, and their names in the order of the lines."""
    known = numbers.compared_prices([each.item.id for each in lines])
    series = [
        svg.Steps(line.item.supplier.name, [(at.timestamp(), price) for at, price in known[line.item.id]])
        for line in lines
        if line.item.id in known
    ][:MOST_DRAWN]
    if not series:
        return None
    now = datetime.now(UTC)
    first = datetime.fromtimestamp(min(each.points[0][0] for each in series), UTC)
    title = _("Comparable price by supplier")
    plot = svg.steps(series, title=title, until=now.timestamp(), labels=(day(first.date()), day(now.date())))
    return plot, [each.name for each in series]


@bp.post("/<uuid:product_id>/link")
@policy.require("admin", "procurement")
def link(product_id: UUID) -> Response:
    item = answer.link(_item_of_form(), product_id, by=policy.actor())
    return done(_("%(name)s was linked.", name=item.name), url_for("catalog.show", product_id=product_id))


@bp.post("/<uuid:product_id>/unlink")
@policy.require("admin", "procurement")
def unlink(product_id: UUID) -> Response:
    item = answer.unlink(_item_of_form(), by=policy.actor())
    return done(_("%(name)s is no longer linked.", name=item.name), url_for("catalog.show", product_id=product_id))


def _categories() -> Sequence[Any]:
    query = select(Category.id, Category.name).order_by(func.lower(Category.name)).limit(MOST_CATEGORIES)
    return db.session.execute(query).all()


def _after() -> UUID | None:
    text = request.args.get("after")
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise Invalid(_("The link to this page of the list is not valid. Start from the first page.")) from error


def _item_of_form() -> UUID:
    item_id = request.form.get("item_id", type=UUID)
    if item_id is None:
        raise Invalid(_("Say which item."))
    return item_id
