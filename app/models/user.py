"""People and programs that may come in, and what they did."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, DateTime, Enum, ForeignKey, Index, LargeBinary, String, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model


class UserRole(StrEnum):
    SALES = "sales"
    PROCUREMENT = "procurement"
    ADMIN = "admin"


class Digest(StrEnum):
    """How often a user is told by mail what moved."""

    DAILY = "daily"
    WEEKLY = "weekly"


class User(Model):
    __tablename__ = "users"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4, server_default=text("gen_random_uuid()"))
    username: Mapped[str] = mapped_column(String(255), unique=True)
    password_hash: Mapped[str] = mapped_column(String(255))
    role: Mapped[UserRole] = mapped_column(
        Enum(UserRole, name="user_role", values_callable=lambda kind: [each.value for each in kind])
    )
    locale: Mapped[str | None] = mapped_column(String(5))
    theme: Mapped[str | None] = mapped_column(String(10))
    density: Mapped[str | None] = mapped_column(String(10))
    is_enabled: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    #: part of the session and of every bearer token: a new value signs the user out everywhere
    session_epoch: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    #: set by a trigger when name, role or whether he may sign in changes
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    #: when a page was last asked for, to within a few minutes; see app/access/passwords.py
    last_seen_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    email: Mapped[str | None] = mapped_column(String(500))
    digest: Mapped[Digest | None] = mapped_column(String(10))
    digest_due_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    #: the second factor, see app/access/second_factor.py: begun with a secret, on since a first code was entered
    totp_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_since: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    totp_step: Mapped[int | None] = mapped_column(BigInteger)  # of time: codes up to it were used
    recovery_hashes: Mapped[list[str] | None] = mapped_column(JSONB)

    def get_id(self) -> str:
        return f"{self.id}:{self.session_epoch}"

    # What Flask-Login asks of a user; its own mixin is untyped.
    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        return self.is_enabled


class ApiToken(Model):
    """A program's key. Only its SHA-256 is stored."""

    __tablename__ = "api_tokens"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4, server_default=text("gen_random_uuid()"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    last_used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    #: None: made before tokens had an end
    expires_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    read_only: Mapped[bool] = mapped_column(default=False, server_default=text("false"))


class EndedSession(Model):
    """A session that was signed out: its cookie is worth nothing, whoever has a copy."""

    __tablename__ = "ended_sessions"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    #: the cookie has expired by then
    forget_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class AuditEntry(Model):
    """Who did what, when, to what. Append-only."""

    __tablename__ = "audit_log"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    actor: Mapped[str] = mapped_column(String(255))
    action: Mapped[str] = mapped_column(String(50))
    subject: Mapped[str] = mapped_column(Text, default="")
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))

    __table_args__ = (
        Index("ix_audit_log_at", text("at DESC")),
        # What concerns one supplier, for the timeline of his page.
        Index(
            "ix_audit_log_supplier",
            text("(facts->>'supplier_id')"),
            text("at DESC"),
            postgresql_where=text("facts->>'supplier_id' IS NOT NULL"),
        ),
    )
