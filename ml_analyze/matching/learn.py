"""Learning from decisions: the shipped scorer refitted on local links and vetoes, used only if it is better.

Links and vetoes of a snapshot become labelled candidate lists. On folds of them the refit is held
against the shipped scorer; the pairs' log loss on rows that neither had seen decides. The held-back
rows' logits are kept: ``calibrate.py`` settles them among the rows of each file.

One room: one refit: its rows, its trial against what there was, and its cache.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from ml_analyze.matching import grounds
from ml_analyze.matching.calibrate import (
    FOLDS,
    RIGHT,
    UNKNOWN,
    WRONG,
    HeldBack,
    applied,
    gain,
    line_of,
    losses,
    proof_of,
    settle,
    settled_alone,
    surely_less,
)
from ml_analyze.matching.decisions import Decisions
from ml_analyze.matching.feature_table import Compared, Comparison
from ml_analyze.matching.index import Index, only_builder
from ml_analyze.matching.judges import Judges
from ml_analyze.matching.model import SHIPPED, Pairs, Scorer, from_arrays, shipped, to_arrays
from ml_analyze.matching.proof import Proof
from ml_analyze.matching.rivals import NOTHING, Claims, settle_features
from ml_analyze.matching.teams import claims_of

Doubles = NDArray[np.float64]

LEAST_DECISIONS = 20
# Of fewer rows there is proof of kinds of evidence, but nothing to fit a model to.
_LEAST_ROWS = 30
_MOST_ROWS = 4000
# Local pairs against those of the shipped sample (0.05 to 0.3 differ by less than chance), of which so many are taken.
_LOCAL_WEIGHT, _SHIPPED_WEIGHT, _SAMPLE = 5.0, 0.1, 12_000
# A local scorer has half a say; more of it the more rows beyond this many it has seen.
_HALF_SAY_ROWS = 200


@dataclass(frozen=True)
class Judge:
    """Who judges pairs: the ``shipped`` scorer, in the mean with a ``local`` one where that proved better.

    ``held`` are the decided rows as this judge scores them while it does not know them; ``taught`` names the rows
    that the local one learned from.
    """

    shipped: Scorer
    name: str
    local: Scorer | None = None
    local_share: float = 0.5
    held: HeldBack | None = None
    taught: NDArray[np.uint32] | None = None

    def pair_logits(self, compared: Compared) -> Doubles:
        logits = _pair_logits(self.shipped, compared)
        if self.local is None:
            return logits
        return (1 - self.local_share) * logits + self.local_share * _pair_logits(self.local, compared)

    def settled(self, claims: Claims, *, taken: Collection[int] = (), supplier: str = "") -> tuple[Doubles, Proof]:
        """Calibrated logits of all pairs of a supplier's open rows, rivals considered, and what proves them."""
        if self.held is None:
            return applied(self.shipped.settle, settle_features(claims), claims.numbers), Proof.none()
        return settle(
            self.shipped.settle, self.held, claims, taken=taken, supplier=supplier, elsewhere=lambda: self._elsewhere
        )

    @cached_property
    def _elsewhere(self) -> Proof:
        """What decided rows prove where a file has few of its own: no file changes it."""
        return proof_of(settled_alone(self.shipped.settle, self.held), self.held) if self.held else Proof.none()


def judge_for(index: Index, *, wait: bool = True) -> Judge:
    """The model for a catalogue version: learned once from its decisions, then read from the cache.

    Without ``wait`` the newest that was learned is taken, and one that knows all decisions is asked for.
    """
    if len(index.decisions) < LEAST_DECISIONS or not index.size:
        return Judge(shipped(), "shipped")
    judges = judges_of(index)
    path = judges.path(len(index.decisions), index.snapshot.decided()[:16])
    if not path.exists() and not wait:
        judges.ask_for(index.snapshot.path, decisions=len(index.decisions))
        newest = judges.newest()
        return _read(newest, index) if newest else Judge(shipped(), "shipped")
    index.judges.mkdir(parents=True, exist_ok=True)
    with only_builder(index.judges / "judge.lock"):
        if not path.exists():
            part = path.with_suffix(".part")
            with part.open("wb") as file:
                newest = judges.newest()
                np.savez(file, **_stored(learn(index, before=_read(newest, index) if newest else None), index))
            part.replace(path)
            judges.drop_old()
    return _read(path, index)


