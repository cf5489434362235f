"""What clients of the existing system send and are answered, as facts: seen from outside, endpoint by endpoint.

A fact is (who, method and path, body, status); ``{names}`` in paths and bodies are ids of the world in ``conftest``.
The first answer of a good status has the endpoint's shape. Facts of one endpoint are sent in their order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

A, B, S, NOBODY = "admin", "procurement", "sales", ""
#: no such thing anywhere
GHOST = "00000000-0000-4000-8000-000000000000"

OFFER = {
    "id": "uuid", "supplier_id": "uuid", "supplier_name": "text", "supplier_sku": "text", "current_price": "money",
    "characteristics": "object", "last_ingested_at": "moment",
}  # fmt: skip
PRODUCT = {
    "id": "uuid", "internal_sku": "text", "name": "text", "category_id": "uuid?", "status": "product_status",
    "supplier_items": [OFFER], "margin_percentage": "null",
}  # fmt: skip
SUPPLIER = {
    "id": "uuid", "name": "text", "source_type": "source_type", "source_url": "text?", "contact_email": "text?",
    "is_active": "flag", "notes": "text?", "items_count": "count", "created_at": "moment", "updated_at": "moment",
}  # fmt: skip
LOG = {
    "id": "uuid", "task_id": "text", "supplier_id": "uuid?", "supplier_name": "text?", "error_type": "text",
    "error_message": "text", "row_number": "count?", "created_at": "moment",
}  # fmt: skip
JOB = {
    "job_id": "uuid", "supplier_id": "uuid", "supplier_name": "text", "phase": "phase", "status": "job_status",
    "download_progress": "any", "analysis_progress": "any", "file_type": "file_type", "error": "text?",
    "error_details": "list", "can_retry": "flag", "retry_count": "count", "max_retries": "count",
    "created_at": "moment", "started_at": "moment?", "completed_at": "moment?",
}  # fmt: skip
STANDING = {
    "id": "uuid", "name": "text", "source_type": "source_type", "last_sync_at": "moment?",
    "status": "supplier_status", "items_count": "count", "use_ml_processing": "flag",
}  # fmt: skip


def page(of: dict[str, Any]) -> dict[str, Any]:
    return {"total_count": "count", "page": "count", "limit": "count", "data": [of]}


@dataclass(frozen=True)
class Endpoint:
    """``number`` is the contract's; ``shape`` that of the good answer."""

    number: str
    shape: dict[str, Any]
    facts: list[tuple[str, str, Any, int]]


@dataclass(frozen=True)
class Upload:
    """A multipart body: a file, and options beside it."""

    name: str
    content: bytes = b"sku;name;price\nA;Anvil;10\n"
    options: tuple[tuple[str, str], ...] = ()
    options_first: bool = False


def paging(who: str, path: str) -> list[tuple[str, str, Any, int]]:
    good = ("page=1&limit=1", "page=2", "limit=200", "page=1000&limit=200")
    bad = ("page=0", "page=-1", "page=x", "page=1.5", "limit=0", "limit=201", "limit=x")
    return [(who, f"GET {path}?{query}", None, 200) for query in good] + [
        (who, f"GET {path}?{query}", None, 400) for query in bad
    ]


LOGIN, PRODUCTS, UNMATCHED = "POST /auth/login", "/admin/products", "/admin/suppliers/unmatched"
BULK, SUPPLIERS, UPLOAD = "POST /admin/products/bulk-status", "/admin/suppliers", "POST /admin/suppliers/{acme}/upload"
STATUS, SHEET = "/admin/ingestion/status", "/admin/settings/master-sheet-url"
MATCH, NEW, ONE = "PATCH /admin/products/{anvil}/match", "POST /admin/products", "PATCH /admin/products/{anvil}/status"
LINK = {"action": "link", "supplier_item_id": "{loose}"}
UNLINK = LINK | {"action": "unlink"}

