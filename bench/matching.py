"""How well rows find their products: ``python -m bench.matching [--data DIR] [--sets NAME ...] [--draws 5]``.

For any labelled folder (see ``bench/matching_data.py``; the sample of issue 5 by default) and for sets of trades that
are made up (``bench/matching_sets.py``): a line a number of reviews with link F1 at the product's own thresholds (mean
and worst of the draws), at a score of 50 and at the threshold that suits the set best, the calibration error of first
candidates, the share linked alone and how much of it is right, and the share that could be linked at a precision of
0.98. The floor of a figure is what plain character 3-grams (scikit-learn's ``TfidfVectorizer`` and a cosine) reach on
the same set, the cosine's threshold chosen on the training pairs.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench import matching_sets
from bench.figure import Figure, figure
from bench.matching_curve import Curve
from bench.matching_data import (
    Answer,
    Labelled,
    answer,
    calibration_error,
    firsts,
    link_f1,
    pair_f1,
    recall,
    write_snapshot,
)
from bench.matching_synthetic import World
from bench.matching_trades import TRADES, trade

DATA = Path(os.environ.get("MATCHING_SAMPLE", "../shared/samples/matching/abt-buy"))
# Worlds from here on were never trained on (``bench/matching_train.py`` counts from 0).
_UNSEEN = 100_000
# Goals of issue 5 for the sample: F1 (%) of unseen items after so many reviews.
_GOALS = {0: 93.0, 50: 95.5, 200: 96.0}


def figures(quick: bool) -> list[Figure]:
    """The table of issue 5; ``quick`` draws labels once instead of three times."""
    found = made_up(tuple(TRADES)[::3] if quick else tuple(TRADES))
    if (DATA / "gold.csv").exists():
        found = labelled(Labelled.read(DATA), split="test", draws=1 if quick else 3) + found
    return found


def labelled(data: Labelled, *, split: str, draws: int) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(data, Path(folder))
        return [*bench.without_labels(split), *bench.with_pairs(split, draws), *bench.with_reviews(draws)]


class Bench(Curve):
    """A set with a published split of labelled pairs, beside the plain cosine."""

    def __init__(self, data: Labelled, folder: Path) -> None:
        super().__init__(data, folder)
        self.plain = plain_cosines(data.items, data.products)
        taught = [pair for name in ("train", "valid") for pair in data.splits.get(name, [])]
        self.plain_least = max(range(5, 100, 5), key=lambda least: pair_f1(self.plain, taught, least=least))

    def without_labels(self, split: str) -> list[Figure]:
        fresh, plain, gold = self.fresh, self.plain, self.data.gold
        pairs = self.data.splits[split]
        plain_f1 = pair_f1(plain, pairs, least=self.plain_least)
        return [
            figure("recall@1, no label", recall(fresh.scores, gold, 1), "%", floor=recall(plain, gold, 1), least=91),
            figure(
                "recall@10, no label", recall(fresh.scores, gold, 10), "%", floor=recall(plain, gold, 10), least=99.8
            ),
            figure(f"pair F1 ({split}), no label", pair_f1(fresh.scores, pairs), "%", floor=plain_f1, least=92),
        ]

    def with_pairs(self, split: str, draws: int) -> list[Figure]:
        """F1 after a random 200 of the training pairs, and after all training and validation pairs."""
        pairs, train = self.data.splits[split], self.data.splits["train"]
        others = [p for name in ("train", "valid") if name != split for p in self.data.splits[name]]
        floor = pair_f1(self.plain, pairs, least=self.plain_least)
        some = [pair_f1(self.after(random.Random(draw).sample(train, 200)).scores, pairs) for draw in range(draws)]
        every = pair_f1(self.after(others).scores, pairs)
        return [
            figure(f"pair F1 ({split}), 200 pairs", _mean(some), "%", floor=floor, least=95),
            figure(f"pair F1 ({split}), all pairs", every, "%", floor=floor, least=96.5),
        ]

    def with_reviews(self, draws: int) -> list[Figure]:
        """After 0, 50, 200 and all reviews: link F1 of the unseen items, and what is left to a person."""
        floor = link_f1(Answer(self.plain, {}), self.held, self.data.gold, least=self.plain_least)
        found: list[Figure] = []
        for count in (0, 50, 200, len(self.pool)):
            runs = self.told(count, draws)
            f1, alone = (_mean([getattr(run, name) for run in runs]) for name in ("f1", "automatic"))
            name = f"link F1 of unseen items, {count} reviews"
            found.append(figure(name, f1, "%", floor=floor, least=_GOALS.get(count)))
            found.append(figure(f"left to a person, {count} reviews", 100 - alone, "%"))
            if count == 200:
                error = _mean([run.error for run in runs])
                found.append(figure("calibration error, 200 reviews", error, "", most=0.05))
        precision = _mean([run.precision for run in runs])
        found.append(figure("precision of what is linked alone, all reviewed", precision, "%", least=98))
        return found


def plain_cosines(items: list[dict[str, Any]], products: list[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """The ten nearest products by character 3-grams of the name, cosines times 100."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    grams = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 3), sublinear_tf=True)
    table = grams.fit_transform([p["name"] for p in products])
    near = (grams.transform([i["name"] for i in items]) @ table.T).toarray()
    best = (-near).argsort(axis=1)[:, :10]
    return {
        item["id"]: {products[at]["id"]: 100 * float(row[at]) for at in places}
        for item, places, row in zip(items, best, near, strict=True)
    }


