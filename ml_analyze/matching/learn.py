"""Learning from decisions: the shipped scorer refitted on local links and vetoes, used only if it is better.

Links and vetoes of a snapshot become labelled candidate lists. On folds of them the refit is held
against the shipped scorer; the pairs' log loss on rows that neither had seen decides. What the first
candidates of held-back rows were worth calibrates the scores and says whether they may link alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from ml_analyze.matching.compare import Compared, Comparison
from ml_analyze.matching.decisions import Decisions
from ml_analyze.matching.index import Index, only_builder
from ml_analyze.matching.model import SHIPPED, Scorer, from_arrays, shipped, sigmoid, to_arrays
from ml_analyze.matching.rivals import NOTHING, settle_features

Doubles = NDArray[np.float64]

LEAST_DECISIONS = 50
_LEAST_ROWS_TO_VOUCH, _LEAST_LINKS_TO_VOUCH, _VOUCHED_PRECISION = 150, 100, 0.98
_MOST_ROWS = 4000
_FOLDS = 4
# A refit must beat what it replaces by this share of the loss: equal is not better.
_LEAST_GAIN = 0.005
# Local pairs against those of the shipped sample (0.05 to 0.3 differ by less than chance), of which so many are taken.
_LOCAL_WEIGHT, _SHIPPED_WEIGHT, _SAMPLE = 5.0, 0.1, 12_000
# A local scorer has half a say; more of it the more rows beyond this many it has seen.
_HALF_SAY_ROWS = 200
# Fewer first candidates than this say too little about how far scores can be trusted.
_LEAST_FIRSTS = 100
_UNKNOWN, _WRONG, _RIGHT = -1, 0, 1


@dataclass(frozen=True)
class Judge:
    """Who judges pairs: the ``shipped`` scorer, in the mean with a ``local`` one where that proved better.

    ``slope`` and ``shift`` calibrate the settled logits on local decisions; ``held_logits`` and
    ``held_right`` are the calibrated logits of first candidates whose rows were held back, and whether
    a person agreed.
    """

    shipped: Scorer
    name: str
    local: Scorer | None = None
    local_share: float = 0.5
    slope: float = 1.0
    shift: float = 0.0
    held_logits: Doubles = field(default_factory=lambda: np.zeros(0))
    held_right: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=bool))

    def pair_logits(self, compared: Compared) -> Doubles:
        logits = _pair_logits(self.shipped, compared)
        if self.local is None:
            return logits
        return (1 - self.local_share) * logits + self.local_share * _pair_logits(self.local, compared)

    def settled(self, logits: Doubles, numbers: NDArray[np.int64], *, taken: Collection[int] = ()) -> Doubles:
        """Calibrated logits of all pairs of a batch, rivals considered."""
        return self.slope * _settled(self.shipped, logits, numbers, taken=taken) + self.shift

    def vouches_for(self, auto_threshold: float) -> bool:
        """Whether enough held-back rows scored above the threshold, and all but 2 % of them were right."""
        above = 100 * sigmoid(self.held_logits) >= auto_threshold
        enough = len(above) >= _LEAST_ROWS_TO_VOUCH and above.sum() >= _LEAST_LINKS_TO_VOUCH
        return bool(enough and self.held_right[above].mean() >= _VOUCHED_PRECISION)


def judge_for(index: Index) -> Judge:
    """The model for a catalogue version: learned once from its decisions, then read from the cache."""
    if len(index.decisions) < LEAST_DECISIONS or not index.size:
        return Judge(shipped(), "shipped")
    path = index.folder / f"judge-{crc32(SHIPPED.read_bytes() + Path(__file__).read_bytes()):08x}.npz"
    with only_builder(index.folder / "judge.lock"):
        if not path.exists():
            part = path.with_suffix(".part")
            with part.open("wb") as file:
                np.savez(file, **_stored(learn(index)))
            part.replace(path)
    with np.load(path, allow_pickle=False) as arrays:
        return _restored(dict(arrays))


def _stored(judge: Judge) -> dict[str, Any]:
    own = {key: value for key, value in vars(judge).items() if key not in ("shipped", "local")}
    return {**{f"judge_{key}": value for key, value in own.items()}, **(to_arrays(judge.local) if judge.local else {})}


def _restored(arrays: dict[str, Any]) -> Judge:
    own = {key.removeprefix("judge_"): value for key, value in arrays.items() if key.startswith("judge_")}
    local = {key: value for key, value in arrays.items() if not key.startswith("judge_")}
    facts = {key: value.item() if value.ndim == 0 else value for key, value in own.items()}
    return Judge(shipped(), local=from_arrays(local) if local else None, **facts)


@dataclass(frozen=True)
class Lesson:
    """Rows that people decided on: their candidates, ``labels`` of these (1, 0, -1 unknown), supplier and fold."""

    compared: Compared
    labels: NDArray[np.int8]
    suppliers: NDArray[np.int64]
    folds: NDArray[np.int64]

    def logits(self, scorer: Scorer) -> Doubles:
        return _pair_logits(scorer, self.compared)

    def parts(self) -> Iterator[tuple[NDArray[np.bool_], set[int]]]:
        """Rows of one supplier and fold, with the products that the supplier's other rows were given."""
        for supplier in np.unique(self.suppliers):
            of_supplier = self.suppliers == supplier
            for fold in range(_FOLDS):
                here = of_supplier & (self.folds == fold)
                others = (of_supplier & ~here)[:, None] & (self.labels == _RIGHT)
                if here.any():
                    yield here, set(self.compared.numbers[others].tolist())


