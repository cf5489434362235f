"""A code in a name is no size and no pack; a maker's number is a code; a supplier's own number contradicts nothing."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import orjson
import pytest

from ml_analyze.matching import Matcher, sizes
from ml_analyze.matching.sizes import measures, packs


@pytest.mark.parametrize(
    ("text", "counts", "amounts"),
    [
        ("kdd-18x 18 v body only", set(), {"voltage": {"18"}}),
        ("6 x 1 l", {6}, {"volume": {"1000"}}),
        ("1 l x 6", {6}, {"volume": {"1000"}}),
        ("zoom 10x camera", set(), {"zoom": {"10"}}),
        ("drill - 18 v", set(), {"voltage": {"18"}}),
    ],
)
def test_packs_and_sizes_are_not_read_out_of_codes(text: str, counts: set[int], amounts: dict[str, set[str]]) -> None:
    assert packs(text) == counts
    assert {dimension: set(values) for dimension, values in measures(text).items()} == amounts


def matcher(tmp_path: Path, *products: dict[str, Any]) -> Matcher:
    snapshot = tmp_path / "catalog.ndjson"
    snapshot.write_bytes(b"".join(orjson.dumps({"kind": "product"} | each) + b"\n" for each in products))
    return Matcher.open(snapshot, cache_dir=tmp_path / "cache", auto_threshold=95, potential_threshold=70)


PRODUCTS: list[dict[str, Any]] = [
    {"id": "1", "sku": "PRD-00004", "name": "Kaskad KDD-18B Cordless Drill 18 V body only", "brand": "Kaskad"},
    {"id": "2", "sku": "PRD-00005", "name": "Torvik TAG-1100 Angle Grinder 1100 W", "brand": "Torvik"},
    {"id": "3", "sku": "PRD-00006", "name": "Nordhaus NCS-1200 Circular Saw 1200 W", "brand": "Nordhaus"},
]


def test_a_suppliers_own_number_does_not_keep_a_model_number_from_linking(tmp_path: Path) -> None:
    item = {"sku": "L3003", "name": "Kaskad KDD-18B drill 18 V body only", "brand": "Kaskad"}
    (found,) = matcher(tmp_path, *PRODUCTS).match([item], supplier_id=None)
    assert (found["status"], found["product_id"]) == ("auto_matched", "1")


def test_a_makers_number_in_a_column_of_its_own_finds_the_product(tmp_path: Path) -> None:
    item = {"sku": "L3003", "name": "Wiertarko-wkrętarka", "brand": "Kaskad", "characteristics": {"mpn": "KDD-18B"}}
    (found,) = matcher(tmp_path, *PRODUCTS).match([item], supplier_id=None)
    assert found["candidates"][0]["product_id"] == "1"
    assert found["status"] in ("auto_matched", "potential_match")


_PIECES = [
    "v",
    "in",
    "x",
    "5",
    "205/55r16",
    "m8",
    "x40",
    "8",
    "r",
    "16",
    "205",
    "55",
    "zr",
    "kg",
    "1.5",
    "l",
    "24x0.5",
    "a",
    "foo",
    "3",
    "*",
    "gb-",
    "-2",
    "w",
    "5w-30",
    "по",
    "шт",
    "г",
    "%",
    "",
]


def test_long_texts_are_measured_as_short_ones_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Words far from any number are left out first: the sizes are the same, whatever stands beside what."""
    rng = random.Random(290)
    texts = [" ".join(rng.choices(_PIECES, k=rng.randint(1, 9))) for _ in range(5000)]
    whole = [sizes.measures(text) for text in texts]
    monkeypatch.setattr(sizes, "_LONG", 0)
    assert [sizes.measures(text) for text in texts] == whole
    assert sum(map(bool, whole)) > 1000
