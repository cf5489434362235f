"""What went wrong, in the envelope that every route shares: ``{"error": {"code", "message", "details"?}}``."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import orjson
import structlog
from flask import Blueprint, Flask, Response, request
from redis import RedisError
from sqlalchemy.exc import DataError, SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from app.access import policy
from app.access.given import came_with_the_request
from app.api import idempotency, routing
from app.errors import CourierError, IngestError, RedisUnavailable
from app.extensions import db, settings

log = structlog.get_logger()

NOT_KEEPABLE = "A value holds characters that cannot be kept (such as NUL), or a number that is too large."
PROBLEM_JSON = "application/problem+json"
CODES = {
    400: "VALIDATION_ERROR",
    401: "UNAUTHORIZED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    409: "CONFLICT",
    410: "CURSOR_EXPIRED",
    413: "FILE_TOO_LARGE",
    422: "IDEMPOTENCY_KEY_REUSED",
    429: "RATE_LIMIT_EXCEEDED",
    500: "INTERNAL_ERROR",
    502: "SOURCE_ERROR",
    503: "REDIS_UNAVAILABLE",
    507: "VOLUME_FULL",
}


def register(app: Flask, bp: Blueprint) -> None:
    bp.register_error_handler(CourierError, _refused)
    bp.register_error_handler(IngestError, _source_failed)
    bp.register_error_handler(RedisError, _no_redis)
    bp.register_error_handler(DataError, _not_keepable)
    bp.register_error_handler(UnicodeError, _not_keepable)
    bp.register_error_handler(HTTPException, _http)
    bp.register_error_handler(Exception, _bug)
    bp.after_request(routing.sent_headers)
    bp.after_request(idempotency.keep)
    app.before_request(_unknown_route)


def envelope(status: int, code: str, message: str, details: dict[str, Any] | None = None) -> Response:
    error: dict[str, Any] = {"code": code, "message": message}
    details = dict(details or {})
    if "current_task_id" in details:  # stands beside the code, as clients of the existing system read it
        error["current_task_id"] = details.pop("current_task_id")
    if details:
        error["details"] = details
    if request.accept_mimetypes.best_match(("application/json", PROBLEM_JSON)) == PROBLEM_JSON:
        return _problem(status, error)
    return Response(orjson.dumps({"error": error}, default=str), status=status, mimetype="application/json")


def _problem(status: int, error: dict[str, Any]) -> Response:
    """The same as RFC 9457 has it, for whoever asks for that. ``type`` says nothing beyond ``code``."""
    more = {name: value for name, value in error.items() if name != "message"}
    told = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": error["message"]}
    return Response(
        orjson.dumps(told | {"instance": request.path} | more, default=str), status=status, mimetype=PROBLEM_JSON
    )


def _refused(error: CourierError) -> Response:
    db.session.rollback()
    response = envelope(error.status, error.code, str(error), error.details)
    if error.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if "retry_after" in error.details:
        response.headers["Retry-After"] = str(error.details["retry_after"])
    return response


def _source_failed(error: IngestError) -> Response:
    """Another system did not do its part: the sentence is for the caller, not a bug of ours."""
    db.session.rollback()
    return envelope(502, error.code, str(error))


def _not_keepable(error: DataError | UnicodeError) -> Response:
    """NUL, half a character, a number out of range: the caller's values, which nobody looked at so closely before."""
    if not came_with_the_request(error):
        return _bug(error)
    db.session.rollback()
    log.warning("value_refused", path=request.path, error=type(error).__name__)
    return envelope(400, "VALIDATION_ERROR", NOT_KEEPABLE)


def _no_redis(error: RedisError) -> Response:
    db.session.rollback()
    log.warning("redis_unreachable", error=str(error))
    away = RedisUnavailable("Redis cannot be reached. Try again in a moment.")
    return envelope(away.status, away.code, str(away))


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    db.session.rollback()
    response = envelope(status, CODES.get(status, "VALIDATION_ERROR"), error.description or error.name)
    for name, value in error.get_headers():
        if name.lower() in ("allow", "retry-after"):
            response.headers[name] = value
    return response


def _bug(error: Exception) -> Response:
    db.session.rollback()
    log.exception("api_failed", path=request.path)
    hidden = settings().environment == "production"
    return envelope(500, "INTERNAL_ERROR", "Something broke on our side." if hidden else _text_of(error))


def _text_of(error: Exception) -> str:
    """What a developer is told; statements and places on the machine stay in the log."""
    if isinstance(error, SQLAlchemyError):
        return f"The database refused ({type(error).__name__}). The log has the statement."
    if isinstance(error, OSError):
        return f"{type(error).__name__}: {error.strerror or 'see the log'}"
    return f"{error}"[:500]


def _unknown_route() -> Response | None:
    """A path or a method below /api/ that there is none of is answered in the envelope too, not with a page."""
    error = request.routing_exception
    if error is None or not policy.is_program() or isinstance(error, RequestRedirect):
        return None
    return _http(error)
