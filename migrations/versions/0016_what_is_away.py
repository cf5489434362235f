"""A job waits for a part of ours that is away, without using up tries; lost workers are counted; records owed to Redis."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0021"
branch_labels = None
depends_on = None

TABLE = "ingestion_jobs"


def upgrade() -> None:
    op.add_column(TABLE, sa.Column("away", sa.String(length=20), nullable=True))
    op.add_column(TABLE, sa.Column("away_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column(TABLE, sa.Column("unseen_seconds", sa.Float(), server_default="0", nullable=False))
    op.add_column(TABLE, sa.Column("workers_lost", sa.Integer(), server_default="0", nullable=False))
    op.add_column(TABLE, sa.Column("unshown", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.execute("UPDATE ingestion_jobs SET unshown = phase NOT IN ('complete', 'failed')")
    op.create_index("ix_ingestion_jobs_unshown", TABLE, ["id"], postgresql_where=sa.text("unshown"))
    op.create_index("ix_ingestion_jobs_away", TABLE, ["away"], postgresql_where=sa.text("away IS NOT NULL"))


def downgrade() -> None:
    op.drop_index("ix_ingestion_jobs_away", TABLE)
    op.drop_index("ix_ingestion_jobs_unshown", TABLE)
    for column in ("unshown", "workers_lost", "unseen_seconds", "away_since", "away"):
        op.drop_column(TABLE, column)
