"""The treaty, asked of the running service: by a client of the old contract and by one of ours."""

from __future__ import annotations

import orjson
import pytest
import requests
from pydantic import TypeAdapter

from handoff.api import AnalysisStatus, AnalyzeAccepted, MergeAccepted, Preview, ResultLine, ServiceHealth, StatusBatch
from tests.ml_service.conftest import Service, rows, sha256

LINES: TypeAdapter[ResultLine] = TypeAdapter(ResultLine)


def result_of(service: Service, status: dict[str, object]) -> list[ResultLine]:
    path = service.volume.inside(str(status["result_path"]))
    assert service.volume.verify(path) == status["result_sha256"]
    return [LINES.validate_json(line) for line in path.read_bytes().splitlines()]


def snapshot(service: Service) -> str:
    products = [
        {"kind": "product", "id": f"p{n}", "name": f"Green tea no {n} 100 g", "price": "2.50"} for n in range(30)
    ]
    with service.volume.reserve(None) as incoming:
        for product in products:
            incoming.write(orjson.dumps(product) + b"\n")
        return str(incoming.place(service.volume.catalog_target("v1")).path)


def test_a_client_of_the_old_contract_is_served(service: Service) -> None:
    path = service.put(rows(25))
    body = {"file_url": f"file://{path}", "supplier_id": "8c5d1b1e-8a3f-4ad6-9a7c-3d0a1f2f6a10", "file_type": "csv"}
    accepted = service.call("POST", "/analyze/file", body)
    assert accepted.status_code == 202
    assert {"job_id", "status", "message"} <= set(accepted.json())
    assert accepted.json()["status"] == "pending"
    status = service.wait(accepted.json()["job_id"])
    assert status["status"] == "completed"
    assert status["progress_percentage"] == 100
    assert (status["items_processed"], status["items_total"], status["errors"]) == (25, 25, [])
    assert status["created_at"] <= status["started_at"] <= status["completed_at"]
    assert service.call("DELETE", f"/analyze/status/{status['job_id']}").status_code == 204
    assert service.call("GET", f"/analyze/status/{status['job_id']}").status_code == 404
    assert service.call("DELETE", f"/analyze/status/{status['job_id']}").status_code == 404
    assert service.call("POST", "/analyze/vision", {}).status_code == 501


def test_a_result_has_a_header_every_item_with_its_match_and_totals(service: Service) -> None:
    body = rows(25)
    job_id = service.submit(service.put(body), checksum_sha256=sha256(body), catalog_path=snapshot(service))
    status = AnalysisStatus.model_validate(service.wait(job_id))
    header, *items, totals = result_of(service, status.model_dump())
    assert header.kind == "header"
    assert header.source_sha256 == sha256(body)
    assert [item.kind for item in items] == ["item"] * 25
    assert all(item.kind == "item" and item.match is not None for item in items)
    assert totals.kind == "totals"
    assert (totals.items, totals.errors) == (25, 0)
    assert totals.matched + totals.review + totals.unmatched == 25
    assert status.phase == "done"
    assert (status.matches_found, status.review_queue) == (totals.matched, totals.review)
    assert status.metrics is not None
    assert status.metrics.peak_memory_bytes
    assert {"read", "extract", "match", "write", "place"} <= set(status.metrics.seconds)


def test_the_same_key_is_the_same_analysis(service: Service) -> None:
    path = service.put(rows(5))
    first = service.submit(path, key="job-1-attempt-1")
    done = service.wait(first)
    assert service.submit(path, key="job-1-attempt-1") == first
    assert service.status(first) == done
    assert service.submit(path, key="job-1-attempt-2") != first


def test_what_is_not_on_the_volume_is_refused_with_its_code(service: Service) -> None:
    link = service.volume.root / "raw" / "link.csv"
    link.symlink_to("/etc/passwd")
    for path, code in (
        ("/etc/passwd", "OUTSIDE_VOLUME"),
        (f"{service.volume.root}/../x.csv", "OUTSIDE_VOLUME"),
        (str(link), "LINK_REFUSED"),
        (f"file://{service.volume.root}/raw/nothing.csv", "FILE_MISSING"),
    ):
        body = {"file_url": path, "supplier_id": "8c5d1b1e-8a3f-4ad6-9a7c-3d0a1f2f6a10", "file_type": "csv"}
        answer = service.call("POST", "/analyze/file", body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"file_url": "/x", "supplier_id": "no", "file_type": "csv"},
        {"file_url": "/x", "supplier_id": "8c5d1b1e-8a3f-4ad6-9a7c-3d0a1f2f6a10", "file_type": "exe"},
        {"supplier_id": "8c5d1b1e-8a3f-4ad6-9a7c-3d0a1f2f6a10", "file_type": "csv"},
    ],
)
def test_a_body_that_is_no_request_is_refused(service: Service, body: object) -> None:
    answer = service.call("POST", "/analyze/file", body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "VALIDATION_ERROR")


