"""Scores that mean in the file at hand what they say: decided rows are settled again among its open ones.

How much a first candidate is worth depends on how many rows want the same products, and on how many
of them have one at all. So the rows that people decided on are put back among the open rows of the
file, fold by fold, with logits of a model that had not seen them; what they were worth *there* moves the
settled logit, as far as there are decisions, and is the proof that lets a kind of evidence link alone.

One room: one trial: what is held back, settled and compared.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ml_analyze.matching.model import Linear, logit, sigmoid
from ml_analyze.matching.proof import Proof
from ml_analyze.matching.propose import EVEN, proposed_from
from ml_analyze.matching.rivals import NOTHING, SETTLE, Claims, Listed, settle_features

Doubles = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

FOLDS = 4
UNKNOWN, WRONG, RIGHT = -1, 0, 1
# Fewer decided rows of the supplier than this say nothing about its file; fewer first candidates, nothing of their own.
_LEAST_ROWS, _LEAST_FIRSTS = 20, 60
# How strongly the local line is held where it starts (as by so much curvature a weight, and less for the bias).
_HOLD, _HOLD_BIAS = 10.0, 1.0
# First candidates alone, of which there are enough, may move their own slope and bias more.
_HOLD_FIRSTS = np.array([3.0, 0.3])
# A loss that falls by this share, and by so much a row, says that scores were plainly wrong.
_PLAINLY, _PLAINLY_A_ROW = 0.2, 0.05
# A logit beyond this is certain; it must not outweigh all others.
_CERTAIN = 12.0
# What the local line sees beside the settled logit, and where it starts: the logit as it is.
_SEEN = tuple(SETTLE.index(name) for name in ("over_all", "among_wrong"))
_START = np.array([1.0, 0.0, 0.0, 0.0])
_HOLDS = np.array([_HOLD, _HOLD, _HOLD, _HOLD_BIAS])


@dataclass(frozen=True)
class HeldBack:
    """Rows that people decided on, as models that had not seen the row's fold judge them.

    ``numbers`` of the candidates, their ``logits``, ``labels`` (1, 0, -1 unknown), kinds of ``evidence`` and ``teams``,
    all rows x ``WIDTH``; ``folds`` and ``suppliers`` a row.
    """

    numbers: Ints
    logits: Doubles
    labels: NDArray[np.int8]
    evidence: NDArray[np.int8]
    teams: Ints
    folds: Ints
    suppliers: NDArray[np.str_]

    def of(self, rows: Bools) -> HeldBack:
        return HeldBack(*(part[rows] for part in vars(self).values()))

    def among(self, numbers: Ints) -> HeldBack:
        """The same of another version of the catalogue, whose ``numbers`` these products have (-1: gone).

        A row whose product is gone says nothing any more.
        """
        gone = (self.numbers >= 0) & (numbers < 0)
        logits, labels = np.where(gone, NOTHING, self.logits), np.where(gone, UNKNOWN, self.labels).astype(np.int8)
        moved = replace(self, numbers=numbers, logits=logits, labels=labels)
        return moved.of(~(gone & (self.labels == RIGHT)).any(axis=1))

    def claims(self, rows: Bools, taken: Collection[int]) -> Claims:
        gone = np.isin(self.numbers[rows], list(taken)) & (self.numbers[rows] >= 0)
        return Claims(self.logits[rows], self.numbers[rows], self.teams[rows], gone, np.zeros(len(gone), dtype=bool))


@dataclass(frozen=True)
class _Line:
    """Settled logits moved by what was decided here: weights of the logit, of two settling features, and a bias."""

    weights: Doubles

    def __call__(self, settled: Doubles, features: Doubles) -> Doubles:
        moved: Doubles = np.where(settled <= NOTHING, NOTHING, _columns(settled, features) @ self.weights)
        return moved


def settle(
    line: Linear,
    held: HeldBack,
    claims: Claims,
    *,
    taken: Collection[int],
    supplier: str,
    elsewhere: Callable[[], Proof],
) -> tuple[Doubles, Proof]:
    """Settled logits of a supplier's open rows (rows x ``WIDTH``), and what proves them.

    A supplier with few decided rows of its own is settled as shipped: rows of another one say how good
    the pairs' model is, but not how crowded this file is; ``elsewhere`` gives what they prove.
    """
    own = held.of(held.suppliers == supplier)
    listed = _listed(own, claims, taken)
    features = settle_features(claims, listed)
    settled = applied(line, features, claims.numbers)
    if len(own.folds) < _LEAST_ROWS:
        return settled, elsewhere()
    among = _among(own, claims, taken=taken, listed=listed)
    plain = applied(line, among, own.numbers)
    moved = np.full(plain.shape, NOTHING)
    for fold in range(FOLDS):
        rows = own.folds == fold
        moved[rows] = _moved(plain[~rows], among[~rows], own.of(~rows))(plain[rows], among[rows])
    final = _moved(plain, among, own)(settled, features)
    # Each as it would be used: what the file's own rows are proposed from moves with their scores.
    lines = line_of(final[~claims.asked]), line_of(settled[~claims.asked])
    if not better(moved, plain, own.labels, lines=lines):
        return settled, proof_of(plain, own)
    return final, proof_of(moved, own)


def applied(line: Linear, features: Doubles, numbers: Ints) -> Doubles:
    """Logits of the candidates by their settling features; ``NOTHING`` where there is none."""
    valid = numbers >= 0
    final = np.full(valid.shape, NOTHING)
    final[valid] = line.logits(features[valid].astype(np.float32))
    return final


def settled_alone(line: Linear, held: HeldBack) -> Doubles:
    """Each supplier's folds without a file around them, the other folds' decisions known."""
    final = np.full(held.logits.shape, NOTHING)
    nobody = np.zeros((0, held.numbers.shape[1]), dtype=np.int64)
    nothing = Claims.of(nobody.astype(np.float64), nobody)
    for supplier in np.unique(held.suppliers):
        rows = held.suppliers == supplier
        own = held.of(rows)
        linked = own.numbers[own.labels == RIGHT].tolist()
        final[rows] = applied(line, _among(own, nothing, taken=linked, listed=None), own.numbers)
    return final


def line_of(settled: Doubles) -> float:
    """The logit from which rows of such a list are proposed."""
    return float(logit(proposed_from(settled, EVEN) / 100))


def better(moved: Doubles, plain: Doubles, labels: NDArray[np.int8], *, lines: tuple[float, float]) -> bool:
    """Whether held-back rows surely lose less by it, without proposals of them worse on balance.

    ``lines`` are the logits that rows are proposed from, by the scores as they were moved and as they are.
    Links are given up only for scores that were plainly wrong: right three times in ten where they said nine.
    """
    now, before = losses(moved, labels), losses(plain, labels)
    plainly = now.sum() < (1 - _PLAINLY) * before.sum() and (before - now).mean() > _PLAINLY_A_ROW
    return surely_less(now, before) and (
        plainly or gain(moved, labels, line=lines[0]) >= gain(plain, labels, line=lines[1])
    )


def surely_less(now: Doubles, before: Doubles) -> bool:
    """Whether rows lose less on the average, by more than the standard error: of few rows a little is luck."""
    gained = before - now
    return len(gained) > 1 and bool(gained.mean() > gained.std(ddof=1) / len(gained) ** 0.5)


def proof_of(settled: Doubles, held: HeldBack) -> Proof:
    """What people said of the first candidates, by what these stood on."""
    if not len(settled):
        return Proof.none()
    first, place = settled.argmax(axis=1), np.arange(len(settled))
    said = held.labels[place, first]
    known = said != UNKNOWN
    return Proof(settled[place, first][known], held.evidence[place, first][known], said[known] == RIGHT)


def _listed(own: HeldBack, claims: Claims, taken: Collection[int]) -> Listed:
    """The list as it was before anybody decided: its own decided rows beside those that nobody was asked about."""
    every = np.ones(len(own.folds), dtype=bool)
    free = set(own.numbers[own.labels == RIGHT].tolist())
    return Listed.of(own.claims(every, set(taken) - free).beside(_freed(claims, free)))


def _freed(claims: Claims, free: set[int]) -> Claims:
    return replace(claims, gone=claims.gone & ~np.isin(claims.numbers, list(free)))


def _among(own: HeldBack, claims: Claims, *, taken: Collection[int], listed: Listed | None) -> Doubles:
    """Settling features of the decided rows, a fold at a time open again among the file's open rows."""
    features = np.zeros((*own.logits.shape, len(SETTLE)))
    right = own.labels == RIGHT
    for fold in range(FOLDS):
        here = own.folds == fold
        if not here.any():
            continue
        free = set(own.numbers[right & here[:, None]].tolist()) - set(own.numbers[right & ~here[:, None]].tolist())
        both = own.claims(here, set(taken) - free).beside(_freed(claims, free))
        features[here] = settle_features(both, listed)[: here.sum()]
    return features


