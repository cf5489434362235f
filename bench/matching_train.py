"""Train the model that ships: ``python -m bench.matching_train [--worlds 260]``.

Nothing but made-up catalogues goes in (``bench/matching_synthetic.py``, ``bench/matching_trades.py``). The second
floor, which settles rivals and says what a score is worth in a list, learns from pairs that were scored by a model
which had not seen *their kind* of catalogue, because that is how the shipped model will meet the next one. What is
printed is judged the same way: each kind by models that never met it. A sample of the pairs ships with the model,
so that a refit on local decisions keeps what was learned; it says which world each pair is of, so that a test can
make it again.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from bench.matching_data import calibration_error
from bench.matching_synthetic import World, world
from bench.matching_trades import ALL, trade
from ml_analyze.matching.calibrate import applied
from ml_analyze.matching.feature_table import Comparison
from ml_analyze.matching.fit import fit_line, fit_trees
from ml_analyze.matching.index import open_index
from ml_analyze.matching.model import SHIPPED, Linear, Pairs, Scorer, sigmoid, to_arrays
from ml_analyze.matching.rivals import NOTHING, Claims, settle_features
from ml_analyze.matching.teams import claims_of

LINE_SHARE = 0.3
_SAMPLE = 12_000
_LEAST_ROWS = 8
_FOLDS = 4
_MOST_PAIRS = 80_000
INVENTED = ("invented-en", "invented-other")
KINDS = (*INVENTED, *ALL)


def training_world(kind: str, seed: int) -> World:
    """A world of a kind, of a size and a share of known rows drawn by its seed."""
    rng = random.Random(f"{kind} {seed} size")
    products = int(10 ** rng.uniform(2.3, 3.4))
    items = min(products, rng.choice([40, 120, 200, 250]))
    if kind in ALL:
        return trade(kind, seed, products=products, items=items)
    language = "en" if kind == "invented-en" else rng.choice(["de", "es", "fr", "ru", "zh"])
    return world(seed, products=products, items=items, language=language)


def worlds(count: int) -> list[tuple[str, int]]:
    """Kinds in turn, so that any number of worlds has all of them."""
    return [(KINDS[at % len(KINDS)], at // len(KINDS)) for at in range(count)]


@dataclass(frozen=True)
class Measured:
    """Candidates, features and labels of a world's rows, and which rows are teams."""

    numbers: Any
    table: Any
    labels: Any
    teams: Any
    known: Any


def measured(job: tuple[str, int]) -> Measured:
    made = training_world(*job)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "catalogue.ndjson"
        path.write_text("\n".join(json.dumps(line) for line in made.lines()))
        index = open_index(path, cache_dir=Path(folder) / "cache")
        comparison = Comparison(index)
        found = comparison.compare(made.items)
        ids = [index.product(number).id for number in range(index.size)]
    truth = [made.truth[item["id"]] for item in made.items]
    labels = np.array(
        [
            [
                number >= 0 and any(ids[each] in truth[row] for each in (number, *found.copies.get((row, number), ())))
                for number in numbers
            ]
            for row, numbers in enumerate(found.numbers.tolist())
        ]
    )
    near = np.where(found.valid, 0.0, NOTHING)
    claims = claims_of(near, found.numbers, items=found.items, product_of=comparison.products.record, holders={})
    return Measured(found.numbers, found.table, labels, claims.teams, np.array([bool(each) for each in truth]))


def taught(numbers: Any, table: Any, labels: Any) -> tuple[Any, Any]:
    """Which pairs teach: all near ones, of the far ones 15 %, which then weigh more."""
    valid = numbers >= 0
    nearness = np.where(valid, table[:, :, :3].sum(axis=2), -9)
    rank = (-nearness).argsort(axis=1, kind="stable").argsort(axis=1, kind="stable")
    near = (rank < 5) | labels
    use = valid & (near | (np.random.default_rng(0).random(valid.shape) < 0.15))
    return use, np.where(near, 1.0, 1 / 0.15)


def pair_floor(rows: Any, truth: Any, weights: Any, *, rounds: int = 120) -> Pairs:
    return Pairs(fit_trees(rows, truth, weights, rounds=rounds), fit_line(rows, truth, weights), LINE_SHARE)


def settle_line(parts: Iterable[tuple[Any, Measured]]) -> Linear:
    """From worlds with the logits of their pairs; a row's likeliest five candidates teach.

    Each world is also shown with few of the rows that have a product, and with few of those that have none: how many
    there are is what a list has to tell by itself.
    """
    rows, truth = [], []
    for at, (logits, made) in enumerate(parts):
        draw = np.random.default_rng(at).random(len(made.known))
        for keep in (draw >= 0, (draw < 0.3) | ~made.known, (draw < 0.3) | made.known):
            if keep.sum() < _LEAST_ROWS:
                continue
            features, use = settled_features(logits[keep], made, keep)
            rows.append(features[use].astype(np.float32))
            truth.append(made.labels[keep][use])
    table, right = np.concatenate(rows), np.concatenate(truth)
    return fit_line(table, right, None, strength=1.0)


