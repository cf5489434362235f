"""DOOR for the courier: the REST routes of the treaty. It translates; what a run is, ``runs`` decides.

One room: a door: one short route after the other.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar
from urllib.parse import unquote
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import orjson
import redis
import structlog
from flask import Blueprint, Flask, Response, abort, current_app, g, request
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import HTTPException

from handoff import logs, tracing
from handoff.absent import without_nulls
from handoff.api import (
    AnalyzeAccepted,
    AnalyzeRequest,
    MergeAccepted,
    MergeRequest,
    PreviewRequest,
    ServiceHealth,
    StatusBatchRequest,
    TableRequest,
)
from handoff.environment import settings_from_environment
from handoff.errors import StoreAway, VolumeError
from handoff.volume import NotOnVolume, Volume
from ml_analyze import __version__, metrics, peek
from ml_analyze.items import count_lines
from ml_analyze.order import Failed, Order
from ml_analyze.pipeline import Kitchen
from ml_analyze.runs import Runs
from ml_analyze.service import kitchen_of, runs_of
from ml_analyze.settings import Settings

BODY_BYTES = 4 << 20
_OPEN_ROUTES = frozenset({"analyze.health", "analyze.metrics_page"})
_QUIET_ROUTES = _OPEN_ROUTES | {"analyze.status", "analyze.status_batch"}
_ROOM_FOR_RESULT = 1 << 20

Body = TypeVar("Body", bound=BaseModel)

bp = Blueprint("analyze", __name__)
log = structlog.get_logger()


@dataclass(frozen=True)
class Service:
    settings: Settings
    runs: Runs
    kitchen: Kitchen


def create_app(settings: Settings | None = None) -> Flask:
    """The application; raises VolumeDenied when the shared volume is not there."""
    settings = settings or settings_from_environment(Settings)
    logs.configure(settings.log_level, settings.log_format)
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = BODY_BYTES
    app.extensions["ml_analyze"] = Service(settings, runs_of(settings), kitchen_of(settings))
    tracing.configure(settings.otel_exporter_otlp_endpoint, service="ml-analyze", version=__version__)
    tracing.watch_requests(app, quiet=_QUIET_ROUTES)
    app.register_blueprint(bp)
    app.register_error_handler(redis.RedisError, _queue_away)
    app.register_error_handler(HTTPException, _http_error)
    return app


@bp.post("/analyze/file")
def analyze_file() -> Response:
    body, service = _body(AnalyzeRequest), _service()
    path = _path_on_volume(service.kitchen.volume, body.location, from_url=not body.file_path)
    order = Order.for_file(
        body,
        path=path,
        catalog_path=_catalog(service.kitchen.volume, body.metadata.catalog_path),
        request_id=g.request_id,
    )
    analysis_id = _analysis_id()
    state = service.runs.submit(analysis_id, order)
    log.info("analysis_accepted", analysis_id=str(analysis_id), job_id=str(order.courier_job_id), state=state.value)
    return _reply(AnalyzeAccepted(job_id=analysis_id, status=state, message="The file is queued for analysis."), 202)


@bp.post("/analyze/merge")
def analyze_merge() -> Response:
    body, service = _body(MergeRequest), _service()
    if not body.items_path:
        _refuse(400, "ITEMS_PATH_REQUIRED", "This service keeps no items: name a file of items with items_path.")
    if not body.catalog_path:
        _refuse(400, "CATALOG_PATH_REQUIRED", "Matching needs a catalogue: name its snapshot with catalog_path.")
    volume = service.kitchen.volume
    path = _path_on_volume(volume, body.items_path)
    order = Order.for_items(body, path=path, catalog_path=_catalog(volume, body.catalog_path), request_id=g.request_id)
    analysis_id, rows = _analysis_id(), count_lines(volume.inside(path))
    state = service.runs.submit(analysis_id, order)
    message = "The items are queued for matching."
    return _reply(MergeAccepted(job_id=analysis_id, status=state, items_queued=rows, message=message), 202)


@bp.get("/analyze/status/<uuid:analysis_id>")
def status(analysis_id: UUID) -> Response:
    known = _service().runs.status(analysis_id)
    if known is None:
        _refuse(404, "UNKNOWN_ANALYSIS", f"There is no analysis {analysis_id}: never submitted, or expired.")
    return _json(known)


@bp.post("/analyze/status")
def status_batch() -> Response:
    return _json({"jobs": _service().runs.statuses(_body(StatusBatchRequest).job_ids)})


@bp.delete("/analyze/status/<uuid:analysis_id>")
def forget(analysis_id: UUID) -> Response:
    if not _service().runs.forget(analysis_id):
        _refuse(404, "UNKNOWN_ANALYSIS", f"There is no analysis {analysis_id}: never submitted, or expired.")
    return Response(status=204)


@bp.post("/analyze/preview")
def preview() -> Response:
    body, service = _body(PreviewRequest), _service()
    volume = service.kitchen.volume
    path = volume.inside(_path_on_volume(volume, body.file_path))
    try:
        return _json(peek.preview(path, body, settings=service.settings))
    except Failed as error:
        _refuse(422, error.code, error.message)


@bp.post("/analyze/table")
def table() -> Response:
    body, service = _body(TableRequest), _service()
    volume = service.kitchen.volume
    path = volume.inside(_path_on_volume(volume, body.file_path))
    try:
        return _reply(peek.table(path, body, volume=volume, settings=service.settings), 200)
    except Failed as error:
        _refuse(422, error.code, error.message)


@bp.post("/analyze/vision")
def vision() -> Response:
    _refuse(501, "NOT_IMPLEMENTED", "Reading pictures is not offered.")


@bp.get("/health")
def health() -> Response:
    service = _service()
    checks: dict[str, Any] = {"database": "not used", "ollama": "not used"}
    broken, weak = [], []
    try:
        checks["queue"] = {"status": "healthy", "waiting": service.runs.queue.count}
        checks["workers"] = {"alive": service.runs.workers_alive()}
        checks["redis"] = "healthy"
        if not checks["workers"]["alive"]:
            weak.append("workers")
    except redis.RedisError as error:
        broken.append("redis")
        checks["redis"] = "unhealthy"
        checks["queue"] = {"status": "unhealthy", "reason": str(error)}
    try:
        usage = service.kitchen.volume.usage()
        checks["volume"] = {"status": "healthy", "used": usage.used, "limit": usage.limit, "free": usage.free}
        if usage.free < _ROOM_FOR_RESULT or (usage.limit and usage.limit - usage.used < _ROOM_FOR_RESULT):
            weak.append("volume")
    except (VolumeError, OSError) as error:
        broken.append("volume")
        checks["volume"] = {"status": "unhealthy", "reason": str(error)}
    status = "unhealthy" if broken else "degraded" if weak else "healthy"
    return _reply(ServiceHealth(status=status, version=__version__, checks=checks), 200)


@bp.get("/metrics")
def metrics_page() -> Response:
    return Response(metrics.exposition(_service().runs), content_type="text/plain; version=0.0.4; charset=utf-8")


@bp.before_request
def _enter() -> None:
    g.started = time.perf_counter()
    g.request_id = request.headers.get("X-Request-ID", "")[:100] or uuid4().hex
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)
    secret = _service().settings.ml_analyze_secret.get_secret_value()
    if secret and request.endpoint not in _OPEN_ROUTES:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(given.encode(), secret.encode()):
            _refuse(401, "UNAUTHORIZED", "Send the shared secret (ML_ANALYZE_SECRET) as a bearer token.")


@bp.after_request
def _leave(response: Response) -> Response:
    response.headers["X-Request-ID"] = g.request_id
    say = log.debug if request.endpoint in _QUIET_ROUTES and response.status_code < 400 else log.info
    milliseconds = round(1000 * (time.perf_counter() - g.started), 1)
    say("request", method=request.method, path=request.path, status=response.status_code, ms=milliseconds)
    return response


def _service() -> Service:
    service: Service = current_app.extensions["ml_analyze"]
    return service


def _body(shape: type[Body]) -> Body:
    try:
        return shape.model_validate(without_nulls(request.get_data()))
    except orjson.JSONDecodeError as error:
        _refuse(400, "VALIDATION_ERROR", f"The body is not JSON: {error}")
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        _refuse(400, "VALIDATION_ERROR", f"{where}: {first['msg']}" if where else first["msg"])


def _analysis_id() -> UUID:
    """The same key gives the same id, without a look-up: it holds even when Redis has forgotten everything."""
    key = request.headers.get("Idempotency-Key")
    return uuid5(NAMESPACE_URL, f"ml-analyze:{key}") if key else uuid4()


def _path_on_volume(volume: Volume, location: str, *, from_url: bool = False) -> str:
    """The path relative to the volume; refuses what lies outside, is a link or is missing with its code."""
    location = location.removeprefix("localhost") if location.startswith("localhost/") else location
    try:
        try:
            return volume.lies_at(location)
        except NotOnVolume:
            if not (from_url and "%" in location):
                raise
            return volume.lies_at(unquote(location))
    except StoreAway as error:
        _refuse(503, error.code, str(error))
    except VolumeError as error:
        _refuse(400, error.code, str(error))


def _catalog(volume: Volume, location: str | None) -> str | None:
    return _path_on_volume(volume, location) if location else None


def _refuse(status: int, code: str, message: str) -> NoReturn:
    abort(_json({"error": {"code": code, "message": message}, "detail": message}, status))


def _reply(model: BaseModel, status: int) -> Response:
    return _json(model.model_dump(mode="json"), status)


def _json(body: Mapping[str, Any], status: int = 200) -> Response:
    return Response(orjson.dumps(body), status=status, content_type="application/json")


def _queue_away(error: redis.RedisError) -> Response:
    log.error("queue_unavailable", error=str(error))
    message = "The queue (Redis) cannot be reached; nothing was accepted. Try again in half a minute."
    return _json({"error": {"code": "QUEUE_UNAVAILABLE", "message": message}, "detail": message}, 503)


def _http_error(error: HTTPException) -> Response:
    if isinstance(error.response, Response):
        return error.response
    code, message = (error.name or "error").upper().replace(" ", "_"), error.description or ""
    return _json({"error": {"code": code, "message": message}, "detail": message}, error.code or 500)