def learn(index: Index) -> Judge:
    """Refit, recalibrate or keep the shipped scorer: whichever the held-back rows say is best."""
    lesson = _lesson(index)
    base = shipped()
    if not (lesson.labels == _RIGHT).any() or not (lesson.labels == _WRONG).any():
        return Judge(base, "shipped")
    plain = lesson.logits(base)
    held = np.full(plain.shape, NOTHING)
    share = max(0.5, len(lesson.labels) / (len(lesson.labels) + _HALF_SAY_ROWS))
    for fold in range(_FOLDS):
        rows = lesson.folds == fold
        held[rows] = ((1 - share) * plain + share * lesson.logits(_refitted(lesson, ~rows)))[rows]
    final, held = _in_context(base, plain, lesson), _in_context(base, held, lesson)
    name, local = "shipped", None
    if _loss(held, lesson.labels) < (1 - _LEAST_GAIN) * _loss(final, lesson.labels):
        name, final = "refitted", held
        local = _refitted(lesson, np.ones(len(lesson.folds), dtype=bool))
    slope, shift = 1.0, 0.0
    firsts, calibrated = _firsts(final, lesson.labels), _firsts(_cross_calibrated(final, lesson), lesson.labels)
    gained = _first_loss(*calibrated) < (1 - _LEAST_GAIN) * _first_loss(*firsts)
    if gained and len(firsts[0]) >= _LEAST_FIRSTS:
        name += " and recalibrated"
        slope, shift = _calibration(*firsts)
        firsts = calibrated
    return Judge(base, f"{name} on {len(index.decisions)} decisions", local, share, slope, shift, *firsts)


def _lesson(index: Index) -> Lesson:
    taught = Decisions(index.decisions).taught()
    # Thinned by a hash and not by place, so that one more decision changes little.
    taught = sorted(taught, key=lambda t: crc32(repr(t[0]).encode()))[:_MOST_ROWS]
    compared = Comparison(index).compare([judged.item for _, judged in taught])
    labels = np.full(compared.numbers.shape, _UNKNOWN, dtype=np.int8)
    for row, (_, judged) in enumerate(taught):
        if judged.linked:
            labels[row] = _WRONG
        labels[row, np.isin(compared.numbers[row], index.numbers_of(sorted(judged.refused)))] = _WRONG
        labels[row, np.isin(compared.numbers[row], index.numbers_of(sorted(judged.linked)))] = _RIGHT
    labels[~compared.valid] = _UNKNOWN
    suppliers = np.unique([str(key[0]) for key, _ in taught], return_inverse=True)[1]
    return Lesson(compared, labels, suppliers, np.arange(len(taught)) % _FOLDS)