def made_up(names: Sequence[str]) -> list[Figure]:
    """The shipped model alone on trades it has not seen; the floor is the best threshold of the plain cosine."""
    found: list[Figure] = []
    errors, alone, rows = [], [], 0
    for name, made, run in unseen_worlds(names):
        ids = [item["id"] for item in made.items]
        plain = Answer(plain_cosines(made.items, made.products), {})
        floor = max(link_f1(plain, ids, made.truth, least=t) for t in range(30, 100, 10))
        found.append(figure(f"link F1, made up, {name}", link_f1(run, ids, made.truth), "%", floor=floor))
        told = firsts(run, ids, made.truth)
        errors.append(calibration_error(told))
        alone += [right for i, (_, right) in zip(ids, told, strict=True) if run.status[i] == "auto_matched"]
        rows += len(ids)
    return [
        *found,
        figure("calibration error, made up, the worst", max(errors), ""),
        figure("linked alone, made up, no label", 100 * len(alone) / rows, "%"),
        figure("precision of these, made up", 100 * _mean(alone), "%"),
    ]


def unseen_worlds(names: Sequence[str]) -> Iterator[tuple[str, World, Answer]]:
    """A catalogue a trade of 2,000 products with 500 rows, a third of which have no product."""
    for name in names:
        made = trade(name, _UNSEEN, products=2000, items=500, known=2 / 3)
        yield name, made, _answered(made.products, made.items)


def _answered(products: Iterable[Mapping[str, Any]], items: list[dict[str, Any]]) -> Answer:
    with tempfile.TemporaryDirectory() as folder:
        path = write_snapshot(Path(folder) / "catalogue.ndjson", products)
        return answer(path, items, Path(folder) / "cache")[0]


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / max(len(listed), 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="a folder with items.csv, catalog.csv and gold.csv")
    parser.add_argument("--sets", nargs="*", choices=sorted(matching_sets.SETS), help="made-up sets; all by default")
    parser.add_argument("--holes", type=float, default=0.0, help="leave out this share of the folder's products")
    parser.add_argument("--rows", type=int, help="of each made-up set, in place of its 600 to 1,000")
    parser.add_argument("--draws", type=int, default=5)
    parser.add_argument("--reviews", type=int, nargs="*", default=[0, 50, 200, 1000], help="all are measured too")
    given = parser.parse_args()
    sets: list[tuple[str, Labelled]] = []
    if given.data or (given.sets is None and (DATA / "gold.csv").exists()):
        folder = given.data or DATA
        sets.append((folder.name, matching_sets.with_holes(Labelled.read(folder), given.holes)))
    chosen = (given.sets or ()) if given.data or given.sets else matching_sets.SETS
    sets += [(name, matching_sets.labelled(matching_sets.made(name, rows=given.rows))) for name in chosen]
    for name, data in sets:
        with tempfile.TemporaryDirectory() as kept:
            print(f"\n{name}: ", end="", flush=True)
            print("\n".join(Curve(data, Path(kept)).table(given.draws, given.reviews)), flush=True)


if __name__ == "__main__":
    main()
