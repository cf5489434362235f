"""A maker's number is a code; a supplier's own number contradicts nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

from ml_analyze.matching import Matcher


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
