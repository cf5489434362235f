"""What two records have in common and where they contradict each other, as numbers for the scorer.

``PAIR`` are facts about the pair alone, ``RIVAL`` compare a candidate with the others of the same
list: fixed thresholds do not travel between catalogues, the order within a list does.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from ml_analyze.matching.record import Record

Floats = NDArray[np.float32]

PAIR = (
    "name_cosine",
    "item_cover",
    "product_cover",
    "item_named_in_product_name",
    "product_named_in_item_name",
    "full_cosine",
    "item_missing_rarest",
    "product_missing_rarest",
    "shared_rarest",
    "name_ratio",
    "name_token_set",
    "name_token_sort",
    "dense_partial",
    "code_equal",
    "code_equal_length",
    "code_equal_rarity",
    "code_stem",
    "code_inside",
    "code_fuzzy",
    "code_conflict",
    "code_fits_one_side",
    "accessory_one_sided",
    "item_codes",
    "product_codes",
    "sku_equal",
    "maker_equal",
    "barcode_equal",
    "barcode_conflict",
    "measure_agree",
    "measure_conflict",
    "measure_soft_conflict",
    "numbers_shared",
    "item_numbers_extra",
    "product_numbers_extra",
    "pack_agree",
    "pack_conflict",
    "pack_one_sided",
    "variant_agree",
    "item_variant_extra",
    "product_variant_extra",
    "colour_agree",
    "colour_conflict",
    "colour_one_sided",
    "brand_equal",
    "brand_conflict",
    "brand_in_text",
    "same_script",
    "first_equal",
    "price_known",
    "price_gap",
    "price_close",
    "category_overlap",
    "name_length_ratio",
    "item_words",
    "product_words",
)
SEARCH = ("cosine_words", "cosine_grams", "cosine_full", "rank_words", "rank_grams", "rank_full", "key_found")
_COMPARED = (
    "name_cosine",
    "item_cover",
    "product_cover",
    "full_cosine",
    "name_token_set",
    "name_ratio",
    "dense_partial",
    "code_equal_length",
    "code_fuzzy",
    "cosine_words",
    "cosine_grams",
)
RIVAL = (
    *(f"{name}_over_rivals" for name in _COMPARED),
    "price_gap_under_rivals",
    "rivals_with_code",
    "rivals_as_near",
    "candidates",
)
#: a candidate against the nearest other product of its row: what tells both apart *in this catalogue*
SIBLING = ("sibling_cosine", "nearer_than_sibling", "told_apart", "told_apart_by", "says_sibling_not_this")
FEATURES = (*PAIR, *SEARCH, *SIBLING, *RIVAL)
_AT = {name: place for place, name in enumerate(FEATURES)}
_FAR = 3.0


def pair_features(item: Record, product: Record) -> list[float]:
    """The ``PAIR`` numbers of one pair, most of them 0 to 1."""
    return [*_text(item, product), *_codes(item, product), *_sizes(item, product), *_facts(item, product)]


def _text(item: Record, product: Record) -> list[float]:
    a, b, all_a, all_b = item.words, product.words, item.all_words, product.all_words
    named = plain = shared_most = 0.0
    lost_a = lost_b = lost_a_most = lost_b_most = 0.0
    for word, weight in a.items():
        if word in b:
            named += weight * weight
            plain += weight
            shared_most = max(shared_most, weight)
        elif word not in all_b:
            lost_a += weight
            lost_a_most = max(lost_a_most, weight)
    for word, weight in b.items():
        if word not in all_a:
            lost_b += weight
            lost_b_most = max(lost_b_most, weight)
    both = 0.0
    for word in all_a.keys() & all_b.keys():
        both += all_a[word] * all_a[word]
    return [
        named / (item.norm * product.norm),
        1 - lost_a / item.weight,
        1 - lost_b / product.weight,
        plain / item.weight,
        plain / product.weight,
        both / (item.all_norm * product.all_norm),
        lost_a_most / 10,
        lost_b_most / 10,
        shared_most / 10,
        fuzz.ratio(item.name, product.name) / 100,
        fuzz.token_set_ratio(item.name, product.name) / 100,
        fuzz.token_sort_ratio(item.name, product.name) / 100,
        fuzz.partial_ratio(item.dense[:40], product.dense[:40]) / 100,
    ]


def shared_codes(item: Record, product: Record) -> frozenset[str]:
    """Model numbers that both name, one of them where it says which thing it is."""
    ours, theirs = item.codes | item.own_codes, product.codes | product.own_codes
    return (ours & product.all_codes) | (item.all_codes & theirs)


def sibling_features(item: Record, products: Sequence[Record], nearness: Floats) -> list[list[float]]:
    """The ``SIBLING`` numbers of each of a row's candidates; ``nearness`` is the cosine of each with the row."""
    if len(products) < 2:
        return [[0.0] * len(SIBLING)] * len(products)
    first, second = (-nearness).argsort(kind="stable")[:2].tolist()
    return [
        _told_apart(item, product, products[second if at == first else first], float(nearness[at]))
        for at, product in enumerate(products)
    ]


