"""Decisions teach: when they are enough, agree with one another, and prove it on rows that were held back."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from bench.matching_curve import Curve
from bench.matching_data import Labelled
from bench.matching_synthetic import World, world
from bench.matching_trades import trade
from ml_analyze.matching import Matcher
from ml_analyze.matching.index import open_index
from ml_analyze.matching.learn import learn


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


def test_a_handful_of_decisions_leaves_the_shipped_model(tmp_path: Path, made: World) -> None:
    assert opened(tmp_path, made, decided(made, 5)).model == "shipped"
    assert opened(tmp_path, made, decided(made, 12), "d").model.startswith("shipped on ")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("learned")


@pytest.fixture(scope="module")
def ready(folder: Path, made: World) -> Matcher:
    return opened(folder, made, decided(made, 160))


def test_a_learned_model_says_on_what_and_is_read_from_the_cache_the_next_time(
    folder: Path, made: World, ready: Matcher
) -> None:
    decisions = decided(made, 160)
    assert ready.model.endswith(f"on {len(decisions)} decisions")
    first = ready.match(made.items[160:], supplier_id="s")
    kept = next(f for f in (folder / "cache").iterdir() if f.is_dir())
    written = {f.name: f.stat().st_mtime_ns for f in kept.glob("judge-*.npz")}
    assert len(written) == 1
    assert opened(folder, made, decisions).match(made.items[160:], supplier_id="s") == first
    assert {f.name: f.stat().st_mtime_ns for f in kept.glob("judge-*.npz")} == written


def test_a_refit_that_is_worse_than_the_one_before_where_neither_knew_the_rows_is_not_used(
    folder: Path, made: World, ready: Matcher
) -> None:
    """Most decisions were withdrawn: what the few that are left teach is less."""
    before = ready.judge
    few = [line for line in decided(made, 240) if line not in decided(made, 200)]
    path = folder / "few.ndjson"
    path.write_text("\n".join(json.dumps(line) for line in [*made.lines(), *few]), encoding="utf-8")
    judge = learn(open_index(path, cache_dir=folder / "cache"), before=before)
    assert before.name.startswith("refitted")
    assert judge.local is before.local
    assert judge.held is not None
    assert len(judge.held.folds) == 40


def test_decisions_that_contradict_everything_do_not_vouch_for_automatic_links(tmp_path: Path, made: World) -> None:
    ready = opened(tmp_path, made, decided(made, 200, wrongly=True))
    plain = [{"name": item["name"].translate(str.maketrans("", "", "0123456789"))} for item in made.items[200:]]
    assert all(result["status"] != "auto_matched" for result in ready.match(plain, supplier_id="t"))


@pytest.mark.timeout(600)  # processor time of several refits: a busy machine takes its time
@pytest.mark.parametrize("kind", ["software", "grocery"])
def test_any_number_of_decisions_leaves_links_no_worse_than_none(tmp_path: Path, kind: str) -> None:
    """Link F1 of rows that nobody decided on, as decisions grow; one row of the fifty with a product is chance."""
    made = trade(kind, 777_001, products=400, items=200, known=0.7, languages=("en", "en"))
    curve = Curve(Labelled(made.items, made.products, made.truth, {}), tmp_path)
    none = curve.told(0, 1)[0].f1
    for count in (5, 20, 50, len(curve.pool)):
        assert curve.told(count, 1)[0].f1 >= none - 2.0, count
