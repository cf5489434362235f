"""How well rows find their products: ``python -m bench.matching --data DIR [--split test] [--quick]``.

On a labelled set (see ``bench/matching_data.py``; the sample of issue 5 by default) and on made-up
catalogues in six languages in which many rows have no product. The floor of a figure is what plain
character 3-grams (scikit-learn's ``TfidfVectorizer`` and a cosine) reach on the same set, the cosine's
threshold chosen on the training pairs.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from zlib import crc32

from bench.figure import Figure, figure
from bench.matching_data import (
    Answer,
    Labelled,
    Pair,
    answer,
    calibration_error,
    firsts,
    link_f1,
    pair_f1,
    recall,
    share_at_precision,
    write_snapshot,
)
from bench.matching_synthetic import World, world

DATA = Path(os.environ.get("MATCHING_SAMPLE", "../shared/samples/matching/abt-buy"))
# Worlds from here on were never trained on (``bench/matching_train.py`` counts from 0).
_UNSEEN = 100_000
_LANGUAGES = ("en", "de", "es", "fr", "ru", "zh")


def figures(quick: bool) -> list[Figure]:
    """The table of issue 5; ``quick`` draws labels once instead of three times."""
    found = made_up(1, _LANGUAGES[::2]) if quick else made_up(6)
    if (DATA / "gold.csv").exists():
        found = labelled(Labelled.read(DATA), split="test", draws=1 if quick else 3) + found
    return found


def labelled(data: Labelled, *, split: str, draws: int) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(data, Path(folder))
        return [*bench.without_labels(split), *bench.with_pairs(split, draws), *bench.with_reviews(draws)]


class Bench:
    def __init__(self, data: Labelled, folder: Path) -> None:
        self.data, self.folder = data, folder
        self.by_id = {item["id"]: item for item in data.items}
        self.held = [i for i in self.by_id if crc32(i.encode()) % 10 < 4]
        self.pool = [i for i in self.by_id if crc32(i.encode()) % 10 >= 4]
        self.plain = plain_cosines(data.items, data.products)
        taught = [pair for name in ("train", "valid") for pair in data.splits.get(name, [])]
        self.plain_least = max(range(5, 100, 5), key=lambda least: pair_f1(self.plain, taught, least=least))
        self.fresh = self.after([])[0]

    def after(self, decided: Iterable[Pair]) -> tuple[Answer, str]:
        path = write_snapshot(self.folder / "catalogue.ndjson", self.data.products, decided, self.by_id)
        return answer(path, self.data.items, self.folder / "cache")

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
        some = [pair_f1(self.after(random.Random(draw).sample(train, 200))[0].scores, pairs) for draw in range(draws)]
        every = pair_f1(self.after(others)[0].scores, pairs)
        return [
            figure(f"pair F1 ({split}), 200 pairs", _mean(some), "%", floor=floor, least=95),
            figure(f"pair F1 ({split}), all pairs", every, "%", floor=floor, least=96.5),
        ]

    def reviewed(self, ids: Iterable[str]) -> list[Pair]:
        """What a person says of these items' first ten candidates."""
        return [(i, p, p in self.data.gold.get(i, ())) for i in ids for p in list(self.fresh.scores[i])[:10]]

    def with_reviews(self, draws: int) -> list[Figure]:
        held, gold = self.held, self.data.gold
        floor = link_f1(Answer(self.plain, {}), held, gold, least=self.plain_least)
        found = [
            figure("link F1 of unseen items, no review", link_f1(self.fresh, held, gold), "%", floor=floor, least=93)
        ]
        found.append(figure("left to a person, no review", self.load(self.fresh), "%"))
        for count, goal in ((50, 95.5), (200, 96.0)):
            runs = [self.after(self.reviewed(random.Random(d).sample(self.pool, count)))[0] for d in range(draws)]
            f1 = _mean([link_f1(run, held, gold) for run in runs])
            found.append(figure(f"link F1 of unseen items, {count} reviews", f1, "%", floor=floor, least=goal))
            found.append(figure(f"left to a person, {count} reviews", _mean([self.load(run) for run in runs]), "%"))
            if count == 200:
                errors = [calibration_error(firsts(run, held, gold)) for run in runs]
                found.append(figure("calibration error, 200 reviews", _mean(errors), "", most=0.02))
        run, _ = self.after(self.reviewed(self.pool))
        judged = firsts(run, held, gold)
        linked = [right for i, (_, right) in zip(held, judged, strict=True) if run.status[i] == "auto_matched"]
        found += [
            figure(
                "may be linked alone at precision 0.98, all reviewed", share_at_precision(judged, 0.98), "%", least=95
            ),
            figure("linked alone, all reviewed", 100 * len(linked) / len(held), "%"),
            figure("precision of these", 100 * _mean(linked), "%", least=98),
            figure("left to a person, all reviewed", self.load(run), "%"),
        ]
        return found

    def load(self, run: Answer) -> float:
        """Share (%) of the unseen items that are not linked on their own."""
        return 100 * sum(run.status[i] != "auto_matched" for i in self.held) / len(self.held)


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


