"""Why a candidate is one: what agrees, what contradicts, the gap of prices, the size of the pack."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from math import exp, log

from rapidfuzz import fuzz

from ml_analyze.matching.apart import doubts
from ml_analyze.matching.grounds import PRICE_APART, Evidence, brand_differs
from ml_analyze.matching.record import Record, shared_codes
from ml_analyze.matching.size_words import size_words

_MOST = 6
_PRICE_APART = log(PRICE_APART)
# A name is found far faster than the member of an enumeration.
_NUMBER = Evidence.NUMBER


class Against(str):
    """A fact that speaks against its candidate; all others speak for it, or tell only."""

    __slots__ = ()


def telling(item: Record) -> list[str]:
    """The words of a row that are worth a mention where a candidate has them too, the rarest first."""
    words = [(-rarity, word) for word, rarity in item.words.items() if len(word) > 2 and word.isalpha()]
    words.sort()
    return [word for _, word in words]


def explain(
    item: Record,
    product: Record,
    kind: Evidence,
    *,
    words: Sequence[str],
    belongs: bool,
    strangers: bool,
    seen: list[str] | None = None,
) -> list[str]:
    """Short facts about a pair, the weightiest first, at most six; what evidence found of it is told too.

    Where they share an identifier, what tells them apart all the same is worth a word. ``words`` are the row's that
    are ``telling``; ``seen`` are the pair's doubts where they are known.
    """
    shared = shared_codes(item, product)
    identified = bool(shared or (item.barcode and item.barcode == product.barcode))
    facts = [
        *_identifiers(item, product, shared),
        *_contradictions(item, product, belongs=belongs, strangers=strangers and identified),
        *(map(Against, _doubts(item, product, seen)) if kind <= _NUMBER else ()),
    ]
    if len(facts) < _MOST:
        facts += _agreements(item, product)
    if len(facts) < _MOST and item.name != product.name:
        facts += _both_say(words, product, known="".join(shared) + item.brand)
    return facts[:_MOST]


def _doubts(item: Record, product: Record, seen: list[str] | None) -> list[str]:
    return doubts(item, product) if seen is None else seen


def _identifiers(item: Record, product: Record, shared: frozenset[str]) -> list[str]:
    facts: list[str] = []
    if item.barcode and product.barcode:
        same = item.barcode == product.barcode
        facts.append(
            f"same barcode {item.barcode}" if same else Against(f"barcode differs: {item.barcode} / {product.barcode}")
        )
    if len(item.sku) >= 3 and item.sku == product.sku:
        facts.append(f"same SKU {item.sku.upper()}")
    told = shared - {item.sku} if shared and item.sku == product.sku else shared
    if told:
        facts.append(f"same model number {max(sorted(told), key=len).upper()}")
    elif item.codes and product.codes:
        ours, theirs = _nearest(item.codes, product.codes)
        related = theirs.startswith(ours) or ours.startswith(theirs)
        both = f"{ours.upper()} / {theirs.upper()}"
        facts.append(f"model number nearly equal: {both}" if related else Against(f"model number differs: {both}"))
    return facts


def _nearest(ours: frozenset[str], theirs: frozenset[str]) -> tuple[str, str]:
    return max(((a, b) for a in sorted(ours) for b in sorted(theirs)), key=lambda pair: fuzz.ratio(*pair))


def _contradictions(item: Record, product: Record, *, belongs: bool, strangers: bool) -> list[str]:
    facts: list[str] = []
    for dimension in sorted(item.measures.keys() & product.measures.keys()) if item.measures else ():
        ours, theirs = item.measures[dimension], product.measures[dimension]
        if not ours & theirs:
            facts.append(Against(f"size differs: {size_words(dimension, ours)} / {size_words(dimension, theirs)}"))
    if item.packs and product.packs and not item.packs & product.packs:
        facts.append(Against(f"pack differs: {_counts(item.packs)} / {_counts(product.packs)}"))
    elif bool(item.packs) != bool(product.packs):
        side = "row" if item.packs else "product"
        facts.append(Against(f"pack of {_counts(item.packs or product.packs)} in the {side} only"))
    if item.all_colours and product.all_colours and not item.all_colours & product.all_colours:
        ours, theirs = item.all_colours, product.all_colours
        facts.append(Against(f"colour differs: {', '.join(sorted(ours))} / {', '.join(sorted(theirs))}"))
    if belongs:
        facts.append(Against("one is a part or an accessory of the other"))
    if strangers:
        facts.append(Against("the names have little in common"))
    if brand_differs(item, product):
        facts.append(Against(f"brand differs: {item.brand} / {product.brand}"))
    if item.price and product.price:
        rate = "" if item.rate == 1 else f" at the list's rate of {item.rate:.3g}"
        gap = log(item.price / product.price)
        told = _price(gap) + rate
        facts.append(Against(told) if abs(gap) >= _PRICE_APART else told)
    return facts


def _price(gap: float) -> str:
    if abs(gap) < 0.005:
        return "same price"
    if gap > 1:
        return f"price {exp(gap):.1f} times as high"
    return f"price {abs(1 - exp(gap)) * 100:.0f} % {'lower' if gap < 0 else 'higher'}"


def _agreements(item: Record, product: Record) -> list[str]:
    facts: list[str] = []
    if item.name == product.name:
        facts.append("same name")
    for dimension in sorted(item.measures.keys() & product.all_measures.keys()) if item.measures else ():
        both = item.measures[dimension] & product.all_measures[dimension]
        if both:
            facts.append(f"same size {size_words(dimension, both)}")
    if item.packs & product.packs:
        facts.append(f"same pack of {_counts(item.packs & product.packs)}")
    if item.brand and product.brand and (item.brand in product.brand or product.brand in item.brand):
        facts.append(f"same brand {item.brand}")
    colours = item.colours & product.all_colours
    if colours:
        facts.append(f"same colour {', '.join(sorted(colours))}")
    return facts


def _both_say(words: Sequence[str], product: Record, *, known: str) -> list[str]:
    """The rarest three words that the product has too and that are not ``known`` from what was told before."""
    shared = islice((word for word in words if word in product.words and word not in known), 3)
    told = ", ".join(shared)
    return [f"both say {told}"] if told else []


def _counts(packs: frozenset[int]) -> str:
    return ", ".join(map(str, sorted(packs)))