def judges_of(index: Index) -> Judges:
    made_with = b"".join(map(Path.read_bytes, (SHIPPED, Path(__file__), Path(grounds.__file__))))
    return Judges(index.judges, f"{crc32(made_with):08x}")


def _read(path: Path, index: Index) -> Judge:
    with np.load(path, allow_pickle=False) as arrays:
        return _restored(dict(arrays), index)


def _stored(judge: Judge, index: Index) -> dict[str, Any]:
    """A judge outlives its version of the catalogue: products are kept by their ids' hashes, 0 where there is none."""
    held = {f"held_{key}": value for key, value in vars(judge.held).items()} if judge.held else {}
    if judge.held:
        numbers = judge.held.numbers
        held["held_numbers"] = np.where(numbers >= 0, index.id_hashes[numbers], 0).astype(np.uint64)
    local = {f"local_{key}": value for key, value in to_arrays(judge.local).items()} if judge.local else {}
    taught = {} if judge.taught is None else {"taught": judge.taught}
    return {"name": judge.name, "share": judge.local_share, **taught, **held, **local}


def _restored(arrays: dict[str, Any], index: Index) -> Judge:
    def part(prefix: str) -> dict[str, Any]:
        return {key.removeprefix(prefix): value for key, value in arrays.items() if key.startswith(prefix)}

    local, held = part("local_"), part("held_")
    return Judge(
        shipped(),
        arrays["name"].item(),
        from_arrays(local) if local else None,
        arrays["share"].item(),
        _held(held, index) if held else None,
        arrays.get("taught"),
    )


def _held(parts: dict[str, Any], index: Index) -> HeldBack:
    """Decided rows as this version of the catalogue numbers their products."""
    hashes = parts.pop("numbers")
    there = np.where(hashes > 0, 0, -1)
    return HeldBack(numbers=there, **parts).among(np.where(there < 0, -1, index.numbers_of_hashes(hashes)))


def learn(index: Index, *, before: Judge | None = None) -> Judge:
    """Refit or keep the shipped scorer, or the one ``before``: whichever the held-back rows say is better."""
    known = _lesson(index)
    judge = _learned(known, f"on {len(index.decisions)} decisions")
    return _kept(before, known, judge) if before else judge


def _learned(known: _Lesson, said: str) -> Judge:
    lesson, plain, base = known.held, known.held.logits, shipped()
    both = (lesson.labels == RIGHT).any() and (lesson.labels == WRONG).any()
    if not both or len(lesson.folds) < _LEAST_ROWS:
        return Judge(base, f"shipped {said}", held=lesson)
    mixed = np.full(plain.shape, NOTHING)
    share = max(0.5, len(lesson.folds) / (len(lesson.folds) + _HALF_SAY_ROWS))
    for fold in range(FOLDS):
        rows = lesson.folds == fold
        fresh = _pair_logits(_refitted(known, ~rows), known.compared)
        mixed[rows] = ((1 - share) * plain + share * fresh)[rows]
    held = replace(lesson, logits=mixed)
    if not _improves(held, lesson):
        return Judge(base, f"shipped {said}", held=lesson)
    local = _refitted(known, np.ones(len(lesson.folds), dtype=bool))
    return Judge(base, f"refitted {said}", local, share, held, known.keys)


def _kept(before: Judge, known: _Lesson, judge: Judge) -> Judge:
    """The judge before, with all decisions as its proof, where rows that neither had seen surely lose less by it."""
    if before.local is None or before.taught is None or judge.held is None:
        return judge
    unseen = ~np.isin(known.keys, before.taught)
    if unseen.sum() < _LEAST_ROWS:
        return judge
    earlier = replace(known.held, logits=before.pair_logits(known.compared))
    if not surely_less(_lost(earlier)[unseen], _lost(judge.held)[unseen]):
        return judge
    # The rows it learned from are judged by those that did not know them.
    logits = np.where(unseen[:, None], earlier.logits, judge.held.logits)
    return replace(before, held=replace(known.held, logits=logits))


