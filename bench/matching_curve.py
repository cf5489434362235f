"""What matching is worth on one set after any number of reviews: the table of ``make bench-matching``."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np

from bench.matching_data import (
    SUPPLIER,
    Answer,
    Labelled,
    Pair,
    answer,
    as_row,
    calibration_error,
    firsts,
    link_f1,
    recall,
    share_at_precision,
    write_snapshot,
)
from ml_analyze.matching import Matcher

COUNTS = (0, 50, 200, 1000)


@dataclass(frozen=True)
class Told:
    """Figures (%) of the rows that nobody reviewed; ``f1`` at the product's own thresholds, ``even`` at a score of
    50, ``best`` at the threshold that suits this set best."""

    f1: float
    even: float
    best: float
    error: float
    automatic: float
    precision: float
    possible: float

    @classmethod
    def of(cls, run: Answer, held: list[str], data: Labelled) -> Told:
        judged = firsts(run, held, data.gold)
        linked = [right for i, (_, right) in zip(held, judged, strict=True) if run.status[i] == "auto_matched"]
        return cls(
            f1=link_f1(run, held, data.gold),
            even=link_f1(run, held, data.gold, least=50),
            best=max(link_f1(run, held, data.gold, least=least) for least in range(2, 100, 2)),
            error=calibration_error(judged),
            automatic=100 * len(linked) / max(len(held), 1),
            precision=100 * sum(linked) / len(linked) if linked else 100.0,
            possible=share_at_precision(judged, 0.98),
        )


class Curve:
    """One set with a simulated reviewer, who says of each row he looks at which of its ten candidates are right."""

    def __init__(self, data: Labelled, folder: Path) -> None:
        self.data, self.folder = data, folder
        self.by_id = {item["id"]: item for item in data.items}
        self.held = [i for i in self.by_id if crc32(i.encode()) % 10 < 4]
        self.pool = [i for i in self.by_id if crc32(i.encode()) % 10 >= 4]
        self.fresh = self.after([])

    def after(self, decided: Iterable[Pair]) -> Answer:
        return answer(self._written(decided), self.data.items, self.folder / "cache")[0]

    def _written(self, decided: Iterable[Pair]) -> Path:
        """Decisions in a file of their own, as the courier hands them over: the index is built once."""
        products = self.folder / "products.ndjson"
        if not products.exists():
            write_snapshot(products, self.data.products)
        path = write_snapshot(self.folder / "catalogue.ndjson", (), decided, self.by_id)
        path.write_text(
            json.dumps({"kind": "products", "file": products.name}) + "\n" + path.read_text("utf-8"), "utf-8"
        )
        return path

    def reviewed(self, ids: Iterable[str]) -> list[Pair]:
        gold = self.data.gold
        return [(i, p, p in gold.get(i, ())) for i in ids for p in list(self.fresh.scores[i])[:10]]

    def told(self, count: int, draws: int) -> list[Told]:
        """After ``count`` reviews, drawn anew each time; one run where there is nothing to draw."""
        if not count or count >= len(self.pool):
            return [Told.of(self.after(self.reviewed(self.pool[:count])), self.held, self.data)]
        return [
            Told.of(self.after(self.reviewed(random.Random(draw).sample(self.pool, count))), self.held, self.data)
            for draw in range(draws)
        ]

    def table(self, draws: int, counts: Iterable[int] = COUNTS) -> list[str]:
        """One line a number of reviews; F1 as the mean and the worst of the draws."""
        hits = " ".join(f"hit@{k} {recall(self.fresh.scores, self.data.gold, k):.1f}" for k in (1, 10))
        lines = [
            f"{len(self.data.products)} products, {len(self.data.items)} rows; {hits}",
            f"{'reviews':>8}{'F1':>7}{'worst':>7}{'at 50':>7}{'its best':>10}"
            f"{'error':>7}{'alone':>7}{'right':>7}{'may':>7}",
        ]
        for count in (*(c for c in counts if c < len(self.pool)), len(self.pool)):
            runs = self.told(count, draws)
            mean = {name: float(np.mean([getattr(run, name) for run in runs])) for name in vars(runs[0])}
            lines.append(
                f"{count:>8}{mean['f1']:7.1f}{min(run.f1 for run in runs):7.1f}{mean['even']:7.1f}"
                f"{mean['best']:10.1f}{mean['error']:7.3f}{mean['automatic']:7.1f}{mean['precision']:7.1f}{mean['possible']:7.1f}"
            )
        return [*lines, self.speed()]

    def speed(self) -> str:
        """Rows a second, all of them first and again; seconds from one decision more to the first row."""
        rows = [as_row(item) for item in self.data.items]
        path = self._written(())
        matcher = Matcher.open(path, cache_dir=self.folder / "cache")
        rates = []
        for _ in range(2):
            began = time.perf_counter()
            matcher.match(rows, supplier_id=SUPPLIER)
            rates.append(len(rows) / (time.perf_counter() - began))
        decided = self.reviewed(self.pool[:200])
        path = self._written(decided)
        began = time.perf_counter()
        Matcher.open(path, cache_dir=self.folder / "cache", wait=False).match(rows[:1], supplier_id=SUPPLIER)
        late = time.perf_counter() - began
        after = f"first row {late:.1f} s after the last of {len(decided)} decisions"
        return f"{rates[0]:.0f} rows/s, {rates[1]:.0f} again; {after}"
