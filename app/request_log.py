"""One line a request, under an id that travels: taken from X-Request-ID or made up, told back, passed to ml-analyze."""

from __future__ import annotations

import re
import time
from functools import partial
from uuid import uuid4

import structlog
from flask import Flask, Response, g, request

HEADER = "X-Request-ID"
#: what a proxy may call a request; anything else could forge a line of the log
ACCEPTED = re.compile(r"[A-Za-z0-9._:/+=-]{1,100}")
#: asked every few seconds by machines: told at DEBUG as long as all is well
QUIET = frozenset({"health.health", "health.ready", "health.live", "metrics.show", "static", "assets.serve"})

log = structlog.get_logger()


def register(app: Flask) -> None:
    """Before every other handler, so that a refused request has its id and its line too."""
    app.before_request(_enter)
    app.after_request(_leave)


def _enter() -> None:
    given = request.headers.get(HEADER, "")
    g.request_began = time.perf_counter()
    g.request_id = given if ACCEPTED.fullmatch(given) else uuid4().hex
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _leave(response: Response) -> Response:
    response.headers[HEADER] = g.request_id
    polled = request.method == "GET" and "HX-Request" in request.headers
    quiet = polled or request.endpoint in QUIET
    # The path alone: a query may hold what somebody searched for.
    tell = partial(_tell, response, quiet=quiet, began=g.request_began, method=request.method, path=request.path)
    if response.is_streamed:
        response.call_on_close(tell)  # what is still worked out while it is sent is part of its time, and may fail
    else:
        tell()
    return response


def _tell(response: Response, *, quiet: bool, began: float, method: str, path: str) -> None:
    say = log.debug if quiet and response.status_code < 400 else log.info
    milliseconds = round(1000 * (time.perf_counter() - began), 1)
    say("request", method=method, path=path, status=response.status_code, ms=milliseconds)
