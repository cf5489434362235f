"""The header ``Idempotency-Key`` of writes, as the IETF's draft has it: who repeats a request is given its answer."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

import structlog
from flask import Response, request
from sqlalchemy.exc import SQLAlchemyError

from app.access import once
from app.courier.multipart import Body, Digested
from app.errors import Invalid, KeyReused
from app.models.user import User

log = structlog.get_logger()

HEADER, REPLAYED = "Idempotency-Key", "Idempotency-Replayed"
CLAIM, FORM = "courier.idempotency_claim", "courier.idempotency_form"
#: the draft quotes it, most programs do not
KEY = re.compile(r"[\x20-\x7e]{1,255}")


def is_asked() -> bool:
    return HEADER in request.headers and request.method not in ("GET", "HEAD", "OPTIONS")


def answer_once(user: User, carry_out: Callable[[], Response], *, takes_file: bool) -> Response:
    """Carry the request out, or give its answer again. Raises Invalid, KeyReused, KeyInProgress, AnswerLost."""
    asked = _digest_of_request(b"" if takes_file else request.get_data())
    found = once.claim(user.id, _key(), asked)
    if isinstance(found, once.Kept):
        return _again(found, takes_file=takes_file)
    request.environ[CLAIM] = found
    with once.carrying_out(found):
        return carry_out()


def form() -> Body:
    """The body of a form, to be read once from front to back."""
    if CLAIM not in request.environ:
        return request.stream
    request.environ[FORM] = read = Digested(request.stream, request.content_type or "")
    return read


def keep(response: Response) -> Response:
    """After the request: its answer is given to whoever repeats it."""
    mine: once.Claim | None = request.environ.pop(CLAIM, None)
    if mine is None:
        return response
    read: Digested | None = request.environ.pop(FORM, None)
    try:
        sent = read.digest() if read else None
        once.keep(mine, once.Kept(response.status_code, response.mimetype or "", response.get_data(), sent))
    except SQLAlchemyError:
        log.exception("answer_not_kept")
    return response


def _again(kept: once.Kept, *, takes_file: bool) -> Response:
    sent = Digested(request.stream, request.content_type or "").digest() if takes_file else None
    if sent != kept.sent:
        raise KeyReused("This idempotency key was used for another file. Make a new key for a new request.")
    response = Response(kept.body, status=kept.status, mimetype=kept.kind)
    response.headers[REPLAYED] = "true"
    return response


def _key() -> str:
    key = request.headers[HEADER].strip()
    if len(key) > 1 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if not KEY.fullmatch(key):
        raise Invalid(f"{HEADER} must be 1 to 255 plain characters: take a UUID, a new one for each request.")
    return key


def _digest_of_request(body: bytes) -> str:
    """Of what makes it another one: the method, the address with its parameters, the body."""
    head = f"{request.method} {request.full_path}\n".encode()
    return hashlib.sha256(head + body).hexdigest()
