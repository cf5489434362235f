"""What a page of an error is headed with, by its cause, and where it leads back to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from psycopg.errors import LockNotAvailable, QueryCanceled
from redis import RedisError
from sqlalchemy.exc import DataError, OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BuildError

from app.courier.upload import NoRoom, NotWritable, TooLarge
from app.errors import (
    AnswerLost,
    Conflict,
    CourierError,
    CursorExpired,
    Decided,
    Forbidden,
    IngestError,
    InUse,
    Invalid,
    KeyInProgress,
    KeyReused,
    LastAdministrator,
    NotFound,
    RateLimited,
    RedisUnavailable,
    SyncInProgress,
    Unauthorized,
    UnderWay,
)
from app.web.sentences import told
from app.web.words import cause_name

HEADLINES: Mapping[type[CourierError], object] = {
    Invalid: _l("Something is missing or wrong"),
    Unauthorized: _l("Sign in first"),
    Forbidden: _l("Not allowed"),
    NotFound: _l("Not found"),
    Conflict: _l("Not possible as things stand"),
    Decided: _l("Somebody was faster"),
    UnderWay: _l("That is under way already"),
    SyncInProgress: _l("A sync is running"),
    InUse: _l("The name is in use"),
    LastAdministrator: _l("The last administrator stays"),
    CursorExpired: _l("Too old to go on from"),
    KeyInProgress: _l("The same request is being carried out"),
    KeyReused: _l("The key belongs to another request"),
    AnswerLost: _l("Done, and its answer was lost"),
    RateLimited: _l("Too much at once"),
    RedisUnavailable: _l("The queue does not answer"),
    TooLarge: _l("Too large"),
    NoRoom: _l("No room for the file"),
    NotWritable: _l("The volume cannot be written"),
}
#: blueprints whose pages hang below another one's list
LISTS = {"supplier": "suppliers.index", "access": "access.account"}


class Cause(NamedTuple):
    status: int
    headline: str
    sentence: str


def of_courier(error: CourierError) -> Cause:
    """An error that somebody raised on purpose."""
    kind = next(each for each in type(error).__mro__ if each in HEADLINES)
    return Cause(error.status, str(HEADLINES[kind]), told(str(error)))


def of_anything(error: Exception) -> Cause | None:
    """An error outside of any verb; None for a bug."""
    for kinds, tell in TELLERS:
        if isinstance(error, kinds):
            return tell(error)
    return None


def _of_job(error: Any) -> Cause:
    """Another system did not do its part, or the volume."""
    return Cause(502, cause_name(error.code), told(str(error)))


def _of_redis(_error: Exception) -> Cause:
    sentence = _("Redis cannot be reached. Try again in a moment; the Health page says more.")
    return Cause(503, str(HEADLINES[RedisUnavailable]), sentence)


def _of_value(_error: Exception) -> Cause:
    sentence = _("A value holds characters that cannot be kept (such as NUL), or a number too large.")
    return Cause(400, _("A value cannot be kept"), sentence)


def _of_http(error: HTTPException) -> Cause:
    code = error.code or 500
    known = {
        404: (_("Not found"), _("There is no such page. The link may be old.")),
        405: (_("Nothing to open here"), _("This address does not answer that way.")),
        413: (_("Too large"), _("The file is larger than what is taken here.")),
    }
    headline, sentence = known.get(code, (_("That did not work"), error.description or ""))
    return Cause(code, headline, sentence)


def _of_database(error: OperationalError) -> Cause:
    """A lock that was not given in time is no outage."""
    if isinstance(error.orig, LockNotAvailable | QueryCanceled):
        sentence = _("A file or another person is writing there at this moment. Try again in a minute.")
        return Cause(503, _("Somebody is writing there"), sentence)
    sentence = _("The database does not answer. Try again in a moment; the Health page says more.")
    return Cause(503, _("The database does not answer"), sentence)


TELLERS: Sequence[tuple[type[Exception] | tuple[type[Exception], ...], Callable[[Any], Cause]]] = (
    (CourierError, of_courier),
    (IngestError, _of_job),
    (HTTPException, _of_http),
    (OperationalError, _of_database),
    (RedisError, _of_redis),
    ((DataError, UnicodeError), _of_value),
)


def bug() -> Cause:
    return Cause(500, _("Something broke on our side"), _("It is in the log. Try again."))


def old_form() -> Cause:
    return Cause(400, _("This form is too old"), _("Reload the page and send it again."))


def https_needed() -> Cause:
    """The cookie of a session is sent over HTTPS alone; over plain HTTP no form can be told from a forged one."""
    sentence = _(
        "This page came over plain HTTP, where nobody can sign in. Open it with https://; a proxy that ends HTTPS "
        "has to send X-Forwarded-Proto."
    )
    return Cause(400, _("HTTPS is needed"), sentence)


def way_back() -> str:
    """The page that asked, or the list that it belongs to; empty where neither is known."""
    parts = urlsplit(request.referrer or "")
    if parts.netloc == request.host and request.referrer != request.url:
        return request.referrer or ""
    area = request.blueprint or ""
    try:
        found = url_for(LISTS.get(area, f"{area}.index"))
    except BuildError:
        return ""
    return "" if found == request.path else found


def page_of_asker() -> str:
    """Path and query of the page that a piece or a form was asked from; empty for another site's."""
    asked = request.headers.get("HX-Current-URL") or request.referrer or ""
    parts = urlsplit(asked)
    if parts.netloc != request.host or not parts.path.startswith("/") or parts.path.startswith(("//", "/login")):
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")
