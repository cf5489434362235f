"""Signing in at the office's own OpenID Connect provider, where one is configured; off without.

Nobody is made a user by it: an administrator adds the person with the e-mail address that the provider vouches for.
"""

from __future__ import annotations

from typing import Any, cast

import structlog
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from flask import Blueprint, current_app, flash, redirect, request, url_for
from flask_babel import gettext as _
from joserfc.errors import JoseError
from requests import RequestException
from werkzeug.wrappers import Response as BaseResponse

from app.access import passwords, policy, second_factor
from app.errors import NotFound, Unauthorized
from app.extensions import db, settings
from app.web import signing_in
from app.web.security import handle_errors

bp = Blueprint("openid", __name__, url_prefix="/sign-in")
handle_errors(bp)
log = structlog.get_logger()

AWAY = (AuthlibBaseError, RequestException)
DISCOVERY, TIMEOUT = "/.well-known/openid-configuration", 10
CLIENT = "openid_client"


@bp.get("/openid")
@policy.public
def begin() -> BaseResponse:
    """To the provider, with a state, a nonce and a challenge that only this browser's session can answer."""
    client = _client()
    db.session.rollback()  # nothing is held while the provider is asked
    back = settings().public_url.rstrip("/") + url_for("openid.come_back")
    try:
        return cast(BaseResponse, client.authorize_redirect(back))
    except AWAY as error:
        sentence = _("The sign-in of the office does not answer. Use your password.")
        return _refused("openid_provider_away", error, sentence)


@bp.get("/openid/back")
@policy.public
def come_back() -> BaseResponse:
    """From the provider, with a code for who has signed in there."""
    client = _client()
    db.session.rollback()
    try:
        told = client.authorize_access_token()["userinfo"]
    except (*AWAY, JoseError, KeyError, ValueError) as error:
        return _refused("openid_refused", error, _("The sign-in of the office was not completed. Try again."))
    try:
        user = passwords.vouched_for(told.get("email"), verified=told.get("email_verified") is True)
    except Unauthorized as error:
        return _refused("openid_unknown", error, str(error))
    if second_factor.is_on(user):
        return signing_in.ask_for_code(user, back="")
    return signing_in.let_in(passwords.signed_in(user), back="")


def label() -> str:
    """What the button says; empty where no provider is configured."""
    return settings().oidc_name if settings().oidc_issuer else ""


def _client() -> Any:
    """Made once in a process: it remembers what the provider says of itself. Raises NotFound without a provider."""
    config = settings()
    if not config.oidc_issuer:
        raise NotFound(_("No sign-in of the office is set up here."))
    known = current_app.extensions.get(CLIENT)
    if known is None:
        known = OAuth(current_app).register(
            "openid",
            client_id=config.oidc_client_id,
            client_secret=config.oidc_client_secret.get_secret_value(),
            server_metadata_url=config.oidc_issuer.rstrip("/") + DISCOVERY,
            client_kwargs={"scope": "openid email", "code_challenge_method": "S256", "default_timeout": TIMEOUT},
        )
        current_app.extensions[CLIENT] = known
    return known


def _refused(event: str, error: Exception, sentence: str) -> BaseResponse:
    log.warning(event, error=str(error)[:500], query=sorted(request.args))
    flash(sentence, "bad")
    return redirect(url_for("access.login"), code=303)
