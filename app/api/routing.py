"""How a JSON route is declared: who may call it, what it takes, what it answers. The schema is made from the same.

A view is a plain function: it is given the path's parameters, and ``query``, ``body`` and ``user`` where its
declaration names them; it returns a model, or a model and a status.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast
from uuid import UUID

from flask import Blueprint, Response, request
from pydantic import BaseModel
from redis import RedisError

from app.access import limits, policy
from app.access.limits import Allowance
from app.errors import Invalid
from app.extensions import db, settings
from app.models.user import User, UserRole

ADMIN = frozenset({UserRole.ADMIN})
BUYERS = frozenset({UserRole.PROCUREMENT, UserRole.ADMIN})
ANYONE = policy.ANY
PUBLIC = policy.PUBLIC

UUID_TEXT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)
PARAMETER = re.compile(r"<(\w+)>")
HEADERS = "courier.rate_headers"


@dataclass(frozen=True)
class Operation:
    """One method of one path, as the schema and the dispatcher see it."""

    method: str
    path: str
    view: Callable[..., Any]
    allowed: frozenset[UserRole]
    summary: str
    tag: str
    status: int
    reply: type[BaseModel] | None
    body: type[BaseModel] | None
    body_needed: bool
    query: type[BaseModel] | None
    errors: tuple[int, ...]
    limited: bool
    upload: type[BaseModel] | None
    description: str = ""
    parameters: tuple[str, ...] = field(default=())

    @property
    def name(self) -> str:
        return self.view.__name__

    @property
    def is_public(self) -> bool:
        return not self.allowed


class Router:
    """Collects the operations of one area; ``bind`` makes Flask routes of them."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.operations: list[Operation] = []

    def route(
        self,
        method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"],
        path: str,
        *,
        allow: frozenset[UserRole] = ADMIN,
        reply: type[BaseModel] | None = None,
        status: int = 200,
        body: type[BaseModel] | None = None,
        body_needed: bool = True,
        query: type[BaseModel] | None = None,
        errors: tuple[int, ...] = (),
        limited: bool = False,
        upload: type[BaseModel] | None = None,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """``path`` is relative to /api/v1; each ``<name>`` in it is a UUID. ``limited``: the sync rate limit counts."""

        def declare(view: Callable[..., Any]) -> Callable[..., Any]:
            said = (view.__doc__ or "").strip()
            summary, _, rest = said.partition("\n")
            self.operations.append(
                Operation(
                    method=method,
                    path=path,
                    view=view,
                    allowed=allow,
                    summary=summary.rstrip("."),
                    description="\n".join(line.strip() for line in rest.strip().splitlines()),
                    tag=self.tag,
                    status=status,
                    reply=reply,
                    body=body,
                    body_needed=body_needed,
                    query=query,
                    errors=errors,
                    limited=limited,
                    upload=upload,
                    parameters=tuple(PARAMETER.findall(path)),
                )
            )
            return view

        return declare

    def bind(self, bp: Blueprint) -> None:
        for operation in self.operations:
            view = _dispatcher(operation)
            setattr(view, policy.ATTRIBUTE, operation.allowed)
            bp.add_url_rule(operation.path, operation.name, view, methods=[operation.method], strict_slashes=False)


def _dispatcher(operation: Operation) -> Callable[..., Response]:
    def view(**path: str) -> Response:
        given: dict[str, Any] = {}
        if not operation.is_public:
            user = policy.check(operation.allowed)
            _count(user, operation)
            given["user"] = user
        given |= {name: _uuid(name, text) for name, text in path.items()}
        if operation.query is not None:
            given["query"] = operation.query.model_validate(request.args.to_dict())
        if operation.body is not None:
            given["body"] = _body(operation.body, needed=operation.body_needed)
        wanted = operation.view.__code__.co_varnames[: operation.view.__code__.co_argcount]
        return answer(operation.view(**{name: given[name] for name in wanted}), operation.status)

    return view


def answer(result: Any, status: int) -> Response:
    if isinstance(result, Response):
        return result
    if isinstance(result, tuple):
        result, status = result
    if result is None:
        return Response(status=204)
    return Response(cast(BaseModel, result).model_dump_json(), status=status, mimetype="application/json")


def sent_headers(response: Response) -> Response:
    """The rate limit's headers, where one was counted."""
    told: Mapping[str, str] = request.environ.get(HEADERS, {})
    for name, value in told.items():
        response.headers[name] = value
    return response


def _count(user: User, operation: Operation) -> None:
    config = settings()
    if operation.limited:
        window = config.sync_rate_limit_window_seconds
        _keep_to(limits.count("sync", str(user.id), limit=config.sync_rate_limit_per_minute, window_seconds=window))
        return
    try:
        allowance = limits.count("api", str(user.id), limit=config.api_rate_limit_per_minute, window_seconds=60)
    except RedisError:
        return  # only the sync cannot do without Redis
    _keep_to(allowance)


def _keep_to(allowance: Allowance) -> None:
    request.environ[HEADERS] = allowance.headers
    if allowance.exceeded:
        raise allowance.error


def _uuid(name: str, text: str) -> UUID:
    if not UUID_TEXT.fullmatch(text):
        raise Invalid(f"{text[:100]!r} is not a UUID.", details={name: "Not a UUID."})
    return UUID(text)


def _body(model: type[BaseModel], *, needed: bool) -> BaseModel:
    raw = request.get_data(cache=False)
    db.session.rollback()  # reading a slow body must not hold the transaction of the sign-in open
    if not raw.strip():
        if needed:
            raise Invalid("Send a JSON body.")
        return model()
    return model.model_validate_json(raw, strict=True)
