"""The answers of requests with an idempotency key are kept for a day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0261"
down_revision = "0260"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kept_answers",
        sa.Column("user_id", sa.Uuid, sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("key", sa.String(255), primary_key=True),
        sa.Column("asked", sa.String(64), nullable=False),
        sa.Column("sent", sa.String(64)),
        sa.Column("token", sa.Uuid, nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acted", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("status", sa.Integer),
        sa.Column("kind", sa.String(100)),
        sa.Column("body", sa.LargeBinary),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    )
    op.create_index("ix_kept_answers_created", "kept_answers", ["created_at"])


def downgrade() -> None:
    op.drop_table("kept_answers")
