"""One field over everything: suppliers, products, items, jobs, pages, acts; and the keys of every page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from app.access import policy
from app.catalog import items, products
from app.extensions import db
from app.jobs import queries
from app.jobs.job_filter import JobFilter
from app.suppliers import listed
from app.web import places
from app.web.fragments import page_or_fragment
from app.web.security import handle_errors
from app.web.words import own_code

bp = Blueprint("palette", __name__)
handle_errors(bp)

#: hits of one kind: whoever wants more goes on to the list
MOST = 5
#: a word that no index helps with must not keep the typist waiting; its group is left out, the list stays offered
PATIENCE_MS = 400


@dataclass(frozen=True)
class Hit:
    """One line. ``act``: it is done with a POST, after ``question`` if there is one."""

    href: str
    name: str
    icon: str
    more: str = ""
    act: bool = False
    question: str = ""


@dataclass(frozen=True)
class Group:
    name: str
    hits: list[Hit]


@bp.get("/find")
@policy.require()
def find() -> Response:
    """The whole palette as a page; as a piece its results alone once something was typed."""
    words = request.args.get("q", "").strip()[:200]
    fragment = "palette/_results.html" if "q" in request.args else "palette/_palette.html"
    return page_or_fragment("palette/index.html", fragment, words=words, groups=_groups(words))


@bp.get("/keys")
@policy.require()
def keys() -> str | Response:
    return page_or_fragment("palette/keys.html", "palette/_keys.html")


def _groups(words: str) -> list[Group]:
    groups = [Group(_("Go to"), _places(places.PAGES, words)), Group(_("Do"), _places(places.ACTIONS, words))]
    if words:
        groups += [Group(name, _quickly(search, words)) for name, search in _searches()]
    return [each for each in groups if each.hits]


def _places(among: tuple[places.Place, ...], words: str) -> list[Hit]:
    return [
        Hit(url_for(each.endpoint), str(each.name), each.icon, "", each.act, str(each.question))
        for each in places.found(among, words)
    ]


def _searches() -> list[tuple[str, Callable[[str], list[Hit]]]]:
    searches: list[tuple[str, Callable[[str], list[Hit]]]] = [(_("Products"), _products)]
    if policy.may_use("items.index"):
        searches = [(_("Suppliers"), _suppliers), *searches, (_("Items"), _items), (_("Jobs"), _jobs)]
    return searches


def _quickly(search: Callable[[str], list[Hit]], words: str) -> list[Hit]:
    """Its hits, or none when they take too long to find."""
    try:
        with db.session.begin_nested():
            db.session.execute(text(f"SET LOCAL statement_timeout = {PATIENCE_MS}"))
            return search(words)
    except OperationalError:
        return []


def _suppliers(words: str) -> list[Hit]:
    rows = listed.page(listed.SupplierFilter(search=words), limit=MOST).rows
    return [
        Hit(url_for("supplier.show", supplier_id=each.supplier.id), each.supplier.name, "building-store")
        for each in rows
    ]


def _products(words: str) -> list[Hit]:
    return [
        Hit(url_for("catalog.show", product_id=each.id), each.name, "package", _beside(each.internal_sku, each.brand))
        for each in products.search_products(words, limit=MOST)
    ]


def _items(words: str) -> list[Hit]:
    """A linked item opens its product; another one stands in the list of items."""
    return [
        Hit(
            url_for("catalog.show", product_id=each.product_id)
            if each.product_id
            else url_for("items.index", q=own_code(each.sku) or each.name, supplier=each.supplier_id),
            each.name,
            "tag",
            _beside(own_code(each.sku), each.supplier),
        )
        for each in items.some(items.ItemFilter(words=words), limit=MOST)
    ]


def _jobs(words: str) -> list[Hit]:
    return [
        Hit(
            url_for("jobs.show", job_id=each.id),
            each.original_filename or each.supplier_name or _("Job"),
            "list-details",
            each.supplier_name or "",
        )
        for each in queries.page(JobFilter(search=words), limit=MOST).jobs
    ]


def _beside(*parts: Any) -> str:
    return " · ".join(str(each) for each in parts if each)