def _columns(settled: Doubles, features: Doubles) -> Doubles:
    seen = (np.clip(settled, -_CERTAIN, _CERTAIN), *(features[..., at] for at in _SEEN), np.ones(settled.shape))
    return np.stack(seen, axis=-1)


def _moved(settled: Doubles, features: Doubles, held: HeldBack) -> _Line:
    """The line drawn to the decided pairs, then to what first candidates were worth (Platt)."""
    known = held.labels != UNKNOWN
    columns = _columns(settled, features)
    drawn = _drawn(columns[known], held.labels[known] == RIGHT, _START, _HOLDS)
    proof = proof_of(_Line(drawn)(settled, features), held)
    if len(proof.logits) < _LEAST_FIRSTS:
        return _Line(drawn)
    pairs = np.stack((np.clip(proof.logits, -_CERTAIN, _CERTAIN), np.ones(len(proof.logits))), axis=1)
    slope, shift = _drawn(pairs, proof.right, np.array([1.0, 0.0]), _HOLD_FIRSTS)
    return _Line(max(slope, 0.1) * drawn + np.array([0.0, 0.0, 0.0, shift]))


def _drawn(columns: Doubles, right: Bools, start: Doubles, hold: Doubles) -> Doubles:
    """Logistic regression by Newton's method with a normal prior around ``start`` of precision ``hold``."""
    found = start.copy()
    for _ in range(30):
        share = sigmoid(columns @ found)
        slope = columns.T @ (share - right) + hold * (found - start)
        curve = columns.T @ (columns * (share * (1 - share))[:, None]) + np.diag(hold)
        step = np.linalg.solve(curve, slope)
        found = found - np.clip(step, -1, 1)
        if np.abs(step).max() < 1e-6:
            break
    return found


def losses(settled: Doubles, labels: NDArray[np.int8]) -> Doubles:
    """Log loss of the pairs that people decided on, a number a row."""
    sign = np.where(labels == RIGHT, 1.0, -1.0)
    each = np.logaddexp(0, -sign * np.clip(settled, -_CERTAIN, _CERTAIN))
    total: Doubles = np.where(labels == UNKNOWN, 0.0, each).sum(axis=1)
    return total


def gain(settled: Doubles, labels: NDArray[np.int8], *, line: float) -> float:
    """F1 of proposing every decided row its first candidate where that has the logit ``line`` or more."""
    if not len(settled):
        return 0.0
    first, place = settled.argmax(axis=1), np.arange(len(settled))
    linked = settled[place, first] >= line
    right = linked & (labels[place, first] == RIGHT)
    wrong = linked & (labels[place, first] == WRONG)
    return float(2 * right.sum() / max(right.sum() + wrong.sum() + (labels == RIGHT).any(axis=1).sum(), 1))
