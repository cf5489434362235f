"""Whether this process is alive, may take requests, and reaches what it needs."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from flask import Blueprint, Response, jsonify
from redis import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.access import policy
from app.api.shapes import in_utc
from app.extensions import db, redis
from app.release import VERSION

bp = Blueprint("health", __name__)

STARTED = time.monotonic()
UP, DOWN = "up", "down"
PROBE = "health:probe"


@bp.get("/health")
@policy.public
def health() -> tuple[Response, int]:
    services = {"database": _database(), "redis": _redis()}
    healthy = DOWN not in services.values()
    told = {
        "status": "healthy" if healthy else "unhealthy",
        "timestamp": in_utc(datetime.now(UTC)),
        "uptime": round(time.monotonic() - STARTED, 1),
        "version": VERSION,
        "services": services,
    }
    return jsonify(told), 200 if healthy else 503


@bp.get("/ready")
@policy.public
def ready() -> tuple[Response, int]:
    reached = _database() == UP and _redis() == UP
    return jsonify({"ready": reached}), 200 if reached else 503


@bp.get("/live")
@policy.public
def live() -> Response:
    return jsonify({"alive": True})


def _database() -> str:
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        db.session.rollback()
        return DOWN
    return UP


def _redis() -> str:
    """Up means that it takes what we write: a full one still answers a ping."""
    try:
        redis().set(PROBE, "1", ex=60)
    except RedisError:
        return DOWN
    return UP
