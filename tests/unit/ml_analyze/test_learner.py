"""Learning beside the work: whoever does not wait is served at once and leaves a mark; the learner follows it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.matching_synthetic import world
from ml_analyze import learner
from ml_analyze.matching import Matcher
from ml_analyze.matching.calibrate import RIGHT, HeldBack
from ml_analyze.matching.index import Index, open_index
from ml_analyze.matching.judges import marks

MADE = world(3, products=200, items=200, known=1.0)


def snapshot(
    folder: Path, *, decisions: int, name: str, products: Sequence[Mapping[str, Any]] = MADE.products, version: int = 1
) -> Path:
    """Products (a version of them) apart from so many decisions: each row's own product."""
    listed = [{"kind": "product", **product} for product in products]
    said = [
        {**item, "kind": "link", "supplier_id": "s", "supplier_sku": item["id"], "product_id": product}
        for item in MADE.items
        for product in sorted(MADE.truth[item["id"]])[:1]
    ][:decisions]
    (folder / f"p{version}.ndjson").write_text("\n".join(map(json.dumps, listed)), encoding="utf-8")
    path = folder / f"{name}.ndjson"
    head = {"kind": "products", "file": f"p{version}.ndjson"}
    path.write_text("\n".join(map(json.dumps, [head, *said])), encoding="utf-8")
    return path


def said(held: HeldBack, index: Index) -> list[set[tuple[str, int]]]:
    """Of each decided row its candidates by id, and what people said of them."""
    return [
        {(index.product_id(number), label) for number, label in zip(numbers, labels, strict=True) if number >= 0}
        for numbers, labels in zip(held.numbers.tolist(), held.labels.tolist(), strict=True)
    ]


def test_who_does_not_wait_gets_the_newest_judge_and_asks_for_a_better_one(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    first = snapshot(tmp_path, decisions=60, name="r1-p1")
    assert Matcher.open(first, cache_dir=cache, wait=False).model == "shipped"
    (mark,) = marks(cache)
    learner.learn_from(mark, cache_dir=cache)
    assert list(marks(cache)) == []
    learned = Matcher.open(first, cache_dir=cache, wait=False).model
    assert "on 60 decisions" in learned
    one_more = snapshot(tmp_path, decisions=61, name="r2-p1")
    assert Matcher.open(one_more, cache_dir=cache, wait=False).model == learned
    assert list(marks(cache)) == [], "one decision more is not worth learning again"
    many_more = snapshot(tmp_path, decisions=90, name="r3-p1")
    assert Matcher.open(many_more, cache_dir=cache, wait=False).model == learned
    assert len(list(marks(cache))) == 1


def test_a_judge_of_the_version_before_knows_its_products_by_their_ids(tmp_path: Path) -> None:
    """Products are numbered anew in each version: some are gone here, others come before all."""
    cache = tmp_path / "cache"
    first = snapshot(tmp_path, decisions=60, name="r1-p1")
    known = Matcher.open(first, cache_dir=cache).judge.held
    gone = sorted(MADE.truth[MADE.items[0]["id"]])[0]
    left = [product for product in MADE.products if product["id"] != gone]
    new = [{"id": f"!{number}", "name": f"Zanetti ZX-{4711 + number} kettle"} for number in range(7)]
    second = snapshot(tmp_path, decisions=60, name="r2-p2", products=[*new, *left], version=2)
    held = Matcher.open(second, cache_dir=cache, wait=False).judge.held
    assert known is not None
    assert held is not None
    before, after = open_index(first, cache_dir=cache), open_index(second, cache_dir=cache)
    rows = [told for told in said(known, before) if (gone, RIGHT) not in told]
    assert len(rows) == 59
    assert said(held, after) == [{pair for pair in told if pair[0] != gone} for told in rows]


def test_a_mark_whose_snapshot_is_gone_is_taken_away(tmp_path: Path) -> None:
    mark = tmp_path / "judges-1" / "wanted"
    mark.parent.mkdir()
    mark.write_text(str(tmp_path / "gone.ndjson"))
    learner.learn_from(mark, cache_dir=tmp_path)
    assert not mark.exists()
