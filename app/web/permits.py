"""Who polls is believed for a moment: what was let in a second ago is answered without asking everything again.

The first answer takes the whole way: session, user, role, language, headers. What came of it is kept under every
header that could have decided it, for a few seconds, and only for regions that read and are worked out for all.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from flask import Flask, current_app, request
from werkzeug.wsgi import ClosingIterator

from app.request_log import ACCEPTED, HEADER
from app.web import remembered
from app.web.fragments import Region

#: seconds for which an open page is believed: longer than its two between polls, so that every second one is cheap
BELIEVED = 3.0
KEPT = 500
#: all that decides who asks, from where and in which form; whoever differs in one of them takes the whole way
DECIDES = (
    "SCRIPT_NAME",
    "PATH_INFO",
    "REMOTE_ADDR",
    "wsgi.url_scheme",
    "HTTP_HOST",
    "HTTP_COOKIE",
    "HTTP_USER_AGENT",
    "HTTP_AUTHORIZATION",
    "HTTP_ACCEPT_LANGUAGE",
    "HTTP_ACCEPT_ENCODING",
    "HTTP_HX_REQUEST",
    "HTTP_HX_BOOSTED",
    "HTTP_HX_HISTORY_RESTORE_REQUEST",
    "HTTP_FORWARDED",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
)
OF_THE_BODY = frozenset({"content-type", "content-length", "content-encoding"})
#: what a kept answer says anew each time
REMEMBERED, AGE = "courier.remembered", "X-Age-Ms"
OF_THE_MOMENT = frozenset({HEADER.lower(), AGE.lower()})

Environ = dict[str, Any]
Headers = list[tuple[str, str]]


@dataclass(frozen=True)
class Permit:
    """An answer that was allowed: until when it may be given again, which region it holds, and its bytes."""

    until: float
    key: str
    version: str
    headers: Headers
    body: bytes | None


class Permits:
    """Around the app: answers what is kept, keeps what the app allowed."""

    def __init__(self, app: Flask) -> None:
        self._app, self._inner = app, app.wsgi_app
        self._kept: dict[tuple[Any, ...], Permit] = {}

    def forget(self) -> None:
        self._kept.clear()

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "GET" or "HTTP_HX_REQUEST" not in environ:
            return self._inner(environ, start_response)
        who = tuple(environ.get(name) for name in DECIDES)
        permit = self._kept.get(who)
        if permit and time.monotonic() < permit.until:
            again = self._again(permit, environ)
            if again is not None:
                status, headers, body = again
                start_response(status, headers)
                return [body]
        return self._whole_way(who, environ, start_response)

    def _again(self, permit: Permit, environ: Environ) -> tuple[str, Headers, bytes] | None:
        """None when the region has to be worked out anew, or is another one than the kept bytes hold."""
        region, made_at = remembered.fresh(self._app, permit.key)
        if not isinstance(region, Region):
            return None
        query, given = environ.get("QUERY_STRING", ""), environ.get("HTTP_X_REQUEST_ID", "")
        age = str(max(0, int((time.time() - made_at) * 1000)))
        now = [(AGE, age), (HEADER, given if ACCEPTED.fullmatch(given) else uuid4().hex)]
        if query == f"v={region.version}":
            return "204 NO CONTENT", [each for each in permit.headers if each[0].lower() not in OF_THE_BODY] + now, b""
        plain = not query or (query.startswith("v=") and "&" not in query)
        if not plain or permit.body is None or permit.version != region.version:
            return None
        return "200 OK", permit.headers + now, permit.body

    def _whole_way(self, who: tuple[Any, ...], environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        told: list[tuple[str, Headers]] = []

        def start(status: str, headers: Headers, *more: Any) -> Any:
            told.append((status, headers))
            return start_response(status, headers, *more)

        chunks = self._inner(environ, start)
        shown = environ.get(REMEMBERED)
        if shown is None or not told or told[-1][0][:3] not in ("200", "204"):
            self._kept.pop(who, None)
            return chunks
        body = b"".join(chunks)
        headers = [each for each in told[-1][1] if each[0].lower() not in OF_THE_MOMENT]
        if not any(name.lower() == "set-cookie" for name, _value in headers):
            self._keep(who, Permit(time.monotonic() + BELIEVED, shown[0], shown[1], headers, body or None))
        # What is still done when the answer is sent waits until it is.
        return ClosingIterator([body], getattr(chunks, "close", None))

    def _keep(self, who: tuple[Any, ...], permit: Permit) -> None:
        if len(self._kept) >= KEPT:
            self._kept.clear()
        self._kept[who] = permit


def may_repeat(key: str, region: Region) -> None:
    """Called by a view that has let its user in: what it shows is worked out once for all, under ``key``."""
    request.environ[REMEMBERED] = (key, region.version)


def forget() -> None:
    """After a change of who may do what, or of a user's language."""
    current_app.extensions["permits"].forget()


def register(app: Flask) -> None:
    app.extensions["permits"] = permits = Permits(app)
    app.wsgi_app = permits  # type: ignore[method-assign]