def _told_apart(item: Record, product: Record, sibling: Record, nearness: float) -> list[float]:
    """Words that only one of both products has: which of them the row says."""
    shared = mine = theirs = total = strongest = 0.0
    for word, weight in product.words.items():
        if word in sibling.words:
            shared += weight * weight
        elif word not in sibling.all_words:
            total += weight
            if word in item.all_words:
                mine += weight
                strongest = max(strongest, weight)
    for word, weight in sibling.words.items():
        if word not in product.all_words:
            total += weight
            if word in item.all_words:
                theirs += weight
    cosine = shared / (product.norm * sibling.norm)
    return [cosine, nearness - cosine, (mine - theirs) / (total or 1.0), strongest / 10, theirs / (total or 1.0)]


def _codes(item: Record, product: Record) -> list[float]:
    equal = shared_codes(item, product)
    longest = max(map(len, equal), default=0)
    stem = inside = fuzzy = 0.0
    if not equal and (item.codes or product.codes):
        inside = float(
            any(len(c) >= 5 and (c in product.dense or c in product.sku) for c in item.codes)
            or any(len(c) >= 5 and (c in item.dense or c in item.sku) for c in product.codes)
        )
        for a in item.codes:
            for b in product.codes:
                short, long = (a, b) if len(a) < len(b) else (b, a)
                if long.startswith(short):
                    stem = max(stem, len(short) / len(long))
                fuzzy = max(fuzzy, fuzz.ratio(a, b) / 100)
    elif equal:
        fuzzy = 1.0
    related = bool(equal) or stem > 0 or inside > 0
    return [
        float(bool(equal)),
        min(longest, 12) / 12,
        max(map(item.rarity_of, equal), default=0.0) / 10,
        stem,
        inside,
        fuzzy,
        float(bool(item.codes) and bool(product.codes) and not related),
        float(bool(equal & item.fits) != bool(equal & product.fits)),
        float(item.accessories != product.accessories),
        min(len(item.codes), 3) / 3,
        min(len(product.codes), 3) / 3,
        float(len(item.sku) >= 3 and item.sku == product.sku),
        float(maker_equal(item, product)),
        float(bool(item.barcode) and item.barcode == product.barcode),
        float(bool(item.barcode) and bool(product.barcode) and item.barcode != product.barcode),
    ]


def maker_equal(item: Record, product: Record) -> bool:
    """The maker's number of one side's own column is the other's, or its article number, or a code of its name."""
    ours, theirs = item.maker, product.maker
    return (len(ours) >= 4 and (ours in (theirs, product.sku) or ours in product.codes)) or (
        len(theirs) >= 4 and (theirs == item.sku or theirs in item.codes)
    )