def test_a_changed_file_is_told_by_its_checksum(service: Service) -> None:
    status = service.wait(service.submit(service.put(rows(3)), checksum_sha256=sha256(b"another file")))
    assert (status["status"], status["error_code"]) == ("failed", "CHECKSUM_MISMATCH")
    assert sha256(rows(3)) in status["errors"][0]
    assert status["result_path"] is None


def test_a_file_that_is_no_price_list_fails_with_what_was_seen(service: Service) -> None:
    status = service.wait(service.submit(service.put(b"")))
    assert status["status"] == "failed"
    assert status["error_code"]
    assert status["errors"][0].endswith(".")


def test_many_are_asked_about_in_one_call_and_unknown_ones_are_left_out(service: Service) -> None:
    ids = [service.submit(service.put(rows(2))) for _ in range(3)]
    unknown = "00000000-0000-4000-8000-000000000000"
    answer = service.call("POST", "/analyze/status", {"job_ids": [*ids, unknown]})
    batch = StatusBatch.model_validate(answer.json())
    assert [str(job.job_id) for job in batch.jobs] == ids
    assert "private" not in answer.json()["jobs"][0]


def test_rows_are_matched_again_under_their_own_ids(service: Service) -> None:
    lines = [orjson.dumps({"id": f"i{n}", "name": f"Green tea no {n} 100 g"}) for n in range(4)] + [b"not json"]
    path = service.put(b"\n".join(lines), "items.ndjson")
    body = {"items_path": str(path), "catalog_path": snapshot(service)}
    answer = service.call("POST", "/analyze/merge", body)
    accepted = MergeAccepted.model_validate(answer.json())
    assert (answer.status_code, accepted.items_queued) == (202, 5)
    items = result_of(service, service.wait(str(accepted.job_id)))[1:-1]
    assert [item.id for item in items if item.kind == "item"] == ["i0", "i1", "i2", "i3"]
    assert all(item.match is not None for item in items if item.kind == "item")
    assert [item.code for item in items if item.kind == "error"] == ["BAD_ITEM"]
    refused = service.call("POST", "/analyze/merge", {"limit": 5})
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "ITEMS_PATH_REQUIRED")


def test_a_preview_shows_a_window_of_cells(service: Service) -> None:
    answer = service.call("POST", "/analyze/preview", {"file_path": str(service.put(rows(50))), "rows": 5})
    preview = Preview.model_validate(answer.json())
    assert len(preview.cells) == 5
    assert preview.cells[0] == ["sku", "name", "price"]
    unreadable = service.call("POST", "/analyze/preview", {"file_path": str(service.put(b"\0\1\2\3" * 50, "x.pdf"))})
    assert unreadable.status_code == 422 or unreadable.json()["cells"] is not None


def test_health_keeps_the_old_keys_and_the_metrics_count(service: Service) -> None:
    service.wait(service.submit(service.put(rows(2))))
    health = ServiceHealth.model_validate(service.call("GET", "/health").json())
    assert {"database", "ollama", "redis", "queue", "volume", "workers"} <= set(health.checks)
    text = service.call("GET", "/metrics").text
    assert 'ml_analyze_analyses_total{code="",state="completed"}' in text
    assert "ml_analyze_workers 2.0" in text


def test_a_request_id_comes_back(service: Service) -> None:
    answer = service.call("GET", "/health", None, **{"X-Request-ID": "abc-1"})
    assert answer.headers["X-Request-ID"] == "abc-1"


def test_the_shared_secret_is_asked_for_everywhere_but_at_health(tight_service: Service) -> None:
    with requests.Session() as stranger:
        url = f"{tight_service.url}/analyze/status/00000000-0000-4000-8000-000000000000"
        assert stranger.get(url, timeout=10).status_code == 401
        assert stranger.get(url, headers={"Authorization": "Bearer guess"}, timeout=10).status_code == 401
        assert stranger.get(f"{tight_service.url}/health", timeout=10).status_code == 200
    assert tight_service.call("GET", "/analyze/status/00000000-0000-4000-8000-000000000000").status_code == 404


def test_the_accepted_reply_has_the_shape_of_the_treaty(service: Service) -> None:
    body = {
        "file_path": str(service.put(rows(1), "with space & ü.csv")),
        "supplier_id": "8c5d1b1e-8a3f-4ad6-9a7c-3d0a1f2f6a10",
        "file_type": "excel",
        "default_currency": "EUR",
    }
    accepted = AnalyzeAccepted.model_validate(service.call("POST", "/analyze/file", body).json())
    item = result_of(service, service.wait(str(accepted.job_id)))[1]
    assert item.kind == "item"
    assert item.currency == "EUR"
