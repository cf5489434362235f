"""The schema against the routes: generated requests never meet a bug, every answer has the promised shape."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.access import accounts, tokens
from app.api import document
from app.extensions import db
from app.models.user import User, UserRole

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 8
#: waits by design, or ends the session of the caller; both have tests of their own
LEFT_OUT = ("wait_for_job", "change_user", "upload_file")

schema = schemathesis.openapi.from_dict(dict(document()))


@pytest.fixture
def bearer(make_app: Any) -> Iterator[tuple[Flask, str]]:
    app: Flask = make_app(api_rate_limit_per_minute=100_000, sync_rate_limit_per_minute=1000)
    with app.app_context():
        user = accounts.create_user("schema-admin", "a good password", UserRole.ADMIN, "tests")
        yield app, tokens.issue(user)[0]


@schema.exclude(operation_id=list(LEFT_OUT)).parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_generated_requests_are_answered_as_the_schema_says(case: Case, bearer: tuple[Flask, str]) -> None:
    app, token = bearer
    case.headers.pop("Idempotency-Key", None)  # two requests with one key would only say so: test_idempotency.py
    with app.app_context():
        response = case.call(
            app=app,
            base_url="http://localhost/api/v1",
            headers={"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"},
        )
        case.validate_response(response, checks=CHECKS)
        assert db.session.get(User, db.session.query(User.id).limit(1).scalar()) is not None
