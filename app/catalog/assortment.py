"""The table of our products and what each is on offer for: filters, orders, pages, counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select

from app.catalog import keyset
from app.errors import Invalid
from app.extensions import db
from app.models.catalog import Category, Product, ProductStatus
from app.models.offers import ProductOffers
from app.models.supplier import Supplier

MOST_COUNTED = 5_000


class Which(StrEnum):
    """What the table may be narrowed to."""

    NO_OFFER = "no_offer"
    ONE_SUPPLIER = "one_supplier"
    BELOW_BEST = "below_best"


class Sort(StrEnum):
    NAME = "name"
    OWN = "own"
    BEST = "best"
    SPREAD = "spread"
    OFFERS = "offers"
    MOVED = "moved"
    MARGIN = "margin"


@dataclass(frozen=True)
class Wanted:
    """``moved``: per cent that the best offer moved by at least, either way, in 30 days."""

    words: str = ""
    status: ProductStatus | None = None
    which: Which | None = None
    moved: Decimal | None = None
    category_id: UUID | None = None
    sort: Sort = Sort.NAME
    down: bool = False

    @property
    def tells_prices(self) -> bool:
        """Its order or its filter tells what suppliers ask, also where no price is shown."""
        return self.sort in (Sort.BEST, Sort.MARGIN) or self.which is Which.BELOW_BEST

    @classmethod
    def of(cls, args: Mapping[str, str]) -> Wanted:
        """From a page's parameters. Raises Invalid with the one that is wrong."""
        try:
            return cls(
                words=args.get("q", "").strip()[:200],
                status=ProductStatus(args["status"]) if args.get("status") else None,
                which=Which(args["which"]) if args.get("which") else None,
                moved=_percent(args["moved"]) if args.get("moved", "").strip() else None,
                category_id=UUID(args["category"]) if args.get("category") else None,
                sort=Sort(args.get("sort") or Sort.NAME),
                down=args.get("dir") == "down",
            )
        except ValueError as error:
            raise Invalid(f"There is no such filter: {error}.") from error


@dataclass(frozen=True)
class Sorted:
    by: Sort
    down: bool


@dataclass(frozen=True)
class Line:
    """A product as the table shows it; money in the base currency, but ``price`` in its own ``currency``.

    ``margin`` is the share of our own price that is left after the best offer is paid. ``is_due``: rates or rules
    changed, and what it is on offer for is computed anew; until then nothing is told of it.
    """

    id: UUID
    internal_sku: str
    name: str
    brand: str | None
    status: ProductStatus
    category: str | None
    price: Decimal | None
    currency: str | None
    own: Decimal | None
    offers: int
    suppliers: int
    best: Decimal | None
    highest: Decimal | None
    best_item_id: UUID | None
    supplier: str | None
    supplier_id: UUID | None
    spread: Decimal | None
    moved: Decimal | None
    margin: Decimal | None
    is_due: bool


def page(wanted: Wanted, *, after: UUID | None, limit: int) -> tuple[list[Line], UUID | None]:
    """Up to ``limit`` products behind the product ``after``, and the one to go on behind. Raises Invalid."""
    rows, terms = _query()
    key = ProductOffers.product_id if _on_offer(wanted) else Product.id
    order = keyset.Order((terms[wanted.sort],), key, wanted.down, nullable=wanted.sort not in _ALWAYS)
    behind = None
    if after:
        last = db.session.execute(
            rows.with_only_columns(*order.keys, maintain_column_froms=True).where(Product.id == after)
        ).first()
        if last is None:
            raise Invalid("The product that this page goes on behind is gone. Start from the first page.")
        behind = keyset.Behind(tuple(last), after)
    ids = [each[0] for each in keyset.some(_ids(wanted), order, behind=behind, limit=limit + 1)]
    found = {row[0]: Line(*row) for row in db.session.execute(rows.where(Product.id.in_(ids[:limit])))}
    return [found[each] for each in ids[:limit] if each in found], ids[limit - 1] if len(ids) > limit else None


def count(wanted: Wanted) -> int:
    """At most MOST_COUNTED + 1."""
    some = _ids(wanted, ordered=False).limit(MOST_COUNTED + 1)
    return db.session.scalar(select(func.count()).select_from(some.subquery())) or 0


def matching(wanted: Wanted) -> Select[*tuple[Any, ...]]:
    """All that the filter finds, to be taken out: products joined with their offers, category and best supplier."""
    rows, _terms = _query()
    return rows.where(*_conditions(wanted))


