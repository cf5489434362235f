"""A shadow run: both pipelines on one file, the difference kept, nothing applied."""

from __future__ import annotations

import io

import orjson
import pytest
from sqlalchemy import func, select

from app.courier import upload
from app.errors import Conflict, Invalid, NotFound
from app.extensions import db, queue
from app.models.catalog import SupplierItem
from app.shadow import trial as shadow
from app.shadow.two_results import compare
from app.volume import volume
from tests.fixtures.courier import Courier
from tests.servers.analysis import AnalysisServer

BODY = b"sku;name;price\nA;Anvil;10\nB;Bolt;1.5\n"


def test_both_pipelines_agree_on_a_plain_file_and_nothing_is_applied(
    courier: Courier, analysis: AnalysisServer
) -> None:
    supplier = courier.supplier()
    job = courier.run(upload.receive_file(supplier, io.BytesIO(BODY), "list.csv", actor="tests"))
    applied = db.session.scalar(select(func.count()).select_from(SupplierItem))
    assert shadow.request_shadow(supplier.id, "boss")["job_id"] == str(job.id) and queue().count
    before = set((volume().root / "results").iterdir())
    shadow.run(supplier.id)
    kept = shadow.latest(supplier.id)
    assert kept is not None and kept["state"] == "done" and kept["by"] == "boss"
    found = kept["result"]
    assert (found["same"], found["legacy"]["items"], found["ml"]["items"], found["rows"]) == (2, 2, 2, [])
    assert db.session.scalar(select(func.count()).select_from(SupplierItem)) == applied
    assert len(analysis.submissions()) == 2, "the file itself, and its shadow"
    assert set((volume().root / "results").iterdir()) == before, "both results are removed"


def test_one_at_a_time_and_only_with_a_file(courier: Courier) -> None:
    supplier = courier.supplier()
    with pytest.raises(Invalid, match="No file"):
        shadow.request_shadow(supplier.id, "boss")
    courier.run(upload.receive_file(supplier, io.BytesIO(BODY), "list.csv", actor="tests"))
    shadow.request_shadow(supplier.id, "boss")
    with pytest.raises(Conflict):
        shadow.request_shadow(supplier.id, "boss")
    with pytest.raises(NotFound):
        shadow.request_shadow(__import__("uuid").UUID(int=1), "boss")


def test_what_one_pipeline_cannot_read_is_said(courier: Courier, analysis: AnalysisServer) -> None:
    supplier = courier.supplier()
    courier.run(upload.receive_file(supplier, io.BytesIO(b"%PDF-1.7"), "list.pdf", actor="tests"))
    shadow.request_shadow(supplier.id, "boss")
    shadow.run(supplier.id)
    kept = shadow.latest(supplier.id)
    assert kept is not None and kept["state"] == "failed" and "PDF" in kept["error"]


def test_differences_are_counted_and_the_first_are_kept(tmp_path: object) -> None:
    from pathlib import Path

    def result(name: str, *items: dict[str, object]) -> Path:
        lines = [{"kind": "item", **each} for each in items] + [
            {"kind": "totals", "rows_read": 9, "items": 9, "errors": 0}
        ]
        path = Path(str(tmp_path)) / name
        path.write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in lines))
        return path

    def match(product: str) -> dict[str, object]:
        return {"status": "auto_matched", "product_id": product, "score": 99}

    legacy = result(
        "legacy",
        {"sku": "A", "name": "Anvil", "price": "10"},
        {"sku": "B", "name": "Bolt", "price": "1.50", "match": match("p1")},
        {"name": "Nameless key", "price": "3"},
        {"sku": "L", "name": "Only legacy", "price": "1"},
    )
    ml = result(
        "ml",
        {"sku": "A", "name": "Anvil", "price": "1000"},
        {"sku": "B", "name": "Bolt", "price": "1.5", "match": match("p2")},
        {"name": "nameless KEY", "price": "3.0"},
        {"sku": "M", "name": "Only ml", "price": "1"},
    )
    found = compare(legacy, ml)
    assert (found.same, found.price_differs, found.match_differs, found.only_legacy, found.only_ml) == (1, 1, 1, 1, 1)
    assert {row["kind"]: row["key"] for row in found.rows} == {
        "price_differs": "A", "match_differs": "B", "only_ml": "M", "only_legacy": "L",
    }  # fmt: skip
