"""How a JSON route is declared: who may call it, what it takes, what it answers. The schema is made from the same.

A view is a plain function: it is given the path's parameters, and ``query``, ``body`` and ``user`` where its
declaration names them; it returns a model, or a model and a status.

One room: what a route declares and what is done with it, so that the schema cannot differ from the answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial, reduce
from operator import getitem
from typing import Any, Literal, cast
from urllib.parse import quote
from uuid import UUID

import orjson
from flask import Blueprint, Response, request
from pydantic import BaseModel, ConfigDict, ValidationError
from redis import RedisError

from app.access import policy, rate_limits
from app.access.rate_limits import Allowance
from app.api import idempotency
from app.errors import Invalid
from app.extensions import db, settings
from app.models.user import User, UserRole
from handoff.absent import without_nulls

ADMIN = frozenset({UserRole.ADMIN})
BUYERS = frozenset({UserRole.PROCUREMENT, UserRole.ADMIN})
ANYONE = policy.ANY
PUBLIC = policy.PUBLIC

UUID_TEXT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)
PARAMETER = re.compile(r"<(\w+)>")
HEADERS, IGNORED = "courier.rate_headers", "courier.ignored"


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
    by_cursor: type[BaseModel] | None
    body: type[BaseModel] | None
    body_needed: bool
    query: type[BaseModel] | None
    errors: tuple[int, ...]
    limited: bool
    upload: type[BaseModel] | None
    frozen: bool
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
        by_cursor: type[BaseModel] | None = None,
        status: int = 200,
        body: type[BaseModel] | None = None,
        body_needed: bool = True,
        query: type[BaseModel] | None = None,
        errors: tuple[int, ...] = (),
        limited: bool = False,
        upload: type[BaseModel] | None = None,
        frozen: bool = False,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """``path`` is relative to /api/v1; each ``<name>`` in it is a UUID. ``limited``: the sync rate limit counts.

        ``by_cursor``: the reply to who asks for pages by cursor.

        ``frozen``: clients of the existing system call it, so that fields it does not know are passed over and named.
        """

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
                    by_cursor=by_cursor,
                    body=body,
                    body_needed=body_needed,
                    query=query,
                    errors=errors,
                    limited=limited,
                    upload=upload,
                    frozen=frozen,
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
            if idempotency.is_asked():
                carry_out = partial(_carried_out, operation, given, path)
                return idempotency.answer_once(user, carry_out, takes_file=operation.upload is not None)
        return _carried_out(operation, given, path)

    return view


def _carried_out(operation: Operation, given: dict[str, Any], path: Mapping[str, str]) -> Response:
    given |= {name: _uuid(name, text) for name, text in path.items()}
    given["query"] = _query(operation)
    if operation.upload is None and request.method != "GET":
        given["body"] = _body(operation)
    wanted = operation.view.__code__.co_varnames[: operation.view.__code__.co_argcount]
    return answer(operation.view(**{name: given[name] for name in wanted}), operation.status)


def answer(result: Any, status: int) -> Response:
    if isinstance(result, Response):
        return result
    if isinstance(result, tuple):
        result, status = result
    if result is None:
        return Response(status=204)
    return Response(cast(BaseModel, result).model_dump_json(), status=status, mimetype="application/json")


def name_ignored(where: str, names: Iterable[str]) -> None:
    """Tell the caller of what was passed over, in the header ``x-ignored``."""
    known: list[str] = request.environ.setdefault(IGNORED, [])
    known += [told for name in names if (told := f"{where}.{name}") not in known]


def sent_headers(response: Response) -> Response:
    """The rate limit's headers, where one was counted, and the names of what was passed over."""
    told: Mapping[str, str] = request.environ.get(HEADERS, {})
    for name, value in told.items():
        response.headers[name] = value
    if ignored := request.environ.get(IGNORED):
        response.headers["x-ignored"] = quote(", ".join(ignored), safe="., ")[:1000]
    return response


def _count(user: User, operation: Operation) -> None:
    config = settings()
    if operation.limited:
        window = config.sync_rate_limit_window_seconds
        _keep_to(
            rate_limits.count("sync", str(user.id), limit=config.sync_rate_limit_per_minute, window_seconds=window)
        )
        return
    try:
        allowance = rate_limits.count("api", str(user.id), limit=config.api_rate_limit_per_minute, window_seconds=60)
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


class Nothing(BaseModel):
    """What a route takes that declares no query or no body."""

    model_config = ConfigDict(extra="forbid")


def _query(operation: Operation) -> BaseModel:
    model = operation.query or Nothing
    return _known(model.model_validate, request.args.to_dict(), "query", passing_over=operation.frozen)


def _body(operation: Operation) -> BaseModel:
    raw = request.get_data(cache=False)
    # Reading a slow body must not hold the transaction of the sign-in open; a rollback would expire the user with it.
    db.session.commit()
    model = operation.body or Nothing
    try:
        sent = without_nulls(raw) if raw.strip() else None
    except orjson.JSONDecodeError as error:
        raise Invalid("The body is not JSON.", details={"body": f"{error}."}) from error
    if sent is None:
        if operation.body is not None and operation.body_needed:
            raise Invalid("Send a JSON body.")
        return model()
    return _known(
        lambda data: model.model_validate_json(orjson.dumps(data), strict=True),
        sent,
        "body",
        passing_over=operation.frozen,
    )


def _wrong_shape(error: ValidationError) -> Invalid:
    """A request's; a reply that does not fit its own shape is a bug of ours and stays a ValidationError."""
    found = [
        (".".join(str(part) for part in each["loc"]) or "body", each["msg"].removeprefix("Value error, "))
        for each in error.errors(include_url=False, include_input=False, include_context=False)
    ]
    name, reason = found[0]
    return Invalid(f"{name}: {reason}.", details=dict(found[:20]))


def _known(validate: Callable[[Any], BaseModel], sent: Any, where: str, *, passing_over: bool) -> BaseModel:
    """Refuse what a route does not know. Routes of the existing system pass it over, as ever, but name it."""
    try:
        return validate(sent)
    except ValidationError as error:
        unknown = [each["loc"] for each in error.errors() if each["type"] == "extra_forbidden"]
        if not unknown or not passing_over:
            raise _wrong_shape(error) from error
        for *way, name in unknown:
            del reduce(getitem, way, sent)[name]
        name_ignored(where, [".".join(map(str, loc)) for loc in unknown])
        return _known(validate, sent, where, passing_over=False)
