"""From candidates with logits to a result: linked on its own, to a person, or unmatched."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from ml_analyze.matching.record import Record

SHOWN = 10
# The score of a key that agrees and that nothing contradicts, when the model would say less.
_KEY_SCORE = 99.0
# A barcode is taken at its word. Siblings share model numbers: those that the model gives 90 and more are right in
# 97 of 100 cases on made-up catalogues, those below in 75.
_BARCODE_FROM, _CODE_FROM = 0.0, 90.0
_NOT_VOUCHED = "not linked on its own: too few decisions yet"
_CLAIMED = "another row of this supplier fits it better"


@dataclass(frozen=True)
class Thresholds:
    """On the scale 0-100. ``vouched``: local decisions have shown that scores above ``auto`` are right."""

    auto: float
    potential: float
    vouched: bool


@dataclass
class Option:
    """One candidate of a row on its way to a decision.

    ``key_from``: the model's own score from which an identifier that nothing contradicts may link; None: there is none.
    """

    number: int
    product_id: str
    logit: float
    key_from: float | None
    name: str
    why: list[str]

    @property
    def score(self) -> float:
        """0-100; calibrated, except that a key that agrees is taken at its word."""
        return round(max(self._believed, _KEY_SCORE) if self.key else self._believed, 1)

    @property
    def key(self) -> bool:
        """An identifier alone may link."""
        return self.key_from is not None and self._believed >= self.key_from

    @property
    def _believed(self) -> float:
        return 100 / (1 + math.exp(-min(max(self.logit, -30.0), 30.0)))


def key_from(item: Record, product: Record, *, rivals_with_barcode: int, rivals_with_code: int) -> float | None:
    """The model's score from which an identifier alone may link, None for never.

    The identifier has to be unique among the candidates, and nothing else may speak against it.

    A barcode, or a SKU or model number together with the brand. A size, pack or colour that differs,
    or a price more than three times the other, is a contradiction: suppliers reuse barcodes for packs.
    """
    if _contradicts(item, product):
        return None
    if item.barcode and item.barcode == product.barcode:
        return None if rivals_with_barcode else _BARCODE_FROM
    if item.barcode and product.barcode:
        return None
    same_sku = len(item.sku) >= 5 and item.sku == product.sku and not item.sku.isdigit()
    codes = item.codes & product.codes
    long_code = any(len(code) >= 5 and not code.isdigit() for code in codes)
    # A supplier's own article number is none of ours: only the makers' codes can contradict each other.
    foreign = (item.codes - product.all_codes - {item.sku}) and (product.codes - item.all_codes - {product.sku})
    if not (same_sku or long_code) or foreign or rivals_with_code:
        return None
    return _CODE_FROM if _brand_agrees(item, product) else None


def _contradicts(item: Record, product: Record) -> bool:
    sizes = any(
        not values & product.measures[dimension]
        for dimension, values in item.measures.items()
        if dimension in product.measures
    )
    packs = item.packs != product.packs
    colours = bool(item.colours and product.colours and not item.colours & product.colours)
    price = bool(item.price and product.price and not 1 / 3 < item.price / product.price < 3)
    return sizes or packs or colours or price


def _brand_agrees(item: Record, product: Record) -> bool:
    if item.brand and product.brand:
        return item.brand in product.brand or product.brand in item.brand
    if item.brand or product.brand:
        brand = item.brand or product.brand
        return brand in product.dense and brand in item.dense
    return bool(item.first) and item.first == product.first


def linked(product_id: str) -> dict[str, Any]:
    """A person said yes: no question is asked again."""
    return {
        "status": "auto_matched",
        "product_id": product_id,
        "score": 100.0,
        "candidates": [{"product_id": product_id, "score": 100.0, "why": ["a person linked this row before"]}],
    }


def unmatched() -> dict[str, Any]:
    return {"status": "unmatched", "product_id": None, "score": None, "candidates": []}


def decide(options: list[Option], at: Thresholds, *, claimed: frozenset[int]) -> dict[str, Any]:
    """The result of one row. ``claimed``: products that another row of the batch fits better."""
    if not options:
        return unmatched()
    ranked = sorted(options, key=lambda o: (-o.score, -o.logit, o.product_id))
    best = ranked[0]
    status = "unmatched"
    # A product that the catalogue has twice gets half a score each time, and is a question all the same.
    if sum(option.score for option in ranked if option.name == best.name) >= at.potential:
        status = "potential_match"
    if best.score >= at.auto:
        if best.number in claimed:
            best.why.append(_CLAIMED)
        elif best.key or at.vouched:
            status = "auto_matched"
        else:
            best.why.append(_NOT_VOUCHED)
    return {
        "status": status,
        "product_id": None if status == "unmatched" else best.product_id,
        "score": best.score,
        "candidates": [{"product_id": o.product_id, "score": o.score, "why": o.why} for o in ranked[:SHOWN]],
    }
