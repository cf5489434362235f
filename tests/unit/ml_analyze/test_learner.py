"""Learning beside the work: whoever does not wait is served at once and leaves a mark; the learner follows it."""

from __future__ import annotations

import json
from pathlib import Path

from bench.matching_synthetic import world
from ml_analyze import learner
from ml_analyze.matching import Matcher
from ml_analyze.matching.judges import marks

MADE = world(3, products=200, items=200, known=1.0)


def snapshot(folder: Path, *, decisions: int, name: str) -> Path:
    """Products apart from so many decisions: each row's own product."""
    products = [{"kind": "product", **product} for product in MADE.products]
    said = [
        {**item, "kind": "link", "supplier_id": "s", "supplier_sku": item["id"], "product_id": product}
        for item in MADE.items
        for product in sorted(MADE.truth[item["id"]])[:1]
    ][:decisions]
    (folder / "p1.ndjson").write_text("\n".join(map(json.dumps, products)), encoding="utf-8")
    path = folder / f"{name}.ndjson"
    head = {"kind": "products", "file": "p1.ndjson"}
    path.write_text("\n".join(map(json.dumps, [head, *said])), encoding="utf-8")
    return path


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


def test_a_mark_whose_snapshot_is_gone_is_taken_away(tmp_path: Path) -> None:
    mark = tmp_path / "judges-1" / "wanted"
    mark.parent.mkdir()
    mark.write_text(str(tmp_path / "gone.ndjson"))
    learner.learn_from(mark, cache_dir=tmp_path)
    assert not mark.exists()
