"""One catalogue version, ready to match rows against.

One room: one class: a catalogue opened, asked and taught.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from ml_analyze.collector import looking_less_often
from ml_analyze.matching import decide
from ml_analyze.matching.decide import Option, Ranked, Thresholds
from ml_analyze.matching.decisions import Decisions, Judged
from ml_analyze.matching.explain import explain, telling
from ml_analyze.matching.feature_table import Comparison
from ml_analyze.matching.grounds import Doubts, Evidence, Stands
from ml_analyze.matching.index import Index, open_index
from ml_analyze.matching.kin import kin_of, siblings_meant
from ml_analyze.matching.learn import Judge, judge_for
from ml_analyze.matching.list_rate import at_rates, rates
from ml_analyze.matching.propose import proposed_from
from ml_analyze.matching.record import Record, records
from ml_analyze.matching.teams import claims_of
from ml_analyze.matching.texts import maker_number, texts_of

_ROWS_AT_ONCE = 512
# What is kept of a list's rows has no cycles: a look for them at all of it is worth while less often.
_OBJECTS_KEPT = 200_000
_EVIDENCE = tuple(Evidence)
_COMPARED_FIELDS = (
    "name", "brand", "sku", "barcode", "price", "currency", "description", "category", "unit", "pack_size"
)  # fmt: skip


@dataclass(frozen=True)
class _Scored:
    """Candidates of all rows of a call (tables of rows x ``WIDTH``): numbers, logits, what they stand on, copies.

    ``doubts`` are those of the pairs that were looked at closely.
    """

    items: list[Record]
    numbers: NDArray[np.int64]
    logits: NDArray[np.float64]
    stands: Stands
    copies: dict[tuple[int, int], list[int]]
    doubts: Doubts


class Matcher:
    """Matches rows of suppliers; made by ``open``. Not shared between threads.

    ``model`` says which model decides: ``shipped``, or ``refitted`` with the number of
    decisions it learned from.
    """

    def __init__(self, index: Index, judge: Judge, *, auto_threshold: float, potential_threshold: float) -> None:
        self._index = index
        self._comparison = Comparison(index)
        self._kin = kin_of(index, self._comparison)
        self.judge = judge
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

    def at(self, *, auto: float, potential: float) -> Matcher:
        """The same matcher with other thresholds, from 0 to 100; it shares everything else."""
        other = copy.copy(self)
        other._auto, other._potential = auto, potential
        return other

    def read_beforehand(self, most: int) -> None:
        """Read up to ``most`` products now, for whoever is forked from this process."""
        self._comparison.products.compared(np.arange(min(most, self._index.size)))

    def match(self, items: Sequence[Mapping[str, Any]], *, supplier_id: str | None) -> list[dict[str, Any]]:
        """One result a row, shaped like ``handoff.api.Match``; candidates best first.

        The rows are taken as one list of one supplier: they compete for products, so larger batches
        decide better. Their order makes no difference, and rows that say the same count as one.
        """
        if not self._index.size:
            return [decide.unmatched() for _ in items]
        with looking_less_often(_OBJECTS_KEPT):
            return self._matched(items, str(supplier_id) if supplier_id else None)

    def _matched(self, items: Sequence[Mapping[str, Any]], supplier_id: str | None) -> list[dict[str, Any]]:
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
        taken = self._taken(supplier_id)
        wanted = set(np.unique(scored.numbers).tolist())
        holders = self._holders({number: items for number, items in taken.items() if number in wanted})
        product_of = self._comparison.products.record
        claims = claims_of(scored.logits, scored.numbers, items=scored.items, product_of=product_of, holders=holders)
        claims = replace(claims, asked=np.fromiter(map(bool, refused), dtype=bool, count=len(refused)))
        final, proof = self.judge.settled(claims, taken=set(taken), supplier=supplier_id or "")
        at = Thresholds(self._auto, proposed_from(final[~claims.asked], self._potential), proof)
        strongest, holder = _best_claims(final, scored.numbers, claims.teams)
        claimed = (strongest > final + 1e-9) & (holder != claims.teams)
        results: list[dict[str, Any]] = []
        meant = siblings_meant(
            self._kin,
            scored.stands,
            final,
            teams=claims.teams,
            numbers=scored.numbers,
            items=scored.items,
            of=partial(self._both, scored),
        )
        why = self._why(scored)
        for row, (best, ranked) in enumerate(self._ranked(scored, final, meant, claimed)):
            if best is None:
                results.append(decide.unmatched())
                continue
            results.append(decide.decide(best, ranked, at, why=why(row)))
        return results

    def _both(self, scored: _Scored, row: int, place: int) -> tuple[Record, Record]:
        return scored.items[row], self._comparison.products.record(int(scored.numbers[row, place]))

    def _ranked(
        self, scored: _Scored, final: NDArray[np.float64], meant: NDArray[np.bool_], claimed: NDArray[np.bool_]
    ) -> Iterator[tuple[Option | None, list[Ranked]]]:
        """Of each row the candidates that may be shown, copies that the catalogue has of them too, and the first."""
        order = _likeliest(final, scored)
        stands = scored.stands
        keys, scores = decide.worth(final, stands.kind, stands.contradicted | meant)
        # Numbers are in the order of the products' ids.
        tables = (scored.numbers, -final, np.where(scored.numbers < 0, np.inf, -scores))
        taken = [np.take_along_axis(each, order, axis=1) for each in tables]
        best_first = np.lexsort(taken, axis=1)
        listed = (np.take_along_axis(each, best_first, axis=1).tolist() for each in (order, *taken))
        product_id = self._comparison.products.id
        for row, line in enumerate(zip(*listed, strict=True)):
            there = [each for each in zip(*line, strict=True) if each[1] >= 0]
            ranked = [(less, unlikely, product_id(number), place) for place, number, unlikely, less in there]
            if not ranked:
                yield None, ranked
                continue
            if scored.copies:
                for place, number, unlikely, less in there:
                    copies = scored.copies.get((row, number), ())
                    ranked += [(less, unlikely, product_id(each), place) for each in copies]
                ranked.sort()
            less, _, first, place = ranked[0]
            yield (
                Option(
                    first,
                    _EVIDENCE[stands.kind[row, place]],
                    -less,
                    key=bool(keys[row, place]),
                    contradicted=bool(stands.contradicted[row, place]),
                    twice=bool(scored.copies) and (row, int(scored.numbers[row, place])) in scored.copies,
                    sibling=bool(meant[row, place]),
                    claimed=bool(claimed[row, place]),
                ),
                ranked,
            )

    def _why(self, scored: _Scored) -> Callable[[int], Callable[[int], list[str]]]:
        """What makes the reasons of a row's candidate at a place."""
        stands, product_of = scored.stands, self._comparison.products.record
        tables = (scored.numbers, stands.kind, stands.belongs, stands.strangers)
        rows = list(zip(scored.items, *(table.tolist() for table in tables), strict=True))

        def of(row: int) -> Callable[[int], list[str]]:
            item, numbers, kinds, belongs, strangers = rows[row]
            words = telling(item)
            return lambda place: explain(
                item,
                product_of(numbers[place]),
                _EVIDENCE[kinds[place]],
                words=words,
                belongs=belongs[place],
                strangers=strangers[place],
                seen=scored.doubts.get((row, place)),
            )

        return of

    def _taken(self, supplier_id: str | None) -> dict[int, list[dict[str, Any]]]:
        """Products that people linked rows of this supplier to, with those rows."""
        taken = self._decisions.taken(supplier_id)
        ids = sorted(taken)
        return {n: taken[i] for i, n in zip(ids, self._index.numbers_of(ids), strict=True) if n >= 0}

    def _holders(self, taken: Mapping[int, Sequence[Mapping[str, Any]]]) -> dict[int, list[Record]]:
        """The same, read as they are compared."""
        held = [item for items in taken.values() for item in items]
        read = iter(records(held, [texts_of(item) for item in held], self._index))
        return {number: [next(read) for _ in items] for number, items in taken.items()}

    def _scored(self, rows: Sequence[Mapping[str, Any]], refused: Sequence[list[str]]) -> _Scored:
        """Candidates, pair logits and evidence, a few hundred rows at a time to bound the memory."""
        items: list[Record] = []
        parts: list[tuple[NDArray[np.int64], NDArray[np.float64], Stands]] = []
        copies: dict[tuple[int, int], list[int]] = {}
        doubts: Doubts = {}
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            part = slice(start, start + _ROWS_AT_ONCE)
            without = [frozenset(self._index.numbers_of(ids)) for ids in refused[part]]
            compared = self._comparison.compare(rows[part], without=without)
            if start == 0 and (found := rates(rows[part], compared)):
                rows = at_rates(rows, found)
                compared = self._comparison.compare(rows[part], without=without)
            items += compared.items
            parts.append((compared.numbers, self.judge.pair_logits(compared), compared.stands))
            copies.update({(row + start, number): each for (row, number), each in compared.copies.items()})
            doubts.update({(row + start, place): each for (row, place), each in compared.doubts.items()})
        numbers, logits, stands = zip(*parts, strict=True)
        return _Scored(items, np.concatenate(numbers), np.concatenate(logits), Stands.together(stands), copies, doubts)


def _same(item: Mapping[str, Any], said: Judged | None) -> bytes:
    """Rows with the same key here say the same of the same thing, whatever their place in the file."""
    told = [str(item.get(field) or "") for field in _COMPARED_FIELDS]
    return orjson.dumps([told, maker_number(item), _refused(said)])


def _refused(said: Judged | None) -> list[str]:
    return sorted(said.refused) if said else []


def _likeliest(final: NDArray[np.float64], scored: _Scored) -> NDArray[np.int64]:
    """Of each row the places of the candidates that may be shown: those with an identifier, and the likeliest."""
    identified = scored.stands.kind <= Evidence.NUMBER
    return np.lexsort((scored.numbers, -final, ~identified), axis=1)[:, : decide.SHOWN]


def _best_claims(
    final: NDArray[np.float64], numbers: NDArray[np.int64], teams: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """For each pair the highest logit that any row of the batch has for its product, and that row's team."""
    order = np.lexsort((-final.ravel(), numbers.ravel()))
    ranked = numbers.ravel()[order]
    first = np.searchsorted(ranked, numbers.ravel())
    best = order[first]
    return final.ravel()[best].reshape(final.shape), teams.ravel()[best].reshape(final.shape)