def _sizes(item: Record, product: Record) -> list[float]:
    agree = conflict = soft = 0
    for dimension, values in item.measures.items():
        if dimension in product.measures:
            same = bool(values & product.measures[dimension])
            agree += same
            conflict += not same
        elif dimension in product.all_measures:
            same = bool(values & product.all_measures[dimension])
            agree += same
            soft += not same
    for dimension, values in product.measures.items():
        if dimension not in item.measures and dimension in item.all_measures:
            same = bool(values & item.all_measures[dimension])
            agree += same
            soft += not same
    shared = len(item.numbers & product.all_numbers | item.all_numbers & product.numbers)
    extra, product_extra = len(item.numbers - product.all_numbers), len(product.numbers - item.all_numbers)
    packed = bool(item.packs) and bool(product.packs)
    pack_same = packed and bool(item.packs & product.packs)
    coloured = bool(item.colours) and bool(product.colours)
    colour_same = bool(item.all_colours & product.colours or item.colours & product.all_colours)
    return [
        min(agree, 3) / 3,
        min(conflict, 3) / 3,
        min(soft, 3) / 3,
        min(shared, 4) / 4,
        min(extra, 4) / 4,
        min(product_extra, 4) / 4,
        float(pack_same),
        float(packed and not pack_same),
        float(bool(item.packs) != bool(product.packs)),
        min(len(item.variants & product.all_variants), 2) / 2,
        min(len(item.variants - product.all_variants), 2) / 2,
        min(len(product.variants - item.all_variants), 2) / 2,
        float(colour_same),
        float(not colour_same and (coloured or _colours_clash(item, product))),
        float(bool(item.all_colours) != bool(product.all_colours)),
    ]


def _colours_clash(item: Record, product: Record) -> bool:
    return bool(item.all_colours) and bool(product.all_colours) and not item.all_colours & product.all_colours


def _facts(item: Record, product: Record) -> list[float]:
    branded = bool(item.brand) and bool(product.brand)
    alike = branded and (item.brand in product.brand or product.brand in item.brand)
    in_text = bool(item.brand and item.brand in product.dense) or bool(product.brand and product.brand in item.dense)
    priced = item.price > 0 and product.price > 0
    gap = min(abs(log(item.price / product.price)), _FAR) if priced else 0.0
    categories = item.category | product.category
    return [
        float(alike),
        float(branded and not alike),
        float(in_text),
        float(item.script == product.script),
        float(item.first == product.first),
        float(priced),
        gap,
        float(priced and gap < 0.03),
        len(item.category & product.category) / len(categories) if item.category and product.category else 0.0,
        min(len(item.name), len(product.name)) / (max(len(item.name), len(product.name)) or 1),
        min(len(item.words), 20) / 20,
        min(len(product.words), 20) / 20,
    ]


def fill_rivals(table: Floats, valid: NDArray[np.bool_]) -> None:
    """Write the ``RIVAL`` columns of ``table`` (lines x candidates x features), in place."""
    width = table.shape[1]
    for name in _COMPARED:
        column = np.where(valid, table[:, :, _AT[name]], -1.0)
        table[:, :, _AT[f"{name}_over_rivals"]] = column - np.maximum(_best_other(column), 0.0)
    priced = valid & (table[:, :, _AT["price_known"]] > 0)
    gap = np.where(priced, -table[:, :, _AT["price_gap"]], -_FAR)
    table[:, :, _AT["price_gap_under_rivals"]] = np.where(priced, gap - _best_other(gap), 0.0)
    coded = valid & (table[:, :, _AT["code_equal"]] > 0)
    table[:, :, _AT["rivals_with_code"]] = (coded.sum(axis=1, keepdims=True) - coded) / width
    near = np.where(valid, table[:, :, _AT["name_cosine"]] + table[:, :, _AT["item_cover"]], -1.0)
    as_near = (near[:, None, :] >= near[:, :, None] - 0.05).sum(axis=2) - 1
    table[:, :, _AT["rivals_as_near"]] = as_near / width
    table[:, :, _AT["candidates"]] = valid.sum(axis=1, keepdims=True) / width


def _best_other(column: Floats) -> Floats:
    """For each candidate of a line the largest value among the others."""
    if column.shape[1] == 1:
        return np.full_like(column, -1.0)
    top = np.partition(column, -2, axis=1)
    first, second = top[:, -1:], top[:, -2:-1]
    others: Floats = np.where(
        column == first, np.where((column == first).sum(axis=1, keepdims=True) > 1, first, second), first
    )
    return others


def search_features(scores: Floats, ranks: Floats) -> Floats:
    """The ``SEARCH`` numbers from what retrieval knows (its lists: keys, words, grams, full)."""
    reciprocal = 1 / (1 + ranks[..., 1:])
    return np.concatenate((scores[..., 1:], reciprocal, (scores[..., :1] > 0).astype(np.float32)), axis=-1)
