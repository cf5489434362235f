"""The ``PAIR`` features of many pairs at once, and what evidence asks of them beside.

Every function gives columns by name, a value a pair.

One room: one short function a feature; their order is that of the columns.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz
from rapidfuzz.process import cpdist

from ml_analyze.matching.features import FAR
from ml_analyze.matching.pairs import Bools, Ints, Shared, Words
from ml_analyze.matching.sheet import (
    ACCESSORY,
    CATEGORY,
    CODE,
    COLOUR,
    FITS,
    LONE,
    MAKER,
    MEASURE,
    NUMBER,
    OWN,
    PACK,
    SKU,
    STRONG,
    TELLING_SKU,
    VARIANT,
    WEAK,
    WORD,
    Strings,
)

Columns = dict[str, NDArray[Any]]
_LEAST_SKU, _LEAST_INSIDE = 3, 5


class Flags:
    """Where a shared entry was said: by the row (``ours``) and by the product (``theirs``)."""

    def __init__(self, shared: Shared) -> None:
        self._ours, self._theirs = shared.one.flags[shared.left], shared.other.flags[shared.right]
        self.kind = shared.one.kinds[shared.left]

    def both(self, kind: int, ours: int, theirs: int) -> Bools:
        """Entries of a kind with any of the flags ``ours`` on the one side and ``theirs`` on the other."""
        found: Bools = (self.kind == kind) & (self._ours & ours > 0) & (self._theirs & theirs > 0)
        return found

    def either(self, kind: int, one: int, other: int) -> Bools:
        return self.both(kind, one, other) | self.both(kind, other, one)


def measured(shared: Shared, ours: Sequence[Strings], theirs: Sequence[Strings]) -> Columns:
    """All columns; ``ours`` and ``theirs`` are the strings of both sides of each pair."""
    flags = Flags(shared)
    columns = text(shared, flags)
    columns |= letters(ours, theirs)
    columns |= codes(shared, flags, ours, theirs)
    columns |= sizes(shared, flags)
    columns |= looks(shared, flags)
    columns |= facts(shared, flags, ours, theirs)
    return columns


def text(shared: Shared, flags: Flags) -> Columns:
    """Words in common by their rarity, and those that one side lacks."""
    ours, theirs = _sides(shared)
    both, ours_there = flags.both(WORD, STRONG, STRONG), flags.both(WORD, STRONG, WEAK)
    theirs_there = flags.both(WORD, WEAK, STRONG)
    weight, whole = shared.one.weights[shared.left].astype(np.float64), shared.one.amounts[shared.left].astype(float)
    lost = _lost(ours, shared.total(ours_there, weight))
    their_lost = _lost(theirs, shared.total(theirs_there, shared.other.weights[shared.right]))
    plain = shared.total(both, weight)
    return {
        "name_cosine": shared.total(both, weight * weight) / (ours["norm"] * theirs["norm"]),
        "item_cover": 1 - lost / ours["weight"],
        "product_cover": 1 - their_lost / theirs["weight"],
        "item_named_in_product_name": plain / ours["weight"],
        "product_named_in_item_name": plain / theirs["weight"],
        "full_cosine": shared.total(flags.both(WORD, WEAK, WEAK), whole * whole)
        / (ours["all_norm"] * theirs["all_norm"]),
        "item_missing_rarest": _rarest(shared, ours_there, ours=True) / 10,
        "product_missing_rarest": _rarest(shared, theirs_there, ours=False) / 10,
        "shared_rarest": shared.most(both, weight) / 10,
        "common": shared.total(ours_there, weight) / ours["weight"],
    }


def _sides(shared: Shared) -> tuple[NDArray[Any], NDArray[Any]]:
    return shared.one.facts[shared.lefts], shared.other.facts[shared.rights]


def _lost(side: NDArray[Any], there: NDArray[np.float64]) -> NDArray[np.float64]:
    """The weight of the words that the other side lacks; a side without words has none to lose."""
    return np.where(side["words"] > 0, side["weight"] - there, 0.0)


def _rarest(shared: Shared, there: Bools, *, ours: bool) -> NDArray[np.float64]:
    """The rarity of a side's rarest word that the other side lacks."""
    sheet, records = (shared.one, shared.lefts) if ours else (shared.other, shared.rights)
    entry = (shared.left if ours else shared.right)[there]
    words, pair = Words.of(sheet, records), shared.pair[there]
    return words.most(sheet.weights[words.entries], ~words.marked(pair, entry, sheet.starts[records]))


