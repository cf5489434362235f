"""Train the model that ships: ``python -m bench.matching_train [--worlds 240]``.

Nothing but made-up catalogues goes in (``bench/matching_synthetic.py``). The pairs' model is fitted on
all of them, the settling of rivals on pairs that were scored by a model which had not seen their
world; a sample of the pairs ships with it, so that a refit on local decisions keeps what was learned.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from bench.matching_synthetic import World, world
from ml_analyze.matching.compare import Comparison
from ml_analyze.matching.fit import fit_line, fit_trees
from ml_analyze.matching.index import open_index
from ml_analyze.matching.model import SHIPPED, Scorer, to_arrays
from ml_analyze.matching.rivals import NOTHING, settle_features

LINE_SHARE = 0.3
_SAMPLE = 12_000


def training_world(seed: int) -> World:
    """A world of a size and a share of known rows drawn by its seed."""
    rng = random.Random(seed * 7 + 1)
    products = int(10 ** rng.uniform(2.3, 3.7))
    return world(seed, products=products, items=min(products, rng.choice([150, 250, 250, 600, products]), 1200))


def measured(seed: int) -> tuple[Any, Any, Any]:
    """Candidates, features and labels of one world."""
    made = training_world(seed)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "catalogue.ndjson"
        path.write_text("\n".join(json.dumps(line) for line in made.lines()))
        index = open_index(path, cache_dir=Path(folder) / "cache")
        found = Comparison(index).compare(made.items)
        ids = [index.product(number).id for number in range(index.size)]
    labels = np.array(
        [
            [number >= 0 and ids[number] in made.truth[item["id"]] for number in numbers]
            for item, numbers in zip(made.items, found.numbers, strict=True)
        ]
    )
    return found.numbers, found.table, labels


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=240)
    parser.add_argument("--out", type=Path, default=SHIPPED)
    given = parser.parse_args()
    with ProcessPoolExecutor(2) as pool:
        parts = list(pool.map(measured, range(given.worlds)))
    group = np.concatenate([np.full(len(part[0]), seed) for seed, part in enumerate(parts)])
    numbers, table, labels = (np.concatenate([part[i] for part in parts]) for i in range(3))
    use, weight = taught(numbers, table, labels)
    rows, truth, weights = table[use], labels[use], weight[use]
    pairs = Scorer(fit_trees(rows, truth, weights), fit_line(rows, truth, weights), None, LINE_SHARE)  # type: ignore[arg-type]
    settle = fit_settle(numbers, table, labels, group, use, weight)
    chosen = np.random.default_rng(0).choice(len(rows), min(_SAMPLE, len(rows)), replace=False)
    given.out.parent.mkdir(exist_ok=True)
    np.savez_compressed(
        given.out,
        **to_arrays(Scorer(pairs.trees, pairs.line, settle, LINE_SHARE)),
        sample_rows=rows[chosen].astype(np.float16),
        sample_labels=truth[chosen],
        sample_weights=weights[chosen].astype(np.float32),
    )
    print(f"{given.out}: {len(rows)} pairs of {given.worlds} worlds, {given.out.stat().st_size / 1e6:.1f} MB")


def taught(numbers: Any, table: Any, labels: Any) -> tuple[Any, Any]:
    """Which pairs teach: all near ones, of the far ones 15 %, which then weigh more."""
    valid = numbers >= 0
    nearness = np.where(valid, table[:, :, :3].sum(axis=2), -9)
    rank = (-nearness).argsort(axis=1).argsort(axis=1)
    near = (rank < 5) | labels
    use = valid & (near | (np.random.default_rng(0).random(valid.shape) < 0.15))
    return use, np.where(near, 1.0, 1 / 0.15)


def fit_settle(numbers: Any, table: Any, labels: Any, group: Any, use: Any, weight: Any) -> Any:
    """The line over rivals, on logits from a model that was fitted on the other half of the worlds."""
    valid = numbers >= 0
    logits = np.full(valid.shape, NOTHING)
    for half in range(2):
        here = (group % 2 == half)[:, None]
        teach = use & ~here
        scorer = Scorer(
            fit_trees(table[teach], labels[teach], weight[teach]),
            fit_line(table[teach], labels[teach], weight[teach]),
            None,  # type: ignore[arg-type]
            LINE_SHARE,
        )
        logits[valid & here] = scorer.pair_logits(table[valid & here])
    settled = np.concatenate([settle_features(logits[group == g], numbers[group == g]) for g in np.unique(group)])
    return fit_line(settled[valid].astype(np.float32), labels[valid], None, strength=1.0)


if __name__ == "__main__":
    main()
