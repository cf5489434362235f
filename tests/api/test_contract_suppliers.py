"""Contract, endpoints 13 to 18: suppliers and uploads, with the quirks of section 1.5."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.extensions import db, redis
from app.models.catalog import Product, SupplierItem
from app.models.job import Job
from app.models.supplier import Supplier
from app.models.sync import SyncRun
from app.sync import reprocess
from tests.api.conftest import Caller

SUPPLIER = {
    "id", "name", "source_type", "source_url", "contact_email", "is_active", "notes", "items_count", "created_at",
    "updated_at", "use_ml_processing",
}  # fmt: skip
NEW: dict[str, Any] = {"name": "Acme", "source_type": "csv"}


def create(admin: Caller, **changed: Any) -> dict[str, Any]:
    answer = admin.post("/admin/suppliers", NEW | changed)
    assert answer.status_code == 201, answer.data
    found: dict[str, Any] = answer.json["supplier"]
    return found


def upload(
    admin: Caller, supplier_id: str, name: str, body: bytes = b"sku;name;price\n", **fields: str
) -> TestResponse:
    form = {**fields, "file": (io.BytesIO(body), name)}
    return admin("POST", f"/admin/suppliers/{supplier_id}/upload", data=form, content_type="multipart/form-data")


def test_13_the_list_has_every_supplier_and_its_known_quirk(admin: Caller) -> None:
    create(admin, contact_email="office@acme.example", notes="call on Mondays")
    answer = admin.get("/admin/suppliers")
    assert set(answer.json) == {"suppliers", "total"} and answer.json["total"] == 1
    shown = answer.json["suppliers"][0]
    assert set(shown) >= SUPPLIER
    assert shown["contact_email"] is None and shown["created_at"] == shown["updated_at"]
    assert admin.get(f"/admin/suppliers/{shown['id']}").json["contact_email"] == "office@acme.example"


def test_13_a_page_has_the_same_shapes_and_says_how_to_go_on(admin: Caller) -> None:
    for name in ("beta", "Alpha", "gamma"):
        create(admin, name=name)
    whole = {each["name"]: each for each in admin.get("/admin/suppliers").json["suppliers"]}
    first = admin.get("/admin/suppliers", limit=2).json
    assert [each["name"] for each in first["suppliers"]] == ["Alpha", "beta"] and first["total"] == 3
    last = admin.get("/admin/suppliers", limit=2, after=first["next"]).json
    assert [each["name"] for each in last["suppliers"]] == ["gamma"] and last["next"] is None
    assert [*first["suppliers"], *last["suppliers"]] == [whole[name] for name in ("Alpha", "beta", "gamma")]
    assert admin.get("/admin/suppliers", after=str(uuid4())).status_code == 400
    assert admin.get("/admin/suppliers", limit=0).status_code == 400


def test_14_create_defaults(admin: Caller) -> None:
    answer = admin.post("/admin/suppliers", NEW)
    assert answer.status_code == 201 and set(answer.json) == {"supplier", "message"}
    shown = answer.json["supplier"]
    assert shown["is_active"] is True and shown["items_count"] == 0 and shown["use_ml_processing"] is True
    assert "sync" not in answer.json["message"].lower()


def test_14_a_source_url_fetches_that_supplier_and_nobody_else(admin: Caller) -> None:
    """Section 9: no full sync, and a trigger that waits is not overwritten."""
    redis().set("sync:trigger", '{"task_id": "waits"}')
    answer = admin.post("/admin/suppliers", NEW | {"source_url": "https://example.com/list.csv"})
    assert "sync" in answer.json["message"].lower()
    assert [job.supplier_name for job in db.session.scalars(select(Job))] == ["Acme"]
    assert db.session.scalar(select(func.count()).select_from(SyncRun)) == 0
    assert redis().get("sync:trigger") == '{"task_id": "waits"}'
    create(admin, name="Inactive", source_url="https://example.com/list.csv", is_active=False)
    assert db.session.scalar(select(func.count()).select_from(Job)) == 1


def test_14_a_name_is_taken_whatever_its_case(admin: Caller) -> None:
    create(admin)
    answer = admin.post("/admin/suppliers", NEW | {"name": "ACME"})
    assert answer.status_code == 409 and answer.json["error"]["code"] == "CONFLICT"


@pytest.mark.parametrize(
    "changed",
    [
        {"name": ""}, {"name": "x" * 256}, {"name": None}, {"name": 5}, {"source_type": "ftp"}, {"source_type": None},
        {"source_url": "not a uri"}, {"source_url": "file:///etc/passwd"}, {"source_url": "https://u:p@example.com/"},
        {"contact_email": "nobody"}, {"is_active": "yes"}, {"notes": "x" * 1001}, {"name": "a\x00b"},
        {"use_ml_processing": 1},
    ],
)  # fmt: skip
def test_14_bad_fields_are_400_and_named(admin: Caller, changed: dict[str, Any]) -> None:
    answer = admin.post("/admin/suppliers", NEW | changed)
    assert answer.status_code == 400 and answer.json["error"]["code"] == "VALIDATION_ERROR"
    assert any(name in str(answer.json["error"]["details"]) for name in changed)


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'{"name": "\xff"}', b"null", b'{"name": "\\ud800"}'])
def test_14_what_is_no_json_object_is_400(admin: Caller, raw: bytes) -> None:
    answer = admin("POST", "/admin/suppliers", data=raw, content_type="application/json")
    assert answer.status_code == 400 and answer.json["error"]["code"] == "VALIDATION_ERROR"


def test_15_one_supplier(admin: Caller) -> None:
    made = create(admin)
    answer = admin.get(f"/admin/suppliers/{made['id']}")
    assert answer.status_code == 200 and set(answer.json) >= SUPPLIER
    assert admin.get(f"/admin/suppliers/{uuid4()}").status_code == 404


def test_16_any_subset_changes_and_the_rest_stays(admin: Caller) -> None:
    made = create(admin, notes="kept", source_url="https://example.com/list.csv", is_active=False)
    path = f"/admin/suppliers/{made['id']}"
    answer = admin.put(path, {"name": "Acme Ltd", "use_ml_processing": False})
    assert answer.status_code == 200 and set(answer.json) >= SUPPLIER
    assert (answer.json["name"], answer.json["notes"]) == ("Acme Ltd", "kept")
    assert answer.json["use_ml_processing"] is False and answer.json["is_active"] is False
    assert admin.put(path, {"source_url": None}).json["source_url"], "null says what absence says"
    assert admin.put(path, {"source_url": "", "notes": ""}).json["source_url"] is None
    assert admin.get(path).json["notes"] is None
    create(admin, name="Other")
    assert admin.put(path, {"name": "oTHER"}).status_code == 409
    assert admin.put(path, {"name": "aCME lTD"}).status_code == 200, "its own name in another case"
    assert admin.put(path, {"name": None}).json["name"] == "aCME lTD", "as if it were not there"
    assert admin.put(f"/admin/suppliers/{uuid4()}", {"name": "x"}).status_code == 404


def test_17_delete_takes_items_and_the_drafts_made_of_them(admin: Caller) -> None:
    """Unlike the existing system it leaves imported and hand-made products alone (ADR 72)."""
    acme, other = create(admin), create(admin, name="Other")
    shared, alone, without, imported = (Product(internal_sku=str(n), name=f"Product {n}") for n in range(4))
    alone.drafted_for = UUID(acme["id"])
    db.session.add_all((shared, alone, without, imported))
    db.session.flush()
    for supplier, product, price in ((acme, shared, 5), (acme, alone, 6), (acme, imported, 8), (other, shared, 7)):
        db.session.add(
            SupplierItem(
                supplier_id=UUID(supplier["id"]),
                supplier_sku=f"{price}",
                name="x",
                product_id=product.id,
                current_price=price,
            )
        )
    db.session.commit()
    answer = admin.delete(f"/admin/suppliers/{acme['id']}")
    assert answer.status_code == 200 and set(answer.json) == {"id", "message"}
    assert "3 items" in answer.json["message"] and "1 draft" in answer.json["message"]
    left = {each.name: each.min_price for each in db.session.scalars(select(Product))}
    assert left == {"Product 0": 7, "Product 2": None, "Product 3": None}
    assert admin.delete(f"/admin/suppliers/{acme['id']}").status_code == 404


@pytest.mark.parametrize(
    ("name", "format"),
    [
        ("list.csv", "csv"),
        ("LIST.XLSX", "excel"),
        ("list.xls", "excel"),
        ("list.pdf", "pdf"),
        ("list.ods", "excel"),
        ("list.xlsb", "excel"),
        ("list.html", "excel"),
    ],
)
def test_18_an_upload_is_taken_and_sets_the_source_type(admin: Caller, name: str, format: str) -> None:
    made = create(admin, source_type="google_sheets")
    answer = upload(admin, made["id"], name)
    assert answer.status_code == 202, answer.data
    assert set(answer.json) >= {"task_id", "file_name", "detected_format", "status", "message"}
    assert (answer.json["file_name"], answer.json["detected_format"], answer.json["status"]) == (name, format, "queued")
    assert answer.json["task_id"].startswith(f"upload-{made['id'].replace('-', '')[:8]}-")
    assert admin.get(f"/admin/suppliers/{made['id']}").json["source_type"] == format
    job = admin.get(f"/admin/jobs/{answer.json['job_id']}").json
    assert job["file_type"] == format and job["file"]["size"] == len(b"sku;name;price\n")


@pytest.mark.parametrize("name", ["list.doc", "list.docx", "list", "list.csv.exe"])
def test_18_other_extensions_are_400_and_nothing_is_kept(admin: Caller, name: str) -> None:
    made = create(admin)
    answer = upload(admin, made["id"], name)
    assert answer.status_code == 400 and answer.json["error"]["code"] == "VALIDATION_ERROR"
    assert db.session.scalar(select(func.count()).select_from(Job)) == 0


def test_18_refusals(admin: Caller) -> None:
    made = create(admin)
    assert upload(admin, str(uuid4()), "list.csv").status_code == 404
    assert upload(admin, "nope", "list.csv").status_code == 400
    assert upload(admin, made["id"], "list.csv", b"").status_code == 400
    assert upload(admin, made["id"], "list.csv", header_row="0").status_code == 400
    assert upload(admin, made["id"], "list.csv", header_row="5", data_start_row="5").status_code == 400
    assert admin.post(f"/admin/suppliers/{made['id']}/upload", {"file": "x"}).status_code == 400


def test_18_options_hold_for_their_upload_alone_wherever_they_stand(admin: Caller) -> None:
    made = create(admin)
    queued = upload(admin, made["id"], "first.xlsx").json["job_id"]
    plain = upload(admin, made["id"], "a.xlsx", sheet_name="Sheet1", header_row="1").json["job_id"]
    before = upload(admin, made["id"], "b.xlsx", sheet_name="Prices", header_row="4").json["job_id"]
    form = {"file": (io.BytesIO(b"PK"), "c.xlsx"), "header_row": "3", "colour": "red"}
    answer = admin("POST", f"/admin/suppliers/{made['id']}/upload", data=form, content_type="multipart/form-data")
    assert answer.headers["x-ignored"] == "form.colour"
    wanted = {queued: None, plain: None, before: {"sheets": ["Prices"], "header_row": 4}}
    wanted[answer.json["job_id"]] = {"header_row": 3}
    assert {str(job.id): job.hints for job in db.session.scalars(select(Job))} == wanted
    assert admin.get(f"/admin/suppliers/{made['id']}").json["hints"] == {}


def test_hints_headers_and_the_ml_flag_are_set_by_programs_too(admin: Caller) -> None:
    path = f"/admin/suppliers/{create(admin)['id']}"
    assert admin.put(f"{path}/hints", {"encoding": "cp1251", "columns": {"price": 3}}).json["hints"] == {
        "encoding": "cp1251",
        "columns": {"price": 3},
    }
    assert admin.put(f"{path}/hints", {}).json["hints"] == {}
    secret = admin.put(f"{path}/headers", {"headers": {"X-Api-Key": "very-secret"}})
    assert secret.json["has_secret_headers"] is True and b"very-secret" not in secret.data
    assert b"very-secret" not in (db.session.scalars(select(Supplier.secret_headers)).one() or b"")
    for bad in ({"Host": "x"}, {"X-Key": "a\r\nb: c"}, {"bad name": "x"}):
        assert admin.put(f"{path}/headers", {"headers": bad}).status_code == 400
    assert admin.put(f"{path}/headers", {"headers": {}}).json["has_secret_headers"] is False
    assert admin.put(f"{path}/ml", {"use_ml_processing": False, "reason": "odd prices"}).status_code == 200
    entry = admin.get("/admin/audit").json["entries"][0]
    assert (entry["action"], entry["facts"]["reason"]) == ("supplier.ml_switched", "odd prices")


def test_many_suppliers_are_processed_again_after_a_dry_count(admin: Caller) -> None:
    path = "/admin/suppliers/reprocess"
    assert admin.get(path).json["state"] == "none"
    url = {"source_url": "https://example.com/b.csv", "is_active": False, "use_ml_processing": False}
    with_url, without = create(admin, name="B", **url), create(admin, name="C")
    ids = {"supplier_ids": [with_url["id"], without["id"], str(uuid4())]}
    counted = admin.post(f"{path}/count", ids).json
    assert counted == {"fetched": 1, "read_again": 0, "impossible": ["C"]}
    begun = admin.post(path, ids)
    assert begun.status_code == 202 and (begun.json["state"], begun.json["total"]) == ("running", 2)
    assert admin.post(path, ids).status_code == 409
    assert admin.post(f"{path}/steer", {"action": "pause"}).json["state"] == "paused"
    assert admin.post(f"{path}/steer", {"action": "resume"}).json["state"] == "running"
    reprocess.advance()
    now = admin.get(path).json
    assert len(now["jobs"]) == 1 and set(now["skipped"]) == {"C"}
    assert admin.get(f"/admin/suppliers/{with_url['id']}").json["use_ml_processing"] is True
    assert admin.post(f"{path}/steer", {"action": "stop"}).json["state"] == "stopped"


def test_a_slow_callers_upload_needs_a_role_first(caller: Callable[[str], Caller], admin: Caller) -> None:
    assert upload(caller("procurement"), create(admin)["id"], "list.csv").status_code == 403