def letters(ours: Sequence[Strings], theirs: Sequence[Strings]) -> Columns:
    """How alike the strings are, letter by letter."""
    names, others = [each.name for each in ours], [each.name for each in theirs]
    ordered, in_order = [each.ordered for each in ours], [each.ordered for each in theirs]
    starts, other_starts = [each.start for each in ours], [each.start for each in theirs]
    return {
        "name_ratio": _alike(names, others, fuzz.ratio),
        "name_token_set": _alike(names, others, fuzz.token_set_ratio),
        # The ratio of sorted words: they are sorted already.
        "name_token_sort": _alike(ordered, in_order, fuzz.ratio),
        "dense_partial": _alike(starts, other_starts, fuzz.partial_ratio),
        "same_name": np.array([a == b for a, b in zip(names, others, strict=True)], dtype=bool),
    }


def _alike(ours: Sequence[str], theirs: Sequence[str], scorer: Callable[..., float]) -> NDArray[np.float64]:
    if not ours:
        return np.zeros(0)
    found: NDArray[np.float64] = cpdist(ours, theirs, scorer=scorer, workers=1, dtype=np.float64) / 100
    return found


def codes(shared: Shared, flags: Flags, ours: Sequence[Strings], theirs: Sequence[Strings]) -> Columns:
    """Model numbers, article numbers, barcodes and makers' numbers: equal, akin, contradicting."""
    one, other = _sides(shared)
    equal = flags.either(CODE, STRONG | OWN, WEAK)
    length = shared.one.amounts[shared.left]
    some = shared.any(equal)
    stem, inside, fuzzy = _akin(np.flatnonzero(~some & ((one["codes"] > 0) | (other["codes"] > 0))), ours, theirs)
    fuzzy[some] = 1.0
    coded = (one["codes"] > 0) & (other["codes"] > 0)
    same_sku = flags.both(CODE, SKU, SKU)
    unknown = one["codes"] > shared.total(flags.both(CODE, STRONG, WEAK))
    unknown &= other["codes"] > shared.total(flags.both(CODE, WEAK, STRONG))
    telling = shared.any(same_sku & flags.both(CODE, TELLING_SKU, SKU)) | shared.any(
        equal & flags.both(CODE, LONE, WEAK | SKU)
    )
    barcoded = (one["barcode"] > 0) & (other["barcode"] > 0)
    same_barcode = one["barcode"] == other["barcode"]
    return {
        "code_equal": some,
        "code_equal_length": np.minimum(shared.most(equal, length), 12) / 12,
        "code_equal_rarity": shared.most(equal, shared.one.weights[shared.left]) / 10,
        "code_stem": stem,
        "code_inside": inside,
        "code_fuzzy": fuzzy,
        "code_conflict": coded & ~some & (stem <= 0) & (inside <= 0),
        "code_fits_one_side": shared.any(equal & flags.both(CODE, FITS, WEAK))
        != shared.any(equal & flags.both(CODE, WEAK, FITS)),
        "item_codes": np.minimum(one["codes"], 3) / 3,
        "product_codes": np.minimum(other["codes"], 3) / 3,
        "sku_equal": shared.any(same_sku & (length >= _LEAST_SKU)),
        "maker_equal": shared.any(flags.either(CODE, MAKER, MAKER | SKU | STRONG)),
        "barcode_equal": barcoded & same_barcode,
        "barcode_conflict": barcoded & ~same_barcode,
        "names_one": telling & ~unknown,
    }


