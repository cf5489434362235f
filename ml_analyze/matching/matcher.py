"""One catalogue version, ready to match rows against."""

from __future__ import annotations

from collections import Counter
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
from ml_analyze.matching.evidence import Evidence
from ml_analyze.matching.explain import explain
from ml_analyze.matching.index import Index, maker_number, open_index
from ml_analyze.matching.kinds import stands
from ml_analyze.matching.learn import Judge, judge_for
from ml_analyze.matching.rates import at_rates, rates
from ml_analyze.matching.record import Record, records
from ml_analyze.matching.teams import claims_of

_ROWS_AT_ONCE = 512
_COMPARED_FIELDS = (
    "name", "brand", "sku", "barcode", "price", "currency", "description", "category", "unit", "pack_size"
)  # fmt: skip


@dataclass(frozen=True)
class _Fact:
    """Of one candidate: what it stands on, what contradicts it, the reasons to show."""

    evidence: Evidence
    contradicted: bool
    why: list[str]


@dataclass(frozen=True)
class _Scored:
    """Candidates of all rows of a call: ``numbers`` and ``logits`` (rows x ``WIDTH``), facts of those to show."""

    items: list[Record]
    numbers: NDArray[np.int64]
    logits: NDArray[np.float64]
    facts: list[list[_Fact | None]]
    copies: dict[tuple[int, int], list[int]]


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
        cls,
        snapshot: Path,
        *,
        cache_dir: Path,
        auto_threshold: float = 95.0,
        potential_threshold: float = 50.0,
        wait: bool = True,
    ) -> Matcher:
        """Open the index of a snapshot, building it (and learning from its decisions) when nobody has.

        Without ``wait`` nothing is learned here: the newest judge there is decides, decisions themselves count at once.

        Raises:
            CatalogUnreadable: the snapshot is missing or broken; the message names the line.
        """
        index = open_index(snapshot, cache_dir=cache_dir)
        judge = judge_for(index, wait=wait)
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
        numbers = Counter(str(item.get("sku") or "").strip() for item in items)
        judged = [
            self._decisions.of(supplier_id, item, shared=numbers[str(item.get("sku") or "").strip()] > 1)
            for item in items
        ]
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
        holders = self._holders(supplier_id)
        products = self._comparison.products(set(scored.numbers[scored.numbers >= 0].tolist()))
        claims = claims_of(scored.logits, scored.numbers, items=scored.items, products=products, holders=holders)
        final, proof = self._judge.settled(claims, taken=set(holders), supplier=supplier_id or "")
        at = Thresholds(self._auto, self._potential, proof)
        best = _best_claims(final, scored.numbers, claims.teams)
        results = []
        for row, numbers in enumerate(scored.numbers.tolist()):
            options = [
                option
                for place, number in enumerate(numbers)
                if (fact := scored.facts[row][place]) is not None
                for option in self._options(
                    number, float(final[row, place]), fact, scored.copies.get((row, number), [])
                )
            ]
            claimed = frozenset(
                number
                for place, number in enumerate(numbers)
                if number >= 0
                and best[number][0] > final[row, place] + 1e-9
                and best[number][1] != claims.teams[row, place]
            )
            results.append(decide.decide(options, at, claimed=claimed))
        return results

    def _options(self, number: int, logit: float, fact: _Fact, copies: Sequence[int]) -> list[Option]:
        """A candidate, and after it the copies that the catalogue has of it."""
        return [
            Option(
                each, self._index.product_id(each), logit, fact.evidence, fact.contradicted, [*fact.why], bool(copies)
            )
            for each in (number, *copies)
        ]

    def _holders(self, supplier_id: str | None) -> dict[int, list[Record]]:
        """Products that people linked rows of this supplier to, with those rows."""
        taken = self._decisions.taken(supplier_id)
        ids = sorted(taken)
        there = [(number, taken[i]) for i, number in zip(ids, self._index.numbers_of(ids), strict=True) if number >= 0]
        read = iter(records([item for _, items in there for item in items], self._index))
        return {number: [next(read) for _ in items] for number, items in there}

    def _scored(self, rows: Sequence[Mapping[str, Any]], refused: Sequence[list[str]]) -> _Scored:
        """Candidates, pair logits and facts, a few hundred rows at a time to bound the memory."""
        items: list[Record] = []
        numbers: list[NDArray[np.int64]] = []
        logits: list[NDArray[np.float64]] = []
        facts: list[list[_Fact | None]] = []
        copies: dict[tuple[int, int], list[int]] = {}
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            part = slice(start, start + _ROWS_AT_ONCE)
            without = [frozenset(self._index.numbers_of(ids)) for ids in refused[part]]
            compared = self._comparison.compare(rows[part], without=without)
            if start == 0 and (found := self._rates(rows[part], compared)):
                rows = at_rates(rows, found)
                compared = self._comparison.compare(rows[part], without=without)
            items += compared.items
            numbers.append(compared.numbers)
            logits.append(self._judge.pair_logits(compared))
            facts += self._facts(compared, logits[-1])
            copies.update({(row + start, number): each for (row, number), each in compared.copies.items()})
        return _Scored(items, np.concatenate(numbers), np.concatenate(logits), facts, copies)

    def _rates(self, rows: Sequence[Mapping[str, Any]], compared: Compared) -> dict[str, float]:
        products = self._comparison.products(set(compared.numbers[compared.valid].tolist()))
        return rates(rows, compared, products)

    def _facts(self, compared: Compared, logits: NDArray[np.float64]) -> list[list[_Fact | None]]:
        """Of each row's likeliest candidates, as many as are shown: what they stand on, and the reasons."""
        products = self._comparison.products(set(compared.numbers[compared.valid].tolist()))
        place = (-logits).argsort(axis=1, kind="stable").argsort(axis=1, kind="stable")
        shown = compared.valid & (place < decide.SHOWN)
        facts: list[list[_Fact | None]] = [[None] * shown.shape[1] for _ in compared.items]
        for row, at in np.argwhere(shown).tolist():
            why = explain(compared.items[row], products[int(compared.numbers[row, at])])
            facts[row][at] = _Fact(*stands(compared, products, row, at), why)
        return facts


def _same(item: Mapping[str, Any], said: Judged | None) -> bytes:
    """Rows with the same key here say the same of the same thing, whatever their place in the file."""
    told = [str(item.get(field) or "") for field in _COMPARED_FIELDS]
    return orjson.dumps([told, maker_number(item), _refused(said)])


def _refused(said: Judged | None) -> list[str]:
    return sorted(said.refused) if said else []


def _best_claims(
    final: NDArray[np.float64], numbers: NDArray[np.int64], teams: NDArray[np.int64]
) -> dict[int, tuple[float, int]]:
    """Of each product the highest logit that any row of the batch has for it, and that row's team."""
    best: dict[int, tuple[float, int]] = {}
    flat = zip(numbers.ravel().tolist(), final.ravel().tolist(), teams.ravel().tolist(), strict=True)
    for number, value, team in flat:
        if number >= 0 and value > best.get(number, (-np.inf, -1))[0]:
            best[number] = (value, team)
    return best
