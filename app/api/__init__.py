"""Door for programs: the JSON routes fixed by contract, and those that let a program do what the screen can."""

from __future__ import annotations

from functools import cache

import orjson
from flask import Blueprint, Flask, Response, render_template

from app.access import once, policy
from app.api import (
    access,
    admin,
    catalog,
    corrections,
    cors,
    feed,
    health,
    ingestion,
    jobs,
    metrics,
    openapi,
    problems,
    public_catalog,
    reprocessing,
    reviews,
    suppliers,
    syncs,
)
from app.extensions import csrf, db

PREFIX = "/api/v1"
ROUTERS = (
    access.router,
    ingestion.router,
    syncs.router,
    suppliers.router,
    reprocessing.router,
    jobs.router,
    reviews.router,
    catalog.router,
    public_catalog.router,
    feed.router,
    corrections.router,
    admin.router,
)


def register(app: Flask) -> None:
    """Bind the doors."""
    bp = Blueprint("api", __name__, url_prefix=PREFIX, template_folder="templates")
    for router in ROUTERS:
        router.bind(bp)
    bp.add_url_rule("/openapi.json", "openapi", policy.public(schema))
    bp.add_url_rule("/docs", "docs", policy.public(docs))
    problems.register(app, bp)
    once.watch(db.session)
    cors.register(app)
    # Below /api/ only the Authorization header says who asks, and no browser sends that by itself.
    csrf.exempt(bp)
    app.register_blueprint(bp)
    app.register_blueprint(health.bp)
    app.register_blueprint(metrics.bp)


def document() -> dict[str, object]:
    return openapi.document([operation for router in ROUTERS for operation in router.operations])


@cache
def schema_text() -> bytes:
    return orjson.dumps(document())


def schema() -> Response:
    return Response(schema_text(), mimetype="application/json")


def docs() -> str:
    return render_template("api/docs.html", routers=ROUTERS, prefix=PREFIX)