def made_up(each: int, languages: Sequence[str] = _LANGUAGES) -> list[Figure]:
    """The shipped model alone on catalogues it has not seen; the floor is the best threshold of the plain cosine."""
    f1: dict[str, list[float]] = {}
    floors: dict[str, list[float]] = {}
    judged: list[tuple[float, bool]] = []
    alone: list[bool] = []
    for made, run, ids, truth in unseen_worlds(each, languages):
        f1.setdefault(made.language, []).append(link_f1(run, ids, truth))
        plain = Answer(plain_cosines(made.items, made.products), {})
        floors.setdefault(made.language, []).append(
            max(link_f1(plain, ids, truth, least=t) for t in range(30, 100, 10))
        )
        told = firsts(run, ids, truth)
        judged += told
        alone += [right for i, (_, right) in zip(ids, told, strict=True) if run.status[i] == "auto_matched"]
    found = [figure(f"link F1, made up, {lang}", _mean(f1[lang]), "%", floor=_mean(floors[lang])) for lang in f1]
    return [
        *found,
        figure("calibration error, made up, no label", calibration_error(judged), ""),
        figure("linked alone, made up, no label", 100 * len(alone) / len(judged), "%"),
        figure("precision of these, made up", 100 * _mean(alone), "%"),
    ]


def unseen_worlds(
    each: int, languages: Sequence[str] = _LANGUAGES
) -> Iterator[tuple[World, Answer, list[str], dict[str, set[str]]]]:
    """``each`` catalogues a language of 2,000 products with 500 rows, a third of which have no product."""
    for language in languages:
        number = _LANGUAGES.index(language)
        for seed in range(each):
            made = world(_UNSEEN + 100 * seed + number, products=2000, items=500, language=language, known=2 / 3)
            yield made, _answered(made.products, made.items), [item["id"] for item in made.items], made.truth


def _answered(products: Iterable[Mapping[str, Any]], items: list[dict[str, Any]]) -> Answer:
    with tempfile.TemporaryDirectory() as folder:
        path = write_snapshot(Path(folder) / "catalogue.ndjson", products)
        return answer(path, items, Path(folder) / "cache")[0]


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / max(len(listed), 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--split", default="test", choices=("test", "valid"))
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    found = labelled(Labelled.read(given.data), split=given.split, draws=1 if given.quick else 3)
    for one in found + made_up(1 if given.quick else 3):
        goal = "" if one["met"] is None else f"{one['goal']:>12}  {'met' if one['met'] else 'MISSED'}"
        floor = "" if one["floor"] is None else f"{one['floor']:8.2f}"
        print(f"{one['name']:<55}{one['value']:9.3f} {one['unit']:<2}{floor:>9}  {goal}")


if __name__ == "__main__":
    main()
