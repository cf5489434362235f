"""A matching set on disk (items, catalogue, pairs) and what a matcher makes of it."""

from __future__ import annotations

import csv
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ml_analyze.matching import Matcher

SUPPLIER = "bench"
Pair = tuple[str, str, bool]


@dataclass(frozen=True)
class Labelled:
    """``gold`` are all true pairs; ``splits`` the published labelled pairs by file name."""

    items: list[dict[str, Any]]
    products: list[dict[str, Any]]
    gold: dict[str, set[str]]
    splits: dict[str, list[Pair]]

    @classmethod
    def read(cls, folder: Path) -> Labelled:
        gold: dict[str, set[str]] = {}
        for row in _rows(folder / "gold.csv"):
            gold.setdefault(row["item_id"], set()).add(row["product_id"])
        splits = {
            name: [(row["item_id"], row["product_id"], row["label"] == "1") for row in _rows(folder / f"{name}.csv")]
            for name in ("train", "valid", "test")
            if (folder / f"{name}.csv").exists()
        }
        return cls(_rows(folder / "items.csv"), _rows(folder / "catalog.csv"), gold, splits)


def _rows(path: Path) -> list[dict[str, Any]]:
    with path.open(newline="", encoding="utf-8") as file:
        return [{key: value for key, value in row.items() if value} for row in csv.DictReader(file)]


def write_snapshot(
    path: Path,
    products: Iterable[Mapping[str, Any]],
    decided: Iterable[Pair] = (),
    items: Mapping[str, Mapping[str, Any]] | None = None,
) -> Path:
    """A snapshot with a link or a veto for each decided pair (item, product, yes)."""
    with path.open("w", encoding="utf-8") as file:
        for product in products:
            file.write(json.dumps({"kind": "product", **product}) + "\n")
        for item_id, product_id, yes in decided:
            item = {key: value for key, value in (items or {})[item_id].items() if key not in ("id", "sku")}
            said = {"kind": "link" if yes else "veto", "supplier_id": SUPPLIER, "supplier_sku": f"row-{item_id}"}
            file.write(json.dumps({**item, **said, "product_id": product_id}) + "\n")
    return path


@dataclass(frozen=True)
class Answer:
    """What was matched: per item its candidates' scores (0-100, best first) and its status."""

    scores: dict[str, dict[str, float]]
    status: dict[str, str]

    def first(self, item_id: str) -> tuple[str, float]:
        return next(iter(self.scores[item_id].items()), ("", 0.0))


def as_row(item: Mapping[str, Any]) -> dict[str, Any]:
    """An item as a supplier's row that is known again by its id; its own number stays what it was."""
    return {**item, "row_key": f"row-{item['id']}"}


def answer(snapshot: Path, items: Sequence[Mapping[str, Any]], cache: Path) -> tuple[Answer, str]:
    """All items matched as one supplier's file, and the model that decided."""
    matcher = Matcher.open(snapshot, cache_dir=cache, auto_threshold=95, potential_threshold=50)
    found = matcher.match([as_row(item) for item in items], supplier_id=SUPPLIER)
    scores = {
        item["id"]: {c["product_id"]: c["score"] for c in result["candidates"]}
        for item, result in zip(items, found, strict=True)
    }
    return Answer(scores, {i["id"]: r["status"] for i, r in zip(items, found, strict=True)}), matcher.model


def recall(scores: Mapping[str, Mapping[str, float]], gold: Mapping[str, Collection[str]], first: int) -> float:
    """Share (%) of all true pairs that are among the ``first`` candidates of their item."""
    found = sum(len(set(list(scores[i])[:first]) & set(products)) for i, products in gold.items())
    return 100 * found / sum(map(len, gold.values()))


def pair_f1(scores: Mapping[str, Mapping[str, float]], pairs: Iterable[Pair], *, least: float = 50) -> float:
    """F1 (%) of calling a pair a match when its score is ``least`` or more."""
    said = [(scores[i].get(p, 0) >= least, yes) for i, p, yes in pairs]
    right = sum(a and b for a, b in said)
    return 200 * right / max(sum(a for a, _ in said) + sum(b for _, b in said), 1)


def link_f1(
    given: Answer, ids: Iterable[str], gold: Mapping[str, Collection[str]], *, least: float | None = None
) -> float:
    """F1 (%) of linking every item of ``ids`` to its first candidate when that scores ``least`` or more.

    Without ``least`` what is linked or proposed counts: the thresholds are the product's own.
    """
    links = right = known = 0
    for item_id in ids:
        product, score = given.first(item_id)
        linked = given.status[item_id] != "unmatched" if least is None else score >= least
        links += linked
        right += linked and product in gold.get(item_id, ())
        known += bool(gold.get(item_id))
    return 200 * right / max(links + known, 1)


def firsts(given: Answer, ids: Iterable[str], gold: Mapping[str, Collection[str]]) -> list[tuple[float, bool]]:
    """Score (0-1) of each item's first candidate, and whether it is right."""
    pairs = [(given.first(i), gold.get(i, ())) for i in ids]
    return [(score / 100, product in truth) for (product, score), truth in pairs]


def calibration_error(judged: Sequence[tuple[float, bool]], bins: int = 10) -> float:
    """Expected calibration error over equally wide bins of the score."""
    error = 0.0
    for part in binned(judged, bins):
        error += abs(sum(s for s, _ in part) - sum(right for _, right in part))
    return error / max(len(judged), 1)


def binned(judged: Sequence[tuple[float, bool]], bins: int = 10) -> list[list[tuple[float, bool]]]:
    parts: list[list[tuple[float, bool]]] = [[] for _ in range(bins)]
    for score, right in judged:
        parts[min(int(score * bins), bins - 1)].append((score, right))
    return parts


def share_at_precision(judged: Sequence[tuple[float, bool]], least: float) -> float:
    """Largest share (%) of items that may be linked, best scores first, at a precision of ``least`` or more."""
    ranked = sorted(judged, key=lambda pair: -pair[0])
    right = most = 0
    for count, (_, hit) in enumerate(ranked, start=1):
        right += hit
        if right >= least * count:
            most = count
    return 100 * most / max(len(ranked), 1)
