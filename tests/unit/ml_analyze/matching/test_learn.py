"""Decisions teach: when they are enough, agree with one another, and prove it on rows that were held back."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench.matching_synthetic import World, world
from ml_analyze.matching import Matcher
from ml_analyze.matching.calibrate import Proof


@pytest.fixture(scope="module")
def made() -> World:
    """Names alone, so that only what people decide can vouch for a link."""
    one = world(100_008, products=260, items=240, language="en", known=0.9)
    for row in [*one.products, *one.items]:
        row.pop("barcode", None)
    return one


def decided(made: World, count: int, *, wrongly: bool = False) -> list[dict[str, Any]]:
    """Links and vetoes of the first ``count`` rows: the true product, and another one refused."""
    lines: list[dict[str, Any]] = []
    ids = [product["id"] for product in made.products]
    rng = random.Random(1)
    for item in made.items[:count]:
        facts = {key: value for key, value in item.items() if key not in ("id", "sku")}
        row = {**facts, "supplier_id": "s", "supplier_sku": f"row {item['id']}"}
        right = sorted(made.truth[item["id"]])
        other = rng.choice([i for i in ids if i not in right])
        yes, no = ("veto", "link") if wrongly else ("link", "veto")
        lines += [{**row, "kind": yes, "product_id": product} for product in right]
        lines.append({**row, "kind": no, "product_id": other})
    return lines


def opened(folder: Path, made: World, decisions: list[dict[str, Any]], name: str = "c") -> Matcher:
    path = folder / f"{name}.ndjson"
    path.write_text("\n".join(json.dumps(line) for line in [*made.lines(), *decisions]), encoding="utf-8")
    return Matcher.open(path, cache_dir=folder / "cache", auto_threshold=95, potential_threshold=50)


def test_fewer_than_fifty_decisions_leave_the_shipped_model(tmp_path: Path, made: World) -> None:
    assert opened(tmp_path, made, decided(made, 20)).model == "shipped"


def test_a_learned_model_says_on_what_and_is_read_from_the_cache_the_next_time(tmp_path: Path, made: World) -> None:
    decisions = decided(made, 120)
    ready = opened(tmp_path, made, decisions)
    assert ready.model.endswith(f"on {len(decisions)} decisions")
    first = ready.match(made.items[120:], supplier_id="s")
    folder = next(f for f in (tmp_path / "cache").iterdir() if f.is_dir())
    written = {f.name: f.stat().st_mtime_ns for f in folder.glob("judge-*.npz")}
    assert len(written) == 1
    assert opened(tmp_path, made, decisions).match(made.items[120:], supplier_id="s") == first
    assert {f.name: f.stat().st_mtime_ns for f in folder.glob("judge-*.npz")} == written


def test_decisions_that_contradict_everything_do_not_vouch_for_automatic_links(tmp_path: Path, made: World) -> None:
    ready = opened(tmp_path, made, decided(made, 200, wrongly=True))
    plain = [{"name": item["name"].translate(str.maketrans("", "", "0123456789"))} for item in made.items[200:]]
    assert all(result["status"] != "auto_matched" for result in ready.match(plain, supplier_id="t"))


def test_only_enough_rows_that_proved_right_vouch_for_automatic_links() -> None:
    def proof(rows: int, wrong: int) -> Proof:
        return Proof(np.full(rows, 6.0), np.arange(rows) >= wrong)

    assert proof(200, 0).vouches_for(95)
    assert proof(200, 4).vouches_for(95)
    assert not proof(200, 5).vouches_for(95)
    assert not proof(149, 0).vouches_for(95)
    assert not proof(0, 0).vouches_for(95)
    assert not proof(200, 0).vouches_for(99.9)
