"""One catalogue version, ready to match rows against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from ml_analyze.matching import decide
from ml_analyze.matching.compare import Compared, Comparison
from ml_analyze.matching.decide import Option, Thresholds
from ml_analyze.matching.decisions import Decisions, Judged
from ml_analyze.matching.explain import explain
from ml_analyze.matching.features import FEATURES
from ml_analyze.matching.index import Index, maker_number, open_index
from ml_analyze.matching.learn import Judge, judge_for
from ml_analyze.matching.rates import at_rates, rates
from ml_analyze.matching.record import Record

_ROWS_AT_ONCE = 512
_COMPARED_FIELDS = (
    "name", "brand", "sku", "barcode", "price", "currency", "description", "category", "unit", "pack_size"
)  # fmt: skip
_CODE, _BARCODE = FEATURES.index("code_equal"), FEATURES.index("barcode_equal")


@dataclass(frozen=True)
class _Fact:
    """Of one candidate: whether an identifier says so uncontradicted, the product's name, the reasons to show."""

    key_from: float | None
    name: str
    why: list[str]


@dataclass(frozen=True)
class _Scored:
    """Candidates of all rows of a call: ``numbers`` and ``logits`` (rows x ``WIDTH``), facts of those to show."""

    numbers: NDArray[np.int64]
    logits: NDArray[np.float64]
    facts: list[list[_Fact | None]]


