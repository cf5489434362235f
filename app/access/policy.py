"""Which role may do what: every view says it with ``require`` or ``public``; a test reads the table they make.

Pages know their user from the session cookie. Everything below ``/api/`` knows its user from the
``Authorization`` header alone, which is why those routes need no form token against forged requests.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast
from urllib.parse import urlsplit

from flask import Flask, current_app, request
from flask_login import current_user
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from app.access import tokens
from app.errors import Forbidden, Unauthorized
from app.extensions import login, settings
from app.models.user import User, UserRole

P = ParamSpec("P")
R = TypeVar("R")

ANY = frozenset(UserRole)
PUBLIC = frozenset[UserRole]()
ATTRIBUTE = "allowed_roles"
USER, CLAIMED_ROLE, BEARER = "courier.user", "courier.claimed_role", "courier.bearer"
#: what an API token made for reading may ask
READS = frozenset({"GET", "HEAD", "OPTIONS"})


def require(*roles: UserRole | str) -> Callable[[Callable[P, R]], Callable[P, R | Response]]:
    """Let in users of these roles; without a name, users of any of the three.

    A page sends others to the sign-in; a route below ``/api/`` raises Unauthorized. Both raise Forbidden.
    """
    allowed = frozenset(UserRole(role) for role in roles) or ANY

    def decorate(view: Callable[P, R]) -> Callable[P, R | Response]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R | Response:
            if not is_program() and not current_user.is_authenticated:
                return cast(Response, login.unauthorized())
            check(allowed)
            return view(*args, **kwargs)

        setattr(guarded, ATTRIBUTE, allowed)
        return guarded

    return decorate


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Say that nobody has to sign in for this view."""
    setattr(view, ATTRIBUTE, PUBLIC)
    return view


def check(allowed: frozenset[UserRole]) -> User:
    """The user of this request, if the role allows it. Raises Unauthorized, Forbidden."""
    user = actor()
    claimed = request.environ.get(CLAIMED_ROLE, user.role.value)
    if not {user.role.value, claimed} <= {role.value for role in allowed}:
        raise Forbidden("Your role does not allow this.")
    return user


def actor() -> User:
    """The user of this request. Raises Unauthorized."""
    if not is_program():
        if not current_user.is_authenticated:
            raise Unauthorized("Sign in first.")
        return cast(User, current_user._get_current_object())
    # Kept with the request itself: an app context may outlive it.
    if USER not in request.environ:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise Unauthorized("Send an Authorization header with a bearer token.")
        bearer = tokens.bearer(token.strip())
        if bearer.read_only and request.method not in READS:
            raise Forbidden("This API token is for reading only.")
        request.environ[USER], request.environ[CLAIMED_ROLE] = bearer.user, bearer.role
        request.environ[BEARER] = bearer
    return cast(User, request.environ[USER])


def check_person() -> None:
    """For what would outlive a token: others of them, users, passwords. Raises Forbidden for an API token."""
    bearer = request.environ.get(BEARER)
    if bearer is not None and bearer.is_program:
        raise Forbidden("An API token cannot do this. Sign in as a person.")


def may(*roles: UserRole | str) -> bool:
    """Whether to show a person what only these roles can do."""
    return bool(current_user.is_authenticated and current_user.role.value in {UserRole(role).value for role in roles})


def may_use(endpoint: str) -> bool:
    """Whether this person may use the view: what he may not use is not offered to him."""
    allowed = _allowed(current_app.view_functions[endpoint])
    return allowed is not None and (not allowed or may(*allowed))


def may_open(address: str, method: str = "GET") -> bool:
    """The same of an address of ours, as ``url_for`` writes it; an address elsewhere may be opened by everybody."""
    parts = urlsplit(address)
    if parts.netloc:
        return True
    try:
        path = parts.path.removeprefix(request.root_path)
        endpoint, _arguments = current_app.url_map.bind("").match(path, method)
    except HTTPException:
        return False
    return may_use(endpoint)


def may_see_prices(user: User | None = None) -> bool:
    """What suppliers ask is shown to who buys; to sales where SALES_SEES_PRICES says so."""
    role = (user or actor()).role
    return role != UserRole.SALES or settings().sales_sees_prices


def asker_sees_prices() -> bool:
    """The same where everybody may ask: who is not signed in sees none; a token that is no good counts for none."""
    try:
        return may_see_prices()
    except Unauthorized:
        return False


def is_program() -> bool:
    return request.path.startswith("/api/")


def route_table(app: Flask) -> dict[str, frozenset[UserRole] | None]:
    """Endpoint -> roles that may use it; an empty set is public, None was forgotten."""
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    return {name: _allowed(app.view_functions[name]) for name in sorted(endpoints) if name != "static"}


def _allowed(view: Any) -> frozenset[UserRole] | None:
    return cast("frozenset[UserRole] | None", getattr(view, ATTRIBUTE, None))