def _akin(
    pairs: Ints, ours: Sequence[Strings], theirs: Sequence[Strings]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Of pairs without a code in common: the longest start, whether one stands inside, the nearest spelling."""
    stem, inside, fuzzy = (np.zeros(len(ours)) for _ in range(3))
    owner: list[int] = []
    firsts: list[str] = []
    seconds: list[str] = []
    for pair in pairs.tolist():
        one, other = ours[pair], theirs[pair]
        inside[pair] = _stands_in(one.codes, other) or _stands_in(other.codes, one)
        for a in one.codes:
            for b in other.codes:
                owner.append(pair)
                firsts.append(a)
                seconds.append(b)
                short, long = (a, b) if len(a) < len(b) else (b, a)
                if long.startswith(short):
                    stem[pair] = max(stem[pair], len(short) / len(long))
    np.maximum.at(fuzzy, owner, _alike(firsts, seconds, fuzz.ratio))
    return stem, inside, fuzzy


def _stands_in(codes: Sequence[str], other: Strings) -> bool:
    return any(len(code) >= _LEAST_INSIDE and (code in other.dense or code in other.sku) for code in codes)


def sizes(shared: Shared, flags: Flags) -> Columns:
    """Sizes, numbers and packs: those of one dimension agree when one value is the same."""
    ours, theirs = _sides(shared)
    named, other_named = ours["measures"], theirs["measures"]
    anywhere, other_anywhere = ours["all_measures"], theirs["all_measures"]
    same = _dimensions(shared, flags.both(MEASURE, STRONG, STRONG))
    loose = (
        _dimensions(shared, flags.both(MEASURE, STRONG, WEAK)) & named & ~other_named & other_anywhere
        | _dimensions(shared, flags.both(MEASURE, WEAK, STRONG)) & other_named & ~named & anywhere
    )
    compared_loosely = named & ~other_named & other_anywhere | other_named & ~named & anywhere
    conflict = _bits(named & other_named & ~same)
    numbers, other_numbers = flags.both(NUMBER, STRONG, WEAK), flags.both(NUMBER, WEAK, STRONG)
    packs = shared.total(flags.both(PACK, STRONG, STRONG))
    packed = (ours["packs"] > 0) & (theirs["packs"] > 0)
    return {
        "measure_agree": np.minimum(_bits(same) + _bits(loose), 3) / 3,
        "measure_conflict": np.minimum(conflict, 3) / 3,
        "measure_soft_conflict": np.minimum(_bits(compared_loosely & ~loose), 3) / 3,
        "numbers_shared": np.minimum(shared.total(numbers | other_numbers), 4) / 4,
        "item_numbers_extra": np.minimum(ours["numbers"] - shared.total(numbers), 4) / 4,
        "product_numbers_extra": np.minimum(theirs["numbers"] - shared.total(other_numbers), 4) / 4,
        "pack_agree": packs > 0,
        "pack_conflict": packed & (packs == 0),
        "pack_one_sided": (ours["packs"] > 0) != (theirs["packs"] > 0),
        "packs_differ": (ours["packs"] != packs) | (theirs["packs"] != packs),
    }


def _dimensions(shared: Shared, where: Bools) -> NDArray[np.uint32]:
    """Per pair the dimensions (as bits) with a value in common."""
    found = np.zeros(len(shared), dtype=np.uint32)
    bit = shared.one.amounts[shared.left][where].astype(np.uint32)
    np.bitwise_or.at(found, shared.pair[where], np.uint32(1) << bit)
    return found


def _bits(values: NDArray[np.uint32]) -> NDArray[np.int64]:
    return np.bitwise_count(values).astype(np.int64)


def looks(shared: Shared, flags: Flags) -> Columns:
    """Editions, colours, and whether one is an accessory of the other."""
    ours, theirs = _sides(shared)
    variants, other_variants = (
        shared.total(flags.both(VARIANT, STRONG, WEAK)),
        shared.total(flags.both(VARIANT, WEAK, STRONG)),
    )
    coloured = (ours["colours"] > 0) & (theirs["colours"] > 0)
    anywhere = (ours["all_colours"] > 0) & (theirs["all_colours"] > 0)
    same_colour = shared.any(flags.either(COLOUR, STRONG, WEAK))
    clash = anywhere & ~shared.any(flags.both(COLOUR, WEAK, WEAK))
    kinds = shared.total(flags.both(ACCESSORY, STRONG, STRONG))
    return {
        "variant_agree": np.minimum(variants, 2) / 2,
        "item_variant_extra": np.minimum(ours["variants"] - variants, 2) / 2,
        "product_variant_extra": np.minimum(theirs["variants"] - other_variants, 2) / 2,
        "colour_agree": same_colour,
        "colour_conflict": ~same_colour & (coloured | clash),
        "colour_one_sided": (ours["all_colours"] > 0) != (theirs["all_colours"] > 0),
        "colours_differ": coloured & ~shared.any(flags.both(COLOUR, STRONG, STRONG)),
        "accessory_one_sided": (ours["accessories"] != kinds) | (theirs["accessories"] != kinds),
    }


def facts(shared: Shared, flags: Flags, ours: Sequence[Strings], theirs: Sequence[Strings]) -> Columns:
    """Brand, price, category, alphabet and lengths."""
    one, other = _sides(shared)
    gap, priced = _gap(one["price"], other["price"])
    categories = shared.total(flags.both(CATEGORY, STRONG, STRONG))
    listed = np.maximum(one["category"] + other["category"] - categories, 1)
    return {
        **_brands(one, other, ours, theirs),
        "same_script": one["script"] == other["script"],
        "first_equal": one["first"] == other["first"],
        "price_known": priced,
        "price_gap": np.minimum(gap, FAR),
        "price_close": priced & (gap < 0.03),
        "price_ratio": np.exp(gap),
        "category_overlap": categories / listed,
        "name_length_ratio": np.minimum(one["name"], other["name"])
        / np.maximum(np.maximum(one["name"], other["name"]), 1),
        "item_words": np.minimum(one["words"], 20) / 20,
        "product_words": np.minimum(other["words"], 20) / 20,
    }


def _gap(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> tuple[NDArray[np.float64], Bools]:
    """How far prices are apart (0 where one is not known), as a logarithm."""
    priced = (ours > 0) & (theirs > 0)
    gap = np.abs(np.log(np.where(priced, ours, 1.0) / np.where(priced, theirs, 1.0)))
    return gap, priced


def _brands(one: NDArray[Any], other: NDArray[Any], ours: Sequence[Strings], theirs: Sequence[Strings]) -> Columns:
    branded = (one["brand"] > 0) & (other["brand"] > 0)
    alike, ours_there, theirs_there, at_home = (np.zeros(len(ours), dtype=bool) for _ in range(4))
    for pair in np.flatnonzero((one["brand"] > 0) | (other["brand"] > 0)).tolist():
        a, b = ours[pair], theirs[pair]
        ours_there[pair] = bool(a.brand) and a.brand in b.dense
        theirs_there[pair] = bool(b.brand) and b.brand in a.dense
        if a.brand and b.brand:
            alike[pair] = a.brand in b.brand or b.brand in a.brand
        else:
            at_home[pair] = a.brand in a.dense if a.brand else b.brand in b.dense
    one_sided = (one["brand"] > 0) != (other["brand"] > 0)
    nowhere = (one["brand"] == 0) & (other["brand"] == 0)
    return {
        "brand_equal": alike,
        "brand_conflict": branded & ~alike,
        "brand_in_text": ours_there | theirs_there,
        "brand_differs": branded & ~alike & ~ours_there & ~theirs_there,
        "brand_agrees": np.where(
            branded,
            alike,
            np.where(
                one_sided, at_home & (ours_there | theirs_there), (one["first"] == other["first"]) & (one["first"] > 0)
            ),
        )
        & (branded | one_sided | nowhere),
    }