class Matcher:
    """Matches rows of suppliers; made by ``open``. Not shared between threads.

    ``model`` says which model decides: ``shipped``, or ``refitted`` with the number of
    decisions it learned from.
    """

    def __init__(self, index: Index, judge: Judge, *, auto_threshold: float, potential_threshold: float) -> None:
        self._index = index
        self._comparison = Comparison(index)
        self._judge = judge
        self._decisions = Decisions(index.decisions)
        self._auto, self._potential = auto_threshold, potential_threshold
        self.model = judge.name

    @classmethod
    def open(
        cls, snapshot: Path, *, cache_dir: Path, auto_threshold: float = 95.0, potential_threshold: float = 70.0
    ) -> Matcher:
        """Open the index of a snapshot, building it (and learning from its decisions) when nobody has.

        Raises:
            CatalogUnreadable: the snapshot is missing or broken; the message names the line.
        """
        index = open_index(snapshot, cache_dir=cache_dir)
        judge = judge_for(index)
        return cls(index, judge, auto_threshold=auto_threshold, potential_threshold=potential_threshold)

    def read_beforehand(self, most: int) -> None:
        """Read up to ``most`` products now, for whoever is forked from this process."""
        self._comparison.products(set(range(min(most, self._index.size))))

    def match(self, items: Sequence[Mapping[str, Any]], *, supplier_id: str | None) -> list[dict[str, Any]]:
        """One result a row, shaped like ``handoff.api.Match``; candidates best first.

        The rows are taken as one list of one supplier: they compete for products, so larger batches
        decide better. Their order makes no difference, and rows that say the same count as one.
        """
        supplier_id = str(supplier_id) if supplier_id else None
        if not self._index.size:
            return [decide.unmatched() for _ in items]
        judged = [self._decisions.of(supplier_id, item) for item in items]
        results: list[dict[str, Any]] = [{} for _ in items]
        open_rows: dict[bytes, list[int]] = {}
        for place, (item, said) in enumerate(zip(items, judged, strict=True)):
            product_id = self._linked(said)
            if product_id is not None:
                results[place] = decide.linked(product_id)
            else:
                open_rows.setdefault(_same(item, said), []).append(place)
        firsts = sorted(open_rows.items())
        rows = [items[places[0]] for _, places in firsts]
        refused = [_refused(judged[places[0]]) for _, places in firsts]
        for (_, places), result in zip(firsts, self._decided(rows, refused, supplier_id), strict=True):
            for place in places:
                results[place] = result
        return results

    def _linked(self, said: Judged | None) -> str | None:
        """The product a person linked, when it is still in the catalogue."""
        if said is None or not said.linked:
            return None
        ids = sorted(said.linked)
        there = [i for i, number in zip(ids, self._index.numbers_of(ids), strict=True) if number >= 0]
        return there[0] if there else None

    def _decided(
        self, rows: Sequence[Mapping[str, Any]], refused: Sequence[list[str]], supplier_id: str | None
    ) -> list[dict[str, Any]]:
        if not rows:
            return []
        scored = self._scored(rows, refused)
        taken = {n for n in self._index.numbers_of(sorted(self._decisions.taken(supplier_id))) if n >= 0}
        final, proof = self._judge.settled(scored.logits, scored.numbers, taken=taken, supplier=supplier_id or "")
        at = Thresholds(self._auto, self._potential, proof.vouches_for(self._auto))
        best = _best_claims(final, scored.numbers)
        results = []
        for row, numbers in enumerate(scored.numbers.tolist()):
            options = [
                Option(number, self._index.product_id(number), value, fact.key_from, fact.name, fact.why)
                for number, value, fact in zip(numbers, final[row].tolist(), scored.facts[row], strict=True)
                if fact is not None
            ]
            claimed = frozenset(o.number for o in options if best[o.number] > o.logit + 1e-9)
            results.append(decide.decide(options, at, claimed=claimed))
        return results

    def _scored(self, rows: Sequence[Mapping[str, Any]], refused: Sequence[list[str]]) -> _Scored:
        """Candidates, pair logits and facts, a few hundred rows at a time to bound the memory."""
        numbers: list[NDArray[np.int64]] = []
        logits: list[NDArray[np.float64]] = []
        facts: list[list[_Fact | None]] = []
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            part = slice(start, start + _ROWS_AT_ONCE)
            without = [frozenset(self._index.numbers_of(ids)) for ids in refused[part]]
            compared = self._comparison.compare(rows[part], without=without)
            if start == 0 and (found := self._rates(rows[part], compared)):
                rows = at_rates(rows, found)
                compared = self._comparison.compare(rows[part], without=without)
            numbers.append(compared.numbers)
            logits.append(self._judge.pair_logits(compared))
            facts += self._facts(compared, logits[-1])
        return _Scored(np.concatenate(numbers), np.concatenate(logits), facts)

    def _rates(self, rows: Sequence[Mapping[str, Any]], compared: Compared) -> dict[str, float]:
        products = self._comparison.products(set(compared.numbers[compared.valid].tolist()))
        return rates(rows, compared, products)

    def _facts(self, compared: Compared, logits: NDArray[np.float64]) -> list[list[_Fact | None]]:
        """Of each row's likeliest candidates, as many as are shown: whether a key agrees, and the reasons."""
        products = self._comparison.products(set(compared.numbers[compared.valid].tolist()))
        barcodes = compared.table[:, :, _BARCODE].sum(axis=1).astype(int).tolist()
        codes = compared.table[:, :, _CODE].sum(axis=1).astype(int).tolist()
        place = (-logits).argsort(axis=1, kind="stable").argsort(axis=1, kind="stable")
        shown = compared.valid & (place < decide.SHOWN)
        return [
            [
                _fact(item, products[number], barcodes[row] - 1, codes[row] - 1) if show else None
                for number, show in zip(compared.numbers[row].tolist(), shown[row].tolist(), strict=True)
            ]
            for row, item in enumerate(compared.items)
        ]


def _fact(item: Record, product: Record, rivals_with_barcode: int, rivals_with_code: int) -> _Fact:
    key = decide.key_from(item, product, rivals_with_barcode=rivals_with_barcode, rivals_with_code=rivals_with_code)
    return _Fact(key, product.name, explain(item, product))


def _same(item: Mapping[str, Any], said: Judged | None) -> bytes:
    """Rows with the same key here say the same of the same thing, whatever their place in the file."""
    told = [str(item.get(field) or "") for field in _COMPARED_FIELDS]
    return orjson.dumps([told, maker_number(item), _refused(said)])


def _refused(said: Judged | None) -> list[str]:
    return sorted(said.refused) if said else []


def _best_claims(final: NDArray[np.float64], numbers: NDArray[np.int64]) -> dict[int, float]:
    """Of each product the highest logit that any row of the batch has for it."""
    best: dict[int, float] = {}
    for number, value in zip(numbers.ravel().tolist(), final.ravel().tolist(), strict=True):
        if number >= 0 and value > best.get(number, -np.inf):
            best[number] = value
    return best