def of_now(column: Any) -> Any:
    """What is kept of offers, and nothing while it is due to be computed anew."""
    return case((ProductOffers.day.is_not(None), column))


def _ids(wanted: Wanted, *, ordered: bool = True) -> Select[UUID]:
    """What the filter finds, of no more tables than it and the order need: the rest is read of one page alone."""
    of_product = bool(wanted.words or wanted.status or wanted.category_id)
    if _on_offer(wanted):
        found = select(ProductOffers.product_id)
        if of_product or (ordered and wanted.sort is Sort.NAME):
            found = found.join(Product, Product.id == ProductOffers.product_id)
    else:
        found = select(Product.id)
        if ordered and wanted.sort is not Sort.NAME:
            found = found.outerjoin(ProductOffers, ProductOffers.product_id == Product.id)
    return found.where(*_conditions(wanted))


def _on_offer(wanted: Wanted) -> bool:
    """Only products of which something is kept about their offers pass the filter."""
    return wanted.which in (Which.ONE_SUPPLIER, Which.BELOW_BEST) or wanted.moved is not None


_ALWAYS = {Sort.NAME, Sort.OFFERS}


def _query() -> tuple[Select[*tuple[Any, ...]], dict[Sort, Any]]:
    """The rows that ``Line`` is made of, and what they can be sorted by."""
    offers = func.coalesce(ProductOffers.offers, 0)
    terms: dict[Sort, Any] = {
        Sort.NAME: func.lower(Product.name),
        Sort.OWN: ProductOffers.own,
        Sort.BEST: ProductOffers.best,
        Sort.SPREAD: ProductOffers.spread,
        Sort.OFFERS: offers,
        Sort.MOVED: ProductOffers.moved,
        Sort.MARGIN: ProductOffers.margin,
    }
    rows = (
        select(
            Product.id,
            Product.internal_sku,
            Product.name,
            Product.brand,
            Product.status,
            Category.name,
            Product.price,
            Product.currency,
            ProductOffers.own,
            offers,
            func.coalesce(ProductOffers.suppliers, 0),
            of_now(ProductOffers.best),
            of_now(ProductOffers.highest),
            of_now(ProductOffers.best_item_id),
            of_now(Supplier.name),
            of_now(ProductOffers.best_supplier_id),
            of_now(ProductOffers.spread),
            of_now(ProductOffers.moved),
            of_now(ProductOffers.margin),
            and_(ProductOffers.product_id.is_not(None), ProductOffers.day.is_(None)),
        )
        .outerjoin(ProductOffers, ProductOffers.product_id == Product.id)
        .outerjoin(Category, Category.id == Product.category_id)
        .outerjoin(Supplier, Supplier.id == ProductOffers.best_supplier_id)
    )
    return rows, terms


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions = [or_(_stands(word), Product.barcode == word) for word in wanted.words.split()[:8]]
    if wanted.status:
        conditions.append(Product.status == wanted.status)
    if wanted.category_id:
        conditions.append(Product.category_id == wanted.category_id)
    if wanted.which:
        one = and_(ProductOffers.suppliers == 1, ProductOffers.offers > 0)
        # not through of_now: an index knows the columns, and not what is made of them
        below = and_(ProductOffers.day.is_not(None), ProductOffers.margin < 0)
        some = exists().where(ProductOffers.product_id == Product.id, ProductOffers.offers > 0).correlate(Product)
        conditions.append({Which.NO_OFFER: ~some, Which.ONE_SUPPLIER: one, Which.BELOW_BEST: below}[wanted.which])
    if wanted.moved is not None:
        share = wanted.moved / 100
        either = or_(ProductOffers.moved >= share, ProductOffers.moved <= -share)
        conditions.append(and_(ProductOffers.day.is_not(None), either))
    return conditions


def _stands(word: str) -> ColumnElement[bool]:
    """In the name, the SKU or the brand, whatever its case: of all three at once, which is a third of the work."""
    texts = func.lower(Product.name + "\n" + Product.internal_sku + "\n" + func.coalesce(Product.brand, ""))
    escaped = word.replace("/", "//").replace("%", "/%").replace("_", "/_")
    return texts.like(func.lower(f"%{escaped}%"), escape="/")


def _percent(text: str) -> Decimal:
    try:
        percent = Decimal(text.strip().replace(",", ".").removesuffix("%").strip())
    except InvalidOperation as error:
        raise Invalid("Write the per cent as a number, such as 12.5.") from error
    if not (percent.is_finite() and 0 <= percent <= 1_000_000):
        raise Invalid("The per cent must be at least 0.")
    return percent
