"""Tables that are written to the volume on a schedule, for a program to fetch."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0262"
down_revision = "0270"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "scheduled_exports",
        sa.Column("id", sa.Uuid, primary_key=True, server_default=sa.text("gen_random_uuid()")),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("table_name", sa.String(20), nullable=False),
        sa.Column("query", sa.Text, nullable=False, server_default=sa.text("''")),
        sa.Column("form", sa.String(10), nullable=False),
        sa.Column("every_hours", sa.Integer, nullable=False),
        sa.Column("token_sha256", sa.String(64), nullable=False),
        sa.Column("made_by", sa.String(255), nullable=False),
        sa.Column("created_at", moment, nullable=False, server_default=sa.func.now()),
        sa.Column("due_at", moment, nullable=False, server_default=sa.func.now()),
        sa.Column("held_until", moment),
        sa.Column("written_at", moment),
        sa.Column("size", sa.BigInteger),
        sa.Column("error", sa.Text),
        sa.Column("fetched_at", moment),
    )
    op.create_index("ix_scheduled_exports_due", "scheduled_exports", ["due_at"])


def downgrade() -> None:
    op.drop_table("scheduled_exports")