def _improves(held: HeldBack, before: HeldBack) -> bool:
    """Whether held-back rows lose less, before and after rivals are settled, and no right link is lost on balance.

    Of few rows each measure alone is a matter of luck, and a small gain too.
    """
    line = shipped().settle
    settled, plain = settled_alone(line, held), settled_alone(line, before)
    gained = gain(settled, held.labels, line=line_of(settled)) >= gain(plain, before.labels, line=line_of(plain))
    return surely_less(_lost(held), _lost(before)) and gained


def _lost(held: HeldBack) -> Doubles:
    """What held-back rows lose before and after rivals are settled."""
    return losses(held.logits, held.labels) + losses(settled_alone(shipped().settle, held), held.labels)


@dataclass(frozen=True)
class _Lesson:
    """Decided rows (known by ``keys``) compared with their candidates, and as the shipped scorer judges them."""

    keys: NDArray[np.uint32]
    compared: Compared
    held: HeldBack


def _lesson(index: Index) -> _Lesson:
    taught = Decisions(index.decisions).taught()
    # Thinned by a hash and not by place, so that one more decision changes little.
    taught = sorted(taught, key=lambda t: crc32(repr(t[0]).encode()))[:_MOST_ROWS]
    comparison = Comparison(index)
    compared = comparison.compare([judged.item for _, judged in taught])
    labels = np.full(compared.numbers.shape, UNKNOWN, dtype=np.int8)
    for row, (_, judged) in enumerate(taught):
        if judged.linked:
            labels[row] = WRONG
        labels[row, np.isin(compared.numbers[row], index.numbers_of(sorted(judged.refused)))] = WRONG
        labels[row, np.isin(compared.numbers[row], index.numbers_of(sorted(judged.linked)))] = RIGHT
    labels[~compared.valid] = UNKNOWN
    suppliers = np.array([str(key[0] or "") for key, _ in taught], dtype=np.str_)
    folds = np.arange(len(taught)) % FOLDS
    logits = _pair_logits(shipped(), compared)
    product_of = comparison.products.record
    teams = claims_of(logits, compared.numbers, items=compared.items, product_of=product_of, holders={}).teams
    kinds = compared.stands.counted
    keys = np.array([crc32(repr(key).encode()) for key, _ in taught], dtype=np.uint32)
    return _Lesson(keys, compared, HeldBack(compared.numbers, logits, labels, kinds, teams, folds, suppliers))


def _refitted(lesson: _Lesson, rows: NDArray[np.bool_]) -> Scorer:
    """The pairs' model on the shipped sample and the rows' labelled pairs; rivals are settled as shipped."""
    from ml_analyze.matching.fit import fit_line, fit_trees

    with np.load(SHIPPED, allow_pickle=False) as arrays:
        sample, labels = arrays["sample_rows"][:_SAMPLE].astype(np.float32), arrays["sample_labels"][:_SAMPLE]
        weights = arrays["sample_weights"][:_SAMPLE]
    decided = lesson.held.labels
    known = (decided != UNKNOWN) & rows[:, None]
    pairs = np.concatenate((sample, lesson.compared.table[known]))
    truth = np.concatenate((labels, decided[known] == RIGHT))
    weight = np.concatenate((weights * _SHIPPED_WEIGHT, np.full(int(known.sum()), _LOCAL_WEIGHT)))
    base = shipped()
    trees = fit_trees(pairs, truth, weight, rounds=40, rate=0.2, bins=64)
    return Scorer(Pairs(trees, fit_line(pairs, truth, weight), base.pair.line_share), base.settle)


def _pair_logits(scorer: Scorer, compared: Compared) -> Doubles:
    logits = np.full(compared.numbers.shape, NOTHING)
    logits[compared.valid] = scorer.pair.logits(compared.table[compared.valid])
    return logits
