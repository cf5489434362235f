"""Contract, section 1.1 and endpoint 1: who may call, how errors look, and signing in."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import jwt
import pytest
from flask import Flask
from sqlalchemy import update

from app.access import accounts, policy, tokens
from app.api import document
from app.extensions import db
from app.models.user import ApiToken, User, UserRole
from tests.api.conftest import Caller
from tests.fixtures.servers import SECRET

#: method, path, the roles that may call it; from the fact sheet
ENDPOINTS = [
    ("GET", "/admin/products", {"sales", "procurement", "admin"}),
    ("GET", "/admin/suppliers/unmatched", {"procurement", "admin"}),
    ("POST", "/admin/products/bulk-status", {"sales", "procurement", "admin"}),
    ("PATCH", "/admin/products/{id}/match", {"procurement", "admin"}),
    ("POST", "/admin/products", {"procurement", "admin"}),
    ("PATCH", "/admin/products/{id}/status", {"sales", "procurement", "admin"}),
    ("GET", "/admin/ingestion/status", {"admin"}),
    ("POST", "/admin/ingestion/sync", {"admin"}),
    ("POST", "/admin/sync", {"admin"}),
    ("GET", "/admin/settings/master-sheet-url", {"admin"}),
    ("PUT", "/admin/settings/master-sheet-url", {"admin"}),
    ("GET", "/admin/suppliers", {"admin"}),
    ("POST", "/admin/suppliers", {"admin"}),
    ("GET", "/admin/suppliers/{id}", {"admin"}),
    ("PUT", "/admin/suppliers/{id}", {"admin"}),
    ("DELETE", "/admin/suppliers/{id}", {"admin"}),
    ("POST", "/admin/suppliers/{id}/upload", {"admin"}),
    ("POST", "/admin/jobs/{id}/retry", {"admin"}),
]


def claims(user: User, **changed: Any) -> str:
    told = {"sub": str(user.id), "role": user.role.value, "exp": int(time.time()) + 60, "iss": "marketbel-api"}
    return jwt.encode(told | changed, SECRET, algorithm="HS256")


@pytest.mark.parametrize(("method", "path", "roles"), ENDPOINTS)
def test_an_endpoint_lets_in_its_roles_and_nobody_else(
    caller: Callable[[str], Caller], nobody: Caller, method: str, path: str, roles: set[str]
) -> None:
    path = path.format(id=uuid4())
    refused = nobody(method, path)
    assert refused.status_code == 401 and refused.json is not None
    assert refused.json["error"]["code"] == "UNAUTHORIZED"
    for role in ("sales", "procurement", "admin"):
        answer = caller(role)(method, path)
        assert (answer.status_code == 403) == (role not in roles), f"{role}: {answer.status_code}"
        if role not in roles:
            assert answer.json is not None and answer.json["error"]["code"] == "FORBIDDEN"


def test_every_route_below_the_api_says_who_may_call_it(ctx: Flask) -> None:
    table = policy.route_table(ctx)
    ours = {name: roles for name, roles in table.items() if name.startswith(("api.", "health."))}
    assert ours and None not in ours.values()
    public = {name for name, roles in ours.items() if not roles}
    assert public == {
        "api.log_in", "api.list_catalog", "api.openapi", "api.docs", "health.health", "health.ready", "health.live",
    }  # fmt: skip


def test_a_token_of_the_existing_system_is_accepted(admin: Caller) -> None:
    """It carries sub, role, exp and iss, and nothing of ours."""
    assert admin.user is not None
    admin.token = claims(admin.user)
    assert admin.get("/admin/suppliers").status_code == 200


@pytest.mark.parametrize(
    "changed",
    [{"exp": 1}, {"iss": "somebody-else"}, {"sub": "not-a-uuid"}, {"sub": str(uuid4())}],
    ids=["expired", "another issuer", "no uuid", "an unknown user"],
)
def test_a_token_that_does_not_fit_is_401(admin: Caller, changed: dict[str, Any]) -> None:
    assert admin.user is not None
    admin.token = claims(admin.user, **changed)
    assert admin.get("/admin/suppliers").status_code == 401


def test_a_role_outside_the_three_is_403(admin: Caller) -> None:
    assert admin.user is not None
    admin.token = claims(admin.user, role="owner")
    answer = admin.get("/admin/products")
    assert answer.status_code == 403 and answer.json is not None
    assert answer.json["error"]["code"] == "FORBIDDEN"


def test_a_token_signed_with_none_or_another_secret_is_401(admin: Caller) -> None:
    assert admin.user is not None
    told = {"sub": str(admin.user.id), "role": "admin", "exp": int(time.time()) + 60, "iss": "marketbel-api"}
    for forged in (jwt.encode(told, "", algorithm="none"), jwt.encode(told, "x" * 40, algorithm="HS256")):
        admin.token = forged
        assert admin.get("/admin/suppliers").status_code == 401


def test_signing_out_everywhere_ends_a_bearer_token(admin: Caller) -> None:
    assert admin.user is not None
    accounts.sign_out_everywhere(admin.user.id, "tests")
    assert admin.get("/admin/suppliers").status_code == 401


def test_a_session_cookie_alone_is_nobody_for_the_api(admin: Caller, nobody: Caller) -> None:
    with nobody.client.session_transaction() as session:
        assert admin.user is not None
        session["_user_id"] = admin.user.get_id()
    assert nobody.get("/admin/suppliers").status_code == 401


def test_sign_in_answers_with_token_expiry_and_user(caller: Callable[[str], Caller], nobody: Caller) -> None:
    user = caller("sales").user
    answer = nobody.post("/auth/login", {"username": "sales-person", "password": "a good password"})
    assert answer.status_code == 200 and answer.json is not None and user is not None
    assert set(answer.json) == {"token", "expires_at", "user"}
    assert answer.json["user"] == {"id": str(user.id), "username": "sales-person", "role": "sales"}
    told = jwt.decode(answer.json["token"], SECRET, algorithms=["HS256"], issuer="marketbel-api")
    assert told["sub"] == str(user.id) and told["role"] == "sales"
    nobody.token = answer.json["token"]
    assert nobody.get("/admin/products").status_code == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"username": "sales-person", "password": "another password"}, 401),
        ({"username": "who-is-this", "password": "a good password"}, 401),
        ({"username": "ab", "password": "a good password"}, 400),
        ({"username": "sales-person", "password": "short"}, 400),
        ({"username": "x" * 256, "password": "a good password"}, 400),
        ({"username": "sales-person"}, 400),
        ({}, 400),
        (None, 400),
    ],
)
def test_sign_in_refuses(caller: Callable[[str], Caller], nobody: Caller, body: Any, status: int) -> None:
    caller("sales")
    answer = nobody.post("/auth/login", body)
    assert answer.status_code == status and answer.json is not None
    assert answer.json["error"]["code"] == {400: "VALIDATION_ERROR", 401: "UNAUTHORIZED"}[status]


def test_a_name_is_locked_after_too_many_wrong_passwords(
    make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app(login_attempts=3)
    with app.app_context():
        accounts.create_user("Somebody", "a good password", UserRole.ADMIN, "tests")
        caller = Caller(app.test_client(), None, "")
        wrong = {"username": "Somebody", "password": "a wrong password"}
        assert [caller.post("/auth/login", wrong).status_code for _ in range(3)] == [401] * 3
        locked = caller.post("/auth/login", wrong | {"password": "a good password"})
        assert locked.status_code == 401 and locked.json is not None
        assert "15 min" in locked.json["error"]["message"]


def test_an_api_token_works_until_it_is_revoked_and_only_its_hash_is_kept(admin: Caller) -> None:
    made = admin.post("/auth/tokens", {"name": "nightly"})
    assert made.status_code == 201 and made.json is not None
    program = Caller(admin.client, None, made.json["token"])
    assert program.get("/admin/suppliers").status_code == 200
    assert db.session.execute(db.text("SELECT count(*) FROM api_tokens WHERE token_sha256 = :t"), {"t": program.token})
    assert [each["name"] for each in admin.get("/auth/tokens").json["tokens"]] == ["nightly"]  # type: ignore[index]
    assert admin.delete(f"/auth/tokens/{made.json['id']}").status_code == 200
    assert program.get("/admin/suppliers").status_code == 401


def test_an_api_token_ends_with_its_days_and_with_the_password(admin: Caller) -> None:
    assert admin.user is not None
    made = admin.post("/auth/tokens", {"name": "weekly", "expires_in_days": 7}).json
    assert made is not None and made["expires_at"] > datetime.now(UTC).isoformat()
    program = Caller(admin.client, None, made["token"])
    assert program.get("/auth/me").status_code == 200
    db.session.execute(update(ApiToken).values(expires_at=datetime.now(UTC)))
    db.session.commit()
    assert program.get("/auth/me").status_code == 401
    assert admin.get("/auth/tokens").json == {"tokens": []}
    _, plain = tokens.create_api_token(admin.user, "nightly", "tests")
    accounts.change_password(admin.user.id, "another good password", "tests")
    assert Caller(admin.client, None, plain).get("/auth/me").status_code == 401
    assert admin.post("/auth/tokens", {"name": "x", "expires_in_days": 0}).status_code in (400, 401)


def test_an_api_token_makes_no_others_and_no_users(admin: Caller) -> None:
    """Who finds one may do what its user may until it is revoked, and nothing that outlives it."""
    assert admin.user is not None
    _, plain = tokens.create_api_token(admin.user, "nightly", "tests")
    program = Caller(admin.client, None, plain)
    new = {"username": "another-admin", "password": "a good password", "role": "admin"}
    assert program.post("/auth/tokens", {"name": "another"}).status_code == 403
    assert program.post("/admin/users", new).status_code == 403
    changes = {"password": "a password of theirs"}
    assert program.patch(f"/admin/users/{admin.user.id}", changes).status_code == 403
    assert program.get("/admin/users").status_code == 200


def test_an_api_token_for_reading_reads(admin: Caller) -> None:
    made = admin.post("/auth/tokens", {"name": "dashboards", "read_only": True}).json
    assert made is not None and made["read_only"]
    program = Caller(admin.client, None, made["token"])
    assert program.get("/admin/suppliers").status_code == 200
    answer = program.post("/admin/sync")
    assert answer.status_code == 403 and answer.json is not None
    assert "reading" in answer.json["error"]["message"]


def test_nobody_revokes_the_token_of_another(admin: Caller, seller: Caller) -> None:
    assert admin.user is not None
    row, _ = tokens.create_api_token(admin.user, "mine", "tests")
    assert seller.delete(f"/auth/tokens/{row.id}").status_code == 404


@pytest.mark.parametrize("path", ["/admin/suppliers/not-a-uuid", "/admin/jobs/123", "/admin/suppliers/{0}"])
def test_a_malformed_uuid_in_the_path_is_400(admin: Caller, path: str) -> None:
    answer = admin.get(path)
    assert answer.status_code == 400 and answer.json is not None
    assert answer.json["error"]["code"] == "VALIDATION_ERROR"


def test_unknown_paths_and_methods_are_answered_in_the_envelope(admin: Caller) -> None:
    unknown, wrong = admin.get("/admin/nothing"), admin.delete("/admin/sync")
    assert unknown.status_code == 404 and unknown.json is not None and unknown.json["error"]["code"] == "NOT_FOUND"
    assert wrong.status_code == 405 and wrong.json is not None and "POST" in wrong.headers["Allow"]


def test_a_bug_tells_its_text_only_outside_production(admin: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.suppliers import figures

    def broken() -> None:
        raise ZeroDivisionError("the text of the exception")

    monkeypatch.setattr(figures, "figures", broken)
    answer = admin.get("/admin/suppliers")
    assert answer.status_code == 500 and answer.json is not None
    assert answer.json["error"] == {"code": "INTERNAL_ERROR", "message": "the text of the exception"}
    settings = admin.client.application.extensions["settings"]
    hidden = settings.model_copy(update={"environment": "production"})
    admin.client.application.extensions["settings"] = hidden
    answer = admin.get("/admin/suppliers")
    admin.client.application.extensions["settings"] = settings
    assert answer.json is not None and "exception" not in answer.json["error"]["message"]


def test_the_schema_names_every_endpoint_of_the_contract() -> None:
    paths = document()["paths"]
    assert isinstance(paths, dict)
    known = {(method.upper(), path.replace("supplier_id", "id").replace("product_id", "id").replace("job_id", "id"))
             for path, methods in paths.items() for method in methods}  # fmt: skip
    missing = {(method, path) for method, path, _ in ENDPOINTS} - known
    assert not missing
