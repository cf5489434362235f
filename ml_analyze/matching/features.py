"""What two records have in common and where they contradict each other, as numbers for the scorer.

``PAIR`` are facts about the pair alone, ``RIVAL`` compare a candidate with the others of the same
list: fixed thresholds do not travel between catalogues, the order within a list does.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

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
#: prices further apart than ``e`` to this are as far
FAR = 3.0


def fill_rivals(table: Floats, valid: NDArray[np.bool_]) -> None:
    """Write the ``RIVAL`` columns of ``table`` (lines x candidates x features), in place."""
    width = table.shape[1]
    for name in _COMPARED:
        column = np.where(valid, table[:, :, _AT[name]], -1.0)
        table[:, :, _AT[f"{name}_over_rivals"]] = column - np.maximum(_best_other(column), 0.0)
    priced = valid & (table[:, :, _AT["price_known"]] > 0)
    gap = np.where(priced, -table[:, :, _AT["price_gap"]], -FAR)
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
