"""Features and evidence of one pair at a time, as plainly as they can be said: what the arrays are held against."""

from __future__ import annotations

from collections.abc import Sequence
from math import log

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from ml_analyze.matching.features import FAR, SIBLING
from ml_analyze.matching.grounds import PRICE_APART, Evidence
from ml_analyze.matching.record import Record, shared_codes

_HOLDERS, _LEAST_COMMON = 0.92, 0.3
Floats = NDArray[np.float32]


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
    gap = min(abs(log(item.price / product.price)), FAR) if priced else 0.0
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


def evidence(item: Record, product: Record, *, lone_barcode: bool, lone_code: bool) -> Evidence:
    """The strongest kind; ``lone_…``: no other candidate of the row shares the identifier."""
    if lone_barcode and item.barcode and item.barcode == product.barcode:
        return Evidence.BARCODE
    if lone_code and brand_agrees(item, product):
        if maker_equal(item, product):
            return Evidence.MAKER
        if _names_one(item, product):
            return Evidence.MODEL
    return Evidence.NAME if item.name == product.name else Evidence.WORDS


def _names_one(item: Record, product: Record) -> bool:
    """A model number, or an article number with letters, that the catalogue has of one product only."""
    if item.codes - product.all_codes and product.codes - item.all_codes:
        return False
    if len(item.sku) >= 5 and item.sku == product.sku and not item.sku.isdigit():
        return True
    shared = [code for code in shared_codes(item, product) if len(code) >= 5 and not code.isdigit()]
    return any(item.rarity_of(code) >= item.rarest - _HOLDERS for code in shared)


def contradicts(item: Record, product: Record) -> bool:
    """A size, pack or colour that differs, a price far off, or one side is an accessory of the other."""
    sizes = any(
        not values & product.measures[dimension]
        for dimension, values in item.measures.items()
        if dimension in product.measures
    )
    colours = bool(item.colours and product.colours and not item.colours & product.colours)
    price = bool(item.price and product.price and not 1 / PRICE_APART < item.price / product.price < PRICE_APART)
    return sizes or item.packs != product.packs or colours or price or belongs_to(item, product)


def belongs_to(item: Record, product: Record) -> bool:
    """One of both is a part or an accessory, or meant for what the other is."""
    shared = shared_codes(item, product)
    return item.accessories != product.accessories or bool(shared & item.fits) != bool(shared & product.fits)


def strangers(item: Record, product: Record) -> bool:
    """Names in one alphabet without a word in common, or brands that differ while little else agrees."""
    common = sum(w for word, w in item.words.items() if word in product.all_words) / item.weight
    if brand_differs(item, product):
        return common < _LEAST_COMMON
    return item.script == product.script and not common and not shared_codes(item, product)


def brand_differs(item: Record, product: Record) -> bool:
    if not (item.brand and product.brand):
        return False
    alike = item.brand in product.brand or product.brand in item.brand
    return not alike and item.brand not in product.dense and product.brand not in item.dense


def brand_agrees(item: Record, product: Record) -> bool:
    if item.brand and product.brand:
        return item.brand in product.brand or product.brand in item.brand
    if item.brand or product.brand:
        brand = item.brand or product.brand
        return brand in product.dense and brand in item.dense
    return bool(item.first) and item.first == product.first


def stands_on(item: Record, product: Record, *, lone_barcode: bool, lone_code: bool) -> tuple[Evidence, bool]:
    """The evidence of a pair, and whether something contradicts it so that a person must look."""
    kind = evidence(item, product, lone_barcode=lone_barcode, lone_code=lone_code)
    barcodes_differ = bool(item.barcode and product.barcode and item.barcode != product.barcode)
    return kind, contradicts(item, product) or barcodes_differ or (kind <= Evidence.MAKER and strangers(item, product))
