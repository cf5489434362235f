"""What Prometheus asks for; see app/metrics.py."""

from __future__ import annotations

import hmac

from flask import Blueprint, Response, request
from prometheus_client import CONTENT_TYPE_LATEST

from app import metrics
from app.access import policy
from app.errors import Unauthorized
from app.extensions import settings

bp = Blueprint("metrics", __name__)


@bp.get("/metrics")
@policy.public
def show() -> Response:
    """Names no supplier and no person; METRICS_TOKEN closes it all the same."""
    token = settings().metrics_token.get_secret_value()
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if token and not hmac.compare_digest(given.encode(), token.encode()):
        return _refuse(Unauthorized("Send METRICS_TOKEN as a bearer token."))
    return Response(metrics.exposition(), content_type=CONTENT_TYPE_LATEST)


def _refuse(error: Unauthorized) -> Response:
    return Response(f"{error}\n", status=error.status, mimetype="text/plain", headers={"WWW-Authenticate": "Bearer"})
