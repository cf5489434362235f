"""What kind of proof a pair stands on, and what speaks against it: an identifier too can be contradicted."""

from __future__ import annotations

from enum import IntEnum

from ml_analyze.matching.features import maker_equal, shared_codes
from ml_analyze.matching.record import Record

#: a price further from the other's than this is another thing's
PRICE_APART = 3.0
# A code that more than four products have, as far as hashed counts tell it, names a family: in the measure of
# ``1 + ln((n + 1) / (count + 1))`` so much less rare than a word of a single product.
_HOLDERS = 0.92
_LEAST_COMMON = 0.3


class Evidence(IntEnum):
    """Kinds of proof, the strongest first. Decisions about one kind say nothing of another."""

    BARCODE = 0
    MAKER = 1
    MODEL = 2
    NAME = 3
    WORDS = 4
    #: something speaks against the pair, whatever speaks for it
    CONTRADICTED = 5


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


def same_thing(one: Record, other: Record, *, of: Record) -> bool:
    """Whether two rows of a list may both be offers ``of`` a product: told apart by nothing that it says of itself.

    A shared model number and no other that differs; or nearly the same words. Graded stock and ex display are such
    rows, and colours where the product names none; siblings are not.
    """
    if one.codes - other.all_codes and other.codes - one.all_codes:
        return False
    sizes = any(not v & other.measures[d] for d, v in one.measures.items() if d in other.measures)
    colours = bool(of.all_colours and one.colours and other.colours and not one.colours & other.colours)
    if sizes or colours or one.accessories != other.accessories:
        return False
    if shared_codes(one, other):
        return True
    common = sum(w for word, w in one.words.items() if word in other.words)
    return common >= 0.8 * min(one.weight, other.weight)
