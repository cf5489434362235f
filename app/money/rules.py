"""A supplier's price rules: what he takes off his list, and what comes on top of it."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from uuid import UUID

from sqlalchemy import select

from app import audit
from app.errors import Invalid, NotFound
from app.extensions import db
from app.models.catalog import SupplierItem
from app.models.money import PriceRule, RuleKind
from app.models.supplier import Supplier
from app.money import best, comparable

CURRENCY = re.compile(r"[A-Z]{3}")


def of_supplier(supplier_id: UUID) -> list[PriceRule]:
    query = select(PriceRule).where(PriceRule.supplier_id == supplier_id)
    return list(db.session.scalars(query.order_by(PriceRule.kind, PriceRule.category, PriceRule.valid_from)))


def add(
    supplier: Supplier,
    *,
    kind: str,
    percent: str,
    category: str = "",
    valid_from: str = "",
    valid_to: str = "",
    actor: str,
) -> PriceRule:
    """Keep a rule and compute the supplier's comparable prices anew. Raises Invalid."""
    if kind not in set(RuleKind):
        raise Invalid("A rule is a discount, freight or a mark-up.")
    rule = PriceRule(
        supplier_id=supplier.id,
        kind=RuleKind(kind),
        percent=_percent(percent, most=100 if kind == RuleKind.DISCOUNT else 1000),
        category=category.strip()[:255] or None,
        valid_from=_day(valid_from),
        valid_to=_day(valid_to),
    )
    if rule.valid_from and rule.valid_to and rule.valid_to < rule.valid_from:
        raise Invalid("The rule would end before it begins.")
    db.session.add(rule)
    told = {"kind": kind, "percent": str(rule.percent), "category": rule.category}
    audit.record(actor, "price_rule.added", supplier.name, supplier_id=str(supplier.id), **told)
    _compare_anew(supplier)
    db.session.commit()
    return rule


def remove(supplier: Supplier, rule_id: UUID, *, actor: str) -> PriceRule:
    """Raises NotFound."""
    rule = db.session.get(PriceRule, rule_id)
    if rule is None or rule.supplier_id != supplier.id:
        raise NotFound("There is no such rule.")
    db.session.delete(rule)
    told = {"kind": rule.kind, "percent": str(rule.percent)}
    audit.record(actor, "price_rule.removed", supplier.name, supplier_id=str(supplier.id), **told)
    _compare_anew(supplier)
    db.session.commit()
    return rule


def set_vat(supplier: Supplier, *, included: bool, rate: str, actor: str) -> None:
    """What holds for lists that say nothing about VAT. Raises Invalid."""
    meta = {name: value for name, value in supplier.meta.items() if name not in ("vat_included", "vat_rate")}
    if included:
        meta |= {"vat_included": True, "vat_rate": format(_percent(rate, most=100).normalize(), "f")}
    supplier.meta = meta
    told = {"included": included, "rate": meta.get("vat_rate")}
    audit.record(actor, "supplier.vat_set", supplier.name, supplier_id=str(supplier.id), **told)
    _compare_anew(supplier)
    db.session.commit()


def set_currency(supplier: Supplier, currency: str, *, actor: str) -> None:
    """The money of lists that name none: of those to come, and of the offers that are there. Raises Invalid."""
    code = currency.strip().upper()
    if not CURRENCY.fullmatch(code):
        raise Invalid("Write the currency as three letters, such as EUR.")
    supplier.meta = supplier.meta | {"default_currency": code}
    audit.record(actor, "supplier.currency_set", supplier.name, supplier_id=str(supplier.id), currency=code)
    _compare_anew(supplier)
    db.session.commit()


def _compare_anew(supplier: Supplier) -> None:
    comparable.refresh_supplier(supplier.id)
    linked = SupplierItem.supplier_id == supplier.id, SupplierItem.product_id.is_not(None)
    best.write(best.hold(select(SupplierItem.product_id).where(*linked)))


def _percent(text: str, *, most: int) -> Decimal:
    try:
        percent = round(Decimal(text.strip().replace(",", ".").removesuffix("%").strip()), 3)
    except InvalidOperation as error:
        raise Invalid("Write the per cent as a number, such as 12.5.") from error
    if not (percent.is_finite() and 0 < percent < most):
        raise Invalid(f"The per cent must be more than 0 and less than {most}.")
    return percent


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError as error:
        raise Invalid(f"{text.strip()[:20]} is no day: write it as 2026-11-26.") from error
