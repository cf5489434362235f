"""What kind of proof a pair stands on, and what speaks against it: an identifier too can be contradicted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from ml_analyze.matching.apart import doubts, wants_proof
from ml_analyze.matching.endings import ending_beside
from ml_analyze.matching.measure import Columns
from ml_analyze.matching.record import Record, shared_codes
from ml_analyze.matching.tongues import speaks_otherwise

#: a price further from the other's than this is another thing's
PRICE_APART = 3.0
_LEAST_COMMON = 0.3

#: by row and place of a pair the sentences that say what tells both apart
Doubts = dict[tuple[int, int], list[str]]


class Evidence(IntEnum):
    """Kinds of proof, the strongest first. Decisions about one kind say nothing of another."""

    BARCODE = 0
    MAKER = 1
    MODEL = 2
    #: a model number and the brand, but it may be a part of the thing or come with more (``apart.wants_proof``)
    NUMBER = 3
    NAME = 4
    WORDS = 5
    #: something speaks against the pair, whatever speaks for it
    CONTRADICTED = 6


@dataclass(frozen=True)
class Stands:
    """What pairs stand on (``kind``), whether something contradicts it so that a person must look, and two reasons.

    ``belongs``: one of both is a part or an accessory, or meant for what the other is. ``strangers``: names in one
    alphabet without a word in common, or brands that differ while little else agrees.
    """

    kind: NDArray[np.int8]
    contradicted: NDArray[np.bool_]
    belongs: NDArray[np.bool_]
    strangers: NDArray[np.bool_]

    @property
    def counted(self) -> NDArray[np.int8]:
        """The kind that decisions about such pairs are counted under."""
        return np.where(self.contradicted, np.int8(Evidence.CONTRADICTED), self.kind)

    @classmethod
    def together(cls, parts: Iterable[Stands]) -> Stands:
        """Those of several tables, one below the other."""
        each = [(part.kind, part.contradicted, part.belongs, part.strangers) for part in parts]
        return cls(*map(np.concatenate, zip(*each, strict=True)))

    def looked_at(
        self,
        of: Callable[[int, int], tuple[Record, Record]],
        mentioning: Callable[[NDArray[np.int64], NDArray[np.bool_], Sequence[frozenset[str]]], NDArray[np.bool_]],
    ) -> tuple[Stands, Doubts]:
        """The same after a closer look at the pairs with an identifier; ``of`` gives both records by row and place.

        ``mentioning`` gives those of some places of some rows whose products have one of some numbers of each row
        anywhere in their text. And what was seen then that tells a pair apart.
        """
        kind, contradicted = self.kind.copy(), self.contradicted.copy()
        rows, places = np.nonzero((kind <= Evidence.MODEL) & ~contradicted)
        where = list(zip(rows.tolist(), places.tolist(), strict=True))
        pairs = [of(*each) for each in where]
        seen = {each: doubts(*pair) for each, pair in zip(where, pairs, strict=True)}
        contradicted[rows, places] = [bool(seen[each]) for each in where]
        numbered = np.flatnonzero(~contradicted[rows, places] & (kind[rows, places] != Evidence.BARCODE))
        numbers = [shared_codes(*pairs[at]) for at in numbered.tolist()]
        others = ~self.contradicted[rows[numbered]]
        others[np.arange(len(numbered)), places[numbered]] = False
        beside = mentioning(rows[numbered], others, numbers)
        foreign = speaks_otherwise(pairs)
        model = (kind[rows, places] == Evidence.MODEL).tolist()
        for at, own, line in zip(numbered.tolist(), numbers, beside, strict=True):
            row, (item, product) = where[at][0], pairs[at]
            endings = ending_beside(item, own, (of(row, other)[1] for other in np.flatnonzero(line).tolist()))
            unsure = wants_proof(item, product, foreign=foreign) if endings or model[at] else []
            seen[where[at]] = [*endings, *unsure]
            if seen[where[at]]:
                kind[where[at]] = Evidence.NUMBER
        return replace(self, kind=kind, contradicted=contradicted), seen

    def laid_out(self, valid: NDArray[np.bool_]) -> Stands:
        """Over the places of a table where ``valid`` is; a place without a pair stands on words."""
        kind = np.full(valid.shape, Evidence.WORDS, dtype=np.int8)
        kind[valid] = self.kind
        flags = [np.zeros(valid.shape, dtype=bool) for _ in range(3)]
        for table, part in zip(flags, (self.contradicted, self.belongs, self.strangers), strict=True):
            table[valid] = part
        return Stands(kind, *flags)


def stands(columns: Columns, lefts: NDArray[np.int64]) -> Stands:
    """Of pairs by their columns; an identifier counts where no other candidate of the row (``lefts``) shares it."""
    identified = columns["brand_agrees"] & _lone(columns["code_equal"], lefts, others=True)
    kind = np.where(columns["same_name"], np.int8(Evidence.NAME), np.int8(Evidence.WORDS))
    kind[identified & columns["names_one"]] = Evidence.MODEL
    kind[identified & columns["maker_equal"]] = Evidence.MAKER
    kind[columns["barcode_equal"] & _lone(columns["barcode_equal"], lefts, others=False)] = Evidence.BARCODE
    belongs = columns["accessory_one_sided"] | columns["code_fits_one_side"]
    against = columns["measure_conflict"] > 0
    against |= columns["packs_differ"] | columns["colours_differ"] | columns["barcode_conflict"] | belongs
    against |= columns["price_ratio"] >= PRICE_APART
    alike = ~columns["same_script"] | (columns["common"] > 0) | columns["code_equal"]
    strangers = np.where(columns["brand_differs"], columns["common"] < _LEAST_COMMON, ~alike)
    return Stands(kind, against | (kind <= Evidence.MAKER) & strangers, belongs, strangers)


def _lone(has: NDArray[np.bool_], lefts: NDArray[np.int64], *, others: bool) -> NDArray[np.bool_]:
    """Whether at most one pair of its row has it; with ``others`` none but, maybe, the pair itself."""
    count = np.bincount(lefts, has, minlength=1)[lefts] if len(lefts) else np.zeros(0)
    return count - has == 0 if others else count <= 1


def brand_differs(item: Record, product: Record) -> bool:
    return bool(item.brand and product.brand) and not (item.brand in product.brand or product.brand in item.brand)


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
