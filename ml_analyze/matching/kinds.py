"""The evidence each candidate stands on, looked up for a whole list."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ml_analyze.matching.compare import Compared
from ml_analyze.matching.decide import stands_on
from ml_analyze.matching.evidence import Evidence
from ml_analyze.matching.features import FEATURES
from ml_analyze.matching.record import Record

_CODE, _BARCODE = FEATURES.index("code_equal"), FEATURES.index("barcode_equal")


def stands(compared: Compared, products: Mapping[int, Record], row: int, place: int) -> tuple[Evidence, bool]:
    """The evidence of one candidate, and whether something contradicts it."""
    table = compared.table[row]
    return stands_on(
        compared.items[row],
        products[int(compared.numbers[row, place])],
        lone_barcode=table[:, _BARCODE].sum() <= 1,
        lone_code=table[:, _CODE].sum() - table[place, _CODE] == 0,
    )


def kinds_of(compared: Compared, products: Mapping[int, Record], wanted: NDArray[np.bool_]) -> NDArray[np.int8]:
    """Kinds of evidence (rows x candidates) of the candidates ``wanted``."""
    kinds = np.full(compared.numbers.shape, Evidence.WORDS, dtype=np.int8)
    for row, place in np.argwhere(wanted & compared.valid).tolist():
        kind, contradicted = stands(compared, products, row, place)
        kinds[row, place] = Evidence.CONTRADICTED if contradicted else kind
    return kinds
