"""The session cookie: signed as Flask does it, and lengthened by people's acts, not by pages that poll."""

from __future__ import annotations

from functools import cached_property

from flask import Flask, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from itsdangerous import URLSafeTimedSerializer


class Sessions(SecureCookieSessionInterface):
    """A tab left open overnight must not stay signed in for ever, and a look every two seconds must cost little."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    @cached_property
    def _signer(self) -> URLSafeTimedSerializer | None:
        return super().get_signing_serializer(self._app)

    def get_signing_serializer(self, _app: Flask) -> URLSafeTimedSerializer | None:
        """Made once: the key does not change while the process lives."""
        return self._signer

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        """Only a change is written back when htmx asks for a piece."""
        if request.method == "GET" and "HX-Request" in request.headers:
            return session.modified
        return super().should_set_cookie(app, session)
