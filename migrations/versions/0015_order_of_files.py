"""When a job"s file came, and what each applied file said: the order that applying keeps.

Of files applied before this migration nobody knows what they said; they count as having said everything."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "ingestion_jobs",
        sa.Column("came_at", sa.DateTime(timezone=True), server_default=sa.func.clock_timestamp(), nullable=False),
    )
    op.execute("UPDATE ingestion_jobs SET came_at = created_at")
    op.create_index("ix_ingestion_jobs_came", "ingestion_jobs", ["supplier_id", "came_at"])
    op.create_table(
        "said_items",
        sa.Column(
            "job_id",
            sa.Uuid(),
            sa.ForeignKey("ingestion_jobs.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("keys", postgresql.ARRAY(sa.BigInteger()), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("said_items")
    op.drop_index("ix_ingestion_jobs_came", "ingestion_jobs")
    op.drop_column("ingestion_jobs", "came_at")