def _refitted(lesson: Lesson, rows: NDArray[np.bool_]) -> Scorer:
    """The pairs' model on the shipped sample and the rows' labelled pairs; rivals are settled as shipped."""
    from ml_analyze.matching.fit import fit_line, fit_trees

    with np.load(SHIPPED, allow_pickle=False) as arrays:
        sample, labels = arrays["sample_rows"][:_SAMPLE].astype(np.float32), arrays["sample_labels"][:_SAMPLE]
        weights = arrays["sample_weights"][:_SAMPLE]
    known = (lesson.labels != _UNKNOWN) & rows[:, None]
    pairs = np.concatenate((sample, lesson.compared.table[known]))
    truth = np.concatenate((labels, lesson.labels[known] == _RIGHT))
    weight = np.concatenate((weights * _SHIPPED_WEIGHT, np.full(int(known.sum()), _LOCAL_WEIGHT)))
    base = shipped()
    trees = fit_trees(pairs, truth, weight, rounds=40, rate=0.2, bins=64)
    return Scorer(trees, fit_line(pairs, truth, weight), base.settle, base.line_share)


def _in_context(scorer: Scorer, logits: Doubles, lesson: Lesson) -> Doubles:
    """Settled logits of every row as if the other folds' decisions were known and its own were not."""
    final = np.full(logits.shape, NOTHING)
    for rows, taken in lesson.parts():
        final[rows] = _settled(scorer, logits[rows], lesson.compared.numbers[rows], taken=taken)
    return final


def _cross_calibrated(settled: Doubles, lesson: Lesson) -> Doubles:
    """Each fold calibrated by what the others' first candidates were worth."""
    final = settled.copy()
    for fold in range(_FOLDS):
        rows = lesson.folds == fold
        slope, shift = _calibration(*_firsts(settled[~rows], lesson.labels[~rows]))
        final[rows] = slope * settled[rows] + shift
    return final


def _firsts(settled: Doubles, labels: NDArray[np.int8]) -> tuple[Doubles, NDArray[np.bool_]]:
    """Logits of the first candidates that people decided on, and what they said."""
    if not len(settled):
        return np.zeros(0), np.zeros(0, dtype=bool)
    first = settled.argmax(axis=1)
    place = np.arange(len(settled))
    said = labels[place, first]
    known = said != _UNKNOWN
    return settled[place, first][known], said[known] == _RIGHT


def _calibration(logits: Doubles, right: NDArray[np.bool_]) -> tuple[float, float]:
    """Slope and shift by logistic regression (Platt), drawn towards 1 and 0 as by a few rows' evidence."""
    columns = np.stack((np.clip(logits, -12, 12), np.ones(len(logits))), axis=1)
    prior, pull = np.array([1.0, 0.0]), np.array([10.0, 1.0])
    found = prior.copy()
    for _ in range(30):
        share = sigmoid(columns @ found)
        slope = columns.T @ (share - right) + pull * (found - prior)
        curve = columns.T @ (columns * (share * (1 - share))[:, None]) + np.diag(pull)
        step = np.linalg.solve(curve, slope)
        found = found - np.clip(step, -1, 1)
        if np.abs(step).max() < 1e-6:
            break
    return max(float(found[0]), 0.1), float(found[1])


def _loss(settled: Doubles, labels: NDArray[np.int8]) -> float:
    """Log loss of all pairs that people decided on, a row."""
    known = labels != _UNKNOWN
    sign = np.where(labels[known] == _RIGHT, 1.0, -1.0)
    return float(np.logaddexp(0, -sign * np.clip(settled[known], -12, 12)).sum()) / max(len(labels), 1)


def _first_loss(logits: Doubles, right: NDArray[np.bool_]) -> float:
    """Log loss of first candidates."""
    return float(np.logaddexp(0, -np.where(right, 1.0, -1.0) * np.clip(logits, -12, 12)).sum())


def _pair_logits(scorer: Scorer, compared: Compared) -> Doubles:
    logits = np.full(compared.numbers.shape, NOTHING)
    logits[compared.valid] = scorer.pair_logits(compared.table[compared.valid])
    return logits


def _settled(scorer: Scorer, logits: Doubles, numbers: Any, *, taken: Collection[int] = ()) -> Doubles:
    valid = numbers >= 0
    final = np.full(valid.shape, NOTHING)
    features = settle_features(logits, numbers, taken=taken)
    final[valid] = scorer.settle.logits(features[valid].astype(np.float32))
    return final
