"""Pages of other origins that may call the API: those that ALLOWED_ORIGINS names, and no other."""

from __future__ import annotations

from flask import Flask, Response, request

from app.access import policy
from app.extensions import settings

METHODS = "GET, POST, PUT, PATCH, DELETE, OPTIONS"
SENT = "Authorization, Content-Type, Idempotency-Key"
READ = "x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset, retry-after, idempotency-replayed"
SECONDS = "600"


def register(app: Flask) -> None:
    app.after_request(_allow)


def _allow(response: Response) -> Response:
    if not policy.is_program() or not settings().allowed_origins:
        return response
    response.vary.add("Origin")
    origin = request.headers.get("Origin", "")
    if origin not in settings().allowed_origins:
        return response
    response.headers["Access-Control-Allow-Origin"] = origin
    response.headers["Access-Control-Allow-Credentials"] = "true"
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = METHODS
        response.headers["Access-Control-Allow-Headers"] = SENT
        response.headers["Access-Control-Max-Age"] = SECONDS
    else:
        response.headers["Access-Control-Expose-Headers"] = f"{READ}, x-ignored"
    return response