def settled_features(logits: Any, made: Measured, rows: Any) -> tuple[Any, Any]:
    """Settling features of some rows of a world, and which of their candidates are among the likeliest."""
    numbers = made.numbers[rows]
    features = settle_features(replace(Claims.of(logits, numbers), teams=made.teams[rows]))
    rank = (-logits).argsort(axis=1, kind="stable").argsort(axis=1, kind="stable")
    return features, (numbers >= 0) & (rank < 5)


class Lesson:
    """All pairs of all worlds, and the fold of each world: worlds of one kind share it."""

    def __init__(self, jobs: list[tuple[str, int]], parts: list[Measured]) -> None:
        self.jobs, self.parts = jobs, parts
        self.folds = np.array([KINDS.index(kind) % _FOLDS for kind, _ in jobs])
        self.table = np.concatenate([part.table for part in parts])
        self.labels = np.concatenate([part.labels for part in parts])
        self.world = np.concatenate([np.full(len(part.table), at) for at, part in enumerate(parts)])
        numbers = np.concatenate([part.numbers for part in parts])
        self.use, self.weight = taught(numbers, self.table, self.labels)

    def pairs(self, rows: Any) -> tuple[Any, Any, Any]:
        use = self.use & rows[:, None]
        return self.table[use], self.labels[use], self.weight[use]

    def unseen(self) -> list[Any]:
        """Logits of each world by a model that has not met its kind."""
        logits: list[Any] = [None] * len(self.parts)
        for fold in range(_FOLDS):
            rows, truth, weights = self.pairs(self.folds[self.world] != fold)
            chosen = np.random.default_rng(fold).permutation(len(rows))[:_MOST_PAIRS]
            floor = pair_floor(rows[chosen], truth[chosen], weights[chosen], rounds=60)
            for at in np.flatnonzero(self.folds == fold).tolist():
                valid = self.parts[at].numbers >= 0
                logits[at] = np.full(valid.shape, NOTHING)
                logits[at][valid] = floor.logits(self.parts[at].table[valid])
        return logits

    def judged(self, logits: list[Any]) -> None:
        """Print, of each kind, how a settling that has not met it does."""
        for fold in range(_FOLDS):
            others = [at for at in range(len(self.parts)) if self.folds[at] != fold]
            line = settle_line((logits[at], self.parts[at]) for at in others)
            for kind in (kind for kind in KINDS if KINDS.index(kind) % _FOLDS == fold):
                told = [
                    _told(line, logits[at], self.parts[at]) for at, (name, _) in enumerate(self.jobs) if name == kind
                ]
                if told:
                    f1, best, error = np.mean(told, axis=0)
                    print(f"{kind:<16} F1 at 50 {f1:5.1f}  at its best {best:5.1f}  calibration error {error:.3f}")


def _told(line: Linear, logits: Any, made: Measured) -> tuple[float, float, float]:
    features, _ = settled_features(logits, made, np.ones(len(logits), dtype=bool))
    final = applied(line, features, made.numbers)
    first, place = final.argmax(axis=1), np.arange(len(final))
    share, right = sigmoid(final[place, first]), made.labels[place, first]

    def f1(least: float) -> float:
        linked = share >= least
        return float(200 * (linked & right).sum() / max(linked.sum() + made.known.sum(), 1))

    judged = list(zip(share.tolist(), right.tolist(), strict=True))
    return f1(0.5), max(f1(least) for least in np.arange(0.05, 1, 0.05)), calibration_error(judged)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=121)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--out", type=Path, default=SHIPPED)
    given = parser.parse_args()
    jobs = worlds(given.worlds)
    with ProcessPoolExecutor(given.processes) as pool:
        parts = list(pool.map(measured, jobs))
    lesson = Lesson(jobs, parts)
    logits = lesson.unseen()
    lesson.judged(logits)
    settle = settle_line(zip(logits, parts, strict=True))
    rows, truth, weights = lesson.pairs(np.ones(len(lesson.table), dtype=bool))
    chosen = np.random.default_rng(9).permutation(len(rows))[: 3 * _MOST_PAIRS]
    pair = pair_floor(rows[chosen], truth[chosen], weights[chosen])
    given.out.parent.mkdir(exist_ok=True)
    np.savez_compressed(given.out, **to_arrays(Scorer(pair, settle)), **sample(lesson))
    print(f"{given.out}: {len(rows)} pairs of {given.worlds} worlds, {given.out.stat().st_size / 1e6:.1f} MB")


def sample(lesson: Lesson) -> dict[str, Any]:
    """The pairs that ship: features, label and weight, with their world (a place in ``worlds``), row and candidate."""
    rows, places = np.nonzero(lesson.use)
    chosen = np.sort(np.random.default_rng(0).choice(len(rows), min(_SAMPLE, len(rows)), replace=False))
    rows, places = rows[chosen], places[chosen]
    starts = np.searchsorted(lesson.world, lesson.world[rows])
    return {
        "sample_rows": lesson.table[rows, places].astype(np.float16),
        "sample_labels": lesson.labels[rows, places],
        "sample_weights": lesson.weight[rows, places].astype(np.float32),
        "sample_worlds": lesson.world[rows].astype(np.int16),
        "sample_places": np.stack((rows - starts, places), axis=1).astype(np.int16),
    }


if __name__ == "__main__":
    main()
