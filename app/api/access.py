"""Signing in, tokens for programs, and the people who may sign in."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from flask import request
from pydantic import Field
from sqlalchemy import func, select

from app.access import accounts, passwords, policy, tokens
from app.api import cursors, shapes
from app.api.routing import ANYONE, PUBLIC, Router
from app.api.shapes import Body, ByCursor, CursorPage, Moment, Reply, Whole
from app.catalog import keyset
from app.extensions import db
from app.models.user import ApiToken, AuditEntry, User, UserRole
from app.suppliers.fields import PrintableStr

router = Router("Access")

OLDEST_TOKEN = keyset.Order((ApiToken.created_at,), ApiToken.id, nullable=False)
BY_USERNAME = keyset.Order((User.username,), User.id, nullable=False)
NEWEST_ENTRY = keyset.Order((AuditEntry.at,), AuditEntry.id, down=True, nullable=False)


class TokenBody(Body):
    name: PrintableStr = Field(min_length=1, max_length=100)
    expires_in_days: Whole = Field(tokens.DAYS, ge=1, le=tokens.MOST_DAYS, description="Days the token works.")
    read_only: bool = Field(False, description="The token may ask, and change nothing.")


class TokenShape(Reply):
    id: UUID
    name: str
    created_at: Moment
    last_used_at: Moment | None
    expires_at: Moment | None = Field(None, description="When it ends; null for tokens made before they had an end.")
    read_only: bool = Field(False, description="The token may ask, and change nothing.")


class NewToken(TokenShape):
    """``token`` is shown this once."""

    token: str


class TokensReply(Reply):
    tokens: list[TokenShape]


class AccountShape(shapes.UserShape):
    is_enabled: bool
    created_at: Moment


class UsersReply(Reply):
    users: list[AccountShape]


class UsersQuery(ByCursor):
    limit: Whole = Field(50, ge=1, le=200, description="Of pages by cursor.")


class TokensQuery(UsersQuery):
    pass


class NewUserBody(Body):
    username: PrintableStr = Field(min_length=3, max_length=255)
    password: str = Field(min_length=8, max_length=255)
    role: UserRole


class UserChangesBody(Body):
    role: UserRole | None = None
    is_enabled: bool | None = None
    password: Annotated[str, Field(min_length=8, max_length=255)] | None = None


class AuditQuery(ByCursor):
    limit: Whole = Field(50, ge=1, le=200)
    before: Annotated[Whole, Field(ge=1, le=2**62)] | None = Field(None, description="Only entries with a smaller id.")


class AuditShape(Reply):
    id: int
    at: Moment
    actor: str
    action: str
    subject: str
    facts: dict[str, object]


class AuditReply(Reply):
    entries: list[AuditShape]


@router.route(
    "POST", "/auth/login", allow=PUBLIC, body=shapes.LoginBody, reply=shapes.LoginReply, errors=(401,), frozen=True
)
def log_in(body: shapes.LoginBody) -> shapes.LoginReply:
    """Sign in with name and password; the bearer token lasts JWT_EXPIRATION_HOURS.

    Who has a second factor sends its code in the header X-One-Time-Code.
    """
    user = passwords.authenticate(body.username, body.password, code=request.headers.get("X-One-Time-Code", ""))
    token, ends = tokens.issue(user)
    return shapes.LoginReply(token=token, expires_at=ends, user=_user(user))


@router.route("GET", "/auth/me", allow=ANYONE, reply=shapes.UserShape)
def who_am_i(user: User) -> shapes.UserShape:
    """Whom the token stands for."""
    return _user(user)


@router.route(
    "GET",
    "/auth/tokens",
    allow=ANYONE,
    query=TokensQuery,
    reply=TokensReply,
    by_cursor=CursorPage[TokenShape],
)
def list_tokens(query: TokensQuery, user: User) -> TokensReply | CursorPage[TokenShape]:
    """Your API tokens that work."""
    if query.by_cursor:
        used = func.greatest(ApiToken.created_at, ApiToken.last_used_at)
        part = cursors.page(query, tokens.working(user), OLDEST_TOKEN, touched=used, limit=query.limit)
        return part.told([TokenShape.model_validate(each) for each in part.entities])
    return TokensReply(tokens=[TokenShape.model_validate(each) for each in tokens.api_tokens(user)])


@router.route("POST", "/auth/tokens", allow=ANYONE, body=TokenBody, reply=NewToken, status=201)
def create_token(body: TokenBody, user: User) -> NewToken:
    """Make an API token with your role; it is shown this once and works until it ends or is revoked.

    A token cannot make others: sign in as a person.
    """
    policy.check_person()
    row, plain = tokens.create_api_token(
        user, body.name, user.username, days=body.expires_in_days, read_only=body.read_only
    )
    return NewToken(**TokenShape.model_validate(row).model_dump(), token=plain)


@router.route("DELETE", "/auth/tokens/<token_id>", allow=ANYONE, reply=shapes.Message, errors=(404,))
def revoke_token(token_id: UUID, user: User) -> shapes.Message:
    """Revoke one of your API tokens."""
    tokens.revoke_api_token(token_id, user, user.username)
    return shapes.Message(message="The token was revoked.")


@router.route("GET", "/admin/users", query=UsersQuery, reply=UsersReply, by_cursor=CursorPage[AccountShape])
def list_users(query: UsersQuery) -> UsersReply | CursorPage[AccountShape]:
    """Everybody who may sign in."""
    if query.by_cursor:
        part = cursors.page(query, select(User), BY_USERNAME, touched=User.updated_at, limit=query.limit)
        return part.told([_account(each) for each in part.entities])
    found = db.session.scalars(select(User).order_by(User.username))
    return UsersReply(users=[_account(each) for each in found])


@router.route("POST", "/admin/users", body=NewUserBody, reply=AccountShape, status=201, errors=(409,))
def create_user(body: NewUserBody, user: User) -> AccountShape:
    """Make a user."""
    policy.check_person()
    return _account(accounts.create_user(body.username, body.password, body.role, user.username))


@router.route("PATCH", "/admin/users/<user_id>", body=UserChangesBody, reply=AccountShape, errors=(404, 409))
def change_user(user_id: UUID, body: UserChangesBody, user: User) -> AccountShape:
    """Set role, password, or whether the user may sign in; the user is signed out everywhere."""
    policy.check_person()
    changed = accounts.get_user(user_id)
    if body.role is not None or body.is_enabled is not None:
        changed = accounts.change_user(user_id, user.username, role=body.role, enabled=body.is_enabled)
    if body.password is not None:
        changed = accounts.change_password(user_id, body.password, user.username)
    return _account(changed)


@router.route("GET", "/admin/audit", query=AuditQuery, reply=AuditReply, by_cursor=CursorPage[AuditShape])
def list_audit(query: AuditQuery) -> AuditReply | CursorPage[AuditShape]:
    """Who did what, newest first."""
    wanted = select(AuditEntry)
    if query.before:
        wanted = wanted.where(AuditEntry.id < query.before)
    if query.by_cursor:
        part = cursors.page(query, wanted, NEWEST_ENTRY, touched=AuditEntry.at, limit=query.limit)
        return part.told([AuditShape.model_validate(each) for each in part.entities])
    newest = db.session.scalars(wanted.order_by(AuditEntry.id.desc()).limit(query.limit))
    return AuditReply(entries=[AuditShape.model_validate(each) for each in newest])


def _user(user: User) -> shapes.UserShape:
    return shapes.UserShape(id=user.id, username=user.username, role=user.role.value)


def _account(user: User) -> AccountShape:
    db.session.refresh(user)
    return AccountShape(
        id=user.id,
        username=user.username,
        role=user.role.value,
        is_enabled=user.is_enabled,
        created_at=user.created_at,
    )