ENDPOINTS = [
    Endpoint("1", {
        "token": "text", "expires_at": "moment", "user": {"id": "uuid", "username": "text", "role": "role"},
    }, [
        (NOBODY, LOGIN, {"username": "admin-person", "password": "a good password"}, 200),
        (NOBODY, LOGIN, {"username": "sales-person", "password": "a good password"}, 200),
        (NOBODY, LOGIN, {"username": "bcrypt-person", "password": "a good password"}, 200),
        (NOBODY, LOGIN, {"username": "bcrypt-person", "password": "a bad password"}, 401),
        (NOBODY, LOGIN, {"username": "admin-person", "password": "a bad password"}, 401),
        (NOBODY, LOGIN, {"username": "nobody-here", "password": "a good password"}, 401),
        (NOBODY, LOGIN, {"username": "ab", "password": "a good password"}, 400),
        (NOBODY, LOGIN, {"username": "x" * 256, "password": "a good password"}, 400),
        (NOBODY, LOGIN, {"username": "admin-person", "password": "short"}, 400),
        (NOBODY, LOGIN, {"username": "admin-person", "password": "x" * 256}, 400),
        (NOBODY, LOGIN, {"username": "admin-person"}, 400),
        (NOBODY, LOGIN, {"password": "a good password"}, 400),
        (NOBODY, LOGIN, {"username": 12345, "password": "a good password"}, 400),
        (NOBODY, LOGIN, {}, 400),
        (NOBODY, LOGIN, None, 400),
        (NOBODY, LOGIN, {"username": "admin-person", "password": "a good password", "remember": True}, 200),
    ]),
    Endpoint("2", page(PRODUCT), [
        (A, f"GET {PRODUCTS}", None, 200), (B, f"GET {PRODUCTS}", None, 200), (S, f"GET {PRODUCTS}", None, 200),
        (NOBODY, f"GET {PRODUCTS}", None, 401), ("broken", f"GET {PRODUCTS}", None, 401),
        *[(S, f"GET {PRODUCTS}?status={each}", None, 200) for each in ("draft", "active", "archived", "sold")],
        (S, f"GET {PRODUCTS}?min_margin=0&max_margin=100", None, 200),
        (S, f"GET {PRODUCTS}?min_margin=12.5", None, 200),
        (S, f"GET {PRODUCTS}?min_margin=-1", None, 400), (S, f"GET {PRODUCTS}?max_margin=101", None, 400),
        (S, f"GET {PRODUCTS}?min_margin=60&max_margin=40", None, 400),
        (S, f"GET {PRODUCTS}?min_margin=x", None, 400),
        (S, f"GET {PRODUCTS}?supplier_id={{acme}}", None, 200),
        (S, f"GET {PRODUCTS}?supplier_id={GHOST}", None, 200),
        (S, f"GET {PRODUCTS}?supplier_id=acme", None, 400),
        (S, f"GET {PRODUCTS}?colour=red", None, 200),
        *paging(S, PRODUCTS),
    ]),
    Endpoint("3", page(OFFER | {"name": "text"}), [
        (B, f"GET {UNMATCHED}", None, 200), (A, f"GET {UNMATCHED}", None, 200),
        (S, f"GET {UNMATCHED}", None, 403), (NOBODY, f"GET {UNMATCHED}", None, 401),
        (B, f"GET {UNMATCHED}?supplier_id={{acme}}", None, 200), (B, f"GET {UNMATCHED}?supplier_id=acme", None, 400),
        (B, f"GET {UNMATCHED}?search=bolt", None, 200), (B, f"GET {UNMATCHED}?search=100%25_", None, 200),
        *paging(B, UNMATCHED),
    ]),
    Endpoint("4", {"updated_count": "count", "status": "product_status", "message": "text"}, [
        (S, BULK, {"product_ids": ["{anvil}", "{draft}"], "status": "active"}, 200),
        (B, BULK, {"product_ids": ["{anvil}"], "status": "draft"}, 200),
        (A, BULK, {"product_ids": [GHOST], "status": "archived"}, 200),
        (NOBODY, BULK, {"product_ids": ["{anvil}"], "status": "active"}, 401),
        (S, BULK, {"product_ids": [], "status": "active"}, 400),
        (S, BULK, {"product_ids": [GHOST] * 101, "status": "active"}, 400),
        (S, BULK, {"product_ids": [GHOST] * 100, "status": "active"}, 200),
        (S, BULK, {"product_ids": ["anvil"], "status": "active"}, 400),
        (S, BULK, {"product_ids": "{anvil}", "status": "active"}, 400),
        (S, BULK, {"product_ids": ["{anvil}"], "status": "sold"}, 400),
        (S, BULK, {"product_ids": ["{anvil}"]}, 400), (S, BULK, {"status": "active"}, 400), (S, BULK, None, 400),
    ]),
    Endpoint("5", {"product": PRODUCT}, [
        (B, MATCH, LINK, 200),
        (B, "PATCH /admin/products/{draft}/match", LINK, 409),
        (B, MATCH, UNLINK, 200),
        (B, MATCH, UNLINK, 409),
        (A, MATCH, LINK, 200),
        (B, "PATCH /admin/products/{archived}/match", LINK | {"supplier_item_id": "{other}"}, 400),
        (B, f"PATCH /admin/products/{GHOST}/match", LINK, 404),
        (B, MATCH, LINK | {"supplier_item_id": GHOST}, 404),
        (B, "PATCH /admin/products/anvil/match", LINK, 400),
        (B, MATCH, LINK | {"supplier_item_id": "bolt"}, 400),
        (B, MATCH, LINK | {"action": "glue"}, 400),
        (B, MATCH, {"action": "link"}, 400), (B, MATCH, {"supplier_item_id": "{loose}"}, 400), (B, MATCH, None, 400),
        (S, MATCH, LINK, 403), (NOBODY, MATCH, LINK, 401),
    ]),
    Endpoint("6", {
        "id": "uuid", "internal_sku": "text", "name": "text", "category_id": "uuid?", "status": "product_status",
        "supplier_items": [OFFER], "created_at": "moment",
    }, [
        (B, NEW, {"name": "Saw", "category_id": "{tools}", "supplier_item_id": "{loose}", "status": "active"}, 201),
        (A, NEW, {"name": "Saw"}, 201),
        (B, NEW, {"name": "Saw", "internal_sku": "SAW-1"}, 201),
        (B, NEW, {"name": "Saw", "internal_sku": "SAW-1"}, 400),
        (B, NEW, {"name": "Saw", "internal_sku": "ANVIL"}, 400),
        (B, NEW, {"name": "Saw", "supplier_item_id": "{loose}"}, 400),
        (B, NEW, {"name": "Saw", "supplier_item_id": GHOST}, 400),
        (B, NEW, {"name": "Saw", "category_id": GHOST}, 400),
        (B, NEW, {"name": "Saw", "category_id": "tools"}, 400),
        (B, NEW, {"name": "Saw", "status": "archived"}, 400),
        (B, NEW, {"name": "x" * 500, "internal_sku": "y" * 100}, 201),
        (B, NEW, {"name": "x" * 501}, 400), (B, NEW, {"name": "x", "internal_sku": "y" * 101}, 400),
        (B, NEW, {"name": ""}, 400), (B, NEW, {}, 400), (B, NEW, None, 400),
        (B, NEW, {"name": "Saw", "internal_sku": None, "category_id": None, "supplier_item_id": None}, 201),
        (S, NEW, {"name": "Saw"}, 403), (NOBODY, NEW, {"name": "Saw"}, 401),
    ]),
    Endpoint("7", {
        "id": "uuid", "internal_sku": "text", "name": "text", "status": "product_status", "updated_at": "moment",
        "message": "text",
    }, [
        (S, ONE, {"status": "archived"}, 200), (B, ONE, {"status": "draft"}, 200), (A, ONE, {"status": "active"}, 200),
        (S, ONE, {"status": "sold"}, 400), (S, ONE, {}, 400), (S, ONE, None, 400),
        (S, f"PATCH /admin/products/{GHOST}/status", {"status": "active"}, 404),
        (S, "PATCH /admin/products/anvil/status", {"status": "active"}, 400),
        (NOBODY, ONE, {"status": "active"}, 401),
    ]),
    Endpoint("8", {
        "sync_state": "sync_state", "progress": "any", "last_sync_at": "moment?", "next_scheduled_at": "moment",
        "suppliers": [STANDING], "recent_logs": [LOG], "current_phase": "phase?", "jobs": [JOB],
    }, [
        (A, f"GET {STATUS}", None, 200), (B, f"GET {STATUS}", None, 403), (S, f"GET {STATUS}", None, 403),
        (NOBODY, f"GET {STATUS}", None, 401),
        *[(A, f"GET {STATUS}?log_limit={each}", None, 200) for each in (1, 50, 100)],
        *[(A, f"GET {STATUS}?log_limit={each}", None, 400) for each in (0, -1, 101, "x")],
    ]),
    Endpoint("9", {"task_id": "sync_task", "status": "queued", "message": "text"}, [
        (B, "POST /admin/ingestion/sync", None, 403), (NOBODY, "POST /admin/ingestion/sync", None, 401),
        (A, "POST /admin/ingestion/sync", None, 202), (A, "POST /admin/ingestion/sync", {}, 409),
    ]),
    Endpoint("10", {"task_id": "uuid", "supplier_id": "uuid", "status": "queued", "enqueued_at": "moment"}, [
        (A, "POST /admin/sync", {"supplier_id": "{acme}"}, 202), (A, "POST /admin/sync", {"supplier_id": GHOST}, 404),
        (A, "POST /admin/sync", {"supplier_id": "acme"}, 400), (A, "POST /admin/sync", {}, 400),
        (A, "POST /admin/sync", None, 400), (B, "POST /admin/sync", {"supplier_id": "{acme}"}, 403),
        (NOBODY, "POST /admin/sync", {"supplier_id": "{acme}"}, 401),
        *[(A, "POST /admin/sync", {}, 400)] * 5,
        (A, "POST /admin/sync", {"supplier_id": "{acme}"}, 429),
    ]),
    Endpoint("11", {"url": "text?", "sheet_name": "text", "configured": "flag", "last_updated_at": "moment?"}, [
        (A, f"GET {SHEET}", None, 200), (B, f"GET {SHEET}", None, 403), (NOBODY, f"GET {SHEET}", None, 401),
    ]),
    Endpoint("12", {"url": "text", "sheet_name": "text", "message": "text"}, [
        (A, f"PUT {SHEET}", {"url": "https://docs.google.com/spreadsheets/d/abc/edit"}, 200),
        (A, f"PUT {SHEET}", {"url": "https://docs.google.com/spreadsheets/d/abc/edit", "sheet_name": "Firms"}, 200),
        (A, f"GET {SHEET}", None, 200),
        (A, f"PUT {SHEET}", {"url": "not an address"}, 400), (A, f"PUT {SHEET}", {}, 400),
        (A, f"PUT {SHEET}", {"url": "https://a.example/x", "sheet_name": ""}, 400),
        (A, f"PUT {SHEET}", {"url": "https://a.example/x", "sheet_name": "x" * 101}, 400),
        (S, f"PUT {SHEET}", {"url": "https://a.example/x"}, 403), (NOBODY, f"PUT {SHEET}", {}, 401),
    ]),
    Endpoint("13", {"suppliers": [SUPPLIER], "total": "count"}, [
        (A, f"GET {SUPPLIERS}", None, 200), (B, f"GET {SUPPLIERS}", None, 403), (NOBODY, f"GET {SUPPLIERS}", None, 401),
    ]),
    Endpoint("14", {"supplier": SUPPLIER, "message": "text"}, [
        (A, f"POST {SUPPLIERS}", {
            "name": "Brandt", "source_type": "excel", "source_url": "https://b.example/list.xlsx",
            "contact_email": "office@b.example", "is_active": False, "notes": "Tuesdays", "use_ml_processing": False,
        }, 201),
        (A, f"POST {SUPPLIERS}", {"name": "Csv Ltd", "source_type": "csv"}, 201),
        (A, f"POST {SUPPLIERS}", {"name": "Sheet Ltd", "source_type": "google_sheets", "notes": None}, 201),
        (A, f"POST {SUPPLIERS}", {"name": "bRANDT", "source_type": "csv"}, 409),
        (A, f"POST {SUPPLIERS}", {"name": "", "source_type": "csv"}, 400),
        (A, f"POST {SUPPLIERS}", {"name": "x" * 256, "source_type": "csv"}, 400),
        (A, f"POST {SUPPLIERS}", {"name": "Ftp Ltd", "source_type": "ftp"}, 400),
        (A, f"POST {SUPPLIERS}", {"name": "Url Ltd", "source_type": "csv", "source_url": "no address"}, 400),
        (A, f"POST {SUPPLIERS}", {"name": "Mail Ltd", "source_type": "csv", "contact_email": "no mail"}, 400),
        (A, f"POST {SUPPLIERS}", {"name": "Note Ltd", "source_type": "csv", "notes": "x" * 1001}, 400),
        (A, f"POST {SUPPLIERS}", {"name": "Flag Ltd", "source_type": "csv", "is_active": "yes"}, 400),
        (A, f"POST {SUPPLIERS}", {"source_type": "csv"}, 400), (A, f"POST {SUPPLIERS}", {"name": "Kind Ltd"}, 400),
        (A, f"POST {SUPPLIERS}", None, 400), (B, f"POST {SUPPLIERS}", {"name": "N", "source_type": "csv"}, 403),
        (NOBODY, f"POST {SUPPLIERS}", {"name": "N", "source_type": "csv"}, 401),
    ]),
    Endpoint("15", SUPPLIER, [
        (A, f"GET {SUPPLIERS}/{{acme}}", None, 200), (A, f"GET {SUPPLIERS}/{GHOST}", None, 404),
        (A, f"GET {SUPPLIERS}/acme", None, 400), (S, f"GET {SUPPLIERS}/{{acme}}", None, 403),
        (NOBODY, f"GET {SUPPLIERS}/{{acme}}", None, 401),
    ]),
    Endpoint("16", SUPPLIER, [
        (A, f"PUT {SUPPLIERS}/{{acme}}", {"name": "Acme Ltd"}, 200), (A, f"PUT {SUPPLIERS}/{{acme}}", {}, 200),
        (A, f"PUT {SUPPLIERS}/{{acme}}", {"is_active": False, "notes": "x", "use_ml_processing": False}, 200),
        (A, f"PUT {SUPPLIERS}/{{acme}}", {"source_url": None, "contact_email": None}, 200),
        (A, f"PUT {SUPPLIERS}/{{acme}}", {"name": "QUIET"}, 409), (A, f"PUT {SUPPLIERS}/{{acme}}", {"name": ""}, 400),
        (A, f"PUT {SUPPLIERS}/{{acme}}", {"source_type": "ftp"}, 400),
        (A, f"PUT {SUPPLIERS}/{GHOST}", {"name": "x"}, 404), (A, f"PUT {SUPPLIERS}/acme", {"name": "x"}, 400),
        (S, f"PUT {SUPPLIERS}/{{acme}}", {}, 403), (NOBODY, f"PUT {SUPPLIERS}/{{acme}}", {}, 401),
    ]),
    Endpoint("17", {"id": "uuid", "message": "text"}, [
        (S, f"DELETE {SUPPLIERS}/{{acme}}", None, 403), (NOBODY, f"DELETE {SUPPLIERS}/{{acme}}", None, 401),
        (A, f"DELETE {SUPPLIERS}/{{acme}}", None, 200), (A, f"DELETE {SUPPLIERS}/{{acme}}", None, 404),
        (A, f"DELETE {SUPPLIERS}/acme", None, 400),
    ]),
    Endpoint("18", {
        "task_id": "upload_task", "file_name": "text", "detected_format": "file_type", "status": "queued",
        "message": "text",
    }, [
        (A, UPLOAD, Upload("list.csv"), 202), (A, UPLOAD, Upload("list.xlsx", b"PK\x03\x04 not really"), 202),
        (A, UPLOAD, Upload("LIST.XLS", b"\xd0\xcf\x11\xe0"), 202),
        (A, UPLOAD, Upload("list.csv", options=(("header_row", "2"), ("data_start_row", "3"))), 202),
        (A, UPLOAD, Upload("list.csv", options=(("sheet_name", "Prices"),), options_first=True), 202),
        (A, UPLOAD, Upload("list.csv", options=(("header_row", "0"),)), 400),
        (A, UPLOAD, Upload("list.csv", options=(("data_start_row", "x"),), options_first=True), 400),
        (A, UPLOAD, Upload("picture.png"), 400), (A, UPLOAD, Upload("list"), 400),
        (A, UPLOAD, Upload("list.csv", b""), 400),
        (A, UPLOAD, {"file": "no file"}, 400), (A, UPLOAD, None, 400),
        (A, f"POST /admin/suppliers/{GHOST}/upload", Upload("list.csv"), 404),
        (A, "POST /admin/suppliers/acme/upload", Upload("list.csv"), 400),
        (B, UPLOAD, Upload("list.csv"), 403), (NOBODY, UPLOAD, Upload("list.csv"), 401),
    ]),
    Endpoint("19", page({
        "id": "uuid", "internal_sku": "text", "name": "text", "category_id": "uuid?", "min_price": "money",
        "max_price": "money", "supplier_count": "count",
    }), [
        (NOBODY, "GET /catalog/", None, 200), (NOBODY, "GET /catalog", None, 200), (S, "GET /catalog/", None, 200),
        (NOBODY, "GET /catalog/?search=anv", None, 200), (NOBODY, "GET /catalog/?category_id={tools}", None, 200),
        (NOBODY, "GET /catalog/?min_price=1&max_price=100", None, 200),
        (NOBODY, "GET /catalog/?min_price=cheap", None, 400), (NOBODY, "GET /catalog/?min_price=-1", None, 400),
        (NOBODY, "GET /catalog/?category_id=tools", None, 400),
        *paging(NOBODY, "/catalog/"),
    ]),
    Endpoint("20a", {
        "status": "text", "timestamp": "moment", "uptime": "number", "version": "text",
        "services": {"database": "text", "redis": "text"},
    }, [(NOBODY, "GET ^/health", None, 200)]),
    Endpoint("20b", {"ready": "flag"}, [(NOBODY, "GET ^/ready", None, 200)]),
    Endpoint("20c", {"alive": "flag"}, [(NOBODY, "GET ^/live", None, 200)]),
    Endpoint("retry", {"job_id": "uuid", "status": "retrying", "message": "text", "retry_count": "count"}, [
        (S, "POST /admin/jobs/{failed}/retry", None, 403), (NOBODY, "POST /admin/jobs/{failed}/retry", None, 401),
        (A, "POST /admin/jobs/{failed}/retry", None, 202), (A, "POST /admin/jobs/{failed}/retry", None, 409),
        (A, "POST /admin/jobs/{ended}/retry", None, 409), (A, f"POST /admin/jobs/{GHOST}/retry", None, 404),
        (A, "POST /admin/jobs/failed/retry", None, 400),
    ]),
    Endpoint("none", {}, [
        (A, "GET /admin/nothing", None, 404), (NOBODY, "GET /nothing", None, 404),
        (A, "DELETE /admin/products", None, 405),
    ]),
]  # fmt: skip
