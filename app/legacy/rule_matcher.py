"""The rule-based matcher: likeness of names from 0 to 100, linked at 95, asked about at 70."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from rapidfuzz import fuzz, process, utils
from sqlalchemy import select

from app.extensions import db
from app.models.catalog import Product, ProductStatus
from app.models.review import MatchDecision
from handoff.api import Candidate, Match, MatchStatus


@dataclass(frozen=True)
class Thresholds:
    """Scores from 0 to 100, and how many candidates are kept for a person."""

    automatic: float
    potential: float
    candidates: int


@dataclass(frozen=True)
class Products:
    """The catalogue's products by position; ``names`` are prepared for comparing."""

    ids: Sequence[str]
    names: Sequence[str]


def load_products() -> Products:
    found = db.session.execute(select(Product.id, Product.name).where(Product.status != ProductStatus.ARCHIVED)).all()
    return Products([str(row.id) for row in found], [utils.default_process(row.name) for row in found])


def load_vetoes(supplier_id: UUID) -> set[tuple[str, str]]:
    """Pairs of supplier SKU and product that a person said no to."""
    query = select(MatchDecision.supplier_sku, MatchDecision.product_id)
    found = db.session.execute(query.where(MatchDecision.supplier_id == supplier_id, MatchDecision.verdict == "veto"))
    return {(row.supplier_sku, str(row.product_id)) for row in found}


def match(
    items: Sequence[tuple[str, str]], products: Products, *, at: Thresholds, vetoes: set[tuple[str, str]]
) -> list[Match]:
    """One match for each (SKU, name), in order."""
    if not products.ids:
        return [Match(status=MatchStatus.UNMATCHED) for _ in items]
    return [_decide(sku, utils.default_process(name), products, at=at, vetoes=vetoes) for sku, name in items]


def _decide(sku: str, name: str, products: Products, *, at: Thresholds, vetoes: set[tuple[str, str]]) -> Match:
    vetoed = sum(1 for known, _ in vetoes if known == sku) if sku else 0
    likely = process.extract(
        name,
        products.names,
        scorer=fuzz.token_sort_ratio,
        processor=None,
        score_cutoff=at.potential,
        limit=at.candidates + vetoed,
    )
    candidates = [
        Candidate(product_id=products.ids[index], score=round(score, 2), why=[f"names {score:.0f} % alike"])
        for _, score, index in likely
        if (sku, products.ids[index]) not in vetoes
    ][: at.candidates]
    if not candidates:
        return Match(status=MatchStatus.UNMATCHED)
    top = candidates[0]
    status = MatchStatus.AUTO_MATCHED if top.score >= at.automatic else MatchStatus.POTENTIAL_MATCH
    return Match(status=status, product_id=top.product_id, score=top.score, candidates=candidates)
