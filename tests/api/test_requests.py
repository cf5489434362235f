"""What every request may say: null as absence, and nothing that is silently passed over."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from app.access import tokens
from app.api import document
from app.api.openapi import glossary
from tests.api.conftest import Caller

SUPPLIER = {"name": "Acme", "source_type": "csv"}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/admin/suppliers", SUPPLIER | {"notes": None, "is_active": None, "use_ml_processing": None}),
        ("POST", "/admin/products", {"name": "Anvil", "internal_sku": None, "status": None, "category_id": None}),
        ("POST", "/admin/ingestion/sync", {"force": None}),
        ("POST", "/admin/jobs/retry", {"cause": "X", "job_ids": None}),
        ("PUT", "/admin/settings/ml-switch", {"on": True, "reason": None}),
        ("POST", "/admin/suppliers/reprocess/count", {"at_once": None, "supplier_ids": None}),
    ],
)
def test_null_says_the_same_as_absence(admin: Caller, method: str, path: str, body: dict[str, Any]) -> None:
    with_nulls = admin(method, path, json=body)
    assert with_nulls.status_code in (200, 201, 202), with_nulls.text


def test_null_for_a_needed_field_is_its_absence_too(admin: Caller) -> None:
    answer = admin.post("/admin/suppliers", SUPPLIER | {"name": None})
    assert answer.status_code == 400
    assert answer.json["error"]["details"] == {"name": "Field required"}


def test_an_update_with_null_leaves_the_field(admin: Caller) -> None:
    made = admin.post("/admin/suppliers", SUPPLIER | {"notes": "kept", "cadence_days": 5}).json["supplier"]
    path = f"/admin/suppliers/{made['id']}"
    assert admin.put(path, {"notes": None, "cadence_days": None}).json["notes"] == "kept"
    cleared = admin.put(path, {"notes": "", "cadence_days": "", "default_currency": "", "sheet_name": ""}).json
    assert (cleared["notes"], cleared["cadence_days"], cleared["sheet_name"]) == (None, None, None)


def test_a_route_of_the_existing_system_names_what_it_passes_over(admin: Caller) -> None:
    made = admin.post("/admin/suppliers?debug=1", SUPPLIER | {"colour": "red", "naïve": 1, "notes": "n"})
    assert made.status_code == 201
    assert made.headers["x-ignored"] == "query.debug, body.colour, body.na%C3%AFve"
    assert "x-ignored" not in admin.post("/admin/suppliers", SUPPLIER | {"name": "B"}).headers
    assert admin.get("/admin/products", colour="red").headers["x-ignored"] == "query.colour"
    assert admin.get("/admin/suppliers", colour="red").headers["x-ignored"] == "query.colour"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/admin/jobs?colour=red", None),
        ("GET", "/admin/guard?colour=red", None),
        ("PUT", "/admin/settings/ml-switch", {"on": True, "colour": "red"}),
        ("POST", "/admin/reviews/approve", {"pairs": [{"colour": "red"}]}),
        ("POST", "/admin/guard/restore", {"colour": "red"}),
    ],
)
def test_a_route_of_ours_refuses_what_it_does_not_know(admin: Caller, method: str, path: str, body: Any) -> None:
    answer = admin(method, path, **({} if body is None else {"json": body}))
    assert answer.status_code == 400
    assert any("colour" in name for name in answer.json["error"]["details"])


@pytest.mark.parametrize("body", ["{", "NaN", '{"on": tru', "[]", "7", '"text"'])
def test_what_is_no_json_object_is_400(admin: Caller, body: str) -> None:
    answer = admin("PUT", "/admin/settings/ml-switch", data=body)
    assert (answer.status_code, answer.json["error"]["code"]) == (400, "VALIDATION_ERROR")


@pytest.mark.parametrize(
    "error",
    [
        IntegrityError("INSERT INTO products (name) VALUES (%(name)s)", {"name": "x"}, Exception("duplicate")),
        FileNotFoundError(2, "No such file or directory", "/app/shared/raw/x.csv"),
    ],
)
def test_a_bug_tells_neither_a_statement_nor_a_path(
    admin: Caller, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def broken(_user: Any) -> Any:
        raise error

    monkeypatch.setattr(tokens, "api_tokens", broken)
    answer = admin.get("/auth/tokens")  # the shared client looks for statements and places in every answer
    assert (answer.status_code, answer.json["error"]["code"]) == (500, "INTERNAL_ERROR")
    assert "INSERT" not in answer.text and "/app" not in answer.text


def test_whoever_asks_for_problem_details_gets_them(admin: Caller) -> None:
    asked = {"headers": {"Accept": "application/problem+json"}}
    answer = admin("POST", "/admin/products", json={"name": ""}, **asked)
    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")
    told = answer.get_json(force=True)
    assert {"type", "title", "status", "detail", "instance", "code", "details"} == set(told)
    assert (told["title"], told["status"], told["code"]) == ("Bad Request", 400, "VALIDATION_ERROR")
    assert told["instance"] == "/api/v1/admin/products"
    for accepted in ("application/json", "*/*", "application/json, application/problem+json"):
        plain = admin("POST", "/admin/products", json={"name": ""}, headers={"Accept": accepted})
        assert plain.content_type == "application/json" and set(plain.json) == {"error"}


def test_the_schema_describes_every_property_and_names_the_code_of_every_error() -> None:
    told = document()
    schemas: Any = told["components"]
    for model, schema in schemas["schemas"].items():
        for name, field in schema.get("properties", {}).items():
            assert field.get("description", "").endswith("."), f"{model}.{name} says nothing of itself"
    paths: Any = told["paths"]
    used = {name for schema in schemas["schemas"].values() for name in schema.get("properties", {})}
    for operation in (each for methods in paths.values() for each in methods.values()):
        used |= {parameter["name"] for parameter in operation["parameters"]}
        assert all(each.get("description") for each in operation["parameters"] if each["in"] == "query")
        for status, answer in operation["responses"].items():
            if status >= "400":
                assert set(answer["content"]) == {"application/json", "application/problem+json"}
                assert "`" in answer["description"], f"{operation['operationId']} {status} names no code"
    assert {name.rpartition(".")[2] for name in glossary()} <= used, "words that nothing uses"
