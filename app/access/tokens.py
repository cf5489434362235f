"""Bearer tokens of people (JWT, short-lived) and of programs (API tokens, until revoked)."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import jwt
from sqlalchemy import Select, func, or_, select, update

from app import audit
from app.errors import Invalid, NotFound, Unauthorized
from app.extensions import db, settings
from app.models.user import ApiToken, User

ALGORITHM = "HS256"
PREFIX = "courier_"
DAYS, MOST_DAYS = 365, 3650
_LASTS = or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > func.now())


def issue(user: User) -> tuple[str, datetime]:
    """A JWT with the contract's claims, and when it ends. ``epoch`` ends it early, see ``User.session_epoch``."""
    config = settings()
    now = datetime.now(UTC)
    ends = now + timedelta(hours=config.jwt_expiration_hours)
    claims = {
        "sub": str(user.id),
        "role": user.role.value,
        "exp": int(ends.timestamp()),
        "iat": int(now.timestamp()),
        "iss": config.jwt_issuer,
        "epoch": user.session_epoch,
    }
    return jwt.encode(claims, config.jwt_secret.get_secret_value(), algorithm=ALGORITHM), ends


@dataclass(frozen=True)
class Bearer:
    """Whom a bearer token stands for, and the role it claims. ``is_program``: an API token, not a person's sign-in."""

    user: User
    role: str
    is_program: bool = False
    read_only: bool = False


def bearer(token: str) -> Bearer:
    """Raises Unauthorized."""
    return _program(token) if token.startswith(PREFIX) else _person(token)


def create_api_token(
    user: User, name: str, actor: str, *, days: int = DAYS, read_only: bool = False
) -> tuple[ApiToken, str]:
    """The row and the token itself, which is shown this once; it ends by itself after ``days``."""
    name = name.strip()
    if not 1 <= days <= MOST_DAYS:
        raise Invalid(f"A token lives 1 to {MOST_DAYS} days.", details={"expires_in_days": f"1 to {MOST_DAYS} days."})
    if not 1 <= len(name) <= 100:
        raise Invalid("A token's name has 1 to 100 characters.", details={"name": "1 to 100 characters."})
    plain = PREFIX + secrets.token_urlsafe(32)
    ends = datetime.now(UTC) + timedelta(days=days)
    row = ApiToken(user_id=user.id, name=name, token_sha256=_digest(plain), expires_at=ends, read_only=read_only)
    db.session.add(row)
    audit.record(actor, "token.created", name, user=user.username)
    db.session.commit()
    db.session.refresh(row)
    return row, plain


def revoke_api_token(token_id: UUID, user: User, actor: str) -> None:
    """End one token of ``user``. Raises NotFound for another's or an unknown one."""
    row = db.session.get(ApiToken, token_id)
    if row is None or row.user_id != user.id or row.revoked_at:
        raise NotFound("There is no such token.")
    row.revoked_at = datetime.now(UTC)
    audit.record(actor, "token.revoked", row.name, user=user.username)
    db.session.commit()


def api_tokens(user: User) -> Sequence[ApiToken]:
    """The user's tokens that work, newest first."""
    return db.session.scalars(working(user).order_by(ApiToken.created_at.desc())).all()


def working(user: User) -> Select[ApiToken]:
    """The user's tokens that work, in no order."""
    return select(ApiToken).where(ApiToken.user_id == user.id, ApiToken.revoked_at.is_(None), _LASTS)


def revoke_all(user_id: UUID) -> None:
    """Every API token of the user, inside the caller's transaction."""
    ours = update(ApiToken).where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
    db.session.execute(ours.values(revoked_at=func.now()))


def _person(token: str) -> Bearer:
    config = settings()
    try:
        claims = jwt.decode(
            token,
            config.jwt_secret.get_secret_value(),
            algorithms=[ALGORITHM],
            issuer=config.jwt_issuer,
            # another machine's clock may be ahead of ours: when a token was made says nothing against it
            options={"require": ["sub", "role", "exp", "iss"], "verify_iat": False},
        )
        user = db.session.get(User, UUID(str(claims["sub"])))
    except (jwt.InvalidTokenError, ValueError) as error:
        raise Unauthorized("The bearer token is not valid or has expired. Sign in again.") from error
    # A token of the existing system carries no epoch: it counts as the first.
    if user is None or not user.is_enabled or claims.get("epoch", 0) != user.session_epoch:
        raise Unauthorized("The bearer token is no longer valid. Sign in again.")
    return Bearer(user, str(claims["role"]))


def _program(token: str) -> Bearer:
    found = db.session.execute(
        select(ApiToken.id, ApiToken.read_only, User)
        .join(User, User.id == ApiToken.user_id)
        .where(ApiToken.token_sha256 == _digest(token), ApiToken.revoked_at.is_(None), _LASTS, User.is_enabled)
    ).first()
    if found is None:
        raise Unauthorized("The API token is not known, has expired or was revoked.")
    token_id, read_only, user = found
    used = update(ApiToken).where(
        ApiToken.id == token_id,
        or_(ApiToken.last_used_at.is_(None), ApiToken.last_used_at < func.now() - timedelta(minutes=1)),
    )
    db.session.execute(used.values(last_used_at=func.now()))
    db.session.commit()
    return Bearer(user, user.role.value, is_program=True, read_only=read_only)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
