"""The trace that a job belongs to, and the span of its last step."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0320"
down_revision = "0300"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ingestion_jobs", sa.Column("traceparent", sa.String(55)))
    op.add_column("ingestion_jobs", sa.Column("last_span", sa.String(55)))


def downgrade() -> None:
    op.drop_column("ingestion_jobs", "last_span")
    op.drop_column("ingestion_jobs", "traceparent")
