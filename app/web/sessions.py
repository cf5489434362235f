"""The session cookie: signed as Flask does it, and lengthened by people's acts, not by pages that poll."""

from __future__ import annotations

import time
from functools import cached_property

from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadSignature, URLSafeTimedSerializer

#: cookies whose signature is known to be right; a page that polls sends the same one every two seconds
KNOWN = 2000


class Sessions(SecureCookieSessionInterface):
    """A tab left open overnight must not stay signed in for ever, and a look every two seconds must cost little."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._known: dict[str, tuple[float, dict[str, object]]] = {}

    @cached_property
    def _signer(self) -> URLSafeTimedSerializer | None:
        return super().get_signing_serializer(self._app)

    def get_signing_serializer(self, _app: Flask) -> URLSafeTimedSerializer | None:
        """Made once: the key does not change while the process lives."""
        return self._signer

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """A signature is verified once, the age of the cookie every time."""
        value = request.cookies.get(self.get_cookie_name(app))
        if not value or self._signer is None:
            return super().open_session(app, request)
        lifetime = int(app.permanent_session_lifetime.total_seconds())
        known = self._known.get(value)
        if known and time.time() - known[0] < lifetime:
            return self.session_class(known[1])
        try:
            data, signed_at = self._signer.loads(value, return_timestamp=True)
        except BadSignature:
            return self.session_class()
        # Not ``max_age``: it refuses what another machine, whose clock is ahead of ours, has signed just now.
        if time.time() - signed_at.timestamp() > lifetime:
            return self.session_class()
        self._remember(value, signed_at.timestamp(), data)
        return self.session_class(data)

    def _remember(self, value: str, signed_at: float, data: dict[str, object]) -> None:
        """Plain values alone: a list, such as the notices to show, would be changed in place by a request."""
        if all(isinstance(each, str | int | None) for each in data.values()):
            if len(self._known) >= KNOWN:
                self._known.clear()
            self._known[value] = (signed_at, dict(data))

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Nothing is written back, and nothing is looked up for it, when a piece leaves the session as it was."""
        if session and not session.modified and _looks():
            response.vary.add("Cookie")
            return
        super().save_session(app, session, response)

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        """Only a change is written back when htmx asks for a piece."""
        return session.modified if _looks() else super().should_set_cookie(app, session)


def _looks() -> bool:
    return request.method == "GET" and "HX-Request" in request.headers
